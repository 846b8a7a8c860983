import Bytes
import CRM

extension RowReader {
  mutating func finish() {
    for address in addresses {
      let start = records[address.body].writer.bytes.count
      records[address.body].writer.string(address.text)
      records[address.body].add(address.slot, from: start)
    }
    for body in [ImportLayout.Body.main, .person, .company] { composeName(body) }
    if isClientFile {
      finishClient()
    } else if isDealFile {
      finishDeal()
    } else {
      finishActivity()
    }
  }

  /// Makes the name of a client of its parts, in the order of Russian files.
  mutating func composeName(_ body: ImportLayout.Body) {
    guard isClient(body), !records[body].isEmpty, !records[body].has(records[body].layout.name)
    else { return }
    let layout = records[body].layout
    let parts = [layout.familyName, layout.givenName, layout.patronymic]
      .compactMap { records[body].text($0) }
    guard !parts.isEmpty else { return }
    let name = parts.joined(separator: " ")
    records[body].set(layout.name, text: name)
    addKey(.name, to: body) { MatchKey.appendName(name.utf8.span, to: &$0) }
  }

  static func setKind(_ builder: inout BodyBuilder, _ standard: String?) {
    let layout = builder.layout
    guard !builder.has(layout.kind), builder.has(layout.name) else { return }
    var kind = standard ?? (builder.has(layout.familyName) ? "person" : nil)
    if kind == nil, let name = builder.text(layout.name) {
      kind = ClientKind.told(by: name, inn: builder.text(layout.inn))
    }
    if let kind { builder.set(layout.kind, text: kind) }
  }

  mutating func finishClient() {
    if !records.main.has(layout.main.name) {
      // A lead may have left nothing but a phone.
      let contact = records.main.keys.contains { $0.kind == .phone || $0.kind == .email }
      if let name = records.company.text(layout.company.name) {
        records.main.set(layout.main.name, text: name)
        records.main.keys += records.company.keys.filter { $0.kind == .name }
        records.company.clear()
      } else if !contact {
        end(problem: .noName)
        return
      }
    }
    Self.setKind(&records.main, facts.standardKind)
    if !layout.hasExternalID { records.main.add(layout.main.sourceRows, hole: .sourceRow) }
    let hasCompany = records.company.has(layout.company.name)
    // What a tie without a second end would say goes to the comment.
    if !hasCompany { notes += links.map(\.text) }
    let company = hasCompany ? addRef(.company) : nil
    emit()
    addExtras(from: .own, to: company)
  }

  mutating func finishDeal() {
    let hasPerson = !records.person.keys.isEmpty
    let hasCompany = records.company.has(layout.company.name)
    let isSilent =
      !hasPerson && !hasCompany && !records.main.has(layout.main.title)
      && !records.main.has(layout.main.amount)
    if isSilent {
      end(problem: .noName)
      return
    }
    let person = hasPerson ? addRef(.person) : nil
    let company = hasCompany ? addRef(.company) : nil
    if let client = company ?? person { records.main.set(layout.main.client, hole: .ref(client)) }
    if hasCompany, let person { records.main.add(layout.main.people, hole: .ref(person)) }
    setStage()
    setProductFacts()
    records.main.set(layout.main.historyFrom, text: facts.today)
    if !layout.hasExternalID { records.main.add(layout.main.sourceRows, hole: .sourceRow) }
    emit()
    addExtras(from: person.map { .ref($0) } ?? .own, to: hasPerson ? company : nil)
  }

  /// The price and the quantity of the product on this line.
  private mutating func setProductFacts() {
    guard !product.isEmpty, !productFacts.isEmpty else { return }
    let key = ElementKey.of(product.span.text(), layout.services.field)
    for (attribute, value) in productFacts {
      let start = records.main.writer.bytes.count
      records.main.writer.raw(value.span)
      records.main.setAttribute(
        AttributeName.register(field: "services", element: Array(key.utf8), attribute: attribute),
        from: start)
    }
  }

  /// The stage by the name that the base knows; one that it does not know will be made.
  mutating func setStage() {
    var said: [UInt8] = []
    records.main.appendContent(layout.main.pipeline, to: &said)
    said.append(0x1F)
    let middle = said.count
    records.main.appendContent(layout.main.stage, to: &said)
    said.append(0x1F)
    let end = said.count
    said.append(contentsOf: outcome.utf8)
    let name: StageName
    if let known = stages[said] {
      name = known
    } else {
      name = stage(
        pipeline: said.span.extracting(0..<(middle - 1)).text(),
        stage: said.span.extracting(middle..<(end - 1)).text())
      stages[said] = name
    }
    records.main.set(layout.main.stage, text: name.stage)
    records.main.set(layout.main.pipeline, text: name.pipeline)
  }

  private mutating func stage(pipeline: String, stage: String) -> StageName {
    let known =
      facts.outcome(outcome).flatMap { facts.stage($0, pipeline: pipeline) }
      ?? facts.stage(named: stage, pipeline: pipeline)
      ?? (stage.isEmpty ? facts.firstStage(pipeline: pipeline) : nil)
    if let known { return StageName(pipeline: known.pipeline, stage: known.stage) }
    let name = StageName(
      pipeline: pipeline.isEmpty ? facts.firstPipeline : pipeline,
      stage: stage.isEmpty ? facts.standardStage : stage)
    if !result.newStages.contains(name) { result.newStages.append(name) }
    return name
  }

