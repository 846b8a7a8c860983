import CRM
import Testing

@testable import Exchange

@Suite struct EntityGuessTests {
  private func type(_ header: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws
    -> String
  {
    let separator = header.contains(";") ? ";" : ","
    let cells = header.split(separator: Character(separator), omittingEmptySubsequences: false)
    let row = cells.map { _ in "1" }.joined(separator: separator)
    let test = try ImportBase()
    var options = ImportOptions()
    change(&options)
    return try ImportPlan.prepare(
      Array("\(header)\n\(row)\n".utf8), options: options, base: test.base
    ).preview.type
  }

  @Test(arguments: [
    "Имя,Телефон,Бюджет", "Клиент;Телефон;E-mail;Бюджет;Комментарий",
    "ФИО;Дата рождения;Телефон;Город", "Название;ИНН;КПП;Адрес;Сумма",
    "Компания,Сайт,Отрасль,Ответственный,Статус", "Name,Phone,Email,Budget",
    "№;Имя;Телефон;Email;Город;Тип;Дата", "Фамилия;Имя;Отчество;Телефон",
    "ID,Вид,Название,Телефон,E-mail,ИНН,Город,Ответственный,Источник,Теги,Комментарий",
    "First Name,Last Name,E-mail Address,Mobile Phone,Company,Notes",
    "id;Вид;Имя / Название;Телефоны;E-mail;Город;Ответственный;Теги;Внешние номера",
    "Display Name;First Name;Last Name;Primary Email",
  ])
  func `lists of clients are clients, whatever they say of money and dates`(header: String) throws {
    #expect(try type(header) == "client")
  }

  @Test(arguments: [
    "ID,Название сделки,ID клиента,Бюджет,Этап сделки,Ответственный,Дата создания,Комментарий",
    "Название,Клиент,Бюджет", "Сделка;Сумма;Телефон", "Клиент;Сумма;Стадия;Менеджер",
    "Deal Name,Deal Stage,Amount,Close Date,Deal owner",
    "id;Название сделки;Клиент;Воронка;Этап;Сумма;Валюта;Ответственный;Дата создания;История с",
    "Название сделки;Бюджет сделки;Ответственный за сделку;Статус сделки;Полное имя (контакт)",
    "Deal - Title,Deal - Value,Deal - Stage,Person - Name,Person - Email",
  ])
  func `lists of deals are deals`(header: String) throws {
    #expect(try type(header) == "deal")
  }

  @Test(arguments: [
    "ID клиента,Вид,Когда,Результат,Автор,Текст", "Клиент;Дата;Сумма",
    "Дата;Клиент;Тип;Направление;Комментарий", "Client,Date,Type,Outcome,Notes",
    "id;Вид;Направление;Когда;Результат;Клиенты;Сделки;Автор;Текст",
    "Телефон;Дата и время;Результат;Текст;Автор",
  ])
  func `lists of what happened are activities`(header: String) throws {
    #expect(try type(header) == "activity")
  }

  @Test func `what is stated is not guessed`() throws {
    let deals = "ID,Название сделки,Стадия сделки,Воронка,Сумма,Ответственный,Клиент"
    #expect(try type(deals) == "deal")
    #expect(try type(deals) { $0.type = "client" } == "client")
    #expect(try type("Имя,Телефон") { $0.type = "deal" } == "deal")
    // The likeness to the deals of another program is forgotten as well.
    let test = try ImportBase()
    var options = ImportOptions()
    options.type = "activity"
    let plan = try ImportPlan.prepare(
      Array("\(deals)\n1,А,Новый,Продажи,5,Мария,Анна\n".utf8), options: options, base: test.base)
    #expect(plan.preview.preset == nil)
  }

  @Test func `a column that is sent somewhere helps to guess`() throws {
    #expect(
      try type("Что,Кто,Сколько") {
        $0.overrides = [
          MappingOverride(column: "Что", field: "stage"),
          MappingOverride(column: "Кто", field: "client"),
        ]
      } == "deal")
  }
}
