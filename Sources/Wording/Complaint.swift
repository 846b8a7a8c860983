/// How a command ended, as the shell sees it.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything was done.
  case done = 0
  /// It failed: a full disk, a missing permission.
  case failed = 1
  /// The command line cannot be understood.
  case usage = 2
  /// What was named does not exist.
  case notFound = 3
  /// Several records answer to the name, or something waits for a decision.
  case conflict = 4
  /// The document is damaged, or this program may not open it.
  case damaged = 5
}

/// An error in words: what happened, and what to do next.
public struct Complaint: Sendable, Equatable {
  /// The exit status that it leads to.
  public let status: ExitCode
  /// What happened and where, without a full stop.
  public let what: String
  /// What to do next, mostly a command; nil if nothing helps.
  public let hint: String?

  /// Makes a complaint.
  public init(_ status: ExitCode, _ what: String, hint: String? = nil) {
    self.status = status
    self.what = what
    self.hint = hint
  }
}

extension Wording {
  /// An error of any module in words.
  ///
  /// - Parameter error: What was thrown.
  /// - Returns: The sentence, the next step and the exit status.
  public func complaint(about error: any Error) -> Complaint {
    systemComplaint(error) ?? documentComplaint(error) ?? commandComplaint(error)
      ?? queryComplaint(error) ?? exchangeComplaint(error) ?? peopleComplaint(error)
      ?? networkComplaint(error) ?? sealingComplaint(error)
      ?? Complaint(.failed, pick("internal error: \(error)", "внутренняя ошибка: \(error)"))
  }

  /// «Did you mean», as a hint.
  func suggestion(_ words: [String], else other: String? = nil) -> String? {
    guard let first = words.first else { return other }
    let rest = words.dropFirst().map { ", \($0)" }.joined()
    return pick("did you mean \(first)\(rest)?", "возможно, вы имели в виду: \(first)\(rest)?")
  }

  /// The first line of an error on standard error.
  public func errorLine(_ complaint: Complaint) -> String {
    "karto: \(complaint.what)"
  }

  /// The second line, if there is something to do.
  public func hintLine(_ complaint: Complaint) -> String? {
    complaint.hint.map { pick("hint: \($0)", "подсказка: \($0)") }
  }
}
