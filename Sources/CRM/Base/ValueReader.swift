import Bytes
import Replication

/// Reads what people type into what records hold.
struct ValueReader {
  let base: Base
  /// What deserves a second look.
  var warnings: [EntryWarning] = []
  /// The records of this batch that others may refer to before they exist: `client @anna` → id.
  var made: [String: String] = [:]

  init(_ base: Base) {
    self.base = base
  }

  /// A value with what it says about its neighbours.
  struct Reading {
    var value: [UInt8]
    /// The currency that a sum named.
    var currency: String?
  }

  /// The longest text of a value, in bytes.
  static let maximalLength = 1 << 20

  /// Reads one value of a field.
  ///
  /// - Parameters:
  ///   - text: what was typed, not empty.
  ///   - field: the field.
  ///   - currency: the currency of a sum that names none.
  ///   - pipeline: the pipeline in which a stage is looked for.
  /// - Returns: the value as stored.
  /// - Throws: `EntryError` saying why the text is no value of the field.
  mutating func read(
    _ text: String, as field: Field, currency: String, pipeline: Pipeline?
  ) throws(EntryError) -> Reading {
    let typed = Trimming.trimmed(text)
    guard typed.utf8.count <= Self.maximalLength else {
      throw .unreadable(field: FieldName(field), text: "", reason: .tooLong)
    }
    func fail(_ reason: EntryError.Reason) -> EntryError {
      .unreadable(field: FieldName(field), text: typed, reason: reason)
    }
    switch field.kind {
    case .text, .url, .address, .file, .directory:
      return Reading(value: StoredValue.text(typed))
    case .date, .time, .dateOrTime:
      guard let stored = base.storedDate(typed, as: field.kind) else { throw fail(.date) }
      return Reading(value: StoredValue.text(stored))
    case .partialDate:
      let reading = DateReading(today: base.today, isPast: true)
      guard let date = PartialDate.parse(typed, reading) else { throw fail(.date) }
      return Reading(value: StoredValue.text(date.description))
    case .money:
      return try money(typed, field, currency)
    case .integer:
      let digits = typed.unicodeScalars.filter { !Trimming.isSpace($0) }
      guard let number = Int(String(digits)), number.magnitude <= Limits.integerMagnitude else {
        throw fail(.integer)
      }
      if let least = field.least, number < least { throw fail(.tooLittle(least: least)) }
      return Reading(value: StoredValue.integer(number))
    case .bool:
      guard let truth = Self.truth(typed) else { throw fail(.yesOrNo) }
      return Reading(value: StoredValue.bool(truth))
    case .choice(let choices):
      guard let choice = field.choice(typed) else {
        let names = choices.map(\.key) + choices.map(\.russian)
        let near = Suggestions.closest(to: typed, among: names)
        throw .unknownChoice(
          field: FieldName(field), text: typed,
          suggestions: near.isEmpty ? choices.map(\.key) : near)
      }
      return Reading(value: StoredValue.text(choice.key))
    case .currency:
      guard let code = Currency.code(typed) else { throw fail(.currency) }
      return Reading(value: StoredValue.text(code))
    case .phone:
      try check(phone: typed, field)
      return Reading(value: StoredValue.text(typed))
    case .email:
      if EMail.normalise(typed).key == nil { warnings.append(.email(text: typed)) }
      return Reading(value: StoredValue.text(typed))
    case .requisite(let requisite):
      let number = Requisites.normalise(typed)
      switch Requisites.check(number, as: requisite) {
      case .valid, .needsBIK: break
      case let verdict:
        warnings.append(.requisite(field: FieldName(field), text: number, verdict))
      }
      return Reading(value: StoredValue.text(number))
    case .member:
      return Reading(value: StoredValue.text(try member(typed, field)))
    case .stage:
      return Reading(value: StoredValue.text(try stage(typed, in: pipeline).name))
    case .reference("pipeline"):
      return Reading(value: StoredValue.text(try self.pipeline(typed).name))
    case .reference(let key):
      guard let entity = Schema.entity(key: key) else {
        return Reading(value: StoredValue.text(typed))
      }
      if let id = made["\(key) \(typed)"] { return Reading(value: StoredValue.text(id)) }
      do {
        return Reading(value: StoredValue.text(try base.resolve(typed, as: entity).id))
      } catch {
        throw .reference(field: FieldName(field), error)
      }
    }
  }

