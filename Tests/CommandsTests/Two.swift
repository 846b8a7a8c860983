import Bytes
import Support
import Testing

/// Мария and Пётр at one desk, with a file each.
struct Two {
  let desk: Desk
  let client: String

  init() throws {
    desk = try Desk.founded()
    client = try desk.id("add", "client", "name=Ромашка", "city=Псков")
    let base = desk.path("base.karto")
    let outcome = desk.run("invite", "--for", "Пётр", "--json")
    let code = try #require(try outcome.json.first?["code"]?.text)
    try Contents.makeFolder(desk.path("pyotr"))
    try Contents.copy(base, to: desk.path("pyotr/his.karto"))
    #expect(pyotr("join", code).status == 0)
  }

  @discardableResult
  func maria(_ words: String...) -> Desk.Outcome { maria(words) }

  @discardableResult
  func maria(_ words: [String], _ setting: Desk.Setting = Desk.Setting()) -> Desk.Outcome {
    desk.run(["-f", desk.path("base.karto")] + words, with: setting)
  }

  @discardableResult
  func pyotr(_ words: String...) -> Desk.Outcome { pyotr(words) }

  @discardableResult
  func pyotr(_ words: [String]) -> Desk.Outcome {
    let variables = ["KARTO_HOME": desk.path("pyotr/home")]
    return desk.run(
      ["-f", desk.path("pyotr/his.karto")] + words,
      with: Desk.Setting(variables: variables, laterMillis: 1000))
  }

  /// Both of them, to ask each the same.
  var both: [([String]) -> Desk.Outcome] { [{ maria($0) }, { pyotr($0) }] }

  func meet() {
    #expect(maria("merge", desk.path("pyotr/his.karto"), "--yes").status == 0)
    #expect(pyotr("merge", desk.path("base.karto"), "--yes").status == 0)
    #expect(maria("digest").output == pyotr("digest").output)
  }

  /// Two values for the city: Тверь of Мария's, Москва of Пётр's.
  static func disagreeing() throws -> Two {
    let two = try Two()
    two.maria("set", two.client, "city=Тверь")
    two.pyotr("set", two.client, "city=Москва")
    two.meet()
    return two
  }

  func city() throws -> String? {
    try maria("show", client, "--json").json.first?["city"]?.text
  }

  func conflictCount() throws -> Int { try maria("conflicts", "--json").json.count }
}
