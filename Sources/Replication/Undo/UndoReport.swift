public import Documents

/// What an undo did, or would do.
public struct UndoReport: Equatable, Sendable {
  /// What was done to one record.
  public struct Reverted: Equatable, Sendable {
    /// How a record was taken back.
    public enum Kind: Equatable, Sendable {
      /// It had been made, and went to the trash.
      case deleted
      /// It had been deleted, and came back.
      case restored
      /// These fields were set back.
      case changed(fields: [String])
    }

    /// The record's type.
    public let type: String
    /// The record's id.
    public let id: String
    /// How it was taken back.
    public let kind: Kind
  }

  /// What was left alone, since someone has edited it later.
  public struct Left: Equatable, Sendable {
    /// The record's type.
    public let type: String
    /// The record's id.
    public let id: String
    /// The fields; none if the record as a whole was left.
    public let fields: [String]
    /// The later commit.
    public let by: Dot
    /// Its author's wall clock, in milliseconds since 1970 UTC.
    public let atMillis: Int64
  }

  /// What was left alone, since it is not for whoever undoes to delete or to change.
  public struct Kept: Equatable, Sendable {
    /// The record's type.
    public let type: String
    /// The record's id.
    public let id: String
  }

  /// The commits that were written.
  public internal(set) var dots: [Dot] = []
  /// What was taken back.
  public internal(set) var reverted: [Reverted] = []
  /// What was left alone.
  public internal(set) var left: [Left] = []
  /// What is not for whoever undoes to delete or to change (SPEC [U-3]).
  public internal(set) var kept: [Kept] = []
  /// Seals that stay: to void one takes a role that outranks its author's (SPEC §8.5).
  public internal(set) var sealsLeft: [String] = []
}
