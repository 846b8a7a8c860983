/// Attributes of the elements of many-valued fields, stored as registers beside them.
///
/// The mobile phone `+79032365544` of a client is an element of the set `phones`; its attribute
/// `kind` is the register `phones[+79032365544].kind`.
public struct AttributeName: Sendable, Hashable {
  /// The key of the many-valued field: `phones`.
  public let field: String
  /// The element, by its normalised key.
  public let element: String
  /// The key of the attribute: `kind`.
  public let attribute: String

  /// Makes a name of its parts.
  public init(field: String, element: String, attribute: String) {
    self.field = field
    self.element = element
    self.attribute = attribute
  }

  /// Takes the name of a register apart.
  ///
  /// Nil for the name of an ordinary field.
  ///
  /// - Parameter register: `phones[+79032365544].kind`. An element may hold brackets and dots: the
  ///   first `[` and the last `].` are the borders.
  public init?(register: String) {
    let bytes = Array(register.utf8)
    guard let open = bytes.firstIndex(of: 0x5B), open > 0,
      let close = bytes.lastIndex(of: 0x5D), close > open, close + 2 < bytes.count,
      bytes[close + 1] == 0x2E
    else { return nil }
    field = String(decoding: bytes[..<open], as: UTF8.self)
    element = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
    attribute = String(decoding: bytes[(close + 2)...], as: UTF8.self)
  }

  /// The name of the register.
  public var register: String { "\(field)[\(element)].\(attribute)" }

  /// The name of the register of an element whose key is known as bytes.
  package static func register(field: String, element: [UInt8], attribute: String) -> [UInt8] {
    var name = Array(field.utf8)
    name.append(0x5B)
    name += element
    name.append(contentsOf: "].\(attribute)".utf8)
    return name
  }
}

extension Schema {
  /// Returns the attributes that elements of a field can have.
  ///
  /// - Parameter field: A field.
  /// - Returns: The attributes in the order of forms; none for a field with one value.
  public static func attributes(of field: Field) -> [Field] {
    guard field.many else { return [] }
    switch field.kind {
    case .phone: return [text, kind(phoneKinds)] + contact
    case .email: return [text, kind(emailKinds)] + contact
    case .url: return [text, kind(linkKinds), note]
    case .address:
      return [
        kind(addressKinds), main, note, Field("street", "Улица", "Street", .text),
        Field("street2", "Квартира, офис", "Street 2", .text),
        Field("city", "Город", "City", .text),
        Field("district", "Район", "District", .text), Field("region", "Регион", "Region", .text),
        Field("postcode", "Индекс", "Postcode", .text),
        Field("country", "Страна", "Country", .text),
      ]
    case .requisite(.account):
      return [
        Field("bik", "БИК", "BIK", .requisite(.bik)),
        Field("corr", "Корр. счёт", "Correspondent account", .requisite(.corr)),
        Field("bank", "Банк", "Bank", .text), main, note,
      ]
    case .directory("services") where field.key == "services":
      return [
        Field("quantity", "Количество", "Quantity", .text),
        Field("price", "Цена", "Price", .money(currencyField: "currency")),
      ]
    case .choice:
      return [
        Field("since", "С даты", "Since", .date), Field("reason", "Причина", "Reason", .text),
      ]
    default: return []
    }
  }

  /// Returns the kind of contact that the header of a column says: «Мобильный телефон» is `mobile`.
  ///
  /// - Parameters:
  ///   - header: The header of an imported column.
  ///   - field: The field to which the column goes.
  /// - Returns: The key of one of the choices of the attribute `kind`, nil if the header says none.
  public static func elementKind(ofHeader header: String, field: Field) -> String? {
    let folded = LabelKey.folded(header)
    let marks: [(String, [String])]
    switch field.kind {
    case .phone:
      marks = [
        ("fax", ["факс", "fax"]), ("mobile", ["мобил", "переносн", "сотов", "mobile", "cell"]),
        ("work", ["рабоч", "раб", "организац", "work", "business", "company"]),
        ("home", ["домаш", "дом", "home"]),
        ("other", ["друг", "пейдж", "other", "pager", "рассыл"]),
      ]
    case .email:
      marks = [
        ("mailing", ["рассыл", "mailing"]), ("work", ["рабоч", "work", "business"]),
        ("private", ["личн", "частн", "личная", "home", "private"]), ("other", ["друг", "other"]),
      ]
    case .url:
      marks = [
        ("vk", ["вконтакте", "vk"]), ("telegram", ["telegram", "телеграм"]),
        ("site", ["сайт", "web", "site", "страниц"]),
      ]
    case .address:
      marks = [
        ("legal", ["юридич", "legal"]), ("delivery", ["достав", "delivery", "shipping"]),
        ("billing", ["счет", "billing"]), ("home", ["дом", "прожив", "home"]),
        ("actual", ["фактич", "раб", "business", "work"]),
      ]
    default: return nil
    }
    let scalars = Array(folded.unicodeScalars)
    return marks.first { $0.1.contains { contains(scalars, Array($0.unicodeScalars)) } }?.0
  }

  private static func contains(_ text: [Unicode.Scalar], _ part: [Unicode.Scalar]) -> Bool {
    text.count >= part.count
      && (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
  }

  private static let text = Field("text", "Как записано", "As typed", .text)
  private static let main = Field("main", "Основной", "Main", .bool)
  private static let note = Field("note", "Примечание", "Note", .text)
  private static let contact = [
    main, note, Field("verified_at", "Проверен", "Verified", .date),
    Field("invalid_at", "Недействителен", "Invalid", .date),
  ]

  private static func kind(_ choices: [Choice]) -> Field {
    Field("kind", "Вид", "Kind", .choice(choices))
  }

  private static let phoneKinds = [
    Choice("work", "рабочий", "work"),
    Choice("mobile", "мобильный", "mobile", ["сотовый", "cell"]),
    Choice("home", "домашний", "home"), Choice("fax", "факс", "fax"),
    Choice("other", "другой", "other"),
  ]
  private static let emailKinds = [
    Choice("work", "рабочий", "work"), Choice("private", "личный", "private", ["частный", "home"]),
    Choice("mailing", "для рассылок", "mailing"), Choice("other", "другой", "other"),
  ]
  private static let linkKinds = [
    Choice("site", "сайт", "site", ["web"]), Choice("vk", "VK", "VK", ["вконтакте"]),
    Choice("telegram", "Telegram", "Telegram", ["телеграм"]), Choice("other", "другой", "other"),
  ]
  private static let addressKinds = [
    Choice("actual", "фактический", "actual"), Choice("legal", "юридический", "legal"),
    Choice("delivery", "доставки", "delivery"), Choice("billing", "для счетов", "billing"),
    Choice("home", "проживания", "home", ["домашний"]), Choice("other", "другой", "other"),
  ]
}
