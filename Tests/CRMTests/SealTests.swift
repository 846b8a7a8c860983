import Documents
import Platform
import Replication
import Support
import Testing

@testable import CRM

/// Shutting people and machines out, voiding that, roles, and the recovery key.
@Suite struct SealTests {
  /// A base of several people, each on machines with homes of their own.
  private struct Office {
    let folder: TemporaryFolder
    let clock = WallClock.fixed(1_795_348_800_000)
    let anna: Base
    let recoveryKey: String

    init() throws {
      folder = try TemporaryFolder()
      (anna, recoveryKey) = try Base.found(
        path: folder.path("anna.karto"), name: "База", as: "Анна",
        device: DeviceFolder(path: folder.path("anna")), clock: clock, hostName: "стол")
    }

    /// A further machine, by an invitation of someone.
    func machine(
      _ home: String, by inviter: Base? = nil, for name: String? = nil, role: Role = .manager
    ) throws -> Base {
      let inviter = inviter ?? anna
      let code =
        try name.map { try inviter.invite(name: $0, role: role, expiresMillis: nil).code }
        ?? inviter.inviteDevice(expiresMillis: nil).code
      let base = try copy(inviter, to: home)
      _ = try base.join(code, deviceName: home)
      try meet(inviter, base)
      return base
    }

    func copy(_ base: Base, to home: String) throws -> Base {
      try Contents.copy(base.workspace.path, to: folder.path("\(home).karto"))
      return try Base.open(
        path: folder.path("\(home).karto"), writing: true,
        device: DeviceFolder(path: folder.path(home)), clock: clock)
    }

    func meet(_ bases: Base...) throws {
      for _ in 0..<2 {
        for one in bases {
          for other in bases where other !== one { _ = try one.workspace.join(other.workspace) }
        }
      }
      for base in bases {
        #expect(Export.digest(base.state) == Export.digest(bases[0].state))
      }
    }
  }

  private func add(_ base: Base, _ name: String) throws {
    _ = try base.add(Schema.client, [FieldChange("name", .set, name)])
  }

  private func clients(_ state: State) -> [Record] {
    var clients: [Record] = []
    state.forEach(type: "client") { record in
      if record.isAlive { clients.append(record) }
      return true
    }
    return clients
  }

  private func names(_ base: Base) -> Set<String> {
    Set(clients(base.state).map { base.name(of: $0) })
  }

