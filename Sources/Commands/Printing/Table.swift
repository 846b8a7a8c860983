/// Rows of text in columns that line up.
struct Table {
  /// One column.
  struct Column {
    var title: String
    var isNumeric = false
    /// Whether it may be cut to fit the terminal.
    var isFlexible = true
    var style = Style.plain
  }

  var columns: [Column]
  private(set) var rows: [[String]] = []
  private(set) var styles: [Style] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; a missing cell is empty.
  mutating func row(_ cells: [String], style: Style = .plain) {
    rows.append(cells.map(DisplayWidth.oneLine))
    styles.append(style)
  }

  /// Lays the table out.
  ///
  /// - Parameters:
  ///   - width: The columns of the terminal; nil leaves every cell whole.
  ///   - isStyled: Whether to use colours.
  ///   - hasHeader: Whether the titles are printed.
  /// - Returns: The lines, without spaces at their ends.
  func lines(width: Int?, isStyled: Bool, hasHeader: Bool = true) -> [String] {
    let widths = self.widths(in: width, hasHeader: hasHeader)
    var lines: [String] = []
    lines.reserveCapacity(rows.count + 1)
    if hasHeader {
      let titles = columns.map(\.title)
      lines.append(line(titles, widths, style: .bold, isHeader: true, isStyled: isStyled))
    }
    for (row, style) in zip(rows, styles) {
      lines.append(line(row, widths, style: style, isHeader: false, isStyled: isStyled))
    }
    return lines
  }

  private static let gap = 2
  private static let smallestWidth = 6

  private func widths(in limit: Int?, hasHeader: Bool) -> [Int] {
    var widths = columns.map { hasHeader ? DisplayWidth.of($0.title) : 0 }
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
    while excess > 0 {
      let flexible = columns.indices.filter {
        columns[$0].isFlexible && widths[$0] > Self.smallestWidth
      }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
      // Down to the next narrower one at once, or the loop would take a step a column.
      let second = flexible.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let step = min(excess, max(1, widths[widest] - max(second, Self.smallestWidth)))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }

  private func line(
    _ cells: [String], _ widths: [Int], style: Style, isHeader: Bool, isStyled: Bool
  ) -> String {
    var line = ""
    var pending = 0
    for (index, column) in columns.enumerated() {
      let cell = index < cells.count ? DisplayWidth.cut(cells[index], to: widths[index]) : ""
      let free = widths[index] - DisplayWidth.of(cell)
      if column.isNumeric { pending += free }
      if !cell.isEmpty {
        // Spaces are written only before something, so no line ends with them.
        line += String(repeating: " ", count: pending)
        pending = 0
        let look = style == .plain && !isHeader ? column.style : style
        line += look.applied(to: cell, isOn: isStyled)
      }
      if !column.isNumeric { pending += free }
      pending += Self.gap
    }
    return line
  }
}
