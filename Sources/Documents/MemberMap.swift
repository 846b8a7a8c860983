import Bytes

/// Which members stand where in a document, what is damaged, and where it rightly ends.
///
/// Made by hopping from extra field to extra field; only what is damaged, or looks so, is
/// inflated (SPEC §3.3).
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
    var inflater = Inflater()
    var offset = 0
    while offset < bytes.count {
      do {
        let member = try Member.decode(bytes, at: offset, base: base)
        try Self.checkSpan(of: member, at: offset, in: bytes, with: &inflater)
        members.append(member)
        offset += member.byteCount
      } catch {
        let rest = (offset + 1)..<bytes.count
        guard let next = Self.nextMember(in: rest, of: bytes, with: &inflater) else { break }
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

  /// A damaged length would leap over sound members, so a member within whose bytes another seems
  /// to begin counts only if its own bytes hold what it promises, or no sound one stands there
  /// (SPEC §3.3).
  ///
  /// What is compressed hardly ever looks like the beginning of a member, so as a rule nothing is
  /// inflated here; and every byte is looked at once, however the lengths lead.
  private static func checkSpan(
    of member: Member, at offset: Int, in bytes: Span<UInt8>, with inflater: inout Inflater
  ) throws(DocumentError) {
    let end = offset + member.byteCount
    guard firstMember(in: (offset + 1)..<end, of: bytes, where: { _ in true }) != nil else {
      return
    }
    var raw: [UInt8] = []
    let base = member.byteOffset - offset
    if (try? member.inflate(bytes, base: base, with: &inflater, into: &raw)) != nil { return }
    guard nextMember(in: (offset + 1)..<end, of: bytes, with: &inflater) != nil else { return }
    throw .container(.mislabelled, byteOffset: member.byteOffset)
  }

  private static func fault(of error: DocumentError) -> ContainerFault {
    if case .container(let fault, _) = error { return fault }
    return .notAMember
  }

  /// Where in a stretch of the bytes the first member begins whose lines are sound.
  private static func nextMember(
    in range: Range<Int>, of bytes: Span<UInt8>, with inflater: inout Inflater
  ) -> Int? {
    var raw: [UInt8] = []
    return firstMember(in: range, of: bytes) { member in
      (try? member.inflate(bytes, with: &inflater, into: &raw)) != nil
    }
  }

  /// Where in a stretch of the bytes the first member begins that satisfies `isWanted`.
  private static func firstMember(
    in range: Range<Int>, of bytes: Span<UInt8>, where isWanted: (Member) -> Bool
  ) -> Int? {
    var start = range.lowerBound
    while let candidate = Lines.firstIndex(of: 0x1f, in: bytes, from: start),
      candidate < range.upperBound
    {
      if let member = try? Member.decode(bytes, at: candidate), isWanted(member) {
        return candidate
      }
      start = candidate + 1
    }
    return nil
  }
}
