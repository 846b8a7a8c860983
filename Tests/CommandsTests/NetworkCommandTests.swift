import Bytes
import Testing

/// What can be said of commands on the network without a network.
@Suite struct NetworkCommandTests {
  @Test func `the unit for systemd runs the same program on the same base with the same keys`()
    throws
  {
    let desk = try Desk.founded()
    let outcome = desk.run("serve", "--unit", "--port", "4000", "--lang", "ru")
    #expect(outcome.status == 0, "\(outcome.error)")
    let start = try #require(outcome.lines.first { $0.hasPrefix("ExecStart=\"/") })
    #expect(start.hasSuffix("\"--lang\" \"ru\" \"serve\" \"--port\" \"4000\""), "\(start)")
    #expect(start.contains("\"-f\" \"\(desk.path("base.karto"))\""), "\(start)")
    #expect(outcome.lines.contains { $0.hasPrefix("Environment=\"KARTO_HOME=/") })
    for section in ["[Unit]", "[Service]", "[Install]"] {
      #expect(outcome.lines.contains(section))
    }
    #expect(outcome.error.contains("systemctl --user enable --now karto"))
  }

  @Test(arguments: [
    ["sync"], ["serve", "extra"], ["serve", "--port", "70000"], ["serve", "--port", "x"],
    ["peers", "extra"], ["join", "host:1"], ["join", "host:1", "karto-abc", "new.karto"],
    ["join", "host:1", "new.karto"], ["sync", "host:99999"],
  ])
  func `what cannot be understood is said before anything is done`(words: [String]) throws {
    let desk = try Desk.founded()
    let outcome = desk.run(words)
    #expect(outcome.status == 2, "\(words): \(outcome.error)")
  }

  @Test func `a base that was never on a network has everything here alone`() throws {
    let desk = try Desk.founded()
    desk.run("add", "client", "name=А")
    let rows = try desk.run("peers", "--json").json
    #expect(rows.count == 1)
    #expect(rows[0]["only_here"]?.number == 2, "the founding and the client")
    let words = desk.run("peers", "--lang", "ru").output
    #expect(words.hasSuffix("2 изменения есть только на этом компьютере\n"), "\(words)")
    #expect(
      desk.run("peers").output.hasSuffix("2 changes exist only on this computer\n"))
    #expect(desk.run("peers", "--quiet").lines.count == 1)
  }

  @Test func `joining over the network can be rehearsed`() throws {
    let desk = try Desk.founded()
    let code = try #require(
      try desk.run("invite", "--for", "Борис", "--json").json.first?["code"]?.text)
    let rehearsal = desk.run("join", "host:1", code, desk.path("new.karto"), "--dry-run")
    #expect(rehearsal.status == 0 && rehearsal.error.contains("host:1"), "\(rehearsal.error)")
    let taken = desk.run("join", "host:1", code, desk.path("base.karto"), "--dry-run")
    #expect(taken.status == 1, "\(taken.error)")
  }

  @Test func `what is wrong with joining over the network is said`() throws {
    let desk = try Desk.founded()
    let code = try #require(
      try desk.run("invite", "--for", "Борис", "--json").json.first?["code"]?.text)
    // An address is no file of which a base could be made.
    for host in ["127.0.0.1", "127.0.0.1:1"] {
      let outcome = desk.run("join", host, code)
      #expect(outcome.status == 2 && outcome.error.contains("where to put"), "\(outcome.error)")
    }
    let key = "karto-recovery-" + Array(repeating: "aaaa", count: 13).joined(separator: "-")
    for host in ["127.0.0.1", "127.0.0.1:1", "office:1"] {
      for words in [[host, key, "new.karto"], [host, key]]
      where words.count == 3 || host != "127.0.0.1" {
        let outcome = desk.run(["join"] + words)
        #expect(outcome.status == 2 && outcome.error.contains("a copy of the base"), "\(words)")
        #expect(!outcome.error.contains("aaaa"), "a secret is not shown")
      }
      let mistyped = desk.run(
        "join", host, key.replacing("aaaa-aaaa", with: "aaa1-aaaa"), "new.karto")
      #expect(mistyped.status == 2 && !mistyped.error.contains("aaaa"), "\(mistyped.error)")
    }
    // Of a code with a mistake the file's name is no part.
    let wrong = desk.run("join", "office:1", "karto-aaaa", "new.karto")
    #expect(wrong.status == 2 && wrong.error.contains("karto-aaaa”"), "\(wrong.error)")
  }
}
