import CRM

/// Rules that say who gets the clients that nobody is responsible for.
extension Wording {
  /// Whether to give clients away.
  public func assignmentQuestion(_ count: Int) -> String {
    pick(
      "Give away \(self.count(count, of: Schema.client))?",
      "Распределить: \(self.count(count, of: Schema.client))?")
  }

  /// What one rule gave to whom.
  public func assigned(_ count: Int, to owner: String, by rule: String) -> String {
    "\(quoted(rule)) → \(owner): \(self.count(count, of: Schema.client))"
  }

  /// How many clients were given away, and how many no rule fits.
  public func assigned(_ count: Int, left: Int) -> String {
    let given = pick(
      "given away: \(self.count(count, of: Schema.client))",
      "распределено: \(self.count(count, of: Schema.client))")
    guard left > 0 else { return given }
    return given
      + pick(
        "; without anybody, and no rule fits: \(number(left))",
        "; без ответственного, и ни одно правило не подошло: \(number(left))")
  }

  /// A rule that names somebody who does not work here.
  public func idleRule(_ name: String) -> String {
    pick(
      "rule \(quoted(name)) names nobody who works here; set another with karto rule save",
      "правило \(quoted(name)) не называет никого, кто здесь работает; "
        + "укажите другого: karto rule save")
  }

  /// A rule whose condition makes no sense any more.
  public func unreadableRule(_ name: String) -> String {
    pick(
      "the condition of rule \(quoted(name)) can no longer be read; save it anew: karto rule save",
      "условие правила \(quoted(name)) больше не читается; сохраните его заново: karto rule save")
  }

  /// That the rules have somebody to give away.
  public func rulesWait(_ count: Int) -> String {
    pick(
      "\(self.count(count, of: Schema.client)) without anybody responsible: karto rule apply",
      "без ответственного \(self.count(count, of: Schema.client)): karto rule apply")
  }
}
