/// Days of the last eight years, later ones more often.
struct Day {
  let text: String

  init(_ dice: inout Dice) {
    let year = 2026 - min(dice.below(9), dice.below(9), 8)
    let month = dice.within(1...(year == 2026 ? 10 : 12))
    let day = dice.within(1...28)
    text = "\(day < 10 ? "0" : "")\(day).\(month < 10 ? "0" : "")\(month).\(year)"
  }
}

/// Phone numbers of Russia as people spell them.
enum Phones {
  static func one(area: String?, _ dice: inout Dice) -> String {
    let code: String
    if let area, dice.chance(45) {
      code = area
    } else {
      code = "9" + dice.one(of: mobiles)
    }
    let rest = dice.digits(10 - code.count)
    let tail = rest.suffix(4)
    let (head, a, b) = (rest.dropLast(4), tail.prefix(2), tail.suffix(2))
    switch dice.below(100) {
    case 0..<34: return "+7 \(code) \(head)-\(a)-\(b)"
    case 34..<56: return "8 (\(code)) \(head)-\(a)-\(b)"
    case 56..<70: return "+7\(code)\(rest)"
    case 70..<82: return "8\(code)\(rest)"
    case 82..<90: return "+7 (\(code)) \(head)-\(a)-\(b)"
    case 90..<95: return "8-\(code)-\(head)-\(a)-\(b)"
    case 95..<98: return "\(code)\(rest)"
    default: return "8 (\(code)) \(head)-\(a)-\(b) доб. \(dice.within(100...399))"
    }
  }

  private static let mobiles = [
    "02", "03", "05", "06", "09", "10", "12", "15", "16", "17", "18", "19", "20", "21", "22", "24",
    "26", "27", "29", "30", "37", "50", "51", "52", "60", "61", "62", "63", "64", "65", "66", "67",
    "68", "77", "80", "81", "82", "83", "85", "87", "88", "89", "99",
  ]
}

/// Tax numbers whose check digits are right.
enum TaxNumber {
  static func one(isTrader: Bool, region: String, _ dice: inout Dice) -> String {
    var digits = region.utf8.map { Int($0) - 0x30 }
    let count = isTrader ? 12 : 10
    let checkCount = isTrader ? 2 : 1
    while digits.count < count - checkCount { digits.append(dice.below(10)) }
    while digits.count < count {
      let own = weights.suffix(digits.count)
      let sum = zip(digits, own).reduce(0) { $0 + $1.0 * $1.1 }
      digits.append(sum % 11 % 10)
    }
    return digits.map(String.init).joined()
  }

  private static let weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
}

extension Tables {
  /// A city, the code of its telephones and of its tax office.
  struct City {
    let name: String
    let area: String
    let region: String
  }

  /// Cities by their weight.
  static func city(_ dice: inout Dice) -> City {
    var rest = dice.below(cityWeight)
    for (city, weight) in cities {
      if rest < weight { return city }
      rest -= weight
    }
    return cities[0].0
  }

  /// One of twenty managers; some have more clients than others.
  static func owner(_ dice: inout Dice) -> String { dice.common(of: owners) }

  private static let cityWeight = cities.reduce(0) { $0 + $1.1 }

