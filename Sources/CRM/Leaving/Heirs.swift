import Bytes
import Documents
public import Replication

/// Who takes over what would fall to people who have left (SPEC [P-8]).
struct Heirs {
  private let state: State
  private var successors: [String: [String]] = [:]
  private var turns: [String: Int] = [:]
  /// By what the work of a leaver was shared, and who got what.
  private let shares: [String: Share]
  /// To whom clients fell here.
  private var clients: [String: String] = [:]

  /// By what somebody's clients were shared.
  struct Share {
    let rule: HandoverRule
    /// By what clients go by, folded: who got most of those.
    let heirs: [String: String]
  }

  /// Reads who has left, and to whom their records went.
  ///
  /// - Parameters:
  ///   - state: the base.
  ///   - edits: changes that are about to be made: whom they bring back has not left.
  ///   - shares: how the work of leavers was shared.
  private init(_ state: State, returning edits: [RecordEdit], shares: [String: Share]) {
    self.state = state
    self.shares = shares
    for record in state.all("member") where record.text("state", state) == "left" {
      let names = record.elements(of: state.field("successors")).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
      if !names.isEmpty { successors[record.id] = names }
    }
    for edit in edits where edit.type == "member" && edit.set["state"] != nil {
      successors[edit.id] = nil
    }
  }

  private func responsible(_ edit: RecordEdit) -> String? { Self.responsible(edit, in: state) }

  /// Whom a change makes responsible, or leaves so in bringing a record back; nothing if nobody.
  static func responsible(_ edit: RecordEdit, in state: State) -> String? {
    guard !edit.isDeletion, let field = fields[edit.type] else { return nil }
    let record = state.record(type: edit.type, id: edit.id)
    guard edit.set[field] != nil || !(record?.isAlive ?? false) else { return nil }
    return edit.set[field].map { StoredValue.content(of: $0) } ?? record?.text(field, state)
  }

  /// Changes with those who have left replaced where they would make them responsible.
  ///
  /// By id, so that two who undo at once give the same records to the same people; clients come
  /// before what belongs to them.
  ///
  /// - Parameters:
  ///   - edits: the changes.
  ///   - state: the base.
  ///   - shares: how the work of leavers was shared.
  /// - Returns: the changes, in that order.
  static func passedOn(
    _ edits: [RecordEdit], in state: State, shares: [String: Share]
  ) -> [RecordEdit] {
    var heirs = Heirs(state, returning: edits, shares: shares)
    return edits.map { ($0.type, IDOrder($0.id), $0) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { heirs.passedOn($0.2) }
  }

  private mutating func passedOn(_ edit: RecordEdit) -> RecordEdit {
    guard !successors.isEmpty, let field = Self.fields[edit.type],
      let owner = responsible(edit), let heirs = successors[owner]
    else { return edit }
    var edit = edit
    let heir = shared(edit, of: owner, among: heirs) ?? inTurn(owner, heirs)
    if edit.type == Schema.client.key { clients[edit.id] = heir }
    edit.set[field] = StoredValue.text(heir)
    return edit
  }

  private mutating func inTurn(_ owner: String, _ heirs: [String]) -> String {
    let turn = turns[owner, default: 0]
    turns[owner] = turn + 1
    return heirs[turn % heirs.count]
  }

  /// Whoever has the client to which a record belongs, or got the clients that are like this one.
  private func shared(_ edit: RecordEdit, of owner: String, among heirs: [String]) -> String? {
    let record = state.record(type: edit.type, id: edit.id)
    if edit.type == Schema.client.key {
      guard let share = shares[owner] else { return nil }
      let key = Self.key(share.rule, of: record, edit, state)
      return key.flatMap { share.heirs[$0] }.flatMap { heirs.contains($0) ? $0 : nil }
    }
    let single =
      edit.set["client"].map { StoredValue.content(of: $0) }
      ?? record?.text("client", state)
    let several =
      (edit.add["clients"] ?? []).map { StoredValue.content(of: $0) }
      + (record?.elements(of: state.field("clients")) ?? [])
    for client in [single].compactMap(\.self) + several {
      if let heir = clients[client] { return heir }
      if let present = state.record(type: "client", id: client)?.text("owner", state),
        heirs.contains(present)
      {
        return present
      }
    }
    return nil
  }

  /// What a client goes by, folded; nothing where the rule looks at more than the card itself.
  static func key(
    _ rule: HandoverRule, of record: Record?, _ edit: RecordEdit?, _ state: State
  ) -> String? {
    func text(_ field: String) -> String? {
      edit?.set[field].map { StoredValue.content(of: $0) } ?? record?.text(field, state)
    }
    let value: String? =
      switch rule {
      case .roundRobin, .value, .stage: nil
      case .city: text("city")
      case .region: text("region")
      case .tag:
        ((edit?.add["tags"] ?? []).map { StoredValue.content(of: $0) }
          + (record?.elements(of: state.field("tags")) ?? []))
          .min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      }
    return value.map { String(decoding: TextFolding.fold($0), as: UTF8.self) }
  }

  private static let fields = ["client": "owner", "deal": "owner", "task": "assignee"]
}

extension Base {
  /// How the work of those who left was shared where it went by city, region or tag: by what the
  /// clients that passed then are now.
  func handoverShares() throws -> [String: Heirs.Share] {
    // Of several hand-overs of one person the last one tells.
    var last: [String: (handover: Record, millis: Int64, dot: Dot)] = [:]
    for handover in state.living("handover") {
      guard let member = handover.text("member", state), handover.text("until", state) == nil,
        let write = handover.contents().registers.first(where: { $0.name == "member" })?.writes
          .first
      else { continue }
      if let other = last[member], (other.millis, other.dot) > (write.stampMillis, write.dot) {
        continue
      }
      last[member] = (handover, write.stampMillis, write.dot)
    }
    var shares: [String: Heirs.Share] = [:]
    for (member, entry) in last {
      let handover = entry.handover
      guard let rule = handover.text("rule", state).flatMap(HandoverRule.init(rawValue:)),
        [.city, .region, .tag].contains(rule)
      else { continue }
      var counts: [String: [String: Int]] = [:]
      try forEachPassed(in: handover) { edit, heir in
        guard edit.type == Schema.client.key else { return }
        let record = state.record(type: edit.type, id: edit.id)
        guard let key = Heirs.key(rule, of: record, nil, state) else { return }
        counts[key, default: [:]][heir, default: 0] += 1
      }
      let heirs = counts.compactMapValues { count in
        count.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
      }
      shares[member] = Heirs.Share(rule: rule, heirs: heirs)
    }
    return shares
  }

