import Bytes
import Sealing

/// The top level of one line: an object whose first key names its kind (SPEC §4.3).
///
/// Used for headers, commit lines and trailers, of which there are few; record lines have a
/// faster reader of their own in Replication.
struct LineObject {
  /// The first key.
  let kind: String

  /// The bytes of the first key's value.
  let value: Range<Int>

  /// The bytes of each other key's value; keys ascend.
  private(set) var members: [(key: String, value: Range<Int>)] = []

  init(_ line: Span<UInt8>) throws(DocumentError) {
    do {
      var scanner = JSONScanner(at: 0)
      try scanner.expect(UInt8(ascii: "{"), in: line)
      kind = try JSONScanner.string(at: scanner.string(in: line), in: line)
      try scanner.expect(UInt8(ascii: ":"), in: line)
      value = try scanner.value(in: line, depth: 1)
      while scanner.take(UInt8(ascii: ","), in: line) {
        let key = try JSONScanner.string(at: scanner.string(in: line), in: line)
        if key == kind { throw DocumentError.line(.key(key), byteOffset: 0) }
        if let last = members.last, !last.key.utf8.lexicographicallyPrecedes(key.utf8) {
          throw DocumentError.line(.key(key), byteOffset: 0)
        }
        try scanner.expect(UInt8(ascii: ":"), in: line)
        members.append((key, try scanner.value(in: line, depth: 1)))
      }
      try scanner.expect(UInt8(ascii: "}"), in: line)
      guard scanner.position == line.count else {
        throw DocumentError.line(.notAnObject, byteOffset: 0)
      }
    } catch let error as JSONError {
      throw .line(.json(error.kind), byteOffset: error.byteOffset)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw .line(.notAnObject, byteOffset: 0)
    }
  }

  subscript(key: String) -> Range<Int>? {
    members.first { $0.key == key }?.value
  }

  func integer(_ key: String, in line: Span<UInt8>) throws(DocumentError) -> Int {
    guard let range = self[key] else { throw .line(.key(key), byteOffset: 0) }
    return try Self.integer(at: range, key: key, in: line)
  }

  static func integer(
    at range: Range<Int>, key: String, in line: Span<UInt8>
  ) throws(DocumentError) -> Int {
    var scanner = JSONScanner(at: range.lowerBound)
    guard let value = try? scanner.integer(in: line), scanner.position == range.upperBound else {
      throw .line(.key(key), byteOffset: range.lowerBound)
    }
    return value
  }

  func string(_ key: String, in line: Span<UInt8>) throws(DocumentError) -> String {
    guard let range = self[key] else { throw .line(.key(key), byteOffset: 0) }
    return try Self.string(at: range, key: key, in: line)
  }

  static func string(
    at range: Range<Int>, key: String, in line: Span<UInt8>
  ) throws(DocumentError) -> String {
    var scanner = JSONScanner(at: range.lowerBound)
    guard let contents = try? scanner.string(in: line), scanner.position == range.upperBound,
      let text = try? JSONScanner.string(at: contents, in: line)
    else { throw .line(.key(key), byteOffset: range.lowerBound) }
    return text
  }

  func timestamp(_ key: String, in line: Span<UInt8>) throws(DocumentError) -> Int64 {
    guard let millis = Timestamp.parse(try string(key, in: line).utf8.span) else {
      throw .line(.key(key), byteOffset: 0)
    }
    return millis
  }

  func publicKey(_ key: String, in line: Span<UInt8>) throws(DocumentError) -> PublicKey {
    guard let bytes = Base64URL.decode(try string(key, in: line)),
      let publicKey = PublicKey(bytes.span)
    else { throw .line(.key(key), byteOffset: 0) }
    return publicKey
  }
}
