/// Which column of a table goes to which field.
///
///     let mapping = try HeaderMapping(
///       header: ["Имя", "Тел.", "Любимый цвет"], preset: nil,
///       candidates: [
///         FieldCandidate(key: "name", names: ["Имя"]),
///         FieldCandidate(key: "phones", names: ["Телефоны"]),
///       ])
///     // Имя → name (exact), Тел. → phones (synonym), Любимый цвет → custom.lyubimyy_tsvet
///
/// What a person states comes first, then the columns of a known program, then the keys and labels
/// of the candidates, then common other names. A field that holds one value goes to the surest
/// column, the first among equals; the others count as unknown.
public struct HeaderMapping: Sendable, Equatable {
  /// What becomes of columns that no field matches.
  public enum UnknownColumns: Sendable {
    /// A field of the user's own, `custom.` and a slug of the name.
    case becomeCustomFields
    /// They are left out.
    case areSkipped
  }

  /// The columns in the order of the file.
  public private(set) var columns: [ColumnMapping]

  /// The text by which this header is recognised next time; see `ColumnName.fingerprint`.
  public var fingerprint: String {
    ColumnName.fingerprint(columns.map(\.name))
  }

  /// Matches a header.
  ///
  /// - Parameters:
  ///   - header: the names of the columns, as they stand in the file.
  ///   - samples: some rows after the header; values are shown, never used for matching.
  ///   - preset: the program that wrote the file, if known; see `Preset.detect`.
  ///   - candidates: the fields there are; without any, only preset and overrides match.
  ///   - overrides: what a person states; of two for one column the last counts.
  ///   - unknown: what becomes of the other columns. Columns without name and values are skipped.
  /// - Throws: `MappingError` when an override cannot be followed.
  public init(
    header: [String],
    samples: [[String]] = [],
    preset: Preset? = nil,
    candidates: [FieldCandidate] = [],
    overrides: [MappingOverride] = [],
    unknown: UnknownColumns = .becomeCustomFields
  ) throws(MappingError) {
    let matcher = FieldMatcher(candidates)
    let occurrences = ColumnName.occurrences(header)
    columns = header.indices.map { index in
      let name = header[index]
      let (action, confidence) = Self.proposal(
        name, occurrence: occurrences[index], preset: preset, matcher: matcher)
      return ColumnMapping(
        index: index, name: name, occurrence: occurrences[index], action: action,
        confidence: confidence, samples: Self.samples(of: index, in: samples))
    }
    preferWholeName(matcher)
    for override in overrides {
      let index = try column(named: override.column)
      columns[index].action = try matcher.action(stated: override.field)
      columns[index].confidence = .stated
    }
    try settleConflicts(matcher)
    placeUnknown(unknown)
  }
}

extension HeaderMapping {
  private static func proposal(
    _ name: String, occurrence: Int, preset: Preset?, matcher: FieldMatcher
  ) -> (ColumnMapping.Action, ColumnMapping.Confidence) {
    if let action = preset?.action(for: name, occurrence: occurrence) { return (action, .preset) }
    if let (target, confidence) = matcher.match(name) { return (.field(target), confidence) }
    return (.skip, .unknown)
  }

  private static func samples(of column: Int, in rows: [[String]]) -> [String] {
    var samples: [String] = []
    for row in rows where samples.count < 3 && column < row.count {
      let value = row[column]
      if !value.isEmpty && !samples.contains(value) { samples.append(value) }
    }
    return samples
  }

  /// Finds a column by `Источник` or `Источник#2`.
  private func column(named address: String) throws(MappingError) -> Int {
    // A column may be called `Телефон#2`: the whole name comes first.
    if let index = column(address, occurrence: 1) { return index }
    if let (name, occurrence) = ColumnMapping.splitAddress(address),
      let index = column(name, occurrence: occurrence)
    {
      return index
    }
    throw .unknownColumn(address)
  }

  private func column(_ name: String, occurrence: Int) -> Int? {
    let key = ColumnName.key(name)
    let trimmed = Array(name.trimmingBlanks().utf8)
    return columns.firstIndex { column in
      guard column.occurrence == occurrence else { return false }
      // Names such as `№` have no letters: only the text itself tells them apart.
      if key.isEmpty { return Array(column.name.trimmingBlanks().utf8) == trimmed }
      // `Телефон 2` would equal the address `Телефон#2`, which means another column.
      return ColumnName.key(column.name) == key && column.name.contains("#") == name.contains("#")
    }
  }

  /// Takes «Имя» for the whole name where no column holds the family name.
  private mutating func preferWholeName(_ matcher: FieldMatcher) {
    let whole = FieldTarget(key: "name")
    let targets = Set(columns.compactMap(\.target))
    guard matcher.knows(whole), !targets.contains(whole),
      !targets.contains(FieldTarget(key: "family_name"))
    else { return }
    let given = columns.firstIndex { column in
      column.target == FieldTarget(key: "given_name") && column.confidence == .exact
    }
    guard let given else { return }
    columns[given].action = .field(whole)
    columns[given].confidence = .synonym
  }

  /// Leaves every single-valued field to one column.
  private mutating func settleConflicts(_ matcher: FieldMatcher) throws(MappingError) {
    var owners: [FieldTarget: Int] = [:]
    let surestFirst = columns.indices.sorted { one, other in
      (columns[other].confidence, one) < (columns[one].confidence, other)
    }
    for index in surestFirst {
      guard let target = columns[index].target, !matcher.isMany(target) else { continue }
      guard let owner = owners[target] else {
        owners[target] = index
        continue
      }
      if columns[index].confidence == .stated {
        throw .fieldTakenTwice(
          target, columns: [columns[owner].address, columns[index].address])
      }
      columns[index].action = .skip
      columns[index].confidence = .unknown
    }
  }

  private mutating func placeUnknown(_ unknown: UnknownColumns) {
    guard unknown == .becomeCustomFields else { return }
    let taken = columns.compactMap(\.target).filter(\.isCustom).map { String($0.key.dropFirst(7)) }
    var slugs = SlugMaker(taken: Set(taken))
    for index in columns.indices where columns[index].confidence == .unknown {
      let column = columns[index]
      let isNameless = column.name.trimmingBlanks().isEmpty
      if isNameless && column.samples.isEmpty { continue }
      let slug = slugs.slug(for: isNameless ? "column \(index + 1)" : column.name)
      columns[index].action = .field(FieldTarget(key: "custom." + slug))
    }
  }
}
