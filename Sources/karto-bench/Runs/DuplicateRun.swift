import Bytes
import CRM
import Platform
import Replication

/// Finding duplicates in an invented base of which it is known who is who.
struct DuplicateRun {
  private let cards: [ContactCard]
  private let place: Place
  /// How many mistakes of each kind to print.
  private let shownMistakes: Int

  init(_ arguments: Arguments) throws {
    let clients = try arguments.number("clients") ?? 100_000
    let seed = UInt64(try arguments.number("seed") ?? 1)
    cards = Self.cards(clients: clients, seed: seed)
    shownMistakes = try arguments.number("show") ?? 0
    place = try Place(folder: arguments.value("folder") ?? Files.temporaryFolder + "/karto-bench")
  }

  /// Eight clients of a hundred are entered twice or three times; as many have somebody beside them
  /// who looks alike and is somebody else.
  private static func cards(clients: Int, seed: UInt64) -> [ContactCard] {
    var cards: [ContactCard] = []
    var number = 0
    while cards.count < clients {
      number += 1
      var dice = Dice(seed: seed, table: 4, row: number)
      let card = ContactCard(number, &dice)
      cards.append(card)
      if dice.chance(8) {
        for _ in 0..<(dice.chance(12) ? 2 : 1) { cards.append(card.enteredAgain(&dice)) }
      }
      if dice.chance(8) {
        let others = card.trap(number + 1, &dice)
        number += others.count
        cards += others
      }
    }
    var dice = Dice(seed: seed, table: 5, row: 0)
    return cards.shuffled(using: &dice)
  }

  func run() throws {
    try place.remove("twins.karto")
    try place.run("rm", ["-rf", place.path("twins-home")])
    let (base, _) = try Base.found(
      path: place.path("twins.karto"), name: "База", as: "Мария Белова",
      device: DeviceFolder(path: place.path("twins-home")))
    let ids = try write(into: base)
    let clock = ContinuousClock()
    var pairs: [DuplicatePair] = []
    let duration = clock.measure { pairs = base.duplicates() }
    report(pairs, ids, duration)
    showMistakes(pairs, ids, base)
    try listAsProcess()
  }

  /// Writes the cards, and gives the owner of each by its id.
  private func write(into base: Base) throws -> [String: Int] {
    var ids: [String: Int] = [:]
    _ = try base.write(purpose: "twins") { batch in
      for card in cards {
        var edit = RecordEdit(type: "client", id: batch.newID())
        func set(_ field: String, _ text: String) {
          if !text.isEmpty { edit.set[field] = Self.json(text) }
        }
        set("name", card.name)
        set("kind", card.isCompany ? "company" : "person")
        set("inn", card.inn)
        set("kpp", card.kpp)
        set("city", card.city)
        if !card.phones.isEmpty { edit.add["phones"] = card.phones.map(Self.json) }
        if !card.emails.isEmpty { edit.add["emails"] = card.emails.map(Self.json) }
        batch.put(edit)
        ids[edit.id] = card.owner
      }
    }
    return ids
  }

  private static func json(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(text)
    return writer.bytes
  }

  private func report(_ pairs: [DuplicatePair], _ ids: [String: Int], _ duration: Duration) {
    var sizes: [Int: Int] = [:]
    for owner in ids.values { sizes[owner, default: 0] += 1 }
    let truth = sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    let nanos =
      Double(duration.components.seconds) * 1e9
      + Double(duration.components.attoseconds) / 1e9
    var text =
      "\(Phrasebook.grouped(ids.count)) cards, \(Phrasebook.grouped(truth)) pairs of one client; "
      + "found in \(Written.time(nanos)).\n\n"
    text += "| proposed as | pairs | right | precision | recall |\n|---|---|---|---|---|\n"
    var found = 0
    var right = 0
    for (level, name) in [
      (DuplicatePair.Level.certain, "certain"), (.likely, "certain or likely"),
      (.possible, "possible too"),
    ] {
      let own = pairs.filter { $0.level == level }
      found += own.count
      right += own.count { ids[$0.first] == ids[$0.second] }
      let precision = Written.decimal(Double(right) / Double(max(1, found)), places: 4)
      let recall = Written.decimal(Double(right) / Double(max(1, truth)), places: 4)
      text += "| \(name) | \(found) | \(right) | \(precision) | \(recall) |\n"
    }
    Standard.output.write(text)
  }

  /// Pairs that were wrongly proposed as likely, and pairs that were not found.
  private func showMistakes(_ pairs: [DuplicatePair], _ ids: [String: Int], _ base: Base) {
    guard shownMistakes > 0 else { return }
    func line(_ id: String) -> String {
      guard let record = base.state.record(type: "client", id: id) else { return id }
      return String(decoding: base.json(base.card(record)), as: UTF8.self)
    }
    let wrong = pairs.filter { $0.level <= .likely && ids[$0.first] != ids[$0.second] }
    for pair in wrong.prefix(shownMistakes) {
      let reasons = pair.reasons.map(\.rawValue).joined(separator: " ")
      Standard.output.write(
        "\nwrong \(pair.score) \(reasons)\n  \(line(pair.first))\n  \(line(pair.second))\n")
    }
    let found = Set(pairs.filter { $0.level <= .likely }.map { [$0.first, $0.second] })
    var cards: [Int: [String]] = [:]
    for (id, owner) in ids { cards[owner, default: []].append(id) }
    var count = 0
    for group in cards.values.filter({ $0.count == 2 }).sorted(by: { $0[0] < $1[0] }) {
      guard !found.contains(group), !found.contains(group.reversed()) else { continue }
      let pair = pairs.first { [$0.first, $0.second].allSatisfy(group.contains) }
      let reasons = pair?.reasons.map(\.rawValue).joined(separator: " ") ?? ""
      Standard.output.write(
        "\nmissed \(pair?.score ?? 0) \(reasons)\n  \(line(group[0]))\n  \(line(group[1]))\n")
      count += 1
      if count == shownMistakes { break }
    }
  }

  /// The whole process, with cache.
  private func listAsProcess() throws {
    try place.run("rm", ["-rf", place.path("home")])
    try place.run("cp", ["-r", place.path("twins-home"), place.path("home")])
    let samples = try Contest.run(
      [
        Contestant(run: { _ in try place.karto("twins.karto", ["list", "clients", "--by", "city"]) }
        ),
        Contestant(run: { _ in try place.karto("twins.karto", ["duplicates", "--json"]) }),
      ], rounds: 3)
    Standard.output.write(
      "\n`karto duplicates --json`: \(samples[1].text), "
        + "\(Written.size(samples[1].peakByteCount)); "
        + "a scan of the same base: \(samples[0].text), "
        + "\(Written.size(samples[0].peakByteCount)).\n")
  }
}
