import Bytes
import Platform

/// What it costs to exchange a base between machines, on loopback.
struct NetworkRun {
  private let tables: Tables
  private let place: Place
  private let rounds: Int
  private let keepsImported: Bool
  private var board = Scoreboard()

  /// So many peers sync at once.
  private static let peerCount = 10
  /// What Yrs took for 1,000 edits, compressed and unsigned.
  private static let peerEditBytes = 13_200

  init(_ arguments: Arguments) throws {
    tables = Tables(
      clientCount: try arguments.number("clients") ?? 100_000,
      seed: UInt64(try arguments.number("seed") ?? 1))
    rounds = try arguments.number("rounds") ?? 3
    keepsImported = arguments.has("keep")
    place = try Place(
      folder: arguments.value("folder") ?? Files.temporaryFolder + "/karto-bench-network")
  }

  private func say(_ text: String) { Standard.error.write("\(text)…\n") }

  func run() throws {
    var run = self
    let load = Machine.load
    if !keepsImported { try run.prepare() }
    try run.place.copyHome(to: "giver")
    try run.place.copy("base.karto", to: "given.karto")
    try run.firstCopy()
    try run.edits()
    try run.peers()
    let inputs =
      "\(Phrasebook.grouped(tables.clientCount)) clients and their deals and activities, document "
      + "\(Written.size(try place.size("base.karto"))) repacked; medians of \(rounds) runs in turn."
    Standard.output.write(run.board.text(machine: Machine(), loadBefore: load, inputs: inputs))
  }

  private func prepare() throws {
    say("generating and importing")
    try place.run("rm", ["-rf", place.path("home"), place.path("base.karto")])
    try place.again([
      "generate", "--clients", String(tables.clientCount), "--seed", String(tables.seed),
      place.path("data"),
    ])
    try place.karto(
      "base.karto",
      ["new", place.path("base.karto"), "--name", "Ромашка", "--as", "Мария Белова"])
    for (file, type) in [("clients", "client"), ("deals", "deal"), ("activities", "activity")] {
      try place.karto(
        "base.karto",
        ["import", place.path("data/\(file).csv"), "--type", type, "--yes", "--json"],
        output: place.path("import.json"))
    }
    try place.karto("base.karto", ["compact", "--yes"])
  }

  // MARK: Servers

  private func serve(_ base: String) throws -> (ChildProcess.Running, address: String) {
    try place.remove("serve.json")
    let running = try place.start(
      base, ["serve", "--listen", "127.0.0.1", "--port", "0", "--json"], home: "giver",
      output: "serve.json")
    return (running, try word(of: "serve.json") { $0["listening"]?.text })
  }

  /// Waits until a file has its first line.
  private func word(of file: String, _ read: (JSONValue) -> String?) throws -> String {
    while true {
      let text = (try? place.text(file)) ?? ""
      if let line = text.split(separator: "\n", omittingEmptySubsequences: false).first,
        line.count < text.count, let value = try? JSONParser.parse(Array(line.utf8).span),
        let word = read(value)
      {
        return word
      }
      Interrupts.pause(millis: 5)
    }
  }

  private func memory(of process: ChildProcess.Running, _ name: String) throws -> Int {
    let bytes = try Files.readAll("/proc/\(process.number)/status", limit: 1 << 16)
    let text = String(validating: bytes, as: UTF8.self) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return (Int((line ?? "").filter(\.isNumber)) ?? 0) * 1024
  }

  // MARK: The first copy

  private func invite() throws -> String {
    try place.karto(
      "given.karto", ["invite", "--for", "Борис", "--json"], home: "giver",
      output: place.path("invite.json"))
    return try word(of: "invite.json") { $0["code"]?.text }
  }

  private mutating func firstCopy() throws {
    say("first copies")
    let place = place
    let (server, address) = try serve("given.karto")
    var code = ""
    let results = try Contest.run(
      [
        Contestant(
          prepare: { [self] _ in
            try place.run("rm", ["-rf", place.path("taker"), place.path("taken.karto")])
            code = try invite()
          },
          run: { _ in
            try place.run(
              place.karto, ["join", address, code, place.path("taken.karto")], home: "taker")
          }),
        Contestant(
          prepare: { _ in try place.remove("plain.karto") },
          run: { [self] _ in
            try place.remove("give.json")
            let giver = try place.startAgain([
              "give", place.path("given.karto"), place.path("give.json"),
            ])
            let port = try word(of: "give.json") { value in
              if case .integer(let port) = value { "\(port)" } else { nil }
            }
            let sample = try place.measureAgain(["take", port, place.path("plain.karto")])
            _ = try giver.wait()
            return sample
          }),
      ], rounds: rounds)
    server.terminate()
    _ = try server.wait()
    board.add(
      "first copy of the whole base, verified, and joining", ours: results[0].text,
      peer: "the file by a bare connection \(results[1].text)",
      ratio: results[0].median / results[1].median, goal: 2)
    board.note("Peak memory of joining: \(Written.size(results[0].peakByteCount)).")
  }

