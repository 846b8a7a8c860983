import Bytes
import Documents

/// The lines of one record, told apart by whether they are undone, each with what it would do if
/// the undone ones had never been (SPEC [U-2]).
///
/// That is the same as it did, but for lines that take others back: where one brought back what an
/// undone line had said, it brings back what there was before that one. So changes that are undone
/// one after another, the last first, are all gone in the end.
struct UndoHistory {
  /// What lines say something about.
  enum Cell: Hashable {
    case register(String)
    case element(String, ByteString)
    case existence
  }

  /// What a line says of a cell.
  enum Saying: Equatable {
    /// A register has this value, `null` included.
    case value([UInt8])
    /// An element is in a set, or the record exists.
    case yes
    case no
  }

  struct Line {
    let dot: Dot
    let stampMillis: Int64
    let context: CausalContext
    let isUndone: Bool
    let takesBack: Bool
    /// The first commit of its batch, by which an undo names it.
    var batch: Dot?
    /// Of a line that takes back: whether it says so of the batch with this first commit.
    var names: (Dot) -> Bool = { _ in false }

    func sees(_ other: Line) -> Bool {
      context.covers(LocalDot(replica: other.context.replica, number: other.context.number))
    }
  }

  /// One line's word on one cell.
  private struct Touch {
    let line: Int
    let cell: Cell
    /// A hash of what the line says: undone lines are not kept whole.
    let said: Int
    /// What it says where the undone lines have never been; nil for nothing.
    let says: Saying?
    /// What there was before it, if it is undone, or if it brought back what an undone line said.
    var former: Saying?
    /// Of a line that takes back: the touch that it brought back.
    var source: Int?

    var isUndone: Bool { former != nil }
  }

  static let null = Array("null".utf8)

  /// The commit that made the record.
  let first: Dot
  private var lines: [Line] = []
  private var touches: [Touch] = []

  init(first: Dot) { self.first = first }

  /// Takes in the next line, in an order that follows causality.
  ///
  /// - Returns: what it does where the undone lines have never been; nil for nothing.
  mutating func add(_ edit: RecordEdit, _ line: Line) -> RecordEdit? {
    // A line that says only that the record exists, and it did: it was made for something else.
    if edit.isEmpty, existed(before: line) { return line.isUndone ? nil : edit }
    lines.append(line)
    let number = lines.count - 1
    var rest = edit
    for (cell, saying) in Self.sayings(of: edit) {
      var touch = Touch(
        line: number, cell: cell, said: Self.hash(saying), says: line.isUndone ? nil : saying)
      if line.isUndone {
        touch.former = standing(cell, seenBy: line)
      } else if line.takesBack {
        touch.source = source(of: touch)
        if let source = touch.source, touches[source].isUndone {
          let instead = touches[source].says ?? touches[source].former ?? Self.nothing(cell)
          touch = Touch(
            line: number, cell: cell, said: touch.said, says: instead, former: instead,
            source: source)
          Self.put(instead, cell, in: &rest)
        }
      }
      touches.append(touch)
    }
    return line.isUndone ? nil : rest
  }

  private func existed(before line: Line) -> Bool {
    let seen = touches.indices.filter {
      touches[$0].cell == .existence && line.sees(lines[touches[$0].line])
    }
    return ends(seen).contains(where: isAlive)
  }

  /// Whether a line of the record is undone.
  var hasUndone: Bool { lines.contains(where: \.isUndone) }

  /// Whether the line that made the record is undone.
  var isMadeByUndone: Bool { lines.contains { $0.dot == first && $0.isUndone } }

  /// Whether what a commit says of a cell is undone, by itself or as what brought it back.
  func isUndone(_ dot: Dot, _ cell: Cell) -> Bool {
    touches.contains { $0.isUndone && $0.cell == cell && lines[$0.line].dot == dot }
  }

  /// The cells of which an undone line says something.
  var undoneCells: [Cell] {
    var seen: Set<Cell> = []
    return touches.compactMap { $0.isUndone && seen.insert($0.cell).inserted ? $0.cell : nil }
  }

  /// What there was before the last undone line on a cell: where the record says that again,
  /// whoever made it so, there is nothing to tell.
  func former(_ cell: Cell) -> Saying? {
    touches.last { $0.isUndone && $0.cell == cell }?.former
  }

  /// The last line that is not undone.
  var lastKept: Line? { lines.last { !$0.isUndone } }

  /// The last line that says something of a cell and is not undone.
  func lastKept(touching cell: Cell) -> Line? {
    touches.last { !$0.isUndone && $0.cell == cell }.map { lines[$0.line] }
  }

  /// The last line that somebody has made of their own accord and that was not taken back.
  var lastWork: Line? {
    lines.indices.last { number in
      guard !lines[number].isUndone else { return false }
      let all = touches.indices.filter { touches[$0].line == number }
      // That a line says the record exists is only by the way where it says something else.
      let own = all.filter { touches[$0].cell != .existence || !isAlive($0) || all.count == 1 }
      return own.contains { isWork($0) }
    }.map { lines[$0] }
  }

