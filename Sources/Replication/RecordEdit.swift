public import Bytes

/// What is to be done to one record in one commit, before it is a line (SPEC §6.2).
public struct RecordEdit: Equatable, Sendable {
  /// The record's type.
  public var type: String
  /// The record's id.
  public var id: String
  /// Registers to set: field and value, as canonical JSON.
  public var set: [String: [UInt8]] = [:]
  /// Elements to add: field and values, as canonical JSON.
  public var add: [String: [[UInt8]]] = [:]
  /// Elements to remove: field and values, as canonical JSON.
  public var remove: [String: [[UInt8]]] = [:]
  /// Whether the record is to be deleted.
  public var isDeletion = false

  /// Starts an edit that does nothing but make the record exist.
  public init(type: String, id: String) {
    self.type = type
    self.id = id
  }

  /// Whether the edit neither changes a field nor deletes.
  public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty && !isDeletion }

  /// Appends the record line, with its line feed.
  public func append(to writer: inout JSONWriter) {
    writer.raw("{")
    writer.string(type)
    writer.raw(":")
    writer.string(id)
    Self.append(lists: add, as: ",\"add\":{", to: &writer)
    if isDeletion { writer.raw(",\"delete\":true") }
    Self.append(lists: remove, as: ",\"remove\":{", to: &writer)
    if !set.isEmpty {
      writer.raw(",\"set\":{")
      for (index, field) in Self.sorted(set.keys).enumerated() {
        if index > 0 { writer.raw(",") }
        writer.string(field)
        writer.raw(":")
        let value = set[field] ?? Array("null".utf8)
        writer.raw(value.span)
      }
      writer.raw("}")
    }
    writer.raw("}\n")
  }

  private static func append(
    lists: [String: [[UInt8]]], as opening: StaticString, to writer: inout JSONWriter
  ) {
    let fields = sorted(lists.keys).filter { !(lists[$0] ?? []).isEmpty }
    guard !fields.isEmpty else { return }
    writer.raw(opening)
    for (index, field) in fields.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.string(field)
      writer.raw(":[")
      var last: ByteString?
      for element in (lists[field] ?? []).map(ByteString.init).sorted() where element != last {
        if last != nil { writer.raw(",") }
        writer.raw(element.bytes.span)
        last = element
      }
      writer.raw("]")
    }
    writer.raw("}")
  }

  private static func sorted(_ fields: some Collection<String>) -> [String] {
    fields.count < 2
      ? Array(fields) : fields.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
