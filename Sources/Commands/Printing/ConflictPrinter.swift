import Bytes
import CRM
import Documents
import Platform
import Wording

/// Prints conflicts: what it was, what each says, who and when.
struct ConflictPrinter {
  private let invocation: Invocation
  private let base: Base
  private var wording: Wording { invocation.wording }

  /// How many bytes of documents are read at most to tell what fields held before.
  private static let effort = 32 << 20

  init(_ invocation: Invocation, _ base: Base) {
    self.invocation = invocation
    self.base = base
  }

  /// Prints some of the conflicts of a base.
  func print(_ conflicts: [Conflict], of count: Int) {
    guard let first = conflicts.first else {
      invocation.say(wording.noConflicts)
      return
    }
    // The past of each takes a look at the whole document.
    let size = (try? invocation.documentPath()).flatMap { try? Files.status($0)?.size } ?? .max
    let isCheap = conflicts.count <= max(1, Self.effort / max(1, size))
    for (index, conflict) in conflicts.enumerated() {
      if index > 0 { invocation.print("") }
      print(conflict, before: isCheap ? (try? base.valueBefore(conflict)) ?? nil : nil)
    }
    if conflicts.count < count { invocation.print(wording.andMore(count - conflicts.count)) }
    invocation.say(wording.conflicts(count))
    invocation.say(wording.resolveHint(first, shortID: base.shortID(first.id)))
  }

  /// Prints one conflict with its values, numbered.
  func print(_ conflict: Conflict, before: CardValue?) {
    let name = conflict.name.isEmpty ? "" : " \(wording.quoted(conflict.name))"
    let title =
      invocation.wording.record(conflict.type, id: invocation.id(conflict.id, in: base)) + name
    let label = Style.yellow.applied(
      to: DisplayWidth.oneLine(wording.label(of: conflict)), isOn: invocation.isStyled)
    invocation.print("\(DisplayWidth.oneLine(title))  \(label)")
    var table = Table([
      Table.Column(title: "", isFlexible: false, style: .dim), Table.Column(title: ""),
      Table.Column(title: ""), Table.Column(title: "", isFlexible: false),
      Table.Column(title: "", isFlexible: false, style: .dim),
    ])
    if let before {
      table.row(["  \(wording.valueBefore)", text(before, conflict, currency: nil)], style: .dim)
    }
    for (index, side) in conflict.sides.enumerated() {
      let value =
        conflict.isDeletion
        ? wording.deletionSide(isDeletion: side.isDeletion, made: side.made.map(made))
        : side.value.map { text($0, conflict, currency: conflict.currencies[index]) }
          ?? wording.cleared
      let author = side.author ?? wording.unknownAuthor
      table.row([
        "  @\(index + 1)", value, side.isMine ? "\(author), \(wording.mine)" : author,
        invocation.time(millis: side.at.epochMillis, in: base),
        index == 0 ? wording.shownToAll : "",
      ])
    }
    invocation.print(
      lines: table.lines(width: nil, isStyled: invocation.isStyled, hasHeader: false))
  }

  /// What somebody made for a client: «сделка 12 «Ремонт»», «звонок 13 «Просили перезвонить»».
  private func made(_ card: Card) -> String {
    let kind = card["kind"]
    let noun =
      card.type == Schema.activity.key
      ? kind.flatMap { $0.field.choice(card.text("kind") ?? "")?.label(in: invocation.language) }
      : nil
    let id = invocation.id(card.id, in: base)
    let what = noun.map { "\($0) \(id)" } ?? wording.record(card.type, id: id)
    return card.text(Schema.entity(key: card.type)?.key == Schema.activity.key ? "text" : "title")
      .map { "\(what) \(wording.quoted($0))" } ?? what
  }

  private func text(_ value: CardValue, _ conflict: Conflict, currency: String?) -> String {
    guard let field = conflict.field else { return value.text }
    return value.display(
      field, currency: currency ?? base.settings.currency, in: invocation.language,
      offsetMinutes: base.offsetMinutes)
  }

  // MARK: For scripts

  func object(_ conflict: Conflict) -> JSONObject {
    var object = JSONObject()
    object.put("id", conflict.id)
    object.put("type", conflict.type)
    object.put("name", conflict.name)
    object.put("field", conflict.register)
    object.put("values", conflict.sides.map { self.object($0, conflict) })
    return object
  }

  private func object(_ side: Conflict.Side, _ conflict: Conflict) -> JSONObject {
    var object = JSONObject()
    if conflict.isDeletion {
      object.put("value", side.isDeletion)
      if !side.made.isEmpty { object.put("made", side.made.map(\.id)) }
    } else if let value = side.value, conflict.field?.kind == .member, let name = value.name {
      // As everywhere in JSON, members go by their names.
      object.put("value", name)
    } else {
      object.put("value", raw: side.value.map(\.value.canonicalBytes) ?? Array("null".utf8))
    }
    object.put("by", side.author)
    object.put("at", Timestamp.text(side.at.epochMillis))
    object.put("dot", side.dot.text)
    object.put("mine", side.isMine)
    return object
  }
}
