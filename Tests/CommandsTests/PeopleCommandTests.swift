import Bytes
import CRM
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

@testable import Commands

/// Inviting, joining, members and devices, run in this process.
@Suite struct PeopleCommandTests {
  private static let day: Int64 = 86_400_000

  /// A second machine at the same desk, with a home of its own.
  private func other(_ desk: Desk, later: Int64 = 0) -> Desk.Setting {
    Desk.Setting(variables: ["KARTO_HOME": desk.path("other")], laterMillis: later)
  }

  private func code(_ desk: Desk, _ words: String...) throws -> String {
    let outcome = desk.run(["invite", "-f", desk.path("base.karto"), "--json"] + words)
    return try #require(try outcome.json.first?["code"]?.text, "\(outcome.error)")
  }

  @Test(arguments: [
    ("7d", 7 * day), ("12h", day / 2), ("2w", 14 * day), ("3 дня", 3 * day), ("+1н", 7 * day),
  ])
  func `a code ends after a time that is said in either language`(
    text: String, millis: Int64
  ) throws {
    let desk = try Desk.founded()
    let outcome = desk.run("invite", "--for", "Пётр", "--expires", text, "--json")
    let invitation = try #require(try outcome.json.first, "\(outcome.error)")
    #expect(invitation["expires"]?.text == Timestamp.text(desk.now + millis))
  }

  @Test func `a code can end with a day, or never`() throws {
    let desk = try Desk.founded()
    let byDay = desk.run("invite", "--for", "Пётр", "--expires", "2026-12-01", "--json")
    let text = try #require(try byDay.json.first?["expires"]?.text)
    #expect(text.hasPrefix("2026-12-01T") || text.hasPrefix("2026-12-02T"), "\(text)")
    let never = desk.run("invite", "--for", "Пётр", "--expires", "never", "--json")
    #expect(try never.json.first?["expires"] == .null)
    #expect(desk.run("invite", "--for", "Пётр", "--expires", "2026-11-01").status == 2)
    #expect(desk.run("invite", "--for", "Пётр", "--expires", "soon").status == 2)
    #expect(desk.run("invite", "--for", "Пётр", "--expires", "0d").status == 2)
  }

  @Test func `whom to invite is said in one way`() throws {
    let desk = try Desk.founded()
    #expect(desk.run("invite").status == 2)
    #expect(desk.run("invite", "--for", " ").status == 2)
    #expect(desk.run("invite", "--for", "Пётр", "--device").status == 2)
    #expect(desk.run("invite", "--for", "Пётр", "--role", "царь").status == 2)
    #expect(desk.run("invite", "--withdraw", "Пётр").status == 3)
    #expect(desk.run("history", "--json").lines.count == 1, "nothing was written")
  }

  @Test func `people, machines and the base itself are not deleted, by whatever program`() throws {
    let desk = try Desk.founded()
    let path = desk.path("base.karto")
    let joined = desk.run(
      "join", path, try code(desk, "--for", "Пётр"), with: other(desk))
    #expect(joined.status == 0, "\(joined.error)")
    let people = try desk.run("members", "--json").json
    let maria = try #require(people.first { $0["name"]?.text == "Мария" }?["id"]?.text)
    let petr = try #require(people.first { $0["name"]?.text == "Пётр" }?["id"]?.text)
    for id in [maria, petr, "workspace"] {
      let refused = desk.run("delete", id, with: other(desk))
      #expect(refused.status == 2 && refused.error.contains("offboard"), "\(refused.error)")
    }
    let stage = try #require(try desk.run("list", "stages", "--json").json.first?["id"]?.text)
    #expect(desk.run("delete", stage, with: other(desk)).status == 2)
    // Another program writes what it likes.
    let apply = desk.run(
      "apply", "--yes",
      with: Desk.Setting(
        variables: ["KARTO_HOME": desk.path("other")],
        input: "{\"member\":\"\(petr)\",\"delete\":true}\n"))
    if apply.status == 0 {
      #expect(try desk.run("members", "--json").json.count == 2)
    }
    let workspace = try Workspace(
      path: path, writing: true, device: DeviceFolder(path: desk.path("other")),
      plan: IndexPlan(version: 1, entries: []), clock: .fixed(desk.now), usesCache: false)
    _ = try workspace.write(purpose: "delete") { draft in
      var edit = RecordEdit(type: "member", id: petr)
      edit.isDeletion = true
      draft.add(edit)
    }
    #expect(try desk.run("members", "--json").json.count == 2)
    #expect(desk.run("seal", "Пётр", "--yes").status == 0, "he can be shut out all the same")
    #expect(desk.run("delete", stage).status == 0)
  }

