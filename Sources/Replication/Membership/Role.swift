public import Documents

/// How much a member may do (SPEC §8.5): who is higher admits, seals and voids what is lower.
public enum Role: UInt8, CaseIterable, Comparable, Sendable {
  /// Whoever holds the recovery key that was printed when the workspace was founded.
  case recovery
  /// Admits and seals everyone below, and admits other owners.
  case owner
  /// Admits and seals managers and readers.
  case admin
  /// Works with clients.
  case manager
  /// Looks only.
  case reader

  /// The role with this name, as the register `role` of a member's record holds it.
  public init?(_ name: String) {
    guard let role = Self.allCases.first(where: { $0.name == name && $0 != .recovery }) else {
      return nil
    }
    self = role
  }

  /// The name in records.
  public var name: String {
    switch self {
    case .recovery: "recovery"
    case .owner: "owner"
    case .admin: "admin"
    case .manager: "manager"
    case .reader: "reader"
    }
  }

  /// Whether this role is higher than another.
  public func outranks(_ other: Role) -> Bool { rawValue < other.rawValue }

  /// Whether someone with this role may give another one to people below.
  public func admits(_ role: Role) -> Bool {
    outranks(role) || self == .owner && role == .owner
  }

  /// From the highest to the lowest.
  public static func < (first: Role, second: Role) -> Bool { first.rawValue < second.rawValue }
}

/// Why a commit is held: received and kept, but no part of the base (SPEC §8.5).
public enum HeldReason: UInt8, Sendable {
  /// Its replica is nobody's: no invitation that stands let it in.
  case stranger
  /// Its device or member was sealed before the sealer had seen it.
  case sealed
  /// Its author's role does not allow what it does.
  case notEntitled

  /// The name in listings for scripts.
  public var name: String {
    switch self {
    case .stranger: "stranger"
    case .sealed: "sealed"
    case .notEntitled: "not_entitled"
    }
  }
}

/// Commits of one replica that are held, one after another, for one reason.
public struct HeldRun: Equatable, Sendable {
  /// The replica.
  public let replica: ReplicaID
  /// The number of the first.
  public let first: UInt32
  /// The number of the last.
  public internal(set) var last: UInt32
  /// Why.
  public let reason: HeldReason

  /// The commits.
  public var dots: [Dot] { (first...last).map { Dot(replica, $0) } }

  /// Whether a commit is among them.
  public func contains(_ dot: Dot) -> Bool {
    dot.replica == replica && first <= dot.number && dot.number <= last
  }
}
