import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

@testable import CRM

/// Two devices of one base, and the note of what is in conflict between them.
@Suite struct ConflictTests {
  /// Мария and Пётр, each with a copy and a device's folder of their own.
  private struct Two {
    let folder: TemporaryFolder
    let maria: Base
    let pyotr: Base
    let client: String
    private let now: Int64 = 1_795_348_800_000

    init() throws {
      folder = try TemporaryFolder()
      let clock = WallClock.fixed(now)
      maria = try Base.found(
        path: folder.path("a.karto"), name: "База", as: "Мария",
        device: DeviceFolder(path: folder.path("a")), clock: clock
      ).base
      client = try maria.add(Schema.client, [FieldChange("name", .set, "Ромашка")]).id
      let code = try maria.invite(name: "Пётр", role: .manager, expiresMillis: nil).code
      try Contents.copy(folder.path("a.karto"), to: folder.path("b.karto"))
      pyotr = try Base.open(
        path: folder.path("b.karto"), writing: true,
        device: DeviceFolder(path: folder.path("b")), clock: clock)
      _ = try pyotr.join(code)
    }

    func set(_ base: Base, _ field: String, _ text: String) throws {
      let record = try #require(base.state.record(type: "client", id: client))
      _ = try base.set([record], [FieldChange(field, .set, text)])
    }

    func meet() throws {
      _ = try maria.workspace.join(pyotr.workspace)
      _ = try pyotr.workspace.join(maria.workspace)
    }

    /// The note that Мария's device keeps.
    var note: ContestedRecords? {
      let id = maria.workspace.header.workspace.text
      let path = folder.path("a/workspaces/\(id)/cache/contested")
      return (try? Contents.read(path)).flatMap { ContestedRecords($0, for: maria.state) }
    }
  }

  @Test func `a base that one device writes has none, and looks for none`() throws {
    let folder = try TemporaryFolder()
    let base = try Base.found(
      path: folder.path("a.karto"), name: "База", as: "Мария",
      device: DeviceFolder(path: folder.path("a"))
    ).base
    #expect(base.knownConflictCount == 0)
    #expect(Contents.files(below: folder.path("a"), endingIn: "contested").isEmpty)
  }

  @Test func `the note counts for one state only, and follows one's own writes`() throws {
    let two = try Two()
    try two.set(two.maria, "city", "Тверь")
    try two.set(two.pyotr, "city", "Москва")
    try two.meet()
    #expect(two.note == nil, "what came from elsewhere is looked through first")
    #expect(two.maria.knownConflictCount == 1)
    #expect(two.note?.keys.map(\.id) == [two.client])
    try two.set(two.maria, "phones", "+74952346187")
    #expect(two.note?.keys.count == 1, "another field was written, and it is known to be so")
    try two.set(two.maria, "city", "Тверь")
    #expect(two.note?.keys.isEmpty == true)
    #expect(two.maria.conflicts.isEmpty)
    try two.set(two.pyotr, "city", "Тула")
    try two.meet()
    #expect(two.note == nil)
    #expect(two.maria.conflicts.map(\.register) == ["city"], "he had not seen what she decided")
  }

  @Test func `a note that is damaged or foreign is no note`() throws {
    let two = try Two()
    try two.meet()
    let state = two.maria.state
    let keys = [ContestedRecords.Key(type: "client", id: two.client)]
    let sound = ContestedRecords(state, keys: keys)
    #expect(ContestedRecords(sound.bytes, for: state) == sound)
    #expect(ContestedRecords(sound.bytes, for: State()) == nil)
    for count in 0..<sound.bytes.count {
      #expect(ContestedRecords(Array(sound.bytes.prefix(count)), for: state) == nil, "\(count)")
    }
    #expect(ContestedRecords(sound.bytes + Array("x\n".utf8), for: state) == nil)
  }

  @Test func `the same value of both is no conflict`() throws {
    let two = try Two()
    try two.set(two.maria, "city", "Тверь")
    try two.set(two.pyotr, "city", "Тверь")
    try two.meet()
    #expect(two.maria.conflicts.isEmpty)
    #expect(two.pyotr.conflicts.isEmpty)
  }

  @Test func `a cleared field and an attribute of a phone are in conflict too`() throws {
    let two = try Two()
    try two.set(two.maria, "phones", "+79032365544")
    try two.set(two.maria, "city", "Псков")
    try two.meet()
    try two.set(two.maria, "city", "")
    try two.set(two.pyotr, "city", "Москва")
    try two.set(two.maria, "phones[+79032365544].kind", "work")
    try two.set(two.pyotr, "phones[+79032365544].kind", "home")
    try two.meet()
    let conflicts = two.maria.conflicts
    #expect(conflicts.map(\.register) == ["city", "phones[+79032365544].kind"])
    let cleared = try #require(conflicts.first?.sides.first { $0.isMine })
    #expect(cleared.value == nil)
    #expect(try two.maria.valueBefore(conflicts[0])?.text == "Псков")
    _ = try two.maria.settle(conflicts[0], as: "mine")
    _ = try two.maria.settle(conflicts[1], as: "theirs")
    #expect(two.maria.conflicts.isEmpty)
    let card = two.maria.card(try #require(two.maria.state.record(type: "client", id: two.client)))
    #expect(card["city"] == nil)
    #expect(card["phones"]?.values.first?.attributes.map(\.text) == ["home"])
  }

  @Test func `invitations are open until they are used, taken back or over`() throws {
    let two = try Two()
    #expect(two.pyotr.openInvitations.isEmpty)
    let later = two.maria.now.epochMillis + 1
    let code = try two.maria.invite(name: "Ольга", role: .reader, expiresMillis: later).code
    #expect(two.maria.openInvitations.map(\.expiresMillis) == [nil, later], "his is open to her")
    try two.meet()
    #expect(two.maria.openInvitations.map(\.expiresMillis) == [later])
    #expect(try two.maria.withdrawInvitations(of: "Ольга") == 1)
    #expect(two.maria.openInvitations.isEmpty)
    #expect(throws: EnrolmentError.alreadyIn) { try two.maria.rehearseJoin(code) }
    let stranger = try Base.open(
      path: two.folder.path("a.karto"), writing: false,
      device: DeviceFolder(path: two.folder.path("c")))
    #expect(throws: EnrolmentError.withdrawn) { try stranger.rehearseJoin(code) }
    #expect(throws: EnrolmentError.unknownCode) {
      try stranger.rehearseJoin(InvitationCode.generate())
    }
    #expect(stranger.access == .readOnly)
    #expect(throws: DeviceError.self) { try stranger.demandAccess() }
    #expect(two.pyotr.access == .full)
  }
}
