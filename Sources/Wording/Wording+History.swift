import CRM
import Documents
public import Replication

/// What history, undo, check, repair and exchange say.
extension Wording {
  /// How a field changed.
  public enum ChangeKind: String, Sendable, CaseIterable {
    /// A register took another value.
    case set
    /// An element came.
    case add
    /// An element went.
    case remove
    /// The record was made.
    case create
    /// The record went to the trash.
    case delete
    /// The record came back.
    case restore
  }

  /// One change of one field; values are as people read them.
  public func change(
    _ kind: ChangeKind, field: String, before: String?, after: String?
  ) -> String {
    let none = pick("nothing", "пусто")
    switch kind {
    case .set: return "\(field): \(before ?? none) → \(after ?? none)"
    case .add: return "\(field): + \(after ?? none)"
    case .remove: return "\(field): − \(before ?? none)"
    case .create: return pick("added", "добавлено")
    case .delete: return pick("deleted", "удалено")
    case .restore: return pick("restored", "возвращено")
    }
  }

  /// What a batch of commits touched: «3 клиента, 1 сделка».
  public func touched(_ counts: [String: Int], deletions: Int) -> String {
    var parts = Schema.entities.compactMap { entity in
      counts[entity.key].map { count($0, of: entity) }
    }
    let others: [(type: String, english: PluralForms, russian: PluralForms)] = [
      (
        "invitation", PluralForms("invitation", plural: "invitations"),
        PluralForms("приглашение", "приглашения", "приглашений", plural: "приглашения")
      ),
      (
        "seal", PluralForms("seal", plural: "seals"),
        PluralForms("отключение", "отключения", "отключений", plural: "отключения")
      ),
      (
        "adoption", PluralForms("other base", plural: "other bases"),
        PluralForms("другая база", "другие базы", "других баз", plural: "другие базы")
      ),
    ]
    for other in others {
      if let number = counts[other.type] {
        parts.append(count(number, other.english, other.russian))
      }
    }
    let named = Set(others.map(\.type))
    let unknown = counts.filter { Schema.entity(key: $0.key) == nil && !named.contains($0.key) }
      .reduce(0) { $0 + $1.value }
    if unknown > 0 { parts.append(records(unknown)) }
    if deletions > 0 {
      parts.append(pick("\(number(deletions)) deleted", "удалено: \(number(deletions))"))
    }
    // Of an adopted base only what it did to its own people and settings touches nothing here.
    return parts.isEmpty ? pick("nothing here", "здесь ничего") : list(parts)
  }

  /// Someone whose device is not known.
  public var unknownAuthor: String { pick("unknown", "неизвестно") }

  /// The title of the column of changes.
  public var dotTitle: String { pick("Change", "Изменение") }
  /// The title of the column of moments.
  public var whenTitle: String { pick("When", "Когда") }
  /// The title of the column of authors.
  public var whoTitle: String { pick("Who", "Кто") }
  /// The title of the column of purposes.
  public var doesTitle: String { pick("Deed", "Действие") }
  /// The title of the column of what was touched.
  public var whatTitle: String { pick("What", "Что") }

  // MARK: Undo

  /// How many changes were taken back.
  public func undone(_ count: Int, isRehearsal: Bool) -> String {
    isRehearsal
      ? pick("would be taken back: \(records(count))", "будет отменено: \(records(count))")
      : pick("taken back: \(records(count))", "отменено: \(records(count))")
  }

  /// Nothing was left to undo.
  public var nothingToTakeBack: String {
    pick("there is nothing to take back", "отменять нечего")
  }

  /// What was taken back of one record, whose fields are named by `label`.
  public func reverted(
    _ kind: UndoReport.Reverted.Kind, what: String, label: (String) -> String
  ) -> String {
    switch kind {
    case .deleted: pick("to the trash: \(what)", "в корзину: \(what)")
    case .restored: pick("restored: \(what)", "возвращено: \(what)")
    case .changed(let fields):
      pick(
        "set back: \(what): \(list(fields.map(label)))",
        "прежнее: \(what): \(list(fields.map(label)))")
    }
  }

  /// What was left alone, and why.
  public func left(what: String, fields: [String], by author: String, at: String) -> String {
    let fields = fields.isEmpty ? "" : ": \(list(fields))"
    return pick(
      "left alone: \(what)\(fields), edited later by \(author), \(at)",
      "оставлено: \(what)\(fields), позже изменено: \(author), \(at)")
  }

