import Bytes
public import Documents
import Sealing

/// One thing that a commit does to who may do what.
enum ControlAct: Equatable, Sendable {
  /// A member's record without a word on the role.
  case member(String)
  /// A member gets a role.
  case role(member: String, Role)
  /// A device's record.
  case device(String, member: String?)
  /// A key with which one device of a member may join, until a moment in milliseconds since 1970.
  case invitation(String, key: PublicKey?, member: String, expiresMillis: Int64?)
  /// An invitation is taken back.
  case withdrawal(String)
  /// Commits beyond what the sealer had seen are held; with a role, only what goes beyond it.
  case seal(String, SealTarget, limit: Role?)
  /// A seal is cancelled.
  case void(String)
  /// Commits of another workspace's replicas count here, up to these numbers.
  case adoption(WorkspaceID, [ReplicaID: UInt32])
}

/// Whom a seal shuts out.
public enum SealTarget: Equatable, Sendable {
  /// All devices of the member with this record id.
  case member(String)
  /// The device that writes this replica.
  case device(ReplicaID)
}

extension ControlAct {
  /// The types of records that say who may do what; their lines are read by the replication, all
  /// others only by what lies above it.
  static let types = ["adoption", "device", "invitation", "member", "seal"]

  /// The types whose lines mean nothing in commits that were adopted: they speak of another
  /// workspace.
  static let localTypes = ["adoption", "device", "invitation", "seal", "workspace"]

  /// What a record line does; nothing if it is of another type.
  init?(_ edit: RecordEdit) {
    func text(_ field: String) -> String? {
      edit.set[field].flatMap { try? JSONParser.parse($0.span) }?.text
    }
    func isTrue(_ field: String) -> Bool { edit.set[field] == Array("true".utf8) }
    switch edit.type {
    case "member":
      // A role that this version does not know gives nothing.
      guard edit.set["role"] != nil else {
        self = .member(edit.id)
        return
      }
      self =
        text("role").flatMap { Role($0) }.map { .role(member: edit.id, $0) }
        ?? .member(edit.id)
    case "device": self = .device(edit.id, member: text("member"))
    case "invitation":
      if edit.isDeletion || isTrue("withdrawn") {
        self = .withdrawal(edit.id)
      } else {
        let key = text("key").flatMap { Base64URL.decode($0) }.flatMap { PublicKey($0.span) }
        self = .invitation(
          edit.id, key: key, member: text("for") ?? "",
          // What is no instant has passed, so that nobody is let in by a slip.
          expiresMillis: edit.set["expires"].flatMap { value in
            value == Array("null".utf8)
              ? nil : text("expires").flatMap { Timestamp.parse(Array($0.utf8).span) } ?? .min
          })
      }
    case "seal":
      if isTrue("void") {
        self = .void(edit.id)
      } else if let replica = text("device").flatMap({ ReplicaID($0) }) {
        self = .seal(edit.id, .device(replica), limit: text("role").flatMap { Role($0) })
      } else {
        self = .seal(
          edit.id, .member(text("member") ?? ""), limit: text("role").flatMap { Role($0) })
      }
    case "adoption":
      guard let workspace = text("workspace").flatMap({ WorkspaceID($0) }) else { return nil }
      var replicas: [ReplicaID: UInt32] = [:]
      for element in edit.add["replicas"] ?? [] {
        guard case .array(let parts)? = try? JSONParser.parse(element.span), parts.count == 2,
          let replica = parts[0].text.flatMap({ ReplicaID($0) }),
          case .integer(let number) = parts[1], let number = UInt32(exactly: number)
        else { continue }
        replicas[replica] = max(replicas[replica] ?? 0, number)
      }
      self = .adoption(workspace, replicas)
    default: return nil
    }
  }
}

/// A commit that bears on who may do what: the first of a replica, or one with such a line.
struct ControlCommit: Equatable, Sendable {
  /// How a replica came to be one of the workspace.
  enum Entry: Equatable, Sendable {
    /// It is no first commit.
    case none
    case founder
    case recovery
    /// By the invitation with this id, which this commit gave out and whose key has signed.
    case invited(String, by: LocalDot)
    /// For the older replica with this local number, whose key has signed.
    case successor(UInt32)
    /// Without a proof that holds.
    case unproven
  }

  let replica: ReplicaID
  let context: CausalContext
  let stampMillis: Int64
  /// The replica's public key, in its first commit.
  let key: PublicKey?
  let entry: Entry
  /// The record lines that matter, as they stand in the document.
  let lines: [UInt8]
  let acts: [ControlAct]
  /// Whether it also has lines of other types, or lines that are not record lines.
  let doesOrdinaryWork: Bool

  var dot: LocalDot { LocalDot(context) }

  var seals: Bool {
    acts.contains { if case .seal = $0 { true } else { false } }
  }

  init(
    replica: ReplicaID, context: CausalContext, stampMillis: Int64, key: PublicKey?, entry: Entry,
    lines: [UInt8], doesOrdinaryWork: Bool
  ) {
    self.replica = replica
    self.key = key
    self.context = context
    self.stampMillis = stampMillis
    self.entry = entry
    self.lines = lines
    self.doesOrdinaryWork = doesOrdinaryWork
    var acts: [ControlAct] = []
    var reader = EditReader()
    var cursor = Lines()
    while let line = cursor.next(in: lines.span) {
      if let edit = try? reader.edit(of: lines.span.extracting(line)),
        let act = ControlAct(edit)
      {
        acts.append(act)
      }
    }
    self.acts = acts
  }
}

extension ControlCommit {
  /// Whether it is the first of a replica that came in by an invitation.
  var isInvited: Bool {
    if case .invited = entry { true } else { false }
  }

  func isInvited(_ id: String) -> Bool {
    if case .invited(id, _) = entry { true } else { false }
  }
}

extension ControlAct {
  /// Whether it bears on commits that have not seen it.
  var reachesUnseen: Bool {
    switch self {
    case .seal, .void, .withdrawal, .adoption: true
    case .member, .role, .device, .invitation: false
    }
  }

  func givesRole(to member: String) -> Bool {
    if case .role(member, _) = self { true } else { false }
  }
}
