import Replication

/// Which fields of the CRM can be looked up by value.
enum BaseIndex {
  /// The key under which every record of a small type is found, so that nobody scans for them.
  static let every: [UInt8] = Array("*".utf8)

  /// The plan; its version changes with every change of keys.
  static let plan = IndexPlan(version: 7, entries: entries)

  private static let entries: [IndexPlan.Entry] =
    [
      entry("client", "name") { MatchKey.appendName($0, to: &$1) },
      entry("client", "phones") { _ = MatchKey.appendPhone($0, to: &$1) },
      entry("client", "emails") { _ = MatchKey.appendEMail($0, to: &$1) },
      entry("client", "inn") { MatchKey.appendNumber($0, to: &$1) },
      entry("client", "external_ids") { MatchKey.appendExternalID($0, to: &$1) },
      // Of merged cards there are few, so all of them are found under one key.
      IndexPlan.Entry(type: "client", field: MergedCards.field) { value, key in
        if value.count > 2, value[0] == UInt8(ascii: "\"") { key += every }
      },
      entry("deal", "client", exactly),
      entry("deal", "external_ids") { MatchKey.appendExternalID($0, to: &$1) },
      entry("activity", "clients", exactly), entry("activity", "deals", exactly),
      entry("task", "clients", exactly), entry("task", "deals", exactly),
      entry("task", "state", exactly), entry("link", "from", exactly), entry("link", "to", exactly),
      entry("stage_event", "deal", exactly),
    ]
    + smallTypes.map { type, field in
      IndexPlan.Entry(type: type, field: field) { $1 += every }
    }

  /// Types of which a base has few, each with a field that every record of it has.
  static let smallTypes: [(type: String, field: String)] = [
    ("member", "name"), ("device", "name"), ("pipeline", "name"), ("stage", "name"),
    ("segment", "name"), ("field", "key"), ("entry", "name"), ("import", "file"),
    ("invitation", "key"), ("handover", "member"),
  ]

  private static func exactly(_ content: Span<UInt8>, _ output: inout [UInt8]) {
    content.withUnsafeBufferPointer { output.append(contentsOf: $0) }
  }

  private static func entry(
    _ type: String, _ field: String,
    _ append: @escaping @Sendable (Span<UInt8>, inout [UInt8]) -> Void
  ) -> IndexPlan.Entry {
    IndexPlan.Entry(type: type, field: field) { value, key in
      StoredValue.withContent(of: value) { append($0, &key) }
    }
  }
}

extension State {
  /// The living records of a small type, by id.
  func all(_ type: String) -> [Record] {
    guard let small = BaseIndex.smallTypes.first(where: { $0.type == type }) else { return [] }
    // People are not deleted: whoever has a role stays to be seen, whatever was done to the card.
    guard type == "member" else { return found(BaseIndex.every, in: small.field, of: type) }
    return allFound(BaseIndex.every, in: small.field, of: type)
      .filter { $0.isAlive || role(ofMember: $0.id) != nil }
  }

  /// The living records with a key in an indexed field, by id.
  func found(_ key: [UInt8], in field: String, of type: String) -> [Record] {
    allFound(key, in: field, of: type).filter(\.isAlive)
  }

  private func allFound(_ key: [UInt8], in field: String, of type: String) -> [Record] {
    records(withKey: key, in: field, of: type, plan: BaseIndex.plan)
      .map { (IDOrder($0.id), $0) }
      .sorted { $0.0 < $1.0 }
      .map(\.1)
  }
}

/// The order of ids: as numbers, so that records come in the order in which they were made.
struct IDOrder: Comparable {
  private let number: UInt64
  private let text: [UInt8]

  init(_ id: String) {
    self.init(id.utf8.span)
  }

  init(_ id: Span<UInt8>) {
    var parts: (UInt64, UInt64) = (0, 0)
    var isSecond = false
    for index in 0..<id.count {
      let byte = id[index]
      if byte == UInt8(ascii: ".") {
        isSecond = true
      } else if byte &- 0x30 < 10 {
        // Ids of other makers may hold any number of digits; beyond 31 bits only the text counts.
        if isSecond {
          parts.1 = min(parts.1 * 10 + UInt64(byte &- 0x30), 1 << 31)
        } else {
          parts.0 = min(parts.0 * 10 + UInt64(byte &- 0x30), 1 << 31)
        }
      } else {
        break
      }
    }
    number = parts.0 << 32 | parts.1
    text = (0..<id.count).map { id[$0] }
  }

  static func < (left: IDOrder, right: IDOrder) -> Bool {
    left.number != right.number
      ? left.number < right.number : left.text.lexicographicallyPrecedes(right.text)
  }
}