  /// What an undo does not delete: how much of which kind.
  public func keptByUndo(_ parts: [String]) -> String {
    pick(
      "left alone, not for you to delete or change: \(list(parts))",
      "оставлено, удалять и менять это вам нельзя: \(list(parts))")
  }

  /// What was done with clients whom an undo puts into the trash.
  public func leftBehind(_ parts: [String]) -> String {
    pick(
      "these were made later and stay, with clients in the trash: \(list(parts))",
      "сделано позже и остаётся, хотя клиенты в корзине: \(list(parts))")
  }

  /// What stands for a field where a record was deleted as a whole.
  public var deletionLabel: String { pick("deletion", "удаление") }

  /// What an undo does to records of one kind: «клиенты: вернётся 300, прежними станут 12».
  public func undoGroup(_ type: String, restored: Int, changed: Int, deleted: Int) -> String {
    let entity = Schema.entity(key: type)
    let noun = entity.map { language == .russian ? $0.russian.plural : $0.english.plural } ?? type
    var parts: [String] = []
    if restored > 0 {
      parts.append(pick("\(number(restored)) restored", "возвращено \(number(restored))"))
    }
    if changed > 0 {
      parts.append(pick("\(number(changed)) set back", "прежними \(number(changed))"))
    }
    if deleted > 0 {
      parts.append(pick("\(number(deleted)) to the trash", "в корзину \(number(deleted))"))
    }
    return "\(noun): \(list(parts))"
  }

  /// Changes of somebody that claim to be older than they can be.
  public func backdated(_ count: Int, from dot: String) -> String {
    pick(
      "\(changes(count)) bear an earlier time, but were made or came after something of that time; "
        + "to take them too: --since \(dot)",
      "с более ранним временем, но сделано или пришло позже: \(changes(count)); "
        + "чтобы отменить и их: --since \(dot)")
  }

  /// A seal that this member may not void.
  public var sealStays: String {
    pick(
      "the seal stays: to void it takes a role above that of who sealed; to let the person back in, "
        + "invite them again",
      "отключение остаётся в силе: снять его может тот, чья роль выше роли отключившего; чтобы "
        + "вернуть человека, пригласите его снова")
  }

  /// An undo gives records back to somebody who is shut out.
  public func goesToShutOut(
    _ name: String, _ count: Int, needsRecovery: Bool
  ) -> String {
    let command = voidCommand(name, needsRecovery: needsRecovery)
    return pick(
      "\(records(count)) would be \(name)'s again, who is shut out: let them in with "
        + "\(command), or hand over with \(offboardCommand(name))",
      "снова за «\(name)»: \(records(count)), а доступ отключён: вернуть доступ \(command), "
        + "или передать дела \(offboardCommand(name))")
  }

  /// Records that came back and whose owner has left.
  public func fellTo(_ name: String, _ count: Int) -> String {
    pick(
      "\(name) takes over \(records(count)), as the successor of somebody who has left",
      "теперь за «\(name)», преемником того, кто ушёл: \(records(count))")
  }

  /// Cards are still one client, by other merges.
  public func stillMerged(_ name: String, commits: [String]) -> String {
    let command = "karto undo \(commits.joined(separator: " "))"
    return pick(
      "the cards of \(quoted(name)) are still one client, since somebody else merged them too; to "
        + "take them apart: \(command)",
      "карточки \(quoted(name)) по-прежнему одно: их объединил и кто-то ещё; чтобы разъединить: "
        + command)
  }

  /// How many changes somebody made.
  public func share(_ name: String, _ count: Int) -> String { "\(name): \(changes(count))" }

  /// An undo of a merge takes colleagues' work back, and not only here.
  ///
  /// - Parameter parts: how much of whose.
  /// - Returns: the warning.
  public func undoesForAll(_ parts: [String]) -> String {
    pick(
      "this takes back the work of others (\(list(parts))) for everybody who syncs with this base, "
        + "themselves included; merging their file again does not bring it back, undoing this "
        + "undo does, by the number that is printed",
      "отменится чужая работа (\(list(parts))) — у всех, кто обменивается с этой базой, и у самих "
        + "авторов тоже; повторное слияние её не вернёт, вернёт отмена этой отмены, по номеру, "
        + "который будет напечатан")
  }

  /// How to take the last change back.
  public var undoHint: String { pick("back with: karto undo --last", "вернуть: karto undo --last") }

  /// Whether to undo a large batch.
  public func undoQuestion(_ count: Int) -> String {
    pick("Take back \(records(count))?", "Отменить: \(records(count))?")
  }

  // MARK: Check and repair

