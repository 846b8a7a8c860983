public import CRM
public import Replication
public import Syncing

// Sentences about working with other people's copies.
extension Wording {
  // MARK: Merging

  /// Long work: two copies are compared.
  public func comparing(_ path: String) -> String {
    pick("comparing with \(path)…", "сравнение с \(path)…")
  }

  /// Long work: commits are taken in.
  public func joining(_ count: Int) -> String {
    pick("taking in \(changes(count))…", "принимаем: \(changes(count))…")
  }

  /// That the file is no copy, but another base, and whether something of it came before.
  public func otherBase(_ name: String, isKnown: Bool) -> String {
    let what =
      name.isEmpty
      ? pick(
        "this file is another base, one without a name, and no copy of yours",
        "этот файл — другая база, без названия, а не копия вашей")
      : pick(
        "this file is another base, \(quoted(name)), and no copy of yours",
        "этот файл — другая база, \(quoted(name)), а не копия вашей")
    guard isKnown else { return what }
    return what
      + pick(
        "; it was taken in before, and only what is new comes",
        "; её уже принимали, придёт только новое")
  }

  /// What taking in another base means.
  public var adopting: String {
    pick(
      "its clients, deals, activities and tasks are copied in with their history; its people get "
        + "no rights here, its settings, rules and segments do not come; merged again later, only "
        + "what is new comes",
      "её клиенты, сделки, события и задачи копируются сюда вместе с историей; её сотрудники прав "
        + "здесь не получают, настройки, правила и сегменты не переносятся; при повторном merge "
        + "придёт только новое")
  }

  /// What a merge does to records of one kind.
  public func mergeCounts(_ counts: MergePreview.Counts, of entity: Entity) -> String {
    let noun = (language == .russian ? entity.russian : entity.english).plural
    var parts: [String] = []
    if counts.created > 0 {
      parts.append(pick("\(number(counts.created)) new", "новых \(number(counts.created))"))
    }
    if counts.changed > 0 {
      parts.append(
        pick("\(number(counts.changed)) changed", "изменено \(number(counts.changed))"))
    }
    if counts.deleted > 0 {
      parts.append(
        pick("\(number(counts.deleted)) to the trash", "в корзину \(number(counts.deleted))"))
    }
    return "\(noun): \(parts.joined(separator: ", "))"
  }

  /// Who made what comes, and when.
  public func mergeAuthor(_ name: String?, commits: Int, from: String, to: String) -> String {
    let who =
      name.map { pick("by \($0)", "автор \($0)") }
      ?? pick("by an unknown author", "автор неизвестен")
    return "\(who): \(changes(commits)), \(from) – \(to)"
  }

  /// Fields that two people have changed apart.
  public func mergeConflicts(_ count: Int) -> String {
    pick(
      "changed on both sides: \(number(count)); both values are kept, see karto conflicts",
      "изменено с обеих сторон: \(number(count)); оба значения сохранены, см. karto conflicts")
  }

  /// Cards that come and are likely there already.
  public func mergeDuplicates(_ count: Int) -> String {
    pick(
      "likely duplicates: \(number(count)), see karto duplicates",
      "вероятных дубликатов: \(number(count)), см. karto duplicates")
  }

  /// Commits that come and are no part of the base, and why, where that is known.
  public func mergeHeld(_ count: Int, _ reasons: Set<HeldReason> = []) -> String {
    let why = reasons.sorted { $0.rawValue < $1.rawValue }.map { reason in
      switch reason {
      case .sealed: pick("their authors were shut out", "их авторы отключены от базы")
      case .stranger: pick("their authors were not let in", "их авторы не приняты в базу")
      case .notEntitled: pick("their authors may not make them", "у авторов нет на это права")
      }
    }
    let (english, russian) = why.isEmpty ? ("", "") : (": \(list(why))", ", \(list(why))")
    return pick(
      "\(changes(count)) held back\(english); karto held shows them",
      "задержано: \(changes(count))\(russian); показать: karto held")
  }

  /// A commit whose proof does not hold.
  public func mergeRefused(_ dot: String) -> String {
    pick(
      "\(dot) and what follows it were not taken: the signature does not hold",
      "\(dot) и дальнейшие не приняты: подпись не сходится")
  }

  /// A commit that goes before what it had seen.
  public func mergeWaiting(_ dot: String) -> String {
    pick(
      "\(dot) and what follows it wait: what they had seen is not here yet; they come with it",
      "\(dot) и дальнейшие ждут: того, что видел их автор, здесь ещё нет; они придут вместе с ним")
  }