  private mutating func money(
    _ text: String, _ field: Field, _ currency: String
  ) throws(EntryError) -> Reading {
    do {
      let amount = try Money.parse(text, currency: currency)
      guard amount.minorUnits.magnitude <= Limits.integerMagnitude else {
        throw EntryError.unreadable(field: FieldName(field), text: text, reason: .money(.tooLarge))
      }
      if amount.isRounded { warnings.append(.rounded(field: FieldName(field), text: text)) }
      return Reading(value: StoredValue.integer(amount.minorUnits), currency: amount.currency)
    } catch let failure as Money.Failure {
      throw .unreadable(field: FieldName(field), text: text, reason: .money(failure))
    } catch {
      throw .unreadable(field: FieldName(field), text: text, reason: .money(.tooLarge))
    }
  }

  private mutating func check(phone text: String, _ field: Field) throws(EntryError) {
    guard let reason = Phone.normalise(text).reason else { return }
    if reason == .spreadsheetNumber {
      throw .unreadable(field: FieldName(field), text: text, reason: .spreadsheetNumber)
    }
    warnings.append(.phone(text: text, reason))
  }

  private mutating func member(_ text: String, _ field: Field) throws(EntryError) -> String {
    switch base.member(meant: text) {
    case .one(let member): return member.id
    case .several(let members): throw .ambiguousMember(text, names: members.map(\.name))
    case .none:
      warnings.append(.unknownMember(field: FieldName(field), text: text))
      return text
    }
  }

  /// Finds a pipeline by name, or by its id as a stage has it.
  func pipeline(_ text: String) throws(EntryError) -> Pipeline {
    if let found = base.pipelines.first(where: { $0.id.utf8.elementsEqual(text.utf8) }) {
      return found
    }
    let folded = TextFolding.fold(text)
    if let found = base.pipelines.first(where: { TextFolding.fold($0.name) == folded }) {
      return found
    }
    let names = base.pipelines.map(\.name)
    let near = Suggestions.closest(to: text, among: names)
    throw .unknownPipeline(text, suggestions: near.isEmpty ? names : near)
  }

  /// Finds a stage by name, in the pipeline if one is given, else in any.
  func stage(_ text: String, in pipeline: Pipeline?) throws(EntryError) -> Stage {
    let pipelines = pipeline.map { [$0] } ?? base.pipelines
    for pipeline in pipelines {
      if let stage = pipeline.stage(named: text) { return stage }
    }
    let names = pipelines.flatMap { $0.stages.map(\.name) }
    let near = Suggestions.closest(to: text, among: names)
    throw .unknownStage(text, suggestions: near.isEmpty ? names : near)
  }

  /// Reads yes or no in either language.
  static func truth(_ text: String) -> Bool? {
    switch LabelKey.folded(text) {
    case "да", "yes", "true", "y", "1", "истина", "on", "вкл": true
    case "нет", "no", "false", "n", "0", "ложь", "off", "выкл": false
    default: nil
    }
  }

  /// Splits the text of a many-valued field into values.
  static func pieces(_ text: String, of field: Field) -> [String] {
    switch field.kind {
    case .phone: return Phone.split(text)
    case .email: return EMail.split(text)
    case .directory, .choice, .member, .reference:
      return text.unicodeScalars.split { ",;\n".unicodeScalars.contains($0) }
        .map { Trimming.trimmed($0) }.filter { !$0.isEmpty }
    default:
      let trimmed = Trimming.trimmed(text)
      return trimmed.isEmpty ? [] : [trimmed]
    }
  }
}