  private static let cities: [(City, Int)] = [
    (City(name: "Москва", area: "495", region: "77"), 300),
    (City(name: "Санкт-Петербург", area: "812", region: "78"), 140),
    (City(name: "Новосибирск", area: "383", region: "54"), 50),
    (City(name: "Екатеринбург", area: "343", region: "66"), 48),
    (City(name: "Казань", area: "843", region: "16"), 42),
    (City(name: "Нижний Новгород", area: "831", region: "52"), 40),
    (City(name: "Челябинск", area: "351", region: "74"), 30),
    (City(name: "Самара", area: "846", region: "63"), 30),
    (City(name: "Омск", area: "3812", region: "55"), 24),
    (City(name: "Ростов-на-Дону", area: "863", region: "61"), 30),
    (City(name: "Уфа", area: "347", region: "02"), 26),
    (City(name: "Красноярск", area: "391", region: "24"), 24),
    (City(name: "Пермь", area: "342", region: "59"), 24),
    (City(name: "Воронеж", area: "473", region: "36"), 24),
    (City(name: "Волгоград", area: "8442", region: "34"), 18),
    (City(name: "Краснодар", area: "861", region: "23"), 34),
    (City(name: "Саратов", area: "8452", region: "64"), 16),
    (City(name: "Тюмень", area: "3452", region: "72"), 18),
    (City(name: "Тольятти", area: "8482", region: "63"), 12),
    (City(name: "Ижевск", area: "3412", region: "18"), 12),
    (City(name: "Барнаул", area: "3852", region: "22"), 10),
    (City(name: "Иркутск", area: "3952", region: "38"), 12),
    (City(name: "Хабаровск", area: "4212", region: "27"), 9),
    (City(name: "Ярославль", area: "4852", region: "76"), 12),
    (City(name: "Владивосток", area: "423", region: "25"), 10),
    (City(name: "Томск", area: "3822", region: "70"), 9),
    (City(name: "Тверь", area: "4822", region: "69"), 9),
    (City(name: "Калуга", area: "4842", region: "40"), 8),
    (City(name: "Рязань", area: "4912", region: "62"), 8),
    (City(name: "Тула", area: "4872", region: "71"), 9),
    (City(name: "Липецк", area: "4742", region: "48"), 7),
    (City(name: "Пенза", area: "8412", region: "58"), 7),
    (City(name: "Киров", area: "8332", region: "43"), 6),
    (City(name: "Чебоксары", area: "8352", region: "21"), 6),
    (City(name: "Калининград", area: "4012", region: "39"), 8),
    (City(name: "Великий Новгород", area: "8162", region: "53"), 4),
    (City(name: "Йошкар-Ола", area: "8362", region: "12"), 3),
    (City(name: "Орёл", area: "4862", region: "57"), 4),
    (City(name: "Королёв", area: "495", region: "50"), 5),
    (City(name: "Петрозаводск", area: "8142", region: "10"), 3),
  ]

  private static let owners = [
    "Мария Белова", "Иван Орлов", "Анна Сергеева", "Пётр Ёлкин", "Ольга Жукова", "Денис Крылов",
    "Светлана Попова", "Артём Гусев", "Юлия Морозова", "Павел Титов", "Ирина Козлова",
    "Максим Фролов", "Елена Быкова", "Роман Карпов", "Дарья Лебедева", "Олег Панов",
    "Наталья Зуева", "Тимур Сафин", "Ксения Власова", "Глеб Островский",
  ]

  static let sources = [
    "Сайт", "Рекомендация", "Реклама в интернете", "Выставка", "Холодный звонок", "Соцсети",
    "Карты и справочники", "Повторное обращение", "Партнёр", "Листовка", "Радио", "Ярмарка",
  ]

  static let tags = [
    "постоянный", "розница", "опт", "vip", "тендер", "дилер", "новостройка", "рассрочка",
    "холодный", "должник", "подрядчик", "дача", "госзаказ", "франшиза", "сезонный",
  ]

  static let stages = [
    "Договор подписан", "Проигран", "Расчет", "Показ", "Знакомство", "Новый",
  ]

  static let works = [
    "Поставка:", "Монтаж:", "Ремонт:", "Проект:", "Доставка:", "Обслуживание:", "Замена:",
    "Аренда:", "Изготовление:", "Дозаказ:",
  ]

  static let subjects = [
    "окна", "двери", "кухня", "потолки", "мебель для офиса", "кровля", "вентиляция",
    "кондиционеры", "металлопрокат", "кабель", "сайт-каталог", "реклама", "бухгалтерия",
    "спецодежда",
    "упаковка", "холодильники", "стеллажи", "газобетон", "плитка", "светильники", "насосы",
    "полиграфия", "видеонаблюдение", "сигнализация", "уборка", "погрузчик", "паркет", "фасад",
    "подарки", "обучение", "котёл", "забор", "лестница", "остекление балкона", "перепланировка",
  ]
}