  @Test func `a sealed member's devices end where the sealer saw them, and a void lets on`() throws
  {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    let second = try office.machine("ivan2", by: ivan)
    try add(ivan, "А")
    try add(second, "Б")
    try office.meet(office.anna, ivan)
    let admin = try office.machine("olga", for: "Ольга", role: .admin)
    try add(ivan, "позже")
    let subject = try admin.sealSubject(named: "иван")
    let sealed = try admin.seal(subject)
    #expect(sealed.devices.count == 2 && sealed.isWhole)
    #expect(sealed.devices.allSatisfy { !$0.isSealed })
    try office.meet(office.anna, admin, ivan, second)
    // What the admin had not seen is held, on the leaver's own machines too.
    for base in [office.anna, admin, ivan, second] { #expect(names(base) == ["А"]) }
    #expect(admin.state.held.map(\.reason) == [.sealed, .sealed])
    #expect(admin.currentDevices.filter(\.isSealed).count == 2)
    #expect(admin.people.first { $0.member.name == "Иван" }?.standing == .left)
    #expect(throws: WorkspaceError.refused(.sealed)) { try add(ivan, "В") }

    // The admin cannot void a seal of their own rank; the owner can.
    #expect(throws: MembershipError.notAbove("Ольга", .admin)) {
      try admin.void(seals: [sealed.id])
    }
    try office.anna.void(seals: [sealed.id])
    #expect(throws: MembershipError.voidedAlready(sealed.id)) {
      try office.anna.void(seals: [sealed.id])
    }
    try office.meet(office.anna, admin, ivan, second)
    #expect(names(admin) == ["А", "Б", "позже"])
    try add(ivan, "В")
  }

  @Test func `a hand-over and its seal are one batch`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    try add(ivan, "А")
    try office.meet(office.anna, ivan)
    let subject = try office.anna.sealSubject(named: "Иван")
    let owner = try #require(office.anna.me)
    let (written, sealed) = try office.anna.write(purpose: "offboard") { batch in
      for client in clients(batch.state) {
        var edit = RecordEdit(type: "client", id: client.id)
        edit.set["owner"] = StoredValue.text(owner.id)
        batch.put(edit)
      }
      return try batch.seal(subject) { member in
        member.add["successors"] = [StoredValue.text(owner.id)]
      }
    }
    #expect(written.commits.count == 1)
    #expect(written.records.map(\.type) == ["client", "seal", "member"])
    #expect(sealed.devices.map(\.name) == ["ivan"])
    #expect(sealed.devices[0].last.replica == (try ivan.workspace.ownReplica()))
    #expect(office.anna.state.seals.map(\.isVoid) == [false])
    #expect(office.anna.seals(on: sealed.devices[0]).map(\.id) == [sealed.id])
    #expect(
      office.anna.seals(on: sealed.devices[0])[0].ends[sealed.devices[0].standing.replica]
        == sealed.devices[0].standing.commitCount)
    #expect(office.anna.members.first { $0.name == "Иван" }?.isActive == false)
  }

  @Test func `one machine is sealed alone, and codes that a leaver carries open nothing`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван", role: .admin)
    let second = try office.machine("ivan2", by: ivan)
    try office.meet(office.anna, ivan, second)
    _ = try office.anna.seal(try office.anna.sealSubject(named: "ivan2"))
    try office.meet(office.anna, ivan, second)
    #expect(throws: WorkspaceError.refused(.sealed)) { try add(second, "нет") }
    try add(ivan, "да")

    let code = try ivan.invite(name: "Друг", role: .manager, expiresMillis: nil).code
    try office.meet(office.anna, ivan)
    let sealed = try office.anna.seal(try office.anna.sealSubject(named: "Иван"))
    #expect(sealed.withdrawnCount == 1)
    let friend = try office.copy(office.anna, to: "friend")
    #expect(throws: EnrolmentError.withdrawn) { try friend.join(code) }
  }

  @Test func `who stands beside or below seals nobody, and the last owner stays`() throws {
    let office = try Office()
    let admin = try office.machine("olga", for: "Ольга", role: .admin)
    let manager = try office.machine("ivan", for: "Иван")
    try office.meet(office.anna, admin, manager)
    func expectRefusal(_ base: Base, _ name: String, _ role: Role) throws {
      let subject = try base.sealSubject(named: name)
      let member = try base.member(named: name)
      #expect(throws: MembershipError.notAbove(name, role)) { try base.seal(subject) }
      #expect(throws: MembershipError.notAbove(name, role)) {
        try base.setRole(of: member, to: .reader)
      }
    }
    try expectRefusal(manager, "Ольга", .admin)
    try expectRefusal(manager, "Иван", .manager)
    try expectRefusal(admin, "Анна", .owner)
    try expectRefusal(admin, "Ольга", .admin)
    try expectRefusal(office.anna, "Анна", .owner)

    let seed = try #require(Base.recoverySeed(of: office.recoveryKey))
    let rescuer = try office.anna.rescuer(seed: seed)
    let anna = try office.anna.sealSubject(named: "Анна")
    #expect(throws: MembershipError.lastOwner("Анна")) {
      try office.anna.seal(anna, by: rescuer)
    }
    #expect(throws: MembershipError.lastOwner("Анна")) {
      try office.anna.setRole(of: rescuer.member, to: .admin, by: rescuer)
    }
    // A second owner: then the key may demote the first.
    let second = try office.machine("boss", for: "Борис", role: .owner)
    try office.meet(office.anna, second)
    let named = try second.rescuer(seed: seed, as: "Борис")
    try second.setRole(of: try second.member(named: "Анна"), to: .manager, by: named)
    try office.meet(office.anna, second)
    #expect(office.anna.state.role(ofMember: rescuer.member.id) == .manager)
    #expect(second.state.held.isEmpty)
  }

  @Test func `the recovery key makes a new machine an owner's and shuts the lost one out`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    // A copy on a machine that was never in the base.
    let fresh = try office.copy(ivan, to: "fresh")
    let seed = try #require(Base.recoverySeed(of: office.recoveryKey))
    let rescuer = try fresh.rescuer(seed: seed)
    #expect(rescuer.member.name == "Анна")
    #expect(try fresh.recover(by: rescuer, deviceName: "новый")?.name == "Анна")
    #expect(fresh.state.device(try #require(try fresh.workspace.ownReplica()))?.role == .owner)
    #expect(throws: EnrolmentError.alreadyIn) { try fresh.recover(by: rescuer) }

    try add(office.anna, "вор")
    let lost = try fresh.sealSubject(named: "стол")
    #expect(throws: MembershipError.notAbove("Анна", .owner)) { try fresh.seal(lost) }
    _ = try fresh.seal(lost, by: rescuer)
    try office.meet(fresh, ivan, office.anna)
    #expect(names(ivan).isEmpty)
    #expect(throws: WorkspaceError.refused(.sealed)) { try add(office.anna, "ещё") }
    // The owner goes on as before, and the key's own devices are no machines.
    _ = try fresh.invite(name: "Ольга", role: .admin, expiresMillis: nil)
    try add(fresh, "В")
    #expect(Set(fresh.currentDevices.map(\.name)) == ["стол", "ivan", "новый"])
    #expect(Check.isSound(fresh))
    #expect(throws: EnrolmentError.wrongRecoveryKey) {
      try fresh.rescuer(seed: Array(repeating: 7, count: 32))
    }
  }

  @Test func `whoever left is taken on again by an invitation that knows the seal`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    try add(ivan, "А")
    try office.meet(office.anna, ivan)
    _ = try office.anna.seal(try office.anna.sealSubject(named: "Иван"))
    try add(ivan, "после")
    let id = try office.anna.member(named: "Иван").id
    let code = try office.anna.invite(name: "Иван", role: .manager, expiresMillis: nil)
    #expect(code.member == id)
    try office.meet(office.anna, ivan)
    // On the very machine that was shut out.
    #expect(try ivan.join(code.code)?.id == id)
    try add(ivan, "снова")
    try office.meet(office.anna, ivan)
    #expect(names(office.anna) == ["А", "снова"])
    #expect(office.anna.people.first { $0.member.id == id }?.standing == .active)
    // The old seal does not reach who was taken on after it.
    #expect(!office.anna.state.isShutOut(member: id))
    #expect(try !office.anna.seal(try office.anna.sealSubject(named: "Иван")).wasShutOut)
    #expect(office.anna.state.isShutOut(member: id))
  }

  @Test func `a hand-over shuts out who was said to have left, with machines nobody knows`() throws
  {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    let second = try office.machine("ivan2", by: ivan)
    let member = try office.anna.member(named: "Иван")
    _ = try office.anna.seal(try office.anna.sealSubject(named: "ivan"))
    _ = try office.anna.write(purpose: "set") { batch in
      var edit = RecordEdit(type: "member", id: member.id)
      edit.set["state"] = StoredValue.text("left")
      batch.put(edit)
    }
    #expect(office.anna.devices(of: member).allSatisfy { $0.isSealed })
    let order = HandoverOrder(
      leaver: try office.anna.member(named: "Иван"), successors: [try #require(office.anna.me)],
      sinceMillis: 0, firstCall: { $0 })
    #expect(try office.anna.handOver(order).sealed?.isWhole == true)
    #expect(try office.anna.handOver(order).sealed == nil, "a second time it stands")
    try add(second, "нет")
    try office.meet(office.anna, second)
    #expect(names(office.anna).isEmpty)
  }

  @Test func `no code that a leaver gave opens anything, whatever its record says`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван", role: .admin)
    let codes = [InvitationCode.generate(), InvitationCode.generate()]
    _ = try ivan.write(purpose: "invite") { batch in
      var member = RecordEdit(type: "member", id: "friend")
      member.set["role"] = StoredValue.text("manager")
      batch.put(member)
      // One under an id that does not tell who gave it, one that looks as if it were taken back.
      for (code, id) in zip(codes, ["innocent", batch.newID()]) {
        var invitation = RecordEdit(type: "invitation", id: id)
        invitation.set["key"] = StoredValue.text(code.publicText)
        invitation.set["for"] = StoredValue.text("friend")
        if id != "innocent" { invitation.set["withdrawn"] = StoredValue.null }
        batch.put(invitation)
      }
    }
    let friends = [try office.copy(ivan, to: "friend"), try office.copy(ivan, to: "friend2")]
    try office.meet(office.anna, ivan)
    #expect(office.anna.openInvitations.count == 2)
    let subject = try office.anna.sealSubject(named: "Иван")
    #expect(try office.anna.seal(subject).withdrawnCount == 2)
    #expect(try office.anna.seal(subject, isRehearsal: true).withdrawnCount == 0)
    for (friend, code) in zip(friends, codes) {
      _ = try friend.join(code)
      try add(friend, "нет")
      _ = try office.anna.workspace.join(friend.workspace)
    }
    #expect(names(office.anna).isEmpty)
  }

  // SPEC [U-4]
  @Test func `who takes held work over says nothing in the leaver's place`() throws {
    let office = try Office()
    let ivan = try office.machine("ivan", for: "Иван")
    _ = try office.anna.seal(try office.anna.sealSubject(named: "Иван"))
    try add(ivan, "работа")
    // With a program of his own, since ours lets no manager set limits.
    _ = try ivan.workspace.write(purpose: "apply") { draft in
      for type in ["alarm", "export", "handover", "loss"] {
        var edit = RecordEdit(type: type, id: "x")
        edit.set["through"] = StoredValue.integer(9)
        draft.add(edit)
      }
      var limits = RecordEdit(type: "workspace", id: "workspace")
      limits.set["alarm_deleted"] = StoredValue.integer(1000)
      limits.set["note"] = StoredValue.text("да")
      draft.add(limits)
    }
    try office.meet(office.anna, ivan)
    let dots = office.anna.state.held.flatMap(\.dots)
    #expect(dots.count == 2)
    let adoption = try office.anna.adoptHeld(dots)
    #expect(
      Set(adoption.excluded.map(\.type)) == ["alarm", "export", "handover", "loss", "workspace"])
    #expect(names(office.anna) == ["работа"])
    let state = office.anna.state
    for type in ["alarm", "export", "handover", "loss"] {
      #expect(state.record(type: type, id: "x")?.isAlive != true, "\(type)")
    }
    let workspace = state.record(type: "workspace", id: "workspace")
    #expect(workspace?.text("note", state) == "да")
    #expect(workspace?.integer(of: state.field("alarm_deleted")) == nil)
  }
}

extension Check {
  fileprivate static func isSound(_ base: Base) -> Bool {
    (try? run(path: base.workspace.path).isSound) ?? false
  }
}
