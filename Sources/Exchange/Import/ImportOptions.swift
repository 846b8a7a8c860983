/// What to do with a row that describes a client whom the base has already.
public enum DuplicateMode: String, Sendable, CaseIterable {
  /// «Пропустить»: the row is left out and listed.
  case skip
  /// «Объединять»: what the base lacks is filled in, nothing is replaced.
  case merge
  /// «Заменять»: what the row says replaces what the base has.
  case replace
  /// «Разрешить»: the row makes another client.
  case allow
}

/// How a file is to be imported; everything can be left to the importer.
public struct ImportOptions: Sendable {
  /// The key of the entity that the rows describe, `client`, `deal` or `activity`; nil lets the
  /// header tell.
  public var type: String?
  /// Which column goes to which field, where the importer is to be told.
  public var overrides: [MappingOverride] = []
  /// The program that wrote the file; nil lets the header tell.
  public var preset: PresetName?
  /// What to do with rows that describe clients known already.
  public var duplicates = DuplicateMode.merge
  /// The encoding; nil guesses.
  public var encoding: TextEncoding?
  /// The separator; nil guesses.
  public var separator: UInt8?
  /// What becomes of columns that no field matches.
  public var unknownColumns = HeaderMapping.UnknownColumns.becomeCustomFields
  /// Whether deals and activities may make a client that they name and the base lacks.
  public var createsClients = true
  /// The system that the numbers in the file come from; nil takes the preset's, else one derived
  /// from the header.
  public var source: String?
  /// The name of the file, for the journal.
  public var fileName = ""

  /// Options that leave everything to the importer.
  public init() {}
}
