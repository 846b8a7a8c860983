#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Bytes
import CRM
import Documents
import Exchange
import Platform
import Replication
import Sealing
import Syncing
import Testing
import Wording

/// One error of each kind, with the exit status it must lead to.
struct Sample: Sendable, CustomTestStringConvertible {
  let status: ExitCode
  let error: any Error

  init(_ status: ExitCode, _ error: any Error) {
    self.status = status
    self.error = error
  }

  var testDescription: String { "\(error)" }

  static let errors: [Sample] =
    system + documents + people + network + sessions + commands + queries + entries + tables

  private static let system = [
    Sample(.notFound, SystemError(call: "open", code: 2, path: "a.csv")),
    Sample(.failed, SystemError(call: "write", code: 28, path: "base.karto")),
    Sample(.failed, SystemError(call: "open", code: 13, path: "base.karto")),
    Sample(.failed, SystemError(call: "open", code: 30, path: "base.karto")),
    Sample(.failed, SystemError(call: "read", code: 21, path: "folder")),
    Sample(.failed, SystemError(call: "read", code: 27, path: "a.csv")),
    Sample(.failed, SystemError(call: "read", code: 4)),
    Sample(.failed, SystemError(call: "open", code: 40, path: "a.karto")),
    Sample(.failed, SystemError(call: "open", code: 36, path: "a.karto")),
  ]

  private static let documents = [
    Sample(.notFound, DocumentError.notFound(path: "a.karto")),
    Sample(.damaged, DocumentError.notADocument(path: "a.karto")),
    Sample(.damaged, DocumentError.needsNewerReader(version: 9)),
    Sample(.damaged, DocumentError.needsNewerWriter(version: 9)),
    Sample(.failed, DocumentError.alreadyExists(path: "a.karto")),
    Sample(.failed, DocumentError.readOnly(path: "a.karto")),
    Sample(.failed, DocumentError.unstable(path: "a.karto")),
    Sample(.damaged, DocumentError.container(.truncated, byteOffset: 9)),
    Sample(.damaged, DocumentError.line(.recordTwice, byteOffset: 9)),
    Sample(.damaged, DocumentError.line(.json(.badNumber), byteOffset: 9)),
    Sample(.failed, DocumentError.commitTooLarge(bytes: 2_000_000)),
    Sample(.failed, DeviceError.damagedKey(path: "key")),
    Sample(.damaged, DeviceError.noKey(workspace: "w")),
    Sample(.failed, WorkspaceError.interrupted),
    Sample(.damaged, WorkspaceError.damaged(path: "a.karto")),
    Sample(.damaged, WorkspaceError.otherWorkspace(path: "a.karto")),
  ]

  private static let network = [
    Sample(.notFound, NetworkError.unknownMachine("x")),
    Sample(.notFound, NetworkError.unknownGiver("x")),
    Sample(.usage, NetworkError.badAddress("x:99999")),
    Sample(.notFound, search(asked: ["eth0"], closed: ["eth1"], remembered: ["10.0.0.7:15278"])),
    Sample(.notFound, search(closed: ["eth0"])),
    Sample(.notFound, search()),
    Sample(.failed, NetworkError.portInUse(15_278)),
    Sample(.failed, NetworkError.notOurAddress("192.0.2.1")),
    Sample(.failed, NetworkError.unfinished("office:15278")),
    Sample(.damaged, NetworkError.statesDiffer("office:15278")),
    Sample(.failed, NetworkError.ourselves("office:15278")),
    Sample(.damaged, NetworkError.falseGiver("office:15278")),
  ]

  private static func search(
    asked: [String] = [], closed: [String] = [], remembered: [String] = []
  ) -> NetworkError {
    .nobodyFound(FruitlessSearch(asked: asked, closed: closed, remembered: remembered))
  }

