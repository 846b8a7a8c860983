import Bytes
public import Documents
import Platform

/// What the bytes of records refer to: names by number, replicas by place.
final class StateTables: Sendable {
  let names: NameTable
  let replicas: ReplicaTable

  init(names: NameTable, replicas: ReplicaTable) {
    self.names = names
    self.replicas = replicas
  }
}

/// The state of a base: all records, as a set of admitted commits makes them (SPEC §8).
///
/// A large part that does not change, the image, and over it the few records that later commits
/// have touched. A value: who holds a state holds that state.
public struct State: Sendable {
  let image: Image?
  private(set) var tables: StateTables
  private(set) var admission: Admission
  private var changed: [RecordKey: ByteRegion] = [:]

  /// The records of `changed` that the image does not have, in the order in which they came.
  private var added: [RecordKey] = []

  /// The places of the image's records that `changed` replaces.
  private var replaced: Set<Image.Place> = []

  /// A state without records.
  public init() {
    image = nil
    admission = Admission(Authority(header: nil))
    tables = StateTables(names: NameTable(), replicas: ReplicaTable())
  }

  /// A state that no cache keeps.
  init(_ builder: StateBuilder, header: Header, plan: IndexPlan) {
    let origin = ImageOrigin(workspace: "", byteCount: 0, digest: [], planVersion: plan.version)
    guard let image = Image(ImageWriter(builder, origin: origin, plan: plan).region()) else {
      preconditionFailure("an image that was just written can be read")
    }
    self.init(
      image: image, header: header, imagining: builder.admission.authority.imagined)
  }

  init(
    image: Image, header: Header,
    imagining imagined: [Authority.Origin: UInt32] = [:]
  ) {
    self.image = image
    admission = image.admission(header: header, imagining: imagined)
    var replicas = ReplicaTable()
    for entry in image.replicas { _ = replicas.place(of: entry.id) }
    for entry in image.replicas { replicas.restore(entry) }
    tables = StateTables(names: NameTable(image.names), replicas: replicas)
  }

  /// What is known of each replica.
  public var replicas: [ReplicaEntry] { tables.replicas.entries }

  /// For each replica the highest number in the state; there are no gaps below it.
  public var frontier: Frontier {
    Frontier(
      Dictionary(
        uniqueKeysWithValues: replicas.filter { $0.count > 0 }.map { ($0.id, $0.count) }))
  }

  /// How many records the state holds, deleted ones included.
  public var recordCount: Int { (image?.recordCount ?? 0) + added.count }

  /// Commits that were received and are no part of the base, in no particular order.
  public var held: [HeldRun] { admission.held }

  /// The workspace whose state it is; nil for a state without a document.
  public var workspace: WorkspaceID? { admission.authority.header?.workspace }

  /// The histories of other workspaces that were adopted, by their names, and whose they are.
  var adopted: [ReplicaID: WorkspaceID] { admission.authority.origins(in: tables.replicas) }

  /// Whether anything of a workspace was adopted.
  public func hasAdopted(_ workspace: WorkspaceID) -> Bool {
    adopted.values.contains(workspace)
  }

  /// The workspace in which a record was made, if that was adopted, as its id tells (SPEC §7.3).
  ///
  /// - Parameter id: the record's id.
  /// - Returns: that workspace; nil for the records of this one.
  public func origin(ofRecordID id: String) -> WorkspaceID? {
    guard !admission.authority.adopted.isEmpty, let name = id.split(separator: "-").last,
      let replica = ReplicaID(String(name))
    else { return nil }
    return admission.authority.origin(ofDevice: replica)
  }

  /// Whether a commit is in the state, or held beside it.
  public func holds(_ dot: Dot) -> Bool {
    replicaTable.existingPlace(of: dot.replica).map { replicaTable[$0].count >= dot.number }
      ?? false
  }

  /// Why a commit is held; nothing for one that is not.
  public func reason(ofHeld dot: Dot) -> HeldReason? {
    admission.held.first { $0.contains(dot) }?.reason
  }

  /// Whether a commit is held.
  public func isHeld(_ dot: Dot) -> Bool { admission.held.contains { $0.contains(dot) } }

  /// How many records lie over the image.
  var changedCount: Int { changed.count }

  /// The key of a field's name, if any record has had that field.
  ///
  /// Names that carry an element's key have none; they are read with `Record.contents`.
  public func field(_ name: String) -> FieldKey {
    FieldKey(number: tables.names.existingNumber(of: ByteString(name)) ?? 0)
  }

  /// The record with this type and id.
  public func record(type: String, id: String) -> Record? {
    guard let number = tables.names.existingNumber(of: ByteString(type)) else { return nil }
    let key = RecordKey(type: number, id: ByteString(id))
    if let region = changed[key] {
      return Record(region: region, range: 0..<region.count, tables: tables)
    }
    guard let image, let place = image.place(type: number, id: id.utf8.span),
      let range = image.range(of: place)
    else { return nil }
    return Record(region: image.region, range: range, tables: tables)
  }

  /// Calls `body` with every record of a type, deleted ones included, until it says to stop.
  ///
  /// - Parameters:
  ///   - type: the type; all types if there is none.
  ///   - body: returns whether to go on.
  public func forEach(type: String? = nil, _ body: (Record) throws -> Bool) rethrows {
    var wanted: UInt32?
    if let type {
      guard let number = tables.names.existingNumber(of: ByteString(type)) else { return }
      wanted = number
    }
    if let image {
      for (number, table) in image.tables.enumerated() where wanted == nil || table.type == wanted {
        for index in 0..<table.recordCount {
          if !replaced.isEmpty, replaced.contains(Image.Place(table: number, index: index)) {
            continue
          }
          guard let range = image.range(of: index, in: table) else { continue }
          let record = Record(region: image.region, range: range, tables: tables)
          guard try body(record) else { return }
        }
      }
    }
    for key in changed.keys.sorted(by: { ($0.type, $0.id) < ($1.type, $1.id) })
    where wanted == nil || key.type == wanted {
      guard let region = changed[key] else { continue }
      guard try body(Record(region: region, range: 0..<region.count, tables: tables)) else {
        return
      }
    }
  }

