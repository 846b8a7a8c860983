/// Turns tokens into terms.
struct FilterParser {
  private let entity: Entity
  private let context: FilterContext
  private var terms: [Filter.Term] = []
  private var slots: [FieldSlot] = []

  init(entity: Entity, context: FilterContext) {
    self.entity = entity
    self.context = context
  }

  var filter: Filter { Filter(entity: entity.key, terms: terms, slots: slots) }

  /// Adds the terms of a text.
  mutating func read(_ text: String, argument: Int, isOneTerm: Bool) throws(FilterError) {
    guard text.utf8.count <= Filter.maximalLength else {
      throw FilterError(.tooLong, argument: argument)
    }
    let tokens = try FilterToken.tokens(of: text, argument: argument, isOneTerm: isOneTerm)
    for token in tokens {
      do {
        try read(token)
      } catch {
        throw FilterError(
          error.kind, argument: argument, byteOffset: token.byteOffset,
          suggestions: error.suggestions)
      }
    }
  }

  /// Whether the argument begins with a field and a sign, turned round or not.
  func beginsWithField(_ argument: String) -> Bool {
    guard var token = (try? FilterToken.tokens(of: argument, argument: 0, isOneTerm: true))?.first
    else { return false }
    while Self.takeNegation(&token) {}
    guard let split = Operator(token.units) else { return false }
    return field(split.name) != nil
  }

  /// Whether a word of the argument other than the first compares a field, or quotes are left in it.
  func holdsSeveralTerms(_ argument: String) -> Bool {
    if argument.utf8.contains(0x22) { return true }
    let tokens = try? FilterToken.tokens(of: argument, argument: 0, isOneTerm: false)
    return (tokens ?? []).dropFirst().contains { token in
      var token = token
      while Self.takeNegation(&token) {}
      guard let split = Operator(token.units) else { return false }
      return field(split.name) != nil
    }
  }

  private mutating func read(_ original: FilterToken) throws(FilterError) {
    var token = original
    var isNegated = false
    while Self.takeNegation(&token) { isNegated.toggle() }
    guard !token.units.isEmpty else { throw FilterError(.nothingToNegate) }
    let test = try fieldTest(token) ?? searchTest(token)
    if let test { terms.append(Filter.Term(isNegated: isNegated, test: test)) }
  }

  /// Takes one `-`, `!`, «не:» or `not:` off; a lone dash is a word.
  private static func takeNegation(_ token: inout FilterToken) -> Bool {
    for prefix in ["не:", "not:", "-", "!"] where token.hasPrefix(prefix) {
      guard prefix.utf8.count > 1 || token.units.count > 1 else { return false }
      token.units = token.units.dropFirst(prefix.unicodeScalars.count)
      return true
    }
    return false
  }

  /// A word that folds to nothing («—», «&») asks for nothing.
  private func searchTest(_ token: FilterToken) -> Filter.Test? {
    let words = FilterToken.alternatives(token.units).map(\.text).map { text in
      let hasSpace = text.unicodeScalars.contains(where: Trimming.isSpace)
      let query = hasSpace ? SearchQuery(phrase: text) : SearchQuery(text)
      return Filter.SearchWord(text: text, query: query)
    }.filter { !$0.query.isEmpty }
    return words.isEmpty ? nil : .search(words)
  }

  private mutating func fieldTest(_ token: FilterToken) throws(FilterError) -> Filter.Test? {
    guard let split = Operator(token.units) else { return nil }
    guard let field = field(split.name) else {
      guard split.looksLikeField else { return nil }
      let suggestions = Schema.suggestions(
        for: split.name, in: entity, custom: context.customFields)
      throw FilterError(.unknownField(split.name), suggestions: suggestions)
    }
    let currency = field.currencyField.flatMap { entity.field(key: $0) }
    // The slots come first, so that their numbers follow the order of the terms.
    let slot = slot(field)
    let currencySlot = currency.map { self.slot($0) }
    func test(_ comparison: Comparison, _ values: [String], _ operands: [Operand]) -> Filter.Test {
      .field(
        Filter.FieldTest(
          slot: slot, currencySlot: currencySlot, comparison: comparison, values: values,
          operands: operands))
    }
    var comparison = split.comparison
    if split.value.isEmpty {
      switch comparison {
      case .has, .equal: return test(.isEmpty, [], [])
      case .notEqual: return test(.isPresent, [], [])
      default: throw FilterError(.missingValue(field: FieldName(field)))
      }
    }
    if split.isStar, comparison == .has || comparison == .equal {
      return test(.isPresent, [], [])
    }
    let values = FilterToken.alternatives(split.value).map(\.text)
    if comparison.isOrdering, !field.kind.hasOrder {
      throw FilterError(.comparisonNotAllowed(field: FieldName(field), comparison))
    }
    if comparison == .has, !field.kind.tellsHasFromEqual { comparison = .equal }
    var operands: [Operand] = []
    for value in values {
      operands.append(try Operand(value, field: field, comparison: comparison, context: context))
    }
    return test(comparison, values, operands)
  }

