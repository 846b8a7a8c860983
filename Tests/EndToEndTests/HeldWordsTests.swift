import Foundation
import Support
import Testing

/// Held commits in the words of the reader, whatever they hold: the records by which a base keeps
/// account of who may do what, too.
@Suite struct HeldWordsTests {
  private static let later = "2026-11-24T09:00:00Z"

  /// Анна, and Иван, an admin whom she shut out and who does all that an admin can.
  private struct Case {
    let company: Company
    let ivan: Karto
    var anna: Karto { company.anna }

    init() throws {
      company = try Company()
      ivan = try company.machine("Иван", role: "admin")
      let olga = try company.machine("Ольга")
      let petr = try company.machine("Пётр")
      _ = try company.anna.apply([
        #"{"type":"client","set":{"name":"К","city":"Псков","owner":"Ольга"}}"#
      ])
      try Company.meet([company.anna, ivan, olga, petr])
      try company.anna.must("seal", "Иван", "--yes")
      let other = try Karto()
      try other.must("new", "base.karto", "--name", "Личная", "--as", "Вера")
      try other.must("add", "client", "name=Из другой базы")
      func act(_ words: String...) throws {
        let ending = try ivan.run(words, with: ["KARTO_NOW": HeldWordsTests.later])
        guard ending.status == 0 else { throw SupportError("\(words): \(ending)") }
      }
      try act("invite", "--device", "--expires", "2026-11-27T09:00:00Z")
      try act("invite", "--for", "Вера", "--role", "reader")
      try act("invite", "--withdraw", "Вера")
      try act("offboard", "Ольга", "--to", "Пётр", "--temporary", "--until", "2026-12-01", "--yes")
      try act("members", "Пётр", "--role", "reader")
      try act("seal", "Пётр", "--yes")
      try act("seal", "Ольга", "--yes")
      try act("set", "workspace", "alarm_deleted=7")
      try Contents.copy(other.base, to: "\(ivan.workFolder)/other")
      try act("merge", "other", "--yes")
      let file = ivan.folder.path("lines.jsonl")
      let device = try ivan.objects("devices").first { $0["this"] == .truth(true) }
      let id = try #require(device?["id"]?.text)
      try Contents.write(
        """
        {"type":"device","id":"\(id)","set":{"name":"ноутбук","note":"дома"}}
        {"type":"rule","set":{"name":"Псков","filter":"city:Псков","owner":"Ольга"}}
        {"type":"alarm","id":"3-\(id)","set":{"answer":"accepted","through":9,"at":"2026-11-24T09:00:00Z"}}
        {"type":"export","set":{"format":"csv","count":3,"at":"2026-11-24T09:00:00Z"}}

        """, to: file)
      try act("apply", file)
      try Company.pass(ivan, to: company.anna, at: HeldWordsTests.later)
    }
  }

