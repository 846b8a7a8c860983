import CRM
import Replication

/// The records of a type by what rows can name them with, made once for an import.
struct RecordDirectory: Sendable {
  /// The records, deleted ones included.
  private(set) var records: [Record] = []
  private var table: KeyTable
  /// Own ids are looked up in the state itself.
  private let state: State
  private let type: String
  private(set) var ordinals: [String: Int32] = [:]

  /// Reads the records of a type.
  ///
  /// - Parameters:
  ///   - state: the state.
  ///   - type: the type of the records.
  ///   - kinds: the kinds of keys that rows have; others are not made.
  init(_ state: State, type: String, kinds: Set<KeyKind>) {
    self.state = state
    self.type = type
    table = KeyTable(reserving: 1024)
    guard !kinds.isEmpty else { return }
    let external = state.field("external_ids")
    let source = state.field(ImportLayout.sourceRows)
    let inn = state.field("inn")
    let phones = state.field("phones")
    let emails = state.field("emails")
    let name = state.field("name")
    var key: [UInt8] = []
    var table = KeyTable(reserving: 1024)
    var records: [Record] = []
    state.forEach(type: type) { record in
      let ordinal = Int32(records.count)
      records.append(record)
      func insert(
        _ value: Span<UInt8>, _ kind: KeyKind, _ append: (Span<UInt8>, inout [UInt8]) -> Void
      ) {
        key.removeAll(keepingCapacity: true)
        StoredValue.withContent(of: value) { append($0, &key) }
        if !key.isEmpty { table.insert(KeyHash.hash(key.span, kind), ordinal) }
      }
      if kinds.contains(.external) || kinds.contains(.number) {
        record.forEachElement(of: external) { value in
          insert(value, .external) { $1.append(copying: $0) }
          if kinds.contains(.number) {
            insert(value, .number) { MatchKey.appendExternalID($0, to: &$1) }
          }
        }
      }
      if kinds.contains(.sourceRow) {
        record.forEachElement(of: source) { value in
          insert(value, .sourceRow) { $1.append(copying: $0) }
        }
      }
      guard record.isAlive else { return true }
      if kinds.contains(.inn) {
        record.withValue(of: inn) { insert($0, .inn) { MatchKey.appendNumber($0, to: &$1) } }
      }
      if kinds.contains(.phone) {
        record.forEachElement(of: phones) { value in
          insert(value, .phone) { MatchKey.appendPhone($0, to: &$1) }
        }
      }
      if kinds.contains(.email) {
        record.forEachElement(of: emails) { value in
          insert(value, .email) { MatchKey.appendEMail($0, to: &$1) }
        }
      }
      if kinds.contains(.name) {
        record.withValue(of: name) { insert($0, .name) { MatchKey.appendName($0, to: &$1) } }
      }
      if kinds.contains(.id) {
        table.insert(KeyHash.hash(record.id.utf8.span, .id), ordinal)
      }
      return true
    }
    self.table = table
    self.records = records
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

  @inline(__always)
  func first(_ key: RowKey) -> Int32? { table.first(key.hash) }
}
