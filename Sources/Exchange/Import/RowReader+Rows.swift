import Bytes
import CRM

extension RowReader {
  mutating func finish() {
    for address in addresses {
      with(address.body) { builder in
        let start = builder.writer.bytes.count
        builder.writer.string(address.text)
        builder.add(address.slot, from: start)
      }
    }
    if isClientFile, !main.has(layout.main.name) { composeName(.main) }
    if !person.isEmpty, !person.has(layout.person.name) { composeName(.person) }
    if !company.isEmpty, !company.has(layout.company.name) { composeName(.company) }
    if isClientFile {
      finishClient()
    } else if isDealFile {
      finishDeal()
    } else {
      finishActivity()
    }
  }

  /// Makes the name of its parts, in the order of Russian files.
  mutating func composeName(_ body: ImportLayout.Body) {
    let builder = body == .main ? main : body == .person ? person : company
    let slot = builder.layout.name
    let parts = [builder.layout.familyName, builder.layout.givenName, builder.layout.patronymic]
      .compactMap { builder.value($0) }.map { StoredValue.content(of: $0) }
    guard !parts.isEmpty else { return }
    let name = parts.joined(separator: " ")
    with(body) { $0.set(slot, text: name) }
    scratchKey(body, .name) { MatchKey.appendName(name.utf8.span, to: &$0) }
  }

  static func setKind(_ builder: inout BodyBuilder, _ standard: String?) {
    let slot = builder.layout.kind
    guard !builder.has(slot), let name = builder.value(builder.layout.name) else { return }
    let inn = builder.value(builder.layout.inn).map { StoredValue.content(of: $0) }
    let hasParts = builder.has(builder.layout.familyName)
    let kind =
      standard ?? (hasParts ? "person" : nil)
      ?? ClientKind.told(by: StoredValue.content(of: name), inn: inn)
    if let kind { builder.set(slot, text: kind) }
  }

  mutating func finishClient() {
    if !main.has(layout.main.name) {
      // A lead may have left nothing but a phone.
      let contact = keys[0].contains { $0.kind == .phone || $0.kind == .email }
      if !company.isEmpty, company.has(layout.company.name) {
        if let name = company.value(layout.company.name) {
          let start = main.writer.bytes.count
          main.writer.raw(name.span)
          main.set(layout.main.name, from: start)
          keys[0] += keys[2].filter { $0.kind == .name }
        }
        company.clear()
        keys[2].removeAll()
      } else if !contact {
        end(problem: .noName)
        return
      }
    }
    Self.setKind(&main, facts.standardKind)
    if !layout.hasExternalID { main.add(layout.main.sourceRows, hole: .sourceRow) }
    let hasCompany = company.has(layout.company.name)
    if hasCompany { Self.setKind(&company, "company") }
    if !hasCompany, !links.isEmpty { addComment(links.map(\.text)) }
    emit()
    if hasCompany { emit(ref: .company) }
    addExtras(hasCompany: hasCompany)
  }

  /// What has no place of its own goes to the comment.
  mutating func addComment(_ texts: [String]) {
    notes += texts
  }

  mutating func finishDeal() {
    let hasPerson = !keys[1].isEmpty
    let hasCompany = company.has(layout.company.name)
    if hasCompany || hasPerson {
      main.set(layout.main.client, hole: hasCompany ? .company : .person)
    }
    if hasCompany, hasPerson { main.add(layout.main.people, hole: .person) }
    setStage()
    let isSilent =
      !hasPerson && !hasCompany && !main.has(layout.main.title)
      && !main.has(layout.main.amount)
    if isSilent {
      end(problem: .noName)
      return
    }
    main.set(layout.main.historyFrom, text: facts.today)
    if !layout.hasExternalID { main.add(layout.main.sourceRows, hole: .sourceRow) }
    emit()
    emitRefs(hasPerson: hasPerson, hasCompany: hasCompany)
    addExtras(hasCompany: hasCompany && hasPerson)
  }

