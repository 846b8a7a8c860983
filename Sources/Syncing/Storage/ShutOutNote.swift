import Bytes
import Documents
import Platform

/// That a peer would not exchange with this device, since it was shut out of the base (SPEC §15.2).
///
/// Whoever is refused gets nothing, not even the seal, so the base cannot tell it. A memory and no
/// proof: whoever knows the base can say so.
public struct ShutOutNote: Equatable, Sendable {
  /// What the peer is called.
  public let peer: String
  /// When it was, in milliseconds since 1970 UTC.
  public let atMillis: Int64
  /// How many seals of this device the base told of then; with another one it tells more than this.
  public let sealCount: Int

  /// Makes a note.
  public init(peer: String, atMillis: Int64, sealCount: Int) {
    self.peer = peer
    self.atMillis = atMillis
    self.sealCount = sealCount
  }
}

extension PeerBook {
  /// What a peer said last of this device, if nobody has exchanged with it since.
  public var shutOut: ShutOutNote? {
    guard let bytes = try? Files.readAll(shutOutPath, limit: Self.fileByteLimit),
      let value = try? JSONParser.parse(bytes.span),
      let peer = value["peer"]?.text,
      let at = value["at"]?.text.flatMap({ Timestamp.parse(Array($0.utf8).span) }),
      case .integer(let count)? = value["seals"]
    else { return nil }
    return ShutOutNote(peer: peer, atMillis: at, sealCount: count)
  }

  /// Remembers that a peer said so.
  ///
  /// - Throws: what the system says.
  public func note(_ shutOut: ShutOutNote) throws {
    let value = JSONValue.object([
      ("at", .string(Timestamp.text(shutOut.atMillis))), ("peer", .string(shutOut.peer)),
      ("seals", .integer(shutOut.sealCount)),
    ])
    try Files.createFolder(
      Files.folder(of: shutOutPath), permissions: 0o700, intermediate: true)
    try Files.replace(shutOutPath, permissions: 0o600) {
      try $0.write(value.canonicalBytes + [UInt8(ascii: "\n")])
    }
  }

  /// Forgets it: somebody has exchanged with this device.
  public func forgetShutOut() {
    _ = try? Files.remove(shutOutPath)
  }
}
