import Bytes
import CRM
import Replication
import Support
import Testing

/// Deals, tasks, activities and what is computed from them.
@Suite struct BaseWorkTests {
  let test: TestBase
  var base: Base { test.base }

  init() throws { test = try TestBase() }

  private func changes(_ arguments: String...) -> [FieldChange] {
    arguments.compactMap(FieldChange.init(argument:))
  }

  private func deal(_ client: Record, _ arguments: String...) throws -> Record {
    let written = try base.addDeal(
      client: client, arguments.compactMap(FieldChange.init(argument:)))
    return try base.resolve(written.id, as: Schema.deal)
  }

  @Test func `a deal begins in the first stage and remembers its moves`() throws {
    let client = try test.client("name=Ромашка")
    let deal = try deal(client, "title=Квартира", "amount=450 000,50")
    var json = try test.json(deal)
    #expect(json["stage"]?.text == "Новый")
    #expect(json["pipeline"]?.text == "Продажи")
    #expect(json["amount"] == .integer(45_000_050))
    #expect(json["currency"]?.text == "RUB")
    #expect(json["client_name"]?.text == "Ромашка")
    let moved = try base.move(deal, to: "показ")
    #expect(moved.records.map(\.type) == ["deal", "stage_event"])
    #expect(moved.commits.count == 1)
    _ = try base.win(base.resolve(deal.id, as: Schema.deal))
    json = try test.json(deal)
    #expect(json["stage"]?.text == "Договор подписан")
    #expect(json["closed_at"]?.text == "2026-11-22T12:00:00Z")
    let dossier = base.dossier(try base.resolve(deal.id, as: Schema.deal))
    #expect(dossier.events.map { $0.text("to") } == ["Новый", "Показ", "Договор подписан"])
    #expect(dossier.card.text("outcome") == "won")
  }

  @Test func `a deal is lost for a reason and asked about again`() throws {
    let deal = try deal(test.client("name=Ромашка"), "title=Квартира")
    #expect(throws: EntryError.lostReasonRequired) { try base.lose(deal, reason: " ") }
    #expect(throws: EntryError.lostReasonRequired) { try base.move(deal, to: "Проигран") }
    let lost = try base.lose(deal, reason: "Дорого", returnAfter: "+30d")
    #expect(lost.records.map(\.type) == ["deal", "stage_event", "task"])
    let tasks = base.list(Schema.task).cards
    #expect(tasks.map { $0.text("due") } == ["2026-12-22"])
    _ = try base.move(base.resolve(deal.id, as: Schema.deal), to: "Новый")
    #expect(try test.json(deal)["closed_at"] == nil)
  }

