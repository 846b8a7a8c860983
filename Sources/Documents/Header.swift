import Bytes
public import Sealing

/// The numbers of the line format (SPEC §0, §5.1).
public enum LineFormat {
  /// The version that this program reads and writes.
  public static let version = 1
}

/// A document's first line: which workspace it holds and who may read and write it (SPEC §5).
public struct Header: Equatable, Sendable {
  /// The workspace, derived from the three that follow.
  public let workspace: WorkspaceID

  /// The public key of the device that founded the workspace.
  public let founder: PublicKey

  /// The public half of the recovery key, whose secret half is kept on paper.
  public let recovery: PublicKey

  /// When the workspace was founded, in milliseconds since 1970 UTC.
  public let createdMillis: Int64

  /// The least version of the format that reads this document rightly.
  public let minimumReader: Int

  /// The least version of the format that may write to this document.
  public let minimumWriter: Int

  /// The line itself, with what this version does not know, without its line feed.
  public let line: [UInt8]

  /// Founds a workspace.
  public init(founder: PublicKey, recovery: PublicKey, createdMillis: Int64) {
    self.founder = founder
    self.recovery = recovery
    self.createdMillis = createdMillis
    minimumReader = 1
    minimumWriter = 1
    workspace = WorkspaceID(
      founder: founder, recovery: recovery, createdMillis: createdMillis)
    let text =
      "{\"karto\":\(LineFormat.version),\"created\":\"\(Timestamp.text(createdMillis))\","
      + "\"founder\":\"\(Base64URL.encode(founder.bytes.span))\",\"reader\":1,"
      + "\"recovery\":\"\(Base64URL.encode(recovery.bytes.span))\","
      + "\"workspace\":\"\(workspace.text)\",\"writer\":1}"
    line = Array(text.utf8)
  }

  /// Reads a header line, keeping what it does not know.
  ///
  /// - Throws: `DocumentError.needsNewerReader` if the document asks for one, otherwise
  ///   `DocumentError.line` with what is wrong.
  public init(line: Span<UInt8>) throws(DocumentError) {
    let object = try LineObject(line)
    guard object.kind == "karto" else { throw .line(.unexpected, byteOffset: 0) }
    // The version rule comes first: what follows may have changed its meaning (SPEC §5.1).
    minimumReader = try object.integer("reader", in: line)
    guard minimumReader <= LineFormat.version else {
      throw .needsNewerReader(version: minimumReader)
    }
    minimumWriter = try object.integer("writer", in: line)
    createdMillis = try object.timestamp("created", in: line)
    founder = try object.publicKey("founder", in: line)
    recovery = try object.publicKey("recovery", in: line)
    workspace = WorkspaceID(
      founder: founder, recovery: recovery, createdMillis: createdMillis)
    guard try object.string("workspace", in: line) == workspace.text else {
      throw .line(.key("workspace"), byteOffset: 0)
    }
    self.line = [UInt8](bytesOf: line)
  }
}