  private func isAlive(_ touch: Int) -> Bool { touches[touch].said == Self.hash(.yes) }

  private func isWork(_ touch: Int) -> Bool {
    let line = lines[touches[touch].line]
    if touches[touch].isUndone || (line.takesBack && bringsBackNothing(touch)) { return false }
    // It was taken back by what brought back something else that had not seen it.
    return !touches.contains { later in
      guard later.cell == touches[touch].cell else { return false }
      let taker = lines[later.line]
      guard taker.takesBack, !taker.isUndone, taker.sees(line) else { return false }
      guard let source = later.source else {
        return later.said == Self.hash(Self.nothing(later.cell))
      }
      let origin = lines[touches[source].line]
      return source != touch && !origin.sees(line)
    }
  }

  /// Whether a line that takes back left a cell as it was before anybody said anything of it.
  private func bringsBackNothing(_ touch: Int) -> Bool {
    var touch = touch
    while let source = touches[touch].source { touch = source }
    return lines[touches[touch].line].takesBack
      && touches[touch].said == Self.hash(Self.nothing(touches[touch].cell))
  }

  /// The touch that a line which takes back brought back.
  ///
  /// What those that it names had seen last, if that says the same; else the last that it had seen
  /// of those that say the same. Of several that have not seen each other the greatest by [S-3].
  private func source(of touch: Touch) -> Int? {
    let taker = lines[touch.line]
    func isNamed(_ other: Int) -> Bool {
      let line = lines[touches[other].line]
      return taker.names(line.batch ?? line.dot)
    }
    let own = touches.indices.filter { touches[$0].cell == touch.cell }
    let named = own.filter { isNamed($0) && taker.sees(lines[touches[$0].line]) }
    if !named.isEmpty {
      let before = own.filter { one in
        !isNamed(one) && named.contains { lines[touches[$0].line].sees(lines[touches[one].line]) }
      }
      if let source = last(before), touches[source].said == touch.said { return source }
      if before.isEmpty, touch.said == Self.hash(Self.nothing(touch.cell)) { return nil }
    }
    let alike = touches.indices.filter {
      touches[$0].cell == touch.cell && touches[$0].said == touch.said
        && taker.sees(lines[touches[$0].line])
    }
    return last(alike)
  }

  /// What a cell says by what a line had seen, where the undone lines have never been.
  private func standing(_ cell: Cell, seenBy line: Line) -> Saying {
    let seen = touches.indices.filter {
      touches[$0].cell == cell && touches[$0].says != nil && line.sees(lines[touches[$0].line])
    }
    switch cell {
    case .register:
      return last(seen).flatMap { touches[$0].says } ?? Self.nothing(cell)
    case .element, .existence:
      return ends(seen).contains { touches[$0].says == .yes } ? .yes : .no
    }
  }

  /// Those of some touches that no other of them has seen.
  private func ends(_ some: [Int]) -> [Int] {
    // The order follows causality, and whoever saw a line saw what that one had seen.
    var ends: [Int] = []
    for one in some.reversed() {
      let line = lines[touches[one].line]
      if !ends.contains(where: { lines[touches[$0].line].sees(line) }) { ends.append(one) }
    }
    return ends
  }

  private func last(_ some: [Int]) -> Int? {
    ends(some).max { first, second in
      let (one, other) = (lines[touches[first].line], lines[touches[second].line])
      return (one.stampMillis, one.dot) < (other.stampMillis, other.dot)
    }
  }

  private static func nothing(_ cell: Cell) -> Saying {
    if case .register = cell { return .value(null) }
    return .no
  }

  private static func hash(_ saying: Saying) -> Int {
    switch saying {
    case .value(let bytes): bytes.hashValue
    case .yes: 1
    case .no: 0
    }
  }

  private static func sayings(of edit: RecordEdit) -> [(Cell, Saying)] {
    var sayings: [(Cell, Saying)] = edit.set.map { (.register($0.key), .value($0.value)) }
    for (name, elements) in edit.add {
      sayings += elements.map { (.element(name, ByteString($0)), .yes) }
    }
    for (name, elements) in edit.remove {
      // In one line that removes and adds the same element, it is added.
      let added = edit.add[name] ?? []
      sayings += elements.filter { !added.contains($0) }.map {
        (.element(name, ByteString($0)), .no)
      }
    }
    return sayings + [(.existence, edit.isDeletion ? .no : .yes)]
  }

  private static func put(_ saying: Saying, _ cell: Cell, in edit: inout RecordEdit) {
    switch (cell, saying) {
    case (.register(let name), .value(let value)): edit.set[name] = value
    case (.element(let name, let element), _):
      edit.add[name]?.removeAll { $0 == element.bytes }
      edit.remove[name]?.removeAll { $0 == element.bytes }
      if saying == .yes {
        edit.add[name, default: []].append(element.bytes)
      } else {
        edit.remove[name, default: []].append(element.bytes)
      }
    case (.existence, _): edit.isDeletion = saying == .no
    case (.register, _): break
    }
  }
}
