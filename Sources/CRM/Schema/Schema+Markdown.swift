extension Schema {
  /// Returns the table of entities and fields as Markdown, for the specification to quote.
  ///
  /// A heading per entity, then a row per field: key, labels, type, one or many, notes.
  ///
  /// - Returns: The text, ending with a line end.
  public static func markdown() -> String {
    entities.map(markdown(of:)).joined(separator: "\n")
  }

  /// Returns the table of one entity as Markdown.
  ///
  /// - Parameter entity: The entity.
  /// - Returns: The text, ending with a line end.
  public static func markdown(of entity: Entity) -> String {
    var lines = [
      "### `\(entity.key)`: \(entity.russian.one), \(entity.english.one)", "",
      "| key | Русский | English | type | 1/n | notes |", "|---|---|---|---|---|---|",
    ]
    for field in entity.fields {
      let cells = [
        "`\(field.key)`", field.russian, field.english, field.kind.name,
        field.computed ? "computed" : field.many ? "n" : "1", notes(field),
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func notes(_ field: Field) -> String {
    var notes: [String] = []
    if let value = field.defaultValue { notes.append("default `\(value)`") }
    let attributes = attributes(of: field)
    if !attributes.isEmpty {
      notes.append("attributes " + attributes.map { "`\($0.key)`" }.joined(separator: " "))
    }
    return notes.joined(separator: "; ")
  }
}
