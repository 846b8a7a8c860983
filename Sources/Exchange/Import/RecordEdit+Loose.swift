import Bytes
import CRM
import Replication

extension RecordEdit {
  /// Reads a record line of the program's own whose elements may stand in any order.
  init(looseLine line: Span<UInt8>) {
    let object = (try? JSONParser.parse(line)) ?? .null
    guard case .object(let members) = object, let first = members.first,
      let id = first.value.text
    else {
      self.init(type: "", id: "")
      return
    }
    self.init(type: first.key, id: id)
    func fields(_ key: String) -> [(key: String, value: JSONValue)] {
      guard case .object(let members)? = object[key] else { return [] }
      return members.map { ($0.key, $0.value) }
    }
    for (field, value) in fields("set") { set[field] = Self.canonical(value) }
    for (field, value) in fields("add") {
      guard case .array(let elements) = value else { continue }
      add[field] = elements.map(Self.canonical)
    }
  }

  private static func canonical(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
  }
}
