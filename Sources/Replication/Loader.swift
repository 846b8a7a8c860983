import Bytes
import Documents
import Platform

/// Makes a state from the bytes of a document, on all processors (design §4).
enum Loader {
  /// For each replica how many commits follow without gaps on those that `base` holds.
  static func available(_ map: MemberMap, after base: ReplicaTable) -> [ReplicaID: UInt32] {
    var runs: [ReplicaID: [ClosedRange<UInt32>]] = [:]
    for member in map.members {
      guard case .commits(let held, _) = member.contents else { continue }
      for run in held { runs[run.replica, default: []].append(run.first...run.last) }
    }
    var available: [ReplicaID: UInt32] = [:]
    for entry in base.entries { available[entry.id] = entry.count }
    for (replica, ranges) in runs {
      var end = available[replica] ?? 0
      for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound })
      where range.lowerBound <= end + 1 {
        end = max(end, range.upperBound)
      }
      available[replica] = end
    }
    return available
  }

  /// For each replica the highest number that stands in the document, behind a gap or not.
  static func highest(_ map: MemberMap) -> [ReplicaID: UInt32] {
    var highest: [ReplicaID: UInt32] = [:]
    for member in map.members {
      guard case .commits(let runs, _) = member.contents else { continue }
      for run in runs { highest[run.replica] = max(highest[run.replica] ?? 0, run.last) }
    }
    return highest
  }

  /// Adds the members of `map` to `builder`.
  ///
  /// - Parameters:
  ///   - map: where the members stand.
  ///   - bytes: the document's bytes from `base` on.
  ///   - base: where `bytes` begins in the file.
  ///   - builder: receives the commits.
  ///   - damaged: told of each member that could not be read, instead of failing.
  /// - Throws: `DocumentError.line` where a commit that was read breaks the rules of a record.
  static func load(
    _ map: MemberMap, from bytes: ByteRegion, base: Int, into builder: inout StateBuilder,
    damaged: (Member, DocumentError) -> Void
  ) throws(DocumentError) {
    let members = map.members.filter {
      if case .commits = $0.contents { return true }
      return false
    }
    for member in members {
      guard case .commits(let runs, _) = member.contents else { continue }
      for run in runs { builder.register(run.replica) }
    }
    let places = builder.places
    let names = builder.names
    let seed = builder.seed
    builder.reserve(lineBytes: members.reduce(0) { $0 + $1.rawByteCount })
    @Sendable func produce(_ index: Int) throws(DocumentError) -> ReadMember {
      do throws(DocumentError) {
        return .commits(
          try read(
            members[index], from: bytes, base: base, places: places, names: names, seed: seed))
      } catch {
        return .damaged(error)
      }
    }
    func consume(_ index: Int, _ result: ReadMember) throws(DocumentError) {
      switch result {
      case .commits(let batch):
        for refusal in batch.refusals { damaged(members[index], refusal) }
        try builder.add(batch)
      case .damaged(let error): damaged(members[index], error)
      }
    }
    try Parallel.pipeline(
      count: members.count, window: 16, produce: produce, consume: consume)
  }

  private enum ReadMember: Sendable {
    case commits(CommitBatch)
    case damaged(DocumentError)
  }

  /// Reads one member's commits; `seed` is that of the builder's hash tables.
  static func read(
    _ member: Member, from bytes: ByteRegion, base: Int, places: [ReplicaID: UInt32],
    names: NameTable, seed: UInt64
  ) throws(DocumentError) -> CommitBatch {
    var inflater = Inflater()
    var raw: [UInt8] = []
    try member.inflate(bytes.bytes, base: base, with: &inflater, into: &raw)
    guard case .commits(let runs, _) = member.contents else {
      throw .container(.mislabelled, byteOffset: member.byteOffset)
    }
    return try CommitBatch(raw.span, runs: runs, places: places, names: names, seed: seed)
  }
}