  /// Whether to go on.
  public var mergeQuestion: String { pick("Take this in?", "Принять это?") }

  /// Whether to take in another base.
  public var adoptQuestion: String {
    pick(
      "This is another base. Take its clients, deals and history into yours?",
      "Это другая база. Принять её клиентов, сделки и историю в вашу?")
  }

  func complaint(_ error: AdoptionError) -> Complaint {
    switch error {
    case .notWhole(let path):
      Complaint(
        .damaged,
        pick("\(path): the document is not whole", "\(path): документ не цел"),
        hint: pick("karto repair on it first", "сначала почините его: karto repair"))
    }
  }

  /// Records that are no part of the base any more, since their author is not let in.
  public func mergeVanished(_ count: Int, _ names: [String]) -> String {
    let some = list(names.filter { !$0.isEmpty }.map(quoted)) + (count > names.count ? " …" : "")
    return pick(
      "no part of the base any more, since by what comes their author was never let in, or was shut "
        + "out: \(records(count)), \(some); see karto held",
      "больше не входит в базу: по тому, что пришло, автор не принят или отключён: "
        + "\(records(count)), \(some); смотрите karto held")
  }

  /// What was done.
  public func merged(_ preview: MergePreview, isRehearsal: Bool) -> String {
    guard preview.commitCount > 0 else {
      return pick("0 changes: nothing new", "0 изменений: ничего нового")
    }
    let total = preview.total
    let what = pick(
      "\(changes(preview.commitCount)): \(number(total.created)) new, "
        + "\(number(total.changed)) changed, \(number(total.deleted)) to the trash",
      "\(changes(preview.commitCount)): новых \(number(total.created)), "
        + "изменено \(number(total.changed)), в корзину \(number(total.deleted))")
    return isRehearsal
      ? pick("would take in \(what)", "было бы принято: \(what)")
      : pick("taken in \(what)", "принято: \(what)")
  }

  /// How to take a merge back.
  public var mergeHint: String {
    pick(
      "karto undo --merge takes it back, for everybody who syncs",
      "отменить всё разом, у всех, кто обменивается: karto undo --merge")
  }

  // MARK: Folders

  /// What an exchange through a folder did.
  public func synced(received: Int, published: Int) -> String {
    pick(
      "received \(changes(received)), published \(changes(published))",
      "получено: \(changes(received)), отдано: \(changes(published))")
  }

  func complaint(_ error: FolderError) -> Complaint {
    switch error {
    case .missing(let path):
      Complaint(
        .failed, pick("\(path): there is no such folder", "\(path): такой папки нет"),
        hint: pick(
          "is the stick plugged in, the network drive there? Otherwise make the folder first",
          "вставлена ли флешка, подключён ли диск? Иначе сначала создайте папку"))
    }
  }

  /// That the program goes on looking.
  public func watching(_ path: String) -> String {
    pick("watching \(path); Ctrl-C ends it", "слежу за \(path); завершить: Ctrl-C")
  }

  /// That a base stands where others' files may take its place.
  public func baseInFolder(_ base: String, _ folder: String) -> String {
    pick(
      "\(base) is inside \(folder): whatever carries the folder may put another machine's file in "
        + "its place; move the base out of it",
      "\(base) лежит в папке \(folder): тот, кто её переносит, может положить на это место файл с "
        + "другой машины; переложите базу из неё")
  }

  /// Something wrong with a file in a shared folder.
  public func folderProblem(_ problem: FolderProblem) -> String {
    let path = problem.path
    return switch problem.kind {
    case .incomplete:
      pick(
        "\(path) breaks off or is damaged; what is whole in it was read, the rest is tried again",
        "\(path) обрывается или повреждён; целое прочитано, остальное — при следующем обмене")
    case .foreign: pick("\(path) belongs to another base", "\(path) относится к другой базе")
    case .tooNew:
      pick("\(path) needs a newer version of karto", "\(path) требует более новой версии karto")
    case .unreadable:
      pick("\(path) is no piece of a base; left alone", "\(path) — не часть базы; не тронут")
    case .tooLarge:
      pick("\(path) is too large; left alone", "\(path) слишком велик; не тронут")
    case .refused:
      pick(
        "\(path) has changes whose signature does not hold; they were not taken",
        "\(path) содержит изменения с неверной подписью; они не приняты")
    case .digestDiffers:
      pick(
        "\(path): the other device has the same changes and another base. Please report this, "
          + "with both files of karto export",
        "\(path): у другого устройства те же изменения, но другая база. Сообщите об этом, "
          + "приложив karto export с обоих устройств")
    }
  }
}