  private static func peer(
    _ status: ExitCode, _ failure: PeerFailure, isProven: Bool = true, isJoining: Bool = false,
    isIncoming: Bool = false
  ) -> Sample {
    let trouble = PeerTrouble(
      "office:15278", failure, isProven: isProven, isJoining: isJoining, isIncoming: isIncoming)
    return Sample(status, NetworkError.peer(trouble))
  }

  /// Each way in which a connection can end before its time.
  private static let sessions: [Sample] = {
    let refused = SystemError(call: "connect", code: 111)
    let key = SigningKey.generate().publicKey
    return [
      peer(.failed, .unreachable(refused)),
      peer(.failed, .unreachable(SystemError(call: "connect", code: EHOSTUNREACH))),
      peer(.failed, .unreachable(SystemError(call: "connect", code: ENETUNREACH))),
      peer(.failed, .unreachable(SystemError(call: "connect", code: EINVAL))),
      peer(.failed, .unreachable(SystemError(call: "connect", code: EMFILE))),
      peer(.failed, .unreachable(.noAnswer(path: nil))), peer(.failed, .connection(refused)),
      peer(.damaged, .connection(refused), isProven: false), peer(.failed, .handshakeTooSlow),
      peer(.failed, .channel(.notKartoteka)),
      peer(.damaged, .channel(.notKartoteka), isIncoming: true),
      peer(.damaged, .channel(.stranger), isIncoming: true),
      peer(.damaged, .channel(.version(least: 2, greatest: 2))),
      peer(.damaged, .channel(.stranger)), peer(.damaged, .channel(.stranger), isJoining: true),
      peer(.damaged, .channel(.altered)), peer(.damaged, .channel(.badProof)),
      peer(.damaged, .channel(.notAdmitted(key, .sealed))),
      peer(.damaged, .channel(.notAdmitted(key, .unknown))),
      peer(.damaged, .channel(.refused(.sealed))), peer(.damaged, .channel(.refused(.unknown))),
      peer(.damaged, .session(.malformed(type: 9))), peer(.damaged, .session(.tooMuch)),
      peer(.damaged, .session(.version(least: 2, greatest: 2))),
      peer(.failed, .session(.storage(SystemError(call: "write", code: 28, path: "base.karto")))),
      peer(.failed, .session(.peer(.storage))), peer(.failed, .session(.peer(.stopping))),
      peer(.failed, .session(.peer(.stalled))), peer(.failed, .session(.peer(SyncErrorCode(99)))),
      peer(.damaged, .session(.refused(.sealed))), peer(.failed, .session(.cut)),
      peer(.failed, .session(.stalled)),
    ]
  }()

  private static let somebodys = Dot(ReplicaID(key: SigningKey.generate().publicKey), 3)

  private static let people = [
    Sample(.damaged, WorkspaceError.refused(.stranger)),
    Sample(.damaged, WorkspaceError.refused(.sealed)),
    Sample(.damaged, WorkspaceError.refused(.notEntitled)),
    Sample(.notFound, EnrolmentError.unknownCode), Sample(.damaged, EnrolmentError.withdrawn),
    Sample(.damaged, EnrolmentError.expired(1_795_348_800_000)),
    Sample(.damaged, EnrolmentError.untrue(somebodys)), Sample(.damaged, EnrolmentError.used),
    Sample(.failed, EnrolmentError.alreadyIn),
    Sample(.notFound, MembershipError.unknownMember("x", names: ["Мария"])),
    Sample(.notFound, MembershipError.unknownMember("x", names: [])),
    Sample(.conflict, MembershipError.ambiguousMember("x", names: ["Мария", "Марина"])),
    Sample(.notFound, MembershipError.noInvitation("x")),
    Sample(.notFound, MembershipError.unknownDevice("x")),
    Sample(.damaged, EnrolmentError.wrongRecoveryKey),
    Sample(.notFound, MembershipError.unknownSubject("x", names: ["Мария"])),
    Sample(.conflict, MembershipError.ambiguousSubject("x", names: ["Мария", "ноутбук"])),
    Sample(.damaged, MembershipError.notAbove("Мария", .owner)),
    Sample(.damaged, MembershipError.notAbove("Пётр", .manager)),
    Sample(.conflict, MembershipError.lastOwner("Мария")),
    Sample(.notFound, MembershipError.unknownSeal("x")),
    Sample(.conflict, MembershipError.voidedAlready("x")),
    Sample(.notFound, HeldError.notHeld("k7:9")),
    Sample(.conflict, HeldError.nothingToAdopt(records: 2)),
    Sample(.notFound, ConflictError.notInConflict(field: "city", contested: [])),
    Sample(.notFound, ConflictError.notInConflict(field: "city", contested: ["name"])),
    Sample(.conflict, ConflictError.unclearSide("mine", count: 0)),
    Sample(.conflict, ConflictError.unclearSide("theirs", count: 2)),
    Sample(.notFound, ConflictError.noSuchSide(3, count: 2)),
    Sample(.notFound, ConflictError.deletionNotInConflict(isAlive: true, contested: [])),
    Sample(.notFound, ConflictError.deletionNotInConflict(isAlive: false, contested: ["city"])),
    Sample(.usage, ConflictError.neitherKeepNorDelete("x")),
  ]