  @Test func `held commits are told in the reader's language, whatever they hold`() throws {
    let example = try Case()
    let entries = try example.anna.objects("held")
    let changes = entries.flatMap { $0["changes"]?.elements ?? [] }
    let types = Set(changes.compactMap { $0["type"]?.text })
    let expected: Set<String> = [
      "adoption", "alarm", "device", "export", "handover", "invitation", "member", "rule", "seal",
      "workspace",
    ]
    #expect(types.isSuperset(of: expected), "\(expected.subtracting(types))")
    let fields = Set(changes.compactMap { $0["field"]?.text })
    for language in ["ru", "en"] {
      var text = ""
      for entry in entries {
        text += try example.anna("held", try #require(entry["dot"]?.text), "--lang", language).text
      }
      for field in fields {
        #expect(
          !text.contains("; \(field): ") && !text.contains(": \(field): "),
          "\(language): \(field)")
      }
      for type in types {
        #expect(!text.contains("    \(type) ") || language == "en", "\(language): \(type)")
      }
      #expect(text.firstMatch(of: #/\d{4}-\d\d-\d\dT/#) == nil, "a moment as it is stored: \(text)")
      #expect(text.firstMatch(of: #/(true|false|null)\b/#) == nil, "\(text)")
      // A name that only the held commit knows is a name all the same.
      #expect(
        text.contains(language == "ru" ? "Кому: пусто → Вера" : "For: nothing → Вера"), "\(text)")
      #expect(!text.contains("пусто → пусто") && !text.contains("nothing → nothing"), "\(text)")
    }
    let russian = try example.anna("held", "--lang", "ru").text
    for line in [
      "приглашение ", "Действует до: пусто → 27.11.2026 09:00", "Отозвано: пусто → да",
      "отключение ", "Сотрудник: пусто → Пётр", "Не выше: пусто → читатель", "принятая база ",
      "Отсутствует: + 24.11.2026 – 01.12.2026", "Правило: пусто → по очереди",
      "Ответственный: пусто → Вера",
    ] {
      #expect(russian.contains(line), "\(line): \(russian)")
    }
  }

  @Test func `what nobody takes over is said, and is no success`() throws {
    let example = try Case()
    let before = try example.anna.objects("held")
    let seal = try #require(
      before.first { entry in
        entry["changes"]?.elements.allSatisfy { ["seal", "member"].contains($0["type"]?.text) }
          ?? false
      }?["dot"]?.text)
    let refused = try example.anna("held", "adopt", seal, "--yes")
    #expect(refused.status == 4 && refused.text.isEmpty, "\(refused)")
    #expect(refused.talk.contains("karto members"), "\(refused)")
    #expect(try example.anna.objects("held").count == before.count, "nothing was decided")
  }

  @Test func `whoever used a code for the second time is named, and who came by it first`() throws {
    let company = try Company()
    let anna = company.anna
    let code = try #require(
      try anna.object("invite", "--for", "Пётр", "--role", "manager")["code"]?.text)
    let (first, second) = (try Karto(), try Karto())
    for (machine, name) in [(first, "ноутбук"), (second, "чужой")] {
      try Contents.copy(anna.base, to: machine.base)
      try machine.must("join", "base.karto", code, "--device", name)
    }
    try Company.pass(first, to: anna)
    try anna.must("add", "client", "name=Встреча")
    try Company.pass(second, to: anna)
    let entry = try #require(try anna.objects("held").first)
    #expect(entry["why"] == .text("stranger") && entry["code_for"] == .text("Пётр"), "\(entry)")
    let devices = try anna.objects("devices")
    let rival = devices.first { $0["id"] == entry["code_used_by"] }
    #expect(rival?["name"] == .text("ноутбук"))
    let text = try anna("held", "--lang", "ru").text
    #expect(
      text.contains("по коду для «Пётр», по которому вошло устройство «ноутбук»"), "\(text)")
  }

  /// Two who joined with one code: Анна has met the first, Ольга only the second.
  private func doubleCode() throws -> (anna: Karto, olga: Karto, second: Karto) {
    let company = try Company()
    let anna = company.anna
    let olga = try company.machine("Ольга")
    let code = try #require(
      try anna.object("invite", "--for", "Пётр", "--role", "manager")["code"]?.text)
    try Company.pass(anna, to: olga)
    let (first, second) = (try Karto(), try Karto())
    for (machine, name) in [(first, "ноутбук"), (second, "чужой")] {
      try Contents.copy(anna.base, to: machine.base)
      try machine.must("join", "base.karto", code, "--device", name)
    }
    try second.must("add", "client", "name=Двойной")
    try Company.pass(second, to: olga)
    try Company.pass(first, to: anna)
    try anna.must("add", "client", "name=Встреча")
    return (anna, olga, second)
  }

  @Test func `a merge says whose clients are no part of the base any more`() throws {
    let (anna, olga, _) = try doubleCode()
    #expect(try olga.clientNames().contains("Двойной"))
    try Contents.copy(anna.base, to: "\(olga.workFolder)/anna")
    let preview = try olga("merge", "anna", "--dry-run", "--lang", "ru")
    #expect(
      preview.talk.contains("больше не входит в базу") && preview.talk.contains("«Двойной»"),
      "\(preview)")
    #expect(try olga.object("merge", "anna", "--yes")["vanished"]?.integer == 1)
    #expect(try !olga.clientNames().contains("Двойной"))
    let own = try Company()
    try own.anna.must("add", "client", "name=Свой")
    let other = try own.machine("Вера")
    try own.anna.must("add", "client", "name=Ещё")
    try Contents.copy(own.anna.base, to: "\(other.workFolder)/anna")
    #expect(try other.object("merge", "anna", "--dry-run")["vanished"]?.integer == 0)
  }

  @Test(arguments: ["чужой", "неизвестно"])
  func `what a machine of nobody wrote is taken over by the name that the list gives`(
    word: String
  ) throws {
    let (anna, _, second) = try doubleCode()
    try Company.pass(second, to: anna)
    #expect(try anna.objects("held").count > 0)
    let taken = try anna("held", "adopt", word, "--yes", "--lang", "ru")
    #expect(taken.status == 0, "\(taken)")
    #expect(try anna.clientNames().contains("Двойной"))
    #expect(try anna.objects("held").isEmpty)
  }
}