  // MARK: Edits

  private mutating func edits() throws {
    say("1,000 edits")
    try place.copy("taken.karto", to: "behind.karto")
    try place.karto("given.karto", ["compact", "--yes"], home: "giver")
    let before = try place.size("given.karto")
    try place.again(["edit-apart", place.path("given.karto"), place.path("giver")])
    let appended = try place.size("given.karto") - before
    try place.copy("given.karto", to: "packed.karto")
    try place.karto("packed.karto", ["compact", "--yes"], home: "giver")
    let packed = try place.size("packed.karto") - before
    try place.copy("taken.karto", to: "wire.karto")
    try place.again(
      [
        "wire", place.path("given.karto"), place.path("giver"), place.path("wire.karto"),
        place.path("taker"),
      ], output: place.path("wire.txt"))
    let figures = try place.text("wire.txt").split { $0 == " " || $0 == "\n" }.compactMap {
      Int($0)
    }
    guard figures.count == 2, figures[1] >= 1000 else { throw UsageError.usage }
    board.add(
      "1,000 edits of one field by one person, on the wire, signed and encrypted",
      ours: Written.size(figures[0]),
      peer: "Yrs, gzipped, unsigned \(Written.size(Self.peerEditBytes))",
      ratio: Double(figures[0]) / Double(Self.peerEditBytes), goal: 1)
    board.add(
      "the same", ours: Written.size(figures[0]),
      peer: "these commits in a repacked document \(Written.size(packed)) (appended one by one "
        + "\(Written.size(appended)))",
      ratio: Double(figures[0]) / Double(packed), goal: 1.3)
  }

  // MARK: Many peers

  private mutating func peers() throws {
    say("ten peers at once")
    let place = place
    let (server, address) = try serve("given.karto")
    let idle = try memory(of: server, "VmRSS")
    for number in 0..<Self.peerCount {
      try place.run("rm", ["-rf", place.path("peer\(number)")])
      try place.run("cp", ["-r", place.path("taker"), place.path("peer\(number)")])
    }
    // Each has its own folder, as copied from one; none of them writes.
    func prepare(_ count: Int) throws {
      for number in 0..<count { try place.copy("behind.karto", to: "peer\(number).karto") }
    }
    func sync(_ count: Int) throws -> Sample {
      let started = try (0..<count).map { number in
        try place.start(
          "peer\(number).karto", ["sync", address, "--json"], home: "peer\(number)",
          output: "peer\(number).json")
      }
      let ends = try started.map { try $0.wait() }
      guard ends.allSatisfy({ $0.status == 0 }) else { throw UsageError.usage }
      return Sample(
        wallNanos: ends.map(\.wallNanos).max() ?? 0,
        peakByteCount: ends.map(\.peakByteCount).max() ?? 0)
    }
    let results = try Contest.run(
      [
        Contestant(
          prepare: { _ in try prepare(Self.peerCount) }, run: { _ in try sync(Self.peerCount) }),
        Contestant(prepare: { _ in try prepare(1) }, run: { _ in try sync(1) }),
        Contestant(run: { _ in try sync(1) }),
      ], rounds: rounds)
    let loaded = try memory(of: server, "VmHWM")
    server.terminate()
    _ = try server.wait()
    board.add(
      "ten peers take 1,000 edits from one serve at once", ours: results[0].text,
      peer: "one peer \(results[1].text)", ratio: results[0].median / results[1].median, goal: nil)
    board.add(
      "a sync with nothing to exchange", ours: results[2].text,
      peer: "one with 1,000 edits \(results[1].text)",
      ratio: results[2].median / results[1].median, goal: nil)
    board.add(
      "memory of serve, at its peak under that load", ours: Written.size(loaded),
      peer: "idle \(Written.size(idle))", ratio: Double(loaded) / Double(max(1, idle)), goal: nil)
  }
}
