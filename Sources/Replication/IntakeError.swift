public import Documents

/// Why members that come from elsewhere are not taken.
public enum IntakeError: Error, Equatable, Sendable {
  /// The bytes are not one member of commits, or it cannot be read.
  case member(DocumentError)
  /// A commit comes before one that it follows on.
  case gap(Dot)
  /// More commits wait for a signature or for the end of their batch than memory is given to.
  case tooMuch(byteCount: Int)
}
