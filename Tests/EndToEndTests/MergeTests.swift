import Documents
import Foundation
import Support
import Testing

/// Copies of one base, and another base, taken in by the built program.
@Suite struct MergeTests {
  /// Two machines with copies of one base, whose users are both members.
  private func pair() throws -> (anna: Karto, boris: Karto, client: String) {
    let (anna, boris) = (try Karto(), try Karto())
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    let client = try anna.must("add", "client", "name=ООО Ромашка", "city=Псков").text.trimmed
    let invitation = try anna.object("invite", "--for", "Борис", "--role", "manager")
    let code = try #require(invitation["code"]?.text)
    try Contents.copy(anna.base, to: boris.base)
    try boris.must("join", "base.karto", code)
    try Contents.copy(boris.base, to: "\(anna.workFolder)/joined")
    try anna.must("merge", "joined", "--yes")
    return (anna, boris, client)
  }

  private func give(_ from: Karto, to other: Karto) throws -> String {
    try Contents.copy(from.base, to: "\(other.workFolder)/theirs")
    return "theirs"
  }

  @Test func `the counts of a merge are the real difference, and a rehearsal changes nothing`()
    throws
  {
    let (anna, boris, client) = try pair()
    _ = try boris.addClient("Новый один")
    _ = try boris.addClient("Новый два")
    try boris.must("set", client, "city=Тверь")
    try anna.must("set", client, "city=Омск")
    let theirs = try give(boris, to: anna)
    let before = try anna.digest()
    let rehearsal = try anna.object("merge", theirs, "--dry-run")
    #expect(try anna.digest() == before)
    #expect(rehearsal["created"]?.integer == 2)
    #expect(rehearsal["changed"]?.integer == 1)
    #expect(rehearsal["deleted"]?.integer == 0)
    #expect(rehearsal["conflicts"]?.integer == 1)
    #expect(rehearsal["commits"]?.integer == 3)
    #expect(rehearsal["held"]?.integer == 0)
    let merge = try anna.object("merge", theirs, "--yes")
    #expect(merge["created"]?.integer == 2 && merge["conflicts"]?.integer == 1)
    #expect(try anna.object("merge", theirs, "--yes")["commits"]?.integer == 0, "once is enough")
    #expect(try anna.objects("conflicts").count == 1)
    try boris.must("merge", try give(anna, to: boris), "--yes")
    #expect(try anna.digest() == boris.digest())
  }

  #if os(Linux)
    @Test func `on a terminal conflicts are gone through one by one`() throws {
      let (anna, boris, client) = try pair()
      let other = try anna.addClient("Второй")
      try boris.must("merge", try give(anna, to: boris), "--yes")
      for id in [client, other] {
        try anna.must("set", id, "city=Омск")
        try boris.must("set", id, "city=Тверь")
      }
      try anna.must("merge", try give(boris, to: anna), "--yes")
      #expect(try anna.objects("conflicts").count == 2)
      // A terminal of its own, at which someone types: the first is skipped, the second settled.
      let typed = try anna.shell("printf '\\n@1\\n' | script -qec \"$KARTO resolve\" /dev/null")
      #expect(typed.status == 0, "\(typed)")
      #expect(typed.text.contains("@2") && typed.text.contains("mine"), "\(typed)")
      #expect(try anna.objects("conflicts").count == 1)
      let without = try anna("resolve")
      #expect(without.status == 2, "without a terminal nobody is asked: \(without)")
    }
  #endif

  @Test func `a merge is taken back as a whole`() throws {
    let (anna, boris, _) = try pair()
    _ = try boris.addClient("Новый")
    let theirs = try give(boris, to: anna)
    try anna.must("merge", theirs, "--yes")
    #expect(try anna.clientNames().contains("Новый"))
    try anna.must("undo", "--merge", "--yes")
    #expect(try !anna.clientNames().contains("Новый"))
    #expect(try anna.isSound())
  }

