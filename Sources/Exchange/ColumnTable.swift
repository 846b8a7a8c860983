/// Which column means which field, read from lines `name | other name = target`.
///
/// A name may end in `#2` for its second occurrence in a header and may contain `{n}` for the
/// number of a group, which then becomes the group of the target. The target `-` skips a column.
struct ColumnTable: Sendable {
  private var actions: [String: ColumnMapping.Action] = [:]
  /// Lines that could not be read; empty, as a test makes sure.
  private(set) var badLines: [String] = []

  init(_ lines: String) {
    for line in lines.split(separator: "\n") {
      let halves = line.split(separator: "=").map { $0.trimmingBlanks() }
      guard halves.count == 2, let action = Self.action(halves[1]) else {
        badLines.append(String(line))
        continue
      }
      for name in halves[0].split(separator: "|") {
        actions[Self.key(name.trimmingBlanks())] = action
      }
    }
  }

  /// What the table says about a column, if anything.
  func action(for name: String, occurrence: Int) -> ColumnMapping.Action? {
    let key = ColumnName.key(name)
    // Names of which nothing counts, as `№`, would all be equal.
    guard !key.isEmpty else { return nil }
    if occurrence > 1 { return actions["\(key)#\(occurrence)"] }
    if let action = actions[key] { return action }
    guard let (pattern, number) = Self.numbered(name), case .field(let target) = actions[pattern]
    else { return nil }
    return .field(
      FieldTarget(
        subject: target.subject, key: target.key, kind: target.kind, part: target.part,
        group: number))
  }

  /// Whether the header has a column of one of these names, separated by `|`.
  static func header(_ keys: Set<String>, hasOneOf names: String) -> Bool {
    names.split(separator: "|").contains { keys.contains(ColumnName.key(String($0))) }
  }

  private static func action(_ text: String) -> ColumnMapping.Action? {
    text == "-" ? .skip : FieldTarget(text).map { .field($0) }
  }

  /// The key of a name in a table, with its occurrence or with `{}` in place of the number.
  private static func key(_ name: String) -> String {
    let pieces = name.split(separator: "{n}", omittingEmptySubsequences: false)
    if pieces.count == 2 {
      return ColumnName.key(String(pieces[0])) + "{}" + ColumnName.key(String(pieces[1]))
    }
    if let (base, occurrence) = ColumnMapping.splitAddress(name) {
      return "\(ColumnName.key(base))#\(occurrence)"
    }
    return ColumnName.key(name)
  }

  /// Takes the first number out of a name: `Phone 2 - Value` becomes `phone{}value` and 2.
  private static func numbered(_ name: String) -> (pattern: String, number: Int)? {
    let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
    guard let start = name.firstIndex(where: isDigit) else { return nil }
    let rest = name[start...]
    let digits = rest.prefix(while: isDigit)
    guard let number = Int(digits), number > 0 else { return nil }
    let pattern =
      ColumnName.key(String(name[..<start])) + "{}"
      + ColumnName.key(String(rest.dropFirst(digits.count)))
    return (pattern, number)
  }
}

extension StringProtocol {
  /// The text without spaces and tabs at its ends.
  func trimmingBlanks() -> String {
    let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0 == "\u{FEFF}" }
    var scalars = Substring(self).unicodeScalars
    while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
    return String(scalars)
  }
}
