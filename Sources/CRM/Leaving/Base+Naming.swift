import Documents
public import Replication

/// Records that name a person in words, as imports make them before the person is a member, or as
/// somebody of another base that was taken in, as one's own base before one joined.
extension Base {
  /// The living records in which a field for a member holds a member's name as a text, or names
  /// somebody of an adopted base who is called the same.
  ///
  /// - Parameter member: the member.
  /// - Returns: the records with those fields, by type.
  public func recordsNaming(_ member: Member) -> [String: [(record: Record, fields: [String])]] {
    let name = TextFolding.fold(member.name)
    let ids = Set(members.map(\.id))
    let namesakes = Set(
      members.filter { $0.origin != nil && TextFolding.fold($0.name) == name }.map(\.id))
    var result: [String: [(record: Record, fields: [String])]] = [:]
    for entity in [Schema.client, Schema.deal, Schema.task, Schema.activity] {
      let fields = (entity.fields + customFields(of: entity)).filter {
        $0.kind == .member && !$0.many && !$0.computed
      }
      for record in state.living(entity.key) {
        let named = fields.map(\.key).filter { key in
          guard let text = record.text(key, state) else { return false }
          return namesakes.contains(text) || !ids.contains(text) && TextFolding.fold(text) == name
        }
        if !named.isEmpty { result[entity.key, default: []].append((record, named)) }
      }
    }
    return result
  }

  /// The members of this base who are called like somebody of an adopted one.
  public var namesakesOfAdopted: [Member] {
    let names = Set(members.filter { $0.origin != nil }.map { TextFolding.fold($0.name) })
    return people.filter { $0.standing != .left }.map(\.member).filter {
      names.contains(TextFolding.fold($0.name))
    }
  }

  /// Makes records that name a member in words, or in an adopted base, the member's own.
  ///
  /// What people differ about is left to them.
  ///
  /// - Parameters:
  ///   - member: the member.
  ///   - isRehearsal: whether to stop before anything is written.
  /// - Returns: what was done.
  /// - Throws: what keeps the batch from being written.
  public func claim(for member: Member, isRehearsal: Bool = false) throws -> Written {
    try write(purpose: "claim", isRehearsal: isRehearsal) { batch in
      for (type, records) in recordsNaming(member).sorted(by: { $0.key < $1.key }) {
        for (record, fields) in records {
          var edit = RecordEdit(type: type, id: record.id)
          for field in fields where !Self.wouldSettle(record, writing: field) {
            edit.set[field] = StoredValue.text(member.id)
          }
          if !edit.isEmpty { batch.put(edit) }
        }
      }
    }.written
  }

  /// The names of saved filters and rules whose condition names a member.
  func conditions(naming member: Member) -> [String] {
    let name = TextFolding.fold(member.name)
    let first = TextFolding.fold(member.name.split(separator: " ").first.map(String.init) ?? "")
    func names(_ text: String, _ entity: Entity) -> Bool {
      guard let filter = try? filter(text: text, entity: entity) else { return false }
      return filter.terms.contains { term in
        guard case .field(let test) = term.test, test.slot.field.kind == .member else {
          return false
        }
        return test.values.contains { value in
          let folded = TextFolding.fold(value)
          return value == member.id || folded == name || (!first.isEmpty && folded == first)
        }
      }
    }
    return [Schema.segment, Schema.rule].flatMap { kind in
      state.living(kind.key).filter { record in
        !isOthersArrangement(record)
          && names(
            record.text("filter", state) ?? "",
            Schema.entity(key: record.text("entity", state) ?? "client") ?? Schema.client)
      }.map { self.name(of: $0) }
    }
  }
}
