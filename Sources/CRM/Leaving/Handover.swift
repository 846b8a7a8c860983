/// By what several successors share somebody's work.
public enum HandoverRule: String, Sendable, CaseIterable {
  /// In turn, in the order in which the records were made.
  case roundRobin = "round-robin"
  /// A city goes to one person.
  case city
  /// A region goes to one person.
  case region
  /// A tag goes to one person; a client goes by the first of its tags.
  case tag
  /// A stage of the deals goes to one person.
  case stage
  /// So that each gets clients of about the same worth.
  case value

  /// What it is called in Russian; the first is how it is told.
  public var words: [String] {
    switch self {
    case .roundRobin: ["по-очереди", "очередь"]
    case .city: ["город"]
    case .region: ["регион"]
    case .tag: ["тег", "метка"]
    case .stage: ["этап"]
    case .value: ["ценность", "стоимость"]
    }
  }
}

/// Somebody's work that is to pass to others.
public struct HandoverOrder: Sendable {
  /// Who hands it over.
  public var leaver: Member
  /// Who takes it over, in the order in which they were named.
  public var successors: [Member]
  /// By what they share it.
  public var rule: HandoverRule
  /// The last day of an absence after which everything comes back; nil for good, with a seal.
  public var until: CivilDate?
  /// From when on the report tells what the leaver did, in milliseconds since 1970 UTC.
  public var sinceMillis: Int64
  /// The title of a first call to a client of this name.
  public var firstCall: @Sendable (String) -> String

  /// Describes a hand-over.
  public init(
    leaver: Member, successors: [Member], rule: HandoverRule = .roundRobin,
    until: CivilDate? = nil, sinceMillis: Int64, firstCall: @escaping @Sendable (String) -> String
  ) {
    self.leaver = leaver
    self.successors = successors
    self.rule = rule
    self.until = until
    self.sinceMillis = sinceMillis
    self.firstCall = firstCall
  }

  /// Whether it is for a time only.
  public var isTemporary: Bool { until != nil }
}

/// What keeps a hand-over from being made.
public enum HandoverError: Error, Equatable, Sendable {
  /// One cannot hand over from oneself; someone else does it.
  case oneself
  /// Only owners and admins hand work over.
  case notSenior
  /// A successor is the leaver, or does not work here any more, or only reads.
  case unfitSuccessor(String)
  /// The last day of the absence has passed.
  case untilPassed(CivilDate)
}

/// One thing that passes to somebody.
public struct Passed: Sendable {
  /// The record's type.
  public let type: String
  /// The record's id.
  public let id: String
  /// The name by which people know it.
  public let name: String
  /// The field that says who is responsible.
  public let field: String
  /// The id of the member who takes over.
  public internal(set) var to: String
  /// Whether it is told and counted: not the further cards of a client, nor what passes besides.
  public var isMain = true
  /// Of deals and tasks: the names of the clients whom they are about.
  public var clients: [String] = []
  /// Of clients: the worth, in minor units of the base's currency.
  public var value = 0
  /// Of clients: the last contact, as it is stored.
  public var lastContact: String?
  /// The next step: of clients the next task's day, of tasks their own, of deals the expected
  /// close, as it is stored.
  public var nextStep: String?
  /// Of clients whether a first call is made a task of.
  public var isFirstCall = false
  /// Whose it is, if the leaver had it only while its owner is away.
  public var loan: Loan?

  /// Whether it is back with its owner by this.
  public var isHome: Bool { loan?.lender == to }
}

/// How old the newest data of one device is.
public struct DeviceAge: Sendable {
  /// The device.
  public let device: Device
  /// The wall clock of its last commit here, in milliseconds since 1970 UTC.
  public let lastMillis: Int64
  /// How many commits more others have said to have seen of it.
  public let missingCount: Int
}

/// What somebody did in their last weeks.
public struct RecentWork: Sendable {
  /// How many records of a type were touched, and how.
  public struct Counts: Sendable, Equatable {
    /// Made.
    public var created = 0
    /// Changed.
    public var changed = 0
    /// Put into the trash.
    public var deleted = 0
  }

  /// From when on, in milliseconds since 1970 UTC.
  public let sinceMillis: Int64
  /// By the key of the type.
  public var counts: [String: Counts] = [:]
  /// How many cards were merged into others.
  public var mergedCount = 0
  /// What was written out: when, in which form, by which condition, and how many records.
  public var exports: [(at: String, format: String, filter: String, count: Int)] = []
  /// Changes that bear an earlier time than they came with.
  public var backdatedCount = 0
}

/// What a hand-over did, or would do.
public struct HandoverReport: Sendable {
  /// What was asked.
  public let order: HandoverOrder
  /// What passed, the most valuable clients first.
  public let passed: [Passed]
  /// What stays with the leaver, since people differ about just this and a hand-over is not to
  /// settle it.
  public internal(set) var open: [Passed] = []
  /// Clients who lack what the rule goes by, and were shared singly.
  public internal(set) var unsortedCount = 0
  /// The names of successors who have not joined yet, and so see nothing of it.
  public internal(set) var absentSuccessors: [String] = []
  /// Records that name the leaver in a text, and so do not pass, by type.
  public internal(set) var namedInText: [String: Int] = [:]
  /// Saved filters and rules whose condition names the leaver.
  public internal(set) var conditions: [String] = []
  /// The leaver's devices, as known before.
  public let devices: [DeviceAge]
  /// What the leaver did lately.
  public let recent: RecentWork
  /// What was sealed; nothing for an absence, or if it had been sealed before.
  public internal(set) var sealed: Sealed?
  /// The commits that were written.
  public internal(set) var commits: [String] = []

  /// Whether nothing is left to do: the leaver has left for good, and nothing is theirs.
  public var isNothing: Bool {
    !order.isTemporary && !order.leaver.isActive && passed.isEmpty && sealed == nil
      && open.isEmpty && namedInText.isEmpty
  }

  /// How many records of a type passed, to somebody or in all.
  public func count(_ type: String, to member: String? = nil) -> Int {
    passed.count { $0.isMain && $0.type == type && (member == nil || $0.to == member) }
  }
}
