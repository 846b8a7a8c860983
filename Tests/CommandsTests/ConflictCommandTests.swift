import Bytes
import Support
import Testing

/// Conflicts and what settles them, run in this process: Мария and Пётр with a file each.
@Suite struct ConflictCommandTests {
  @Test(arguments: [
    ("mine", "Тверь"), ("моё", "Тверь"), ("theirs", "Москва"), ("их", "Москва"),
    ("@1", "Москва"), ("@2", "Тверь"), ("Тула", "Тула"),
  ])
  func `a word settles it`(word: String, city: String) throws {
    let two = try Two.disagreeing()
    #expect(try two.conflictCount() == 1)
    let rehearsal = two.maria("resolve", two.client, "город", word, "--dry-run")
    #expect(rehearsal.status == 0)
    #expect(try two.conflictCount() == 1)
    #expect(two.maria("resolve", two.client, "город", word).status == 0)
    #expect(try two.city() == city)
    #expect(try two.conflictCount() == 0)
    two.meet()
    #expect(try two.pyotr("show", two.client, "--json").json.first?["city"]?.text == city)
  }

  @Test func `set settles it too, and takes words as they are`() throws {
    let two = try Two.disagreeing()
    #expect(two.maria("set", two.client, "city=Москва").status == 0, "the value that shows already")
    #expect(try two.conflictCount() == 0)
    let again = try Two.disagreeing()
    again.maria("set", again.client, "city=mine")
    #expect(try again.city() == "mine")
  }

  @Test func `what decides nothing changes nothing`() throws {
    let two = try Two.disagreeing()
    #expect(two.maria("resolve", two.client, "city", "@3").status == 3)
    #expect(two.maria("resolve", two.client, "name", "mine").status == 3)
    #expect(two.maria("resolve", two.client, "nosuchfield", "x").status == 2)
    #expect(two.maria("resolve", "nobody", "city", "x").status == 3)
    #expect(two.maria("resolve").status == 2)
    #expect(two.maria("resolve", two.client).status == 2)
    #expect(two.maria("resolve", two.client, "city").status == 2)
    #expect(try two.conflictCount() == 1)
    two.maria("delete", two.client)
    two.pyotr("set", two.client, "name=Роза")
    two.meet()
    #expect(two.maria("resolve", two.client, "deleted", "maybe").status == 2)
  }

