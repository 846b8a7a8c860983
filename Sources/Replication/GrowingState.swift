import Documents

/// What the commits of a member are read by, so that all who read can add to one state.
struct ReadingBasis: Sendable {
  /// The local number of each replica that may occur.
  let places: [ReplicaID: UInt32]
  /// The numbers of names.
  let names: NameTable
  /// The seed of the hash tables that the records will stand in.
  let seed: UInt64

  init(places: [ReplicaID: UInt32], names: NameTable, seed: UInt64) {
    self.places = places
    self.names = names
    self.seed = seed
  }

  /// For a member that is read for its own sake.
  init(of member: Member) {
    var places: [ReplicaID: UInt32] = [:]
    for run in member.runs { places[run.replica] = UInt32(places.count) }
    self.init(places: places, names: NameTable(), seed: UInt64.random(in: .min ... .max))
  }
}

/// The state of a copy that grows with it: what was read to be verified need not be read again.
///
/// It keeps to the plain course of things. Whatever is out of the ordinary ends it, and the state
/// is made from the whole document as that of any other: commits that were refused or set aside,
/// histories that begin in another workspace, a seal that reaches what was taken in before, a base
/// that nobody founded.
final class GrowingState {
  private var builder: StateBuilder
  /// How many bytes of lines were read that are not yet a part of the state.
  private var waitingByteCount = 0

  /// More bytes of lines than so many may not wait, since each comes to as many bytes of memory:
  /// an honest peer sends a quarter of it before it is taken up.
  static let waitingByteLimit = 64 << 20

  /// Starts with nothing.
  init(header: Header) {
    builder = StateBuilder(
      names: NameTable(), replicas: ReplicaTable(), available: [:],
      admission: Admission(Authority(header: header)))
  }

  /// What members are to be read by whose commits may be added; nothing if they are too much.
  func basis(for members: [Member]) -> ReadingBasis? {
    waitingByteCount += members.reduce(0) { $0 + $1.rawByteCount }
    guard waitingByteCount <= Self.waitingByteLimit else { return nil }
    for run in members.flatMap(\.runs) { builder.register(run.replica) }
    return ReadingBasis(places: builder.places, names: builder.names, seed: builder.seed)
  }

  /// Takes in what was read of members that are a part of the document now.
  ///
  /// - Parameter members: the members, in the order of the document; all that they had seen is
  ///   there.
  /// - Returns: whether the state can go on growing.
  func add(_ members: [(member: Member, batch: CommitBatch)]) -> Bool {
    for run in members.flatMap(\.member.runs) { builder.announce(run) }
    do throws(DocumentError) {
      for (member, batch) in members {
        waitingByteCount -= member.rawByteCount
        try builder.add(batch)
      }
    } catch {
      return false
    }
    return true
  }

  /// The builder with the state of the whole document; nothing if the state can only be told from
  /// the document as a whole.
  var finished: StateBuilder? {
    let isPlain =
      builder.admission.hasEntries && !builder.admission.isUnsettled
      && builder.admission.authority.named.isEmpty && !builder.isWaiting
    return isPlain ? builder : nil
  }
}
