/// The card of an invented client, as one person would enter it.
struct ContactCard {
  var isCompany: Bool
  var name: String
  var phones: [String] = []
  var emails: [String] = []
  var inn = ""
  var kpp = ""
  var city = ""
  /// Whoever the card is about: cards of one client have the same number.
  var owner = 0
  /// The person behind the name, if it is one.
  var person: Person?

  init(_ number: Int, _ dice: inout Dice) {
    isCompany = dice.chance(45)
    let person = Person(&dice)
    let place = Tables.city(&dice)
    city = place.name
    owner = number
    if isCompany {
      let company = Company(&dice)
      name = company.name
      if dice.chance(80) {
        inn = TaxNumber.one(isTrader: company.isTrader, region: place.region, &dice)
      }
      if inn.count == 10, dice.chance(40) { kpp = "\(inn.prefix(4))01001" }
      if dice.chance(70) {
        let box = dice.common(of: ["info", "zakaz", "office", "mail", "buh"])
        emails = ["\(box)@\(company.domain)\(number).example"]
      }
    } else {
      name = person.fullName
      self.person = person
      if dice.chance(65) {
        emails = [
          "\(Person.latin(person.givenName)).\(Person.latin(person.familyName))"
            + "\(dice.within(60...2004))@\(dice.common(of: ["pochta", "post"])).example"
        ]
      }
    }
    if dice.chance(94) { phones = [Phones.one(area: isCompany ? place.area : nil, &dice)] }
  }
}

// MARK: - The same client entered again

extension ContactCard {
  /// The card that somebody makes of the same client another day.
  func enteredAgain(_ dice: inout Dice) -> ContactCard {
    var card = self
    card.name = isCompany ? Self.companyAgain(name, &dice) : Self.personAgain(self, &dice)
    card.phones = phones.compactMap { phone in
      switch dice.below(100) {
      case 0..<82: return Self.respelled(phone, &dice)
      case 82..<88: return Self.slipped(phone, &dice)
      case 88..<94: return Phones.one(area: nil, &dice)
      default: return nil
      }
    }
    card.emails = dice.chance(62) ? emails.map { dice.chance(10) ? $0.uppercased() : $0 } : []
    switch dice.below(100) {
    case 0..<60: break
    case 60..<65: card.inn = Self.slipped(inn, &dice)
    default:
      card.inn = ""
      card.kpp = ""
    }
    switch dice.below(100) {
    case 0..<82: break
    case 82..<87: card.city = Tables.city(&dice).name
    default: card.city = ""
    }
    return card
  }

  private static func personAgain(_ card: ContactCard, _ dice: inout Dice) -> String {
    guard let person = card.person else { return card.name }
    let (family, given, patronymic) = (person.familyName, person.givenName, person.patronymic)
    var name: String
    switch dice.below(100) {
    case 0..<36: name = person.fullName
    case 36..<52: name = "\(given) \(patronymic) \(family)"
    case 52..<66: name = dice.chance(50) ? "\(family) \(given)" : "\(given) \(family)"
    case 66..<78: name = "\(family) \(given.prefix(1)). \(patronymic.prefix(1))."
    case 78..<94: name = misspelled(person.fullName, &dice)
    case 94..<97: name = misspelled(misspelled(person.fullName, &dice), &dice)
    default:
      let note = dice.one(of: ["директор", "жена", "бухгалтерия"])
      name = "\(person.fullName) (\(note))"
    }
    return typed(name, &dice)
  }

  private static func companyAgain(_ name: String, _ dice: inout Dice) -> String {
    var words = name.filter { !"«»\",".contains($0) }.split(separator: " ").map(String.init)
    let forms = [
      "ООО": "Общество с ограниченной ответственностью", "АО": "Акционерное общество",
      "ПАО": "Публичное акционерное общество", "ИП": "Индивидуальный предприниматель",
    ]
    if let place = words.firstIndex(where: { forms[$0] != nil }) {
      let form = words.remove(at: place)
      switch dice.below(100) {
      case 0..<30: words.insert(form, at: 0)
      case 30..<50: words.append(form)
      case 50..<62: words.insert(forms[form] ?? form, at: 0)
      case 62..<70: words.insert(form.lowercased(), at: 0)
      default: break
      }
    }
    var text = words.joined(separator: " ")
    if dice.chance(14) { text = misspelled(text, &dice) }
    if dice.chance(6) { text = text.replacing("-", with: " ") }
    return typed(text, &dice)
  }

  /// Case, «ё» and Latin letters that look like ours.
  private static func typed(_ name: String, _ dice: inout Dice) -> String {
    var name = name
    if dice.chance(40) { name = name.replacing("ё", with: "е").replacing("Ё", with: "Е") }
    switch dice.below(100) {
    case 0..<6: name = name.uppercased()
    case 6..<14: name = name.lowercased()
    case 14..<17: name = name.replacing("а", with: "a").replacing("о", with: "o")
    case 17..<20: name = " " + name.replacing(" ", with: "  ")
    default: break
    }
    return name
  }