  @Test func `another base is adopted, and later only what is new comes`() throws {
    let (anna, own) = (try Karto(), try Karto())
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    try own.must("new", "base.karto", "--name", "Личная", "--as", "Вера")
    _ = try own.addClient("ИП Сидоров")
    let theirs = try give(own, to: anna)
    let rehearsal = try anna("merge", theirs, "--dry-run")
    #expect(rehearsal.talk.contains("another base, “Личная”"), "\(rehearsal)")
    #expect(rehearsal.talk.contains("copied in with their history"), "\(rehearsal)")
    #expect(rehearsal.talk.contains("by Вера: 2 changes"), "\(rehearsal)")
    let ahead = try anna.object("merge", theirs, "--dry-run")
    #expect(ahead["adopts"]?["name"]?.text == "Личная")
    #expect(try anna.object("merge", theirs, "--yes")["created"]?.integer == 1)
    #expect(try anna.objects("list", "stages").count == 6)
    #expect(try anna.clientNames() == ["ИП Сидоров"])
    // Its changes are its people's, who are no people of this base.
    let log = try anna.objects("history")
    #expect(log.contains { $0["by"] == .text("Вера") }, "\(log)")
    #expect(try anna.objects("members").map { $0["name"] } == [.text("Анна")])
    #expect(try anna.objects("devices").count == 1)
    // What it did to itself touches nothing here, and the history says so.
    try own.must("set", "workspace", "name=Личная Веры")
    try anna.must("merge", try give(own, to: anna), "--yes")
    let told = try anna("history").text.split(separator: "\n")
    #expect(told.contains { $0.contains("changed") && $0.hasSuffix("nothing here") }, "\(told)")
    _ = try own.addClient("ИП Петров")
    let again = try anna.object("merge", try give(own, to: anna), "--yes")
    #expect(again["created"]?.integer == 1 && again["commits"]?.integer == 1)
    #expect(try anna.isSound())
  }

  @Test func `two people meet in a folder`() throws {
    let (anna, boris, _) = try pair()
    let folder = "\(anna.workFolder)/shared"
    try Contents.makeFolder(folder)
    _ = try anna.addClient("Клиент Анны")
    _ = try boris.addClient("Клиент Бориса")
    #expect(try anna.object("sync", folder)["published"]?.integer ?? 0 > 0)
    let received = try boris.object("sync", folder)
    #expect(received["received"]?.integer == 1)
    #expect(received["held"]?.integer == 0)
    #expect(received["problems"] == .list([]))
    #expect(try anna.object("sync", folder)["received"]?.integer == 1)
    #expect(try anna.digest() == boris.digest())
    let missing = try anna("sync", "\(anna.workFolder)/nowhere")
    #expect(missing.status == 1 && missing.talk.contains("no such folder"))
  }

