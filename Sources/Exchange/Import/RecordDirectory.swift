import CRM
import Replication

/// The records of a base that rows can mean.
struct Directories: Sendable {
  /// Those of the type that the file describes.
  let rows: RecordDirectory
  /// The clients beside the rows.
  let clients: RecordDirectory
  /// The deals beside the rows.
  let deals: RecordDirectory

  /// - Parameters:
  ///   - state: the state.
  ///   - layout: which keys rows have.
  ///   - undone: what is taken back; records that are gone by that no row means.
  init(_ state: State, _ layout: ImportLayout, leavingOut undone: TakenBack = TakenBack()) {
    let kinds = layout.keyKinds
    rows = RecordDirectory(state, type: layout.entity.key, kinds: kinds.rows, undone)
    clients = RecordDirectory(state, type: "client", kinds: kinds.clients, undone)
    deals = RecordDirectory(state, type: "deal", kinds: kinds.deals, undone)
  }
}

/// The records of a type by what rows can name them with, made once for an import.
struct RecordDirectory: Sendable {
  /// The records, deleted ones included.
  private(set) var records: [Record] = []
  /// Whether a record is not in the trash.
  private var isAlive: [Bool] = []
  /// The ids of all records one after the other, and where each ends; rows refer to them often.
  private var idBytes: [UInt8] = []
  private var idEnds: [Int] = []
  private var table: KeyTable
  /// Whether some record was made of a row of a file.
  private(set) var hasSourceRows = false

  /// Reads the records of a type.
  ///
  /// - Parameters:
  ///   - state: the state.
  ///   - type: the type of the records.
  ///   - kinds: the kinds of keys that rows have; others are not made.
  ///   - undone: what is taken back; records that are gone by that are left out.
  init(_ state: State, type: String, kinds: Set<KeyKind>, _ undone: TakenBack = TakenBack()) {
    table = KeyTable(reserving: 1024)
    guard !kinds.isEmpty else { return }
    let external = state.field("external_ids")
    let source = state.field(ImportLayout.sourceRows)
    let inn = state.field("inn")
    let phones = state.field("phones")
    let emails = state.field("emails")
    let name = state.field("name")
    let title = state.field("title")
    let has = (
      external: kinds.contains(.external), number: kinds.contains(.number),
      sourceRow: kinds.contains(.sourceRow), inn: kinds.contains(.inn),
      phone: kinds.contains(.phone), email: kinds.contains(.email), name: kinds.contains(.name),
      title: kinds.contains(.title), id: kinds.contains(.id)
    )
    var key: [UInt8] = []
    var table = KeyTable(reserving: 1024)
    var records: [Record] = []
    var isAlive: [Bool] = []
    var idBytes: [UInt8] = []
    var idEnds: [Int] = []
    var hasSourceRows = false
    state.forEach(type: type) { record in
      if !undone.isEmpty, undone.tookAway(record) { return true }
      let ordinal = Int32(records.count)
      let idStart = idBytes.count
      records.append(record)
      isAlive.append(record.isAlive)
      idBytes.append(contentsOf: record.id.utf8)
      idEnds.append(idBytes.count)
      func insert(
        _ value: Span<UInt8>, _ kind: KeyKind, _ append: (Span<UInt8>, inout [UInt8]) -> Void
      ) {
        key.removeAll(keepingCapacity: true)
        StoredValue.withContent(of: value) { append($0, &key) }
        if !key.isEmpty { table.insert(KeyHash.hash(key.span, kind), ordinal) }
      }
      if has.external || has.number {
        record.forEachElement(of: external) { value in
          insert(value, .external) { $1.append(copying: $0) }
          if has.number {
            insert(value, .number) { MatchKey.appendExternalID($0, to: &$1) }
          }
        }
      }
      if has.sourceRow {
        record.forEachElement(of: source) { value in
          hasSourceRows = true
          insert(value, .sourceRow) { $1.append(copying: $0) }
        }
      }
      guard isAlive[Int(ordinal)] else { return true }
      if has.inn {
        record.withValue(of: inn) { insert($0, .inn) { MatchKey.appendNumber($0, to: &$1) } }
      }
      if has.phone {
        record.forEachElement(of: phones) { value in
          insert(value, .phone) { MatchKey.appendPhone($0, to: &$1) }
        }
      }
      if has.email {
        record.forEachElement(of: emails) { value in
          insert(value, .email) { MatchKey.appendEMail($0, to: &$1) }
        }
      }
      if has.name {
        record.withValue(of: name) { insert($0, .name) { MatchKey.appendName($0, to: &$1) } }
      }
      if has.title {
        record.withValue(of: title) { insert($0, .title) { TextFolding.append($0, to: &$1) } }
      }
      if has.id {
        let id = idBytes.span.extracting(idStart..<idBytes.count)
        table.insert(KeyHash.hash(id, .id), ordinal)
      }
      return true
    }
    self.table = table
    self.records = records
    self.isAlive = isAlive
    self.idBytes = idBytes
    self.idEnds = idEnds
    self.hasSourceRows = hasSourceRows
  }

  /// Appends the id of a record.
  func appendID(_ ordinal: Int32, to bytes: inout [UInt8]) {
    let place = Int(ordinal)
    bytes += idBytes[(place == 0 ? 0 : idEnds[place - 1])..<idEnds[place]]
  }

  /// The records with a key, the oldest first, deleted ones included for numbers and marks.
  func find(_ key: RowKey) -> [Int32] {
    var found: [Int32] = []
    table.forEach(key.hash) { ordinal in
      found.append(ordinal)
      return true
    }
    return found
  }

  /// The first record with a key that is not in the trash.
  func firstAlive(_ key: RowKey) -> Int32? {
    var found: Int32?
    table.forEach(key.hash) { ordinal in
      if isAlive[Int(ordinal)] { found = ordinal }
      return found == nil
    }
    return found
  }

  /// Whether several records with a key are not in the trash.
  func hasSeveralAlive(_ key: RowKey) -> Bool {
    var count = 0
    table.forEach(key.hash) { ordinal in
      if isAlive[Int(ordinal)] { count += 1 }
      return count < 2
    }
    return count > 1
  }

  /// The one record with a key that is not in the trash; nil if several have it.
  func onlyAlive(_ key: RowKey) -> Int32? {
    let found = find(key).filter { isAlive[Int($0)] }
    return found.count == 1 ? found[0] : nil
  }

  @inline(__always)
  func first(_ key: RowKey) -> Int32? { table.first(key.hash) }
}
