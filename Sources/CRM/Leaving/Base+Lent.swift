import Documents
import Replication

/// That somebody has a record only while its owner is away.
public struct Loan: Hashable, Sendable {
  /// The id of the member to whom it goes back.
  public let lender: String
  /// The last day of the absence.
  public let until: CivilDate
}

/// What a member has for others who are away.
struct Loans {
  /// A field of a record that says who is responsible.
  struct Place: Hashable {
    let type: String
    let id: String
    let field: String
  }

  private var loans: [Place: Loan] = [:]

  subscript(item: Passed) -> Loan? { self[item.type, item.id, item.field] }

  subscript(type: String, id: String, field: String) -> Loan? {
    loans[Place(type: type, id: id, field: field)]
  }

  /// The types of records that come back after an absence (SPEC [P-7]).
  static let types: Set<String> = ["client", "deal", "rule", "segment", "task"]

  /// Reads what a member has by hand-overs for absences that are not over yet, as far as nobody
  /// has given it to anybody since.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  init(_ base: Base, heldBy member: Member) throws {
    let state = base.state
    // What a record of a batch names is that one's, and the rest its main one's.
    let handovers = try base.lastingHandovers
    for handover in handovers.filter({ $0.only == nil }) + handovers.filter({ $0.only != nil })
    where handover.record.elements(of: state.field("to")).contains(member.id) {
      guard let lender = handover.record.text("member", state), lender != member.id,
        base.members.contains(where: { $0.id == lender && $0.isActive })
      else { continue }
      let only = handover.only
      try base.workspace.forEachCommit(reading: .of(handover.batch)) { commit in
        for edit in commit.edits
        where Self.types.contains(edit.type) && only.map({ $0.contains(edit.id) }) ?? true {
          let fields = edit.set.filter { StoredValue.content(of: $0.value) == member.id }
          guard !fields.isEmpty,
            let registers = state.record(type: edit.type, id: edit.id)?.contents().registers
          else { continue }
          for register in registers where fields[register.name] != nil {
            guard register.writes.allSatisfy({ handover.batch.contains($0.dot) }) else { continue }
            let place = Place(type: edit.type, id: edit.id, field: register.name)
            loans[place] = Loan(lender: lender, until: handover.until)
          }
        }
      }
    }
  }
}

/// A hand-over for an absence.
struct TemporaryHandover {
  /// The record of it.
  let record: Record
  /// The last day of the absence.
  let until: CivilDate
  /// The commits of it.
  let batch: Set<Dot>
  /// The ids of the records that it passed on; nil for all of which its batch has lines.
  let only: Set<String>?
  /// What tells its place among others, the later the greater.
  let stampMillis: Int64
  let dot: Dot
}

extension Base {
  /// The hand-overs for absences that are not over, the last one first.
  var lastingHandovers: [TemporaryHandover] {
    get throws { try temporaryHandovers { $0 >= today } }
  }

  /// The hand-overs for absences that are over and whose work has not come back, the last one
  /// first.
  ///
  /// Whoever has left meanwhile does not come back.
  var dueHandovers: [TemporaryHandover] {
    get throws {
      try temporaryHandovers { $0 < today }.filter { handover in
        let member = handover.record.text("member", state)
        return members.contains { $0.id == member && $0.isActive }
      }
    }
  }

  /// Whether some hand-over is due.
  var hasDueHandovers: Bool {
    openHandovers.contains { record, until in
      let member = record.text("member", state)
      return until < today && members.contains { $0.id == member && $0.isActive }
    }
  }

  /// The hand-overs for a time whose work has not come back.
  private var openHandovers: [(record: Record, until: CivilDate)] {
    state.living("handover").compactMap { record in
      guard let until = record.text("until", state).flatMap(CivilDate.init(stored:)),
        !isReturned(record, in: state)
      else { return nil }
      return (record, until)
    }
  }

  private func temporaryHandovers(
    _ isMeant: (CivilDate) -> Bool
  ) throws -> [TemporaryHandover] {
    try openHandovers.filter { isMeant($0.until) }.compactMap { record, until in
      guard
        let write = record.contents().registers.first(where: { $0.name == "until" })?.writes.first
      else { return nil }
      let ids = record.elements(of: state.field("records"))
      return TemporaryHandover(
        record: record, until: until, batch: try workspace.batch(containing: write.dot),
        only: ids.isEmpty ? nil : Set(ids), stampMillis: write.stampMillis, dot: write.dot)
    }.sorted { ($1.stampMillis, $1.dot) < ($0.stampMillis, $0.dot) }
  }
}