  @Test func `a rehearsal makes no code`() throws {
    let desk = try Desk.founded()
    let outcome = desk.run("invite", "--for", "Пётр", "--dry-run", "--lang", "ru")
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(outcome.error.contains("ничего не записано"))
    #expect(try desk.run("members", "--json").json.count == 1)
  }

  @Test func `the steps name the file, and the code stands alone`() throws {
    let desk = try Desk.founded()
    let outcome = desk.run("invite", "--for", "Пётр", "--role", "читатель", "--lang", "ru")
    #expect(outcome.lines.count == 1, "\(outcome.output)")
    #expect(outcome.lines[0].hasPrefix("karto-"))
    #expect(outcome.error.contains("читатель"))
    #expect(outcome.error.contains("karto join base.karto КОД"))
    let quiet = desk.run("invite", "--for", "Ольга", "-q")
    #expect(quiet.lines.count == 1 && quiet.error.isEmpty)
  }

  @Test func `on a terminal the code is drawn, and the drawing says the code`() throws {
    let desk = try Desk.founded()
    var setting = Desk.Setting(isTerminal: true, width: 80)
    setting.variables["NO_COLOR"] = "1"
    let outcome = desk.run("invite", "--for", "Пётр", with: setting)
    let text = try #require(outcome.lines.first)
    let code = try #require(QRCode(text.uppercased()))
    let rows = outcome.lines.dropFirst().flatMap { line -> [[Bool]] in
      let halves: [Character: (Bool, Bool)] = [
        "█": (true, true), "▀": (true, false), "▄": (false, true), " ": (false, false),
      ]
      let pairs = line.compactMap { halves[$0] }
      return [pairs.map { !$0.0 }, pairs.map { !$0.1 }]
    }
    #expect(rows.count >= code.size + 8)
    for row in 0..<code.size {
      for column in 0..<code.size {
        #expect(rows[row + QRCode.margin][column + QRCode.margin] == code[row, column])
      }
    }
    #expect(desk.run("invite", "--for", "Пётр", "--no-qr", with: setting).lines.count == 1)
    setting.width = 30
    #expect(desk.run("invite", "--for", "Пётр", with: setting).lines.count == 1, "no room")
    setting.variables["NO_COLOR"] = nil
    setting.width = 80
    let coloured = desk.run("invite", "--for", "Пётр", with: setting)
    #expect(coloured.output.contains("\u{1B}[97;40m"))
  }

  @Test func `who is a member keeps the role, and gets a further device`() throws {
    let desk = try Desk.founded()
    let file = desk.path("base.karto")
    let code = try code(desk, "--for", "Пётр")
    #expect(desk.run("join", file, code, with: other(desk)).status == 0)
    let again = desk.run("invite", "--for", "петр", "--role", "reader", "--lang", "ru")
    #expect(again.status == 0)
    #expect(again.error.contains("внимание") && again.error.contains("менеджер"))
    let members = try desk.run("members", "--json").json
    #expect(members.compactMap { $0["name"]?.text } == ["Мария", "Пётр"])
    #expect(members.last?["role"]?.text == "manager")
  }

