/// What is to happen with one column of a table.
public struct ColumnMapping: Sendable, Equatable {
  /// Where the values go.
  public enum Action: Sendable, Equatable {
    /// Into a field.
    case field(FieldTarget)
    /// Nowhere.
    case skip
  }

  /// How sure the match is, from least to most.
  public enum Confidence: Int, Sendable, Comparable, CaseIterable {
    /// No field matches: the action is the one chosen for unknown columns.
    case unknown
    /// A field matches when a number, a unit or a remark is taken off the name.
    case similar
    /// A common other name of a field.
    case synonym
    /// The key or a label of a field.
    case exact
    /// The program that wrote the file is known, and so are its columns.
    case preset
    /// A person said so.
    case stated

    /// Orders by certainty.
    public static func < (one: Confidence, other: Confidence) -> Bool {
      one.rawValue < other.rawValue
    }
  }

  /// The place of the column, from 0.
  public let index: Int
  /// The name as the file has it, for the way back; may have spaces around it and may be empty.
  public let name: String
  /// Which column of this name it is, from 1.
  public let occurrence: Int
  /// Where the values go.
  public internal(set) var action: Action
  /// How sure that is.
  public internal(set) var confidence: Confidence
  /// The first three different values that are not empty.
  public let samples: [String]

  /// The field, unless the column is skipped.
  public var target: FieldTarget? {
    if case .field(let target) = action { return target }
    return nil
  }

  /// The name by which `--map` finds the column: `Источник`, and `Источник#2` for the second.
  public var address: String {
    let trimmed = name.trimmingBlanks()
    return occurrence == 1 ? trimmed : "\(trimmed)#\(occurrence)"
  }

  /// Takes `Источник#2` apart; `nil` when no number above 0 follows a `#`.
  static func splitAddress(_ address: String) -> (name: String, occurrence: Int)? {
    guard let mark = address.lastIndex(of: "#"),
      let occurrence = Int(address[address.index(after: mark)...]), occurrence > 0
    else { return nil }
    return (String(address[..<mark]), occurrence)
  }
}

/// A field that columns can go to, and the names under which people know it.
public struct FieldCandidate: Sendable {
  /// The target as text, mostly just a key: `city`, `phones/work`.
  public let key: String
  /// Labels and other names in any language; the key itself need not be among them.
  public let names: [String]
  /// Whether several columns may go to the field; many-valued built-in fields need not say so.
  public let isMany: Bool

  /// Describes a field.
  public init(key: String, names: [String], isMany: Bool = false) {
    self.key = key
    self.names = names
    self.isMany = isMany
  }
}

/// One `--map` argument: a column and what a person wants done with it.
public struct MappingOverride: Sendable, Equatable {
  /// The name of the column, with `#2` for the second of that name.
  public let column: String
  /// A target as text, a label of a field, or `-` to skip the column.
  public let field: String

  /// Makes an override.
  public init(column: String, field: String) {
    self.column = column
    self.field = field
  }

  /// Reads `Колонка=поле`; names of columns may contain `=`, so the last one counts.
  ///
  /// - Throws: `MappingError.malformedOverride` when a side is missing.
  public init(_ argument: String) throws(MappingError) {
    guard let mark = argument.lastIndex(of: "=") else {
      throw .malformedOverride(argument)
    }
    let column = argument[..<mark].trimmingBlanks()
    let field = argument[argument.index(after: mark)...].trimmingBlanks()
    guard !column.isEmpty, !field.isEmpty else { throw .malformedOverride(argument) }
    self.init(column: column, field: field)
  }
}

/// Why a mapping that a person asked for is impossible.
public enum MappingError: Error, Sendable, Equatable {
  /// Not of the form `column=field`.
  case malformedOverride(String)
  /// The file has no column of this name, or not so many of it.
  case unknownColumn(String)
  /// No field has this key or label.
  case unknownField(String)
  /// Two columns were sent to a field that holds one value.
  case fieldTakenTwice(FieldTarget, columns: [String])
}