  /// A document without damage.
  public func sound(_ report: CheckReport) -> String {
    let commits = count(
      report.commitCount, PluralForms("commit", plural: "commits"),
      PluralForms("фиксация", "фиксации", "фиксаций", plural: "фиксации"))
    let signatures = count(
      report.signatureCount, PluralForms("signature", plural: "signatures"),
      PluralForms("подпись", "подписи", "подписей", plural: "подписи"))
    return pick(
      "sound: \(bytes(report.byteCount)), \(commits), \(signatures)",
      "в порядке: \(bytes(report.byteCount)), \(commits), \(signatures)")
  }

  /// Bytes of a write that was never finished.
  public func torn(_ count: Int) -> String {
    pick(
      "\(bytes(count)) at the end belong to a write that was cut off; the next write removes them",
      "\(bytes(count)) в конце остались от прерванной записи, следующая запись их уберёт")
  }

  /// One thing that is wrong, with its place.
  public func problem(_ problem: CheckProblem) -> String {
    var text = sentence(problem.kind)
    if let offset = problem.byteOffset, !namesPlace(problem.kind) {
      text = pick("byte \(number(offset)): ", "байт \(number(offset)): ") + text
    }
    if let dot = problem.dot { text += " (\(dot.text))" }
    if !problem.records.isEmpty {
      let some = problem.records.prefix(5).joined(separator: ", ")
      let rest = problem.records.count > 5 ? " …" : ""
      text += pick("; records: \(some)\(rest)", "; записи: \(some)\(rest)")
    }
    return text
  }

  /// Whether a sentence tells by itself at which byte of the file the fault lies.
  private func namesPlace(_ kind: CheckProblem.Kind) -> Bool {
    if case .member(.container) = kind { return true }
    return false
  }

  private func sentence(_ kind: CheckProblem.Kind) -> String {
    switch kind {
    case .damage(let range):
      pick("\(bytes(range.count)) cannot be read", "не читается \(bytes(range.count))")
    case .member(let error), .line(let error): documentSentence(error)
    case .mislabelled:
      pick("a part holds other commits than it says", "в части не те фиксации, что указаны")
    case .missing(let replica, let first, let last):
      pick(
        "commits \(first) to \(last) of \(replica.text) are missing",
        "нет фиксаций \(first)–\(last) устройства \(replica.text)")
    case .signature: pick("a signature is wrong", "подпись неверна")
    case .unsigned: pick("the last commits are not signed", "последние фиксации не подписаны")
    case .sighting(let replica):
      pick(
        "a commit had seen something else of \(replica.text)",
        "фиксация видела другую историю устройства \(replica.text)")
    }
  }

  /// What to do about damage.
  public var repairAdvice: String {
    pick(
      "karto repair NEW.karto saves the rest; --from OTHER.karto fills gaps",
      "karto repair НОВАЯ.karto спасёт остальное; --from ДРУГАЯ.karto восполнит пробелы")
  }

  /// What a repair saved.
  public func repaired(_ report: RepairReport, path: String) -> String {
    let commits = count(
      report.commitCount, PluralForms("commit", plural: "commits"),
      PluralForms("фиксация", "фиксации", "фиксаций", plural: "фиксации"))
    return pick(
      "\(path): saved \(commits), \(number(report.recoveredCount)) of them from other copies",
      "\(path): спасено \(commits), из других копий: \(number(report.recoveredCount))")
  }

  /// Commits that are lost.
  public func lost(_ loss: Loss) -> String {
    pick(
      "commits \(loss.first) to \(loss.last) of \(loss.replica.text) are lost",
      "потеряны фиксации \(loss.first)–\(loss.last) устройства \(loss.replica.text)")
  }

  /// What of the rest was written anew.
  public func rewritten(_ count: Int) -> String {
    pick(
      "\(records(count)) behind the loss, written anew by this device",
      "записано заново с этого устройства, что стояло за потерей: \(records(count))")
  }

  /// What is left can be read, and this device may not write it anew.
  public var notSalvaged: String {
    pick(
      "this device cannot show here whose it is, so the rest is there to be read and exported only; "
        + "repair with --from COPY, or on the machine where the base was made",
      "здесь это устройство не может доказать, чьё оно: остальное можно читать и выгружать, "
        + "но не менять; повторите с --from КОПИЯ или на машине, где базу создали")
  }

  /// What packing saved.
  public func compacted(_ report: CompactReport) -> String {
    pick(
      "\(bytes(report.bytesBefore)) before, \(bytes(report.bytesAfter)) after",
      "было \(bytes(report.bytesBefore)), стало \(bytes(report.bytesAfter))")
  }
}