extension Base {
  /// Who may be meant by a name.
  enum MeantMember {
    case none
    case one(Member)
    case several([Member])
  }

  /// The member whom a text means where somebody is responsible: as an owner is written.
  ///
  /// - Parameter text: what was typed.
  /// - Returns: the member.
  /// - Throws: `MembershipError` if it is nobody or not clear who.
  public func owner(named text: String) throws(MembershipError) -> Member {
    switch member(meant: Trimming.trimmed(text)) {
    case .one(let member): return member
    case .several(let members): throw .ambiguousMember(text, names: members.map(\.title))
    case .none:
      throw .unknownMember(text, names: members.filter { $0.origin == nil }.map(\.name))
    }
  }

  /// Finds the member whom a text means: by id, by whole name or alias, by a unique part of a name.
  func member(meant text: String) -> MeantMember {
    if ["me", "я", "меня", "мне", "мной"].contains(LabelKey.folded(text)), let me {
      return .one(me)
    }
    let members = members
    if let exact = members.first(where: { $0.id.utf8.elementsEqual(text.utf8) }) {
      return .one(exact)
    }
    let folded = TextFolding.fold(text)
    guard !folded.isEmpty else { return .none }
    // Someone of an adopted base is meant only by their whole name, and where nobody of this one is.
    if let found = members.first(where: {
      $0.origin != nil && TextFolding.fold($0.title) == folded && $0.title != $0.name
    }) {
      return .one(found)
    }
    let own = members.filter { $0.origin == nil }
    for (people, isWhole) in [(own, true), (own, false), (members, true)] {
      let needle = ByteNeedle(folded)
      let found = people.filter { member in
        ([member.name] + member.aliases).contains {
          let name = TextFolding.fold($0)
          return isWhole ? name == folded : needle.occurs(in: name.span)
        }
      }
      if found.count == 1 { return .one(found[0]) }
      // One who left does not make a name ambiguous.
      let active = found.filter(\.isActive)
      if active.count == 1 { return .one(active[0]) }
      if found.count > 1 { return .several(found) }
    }
    return .none
  }

  /// Reads a day or a moment as people say it: «завтра 10:00», `+3d`, «01.05.2026».
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - kind: `date`, `time`, or anything else for either.
  /// - Returns: the stored form; nil if it is no date.
  func storedDate(_ text: String, as kind: FieldKind = .dateOrTime) -> String? {
    if ["now", "сейчас"].contains(LabelKey.folded(text)) {
      return kind == .date ? today.description : now.description
    }
    let reading = DateReading(today: today)
    if let moment = moment(text, reading) {
      let day = moment.date(offsetMinutes: offsetMinutes(at: moment))
      return kind == .date ? day.description : moment.description
    }
    guard let day = CivilDate.relative(text, today: today) ?? CivilDate.parse(text, reading) else {
      return nil
    }
    guard kind == .time else { return day.description }
    return moment(day, millisOfDay: 0).description
  }

  private func moment(_ text: String, _ reading: DateReading) -> Instant? {
    // The offset at a moment depends on the moment; one correction is enough but for the hour in
    // which the clocks change.
    if let first = Instant.parse(text, reading, offsetMinutes: offsetMinutes) {
      return Instant.parse(text, reading, offsetMinutes: offsetMinutes(at: first))
    }
    let words = text.split(separator: " ")
    guard words.count > 1, let last = words.last, let time = ClockTime(String(last)),
      let day = CivilDate.relative(words.dropLast().joined(separator: " "), today: today)
    else { return nil }
    return moment(day, millisOfDay: time.millis)
  }

  /// The moment at which the base's clock shows a time of a day.
  func moment(_ day: CivilDate, millisOfDay: Int) -> Instant {
    let first = Instant(date: day, millisOfDay: millisOfDay, offsetMinutes: offsetMinutes)
    return Instant(
      date: day, millisOfDay: millisOfDay, offsetMinutes: offsetMinutes(at: first))
  }
}