  mutating func finishActivity() {
    let hasPerson = !records.person.keys.isEmpty
    let hasCompany = records.company.has(layout.company.name)
    let others = result.rows[result.rows.count - 1].refs.lowerBound < Int32(result.refs.count)
    guard hasPerson || hasCompany || others else {
      end(problem: .noClient)
      return
    }
    if hasPerson { records.main.add(layout.main.clients, hole: .ref(addRef(.person))) }
    if hasCompany { records.main.add(layout.main.clients, hole: .ref(addRef(.company))) }
    if !records.main.has(layout.main.kind) {
      let isPurchase = records.main.has(layout.main.amount)
      records.main.set(layout.main.kind, text: isPurchase ? "purchase" : "note")
    }
    if !layout.hasExternalID { records.main.add(layout.main.sourceRows, hole: .sourceRow) }
    emit()
    // An activity of a deal belongs to the deal's client, who is not known yet.
    if !hasPerson, !hasCompany { result.rows[result.rows.count - 1].isUnordered = true }
  }

  /// Puts the row's own record into its place.
  private mutating func emit() {
    let row = result.rows.count - 1
    let firstKey = Int32(result.keys.count)
    result.keys += records.main.keys
    result.rows[row].keys = firstKey..<Int32(result.keys.count)
    result.rows[row].refs = result.rows[row].refs.lowerBound..<Int32(result.refs.count)
    result.rows[row].isUnordered = records.main.hasUnorderedElements
    let (start, firstHole) = (Int32(output.bytes.count), Int32(result.holes.count))
    records.main.append(to: &output, &result.holes)
    result.rows[row].body = start..<Int32(output.bytes.count)
    result.rows[row].holes = firstHole..<Int32(result.holes.count)
  }

  /// The surest keys first.
  private static let keyOrder = [
    KeyKind.id, .external, .number, .inn, .phone, .email, .name,
  ]

  /// Puts a client beside the row into its place.
  private mutating func addRef(_ body: ImportLayout.Body) -> Int32 {
    let hasName = records[body].has(records[body].layout.name)
    if hasName { Self.setKind(&records[body], body == .company ? "company" : nil) }
    let firstKey = Int32(result.keys.count)
    for kind in Self.keyOrder {
      for key in records[body].keys where key.kind == kind { result.keys.append(key) }
    }
    let start = Int32(output.bytes.count)
    var ignored: [PlacedHole] = []
    records[body].append(to: &output, &ignored)
    let end = Int32(output.bytes.count)
    if body == .person, !refText.isEmpty || !hasName {
      output.bytes += refText
    } else {
      let slot = records[body].layout.name
      records[body].appendContent(slot, to: &output.bytes)
    }
    result.refs.append(
      PreparedRef(
        kind: .client, body: start..<end, keys: firstKey..<Int32(result.keys.count),
        hasName: hasName, text: end..<Int32(output.bytes.count)))
    return Int32(result.refs.count - 1)
  }

  /// Purchases, notes and ties that the row makes beside its own record.
  ///
  /// - Parameters:
  ///   - person: who works for the company.
  ///   - company: the company beside the row, if there is a tie to be made.
  private mutating func addExtras(from person: Hole, to company: Int32?) {
    guard company != nil || !notes.isEmpty || !purchases.isEmpty else { return }
    let start = Int32(result.extras.count)
    let isClient = isClientFile
    let links = links
    if let company {
      addExtra("link") { builder, layout in
        builder.set(layout.set("from"), hole: person)
        builder.set(layout.set("to"), hole: .ref(company))
        for (field, text) in links { builder.set(layout.set(field), text: text) }
      }
    }
    for day in Set(purchases).sorted() {
      addExtra("activity") { builder, layout in
        builder.add(layout.add("clients"), hole: .own)
        let at = builder.writer.bytes.count
        builder.writer.raw(day.utf8.span)
        builder.set(layout.set("at"), from: at)
        builder.set(layout.set("kind"), text: "purchase")
        let flag = builder.writer.bytes.count
        builder.writer.bool(true)
        builder.set(layout.set("imported_summary"), from: flag)
      }
    }
    for note in notes {
      addExtra("activity") { builder, layout in
        builder.add(layout.add(isClient ? "clients" : "deals"), hole: .own)
        builder.set(layout.set("kind"), text: "note")
        builder.set(layout.set("text"), text: note)
      }
    }
    result.rows[result.rows.count - 1].extras = start..<Int32(result.extras.count)
  }

  private mutating func addExtra(
    _ type: String, _ fill: (inout BodyBuilder, BodyLayout) -> Void
  ) {
    let layout = type == "link" ? Self.linkLayout : Self.activityLayout
    var builder = BodyBuilder(layout)
    fill(&builder, layout)
    let (start, holeStart) = (Int32(output.bytes.count), Int32(result.holes.count))
    builder.append(to: &output, &result.holes)
    result.extras.append(
      PreparedExtra(
        type: type, body: start..<Int32(output.bytes.count),
        holes: holeStart..<Int32(result.holes.count)))
  }

  static let linkLayout = BodyLayout(
    type: "link", sets: ["from", "to", "position", "department", "role"], adds: [])
  static let activityLayout = BodyLayout(
    type: "activity", sets: ["at", "kind", "imported_summary", "text"],
    adds: ["clients", "deals"])
}
