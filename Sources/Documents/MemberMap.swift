import Bytes

/// Which members stand where in a document, what is damaged, and where it rightly ends.
///
/// Made by hopping from extra field to extra field; nothing is inflated (SPEC §3.3).
public struct MemberMap: Sendable {
  /// A stretch of the file that belongs to no readable member.
  public struct Damage: Equatable, Sendable {
    /// The bytes of the file, from–to.
    public let bytes: Range<Int>
    /// What is wrong where it begins.
    public let fault: ContainerFault

    /// Says that `bytes` of the file are damaged.
    public init(bytes: Range<Int>, fault: ContainerFault) {
      self.bytes = bytes
      self.fault = fault
    }
  }

  /// The readable members, in the order of the file.
  public private(set) var members: [Member] = []

  /// Damaged stretches with readable members behind them.
  public private(set) var damage: [Damage] = []

  /// Where acknowledged data ends in the file, in bytes.
  ///
  /// What stands behind was never acknowledged: a member cut short by a crash, or a batch that was
  /// not finished.
  public private(set) var end: Int

  /// Where the bytes that were looked at end in the file.
  public let byteCount: Int

  /// Whether something stands behind the acknowledged data.
  public var isTorn: Bool { end < byteCount }

  /// Maps the members in some bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the file's bytes from `base` to its end.
  ///   - base: where `bytes` begins in the file; a member must begin there.
  ///   - keepsUnfinished: whether a batch that is not complete at the end counts, as in a copy
  ///     that is still being made.
  public init(_ bytes: Span<UInt8>, base: Int = 0, keepsUnfinished: Bool = false) {
    byteCount = base + bytes.count
    end = base
    var offset = 0
    while offset < bytes.count {
      do {
        let member = try Member.decode(bytes, at: offset, base: base)
        try Self.checkNeighbour(of: member, at: offset, in: bytes)
        members.append(member)
        offset += member.byteCount
      } catch {
        guard let next = Self.nextMember(after: offset, in: bytes) else { break }
        damage.append(
          Damage(bytes: (base + offset)..<(base + next), fault: Self.fault(of: error)))
        offset = next
      }
    }
    if !keepsUnfinished { dropUnfinishedBatch() }
    end = members.last?.byteEnd ?? base
    damage.removeAll { $0.bytes.lowerBound >= end }
  }

  /// A batch is in the document wholly or not at all: a run of members at the very end that
  /// still wait for the rest of their batch is what a killed writer left behind.
  private mutating func dropUnfinishedBatch() {
    while let last = members.last, last.continues { members.removeLast() }
  }

  /// A damaged length would leap over sound members, so a member counts only if its end is the
  /// end of the bytes, or another begins there, or nothing that could be one follows anywhere.
  private static func checkNeighbour(
    of member: Member, at offset: Int, in bytes: Span<UInt8>
  ) throws(DocumentError) {
    let next = offset + member.byteCount
    guard next < bytes.count, (try? Member.decode(bytes, at: next)) == nil,
      let sound = nextMember(after: offset, in: bytes), sound < next
    else { return }
    throw .container(.mislabelled, byteOffset: member.byteOffset)
  }

  private static func fault(of error: DocumentError) -> ContainerFault {
    if case .container(let fault, _) = error { return fault }
    return .notAMember
  }

  /// Where the next member begins whose lines are sound.
  private static func nextMember(after offset: Int, in bytes: Span<UInt8>) -> Int? {
    var inflater = Inflater()
    var raw: [UInt8] = []
    var start = offset + 1
    while let candidate = Lines.firstIndex(of: 0x1f, in: bytes, from: start) {
      if let member = try? Member.decode(bytes, at: candidate),
        (try? member.inflate(bytes, with: &inflater, into: &raw)) != nil
      {
        return candidate
      }
      start = candidate + 1
    }
    return nil
  }
}
