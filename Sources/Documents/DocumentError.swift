public import Bytes

/// What can be wrong with a document, as data; sentences live in Wording (SPEC §17).
public enum DocumentError: Error, Equatable, Sendable {
  /// No file stands at this path.
  case notFound(path: String)

  /// The bytes do not begin with a document's header member.
  case notADocument(path: String)

  /// The document asks for a reader of this version; this program reads up to `LineFormat.version`.
  case needsNewerReader(version: Int)

  /// The document may be read but asks for a writer of this version.
  case needsNewerWriter(version: Int)

  /// A file stands at the path where a new document was to be made.
  case alreadyExists(path: String)

  /// The document cannot be written: its permissions or its file system forbid it.
  case readOnly(path: String)

  /// Something else took the document's place again and again while it was being locked.
  case unstable(path: String)

  /// A line breaks the format: what is wrong, and at which byte of the uncompressed member.
  case line(LineFault, byteOffset: Int)

  /// A member breaks the container: what is wrong, and at which byte of the file.
  case container(ContainerFault, byteOffset: Int)

  /// A commit is longer than `Limits.commitBytes`; `bytes` is its length.
  case commitTooLarge(bytes: Int)
}

/// How a line can break the format (SPEC §4).
public enum LineFault: Equatable, Sendable {
  /// It is not canonical JSON.
  case json(JSONError.Kind)
  /// It is not an object whose first key names the line's kind.
  case notAnObject
  /// A key is missing, doubled, out of order or of the wrong type; the key is named.
  case key(String)
  /// A commit's line or trailer was expected here.
  case unexpected
  /// The line is longer than `Limits.lineBytes`.
  case tooLong
  /// The same record stands twice in one commit.
  case recordTwice
}

/// How a gzip member can break the container (SPEC §3).
public enum ContainerFault: Equatable, Sendable {
  /// The bytes here do not begin a member of a document.
  case notAMember
  /// The member ends before its length says.
  case truncated
  /// The member's compressed data or checksum is wrong.
  case corrupt
  /// The member's extra field and its contents disagree.
  case mislabelled
  /// The member is larger than the limits allow.
  case tooLarge
}
