import Bytes
import Sealing

/// The last line of a commit: the salt of its lines' hashes, and the signature (SPEC §6.5).
public struct Trailer: Equatable, Sendable {
  /// Where the salts of the body's lines come from.
  public enum Salt: Equatable, Sendable {
    /// All are derived from these 16 bytes.
    case whole([UInt8])
    /// Those of several commits of a replica are derived from these 16 bytes, so that a member with
    /// all of them says them once.
    case seeded([UInt8])
    /// After an erasure: each line's own 16 bytes, none for an erased line.
    case perLine([[UInt8]?])
  }

  /// The salt.
  public let salt: Salt

  /// The 64 bytes of the signature; absent where a later commit's signature covers this one.
  public let signature: [UInt8]?

  /// Makes a trailer to be written.
  public init(salt: Salt, signature: [UInt8]?) {
    self.salt = salt
    self.signature = signature
  }

  /// Reads a trailer.
  ///
  /// - Throws: `DocumentError.line` with the key that is wrong.
  public init(line: Span<UInt8>) throws(DocumentError) {
    let object = try LineObject(line)
    switch object.kind {
    case "salt":
      let text = try LineObject.string(at: object.value, key: "salt", in: line)
      guard let bytes = Base64URL.decode(text), bytes.count == 16 else {
        throw .line(.key("salt"), byteOffset: 0)
      }
      salt = .whole(bytes)
    case "salted":
      let text = try LineObject.string(at: object.value, key: "salted", in: line)
      guard let bytes = Base64URL.decode(text), bytes.count == 16 else {
        throw .line(.key("salted"), byteOffset: 0)
      }
      salt = .seeded(bytes)
    case "salts":
      salt = .perLine(try Self.salts(at: object.value, in: line))
    default:
      throw .line(.unexpected, byteOffset: 0)
    }
    guard object["sign"] != nil else {
      signature = nil
      return
    }
    guard let bytes = Base64URL.decode(try object.string("sign", in: line)), bytes.count == 64
    else { throw .line(.key("sign"), byteOffset: 0) }
    signature = bytes
  }

  /// The line, without its line feed.
  public var line: [UInt8] {
    var text: String
    switch salt {
    case .whole(let bytes):
      text = "{\"salt\":\"\(Base64URL.encode(bytes.span))\""
    case .seeded(let bytes):
      text = "{\"salted\":\"\(Base64URL.encode(bytes.span))\""
    case .perLine(let salts):
      let entries = salts.map { "\"\($0.map { Base64URL.encode($0.span) } ?? "")\"" }
      text = "{\"salts\":[\(entries.joined(separator: ","))]"
    }
    if let signature { text += ",\"sign\":\"\(Base64URL.encode(signature.span))\"" }
    return Array((text + "}").utf8)
  }

  private static let opening = Array("{\"salt".utf8)

  private static let endings = ["\"", "s\"", "ed\""].map { Array($0.utf8) }

  /// Whether the line that starts at `offset` is a trailer: its first key is `salt`, `salts` or
  /// `salted`.
  static func begins(at offset: Int, in raw: Span<UInt8>) -> Bool {
    let end = offset + opening.count
    guard end < raw.count else { return false }
    for index in 0..<opening.count where raw[offset + index] != opening[index] { return false }
    return endings.contains { ending in
      end + ending.count <= raw.count
        && ending.indices.allSatisfy { raw[end + $0] == ending[$0] }
    }
  }

  private static func salts(
    at range: Range<Int>, in line: Span<UInt8>
  ) throws(DocumentError) -> [[UInt8]?] {
    var scanner = JSONScanner(at: range.lowerBound)
    var result: [[UInt8]?] = []
    do {
      try scanner.expect(UInt8(ascii: "["), in: line)
      if scanner.take(UInt8(ascii: "]"), in: line) { return [] }
      repeat {
        let text = try JSONScanner.string(at: scanner.string(in: line), in: line)
        if text.isEmpty {
          result.append(nil)
        } else if let bytes = Base64URL.decode(text), bytes.count == 16 {
          result.append(bytes)
        } else {
          throw DocumentError.line(.key("salts"), byteOffset: range.lowerBound)
        }
      } while scanner.take(UInt8(ascii: ","), in: line)
      try scanner.expect(UInt8(ascii: "]"), in: line)
    } catch {
      throw .line(.key("salts"), byteOffset: range.lowerBound)
    }
    return result
  }
}
