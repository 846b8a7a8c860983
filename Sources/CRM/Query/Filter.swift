/// A condition on records, in the one grammar of shell, saved segments and addresses.
///
///     tag:vip|постоянный owner:мария последний_заказ<2026-05-01 -город:Тверь "новая ромашка"
///
/// Terms are separated by spaces and all must hold.
/// - `field:value` contains the text, has the tag or choice, lies in the day, month or year.
/// - `field=value` is exactly that, `field!=value` is not. Case, «ё» and punctuation never matter.
/// - `field<value`, `<=`, `>`, `>=` for dates, sums, integers and texts.
/// - `field:` is empty, `field:*` has any value.
/// - `-term`, `!term` and `не:term` turn a term round.
/// - `a|b` are alternatives, quotes hold spaces together, `\"` and `\\` stand for themselves there.
/// - Any other word or "phrase" is looked for in the whole record, see ``SearchQuery``.
///
/// Fields go by key, label or synonym in either language, spaces written as `_`. Dates may be
/// relative (`today`, «завтра», `-30d`, «месяц»), sums are in whole units of their currency.
public struct Filter: Sendable, Hashable {
  /// One condition.
  public struct Term: Sendable, Hashable {
    /// Whether the condition must not hold.
    public let isNegated: Bool
    /// The condition.
    public let test: Test
  }

  /// What a term asks.
  public enum Test: Sendable, Hashable {
    /// One of the words or phrases is in the record.
    case search([SearchWord])
    /// A field compares so with one of the values.
    case field(FieldTest)
  }

  /// A word or phrase looked for in the whole record.
  public struct SearchWord: Sendable, Hashable {
    /// As it was typed, without quotes.
    public let text: String
    let query: SearchQuery
  }

  /// The comparison of one field.
  ///
  /// A class, so that a scan over many records hands it on without copying what it holds.
  public final class FieldTest: Sendable, Hashable {
    /// The field.
    public let slot: FieldSlot
    /// The field that holds the currency, for money.
    public let currencySlot: FieldSlot?
    /// How to compare.
    public let comparison: Comparison
    /// The alternatives as typed, without quotes; empty for the two tests of presence.
    public let values: [String]
    let operands: [Operand]

    init(
      slot: FieldSlot, currencySlot: FieldSlot?, comparison: Comparison, values: [String],
      operands: [Operand]
    ) {
      self.slot = slot
      self.currencySlot = currencySlot
      self.comparison = comparison
      self.values = values
      self.operands = operands
    }

    /// Whether two comparisons are the same.
    public static func == (left: FieldTest, right: FieldTest) -> Bool {
      left.slot == right.slot && left.comparison == right.comparison
        && left.values == right.values && left.operands == right.operands
    }

    /// Adds the field, the comparison and the values to a hash.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(slot.field.key)
      hasher.combine(comparison)
      hasher.combine(values)
    }
  }

  /// The key of the entity whose records are asked for.
  public let entity: String
  /// The conditions, in the order written.
  public let terms: [Term]
  /// The fields that the filter reads, each once.
  public let slots: [FieldSlot]

  /// A filter that holds for every record.
  ///
  /// - Parameter entity: The entity.
  /// - Returns: The filter without terms.
  public static func all(_ entity: Entity) -> Filter {
    Filter(entity: entity.key, terms: [], slots: [])
  }

  init(entity: String, terms: [Term], slots: [FieldSlot]) {
    self.entity = entity
    self.terms = terms
    self.slots = slots
  }

  /// The longest filter that is read, in bytes.
  public static let maximalLength = 16_384

  /// Reads a filter written as one text.
  ///
  /// - Parameters:
  ///   - text: The terms; nothing but spaces holds for every record.
  ///   - entity: Whose records are asked for.
  ///   - context: The present day, custom fields and so on.
  /// - Returns: The filter.
  /// - Throws: `FilterError` with the place and, where there is one, a suggestion.
  public static func parse(
    _ text: String, entity: Entity, context: FilterContext
  ) throws(FilterError) -> Filter {
    var parser = FilterParser(entity: entity, context: context)
    try parser.read(text, argument: 0, isOneTerm: false)
    return parser.filter
  }

  /// Reads a filter given as arguments of a command.
  ///
  /// A shell has taken the quotes away, so an argument that begins with a field and has spaces is
  /// one term with all that follows as its value («город:Нижний Новгород»), unless a later word of
  /// it compares a field too or there are quotes left in it. Other arguments with spaces are one
  /// phrase beside others («новая ромашка»), and words where they stand alone.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - entity: Whose records are asked for.
  ///   - context: The present day, custom fields and so on.
  /// - Returns: The filter.
  /// - Throws: `FilterError` with the argument, the place and, where there is one, a suggestion.
  public static func parse(
    _ arguments: [String], entity: Entity, context: FilterContext
  ) throws(FilterError) -> Filter {
    var parser = FilterParser(entity: entity, context: context)
    for (index, argument) in arguments.enumerated() {
      let isOneTerm =
        (arguments.count > 1 || parser.beginsWithField(argument))
        && !parser.holdsSeveralTerms(argument)
      try parser.read(argument, argument: index, isOneTerm: isOneTerm)
    }
    return parser.filter
  }
}

extension Filter: CustomStringConvertible {
  /// The filter as text, with the keys of the fields; it reads back as an equal filter.
  public var description: String { text { $0.key } }

  /// The filter as people read it, with the names that fields have in a language; it reads back as
  /// an equal filter.
  public func text(in language: Language) -> String {
    text { field in
      let label = field.label(in: language).lowercased().replacing(" ", with: "_")
      return label.isEmpty ? field.key : label
    }
  }

  private func text(_ name: (Field) -> String) -> String {
    terms.map { $0.text(name) }.joined(separator: " ")
  }
}

extension Filter.Term: CustomStringConvertible {
  /// The term as text.
  public var description: String { text { $0.key } }

  fileprivate func text(_ name: (Field) -> String) -> String {
    (isNegated ? "-" : "") + test.text(name)
  }
}

extension Filter.Test: CustomStringConvertible {
  /// The condition as text.
  public var description: String { text { $0.key } }

  fileprivate func text(_ nameOf: (Field) -> String) -> String {
    switch self {
    case .search(let words):
      return words.map { Self.quoted($0.text, isWord: true) }.joined(separator: "|")
    case .field(let test):
      let name = Self.quoted(nameOf(test.slot.field), isWord: true)
      switch test.comparison {
      case .isEmpty: return name + ":"
      case .isPresent: return name + ":*"
      default:
        let values = test.values.map { Self.quoted($0, isWord: false) }
        return name + test.comparison.rawValue + values.joined(separator: "|")
      }
    }
  }

  /// Puts quotes around a text that would not be read back as it is.
  private static func quoted(_ text: String, isWord: Bool) -> String {
    let special = isWord ? "\"|\\:=<>!" : "\"|\\"
    let isPlain = !text.unicodeScalars.contains {
      Trimming.isSpace($0) || special.unicodeScalars.contains($0)
    }
    let first = text.unicodeScalars.first ?? "-"
    if isPlain, text != "*", !"-!<>=".unicodeScalars.contains(first) || (first == "-" && !isWord),
      !text.isEmpty
    {
      return text
    }
    var result = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result.append("\\") }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }
}
