/// Sentences with gaps: `Просит счёт до {day}.`, and `{просил|просила}` by the client's gender.
struct Phrasebook {
  private enum Piece {
    case text(String)
    case gendered(String, String)
    case gap(Int)
  }

  private let sentences: [[Piece]]
  private let fillings: [[Filling]]

  /// What a gap may be filled with.
  enum Filling {
    case word(String)
    /// A round number from so many tens to so many, times the unit, with spaces as people write.
    case number(ClosedRange<Int>, unit: Int, suffix: String)
    case name
    case person
    case address
    case phone
    /// The number of an article in someone's price list.
    case article
    /// Several articles, each with how many.
    case list
    /// Width and height.
    case size
    /// The number and date of a contract or bill.
    case paper
    /// The number plate of a car.
    case plate
  }

  /// Reads sentences; a gap that has no fillings stays as it was written.
  init(_ texts: [String], gaps: [String: [Filling]]) {
    let names = gaps.keys.sorted()
    fillings = names.map { gaps[$0] ?? [] }
    sentences = texts.map { Self.pieces(of: $0, names: names) }
  }

  private static func pieces(of text: String, names: [String]) -> [Piece] {
    var pieces: [Piece] = []
    for (index, part) in text.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = part.firstIndex(of: "}") else {
        if !part.isEmpty { pieces.append(.text(String(part))) }
        continue
      }
      let inner = part[..<end]
      if let bar = inner.firstIndex(of: "|") {
        pieces.append(.gendered(String(inner[..<bar]), String(inner[inner.index(after: bar)...])))
      } else if let gap = names.firstIndex(of: String(inner)) {
        pieces.append(.gap(gap))
      } else {
        pieces.append(.text("{\(inner)}"))
      }
      let rest = part[part.index(after: end)...]
      if !rest.isEmpty { pieces.append(.text(String(rest))) }
    }
    return pieces
  }

  /// So many sentences, no two alike in a row.
  func text(_ count: Int, isWoman: Bool, _ dice: inout Dice) -> String {
    var text = ""
    var last = -1
    for _ in 0..<count {
      var index = dice.below(sentences.count)
      if index == last { index = (index + 1) % sentences.count }
      last = index
      if !text.isEmpty { text += " " }
      var sentence = ""
      for piece in sentences[index] {
        switch piece {
        // «50 шт.» at the end of a sentence has its full stop already.
        case .text("."): if sentence.utf8.last != UInt8(ascii: ".") { sentence += "." }
        case .text(let words): sentence += words
        case .gendered(let his, let hers): sentence += isWoman ? hers : his
        case .gap(let gap): sentence += filling(of: gap, &dice)
        }
      }
      text += dice.chance(8) ? Self.hurried(sentence, &dice) : sentence
    }
    return text
  }

  /// A sentence as it is typed during a call: two letters changed places, or no capital.
  private static func hurried(_ sentence: String, _ dice: inout Dice) -> String {
    if dice.chance(30) { return sentence.lowercased() }
    var scalars = Array(sentence.unicodeScalars)
    let place = dice.below(max(1, scalars.count - 1))
    if place + 1 < scalars.count { scalars.swapAt(place, place + 1) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  private func filling(of gap: Int, _ dice: inout Dice) -> String {
    switch dice.one(of: fillings[gap]) {
    case .word(let word): word
    case .number(let range, let unit, let suffix):
      Self.grouped(dice.within(range) * unit) + suffix
    case .name: Person(&dice).givenName
    case .person: Person(&dice).familiarName
    case .address: "\(dice.one(of: Self.streets)), \(dice.within(1...148))"
    case .phone: Phones.one(area: nil, &dice)
    case .article: "арт. \(article(&dice))"
    case .list:
      (0..<dice.within(2...7)).map { _ in "\(article(&dice)) ×\(dice.within(1...48))" }
        .joined(separator: ", ")
    case .size: "\(dice.within(40...300))0×\(dice.within(40...300))0"
    case .paper: "№ \(dice.within(10...9999)) от \(Day(&dice).text)"
    case .plate: "\(letters(1, &dice))\(dice.digits(3))\(letters(2, &dice))\(dice.digits(2))"
    }
  }

  private func article(_ dice: inout Dice) -> String {
    "\(letters(2, &dice))-\(dice.digits(5))"
  }

  private func letters(_ count: Int, _ dice: inout Dice) -> String {
    (0..<count).map { _ in dice.one(of: Self.plateLetters) }.joined()
  }

  private static let plateLetters = ["А", "В", "Е", "К", "М", "Н", "О", "Р", "С", "Т", "У", "Х"]

  private static let streets = [
    "ул. Ленина", "ул. Советская", "ул. Мира", "пр. Победы", "ул. Гагарина", "ул. Садовая",
    "ул. Лесная", "ул. Заводская", "ул. Кирова", "ул. Пушкина", "ул. Молодёжная", "ул. Новая",
    "пр. Строителей", "ул. Чехова", "ул. Полевая", "ул. Набережная", "ул. Горького", "ул. Чапаева",
    "Московское ш.", "ул. Красная", "ул. Зелёная", "ул. Дачная", "ул. Толстого", "бул. Юности",
    "ул. Южная", "Северный пер.", "ул. Вокзальная", "ул. Тверская", "ул. Родниковая", "пл. Труда",
    "ул. Маяковского", "ул. Фрунзе", "ул. Энгельса", "ул. Свободы", "ул. Цветочная", "ул. Речная",
    "Складской пр.", "ул. Промышленная", "ул. Космонавтов", "ул. Рябиновая", "ул. Белинского",
  ]

  /// A number with spaces between thousands.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += " " }
      text.append(digit)
    }
    return text
  }
}

extension [Phrasebook.Filling] {
  /// Words, as often as they are given.
  static func words(_ words: String...) -> Self { words.map { .word($0) } }
}
