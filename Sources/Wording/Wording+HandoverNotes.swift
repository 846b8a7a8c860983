public import CRM

/// What a hand-over leaves alone, and what its page says of a rehearsal.
extension Wording {
  /// The heading of what the leaver did lately.
  public func doneSince(_ day: String) -> String {
    pick("What was done lately, since \(day)", "Что сделано за последнее время, с \(day)")
  }

  /// The title of a page about a hand-over that is only rehearsed, and what it says first.
  public func rehearsed(_ title: String) -> String {
    pick("Rehearsal. \(title)", "Проба. \(title)")
  }

  /// The first line of such a page.
  public var rehearsedPage: String {
    pick(
      "This is a rehearsal: nothing has been handed over, and nobody was shut out.",
      "Это проба: дела не переданы, никто не отключён.")
  }

  /// What stays with a leaver, since people differ about it.
  public func leftOpen(_ names: [String], with leaver: String) -> String {
    let some = list(names.prefix(5).map(quoted)) + (names.count > 5 ? " …" : "")
    return pick(
      "left with \(leaver), since a conflict about it is open: \(records(names.count)), \(some); "
        + "settle it (karto conflicts) and hand over again",
      "остаётся за «\(leaver)», об этом идёт спор: \(records(names.count)), \(some); решите "
        + "(karto conflicts) и передайте ещё раз")
  }

  /// What a leaver had only while its owner is away.
  ///
  /// - Parameters:
  ///   - parts: how much of which kind.
  ///   - lender: whose it is.
  ///   - until: the last day of the absence.
  ///   - heir: who stands in now; nil if it is back with its owner.
  /// - Returns: the line.
  public func lent(
    _ parts: [String], of lender: String, until: CivilDate, to heir: String?
  ) -> String {
    let (some, day) = (list(parts), date(until))
    guard let heir else {
      return pick(
        "of these back with their owner \(lender): \(some)",
        "из них возвращается владельцу (\(lender)): \(some)")
    }
    return pick(
      "of these lent, \(lender)'s until \(day), \(heir) stands in: \(some); then back to "
        + "\(lender)",
      "из них временно, дела (\(lender)) по \(day), замещает \(heir): \(some); потом вернётся: "
        + "\(lender)")
  }

  /// Successors who were invited and have not joined.
  public func notJoinedYet(_ names: [String]) -> String {
    pick(
      "not joined yet, and sees nothing of it until then: \(list(names))",
      "ещё не в базе (приглашение не принято), до этого ничего не увидит: \(list(names))")
  }

  /// Who stands in for whom, until when.
  public func standIn(_ name: String, for lender: String, until: CivilDate) -> String {
    pick(
      "\(name) (for \(lender) until \(date(until)))",
      "\(name) (вместо: \(lender), по \(date(until)))")
  }

  /// Clients who lack what a hand-over goes by.
  public func unsorted(_ count: Int, by rule: HandoverRule) -> String {
    let what =
      switch rule {
      case .city: pick("city", "города")
      case .region: pick("region", "региона")
      case .tag: pick("tag", "тега")
      case .stage: pick("open deal", "открытой сделки")
      case .roundRobin, .value: ""
      }
    let clients = passes(count, of: Schema.client)
    return pick(
      "without a \(what): \(clients), shared evenly", "без \(what): \(clients), поделены поровну")
  }

  /// Records name a person in words or as one of another base, and are nobody's here.
  ///
  /// - Parameters:
  ///   - parts: how many of which kind.
  ///   - name: the person.
  /// - Returns: the line.
  public func namedInText(_ parts: [String], _ name: String) -> String {
    let command = "karto members \(shellWord(name)) --claim"
    return pick(
      "named in words only, or as somebody of another base, and so nobody's here: \(list(parts)); "
        + "to make them \(name)'s: \(command)",
      "записано только словами или на имя из другой базы, здесь ни за кем: \(list(parts)); связать "
        + "с «\(name)»: \(command)")
  }

  /// Nothing names a member in words.
  public func nothingToClaim(_ name: String) -> String {
    pick(
      "nothing names \(name) in words, or as somebody of another base",
      "ни словами, ни на имя из другой базы «\(name)» нигде не записано")
  }

  /// Saved filters and rules go on naming a leaver.
  public func namedInConditions(_ names: [String], _ leaver: String) -> String {
    pick(
      "conditions that go on naming \(leaver): \(list(names.map(quoted)))",
      "условия, где по-прежнему назван «\(leaver)»: \(list(names.map(quoted)))")
  }
}
