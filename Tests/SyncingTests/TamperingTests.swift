import Bytes
import Documents
import Sealing
import Support
import Testing

@testable import Replication
@testable import Syncing

extension Machine {
  /// Appends a commit as no honest program writes it: with any sightings, under any key.
  ///
  /// - Returns: how others name it when they have seen it.
  @discardableResult
  fileprivate func append(
    _ record: String, seen: [Sighting] = [], by stranger: SigningKey? = nil
  ) throws -> Sighting {
    let signer = try stranger ?? key()
    let replica = ReplicaID(key: signer.publicKey)
    let isKnown = workspace.frontier[replica] > 0
    let chain =
      isKnown
      ? try workspace.chain(of: replica)
      : Chain(workspace: workspace.header.workspace, key: signer.publicKey)
    var writer = CommitWriter(chain: chain, signer: signer)
    let line = "{\"client\":\"\(record)\",\"set\":{\"name\":\"\(record)\"}}\n"
    let members = try writer.encode(
      [Array(line.utf8)], stampMillis: 1_763_800_000_000, seen: seen, purpose: nil
    ).members
    try Contents.write(try Contents.read(document) + members, to: document)
    try reopen()
    return Sighting(replica: replica, number: writer.chain.number, head: writer.chain.shortHead)
  }

  /// Appends two histories of a replica that nobody let in.
  fileprivate func appendFork(by stranger: SigningKey) throws {
    var members: [UInt8] = []
    for record in ["one", "other"] {
      var writer = CommitWriter(
        chain: Chain(workspace: workspace.header.workspace, key: stranger.publicKey),
        signer: stranger)
      for number in 1...2 {
        let line = "{\"client\":\"planted-\(record)-\(number)\",\"set\":{\"name\":\"x\"}}\n"
        members += try writer.encode(
          [Array(line.utf8)], stampMillis: 1_763_800_000_000, seen: [], purpose: nil
        ).members
      }
    }
    try Contents.write(try Contents.read(document) + members, to: document)
    try reopen()
  }

  fileprivate func write(_ record: String) throws {
    _ = try workspace.write(purpose: nil) { $0.add(RecordEdit(type: "client", id: record)) }
  }

  fileprivate func clients() throws -> Set<String> {
    try workspace.refresh()
    return workspace.state.clients
  }
}

/// Members who lie about what they have seen, and what outsiders put into a file: neither may come
/// between the others.
@Suite struct TamperingTests {
  /// A company of which everybody knows everybody.
  private func company() throws -> Company {
    var company = try Company(seed: 1)
    try company.settle()
    return company
  }

  /// A commit of the founder's that nobody has written yet.
  private func future(_ company: Company) throws -> Sighting {
    let founder = ReplicaID(key: try company.machines[0].key().publicKey)
    return Sighting(replica: founder, number: 99, head: Array(repeating: 0, count: 16))
  }

  // SPEC [K-1], [N-10]
  @Test func `a connection brings nothing that claims to have seen what is not there`() throws {
    let company = try company()
    let (anna, boris, liar) = (company.machines[0], company.machines[1], company.machines[2])
    try liar.append("lie", seen: [try future(company)])
    let ends = try company.session(0, 2)
    try talk(ends)
    #expect(ends[0].summary.refusedCount == 1)
    #expect(try !anna.clients().contains("lie"))
    try anna.write("honest")
    let report = try boris.workspace.join(documentAt: anna.document)
    #expect(report.refused.isEmpty && report.waiting.isEmpty)
    #expect(try boris.clients().contains("honest"), "nobody waits for what was never written")
  }

  // SPEC
  @Test func `what a stranger put into a file is not seen, and goes nowhere`() throws {
    let company = try company()
    let (anna, boris, vera) = (company.machines[0], company.machines[1], company.machines[2])
    try anna.append("planted", by: SigningKey.generate())
    try anna.write("honest")
    _ = try boris.workspace.join(documentAt: anna.document)
    try talk(try company.session(0, 2))
    for machine in [boris, vera] {
      #expect(try machine.clients().contains("honest"))
      #expect(try !machine.workspace.clientsInLines().contains("planted"))
    }
  }