  @Test func `an unknown stage offers the stages there are`() throws {
    let deal = try deal(test.client("name=Ромашка"))
    #expect(throws: EntryError.unknownStage("Паказ", suggestions: ["Показ"])) {
      try base.move(deal, to: "Паказ")
    }
  }

  @Test func `a stage demands its fields`() throws {
    let stage = try base.resolve("Расчет", as: Schema.stage)
    _ = try base.set([stage], changes("required+=amount"))
    let deal = try deal(test.client("name=Ромашка"))
    #expect(throws: EntryError.missingFields(entity: "deal", fields: ["amount"])) {
      try base.move(deal, to: "Расчет")
    }
    _ = try base.move(deal, to: "Расчет", changes: changes("amount=100"))
    #expect(try test.json(deal)["stage"]?.text == "Расчет")
  }

  @Test func `tasks are put off, done and given up`() throws {
    let client = try test.client("name=Ромашка")
    let written = try base.addTask(title: "Позвонить", clients: [client], due: "завтра 10:00")
    let task = try base.resolve(written.id, as: Schema.task)
    #expect(base.agenda().tomorrow.map(\.id) == [task.id])
    _ = try base.snooze(task, to: "2026-11-21")
    #expect(base.agenda().overdue.map(\.id) == [task.id])
    _ = try base.finish(task, result: "Договорились")
    #expect(base.agenda().overdue.isEmpty)
    #expect(try test.json(task)["state"]?.text == "done")
    #expect(!(try base.finish(base.resolve(task.id, as: Schema.task)).isChange))
  }

  @Test func `a call is logged and its next step becomes a task`() throws {
    let client = try test.client("name=Ромашка")
    var call = Logging(kind: "звонок", clients: [client], text: "Обсудили")
    call.nextStep = "Отправить договор"
    call.nextAt = "+2d"
    let written = try base.log(call)
    #expect(written.records.map(\.type) == ["activity", "task"])
    let dossier = base.dossier(client)
    #expect(dossier.activities.map { $0.text("kind") } == ["call"])
    #expect(dossier.tasks.map { $0.text("due") } == ["2026-11-24"])
    #expect(dossier.card.text("last_contact") == "2026-11-22T12:00:00Z")
    #expect(dossier.card.text("days_since_call") == "0")
    let meeting = try base.log(Logging(kind: "meeting", clients: [client]))
    #expect(meeting.warnings == [.noNextStep])
  }

  @Test func `an unanswered call is no contact`() throws {
    let client = try test.client("name=Ромашка")
    var call = Logging(kind: "call", clients: [client])
    call.outcome = "Недозвон"
    _ = try base.log(call)
    #expect(base.dossier(client).card.text("last_contact") == nil)
  }

  @Test func `a talk with a linked person is a contact with the company`() throws {
    let company = try test.client("name=ООО Ромашка")
    let person = try test.client("name=Иванов Иван")
    _ = try base.add(Schema.link, changes("from=\(person.id)", "to=\(company.id)"))
    _ = try base.log(Logging(kind: "call", clients: [person]))
    #expect(base.dossier(company).card.text("last_contact") != nil)
    let filter = try base.filter(["last_contact:*"], entity: Schema.client)
    #expect(base.count(Schema.client, filter: filter) == 2)
  }

  @Test func `purchases make the figures and returns lower the sum`() throws {
    let client = try test.client("name=Ромашка")
    for (day, amount) in [("2026-01-10", "1000"), ("2026-03-05", "2000"), ("2026-03-06", "-500")] {
      var purchase = Logging(kind: "purchase", clients: [client])
      purchase.at = day
      purchase.amount = amount
      _ = try base.log(purchase)
    }
    let card = base.dossier(client).card
    #expect(card.text("first_order") == "2026-01-10")
    #expect(card.text("last_order") == "2026-03-05")
    #expect(card.text("order_count") == "2")
    #expect(card.text("ltv") == "250000")
    #expect(card.text("average_check") == "125000")
    let filter = try base.filter(["ltv>=2500", "last_order<2026-04-01"], entity: Schema.client)
    #expect(base.list(Schema.client, filter: filter).cards.map(\.id) == [client.id])
  }

  @Test(arguments: [
    ("2026-02-27", false), ("2026-02-28", false), ("2026-03-01", true), ("2026-03-02", true),
  ])
  func `it is time to call strictly after the same day six months later`(
    day: String, isDue: Bool
  ) throws {
    let test = try TestBase(now: "2025-08-31T09:00:00Z")
    let client = try test.client("name=Ромашка")
    var purchase = Logging(kind: "purchase", clients: [client])
    purchase.at = "2025-08-31"
    _ = try test.base.log(purchase)
    let later = try test.reopened(now: "\(day)T09:00:00Z")
    #expect(later.agenda().callDue.map(\.card.id) == (isDue ? [client.id] : []))
  }

  @Test func `it is not time to call who is inactive, refused, or postponed`() throws {
    let test = try TestBase(now: "2025-01-15T09:00:00Z")
    let clients = try ["А", "Б", "В", "Г", "Д"].map { try test.client("name=\($0)") }
    for client in clients {
      var purchase = Logging(kind: "purchase", clients: [client])
      purchase.at = "2025-01-10"
      _ = try test.base.log(purchase)
    }
    _ = try test.base.set([clients[0]], [FieldChange("status", .set, "неактивный")])
    _ = try test.base.set([clients[1]], [FieldChange("opt_outs", .add, "все")])
    _ = try test.base.set([clients[2]], [FieldChange("call_period", .set, "24")])
    let later = try test.reopened(now: "2026-01-15T09:00:00Z")
    let fourth = try later.resolve("Г", as: Schema.client)
    _ = try later.addTask(
      title: "Перезвонить", clients: [fourth], due: "+5d",
      changes: [FieldChange("kind", .set, "call")])
    #expect(later.agenda().callDue.map(\.card.name) == ["Д"])
  }

  @Test func `birthdays without a year are announced`() throws {
    try test.client("name=Анна", "birthday=25.11")
    try test.client("name=Борис", "birthday=25.12.1980")
    #expect(base.agenda().birthdays.map(\.card.name) == ["Анна"])
  }

  @Test func `a cache changes nothing`() throws {
    let client = try test.client("name=Ромашка", "phones+=84952346187")
    _ = try deal(client, "title=Квартира")
    for usesCache in [true, false, true] {
      let other = try test.reopened(now: "2026-11-22T12:00:00Z", usesCache: usesCache)
      let found = try other.resolve("ромашка", as: Schema.client)
      #expect(other.json(other.card(found)) == base.json(base.card(client)))
      #expect(other.dossier(found).deals.map { $0.text("title") } == ["Квартира"])
    }
  }
}
