import CRM
import Wording

/// Saying what a write did.
extension Invocation {
  /// Reports a write that was about one record, whose id is the result.
  func report(one written: Written, in base: Base) {
    report(warnings: written.warnings)
    guard let first = written.records.first else { return }
    if isJSON {
      var object = self.object(first)
      object.put("commits", written.commits)
      object.put("warnings", written.warnings.map(self.object))
      if written.records.count > 1 {
        object.put("also", written.records.dropFirst().map(self.object))
      }
      print(json: object)
    } else if !isRehearsal {
      print(id(first.id, in: base))
    }
    say(written, in: base)
  }

  /// Reports a write that changed records which were named.
  func report(each written: Written, in base: Base) {
    report(warnings: written.warnings)
    if isJSON {
      for record in written.records {
        var object = self.object(record)
        object.put("commits", written.commits)
        print(json: object)
      }
    } else if isQuiet, !isRehearsal {
      for record in written.records { print(record.id) }
    }
    say(written, in: base)
  }

  /// An id as it is printed: whole, unless a person reads it.
  func id(_ id: String, in base: Base) -> String {
    surroundings.output.isTerminal ? base.shortID(id) : id
  }

  /// Names the fields of a kind of record by their keys, those of the base's own among them.
  func labels(of type: String, in base: Base) -> (String) -> String {
    { key in
      key == Conflict.deletion
        ? wording.deletionLabel : base.fieldName(key, of: type).label(in: language)
    }
  }

  func report(warnings: [EntryWarning]) {
    for warning in warnings { warn(wording.warning(warning)) }
  }

  private func say(_ written: Written, in base: Base) {
    // Every move of a deal makes one; the deal itself says as much.
    let told = written.records.filter { $0.type != Schema.stageEvent.key }
    for record in told.prefix(20) {
      say(
        wording.outcome(
          record, shortID: base.shortID(record.id), label: labels(of: record.type, in: base),
          isRehearsal: isRehearsal))
    }
    if told.count > 20 { say(wording.andMore(told.count - 20)) }
    if isRehearsal { say(wording.rehearsal) }
  }

  func object(_ outcome: Written.Outcome) -> JSONObject {
    var object = JSONObject()
    object.put("id", outcome.id)
    object.put("type", outcome.type)
    object.put("name", outcome.name)
    object.put("outcome", Self.key(outcome.kind))
    object.put("fields", outcome.fields)
    return object
  }

  static func key(_ kind: Written.Outcome.Kind) -> String {
    switch kind {
    case .created: "created"
    case .changed: "changed"
    case .deleted: "deleted"
    case .restored: "restored"
    case .kept: "kept"
    case .unchanged: "unchanged"
    }
  }

  func object(_ warning: EntryWarning) -> JSONObject {
    var object = JSONObject()
    switch warning {
    case .requisite(let field, let text, _):
      object.put("kind", "requisite")
      object.put("field", field.key)
      object.put("text", text)
    case .phone(let text, _):
      object.put("kind", "phone")
      object.put("text", text)
    case .email(let text):
      object.put("kind", "email")
      object.put("text", text)
    case .unknownMember(let field, let text):
      object.put("kind", "unknown_member")
      object.put("field", field.key)
      object.put("text", text)
    case .rounded(let field, let text):
      object.put("kind", "rounded")
      object.put("field", field.key)
      object.put("text", text)
    case .likelyDuplicate(let id, let name, let field):
      object.put("kind", "likely_duplicate")
      object.put("id", id)
      object.put("name", name)
      object.put("field", field.key)
    case .noNextStep: object.put("kind", "no_next_step")
    }
    object.put("message", wording.warning(warning))
    return object
  }
}
