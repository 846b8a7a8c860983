/// Which commits one commit had seen: a version vector over the replicas' local numbers, and its
/// own predecessors.
struct CausalContext: Equatable {
  /// The replica that wrote the commit.
  let replica: UInt32

  /// The commit's own number; all before it are seen.
  let number: UInt32

  /// For each replica the highest number seen, 0 for none; may be shorter than the replicas.
  let seen: [UInt32]

  /// Up to where a replica was seen; 0 if not at all.
  func seen(_ replica: UInt32) -> UInt32 {
    if replica == self.replica { return number - 1 }
    return Int(replica) < seen.count ? seen[Int(replica)] : 0
  }

  @inline(__always)
  func covers(_ dot: LocalDot) -> Bool {
    if dot.replica == replica { return dot.number < number }
    let index = Int(dot.replica)
    return index < seen.count && dot.number <= seen[index]
  }
}