  /// One slip of the fingers: a letter lost, doubled, wrong, or two exchanged.
  static func misspelled(_ text: String, _ dice: inout Dice) -> String {
    var letters = Array(text)
    let places = letters.indices.dropFirst().filter { place in
      letters[place].isLetter && letters[place - 1].isLetter
    }
    guard places.count > 3 else { return text }
    let place = dice.one(of: places)
    switch dice.below(4) {
    case 0: letters.remove(at: place)
    case 1: letters.insert(letters[place], at: place)
    case 2: letters[place] = dice.one(of: Array("аоиенртслвкм"))
    default: letters.swapAt(place, place - 1)
    }
    return String(letters)
  }

  /// The same number in another spelling.
  private static func respelled(_ phone: String, _ dice: inout Dice) -> String {
    guard !phone.contains("доб") else { return phone }
    let digits = phone.filter(\.isNumber).suffix(10)
    let code = digits.prefix(3)
    let rest = digits.dropFirst(3)
    switch dice.below(4) {
    case 0: return "+7\(digits)"
    case 1: return "8\(digits)"
    case 2: return "8 (\(code)) \(rest.prefix(3))-\(rest.dropFirst(3))"
    default: return "+7 \(code) \(rest.prefix(3)) \(rest.dropFirst(3).prefix(2)) \(rest.suffix(2))"
    }
  }

  /// A number with one digit wrong, or two exchanged.
  private static func slipped(_ number: String, _ dice: inout Dice) -> String {
    var signs = Array(number)
    let digits = signs.indices.filter { signs[$0].isNumber }
    guard digits.count > 5 else { return number }
    let place = dice.within(3...(digits.count - 2))
    if dice.chance(50) {
      let digit = (signs[digits[place]].wholeNumberValue ?? 0) + dice.within(1...9)
      signs[digits[place]] = Character(Unicode.Scalar(UInt8(0x30 + digit % 10)))
    } else {
      signs.swapAt(digits[place], digits[place + 1])
    }
    return String(signs)
  }
}

// MARK: - Others who look alike

extension ContactCard {
  /// Somebody else in whom a careless finder would see the same client.
  func trap(_ number: Int, _ dice: inout Dice) -> [ContactCard] {
    var other = ContactCard(number, &dice)
    if isCompany {
      switch dice.below(10) {
      case 0..<4:
        // Colleagues behind the telephone of their office.
        guard phones.first.map({ !$0.contains("доб") }) ?? false else { return [] }
        return (0..<dice.within(2...9)).map { index in
          var colleague = ContactCard(number + index, &dice)
          let person = Person(&dice)
          colleague.isCompany = false
          colleague.person = person
          colleague.name = person.fullName
          colleague.phones = phones
          colleague.emails = dice.chance(50) ? emails : []
          colleague.inn = ""
          colleague.city = city
          return colleague
        }
      case 4..<8:
        // A firm of the same name elsewhere.
        other.isCompany = true
        other.name = name
        other.city = elsewhere(&dice)
        if inn.isEmpty { other.inn = "" }
      case 8:
        // Round the corner, but with a number of its own.
        other.isCompany = true
        other.name = name
        other.city = city
        if other.inn.isEmpty {
          other.inn = TaxNumber.one(isTrader: inn.count == 12, region: "77", &dice)
        }
      default:
        // A branch.
        guard !kpp.isEmpty else { return [] }
        other.isCompany = true
        other.name = name
        other.inn = inn
        other.kpp = "\(dice.digits(4))43001"
        other.city = elsewhere(&dice)
      }
      return [other]
    }
    guard let person else { return [] }
    other.isCompany = false
    other.inn = ""
    switch dice.below(10) {
    case 0..<4:
      // The family has one telephone.
      var relative = Person(&dice)
      while relative.givenName == person.givenName { relative = Person(&dice) }
      other.person = relative
      let stem = person.isWoman ? person.familyName : Person.feminine(person.familyName)
      let family = relative.isWoman == person.isWoman ? person.familyName : stem
      other.name = "\(family) \(relative.givenName) \(relative.patronymic)"
      other.phones = phones
      other.city = city
    case 4..<9:
      // A namesake elsewhere.
      other.person = person
      other.name = name
      other.city = elsewhere(&dice)
    default:
      // A namesake in the same town.
      other.person = person
      other.name = name
      other.city = city
    }
    return [other]
  }

  private func elsewhere(_ dice: inout Dice) -> String {
    var other = Tables.city(&dice).name
    while other == city { other = Tables.city(&dice).name }
    return other
  }
}
