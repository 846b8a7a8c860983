import Bytes
import Documents

/// Judges commits as they are taken into a state, one after another (SPEC §8.5).
///
/// Optimistic: a commit is judged by what is known when it comes. Where a later one shows that it
/// should have been judged otherwise (a seal that reaches back, say), `isUnsettled` tells that the
/// state is to be made again, with all that was learned.
struct Admission: Sendable {
  private(set) var authority: Authority

  /// What is held, in the order in which it came.
  private(set) var held: [HeldRun] = []

  /// Whether a commit was judged by what turned out not to be all that matters.
  private(set) var isUnsettled = false

  /// Whether the authority holds all control commits from the start.
  private let isSettled: Bool

  /// What does not count, whatever is known here.
  private let leftOut: [ReplicaID: [HeldRun]]

  /// Starts with what is known.
  ///
  /// - Parameters:
  ///   - authority: what is known.
  ///   - held: what is held already.
  ///   - leftOut: what is held by what comes to be known later only, by replica.
  ///   - isSettled: whether what is known is all that will come.
  init(
    _ authority: Authority, held: [HeldRun] = [],
    leavingOut leftOut: [ReplicaID: [HeldRun]] = [:], isSettled: Bool = false
  ) {
    self.authority = authority
    self.held = held
    self.leftOut = leftOut
    self.isSettled = isSettled
  }

  /// Starts over with all that was learned.
  var again: Admission { Admission(authority, leavingOut: leftOut, isSettled: true) }

  /// Says that the replica at a place is a branch of another.
  mutating func declare(_ branch: ForkMap.Branch, at place: UInt32, leaving parent: UInt32) {
    authority.declare(branch, at: place, leaving: parent)
  }

  /// Whether any device was let in.
  var hasEntries: Bool { authority.verdicts.contains { $0.held == nil } }

  /// Judges the next commit.
  ///
  /// - Parameters:
  ///   - header: its first line.
  ///   - context: what it had seen.
  ///   - met: the replicas of which its own had seen nothing before.
  ///   - control: its lines that bear on who may do what, each with its line feed.
  ///   - doesOrdinaryWork: whether it has record lines of other types.
  ///   - counts: for a replica how many of its commits were judged so far.
  /// - Returns: whether it counts, and how.
  mutating func admits(
    _ header: CommitHeader, _ context: CausalContext, met: [UInt32], control: [UInt8],
    doesOrdinaryWork: Bool, counts: (UInt32) -> UInt32
  ) -> Admittance {
    let known = leftOut[header.dot.replica]?.first { $0.contains(header.dot) }
    let control = known == nil ? control : []
    if !isSettled {
      if authority.noteMeeting(context, met, counts: counts) { isUnsettled = true }
      if header.dot.number == 1 || !control.isEmpty {
        let commit = ControlCommit(
          replica: header.dot.replica, context: context, stampMillis: header.stampMillis,
          key: header.key, entry: authority.entry(header, context), lines: control,
          doesOrdinaryWork: doesOrdinaryWork)
        if authority.take(commit, counts: counts) { isUnsettled = true }
      }
    }
    let verdict = authority.verdict(of: context)
    guard let reason = known?.reason ?? verdict.held else {
      return verdict.isAdopted ? .adopted : .counts
    }
    if var last = held.last, last.replica == header.dot.replica, last.reason == reason,
      last.last + 1 == header.dot.number
    {
      last.last = header.dot.number
      held[held.count - 1] = last
    } else {
      held.append(
        HeldRun(
          replica: header.dot.replica, first: header.dot.number, last: header.dot.number,
          reason: reason))
    }
    return .held
  }
}

/// What becomes of a commit.
enum Admittance {
  case counts
  /// It counts, but for what speaks of the workspace that it comes from.
  case adopted
  case held
}
