/// An invented company or sole trader.
struct Company {
  let name: String
  /// The name in Latin letters, for the site and the mail.
  let domain: String
  /// Whether the tax number has twelve digits, as a person's has.
  let isTrader: Bool

  init(_ dice: inout Dice) {
    let form = dice.below(100)
    if form < 22 {
      let person = Person(&dice)
      isTrader = true
      name =
        dice.chance(60)
        ? "ИП \(person.fullName)"
        : "ИП \(person.familyName) \(person.givenName.prefix(1)).\(person.patronymic.prefix(1))."
      domain = Person.latin(person.familyName)
      return
    }
    isTrader = false
    let word = Self.word(&dice)
    domain = Person.latin(word)
    let quoted =
      dice.chance(70)
      ? "«\(word)»" : dice.chance(60) ? "\"\(word)\"" : word
    let kind = form < 88 ? "ООО" : form < 96 ? "АО" : "ПАО"
    name = dice.chance(8) ? "\(quoted), \(kind)" : "\(kind) \(quoted)"
  }

  private static func word(_ dice: inout Dice) -> String {
    switch dice.below(10) {
    case 0..<2: return dice.one(of: beginnings) + dice.one(of: endings)
    case 2..<6:
      return dice.one(of: beginnings) + dice.one(of: beginnings).lowercased()
        + dice.one(of: endings)
    case 6: return dice.one(of: qualities) + " " + dice.one(of: things)
    case 7: return dice.one(of: proper) + "-" + dice.one(of: shorts)
    case 8: return dice.one(of: proper) + " " + dice.one(of: ["Плюс", "Групп", "Сервис", "Центр"])
    default: return dice.one(of: trades) + " " + dice.one(of: proper)
    }
  }

  private static let beginnings = [
    "Строй", "Техно", "Агро", "Пром", "Энерго", "Транс", "Мега", "Евро", "Нефте", "Авто", "Мед",
    "Эко", "Метал", "Тепло", "Электро", "Фарм", "Торг", "Лес", "Дор", "Сиб", "Урал", "Волга",
    "Юг", "Север", "Альфа", "Гранд", "Спец", "Хим", "Газ", "Аква", "Свет", "Инфо", "Библио",
  ]
  private static let endings = [
    "сервис", "монтаж", "комплект", "снаб", "инвест", "трейд", "маш", "продукт", "проект",
    "ресурс", "сбыт", "лайн", "логистика", "маркет", "партнёр", "система", "альянс", "центр",
    "гарант", "стандарт", "индустрия", "холдинг", "контракт", "техника", "материалы", "дом",
  ]
  private static let qualities = [
    "Новые", "Первые", "Современные", "Северные", "Городские", "Надёжные", "Умные", "Зелёные",
    "Волжские", "Уральские", "Сибирские", "Балтийские", "Чистые", "Русские", "Быстрые", "Семейные",
  ]
  private static let things = [
    "технологии", "окна", "двери", "кровли", "фасады", "перевозки", "решения", "системы", "мастера",
    "интерьеры", "кухни", "продукты", "материалы", "сети", "склады", "машины", "печи", "краски",
  ]
  private static let proper = [
    "Ромашка", "Вектор", "Горизонт", "Атлант", "Меркурий", "Орион", "Сфера", "Каскад", "Рубин",
    "Кристалл", "Маяк", "Сокол", "Прогресс", "Заря", "Восход", "Лидер", "Престиж", "Феникс",
    "Империя", "Эталон", "Фаворит", "Ориентир", "Парус", "Оазис", "Импульс", "Радуга", "Виктория",
    "Надежда", "Арсенал", "Гарант", "Дельта", "Омега", "Сигма", "Титан", "Гермес", "Юпитер",
    "Созвездие", "Берёзка", "Купец", "Слобода", "Застава", "Княжество", "Артель", "Мозаика",
  ]
  private static let shorts = [
    "М", "НН", "Сервис", "Трейд", "Строй", "Юг", "С", "2000", "Урал", "Волга", "Про", "Сити", "ТД",
  ]
  private static let trades = [
    "Стоматология", "Салон", "Кафе", "Ателье", "Пекарня", "Аптека", "Гостиница", "Мастерская",
    "Студия", "Автошкола", "Типография", "Фабрика", "Завод", "Агрофирма", "Клиника", "Магазин",
  ]
}
