import Bytes
public import Documents
import Sealing

/// How much one commit may have deleted or overwritten, by the look of its lines.
public struct CommitWeight: Sendable {
  /// The commit.
  public let dot: Dot
  /// Its author's wall clock, in milliseconds since 1970 UTC.
  public internal(set) var stampMillis: Int64
  /// Records that it deletes.
  public internal(set) var deletions = 0
  /// Records, not made in its own batch, of which it sets a register or takes elements away.
  public internal(set) var changes = 0
}

/// What one commit took from one record.
public struct RecordLoss: Sendable {
  /// The commit.
  public let dot: Dot
  /// What the commit was for.
  public let purpose: String?
  /// The record's type.
  public let type: String
  /// The record's id.
  public let id: String
  /// The commit that made the record.
  public let made: Dot
  /// Whether the record existed, and this commit deleted it.
  public let isDeletion: Bool
  /// The fields whose values it replaced or cleared, with the commits that had written those.
  public let fields: [(field: String, dots: [Dot])]
  /// The value of the register that was asked for, before; as canonical JSON.
  public let watched: [UInt8]?
}

extension Workspace {
  /// Looks how much commits may have deleted or overwritten, without working out any state.
  ///
  /// - Parameters:
  ///   - first: whose commits, and from which number on.
  ///   - types: the types of records that matter.
  ///   - view: the commits; nil for those of the base.
  /// - Returns: the commits of each replica in order; of those that a forked replica wrote under
  ///   several names, under the name of its device, where those of one number are one, with all
  ///   that they delete and change and the latest of their clocks.
  /// - Throws: what the system says.
  public func weights(
    from first: [ReplicaID: UInt32], types: Set<String>, in view: HistoryView? = nil
  ) throws -> [ReplicaID: [CommitWeight]] {
    let openings = types.map { Array("{\"\($0)\":\"".utf8) }
    var weights: [ReplicaID: [UInt32: CommitWeight]] = [:]
    var weighed: Set<Hash256> = []
    let source = Source(try view?.bytes ?? file.readToEnd(from: 0))
    source.forEachFrame(where: { $0.last >= first[$0.replica] ?? .max }) { frame, raw in
      let dot = frame.header.dot
      guard dot.number >= first[dot.replica] ?? .max else { return }
      // A document may hold copies of a commit; other histories have others of its number.
      let text = raw.extracting(frame.line.lowerBound..<frame.body.upperBound)
      guard weighed.insert(BLAKE2b.hash256(text)).inserted else { return }
      let stamp = frame.header.stampMillis
      var weight =
        weights[dot.replica]?[dot.number] ?? CommitWeight(dot: dot, stampMillis: stamp)
      weight.stampMillis = max(weight.stampMillis, stamp)
      var start = frame.body.lowerBound
      while start < frame.body.upperBound, let end = Lines.end(ofLineAt: start, in: raw) {
        let line = raw.extracting(start..<end)
        start = end + 1
        guard
          let opening = openings.first(where: { opening in
            opening.count < line.count && line.matches(0..<opening.count, opening.span)
          })
        else { continue }
        // Neither can stand inside a text, whose quotation marks are escaped.
        if line.contains(Self.deletion) {
          weight.deletions += 1
        } else if line.contains(Self.assignment) || line.contains(Self.removal),
          !Self.isMade(line, idAt: opening.count, by: frame.header)
        {
          weight.changes += 1
        }
      }
      weights[dot.replica, default: [:]][dot.number] = weight
    }
    return weights.mapValues { $0.sorted { $0.key < $1.key }.map(\.value) }
  }

  private static let deletion = Array(",\"delete\":true".utf8)
  private static let assignment = Array(",\"set\":{".utf8)
  private static let removal = Array(",\"remove\":{".utf8)

  /// Whether a record's id says that it was made in the batch of a commit (SPEC §7.3).
  private static func isMade(
    _ line: Span<UInt8>, idAt start: Int, by header: CommitHeader
  ) -> Bool {
    var end = start
    while end < line.count, line[end] != UInt8(ascii: "\"") { end += 1 }
    return header.makes(recordID: ByteString(line.extracting(start..<end)).text)
  }

  /// What some commits deleted, replaced and cleared of what they had seen (SPEC §10).
  ///
  /// - Parameters:
  ///   - dots: the commits; those that are held have taken nothing.
  ///   - types: the types of records that matter.
  ///   - field: a register whose value before is told too.
  ///   - view: the commits of the base and more; nil for those of the base.
  /// - Returns: the losses, in an order that follows causality.
  /// - Throws: `DocumentError`, or what the system says.
  public func losses(
    by dots: Set<Dot>, types: Set<String>, watching field: String, in view: HistoryView? = nil
  ) throws -> [RecordLoss] {
    var openings: Set<ByteString> = []
    try forEachCommit(reading: .of(dots), in: view) { commit in
      for edit in commit.edits where types.contains(edit.type) {
        openings.insert(RecordFold.Key(type: edit.type, id: edit.id).opening)
      }
    }
    guard !openings.isEmpty else { return [] }
    var fold = RecordFold()
    var made: [RecordFold.Key: Dot] = [:]
    var losses: [RecordLoss] = []
    try forEachCommit(reading: .ofRecords(openings), in: view) { commit in
      let context = fold.admit(commit.header)
      let dot = commit.header.dot
      for edit in commit.edits {
        let key = RecordFold.Key(type: edit.type, id: edit.id)
        let first = made[key] ?? dot
        made[key] = first
        if dots.contains(dot) {
          let isDeletion = fold.isDeleted(by: edit, context: context)
          let fields = fold.overwritten(by: edit, context: context)
          if isDeletion || !fields.isEmpty {
            losses.append(
              RecordLoss(
                dot: dot, purpose: commit.header.purpose, type: edit.type, id: edit.id,
                made: first, isDeletion: isDeletion, fields: fields,
                watched: fold.value(of: field, in: key)))
          }
        }
        fold.apply(edit, context: context)
      }
    }
    return losses
  }
}

extension CommitHeader {
  /// Whether a record's id says that it was made in this commit's batch (SPEC §7.3).
  public func makes(recordID id: String) -> Bool {
    guard id.hasSuffix("-\(dot.replica.text)"),
      let number = UInt32(id.prefix { $0.isASCII && $0.isNumber })
    else { return false }
    let first = dot.number - min(part.map { $0.index - 1 } ?? 0, dot.number)
    return (first...dot.number).contains(number)
  }
}
