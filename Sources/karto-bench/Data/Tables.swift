import Bytes
import Exchange
import Platform

/// The three files of an invented base, each row a function of seed and row number.
struct Tables {
  /// How many clients; there are half as many deals and twice as many activities.
  var clientCount: Int
  let seed: UInt64

  var dealCount: Int { clientCount / 2 }
  var activityCount: Int { clientCount * 2 }

  /// Writes `clients.csv`, `deals.csv` and `activities.csv` into a folder.
  func write(to folder: String) throws {
    try Files.createFolder(folder, intermediate: true)
    try write("\(folder)/clients.csv", Self.clientHeader, clientCount, client)
    try write("\(folder)/deals.csv", Self.dealHeader, dealCount, deal)
    try write("\(folder)/activities.csv", Self.activityHeader, activityCount, activity)
  }

  private func write(
    _ path: String, _ header: [String], _ count: Int, _ row: (Int) -> [String]
  ) throws {
    try Files.replaceCache(path, permissions: 0o644) { output in
      var writer = TableWriter(.csv)
      writer.row(header)
      for number in 1...max(1, count) where number <= count {
        writer.row(row(number))
        if writer.bytes.count > 1 << 16 { try output.write(writer.takeBytes()) }
      }
      try output.write(writer.takeBytes())
    }
  }

  // MARK: Clients

  private static let clientHeader = [
    "ID", "Вид", "Название", "Телефон", "E-mail", "ИНН", "Город", "Ответственный", "Источник",
    "Теги", "Комментарий",
  ]

  private func client(_ number: Int) -> [String] {
    var dice = Dice(seed: seed, table: 1, row: number)
    let isCompany = dice.chance(58)
    let person = Person(&dice)
    let company = isCompany ? Company(&dice) : nil
    let city = Self.city(&dice)
    let phone = dice.chance(94) ? Phones.one(area: isCompany ? city.area : nil, &dice) : ""
    let second = dice.chance(12) ? Phones.one(area: nil, &dice) : ""
    let tags = Set((0..<max(0, dice.below(5) - 1)).map { _ in dice.common(of: Self.tags) }).sorted()
    let sentences = dice.chance(12) ? 0 : dice.chance(8) ? dice.within(4...8) : dice.within(1...3)
    return [
      String(number), isCompany ? "компания" : "человек", company?.name ?? person.fullName,
      [phone, second].filter { !$0.isEmpty }.joined(separator: ", "),
      dice.chance(70) ? mail(of: person, company, number, &dice) : "",
      isCompany && dice.chance(88)
        ? TaxNumber.one(isTrader: company?.isTrader ?? false, region: city.region, &dice) : "",
      city.name, Self.owner(&dice), dice.common(of: Self.sources), tags.joined(separator: ", "),
      Phrases.comments.text(sentences, isWoman: person.isWoman, &dice),
    ]
  }

  private func mail(
    of person: Person, _ company: Company?, _ number: Int, _ dice: inout Dice
  ) -> String {
    if let company, dice.chance(75) {
      let box = dice.common(of: ["info", "zakaz", "office", "sale", "mail", "buh", "snab"])
      return "\(box)@\(company.domain)\(dice.chance(50) ? String(number) : "").example"
    }
    let family = Person.latin(person.familyName)
    let given = Person.latin(person.givenName)
    let box =
      switch dice.below(4) {
      case 0: "\(given).\(family)"
      case 1: "\(family).\(given.prefix(1))"
      case 2: "\(family)\(dice.within(60...99))"
      default: "\(given)\(dice.within(1960...2004))"
      }
    return "\(box)@\(dice.common(of: ["pochta", "yaschik", "post", "mail"])).example"
  }

  // MARK: Deals

  private static let dealHeader = [
    "ID", "Название сделки", "ID клиента", "Бюджет", "Этап сделки", "Ответственный",
    "Дата создания", "Комментарий",
  ]

  private func deal(_ number: Int) -> [String] {
    var dice = Dice(seed: seed, table: 2, row: number)
    let sentences = dice.chance(55) ? 0 : dice.within(1...2)
    return [
      String(number), dice.one(of: Self.works) + " " + dice.one(of: Self.subjects),
      String(dice.within(1...max(1, clientCount))), amount(&dice), dice.common(of: Self.stages),
      Self.owner(&dice), Day(&dice).text,
      Phrases.comments.text(sentences, isWoman: dice.chance(50), &dice),
    ]
  }

  private func amount(_ dice: inout Dice) -> String {
    if dice.chance(6) { return "" }
    let thousands = dice.within(1...(dice.chance(20) ? 4000 : 400))
    return dice.chance(70)
      ? Phrasebook.grouped(thousands * 1000)
      : "\(Phrasebook.grouped(thousands * 1000 + dice.below(1000))),\(dice.digits(2))"
  }

  // MARK: Activities

  private static let activityHeader = [
    "ID клиента", "Вид", "Когда", "Результат", "Автор", "Текст",
  ]

  private func activity(_ number: Int) -> [String] {
    var dice = Dice(seed: seed, table: 3, row: number)
    let client = String(dice.within(1...max(1, clientCount)))
    let when = Day(&dice).text + Self.time(&dice)
    let author = Self.owner(&dice)
    let isWoman = dice.chance(54)
    var kind = "звонок"
    var outcome = ""
    var text: String
    switch dice.below(100) {
    case 0..<38:
      outcome = "дозвон"
      text = Phrases.calls.text(dice.within(1...3), isWoman: isWoman, &dice)
    case 38..<60:
      outcome = dice.common(of: ["недозвон", "перезвонить", "номер не существует"])
      text = dice.chance(40) ? "" : Phrases.misses.text(1, isWoman: isWoman, &dice)
    case 60..<74:
      kind = "встреча"
      text = Phrases.meetings.text(dice.within(2...5), isWoman: isWoman, &dice)
    case 74..<92:
      kind = "письмо"
      text = Phrases.letters.text(dice.within(1...2), isWoman: isWoman, &dice)
    default:
      kind = "заметка"
      text = Phrases.comments.text(dice.within(1...3), isWoman: isWoman, &dice)
    }
    return [client, kind, when, outcome, author, text]
  }

  private static func time(_ dice: inout Dice) -> String {
    let minute = dice.within(0...59)
    return " \(dice.within(10...18)):\(minute < 10 ? "0" : "")\(minute)"
  }
}
