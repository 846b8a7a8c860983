import Testing

@testable import Exchange

struct PresetTests {
  private func mapped(_ fixture: String) throws -> (Preset?, HeaderMapping) {
    let rows = try fixtureRecords(fixture)
    let preset = Preset.detect(rows[0])
    let mapping = try HeaderMapping(
      header: rows[0], samples: Array(rows.dropFirst()), preset: preset)
    return (preset, mapping)
  }

  private func target(_ mapping: HeaderMapping, _ address: String) -> String? {
    mapping.columns.first { $0.address == address }.map { $0.target?.description ?? "-" }
  }

  @Test func `every line of every preset can be read, and every name has a preset`() {
    for preset in Preset.all { #expect(preset.table.badLines == [], "\(preset.name)") }
    #expect(Preset.all.map(\.name).count == PresetName.allCases.count)
    #expect(Set(Preset.all.map(\.name)) == Set(PresetName.allCases))
    for name in PresetName.allCases { #expect(Preset.named(name) != nil) }
  }

  @Test func `contacts of Битрикс24 keep the kinds of their phones`() throws {
    let (preset, mapping) = try mapped("bitrix_contacts.csv")
    #expect(preset?.name == .bitrixContacts)
    #expect(target(mapping, "ID") == "external_ids/bitrix24")
    #expect(target(mapping, "Имя, Фамилия") == "name")
    #expect(target(mapping, "Рабочий телефон") == "phones/work")
    #expect(target(mapping, "Мобильный телефон") == "phones/mobile")
    #expect(target(mapping, "Населенный пункт") == "addresses/actual:city")
    #expect(target(mapping, "Фотография") == "-")
    #expect(target(mapping, "Размер обуви") == "custom.razmer_obuvi")
    #expect(!mapping.columns.contains { $0.name.isEmpty })
  }

  @Test func `deals of Битрикс24 bring lines`() throws {
    let (preset, mapping) = try mapped("bitrix_deals_cp1251.csv")
    #expect(preset?.name == .bitrixDeals)
    #expect(target(mapping, "Товар") == "line.name")
    #expect(target(mapping, "Валюта") == "amount:currency")
    #expect(target(mapping, "Компания") == "company.name")
  }

  @Test func `deals of amoCRM survive a trailing space and repeated names`() throws {
    let (preset, mapping) = try mapped("amocrm_deals.csv")
    #expect(preset?.name == .amoDeals)
    #expect(mapping.columns[2].name == "Бюджет ")
    #expect(target(mapping, "Бюджет") == "amount")
    #expect(target(mapping, "Источник") == "source")
    #expect(target(mapping, "Источник#2") == "custom.istochnik")
    #expect(target(mapping, "roistat#2") == "custom.roistat_2")
    #expect(target(mapping, "Мобильный телефон") == "person.phones/mobile")
    #expect(target(mapping, "Примечание 2") == "activity.text/note")
    #expect(target(mapping, "Компания контакта") == "company.name")
  }

  @Test(arguments: [
    (
      "Название сделки;Основной контакт;Компания;Рабочий телефон (контакт);Этап сделки;Бюджет, ₽",
      PresetName.amoDealsNew, "Рабочий телефон (контакт)", "person.phones/work"
    ),
    (
      "Название сделки;Бюджет сделки;Статус сделки;Полное имя (контакт);Название (компания)",
      .amoDealsTemplate, "Бюджет сделки", "amount"
    ),
    (
      "Полное имя (контакт);Ответственный за контакт;Рабочий email (контакт);Название (компания)",
      .amoContacts, "Рабочий email (контакт)", "emails/work"
    ),
    (
      "Название (компания);Ответственный за компанию;Адрес (компания)",
      .amoCompanies, "Адрес (компания)", "addresses/actual"
    ),
    (
      "Название компании;Тип компании;Сфера деятельности;Ответственный;Страна;Страна",
      .bitrixCompanies, "Страна#2", "addresses/legal:country"
    ),
    (
      "ID;Название лида;Имя;Фамилия;Стадия;Возможная сумма;Ответственный",
      .bitrixLeads, "Стадия", "lead_status"
    ),
    (
      "Record ID - Contact;First Name;Last Name;Phone Number;Contact owner;Create Date;"
        + "Company name;Create Date;Phone Number",
      .hubspotContacts, "Phone Number#2", "company.phones"
    ),
    (
      "Record ID;Deal Name;Deal Stage;Amount;Deal owner;Close Date",
      .hubspotDeals, "Deal Name", "title"
    ),
    (
      "Deal - Title;Deal - Value;Deal - Stage;Person - Name;Organization - Name",
      .pipedriveDeals, "Person - Name", "person.name"
    ),
    (
      "Osoba - Name;Osoba - E-mail;Organizacja - Name",
      .pipedrivePeople, "Osoba - E-mail", "emails"
    ),
    (
      "Name;Given Name;Family Name;Group Membership;Phone 1 - Type;Phone 1 - Value;"
        + "Phone 2 - Type;Phone 2 - Value",
      .googleContacts, "Phone 2 - Value", "phones:value#2"
    ),
    (
      "First Name;Last Name;Labels;E-mail 1 - Label;E-mail 1 - Value;Address 1 - City",
      .googleContacts, "Address 1 - City", "addresses:city#1"
    ),
    (
      "Имя;Отчество;Фамилия;Организация;Город  (другой адрес);Телефон переносной;"
        + "Адрес эл. почты;Тип эл. почты",
      .outlookRU, "Город  (другой адрес)", "addresses/other:city"
    ),
    (
      "First Name;Last Name;Suffix;E-mail Address;E-mail 2 Address;Mobile Phone",
      .outlookEN, "E-mail 2 Address", "emails"
    ),
    ("Display Name;First Name;Last Name;Primary Email", .thunderbird, "Primary Email", "emails"),
    (
      "first_name,last_name,background,company,email_work,phone_home"
        .replacing(",", with: ";"), .atomicCRM, "phone_home", "phones/home"
    ),
    (
      "№;Имя;Телефон;E-mail;Что заказывает;Комментарий;Первый заказ;Последний заказ",
      .excelSimple, "Последний заказ", "purchase.date/last"
    ),
    (
      "№;Имя;Телефон;E-mail;Канал;Статус;Первый заказ;Последний заказ",
      .excelExtended, "Канал", "source"
    ),
  ])
  func `a header tells its program`(
    header: String, name: PresetName, address: String, expected: String
  ) throws {
    let names = header.split(separator: ";").map(String.init)
    let preset = try #require(Preset.detect(names))
    #expect(preset.name == name)
    let mapping = try HeaderMapping(header: names, preset: preset)
    #expect(target(mapping, address) == expected)
  }

  @Test func `an ordinary header has no preset`() throws {
    #expect(Preset.detect(["Имя", "Телефон", "Город"]) == nil)
    #expect(Preset.detect([]) == nil)
    #expect(Preset.detect(try fixtureRecords("activities.csv")[0]) == nil)
    #expect(Preset.detect(try fixtureRecords("deals.csv")[0]) == nil)
  }
}
