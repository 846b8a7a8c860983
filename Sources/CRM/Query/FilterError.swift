/// Why a filter cannot be read.
public struct FilterError: Error, Sendable, Hashable {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// A quotation mark is opened and not closed.
    case unclosedQuote
    /// A `-`, `!` or «не:» with nothing after it.
    case nothingToNegate
    /// The entity has no such field.
    case unknownField(String)
    /// The field is a closed list without this entry.
    case unknownChoice(field: FieldName, value: String)
    /// A date field is compared with something else.
    case notADate(field: FieldName, value: String)
    /// An integer field is compared with something else.
    case notAnInteger(field: FieldName, value: String)
    /// A money field is compared with something else.
    case notMoney(field: FieldName, value: String)
    /// A yes/no field is compared with something else.
    case notYesOrNo(field: FieldName, value: String)
    /// Nothing stands after `<`, `<=`, `>` or `>=`.
    case missingValue(field: FieldName)
    /// The values of this field have no order.
    case comparisonNotAllowed(field: FieldName, Comparison)
    /// The filter is longer than ``Filter/maximalLength`` bytes.
    case tooLong
  }

  /// What is wrong.
  public var kind: Kind
  /// The argument in which it is, 0 for a filter that is one text.
  public var argument: Int
  /// The byte in that argument where the term begins.
  public var byteOffset: Int
  /// What may have been meant, the nearest first.
  public var suggestions: [String]

  /// Makes an error of its parts.
  public init(_ kind: Kind, argument: Int = 0, byteOffset: Int = 0, suggestions: [String] = []) {
    self.kind = kind
    self.argument = argument
    self.byteOffset = byteOffset
    self.suggestions = suggestions
  }
}

/// How a field is compared with a value.
public enum Comparison: String, Sendable, Hashable, CaseIterable {
  /// `field:value`: contains the text, has the tag, lies in the period.
  case has = ":"
  /// `field=value`: is exactly that, case and «ё» aside.
  case equal = "="
  /// `field!=value`: has no value that is exactly that.
  case notEqual = "!="
  /// `field<value`
  case less = "<"
  /// `field<=value`
  case lessOrEqual = "<="
  /// `field>value`
  case greater = ">"
  /// `field>=value`
  case greaterOrEqual = ">="
  /// `field:` with nothing after it.
  case isEmpty = "empty"
  /// `field:*`
  case isPresent = "*"

  /// Whether it asks for an order.
  public var isOrdering: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }
}

/// What a filter must know of the world to be read.
public struct FilterContext: Sendable {
  /// The present day in the base's time zone.
  public var today: CivilDate
  /// What the base's time zone is ahead of UTC, in minutes.
  public var offsetMinutes: Int
  /// The order of day and month in `03/04/2026`.
  public var order: DateOrder
  /// The stored string of the member who asks, for `owner:me`.
  public var me: String?
  /// The fields that the base defines for the entity.
  public var customFields: [Field]
  /// Finds the stored strings of members, stages or records by a name that was typed; an empty
  /// answer leaves the comparison to the words that the record offers.
  public var resolve: @Sendable (Field, String) -> [String]

  /// Makes a context.
  public init(
    today: CivilDate, offsetMinutes: Int = 0, order: DateOrder = .dayFirst, me: String? = nil,
    customFields: [Field] = [],
    resolve: @escaping @Sendable (Field, String) -> [String] = { _, _ in [] }
  ) {
    self.today = today
    self.offsetMinutes = offsetMinutes
    self.order = order
    self.me = me
    self.customFields = customFields
    self.resolve = resolve
  }
}
