/// The settings that all copies of a base share.
public struct BaseSettings: Hashable, Sendable {
  /// The name of the base.
  public var name = ""
  /// The currency of a sum that names none.
  public var currency = Currency.standard
  /// The time zone, as `Europe/Moscow`; nil is the machine's own.
  public var zone: String?
  /// Months without an order after which it is time to call.
  public var callPeriod = standardCallPeriod

  /// The period of a base that says nothing else.
  public static let standardCallPeriod = 6
}

/// A person who works with the base.
public struct Member: Hashable, Sendable {
  /// The id of the record.
  public let id: String
  /// The name.
  public let name: String
  /// `owner`, `admin`, `manager` or `reader`.
  public let role: String
  /// Whether the person still works here.
  public let isActive: Bool
  /// Other names under which files mention the person.
  public let aliases: [String]
  /// The name of the adopted base whose member it is; nil for those of this base.
  ///
  /// Empty if that base has none. Nobody of another base has a role here.
  public let origin: String?

  /// The name by which records show the person: that of an adopted base is told by its base, as
  /// «Мария (Ромашка)».
  public var title: String {
    guard let origin, !origin.isEmpty else { return name }
    return name.isEmpty ? origin : "\(name) (\(origin))"
  }
}

/// How a stage ends a deal.
public enum StageOutcome: String, Hashable, Sendable {
  /// It does not.
  case open
  /// The deal is won.
  case won
  /// The deal is lost.
  case lost
}

/// A stage of a pipeline.
public struct Stage: Hashable, Sendable {
  /// The id of the record.
  public let id: String
  /// The name, which deals hold.
  public let name: String
  /// The place among the stages.
  public let order: Int
  /// How it ends a deal.
  public let outcome: StageOutcome
  /// The keys of the fields that a deal must have to come here.
  public let required: [String]
}

/// A pipeline with its stages in order.
public struct Pipeline: Hashable, Sendable {
  /// The id of the record.
  public let id: String
  /// The name, which deals hold.
  public let name: String
  /// The stages that are not archived, in order.
  public let stages: [Stage]

  /// The stage that a deal begins in: the first open one.
  public var first: Stage? { stages.first { $0.outcome == .open } ?? stages.first }

  /// The first stage with an outcome.
  public func stage(_ outcome: StageOutcome) -> Stage? {
    stages.first { $0.outcome == outcome }
  }

  /// The stage with a name; case, «ё» and punctuation do not matter.
  public func stage(named name: String) -> Stage? {
    let folded = TextFolding.fold(name)
    return stages.first { TextFolding.fold($0.name) == folded }
  }
}

/// A saved filter.
public struct Segment: Hashable, Sendable {
  /// The id of the record.
  public let id: String
  /// The name.
  public let name: String
  /// The key of the entity that it selects.
  public let entity: String
  /// The filter as text.
  public let filter: String
  /// The columns to show, separated by commas, if any are named.
  public let columns: String?
  /// The keys to sort by, separated by commas, if any are named.
  public let sort: String?
}