  /// The records that have a value with this key in an indexed field.
  ///
  /// - Parameters:
  ///   - key: what the plan's entry makes of the value.
  ///   - field: the field.
  ///   - type: the type of the records.
  ///   - plan: the plan with which the state was opened.
  /// - Returns: the records, deleted ones included.
  public func records(withKey key: [UInt8], in field: String, of type: String, plan: IndexPlan)
    -> [Record]
  {
    guard let number = plan.entries.firstIndex(where: { $0.type == type && $0.field == field }),
      let typeNumber = tables.names.existingNumber(of: ByteString(type)),
      let fieldNumber = tables.names.existingNumber(of: ByteString(field))
    else { return [] }
    var present: [UInt8] = []
    func matches(_ record: Record) -> Bool {
      guard BlobReader(record.bytes)?.type == typeNumber else { return false }
      var found = false
      FieldReader.forEachValue(of: fieldNumber, in: record.bytes) { value in
        guard !found else { return }
        present.removeAll(keepingCapacity: true)
        plan.entries[number].appendKey(value, &present)
        found = present == key
      }
      return found
    }
    var result: [Record] = []
    if let image {
      let tag = ValueIndex.tag(key.span, field: number, seed: image.seed)
      for place in image.places(valueTag: tag, type: typeNumber)
      where !replaced.contains(place) {
        guard let range = image.range(of: place) else { continue }
        let record = Record(region: image.region, range: range, tables: tables)
        if matches(record) { result.append(record) }
      }
    }
    for (_, region) in changed {
      let record = Record(region: region, range: 0..<region.count, tables: tables)
      if matches(record) { result.append(record) }
    }
    return result
  }
}

extension State {
  /// Applies the commits of a batch over the image.
  ///
  /// - Returns: false if a commit came too early or too late; the state is then to be made anew.
  mutating func apply(_ batch: CommitBatch, names: NameTable) throws(DocumentError) -> Bool {
    var replicas = tables.replicas
    var reader = LineReader(names)
    var admission = admission
    let forked = replicas.forked
    let controlTypes = names.controlTypes
    for entry in batch.entries {
      let place = replicas.place(of: entry.header.dot.replica)
      guard forked.isDisjoint(with: [entry.header.dot.replica] + entry.header.seen.map(\.replica)),
        entry.header.dot.number == replicas[place].count + 1,
        replicas.horizon[Int(place)] < entry.header.dot.number,
        entry.header.seen.allSatisfy({ sighting in
          replicas.existingPlace(of: sighting.replica).map {
            replicas[$0].count >= sighting.number
          } ?? false
        })
      else { return false }
      let met = replicas.firstSightings(entry.header)
      let context = replicas.admit(entry.header)
      let control = try batch.control(of: entry, types: controlTypes, names: names, with: &reader)
      let table = replicas
      let admittance = admission.admits(
        entry.header, context, met: met, control: control.lines,
        doesOrdinaryWork: control.doesOrdinaryWork, counts: { table[$0].count })
      if admission.isUnsettled { return false }
      guard admittance != .held else { continue }
      let ignored = admittance == .adopted ? names.localTypes : []
      let dot = LocalDot(replica: context.replica, number: context.number)
      for fragment in batch.fragments[entry.fragments] where !ignored.contains(fragment.type) {
        let change = try batch.change(of: fragment, with: &reader)
        var record = state(of: change.key) ?? RecordState(key: change.key)
        guard !record.votes.contains(where: { $0.dot == dot }) else {
          throw .line(.recordTwice, byteOffset: 0)
        }
        record.apply(change, dot: dot, context: context)
        put(record)
      }
    }
    tables = StateTables(names: names, replicas: replicas)
    self.admission = admission
    return true
  }

  /// The seed of the image's hash tables.
  var seed: UInt64 { image?.seed ?? 0 }

  var names: NameTable { tables.names }

  var replicaTable: ReplicaTable { tables.replicas }

  var places: [ReplicaID: UInt32] { tables.replicas.places }

  /// Gives a replica its local number.
  mutating func register(_ replica: ReplicaID) {
    guard tables.replicas.existingPlace(of: replica) == nil else { return }
    var replicas = tables.replicas
    _ = replicas.place(of: replica)
    tables = StateTables(names: tables.names, replicas: replicas)
  }

  private func state(of key: RecordKey) -> RecordState? {
    if let region = changed[key] { return RecordBlob.decode(region.bytes) }
    guard let image, let place = image.place(type: key.type, id: key.id.bytes.span),
      let range = image.range(of: place)
    else { return nil }
    return image.region.withBytes { RecordBlob.decode($0.extracting(range)) }
  }

  private mutating func put(_ record: RecordState) {
    var bytes: [UInt8] = []
    RecordBlob.encode(record, into: &bytes)
    if changed.updateValue(ByteRegion(bytes), forKey: record.key) == nil {
      if let place = image?.place(type: record.key.type, id: record.key.id.bytes.span) {
        replaced.insert(place)
      } else {
        added.append(record.key)
      }
    }
  }

  /// Notes the chain hash of a replica's last commit.
  mutating func setHead(_ head: Chain, of replica: ReplicaID) {
    var replicas = tables.replicas
    let place = replicas.place(of: replica)
    replicas[place].head = head.head
    tables = StateTables(names: tables.names, replicas: replicas)
  }
}