  /// The stage by the name that the base knows; one that it does not know will be made.
  mutating func setStage() {
    let slot = layout.main.stage
    let pipelineSlot = layout.main.pipeline
    let pipeline = main.value(pipelineSlot).map { StoredValue.content(of: $0) } ?? ""
    let stage = main.value(slot).map { StoredValue.content(of: $0) } ?? ""
    let ended = facts.outcome(outcome)
    let known =
      ended.flatMap { facts.stage($0, pipeline: pipeline) }
      ?? facts.stage(named: stage, pipeline: pipeline)
    if let known {
      main.set(slot, text: known.stage)
      main.set(pipelineSlot, text: known.pipeline)
    } else if stage.isEmpty, let first = facts.firstStage(pipeline: pipeline) {
      main.set(slot, text: first.stage)
      main.set(pipelineSlot, text: first.pipeline)
    } else {
      let name = StageName(
        pipeline: pipeline.isEmpty ? facts.firstPipeline : pipeline,
        stage: stage.isEmpty ? facts.standardStage : stage)
      main.set(slot, text: name.stage)
      main.set(pipelineSlot, text: name.pipeline)
      if !result.newStages.contains(name) { result.newStages.append(name) }
    }
  }

  mutating func finishActivity() {
    let hasPerson = !keys[1].isEmpty
    let hasCompany = company.has(layout.company.name)
    guard hasPerson || hasCompany else {
      end(problem: .noClient)
      return
    }
    if hasPerson { main.add(layout.main.clients, hole: .person) }
    if hasCompany { main.add(layout.main.clients, hole: .company) }
    if !main.has(layout.main.kind) {
      let isPurchase = main.has(layout.main.amount)
      main.set(layout.main.kind, text: isPurchase ? "purchase" : "note")
    }
    if !layout.hasExternalID { main.add(layout.main.sourceRows, hole: .sourceRow) }
    emit()
    emitRefs(hasPerson: hasPerson, hasCompany: hasCompany)
  }

  mutating func emitRefs(hasPerson: Bool, hasCompany: Bool) {
    if hasPerson {
      if person.has(layout.person.name) { Self.setKind(&person, nil) }
      emit(ref: .person)
    }
    if hasCompany {
      Self.setKind(&company, "company")
      emit(ref: .company)
    }
  }

  mutating func emit() {
    let row = result.rows.count - 1
    let keyStart = Int32(result.keys.count)
    result.keys += keys[0]
    result.rows[row].keys = keyStart..<Int32(result.keys.count)
    let (start, holeStart) = (Int32(output.bytes.count), Int32(result.holes.count))
    main.append(to: &output, &result.holes)
    result.rows[row].body = start..<Int32(output.bytes.count)
    result.rows[row].holes = holeStart..<Int32(result.holes.count)
  }

  mutating func emit(ref body: ImportLayout.Body) {
    let keyStart = Int32(result.keys.count)
    // The surest keys first.
    for kind in [KeyKind.id, .external, .number, .inn, .phone, .email, .name] {
      for key in keys[body.rawValue] where key.kind == kind { result.keys.append(key) }
    }
    let start = Int32(output.bytes.count)
    let name: [UInt8]?
    if body == .person {
      name = person.value(layout.person.name)
      person.append(to: &output, &result.holes)
    } else {
      name = company.value(layout.company.name)
      company.append(to: &output, &result.holes)
    }
    let bodyRange = start..<Int32(output.bytes.count)
    let textStart = bodyRange.upperBound
    if refText.isEmpty || body == .company, let name {
      output.bytes += Array(StoredValue.content(of: name).utf8)
    } else {
      output.bytes += refText
    }
    let ref = PreparedRef(
      body: bodyRange, keys: keyStart..<Int32(result.keys.count), hasName: name != nil,
      text: textStart..<Int32(output.bytes.count))
    let row = result.rows.count - 1
    if body == .person {
      result.rows[row].person = Int32(result.refs.count)
    } else {
      result.rows[row].company = Int32(result.refs.count)
    }
    result.refs.append(ref)
  }

  /// Purchases, notes and ties that the row makes beside its own record.
  mutating func addExtras(hasCompany: Bool) {
    guard hasCompany || !notes.isEmpty || !purchases.isEmpty else { return }
    let start = Int32(result.extras.count)
    let isClient = isClientFile
    let links = links
    if hasCompany {
      addExtra("link") { builder, layout in
        builder.set(layout.set("from"), hole: isClient ? .own : .person)
        builder.set(layout.set("to"), hole: .company)
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

  mutating func addExtra(
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