  @Test func `a home that was copied to a second machine forks nothing`() throws {
    let anna = try Karto()
    try anna.must("new", "base.karto", "--name", "Ромашка", "--as", "Анна")
    _ = try anna.addClient("Общий")
    let clone = try Karto()
    try Contents.remove(clone.workFolder)
    try Contents.copy(anna.workFolder, to: clone.workFolder)
    _ = try anna.addClient("С первой машины")
    _ = try clone.addClient("Со второй машины")
    try anna.must("merge", try give(clone, to: anna), "--yes")
    try clone.must("merge", try give(anna, to: clone), "--yes")
    #expect(try anna.digest() == clone.digest())
    #expect(
      Set(try anna.clientNames()) == ["Общий", "С первой машины", "Со второй машины"])
    #expect(try anna.object("check")["forked"] == .list([]))
  }

  /// As backup programs do that write over what is there, so that the files stay the same ones.
  @Test func `a home that is put back in place with its base mixes up no clients`() throws {
    let (anna, boris, _) = try pair()
    _ = try boris.addClient("Общий")
    let kept = try Karto()
    try Contents.remove(kept.workFolder)
    try Contents.copy(boris.workFolder, to: kept.workFolder)
    _ = try boris.addClient("Альфа")
    try anna.must("merge", try give(boris, to: anna), "--yes")
    for name in try FileManager.default.subpathsOfDirectory(atPath: kept.workFolder) {
      let source = "\(kept.workFolder)/\(name)"
      guard let bytes = FileManager.default.contents(atPath: source) else { continue }
      try bytes.write(to: URL(fileURLWithPath: "\(boris.workFolder)/\(name)"))
    }
    _ = try boris.addClient("Бета")
    try anna.must("merge", try give(boris, to: anna), "--yes")
    try boris.must("merge", try give(anna, to: boris), "--yes")
    #expect(try anna.digest() == boris.digest())
    #expect(Set(try anna.clientNames()).isSuperset(of: ["Общий", "Альфа", "Бета"]))
    #expect(try anna.objects("conflicts").isEmpty)
    #expect(try anna.object("check")["forked"] == .list([]))
  }

  @Test func `a manager takes back a merge of another base, and who may do what stays`() throws {
    let company = try Company()
    let petr = try company.machine("Пётр")
    let other = try Karto()
    try other.must("new", "base.karto", "--name", "Чужая", "--as", "Я")
    _ = try other.addClient("Чужой")
    try Contents.copy(other.base, to: "\(petr.workFolder)/other")
    let before = try petr.objects("members").count
    try petr.must("merge", "other", "--yes")
    #expect(try petr.clientNames() == ["Чужой"])
    // The commit that took it in is not undone by itself: the records would stay.
    let log = try petr.objects("history")
    let dot = try #require(log.first { $0["does"] == .text("adopt") }?["dot"]?.text)
    let taken = try Contents.read(petr.base)
    for words in [["--last"], [dot], ["--last", "--dry-run"]] {
      let refused = try petr.run(["undo"] + words + ["--yes"])
      #expect(refused.status == 1 && refused.talk.contains("karto undo --merge"), "\(refused)")
    }
    #expect(try Contents.read(petr.base) == taken)
    try petr.must("undo", "--merge", "--yes")
    #expect(try petr.clientNames().isEmpty)
    #expect(try petr.objects("members").count == before)
  }

  /// SPEC [K-1]: what has seen what is not here waits, and whoever merges is told.
  @Test func `a merge tells of what waits, in both languages`() throws {
    let (anna, boris, _) = try pair()
    let vera = try Karto()
    let code = try #require(
      try anna.object("invite", "--for", "Вера", "--role", "manager")["code"]?.text)
    try Contents.copy(anna.base, to: vera.base)
    try vera.must("join", "base.karto", code)
    _ = try boris.addClient("Первый")
    try anna.must("merge", try give(boris, to: anna), "--yes")
    _ = try anna.addClient("Второй")
    // All of Anna's but the commit of Boris's that she has seen.
    let theirs = try Contents.read(boris.base)
    let last = try #require(MemberMap(theirs.span).members.last?.runs.last)
    let bytes = try Contents.read(anna.base)
    var part: [UInt8] = []
    for member in MemberMap(bytes.span).members {
      let isLeftOut = member.runs.contains { $0.replica == last.replica && $0.last == last.last }
      if !isLeftOut { part += bytes[member.byteOffset..<member.byteEnd] }
    }
    try Contents.write(part, to: "\(vera.workFolder)/part")
    for (language, word) in [("en", "wait"), ("ru", "ждут")] {
      let ending = try vera.run(["merge", "part", "--yes", "--lang", language])
      #expect(ending.status == 0 && ending.talk.contains(word), "\(ending)")
    }
    let told = try vera.object("merge", "part", "--yes")
    guard case .list(let waiting)? = told["waiting"] else {
      Issue.record("\(told)")
      return
    }
    #expect(waiting.count == 1 && told["refused"] == .list([]) && told["commits"]?.integer == 0)
    #expect(try !vera.clientNames().contains("Второй"))
    let whole = try vera.object("merge", try give(anna, to: vera), "--yes")
    #expect(whole["waiting"] == .list([]))
    #expect(try vera.clientNames().contains("Второй"))
  }
}
