package import Bytes

/// Values in the form in which records hold them: canonical JSON.
package enum StoredValue {
  /// The value that clears a register.
  package static let null = Array("null".utf8)

  /// Returns a text as a JSON string.
  package static func text(_ text: String) -> [UInt8] {
    var writer = JSONWriter(reserving: text.utf8.count + 2)
    writer.string(text)
    return writer.bytes
  }

  /// Returns an integer as JSON.
  package static func integer(_ number: Int) -> [UInt8] {
    Array(String(number).utf8)
  }

  /// Returns a truth value as JSON.
  package static func bool(_ flag: Bool) -> [UInt8] {
    Array((flag ? "true" : "false").utf8)
  }

  /// Offers what a value says, without quotes and escapes; other values than strings as they are.
  ///
  /// Almost no string holds an escape, and then nothing is copied.
  @inline(__always)
  package static func withContent<Result>(
    of value: Span<UInt8>, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    guard value.count >= 2, value[0] == UInt8(ascii: "\"") else { return try body(value) }
    let content = value.extracting(1..<(value.count - 1))
    for index in 0..<content.count where content[unchecked: index] == UInt8(ascii: "\\") {
      let plain = (try? JSONScanner.unescape(1..<(value.count - 1), in: value)) ?? []
      return try body(plain.span)
    }
    return try body(content)
  }

  /// Returns what a value says as text.
  package static func content(of value: [UInt8]) -> String {
    withContent(of: value.span) { text(of: $0) }
  }

  /// Returns bytes as text; ill-formed UTF-8 is repaired.
  package static func text(of bytes: Span<UInt8>) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns a value as JSON in memory.
  package static func json(_ value: [UInt8]) -> JSONValue {
    (try? JSONParser.parse(value.span)) ?? .null
  }
}