  private static let commands =
    [
      Sample(.usage, CommandError.unknownVerb("x", suggestions: [])),
      Sample(.usage, CommandError.unknownAction("x", of: .deal, suggestions: ["add"])),
      Sample(.usage, CommandError.missingAction(of: .deal, actions: ["add"])),
      Sample(.usage, CommandError.uselessOption("at", of: .set, action: nil)),
      Sample(.usage, CommandError.uselessOption("due", of: .task, action: "done")),
      Sample(.usage, CommandError.uselessBeside(option: "sort", other: "by")),
      Sample(.usage, CommandError.unknownOption("--x", of: nil, suggestions: [])),
      Sample(.usage, CommandError.missingValue(option: "limit")),
      Sample(.usage, CommandError.missingOption("to", of: .offboard)),
      Sample(.usage, CommandError.unexpectedValue(option: "json")),
      Sample(.usage, CommandError.badValue(option: "lang", value: "de", allowed: ["ru"])),
      Sample(.usage, CommandError.badValue(option: "since", value: "x", allowed: [])),
      Sample(.usage, CommandError.badValue(option: "port", value: "x", allowed: [])),
      Sample(.usage, CommandError.unexpectedOperand("x", of: .digest)),
      Sample(.usage, CommandError.notAnAssignment("x", of: .set)),
      Sample(.usage, CommandError.unknownType("x", suggestions: [])),
      Sample(.usage, CommandError.noDocument),
      Sample(.usage, CommandError.severalDocuments(["a.karto", "b.karto"])),
      Sample(.usage, CommandError.needsYes(.delete)), Sample(.failed, CommandError.declined),
      Sample(.notFound, CommandError.noFolder(path: "a")),
      Sample(.failed, CommandError.fileExists(path: "a")),
      Sample(.usage, CommandError.fileInUse(path: "a")),
      Sample(.usage, CommandError.namedLikeSpreadsheet(path: "a.xlsx")),
      Sample(.notFound, CommandError.unknownSegment("x", suggestions: [])),
      Sample(.usage, CommandError.badDot("x")), Sample(.notFound, CommandError.unknownDot("k:9")),
      Sample(.notFound, CommandError.unknownImport(9)),
      Sample(.failed, CommandError.undoesAdoption),
      Sample(.notFound, CommandError.nothingToUndo), Sample(.usage, CommandError.badCode("x")),
      Sample(.usage, CommandError.badRecoveryKey),
      Sample(.usage, CommandError.recoveryNeedsCopy),
      Sample(.usage, CommandError.expiredAlready("2026-01-01")),
    ]
    + CommandError.Operand.allCases.map {
      Sample(.usage, CommandError.missingOperand($0, of: .deal))
    }

