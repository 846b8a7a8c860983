import Bytes
import Documents
import Platform

/// Works out the states of some records by themselves, commit by commit.
///
/// Used where the history of few records matters: their timeline, and what undoing would do.
struct RecordFold {
  struct Key: Hashable {
    let type: String
    let id: String

    /// How the record's lines begin, up to the end of its id (SPEC §6.2).
    var opening: ByteString { ByteString("{\"\(type)\":\"\(id)\"") }
  }

  private let names = NameTable()
  private var replicas = ReplicaTable()
  private(set) var records: [Key: RecordState] = [:]

  /// Takes in the next commit of its replica and tells what it had seen.
  mutating func admit(_ header: CommitHeader) -> CausalContext { replicas.admit(header) }

  mutating func apply(_ edit: RecordEdit, context: CausalContext) {
    let key = Key(type: edit.type, id: edit.id)
    let local = RecordKey(type: names.number(of: ByteString(edit.type)), id: ByteString(edit.id))
    var record = records[key] ?? RecordState(key: local)
    func elements(_ lists: [String: [[UInt8]]]) -> [RecordChange.Elements] {
      lists.map { RecordChange.Elements(name: name($0.key), elements: $0.value) }
    }
    let change = RecordChange(
      key: local,
      assignments: edit.set.map { RecordChange.Assignment(name: name($0.key), value: $0.value) },
      additions: elements(edit.add), removals: elements(edit.remove), isDeletion: edit.isDeletion)
    let dot = LocalDot(replica: context.replica, number: context.number)
    record.apply(change, dot: dot, context: context)
    records[key] = record
  }

  private func name(_ text: String) -> FieldName {
    FieldName(number: names.number(of: ByteString(text)))
  }

  /// Whether a record exists now.
  func isAlive(_ key: Key) -> Bool { records[key]?.isAlive ?? false }

  /// The winner of a register now, null included.
  func value(of field: String, in key: Key) -> [UInt8]? {
    guard let number = names.existingNumber(of: ByteString(field)) else { return nil }
    let register = records[key]?.registers.first { $0.name == FieldName(number: number) }
    return register?.writes.max { replicas.precedes($0.dot, $1.dot) }?.value
  }

  /// Whether an element is in a set now.
  func has(_ element: [UInt8], in field: String, of key: Key) -> Bool {
    guard let number = names.existingNumber(of: ByteString(field)) else { return false }
    let set = records[key]?.sets.first { $0.name == FieldName(number: number) }
    return set?.elements.contains { $0.value == element } ?? false
  }

  /// The values that a commit with this context would replace or clear, by field, each with the
  /// commits that had written it.
  func overwritten(
    by edit: RecordEdit, context: CausalContext
  ) -> [(field: String, dots: [Dot])] {
    guard let record = records[Key(type: edit.type, id: edit.id)] else { return [] }
    var result: [(field: String, dots: [Dot])] = []
    func note(_ field: String, _ dots: [LocalDot]) {
      if !dots.isEmpty { result.append((field, dots.compactMap { replicas.dot($0) })) }
    }
    for (field, value) in edit.set {
      guard let number = names.existingNumber(of: ByteString(field)),
        let register = record.registers.first(where: { $0.name == FieldName(number: number) })
      else { continue }
      note(
        field,
        register.writes.filter {
          context.covers($0.dot) && $0.value != value && $0.value != Array("null".utf8)
        }.map(\.dot))
    }
    for (field, elements) in edit.remove {
      guard let number = names.existingNumber(of: ByteString(field)),
        let set = record.sets.first(where: { $0.name == FieldName(number: number) })
      else { continue }
      note(
        field,
        set.elements.filter { elements.contains($0.value) }.flatMap(\.dots)
          .filter { context.covers($0) })
    }
    return result
  }

  /// Whether a commit with this context takes from a record, by deleting it, that it exists.
  func isDeleted(by edit: RecordEdit, context: CausalContext) -> Bool {
    guard edit.isDeletion, let record = records[Key(type: edit.type, id: edit.id)] else {
      return false
    }
    return record.votes.contains { $0.isAlive && context.covers($0.dot) }
  }

  /// A record as it stands now, if any commit has touched it.
  func contents(of key: Key) -> RecordContents? {
    guard let record = records[key] else { return nil }
    var bytes: [UInt8] = []
    RecordBlob.encode(record, into: &bytes)
    let region = ByteRegion(bytes)
    return Record(
      region: region, range: 0..<region.count,
      tables: StateTables(names: names, replicas: replicas)
    ).contents()
  }
}
