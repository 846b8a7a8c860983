import CRM

/// What the rows of a table are about, told by all its columns together.
///
/// The columns are matched with the fields of each kind of record; the kind that explains them best
/// is taken, of equals the first. No single column decides: «Бюджет» stands in lists of clients too.
enum EntityGuess {
  /// The kinds that can be imported, the likeliest first.
  static let entities = [Schema.client, Schema.deal, Schema.activity]

  /// Chooses between mappings of one header.
  ///
  /// - Parameter mappings: how the header fits each of `entities`, without fields of the user's own.
  /// - Returns: the entity.
  static func best(_ mappings: [(entity: Entity, mapping: HeaderMapping)]) -> Entity {
    var best = (entity: Schema.client, score: 0)
    for (entity, mapping) in mappings where isPlausible(entity, mapping) {
      let score = score(mapping)
      if score > best.score { best = (entity, score) }
    }
    return best.entity
  }

  private static func score(_ mapping: HeaderMapping) -> Int {
    mapping.columns.reduce(0) { $0 + score($1) }
  }

  private static func score(_ column: ColumnMapping) -> Int {
    guard let target = column.target else { return 0 }
    // What is said of a client beside the row says little of the row.
    if target.subject != .row { return 1 }
    return switch column.confidence {
    case .unknown: 0
    case .similar: 1
    case .synonym: 2
    case .exact, .preset, .stated: 3
    }
  }

  /// Whether a table has what such a record cannot do without.
  private static func isPlausible(_ entity: Entity, _ mapping: HeaderMapping) -> Bool {
    let columns = mapping.columns
    func has(_ keys: String...) -> Bool {
      columns.contains { column in
        guard let target = column.target, target.subject == .row else { return false }
        return keys.contains(target.key)
      }
    }
    switch entity.key {
    case "deal":
      let isNamed = columns.contains { column in
        let name = ColumnName.key(column.name)
        return column.target?.key == "title" && (name.contains("сделк") || name.contains("deal"))
      }
      return isNamed || has("stage", "pipeline", "probability", "expected_close", "lost_reason")
        || (has("title") && has("client"))
    case "activity":
      return has("at")
        && (has("clients", "deals") || columns.contains { $0.target?.subject == .person })
    default: return true
    }
  }
}