  @Test func `an attribute of a phone is named, and settled, in the reader's language`() throws {
    let two = try Two()
    two.maria("set", two.client, "phones+=8 903 236-55-44")
    two.meet()
    two.maria("set", two.client, "телефоны[89032365544].вид=мобильный", "city=Омск")
    let told = two.pyotr(
      "set", two.client, "телефоны[89032365544].вид=рабочий", "city=Тверь", "--lang", "ru")
    #expect(told.error.contains("Телефоны +79032365544: Вид"), "\(told.error)")
    two.meet()
    // Who names a field without a conflict is told where there are some, as it can be typed.
    let refused = two.maria("resolve", two.client, "название", "моё", "--lang", "ru")
    #expect(refused.error.contains("в поле «Имя / Название» нет конфликта"), "\(refused.error)")
    #expect(refused.error.contains("телефоны[+79032365544].вид"), "\(refused.error)")
    let typed = "телефоны[+79032365544].вид"
    #expect(two.maria("resolve", two.client, typed, "моё").status == 0)
    #expect(two.maria("resolve", two.client, "город", "моё").status == 0)
    #expect(try two.conflictCount() == 0)
    #expect(two.maria("show", two.client, "--lang", "ru").output.contains("(мобильный)"))
    let history = two.maria("history", two.client, "--lang", "ru").output
    #expect(
      history.contains("Телефоны +79032365544: Вид: рабочий → мобильный")
        || history.contains("Телефоны +79032365544: Вид: мобильный → мобильный"), "\(history)")
    #expect(!history.contains("kind") && !history.contains("mobile"), "\(history)")
  }

  @Test func `two values of other people's are not just theirs`() throws {
    let two = try Two.disagreeing()
    let outcome = two.maria("invite", "--for", "Ольга", "--json")
    let code = try #require(try outcome.json.first?["code"]?.text)
    let olga = Desk.Setting(variables: ["KARTO_HOME": two.desk.path("olga")])
    try Contents.copy(two.desk.path("base.karto"), to: two.desk.path("olga.karto"))
    let file = two.desk.path("olga.karto")
    #expect(two.desk.run(["join", file, code], with: olga).status == 0)
    let unclear = two.desk.run(["-f", file, "resolve", two.client, "city", "theirs"], with: olga)
    #expect(unclear.status == 4, "\(unclear.error)")
    let none = two.desk.run(["-f", file, "resolve", two.client, "city", "mine"], with: olga)
    #expect(none.status == 4)
    let second = two.desk.run(["-f", file, "resolve", two.client, "city", "@2"], with: olga)
    #expect(second.status == 0)
  }

  @Test func `a sum is settled with its currency`() throws {
    let two = try Two()
    let deal = try two.desk.id(
      "-f", two.desk.path("base.karto"), "deal", "add", two.client, "Поставка")
    two.meet()
    two.maria("set", deal, "amount=100 USD")
    two.pyotr("set", deal, "amount=5000 RUB")
    two.meet()
    let fields = try two.maria("conflicts", "--json").json.compactMap { $0["field"]?.text }
    #expect(fields.contains("amount"))
    let text = two.maria("conflicts", "--lang", "ru").output
    #expect(text.contains("$") && text.contains("₽"), "each in its own currency: \(text)")
    #expect(two.maria("resolve", deal, "amount", "mine").status == 0)
    let card = try #require(try two.maria("show", deal, "--json").json.first)
    #expect(card["amount"]?.number == 10_000)
    #expect(card["currency"]?.text == "USD")
    #expect(try two.conflictCount() == 0)
  }

  @Test func `cards and lists mark what is in conflict`() throws {
    let two = try Two.disagreeing()
    let show = two.maria("show", two.client, "--lang", "ru")
    #expect(show.output.contains("Тверь") && show.output.contains("Москва"))
    #expect(show.error.contains("karto resolve"))
    let list = two.maria("list", "clients", "--lang", "ru")
    #expect(list.error.contains("1 конфликт,"))
    let terminal = two.maria(
      ["list", "clients"], Desk.Setting(variables: ["NO_COLOR": "1"], isTerminal: true, width: 80))
    #expect(terminal.output.contains("!"))
    #expect(two.maria("today", "--lang", "ru").error.contains("1 конфликт,"))
    two.maria("resolve", two.client, "city", "mine")
    #expect(!two.maria("list", "clients").error.contains("conflict"))
  }

  @Test func `a filter, a record, a kind and a limit narrow the list`() throws {
    let two = try Two.disagreeing()
    two.maria("set", two.client, "name=Роза")
    two.pyotr("set", two.client, "name=Лилия")
    two.meet()
    func fields(_ words: String...) throws -> [String?] {
      let outcome = two.maria(["conflicts", "--json"] + words)
      #expect(outcome.status == 0, "\(words): \(outcome.error)")
      return try outcome.json.map { $0["field"]?.text }
    }
    #expect(try fields() == ["city", "name"])
    #expect(try fields(two.client) == ["city", "name"])
    #expect(try fields("Лилия") == ["city", "name"])
    #expect(try fields("город:Москва") == ["city", "name"])
    #expect(try fields("город:Омск") == [])
    #expect(try fields("--type", "deal") == [])
    #expect(try fields("--limit", "1") == ["city"])
    #expect(two.maria("conflicts", "nobody").status == 3)
    #expect(two.maria("conflicts", "-q").lines == [two.client])
  }

  @Test func `on a terminal each conflict is asked about`() throws {
    let two = try Two.disagreeing()
    two.maria("set", two.client, "name=Роза")
    two.pyotr("set", two.client, "name=Лилия")
    two.meet()
    let setting = Desk.Setting(answers: ["@9", "theirs", ""], isTerminal: true, width: 100)
    let outcome = two.maria(["resolve", "--lang", "ru"], setting)
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("нет значения @9"))
    #expect(outcome.error.contains("решено: 1, осталось: 1"))
    #expect(try two.city() == "Москва")
    #expect(try two.conflictCount() == 1)
    let ended = two.maria(["resolve"], Desk.Setting(answers: ["q"], isTerminal: true))
    #expect(ended.status == 0)
    #expect(try two.conflictCount() == 1)
    let one = Desk.Setting(answers: ["Ромашка и Ко"], isTerminal: true)
    #expect(two.maria(["resolve", two.client, "name"], one).status == 0)
    #expect(try two.conflictCount() == 0)
  }

  @Test func `a bare number on a terminal is the side that it stands beside`() throws {
    let two = try Two.disagreeing()
    let answer = Desk.Setting(answers: ["9", "0", "2"], isTerminal: true)
    let outcome = two.maria(["resolve", two.client, "city", "--lang", "ru"], answer)
    #expect(outcome.status == 0 && outcome.error.contains("нет значения @9"), "\(outcome)")
    #expect(try two.city() == "Тверь")
    #expect(try two.conflictCount() == 0)
  }

  @Test func `history and undo name the people behind other devices`() throws {
    let two = try Two.disagreeing()
    let log = try two.maria("history", "--json").json
    #expect(Set(log.compactMap { $0["by"]?.text }) == ["Мария", "Пётр"])
    let card = try two.maria("history", two.client, "--json").json
    #expect(Set(card.compactMap { $0["by"]?.text }) == ["Мария", "Пётр"])
    let dot = try #require(log.first { $0["by"]?.text == "Мария" && $0["does"]?.text == "set" })
    two.pyotr("resolve", two.client, "city", "mine")
    two.meet()
    let undo = two.maria("undo", dot["dot"]?.text ?? "", "--lang", "ru")
    #expect(undo.status == 4 && undo.output.contains("Пётр"), "\(undo)")
  }

  @Test func `of two sums each keeps its currency, whichever is chosen`() throws {
    let two = try Two()
    let deal = try two.desk.id(
      "add", "deal", "title=Ремонт", "client=\(two.client)", "amount=5")
    two.meet()
    two.maria("set", deal, "amount=100000")
    two.pyotr("set", deal, "amount=1300 USD")
    two.meet()
    #expect(two.maria("resolve", deal, "сумма", "моё").status == 0)
    two.meet()
    for who in two.both {
      let card = try #require(try who(["show", deal, "--json"]).json.first)
      #expect(card["amount"]?.number == 10_000_000 && card["currency"]?.text == "RUB", "\(card)")
      #expect(try who(["conflicts", "--json"]).json.isEmpty)
    }
  }
}
