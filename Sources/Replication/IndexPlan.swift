/// Which fields can be looked up by value, and how their values are made comparable.
///
/// Replication knows no meaning of a field; whoever opens a workspace says what to index.
public struct IndexPlan: Sendable {
  /// One field of one type of record.
  public struct Entry: Sendable {
    /// The type of the records.
    public let type: String

    /// The register or set whose values are indexed.
    public let field: String

    /// Appends the key of one value, given as canonical JSON bytes: what look-ups compare.
    ///
    /// A value for which nothing is appended is not indexed.
    public let appendKey: @Sendable (Span<UInt8>, inout [UInt8]) -> Void

    /// Indexes `field` of `type` by what `appendKey` makes of its values.
    public init(
      type: String, field: String,
      appendKey: @escaping @Sendable (Span<UInt8>, inout [UInt8]) -> Void
    ) {
      self.type = type
      self.field = field
      self.appendKey = appendKey
    }
  }

  /// Changes whenever an entry comes, goes or makes other keys; a cache of another version is
  /// made anew.
  public let version: UInt32

  /// The indexed fields.
  public let entries: [Entry]

  /// Makes a plan.
  public init(version: UInt32, entries: [Entry]) {
    self.version = version
    self.entries = entries
  }
}
