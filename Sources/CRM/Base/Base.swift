import Bytes
import Documents
public import Platform
public import Replication
import Sealing

/// A client base: what the CRM knows how to ask of a workspace and to write into it.
///
///     let base = try Base.open(path: "base.karto", writing: true)
///     let written = try base.add(Schema.client, [FieldChange("name", .set, "ООО Ромашка")])
///     print(written.id)
///
/// One thread at a time, like the workspace under it.
public final class Base {
  /// The document, its state and the right to write.
  public let workspace: Workspace

  /// The wall clock.
  public let clock: WallClock

  /// The device's own folder, if notes about the base may be kept there.
  let deviceFolder: DeviceFolder?

  /// What the base has few of, read when first asked for, for one state.
  var shelf = Shelf()

  /// The fields that can be looked up by value.
  public static let indexPlan = BaseIndex.plan

  /// Makes a base of an open workspace, which must have been opened with ``indexPlan``.
  ///
  /// - Parameters:
  ///   - workspace: the workspace.
  ///   - clock: the wall clock.
  ///   - deviceFolder: the device's own folder, if notes about the base may be kept there.
  public init(
    workspace: Workspace, clock: WallClock = .system, deviceFolder: DeviceFolder? = nil
  ) {
    self.workspace = workspace
    self.clock = clock
    self.deviceFolder = deviceFolder
  }

  /// Opens a base.
  ///
  /// - Parameters:
  ///   - path: where the document stands.
  ///   - writing: whether it will be written to.
  ///   - device: the device's own folder.
  ///   - clock: the wall clock.
  ///   - usesCache: whether a cache may be read and written.
  ///   - progress: is told how far opening has come, which without a cache may take a while.
  /// - Returns: the base.
  /// - Throws: `DocumentError`, or what the system says.
  public static func open(
    path: String, writing: Bool, device: DeviceFolder = .standard, clock: WallClock = .system,
    usesCache: Bool = true, progress: ProgressReport = { _, _ in }
  ) throws -> Base {
    let workspace = try Workspace(
      path: path, writing: writing, device: device, plan: indexPlan, clock: clock,
      usesCache: usesCache, toleratesGaps: true, progress: progress)
    return Base(
      workspace: workspace, clock: clock, deviceFolder: usesCache ? device : nil)
  }

  /// The state of all records.
  public var state: State { workspace.state }

  /// The present moment.
  public var now: Instant { Instant(epochMillis: clock.nowMillis()) }

  /// What the base's time zone is ahead of UTC at a moment, in minutes.
  public func offsetMinutes(at moment: Instant) -> Int {
    let seconds = moment.epochMillis / 1000
    return LocalTime.offsetSeconds(atEpochSeconds: seconds, zone: settings.zone) / 60
  }

  /// What the base's time zone is ahead of UTC now, in minutes.
  public var offsetMinutes: Int { offsetMinutes(at: now) }

  /// The present day in the base's time zone.
  public var today: CivilDate {
    let now = now
    return now.date(offsetMinutes: offsetMinutes(at: now))
  }
}

extension Base {
  /// Founds a base in a new document: the base's own record, its first member and device, and a
  /// pipeline of sales.
  ///
  /// - Parameters:
  ///   - path: where to put it; nothing may stand there.
  ///   - name: the name of the base.
  ///   - member: the name of its owner.
  ///   - device: the device's own folder, which receives the new device's key.
  ///   - clock: the wall clock.
  ///   - hostName: the name of the machine; nil asks the system.
  ///   - language: the language of the pipeline's stages.
  /// - Returns: the base, and the recovery key as text to be kept on paper; it is kept nowhere else.
  /// - Throws: `DocumentError`, or what the system says.
  public static func found(
    path: String, name: String, as member: String, device: DeviceFolder = .standard,
    clock: WallClock = .system, hostName: String? = nil, language: Language = .russian
  ) throws -> (base: Base, recoveryKey: String) {
    let (workspace, recovery) = try Workspace.found(
      path: path, device: device, plan: indexPlan, clock: clock
    ) { draft in
      addFounding(to: &draft, name: name, as: member, hostName: hostName, language: language)
    }
    let base = Base(workspace: workspace, clock: clock, deviceFolder: device)
    return (base, recoveryText(of: recovery.seed))
  }

  /// What the first commit of a base holds; a base with the same founder gets the same ids.
  static func addFounding(
    to draft: inout Draft, name: String?, as member: String, hostName: String?, language: Language
  ) {
    var record = RecordEdit(type: "workspace", id: "workspace")
    if let name { record.set["name"] = StoredValue.text(name) }
    record.set["currency"] = StoredValue.text(Currency.standard)
    record.set["call_period"] = StoredValue.integer(BaseSettings.standardCallPeriod)
    draft.add(record)
    var owner = RecordEdit(type: "member", id: draft.newID())
    owner.set["name"] = StoredValue.text(member)
    owner.set["role"] = StoredValue.text("owner")
    owner.set["state"] = StoredValue.text("active")
    draft.add(owner)
    var machine = RecordEdit(type: "device", id: draft.replica.text)
    machine.set["name"] = StoredValue.text(hostName ?? Environment.hostName ?? "")
    machine.set["member"] = StoredValue.text(owner.id)
    draft.add(machine)
    addPipeline(to: &draft, language: language)
  }

  private static func addPipeline(to draft: inout Draft, language: Language) {
    let isRussian = language == .russian
    var pipeline = RecordEdit(type: "pipeline", id: draft.newID())
    pipeline.set["name"] = StoredValue.text(isRussian ? "Продажи" : "Sales")
    pipeline.set["order"] = StoredValue.integer(1)
    draft.add(pipeline)
    let names =
      isRussian
      ? ["Новый", "Знакомство", "Показ", "Расчет", "Договор подписан", "Проигран"]
      : ["New", "Acquaintance", "Showing", "Calculation", "Contract signed", "Lost"]
    for (index, name) in names.enumerated() {
      var stage = RecordEdit(type: "stage", id: draft.newID())
      stage.set["pipeline"] = StoredValue.text(pipeline.id)
      stage.set["name"] = StoredValue.text(name)
      stage.set["order"] = StoredValue.integer(index + 1)
      let outcome = index == names.count - 1 ? "lost" : index == names.count - 2 ? "won" : "open"
      stage.set["outcome"] = StoredValue.text(outcome)
      draft.add(stage)
    }
  }

  /// How the text of a recovery key begins, so that people know what they have found in a drawer.
  public static let recoveryPrefix = "karto-recovery-"

  private static func recoveryText(of seed: [UInt8]) -> String {
    var text = recoveryPrefix
    for (index, byte) in Base32.encode(seed.span).utf8.enumerated() {
      if index > 0, index % 4 == 0 { text += "-" }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }

  /// Reads the text of a recovery key.
  ///
  /// - Parameter text: what ``found(path:name:as:device:clock:hostName:language:)`` returned; case,
  ///   spaces and dashes do not matter, nor does a missing prefix.
  /// - Returns: the seed of the key; nil if the text is none.
  public static func recoverySeed(of text: String) -> [UInt8]? {
    var letters = text.lowercased().utf8.filter { $0 != 0x2D && $0 != 0x20 && $0 != 0x0A }
    let prefix = recoveryPrefix.utf8.filter { $0 != 0x2D }
    if letters.starts(with: prefix) { letters.removeFirst(prefix.count) }
    guard let seed = Base32.decode(String(decoding: letters, as: UTF8.self)),
      seed.count == SigningKey.seedBytes
    else { return nil }
    return seed
  }
}
