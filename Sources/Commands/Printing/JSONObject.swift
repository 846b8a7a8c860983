import Bytes

/// A line of JSON that is printed, its keys in the order in which they are given.
struct JSONObject {
  private var writer = JSONWriter()

  init() {
    writer.beginObject()
  }

  /// The object as text.
  var bytes: [UInt8] {
    var writer = writer
    writer.endObject()
    return writer.bytes
  }

  mutating func put(_ key: String, _ value: String?) {
    writer.key(text: key)
    if let value { writer.string(value) } else { writer.null() }
  }

  mutating func put(_ key: String, _ value: Int) {
    writer.key(text: key)
    writer.integer(value)
  }

  mutating func put(_ key: String, _ value: Bool) {
    writer.key(text: key)
    writer.bool(value)
  }

  /// Puts yes, no, or null for neither.
  mutating func put(_ key: String, truth: Bool?) {
    writer.key(text: key)
    if let truth { writer.bool(truth) } else { writer.null() }
  }

  mutating func put(_ key: String, _ values: [String]) {
    writer.key(text: key)
    writer.beginArray()
    for value in values {
      writer.element()
      writer.string(value)
    }
    writer.endArray()
  }

  mutating func put(_ key: String, _ objects: [JSONObject]) {
    writer.key(text: key)
    writer.beginArray()
    for object in objects {
      writer.element()
      writer.raw(object.bytes.span)
    }
    writer.endArray()
  }

  mutating func put(_ key: String, _ object: JSONObject) {
    put(key, raw: object.bytes)
  }

  /// Puts a value that is JSON already.
  mutating func put(_ key: String, raw bytes: [UInt8]) {
    writer.key(text: key)
    writer.raw(bytes.span)
  }

  /// An object with one more key at its end.
  static func adding(_ key: String, _ value: Int, to object: [UInt8]) -> [UInt8] {
    guard object.last == UInt8(ascii: "}") else { return object }
    let comma = object.count > 2 ? "," : ""
    return object.dropLast() + Array("\(comma)\"\(key)\":\(value)}".utf8)
  }
}