  private func field(_ name: String) -> Field? {
    Schema.field(name, in: entity, custom: context.customFields)
  }

  private mutating func slot(_ field: Field) -> FieldSlot {
    if let known = slots.first(where: { $0.field.key.utf8.elementsEqual(field.key.utf8) }) {
      return known
    }
    let slot = FieldSlot(index: slots.count, field: field)
    slots.append(slot)
    return slot
  }
}

/// A token taken apart at its operator.
private struct Operator {
  let name: String
  let comparison: Comparison
  let value: ArraySlice<FilterToken.Unit>
  /// Whether the name was written without quotes.
  private let isBare: Bool

  init?(_ units: ArraySlice<FilterToken.Unit>) {
    func sign(_ index: Int) -> Unicode.Scalar? {
      guard index < units.endIndex, !units[index].isQuoted else { return nil }
      return units[index].scalar
    }
    let found = units.indices.first { index in
      switch sign(index) {
      case ":", "=", "<", ">": true
      case "!": sign(index + 1) == "="
      default: false
      }
    }
    guard var index = found, index > units.startIndex else { return nil }
    let nameUnits = units[units.startIndex..<index]
    name = FilterToken(byteOffset: 0, units: nameUnits).text
    isBare = nameUnits.allSatisfy { !$0.isQuoted }
    // `amount:>450000` is what people coming from elsewhere write.
    if sign(index) == ":", let next = sign(index + 1), "<>=".unicodeScalars.contains(next) {
      index += 1
    }
    let second = sign(index + 1)
    switch (sign(index), second) {
    case ("<", "="): (comparison, index) = (.lessOrEqual, index + 2)
    case ("<", _): (comparison, index) = (.less, index + 1)
    case (">", "="): (comparison, index) = (.greaterOrEqual, index + 2)
    case (">", _): (comparison, index) = (.greater, index + 1)
    case ("!", _): (comparison, index) = (.notEqual, index + 2)
    case ("=", "="): (comparison, index) = (.equal, index + 2)
    case ("=", _): (comparison, index) = (.equal, index + 1)
    default: (comparison, index) = (.has, index + 1)
    }
    value = units[index...]
  }

  /// Whether the value is a lone `*` outside quotes.
  var isStar: Bool {
    value.count == 1 && value.first == FilterToken.Unit(scalar: "*", isQuoted: false)
  }

  /// Whether someone meant a field; «12:30» and `http://…` are words.
  var looksLikeField: Bool {
    guard isBare, let first = name.unicodeScalars.first, first.properties.isAlphabetic else {
      return false
    }
    if ["http", "https", "ftp", "mailto", "tel"].contains(name.lowercased()) { return false }
    return name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_.-".unicodeScalars.contains($0)
    }
  }
}

extension FieldKind {
  /// Whether values come before and after one another.
  var hasOrder: Bool {
    switch self {
    case .text, .date, .partialDate, .time, .dateOrTime, .money, .integer, .url, .address, .email:
      true
    case .bool, .choice, .directory, .reference, .member, .phone, .requisite, .stage, .currency,
      .file:
      false
    }
  }

  /// Whether «contains» is another question than «is».
  var tellsHasFromEqual: Bool {
    switch self {
    case .text, .phone, .email, .url, .address, .requisite, .member, .reference, .stage,
      .file:
      true
    case .partialDate, .date, .time, .dateOrTime, .money, .integer, .bool, .choice, .directory,
      .currency:
      false
    }
  }
}
