import Bytes
import Platform

/// The hash table from indexed values to the records that have them, or had them: whoever looks
/// up holds what is found against the record.
struct ValueIndex {
  private(set) var heads: [UInt32]

  /// Three words each: the value's tag, the record's place in its table, the next entry.
  private(set) var entries: [UInt32]

  init(heads: [UInt32] = [], entries: [UInt32] = []) {
    self.heads = heads
    self.entries = entries
  }

  /// An entry that was found: the value's tag and the record's place.
  private struct Found {
    let tag: UInt32
    let place: UInt32
  }

  /// Some records of one table: its places in `range`, or those at `range` in its list of amended
  /// ones.
  private struct Share {
    let table: Int
    let range: Range<Int>
    let isAmended: Bool
  }

  /// Indexes the records that `former` does not have.
  ///
  /// - Parameters:
  ///   - tables: all records.
  ///   - names: the numbers of names.
  ///   - plan: the fields to index.
  ///   - seed: makes it hard to choose colliding values beforehand.
  ///   - former: the index of the image that the tables go on from, made by the same plan.
  ///   - meanwhile: is called once, while other processors work on the index.
  /// - Throws: what `meanwhile` throws.
  init<Failure: Error>(
    _ tables: [RecordTable], names: NameTable, plan: IndexPlan, seed: UInt64, former: ValueIndex,
    meanwhile: () throws(Failure) -> Void
  ) throws(Failure) {
    heads = former.heads
    entries = former.entries
    let plans = tables.map { FieldPlan($0.type, names: names, plan: plan, seed: seed) }
    let shares = Self.shares(of: tables, plans)
    var hasCalled = false
    try Parallel.pipeline(count: shares.count, window: max(1, shares.count)) {
      (number: Int) throws(Failure) -> [Found] in
      Self.found(shares[number], in: tables[shares[number].table], plans[shares[number].table])
    } consume: { (number, found) throws(Failure) in
      if !hasCalled { try meanwhile() }
      hasCalled = true
      reserve(found.count)
      // The index may have what is still true of a record that was amended.
      for entry in found where !shares[number].isAmended || !contains(entry) { insert(entry) }
    }
    if !hasCalled { try meanwhile() }
  }

  private static func shares(of tables: [RecordTable], _ plans: [FieldPlan]) -> [Share] {
    let step = 8192
    var shares: [Share] = []
    func add(_ table: Int, _ range: Range<Int>, isAmended: Bool) {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
        let part = start..<min(start + step, range.upperBound)
        shares.append(Share(table: table, range: part, isAmended: isAmended))
      }
    }
    for (number, table) in tables.enumerated() where !plans[number].isEmpty {
      add(number, 0..<table.amended.count, isAmended: true)
      add(number, (table.former?.recordCount ?? 0)..<table.recordCount, isAmended: false)
    }
    return shares
  }

  private static func found(
    _ share: Share, in table: RecordTable, _ plan: FieldPlan
  ) -> [Found] {
    var found: [Found] = []
    found.reserveCapacity(share.range.count * 2)
    var key: [UInt8] = []
    for number in share.range {
      let place = share.isAmended ? Int(table.amended[number]) : number
      table.withRecord(place) { record in
        plan.forEachTag(in: record, scratch: &key) { tag in
          found.append(Found(tag: tag, place: UInt32(place)))
        }
      }
    }
    return found
  }

  private func contains(_ entry: Found) -> Bool {
    guard !heads.isEmpty else { return false }
    var number = heads[Int(entry.tag) & (heads.count - 1)]
    var steps = 0
    while number != RecordTable.none, Int(number) * 3 + 2 < entries.count, steps <= entries.count {
      let offset = Int(number) * 3
      if entries[offset] == entry.tag, entries[offset + 1] == entry.place { return true }
      number = entries[offset + 2]
      steps += 1
    }
    return false
  }

  private mutating func insert(_ entry: Found) {
    let slot = Int(entry.tag) & (heads.count - 1)
    let number = UInt32(entries.count / 3)
    entries.append(entry.tag)
    entries.append(entry.place)
    entries.append(heads[slot])
    heads[slot] = number
  }

  /// Makes room for so many more entries; chains stay short.
  private mutating func reserve(_ count: Int) {
    let wanted = entries.count / 3 + count
    guard wanted > heads.count else { return }
    var size = max(1 << 10, heads.count)
    while size < wanted { size *= 2 }
    heads = Array(repeating: RecordTable.none, count: size)
    for number in 0..<(entries.count / 3) {
      let slot = Int(entries[number * 3]) & (size - 1)
      entries[number * 3 + 2] = heads[slot]
      heads[slot] = UInt32(number)
    }
  }

  /// The tag of a key in the field that stands at this number in the plan.
  static func tag(_ key: Span<UInt8>, field: Int, seed: UInt64) -> UInt32 {
    let salted = seed &+ (UInt64(field) &+ 1) &* 0x2545_f491_4f6c_dd1d
    return UInt32(truncatingIfNeeded: KeyHash.hash(key, seed: salted) >> 32)
  }
}

/// Which fields of one type are indexed.
private struct FieldPlan: Sendable {
  private struct Field {
    let name: UInt32
    let number: Int
    let entry: IndexPlan.Entry
  }

  private let fields: [Field]
  private let seed: UInt64

  var isEmpty: Bool { fields.isEmpty }

  init(_ type: UInt32, names: NameTable, plan: IndexPlan, seed: UInt64) {
    self.seed = seed
    let typeName = names.name(of: type)
    fields = plan.entries.enumerated().compactMap { number, entry in
      guard typeName == ByteString(entry.type),
        let name = names.existingNumber(of: ByteString(entry.field))
      else { return nil }
      return Field(name: name, number: number, entry: entry)
    }
  }

  /// Walks a record once and calls `body` with the tag of every indexed value.
  func forEachTag(
    in record: Span<UInt8>, scratch key: inout [UInt8], _ body: (UInt32) -> Void
  ) {
    guard var (reader, count, _) = FieldReader.start(record) else { return }
    while count > 0 {
      guard let present = reader.field(in: record) else { return }
      for field in fields where field.name == present.name {
        FieldReader.forEachValue(of: present, in: record) { value in
          key.removeAll(keepingCapacity: true)
          field.entry.appendKey(value, &key)
          if !key.isEmpty { body(ValueIndex.tag(key.span, field: field.number, seed: seed)) }
        }
      }
      count -= 1
    }
  }
}
