import Support

/// Several people with a machine each, who pass files to one another.
struct Company {
  /// The founder, an owner.
  let anna: Karto

  /// A company whose base has been founded.
  init(anna: Karto) { self.anna = anna }

  init() throws {
    anna = try Karto()
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
  }

  /// A further machine: a new person's, or one more of somebody's.
  ///
  /// - Parameters:
  ///   - name: the person; nil for one more machine of whoever invites.
  ///   - role: the role of a new person.
  ///   - inviter: who invites; Анна if nobody is named.
  ///   - now: the time at which it happens.
  /// - Returns: the machine, which everyone who invited knows of.
  /// - Throws: `SupportError` if it cannot join.
  func machine(
    _ name: String?, role: String = "manager", by inviter: Karto? = nil, at now: String? = nil
  ) throws -> Karto {
    let inviter = inviter ?? anna
    let time = now.map { ["KARTO_NOW": $0] } ?? [:]
    let words = name.map { ["invite", "--for", $0, "--role", role] } ?? ["invite", "--device"]
    let ending = try inviter.run(words + ["--json"], with: time)
    guard let code = try inviter.objects(of: ending).first?["code"]?.text else {
      throw SupportError("\(ending)")
    }
    let machine = try Karto()
    try Contents.copy(inviter.base, to: machine.base)
    let joined = try machine.run(["join", "base.karto", code], with: time)
    guard joined.status == 0 else { throw SupportError("\(joined)") }
    try Company.pass(machine, to: inviter, at: now)
    return machine
  }

  /// One takes in what another has.
  @discardableResult
  static func pass(_ from: Karto, to other: Karto, at now: String? = nil) throws
    -> ChildProcess.Ending
  {
    let file = "\(other.workFolder)/passed"
    try Contents.copy(from.base, to: file)
    let ending = try other.run(
      ["merge", "passed", "--yes"], with: now.map { ["KARTO_NOW": $0] } ?? [:])
    guard ending.status == 0 || ending.status == 4 else { throw SupportError("\(ending)") }
    return ending
  }

  /// All take in what all have.
  static func meet(_ machines: [Karto], at now: String? = nil) throws {
    for machine in machines.dropFirst() { try pass(machine, to: machines[0], at: now) }
    for machine in machines.dropFirst() { try pass(machines[0], to: machine, at: now) }
  }
}

extension Karto {
  /// Applies lines of JSON and returns the ids that they made.
  @discardableResult
  func apply(_ lines: [String], at now: String? = nil) throws -> [String] {
    let file = folder.path("lines.jsonl")
    try Contents.write(lines.joined(separator: "\n") + "\n", to: file)
    let ending = try run(
      ["apply", file, "--json"], with: now.map { ["KARTO_NOW": $0] } ?? [:])
    return try objects(of: ending).first?["created"]?.elements.compactMap(\.text) ?? []
  }

  /// Runs a command at a moment; it must end well.
  @discardableResult
  func must(at now: String, _ words: String...) throws -> ChildProcess.Ending {
    let ending = try run(words, with: ["KARTO_NOW": now])
    guard ending.status == 0 else { throw SupportError("karto \(words): \(ending)") }
    return ending
  }

  /// The ids of the clients that a filter selects.
  func clientIDs(_ filter: String...) throws -> [String] {
    try run(["list", "clients"] + filter + ["-q"]).lines
  }
}
