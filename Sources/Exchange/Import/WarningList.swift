/// Cells that were not taken as they stand; equal ones are told once.
struct WarningList: Sendable {
  /// In the order in which they were first met.
  private(set) var groups: [CellWarning] = []
  /// How many cells there were, those beyond the limit included.
  private(set) var cellCount = 0
  private var places = KeyTable(reserving: 16)

  /// How many different ones are kept: nobody reads more.
  private static let groupLimit = 1000

  /// Notes a cell.
  ///
  /// - Returns: its place in `groups`, by which the next equal cell can be noted; -1 for none.
  mutating func note(
    _ reason: CellReason, _ cell: Span<UInt8>, column: String, line: Int32
  ) -> Int32 {
    let kind = UInt64(bitPattern: Int64(reason.hashValue)) ^ KeyHash.hash(column.utf8.span, .name)
    let hash = KeyHash.combine(KeyHash.hash(cell, .title), kind)
    if let place = places.first(hash) {
      note(again: place, line: line)
      return place
    }
    cellCount += 1
    guard groups.count < Self.groupLimit else { return -1 }
    let place = Int32(groups.count)
    places.insert(hash, place)
    groups.append(
      CellWarning(column: column, text: cell.text(), reason: reason, lines: [Int(line)], count: 1))
    return place
  }

  /// Notes one more cell of those at a place.
  mutating func note(again place: Int32, line: Int32) {
    cellCount += 1
    groups[Int(place)].note(line: Int(line))
  }

  /// Puts lists together, in the order of the lines of the file.
  static func joined(_ lists: [WarningList]) -> (groups: [CellWarning], cellCount: Int) {
    var groups: [CellWarning] = []
    var places: [CellWarning.Identity: Int] = [:]
    for warning in lists.flatMap(\.groups) {
      if let place = places[warning.identity] {
        groups[place].join(warning)
      } else {
        places[warning.identity] = groups.count
        groups.append(warning)
      }
    }
    let ordered = groups.enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }
    return (ordered.map(\.element), lists.reduce(0) { $0 + $1.cellCount })
  }
}

extension CellWarning {
  /// What equal cells have in common.
  struct Identity: Hashable {
    let column: String
    let text: String
    let reason: CellReason
  }

  var identity: Identity { Identity(column: column, text: text, reason: reason) }

  mutating func note(line: Int) {
    count += 1
    if lines.count < Self.lineLimit { lines.append(line) }
  }

  mutating func join(_ other: CellWarning) {
    count += other.count
    lines = Array((lines + other.lines).sorted().prefix(Self.lineLimit))
  }
}
