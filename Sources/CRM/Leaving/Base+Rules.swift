import Replication

/// A rule that says who gets the clients that nobody is responsible for (SPEC §23.4).
public struct AssignmentRule: Hashable, Sendable {
  /// The id of the record.
  public let id: String
  /// The name.
  public let name: String
  /// The condition on clients, as text.
  public let filter: String
  /// The id of the member who gets them; nil where nobody is named.
  public let owner: String?
  /// Its place: of several that fit, the one with the least goes first.
  public let order: Int
}

/// Who gets which clients.
public struct Assignment: Sendable {
  /// What one rule gives.
  public struct Share: Sendable {
    /// The rule.
    public let rule: AssignmentRule
    /// The member who gets them.
    public let owner: Member
    /// The ids of the clients.
    public let clients: [String]
  }

  /// What each rule gives, in the order of the rules; those that give nothing are left out.
  public internal(set) var shares: [Share] = []
  /// Rules that name somebody who does not work here any more; they give nothing.
  public internal(set) var idle: [AssignmentRule] = []
  /// Rules whose condition can no longer be read, as when a field of the base's own is gone.
  public internal(set) var unreadable: [AssignmentRule] = []
  /// How many clients stay without anybody.
  public internal(set) var leftCount = 0

  /// How many clients are given away.
  public var count: Int { shares.reduce(0) { $0 + $1.clients.count } }
}

extension Base {
  /// The rules, in the order in which they are asked; those of adopted bases are none here.
  public var assignmentRules: [AssignmentRule] {
    let own = state.living(Schema.rule.key).filter { !isOthersArrangement($0) }
    let rules = own.map { record in
      AssignmentRule(
        id: record.id, name: record.text("name", state) ?? "",
        filter: record.text("filter", state) ?? "", owner: record.text("owner", state),
        order: record.integer(of: state.field("order")) ?? 0)
    }
    // They come by id, which decides between two that were put in one place.
    return rules.enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }
    .map(\.element)
  }

  /// Saves a rule; one that is called so is changed.
  ///
  /// - Parameters:
  ///   - name: its name; case, «ё» and punctuation do not matter.
  ///   - owner: who gets the clients.
  ///   - filter: which clients.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: `EntryError`, or what keeps the batch from being written.
  public func saveRule(
    named name: String, owner: Member, filter: Filter, isRehearsal: Bool = false
  ) throws -> Written {
    let changes = [
      FieldChange("name", .set, name), FieldChange("owner", .set, owner.id),
      FieldChange("filter", .set, filter.description),
    ]
    return try write(purpose: "rule save", isRehearsal: isRehearsal) { batch in
      if let known = try? rule(named: name),
        let record = state.record(type: Schema.rule.key, id: known.id)
      {
        try batch.set(record, changes)
      } else {
        let last = assignmentRules.map(\.order).max() ?? 0
        let place = min(last, Int(Int32.max)) + 1
        try batch.add(Schema.rule, changes + [FieldChange("order", .set, "\(place)")])
      }
    }.written
  }

  /// The rule with a name; case, «ё» and punctuation do not matter.
  ///
  /// - Throws: `EntryError.unknownName`.
  public func rule(named name: String) throws(EntryError) -> AssignmentRule {
    let folded = TextFolding.fold(name)
    let rules = assignmentRules
    guard let rule = rules.first(where: { TextFolding.fold($0.name) == folded }) else {
      let near = Suggestions.closest(to: name, among: rules.map(\.name))
      throw .unknownName(entity: Schema.rule.key, name: name, suggestions: near)
    }
    return rule
  }

  /// Puts a rule into the trash.
  ///
  /// - Throws: `EntryError.unknownName`, or what keeps the batch from being written.
  public func removeRule(named name: String, isRehearsal: Bool = false) throws -> Written {
    let rule = try rule(named: name)
    return try write(purpose: "rule remove", isRehearsal: isRehearsal) { batch in
      guard let record = state.record(type: Schema.rule.key, id: rule.id) else { return }
      batch.delete(record)
    }.written
  }

  /// Works out what the rules would give to whom; of several that fit a client the first counts.
  ///
  /// - Returns: who gets which clients.
  public func plannedAssignment() -> Assignment {
    var assignment = Assignment()
    var given: Set<String> = []
    let active = Dictionary(members.filter(\.isActive).map { ($0.id, $0) }) { first, _ in first }
    for rule in assignmentRules {
      guard let owner = rule.owner.flatMap({ active[$0] }) else {
        assignment.idle.append(rule)
        continue
      }
      // One text, so that the rule's own quotes and alternatives stay as they were saved.
      guard let filter = try? filter(text: "\(rule.filter) owner:", entity: Schema.client) else {
        assignment.unreadable.append(rule)
        continue
      }
      let clients = records(Schema.client, filter: filter).map(\.id).filter { !given.contains($0) }
      guard !clients.isEmpty else { continue }
      given.formUnion(clients)
      assignment.shares.append(.init(rule: rule, owner: owner, clients: clients))
    }
    let ownerless = try? filter(["owner:"], entity: Schema.client)
    assignment.leftCount = ownerless.map { count(Schema.client, filter: $0) - given.count } ?? 0
    return assignment
  }

  /// Gives clients that nobody is responsible for to those whom the rules name, in one batch.
  ///
  /// - Returns: who got which clients.
  /// - Throws: what keeps the batch from being written.
  public func assignByRules() throws -> Assignment {
    try write(purpose: "rule apply") { batch in
      let assignment = plannedAssignment()
      for share in assignment.shares {
        for id in share.clients {
          var edit = RecordEdit(type: Schema.client.key, id: id)
          edit.set["owner"] = StoredValue.text(share.owner.id)
          batch.put(edit)
        }
      }
      return assignment
    }.result
  }
}