  private static let queries = [
    Sample(.usage, FilterError(.unclosedQuote)), Sample(.usage, FilterError(.nothingToNegate)),
    Sample(.usage, FilterError(.unknownField("x"), suggestions: ["city"])),
    Sample(.usage, FilterError(.unknownChoice(field: "status", value: "x"))),
    Sample(.usage, FilterError(.notADate(field: "birthday", value: "x"))),
    Sample(.usage, FilterError(.notAnInteger(field: "score", value: "x"))),
    Sample(.usage, FilterError(.notMoney(field: "amount", value: "x"))),
    Sample(.usage, FilterError(.notYesOrNo(field: "main", value: "x"))),
    Sample(.usage, FilterError(.missingValue(field: "amount"))),
    Sample(.usage, FilterError(.comparisonNotAllowed(field: "tags", .less))),
    Sample(.usage, FilterError(.tooLong)),
  ]

  private static let entries = [
    Sample(.usage, EntryError.unknownEntity("x", suggestions: [])),
    Sample(.usage, EntryError.unknownField("x", entity: "client", suggestions: [])),
    Sample(.usage, EntryError.unknownField("citi", entity: "client", suggestions: ["city"])),
    Sample(.usage, EntryError.computedField("ltv")),
    Sample(.usage, EntryError.notManyValued(field: "city")),
    Sample(.usage, EntryError.unreadable(field: "birthday", text: "x", reason: .date)),
    Sample(.usage, EntryError.unreadable(field: "amount", text: "x", reason: .money(.noDigits))),
    Sample(.usage, EntryError.unreadable(field: "score", text: "x", reason: .integer)),
    Sample(
      .usage, EntryError.unreadable(field: "score", text: "-5", reason: .tooLittle(least: 1))),
    Sample(.usage, EntryError.unknownChoice(field: "status", text: "x", suggestions: ["active"])),
    Sample(.notFound, EntryError.unknownStage("x", suggestions: [])),
    Sample(.notFound, EntryError.unknownPipeline("x", suggestions: [])),
    Sample(.conflict, EntryError.ambiguousMember("x", names: ["Мария", "Марина"])),
    Sample(.usage, EntryError.missingFields(entity: "client", fields: ["name"])),
    Sample(.usage, EntryError.missingFields(entity: "deal", fields: ["expected_close", "amount"])),
    Sample(
      .notFound,
      EntryError.reference(
        field: "client",
        LookupError(text: "x", entity: "client", kind: .notFound, candidates: []))),
    Sample(.usage, EntryError.lostReasonRequired),
    Sample(.usage, EntryError.notDeletable(entity: "member")),
    Sample(.usage, EntryError.settingOfAll(entity: "stage")),
    Sample(.conflict, EntryError.nameTaken(entity: "segment", name: "x", id: "5-a")),
    Sample(.notFound, EntryError.unknownName(entity: "segment", name: "x", suggestions: [])),
    Sample(.failed, EntryError.malformedLine(3, .syntax(byteOffset: 4))),
    Sample(.failed, EntryError.malformedLine(3, .missingType)),
    Sample(.usage, DuplicateError.oneCard(id: "5-a", commits: [])),
    Sample(.conflict, DuplicateError.oneCard(id: "5-a", commits: ["k7:5"])),
    Sample(.usage, LineError(line: 3, cause: EntryError.computedField("ltv"))),
  ]

  private static let tables = [
    Sample(.usage, MappingError.malformedOverride("x")),
    Sample(
      .usage, MappingError.fieldTakenTwice(FieldTarget(key: "city"), columns: ["Город", "Town"])),
    Sample(.usage, MappingError.unknownColumn("x")), Sample(.usage, MappingError.unknownField("x")),
    Sample(.failed, ImportError.empty), Sample(.failed, ImportError.nothingMapped(type: "client")),
    Sample(.usage, ImportError.unknownType("x")), Sample(.failed, ImportError.isHTML),
    Sample(.failed, ImportError.isSpreadsheet), Sample(.failed, ImportError.isJSONLines),
  ]
}