  /// Calls `body` with each change by which a hand-over gave something to somebody, and whom.
  func forEachPassed(in handover: Record, _ body: (RecordEdit, String) throws -> Void) throws {
    guard
      let dot = handover.contents().registers.first(where: { $0.name == "member" })?.writes.first
    else { return }
    let batch = try workspace.batch(containing: dot.dot)
    try workspace.forEachCommit(reading: .of(batch)) { commit in
      for edit in commit.edits {
        let field = edit.type == Schema.task.key ? "assignee" : "owner"
        guard let heir = edit.set[field].map({ StoredValue.content(of: $0) }) else { continue }
        try body(edit, heir)
      }
    }
  }

  /// What became of somebody who has left before.
  public struct FormerHandover: Sendable {
    /// The day on which they left, as it is stored.
    public let leftAt: CivilDate?
    /// Who got how many of their clients, deals and tasks, the most first.
    public let heirs: [(name: String, count: Int)]
  }

  /// Who got the work of somebody who has left.
  ///
  /// - Parameter member: whoever left.
  /// - Returns: when, and who got what by hand-overs for good.
  /// - Throws: `DocumentError`, or what the system says.
  public func formerHandover(of member: Member) throws -> FormerHandover {
    var counts: [String: Set<String>] = [:]
    for handover in state.living("handover")
    where handover.text("member", state) == member.id && handover.text("until", state) == nil {
      try forEachPassed(in: handover) { edit, heir in
        counts[heir, default: []].insert("\(edit.type) \(edit.id)")
      }
    }
    let heirs = counts.map { id, records in
      (name: members.first { $0.id == id }?.name ?? id, count: records.count)
    }
    let left = state.record(type: "member", id: member.id)?.text("left_at", state)
    return FormerHandover(
      leftAt: left.flatMap(CivilDate.init(stored:)),
      heirs: heirs.sorted { ($1.count, $0.name) < ($0.count, $1.name) })
  }

  /// Those who are shut out and to whom an undo would give records all the same, since it brings
  /// them back in every other way; with how many.
  ///
  /// - Throws: `DocumentError`, or what the system says.
  public func shutOutHeirs(of plan: UndoPlan) throws -> [(member: Member, count: Int)] {
    let edits = Heirs.passedOn(plan.edits, in: state, shares: try handoverShares())
    var counts: [String: Int] = [:]
    for edit in edits {
      guard let owner = Heirs.responsible(edit, in: state),
        state.isShutOut(member: owner)
      else { continue }
      counts[owner, default: 0] += 1
    }
    return members.compactMap { member in counts[member.id].map { (member, $0) } }
  }
}
