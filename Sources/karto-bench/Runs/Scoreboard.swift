import Platform

/// The table that README quotes.
struct Scoreboard {
  private struct Row {
    let work: String
    let ours: String
    let peer: String
    let ratio: Double
    let goal: Double?
  }

  private var rows: [Row] = []
  private var notes: [String] = []

  /// Adds a line; a ratio above `goal` misses it, and without a goal the line only informs.
  mutating func add(_ work: String, ours: String, peer: String, ratio: Double, goal: Double?) {
    rows.append(Row(work: work, ours: ours, peer: peer, ratio: ratio, goal: goal))
    let mark = goal.map { ratio <= $0 ? "met" : "missed" } ?? ""
    Standard.error.write(
      "\(work): \(ours) against \(peer), \(Written.decimal(ratio, places: 2)) \(mark)\n")
  }

  mutating func note(_ text: String) { notes.append(text) }

  /// The table in Markdown, with what it was measured on.
  func text(machine: Machine, loadBefore: String, inputs: String) -> String {
    var text = "\(machine.text)\n\(inputs)\n\n"
    text += "| work | karto | peer | ratio | goal | |\n|---|---|---|---|---|---|\n"
    for row in rows {
      let goal = row.goal.map { "≤ \(Written.decimal($0, places: 2))" } ?? "–"
      let verdict = row.goal.map { row.ratio <= $0 ? "met" : "missed" } ?? ""
      let ratio = Written.decimal(row.ratio, places: 2)
      text += "| \(row.work) | \(row.ours) | \(row.peer) | \(ratio) | \(goal) | \(verdict) |\n"
    }
    text += "\n"
    for note in notes { text += "- \(note)\n" }
    text += "- Load of the machine (1, 5, 15 minutes) before: \(loadBefore), after: "
    return text + "\(Machine.load).\n"
  }
}

/// What the figures were measured on.
struct Machine {
  let text: String

  init() {
    let model = Self.value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
    let memory = Self.value(of: "MemTotal", in: "/proc/meminfo") ?? "unknown"
    let kernel = Self.firstLine(of: "/proc/sys/kernel/osrelease") ?? "unknown"
    text =
      "\(model), \(Environment.processorCount) cores, memory \(memory), Linux \(kernel)."
  }

  /// The load averages.
  static var load: String {
    let words = (firstLine(of: "/proc/loadavg") ?? "").split(separator: " ").prefix(3)
    return words.isEmpty ? "unknown" : words.joined(separator: " ")
  }

  private static func lines(of path: String) -> [Substring] {
    guard let bytes = try? Files.readAll(path, limit: 1 << 20),
      let text = String(validating: bytes, as: UTF8.self)
    else { return [] }
    return text.split(separator: "\n")
  }

  private static func firstLine(of path: String) -> String? {
    lines(of: path).first.map(String.init)
  }

  private static func value(of name: String, in path: String) -> String? {
    guard let line = lines(of: path).first(where: { $0.hasPrefix(name) }),
      let colon = line.firstIndex(of: ":")
    else { return nil }
    return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
  }
}
