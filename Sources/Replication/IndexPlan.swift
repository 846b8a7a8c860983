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

    /// The keys of one value, given as canonical JSON bytes: what look-ups compare.
    public let keys: @Sendable (Span<UInt8>) -> [[UInt8]]

    /// Indexes `field` of `type` by what `keys` makes of its values.
    public init(
      type: String, field: String, keys: @escaping @Sendable (Span<UInt8>) -> [[UInt8]]
    ) {
      self.type = type
      self.field = field
      self.keys = keys
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
