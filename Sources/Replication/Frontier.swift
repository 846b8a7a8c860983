public import Documents

/// For each replica the highest number that is held without gaps: a version vector (SPEC §7.2).
public struct Frontier: Equatable, Sendable {
  /// The numbers; replicas without commits are absent.
  public private(set) var numbers: [ReplicaID: UInt32]

  /// Makes a frontier of these numbers.
  public init(_ numbers: [ReplicaID: UInt32] = [:]) {
    self.numbers = numbers
  }

  /// The highest number of a replica; 0 if there is none.
  public subscript(replica: ReplicaID) -> UInt32 {
    numbers[replica] ?? 0
  }

  /// Whether the frontier holds a commit.
  public func contains(_ dot: Dot) -> Bool { dot.number <= self[dot.replica] }

  /// Takes in what `other` holds.
  public mutating func join(_ other: Frontier) {
    numbers.merge(other.numbers, uniquingKeysWith: max)
  }

  /// Both together.
  public func joined(_ other: Frontier) -> Frontier {
    var result = self
    result.join(other)
    return result
  }
}