  // SPEC, [A-13]
  @Test(arguments: ["file", "folder", "network"])
  func `a stranger who writes two histories is a stranger all the same`(carrier: String) throws {
    let company = try company()
    let (anna, boris) = (company.machines[0], company.machines[1])
    let stranger = SigningKey.generate()
    try anna.appendFork(by: stranger)
    try anna.write("honest")
    switch carrier {
    case "file":
      let report = try boris.workspace.join(documentAt: anna.document)
      #expect(report.strangers == [ReplicaID(key: stranger.publicKey)])
    case "folder":
      // Whoever plants it in the file also plants it where the folder has what Anna wrote.
      try anna.round()
      for file in Contents.files(below: company.shared, endingIn: ".karto") {
        try Contents.write(try Contents.read(anna.document), to: file)
      }
      try boris.round()
    default: try talk(try company.session(0, 1))
    }
    #expect(try boris.clients().contains("honest") || carrier == "folder")
    let lines = try boris.workspace.clientsInLines().sorted()
    #expect(lines.allSatisfy { !$0.hasPrefix("planted") }, "\(carrier): \(lines)")
    #expect(boris.workspace.forkedReplicas.isEmpty)
  }

  // SPEC [K-1], [A-13]
  @Test func `a stranger's commit that a member has seen is kept with the member's`() throws {
    let company = try company()
    let (anna, boris, vera) = (company.machines[0], company.machines[1], company.machines[2])
    let planted = try vera.append("planted", by: SigningKey.generate())
    try vera.append("members", seen: [planted])
    let report = try anna.workspace.join(documentAt: vera.document)
    #expect(
      report.strangers.isEmpty && report.refused.isEmpty && report.waiting.isEmpty, "\(report)")
    try talk(try company.session(1, 2))
    for machine in [anna, boris] {
      #expect(try machine.clients().contains("members"))
      #expect(try !machine.clients().contains("planted"), "it is held")
      #expect(try machine.workspace.clientsInLines().contains("planted"))
    }
    #expect(Export.digest(anna.workspace.state) == Export.digest(boris.workspace.state))
  }

  // SPEC [K-1]
  @Test func `nobody joins with a copy in which someone lies`() throws {
    let company = try company()
    let (anna, liar) = (company.machines[0], company.machines[2])
    let code = InvitationCode.generate()
    try invite(code, "i9", for: "p0", by: anna)
    _ = try liar.workspace.join(documentAt: anna.document)
    let lie = try liar.append("lie", seen: [try future(company)])
    let newcomer = try liar.copied(to: "\(liar.place)-copy")
    try Contents.remove("\(newcomer.place)/home")
    let before = try Contents.read(newcomer.document)
    #expect(throws: EnrolmentError.untrue(Dot(lie.replica, lie.number))) {
      try newcomer.workspace.enrol(code) { draft, _ in
        draft.add(RecordEdit(type: "device", id: draft.replica.text))
      }
    }
    #expect(try Contents.read(newcomer.document) == before)
  }

  private func invite(
    _ code: InvitationCode, _ id: String, for member: String, by machine: Machine
  ) throws {
    var edit = RecordEdit(type: "invitation", id: id)
    edit.set["key"] = JSONValue.string(code.publicText).canonicalBytes
    edit.set["for"] = JSONValue.string(member).canonicalBytes
    _ = try machine.workspace.write(purpose: "invite") { $0.add(edit) }
  }

  // SPEC [I-5]
  @Test func `a code belongs to the invitation that it was made for, and not to a copy of it`()
    throws
  {
    let company = try company()
    let (anna, other) = (company.machines[0], company.machines[2])
    let code = InvitationCode.generate()
    try invite(code, "i9", for: "p0", by: anna)
    _ = try other.workspace.join(documentAt: anna.document)
    try invite(code, "a copy".replacing(" ", with: "-"), for: "p2", by: other)
    #expect(other.workspace.state.invitation(code) == "i9")
    // One who pretends not to have seen it is lower than who invited.
    let third = company.machines[1]
    let unseen = InvitationCode.generate()
    try invite(unseen, "i8", for: "p0", by: anna)
    try invite(unseen, "a-copy-too", for: "p2", by: other)
    _ = try third.workspace.join(documentAt: other.document)
    _ = try third.workspace.join(documentAt: anna.document)
    #expect(third.workspace.state.invitation(unseen) == "i8")
  }
}
