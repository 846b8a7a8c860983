import Support
import Testing

/// The contract that scripts rely on, word for word.
@Suite struct ContractTests {
  @Test func `new makes a base and prints the recovery key once`() throws {
    let karto = try Karto()
    let ending = try karto("new", "base.karto", "--name", "Ромашка", "--as", "Иван")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.output.isEmpty, "talk belongs on standard error")
    #expect(ending.talk.contains("karto-recovery-"))
    let again = try karto("new", "base.karto", "--name", "Ромашка", "--as", "Иван")
    #expect(again.status == 1, "\(again)")
    #expect(try karto.isSound())
  }

  @Test func `add prints the new id alone, or an object with it`() throws {
    let karto = try Karto.withBase()
    let plain = try karto(
      "add", "client", "name=ООО Ромашка", "phones+=+74952346187", "city=Москва", "tags+=vip")
    #expect(plain.status == 0, "\(plain)")
    #expect(plain.lines.count == 1)
    let id = plain.text.trimmed
    #expect(try karto.object("show", id)["id"] == .text(id))
    let object = try karto.object("add", "client", "name=Анна")
    #expect(try karto.object("show", object["id"]?.text ?? "")["name"] == .text("Анна"))
  }

  @Test func `show prints one flat object by canonical English keys`() throws {
    let karto = try Karto.withBase()
    let id = try karto.must(
      "add", "client", "name=ООО Ромашка", "phones+=8 (495) 234-61-87", "city=Москва",
      "tags+=vip", "tags+=сад"
    ).text.trimmed
    let card = try karto.object("show", id)
    #expect(card["id"] == .text(id))
    #expect(card["type"] == .text("client"))
    #expect(card["name"] == .text("ООО Ромашка"))
    #expect(card["phones"] == .list([.text("+74952346187")]))
    #expect(card["city"] == .text("Москва"))
    #expect(Set(card["tags"]?.texts ?? []) == ["vip", "сад"])
    #expect(try karto.objects("list", "clients").map { $0["id"]?.text } == [id])
  }

  @Test func `set changes registers and sets, by English and Russian names`() throws {
    let karto = try Karto.withBase()
    let id = try karto.must(
      "add", "client", "name=Ромашка", "phones+=8 (495) 234-61-87", "tags+=vip"
    ).text.trimmed
    #expect(try karto("set", id, "city=Тверь", "phones-=+74952346187", "tags+=x").status == 0)
    var card = try karto.object("show", id)
    #expect(card["city"] == .text("Тверь"))
    #expect(card["phones"]?.elements ?? [] == [])
    #expect(Set(card["tags"]?.texts ?? []) == ["vip", "x"])
    #expect(try karto("set", id, "Город=Псков", "Теги-=x", "Телефоны+=+79031112233").status == 0)
    card = try karto.object("show", id)
    #expect(card["city"] == .text("Псков"))
    #expect(card["tags"] == .list([.text("vip")]))
    #expect(card["phones"] == .list([.text("+79031112233")]))
  }

  @Test func `the same grammar serves deals and tasks`() throws {
    let karto = try Karto.withBase()
    let client = try karto.addClient("Ромашка")
    let deal = try karto.must(
      "add", "deal", "name=Ремонт", "client=\(client)", "amount=450 000,50"
    ).text.trimmed
    let card = try karto.object("show", deal)
    #expect(card["client"] == .text(client))
    #expect(card["client_name"] == .text("Ромашка"))
    #expect(card["amount"] == .number(45_000_050))
    #expect(try karto("set", deal, "stage=Показ").status == 0)
    #expect(try karto.object("show", deal)["stage"] == .text("Показ"))
    let task = try karto.must(
      "add", "task", "title=Позвонить", "clients+=\(client)", "due=2026-11-25"
    ).text.trimmed
    #expect(try karto.object("show", task)["type"] == .text("task"))
    #expect(try karto.objects("list", "tasks").count == 1)
    #expect(try karto.objects("list", "deals", "stage:Показ").map { $0["id"]?.text } == [deal])
  }

  @Test func `list takes filters`() throws {
    let karto = try Karto.withBase()
    try karto.must("add", "client", "name=Альфа", "city=Тверь", "tags+=vip")
    try karto.must("add", "client", "name=Бета", "city=Тверь")
    try karto.must("add", "client", "name=Гамма", "city=Псков", "tags+=vip")
    func names(_ filter: String...) throws -> Set<String> {
      let ending = try karto.run(["list", "clients", "--json"] + filter)
      return Set(try karto.objects(of: ending).compactMap { $0["name"]?.text })
    }
    #expect(try names() == ["Альфа", "Бета", "Гамма"])
    #expect(try names("tag:vip") == ["Альфа", "Гамма"])
    #expect(try names("city:Тверь", "tag:vip") == ["Альфа"])
    #expect(try names("город:Тверь", "-tag:vip") == ["Бета"])
    #expect(try names("tag:нет") == [])
  }

  @Test(arguments: ["ромашка", "РОМ ашк", "hjvfirf", "6187", "info@romashka", "7707083893"])
  func `find is what people expect of one search box`(words: String) throws {
    let karto = try Karto.withBase()
    let id = try karto.must(
      "add", "client", "name=ООО «Ромашка»", "phones+=+74952346187",
      "emails+=info@romashka.example", "inn=7707083893"
    ).text.trimmed
    _ = try karto.addClient("Василёк")
    let found = try karto.objects("find", words)
    #expect(found.map { $0["id"]?.text } == [id])
  }

  @Test func `json may stand anywhere`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    let expected = try karto.run(["show", id, "--json"])
    #expect(expected.status == 0, "\(expected)")
    for words in [["--json", "show", id], ["show", "--json", id]] {
      #expect(try karto.run(words).output == expected.output)
    }
  }

  @Test func `the file comes from the option, the environment or the folder`() throws {
    var karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    let path = karto.base
    try Contents.makeFolder(karto.folder.path("other"))
    karto.workFolder = karto.folder.path("other")
    #expect(try karto("show", id).status == 2, "no document here, and none was named")
    #expect(try karto("-f", path, "show", id).status == 0)
    #expect(try karto("show", id, "--file", path).status == 0)
    #expect(try karto.run(["show", id], with: ["KARTO_FILE": path]).status == 0)
    try Contents.copy(path, to: "\(karto.workFolder)/a.karto")
    #expect(try karto("show", id).status == 0)
    try Contents.copy(path, to: "\(karto.workFolder)/b.karto")
    let ending = try karto("show", id)
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.talk.contains("a.karto") && ending.talk.contains("b.karto"))
  }

  @Test func `exit statuses say how it went`() throws {
    let karto = try Karto.withBase()
    try karto.must("add", "client", "name=Ромашка", "city=Тверь")
    try karto.must("add", "client", "name=Ромашка", "city=Омск")
    func status(_ words: String...) throws -> Int32? {
      let ending = try karto.run(words)
      if ending.status != 0 {
        #expect(ending.talk.hasPrefix("karto: "), "\(words): \(ending)")
        #expect(ending.output.isEmpty, "\(words): \(ending)")
      }
      return ending.status
    }
    #expect(try status("list", "clients") == 0)
    #expect(try status("new", "base.karto", "--name", "x", "--as", "y") == 1)
    #expect(try status("lsit") == 2)
    #expect(try status("list", "clients", "--jsno") == 2)
    #expect(try status("add") == 2)
    #expect(try status("add", "client", "nmae=x") == 2)
    #expect(try status("show", "нет такого") == 3)
    #expect(try status("set", "999", "city=Тверь") == 3)
    #expect(try status("-f", "none.karto", "list", "clients") == 3)
    #expect(try status("show", "Ромашка") == 4)
    try Contents.write("no document", to: "\(karto.workFolder)/text.karto")
    #expect(try status("-f", "text.karto", "list", "clients") == 5)
  }

  @Test func `a mistyped command gets a suggestion`() throws {
    let karto = try Karto.withBase()
    #expect(try karto("lsit", "clients").talk.contains("list"))
    #expect(try karto("add", "client", "nmae=x").talk.contains("name"))
  }

  @Test func `owner is found by a part of the name and printed whole`() throws {
    let karto = try Karto()
    try karto.must("new", "base.karto", "--name", "Ромашка", "--as", "Иван Орлов")
    let id = try karto.must("add", "client", "name=А", "owner=орлов").text.trimmed
    #expect(try karto.object("show", id)["owner"] == .text("Иван Орлов"))
    try karto.must("set", id, "owner=Мария Белова")
    #expect(try karto.object("show", id)["owner"] == .text("Мария Белова"))
  }

  @Test func `clients answer to unique names and the number part of ids`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("ООО Ромашка")
    let number = String(id.prefix { $0 != "-" })
    #expect(try karto.object("show", "ооо ромашка")["id"] == .text(id))
    #expect(try karto.object("show", number)["id"] == .text(id))
    #expect(try karto.object("show", String(id.dropLast(5)))["id"] == .text(id))
  }

  @Test func `yes answers what cannot be asked without a terminal`() throws {
    let karto = try Karto.withBase()
    let first = try karto.addClient("А")
    let second = try karto.addClient("Б")
    let refused = try karto("delete", first, second)
    #expect(refused.status == 2, "\(refused)")
    #expect(refused.talk.contains("--yes"))
    #expect(try karto.clientNames().count == 2)
    #expect(try karto("delete", first, second, "--yes").status == 0)
    #expect(try karto.clientNames() == [])
    #expect(try karto("--yes", "restore", first, second).status == 0)
    #expect(try karto.clientNames().count == 2)
  }

  @Test(arguments: [
    "add client name=x", "list clients", "show 2", "find А", "today", "trash", "history",
    "digest", "check", "log call 2 привет", "export", "compact", "undo --last", "completion bash",
  ])
  func `yes is understood by every command`(command: String) throws {
    let karto = try Karto.withBase()
    _ = try karto.addClient("А")
    let ending = try karto.run(command.split(separator: " ").map(String.init) + ["--yes"])
    #expect(ending.status == 0, "\(ending)")
  }

  @Test func `sentences come in the language asked for`() throws {
    let karto = try Karto.withBase()
    let english = try karto("show", "нет такого", "--lang", "en")
    let russian = try karto("--lang", "ru", "show", "нет такого")
    #expect(english.status == 3 && russian.status == 3)
    #expect(!english.talk.replacing("нет такого", with: "").contains { "а"..."я" ~= $0 })
    #expect(russian.talk.replacing("нет такого", with: "").contains { "а"..."я" ~= $0 })
    let locale = try karto.run(["show", "нет такого"], with: ["LANG": "ru_RU.UTF-8"])
    #expect(locale.talk == russian.talk)
  }

  @Test func `errors are lower case, without a full stop, with a hint`() throws {
    let karto = try Karto.withBase()
    let ending = try karto("-f", "none.karto", "list", "clients")
    let lines = ending.talk.split(separator: "\n")
    #expect(lines.first?.hasPrefix("karto: ") == true)
    #expect(lines.first?.hasSuffix(".") == false)
    #expect(lines.dropFirst().first?.hasPrefix("hint: ") == true, "\(ending)")
  }

  @Test func `a rehearsal changes nothing`() throws {
    let karto = try Karto.withBase()
    let id = try karto.addClient("А")
    let table = try karto.writeClients("clients.csv", count: 3)
    let before = try Contents.read(karto.base)
    for words in [
      ["add", "client", "name=Б"], ["set", id, "city=Тверь"], ["delete", id],
      ["import", table, "--type", "client"], ["undo", "--last"],
    ] {
      let ending = try karto.run(words + ["--dry-run", "--yes"])
      #expect(ending.status == 0, "\(words): \(ending)")
      #expect(try Contents.read(karto.base) == before, "\(words)")
    }
  }
}