  @Test func `members tell how each stands`() throws {
    let desk = try Desk.founded()
    let file = desk.path("base.karto")
    _ = try code(desk, "--for", "Пётр")
    let joined = try code(desk, "--for", "Ольга", "--role", "admin")
    #expect(desk.run("join", file, joined, with: other(desk)).status == 0)
    func states(_ setting: Desk.Setting = Desk.Setting()) throws -> [String?] {
      try desk.run(["members", "--json"], with: setting).json.map { $0["state"]?.text }
    }
    #expect(try states() == ["active", "invited", "active"])
    #expect(try states(Desk.Setting(laterMillis: 8 * Self.day)) == ["active", "lapsed", "active"])
    let table = desk.run("members", "--lang", "ru").output
    #expect(table.contains("Мария (вы)") && table.contains("администратор"))
    #expect(table.contains("приглашение до"))
    #expect(try desk.run("members", "ольга", "--json").json.count == 1)
    #expect(desk.run("members", "никто").status == 3)
    let last = try desk.run("members", "Ольга", "--json").json.first?["last_seen"]?.text
    #expect(last == Timestamp.text(desk.now))
  }

  @Test func `a role is given to those below`() throws {
    let desk = try Desk.founded()
    let file = desk.path("base.karto")
    let joined = try code(desk, "--for", "Ольга", "--role", "admin")
    #expect(desk.run("join", file, joined, with: other(desk)).status == 0)
    let outcome = desk.run("members", "Ольга", "--role", "менеджер", "--json")
    #expect(try outcome.json.first?["role"]?.text == "manager")
    #expect(desk.run("members", "Мария", "--role", "reader", with: other(desk)).status == 5)
    #expect(desk.run("members", "--role", "reader").status == 2)
    let rehearsal = desk.run("members", "Ольга", "--role", "reader", "--dry-run")
    #expect(rehearsal.status == 0)
    #expect(try desk.run("members", "Ольга", "--json").json.first?["role"]?.text == "manager")
  }

  @Test func `devices tell how far behind they are`() throws {
    let desk = try Desk.founded()
    let file = desk.path("base.karto")
    let joined = try code(desk, "--for", "Ольга")
    let setting = other(desk)
    #expect(desk.run(["join", file, joined, "--device", "ноутбук"], with: setting).status == 0)
    func behind() throws -> [Int?] {
      try desk.run("devices", "--json").json.map { $0["behind"]?.number }
    }
    #expect(try behind() == [0, 0], "what is here this machine has")
    _ = try desk.id("add", "client", "name=А")
    _ = try desk.id("add", "client", "name=Б")
    #expect(try behind() == [0, 2])
    let table = desk.run("devices", "--lang", "ru").output
    #expect(table.contains("ноутбук") && table.contains("2 изменения"))
    #expect(table.contains("это устройство"))
    let keys = ["id", "name", "member", "role", "state", "this", "commits", "last", "last_at"]
    let device = try #require(try desk.run("devices", "--json").json.last)
    for key in keys { #expect(device[key] != nil, "\(key)") }
    #expect(device["state"]?.text == "active")
  }

  @Test func `joining is rehearsed without a trace`() throws {
    let desk = try Desk.founded()
    let file = desk.path("base.karto")
    let code = try code(desk, "--for", "Пётр")
    let rehearsal = desk.run(["join", file, code, "--dry-run", "--lang", "ru"], with: other(desk))
    #expect(rehearsal.status == 0 && rehearsal.error.contains("Пётр"), "\(rehearsal.error)")
    #expect(desk.run(["add", "client", "name=x"], with: other(desk)).status == 5)
    let late = other(desk, later: 8 * Self.day)
    #expect(desk.run(["join", file, code, "--dry-run"], with: late).status == 5)
    #expect(desk.run(["join", "-f", file, code], with: other(desk)).status == 0)
    #expect(desk.run(["join", file, code, "--dry-run"], with: other(desk)).status == 1)
  }
}
