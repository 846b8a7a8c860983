import CRM

/// How the cells of one column become values.
enum CellKind: Sendable {
  case text
  /// A civil day.
  case day
  /// A moment; a day alone is its first moment.
  case moment
  /// A day or a moment.
  case dayOrMoment
  case partialDate
  /// Minor units of a currency that the row may name.
  case money(Money.DecimalSign?)
  case integer
  case bool
  case choice(FieldBox)
  case currency
  case requisite(Requisite)
  case member
  case phone
  case email

  init(_ field: Field, samples: [String]) {
    self =
      switch field.kind {
      case .date: .day
      case .time: .moment
      case .dateOrTime: .dayOrMoment
      case .partialDate: .partialDate
      case .money: .money(Money.decimalSign(ofColumn: samples))
      case .integer: .integer
      case .bool: .bool
      case .choice: .choice(FieldBox(field))
      case .currency: .currency
      case .requisite(let requisite): .requisite(requisite)
      case .member: .member
      case .phone: .phone
      case .email: .email
      case .text, .directory, .reference, .url, .address, .stage, .file: .text
      }
  }

  /// Whether values repeat so much that reading each text once pays.
  var repeats: Bool {
    switch self {
    case .choice, .member, .bool, .currency, .integer: true
    default: false
    }
  }
}

/// A field behind one reference, since copies of it come with every cell.
final class FieldBox: Sendable {
  let field: Field

  init(_ field: Field) {
    self.field = field
  }
}

/// What came of a cell.
enum CellOutcome {
  /// The value was appended.
  case value
  /// The value was appended but deserves a second look.
  case doubtful(CellReason)
  /// There is no value.
  case none
  /// The cell is no value of this kind; nothing was appended.
  case refused(CellReason)
}

/// What reading cells depends on, the same for all rows.
struct CellContext: Sendable {
  let today: CivilDate
  let offsetMinutes: Int
  /// Whether the offset is the same all year, so that moments need no second look.
  let offset: @Sendable (Instant) -> Int
  let currency: String
  let members: MemberNames
  /// Values that the program writes where nothing was entered.
  let emptyValues: Set<String>
}

/// The members of a base by the names under which files know them.
struct MemberNames: Sendable {
  private let members: [(id: String, names: [[UInt8]])]

  init(_ members: [Member]) {
    self.members = members.map { member in
      // Those of an adopted base go by a name that tells the base, so that nobody of this one is
      // taken for them.
      let names = member.origin == nil ? [member.name] + member.aliases : [member.title]
      return (member.id, names.map { TextFolding.fold($0) })
    }
  }

  /// The id of the one member whom a text means: by whole name, or by a unique part of one.
  func id(_ text: String) -> String? {
    var folded = TextFolding.fold(text)
    // «Имя Фамилия [123]» of Битрикс24: the number is the member's, not a part of the name.
    if let bracket = text.firstIndex(of: "[") {
      let name = TextFolding.fold(String(text[..<bracket]))
      if !name.isEmpty { folded = name }
    }
    guard !folded.isEmpty else { return nil }
    let whole = members.filter { $0.names.contains(folded) }
    if whole.count == 1 { return whole[0].id }
    guard whole.isEmpty else { return nil }
    let needle = ByteNeedle(folded)
    let part = members.filter { $0.names.contains { needle.occurs(in: $0.span) } }
    return part.count == 1 ? part[0].id : nil
  }
}
