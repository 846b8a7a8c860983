import Bytes
import Documents
import Sealing

/// The small things of an image: where it came from, its names and its replicas, and where the
/// large ones lie.
struct ImageMeta {
  var seed: UInt64
  var origin: ImageOrigin
  var names: [ByteString]
  var replicas: [ReplicaEntry]
  var tables: [Image.Table]
  var valueHeads: Range<Int>
  var valueEntries: Range<Int>

  /// What `Authority.encoded` made.
  var authority: [UInt8]
  var held: [HeldRun]

  init(
    seed: UInt64, origin: ImageOrigin, names: [ByteString], replicas: [ReplicaEntry],
    admission: Admission, tables: [Image.Table], valueHeads: Range<Int>, valueEntries: Range<Int>
  ) {
    authority = admission.authority.encoded
    held = admission.held
    self.seed = seed
    self.origin = origin
    self.names = names
    self.replicas = replicas
    self.tables = tables
    self.valueHeads = valueHeads
    self.valueEntries = valueEntries
  }

  var bytes: [UInt8] {
    var out: [UInt8] = []
    Varint.append(seed, to: &out)
    RecordBlob.append(Array(origin.workspace.utf8), to: &out)
    Varint.append(UInt64(origin.byteCount), to: &out)
    RecordBlob.append(origin.digest, to: &out)
    Varint.append(UInt64(origin.planVersion), to: &out)
    Varint.append(UInt64(names.count), to: &out)
    for name in names { RecordBlob.append(name.bytes, to: &out) }
    Varint.append(UInt64(replicas.count), to: &out)
    for replica in replicas {
      out += replica.id.bytes
      RecordBlob.append(replica.key?.bytes ?? [], to: &out)
      RecordBlob.append(replica.head?.bytes ?? [], to: &out)
      RecordBlob.append(replica.predecessor?.bytes ?? [], to: &out)
      RecordBlob.append(replica.device?.bytes ?? [], to: &out)
      Varint.append(UInt64(replica.base), to: &out)
      Varint.append(UInt64(replica.seen.count), to: &out)
      for number in replica.seen { Varint.append(UInt64(number), to: &out) }
      Varint.append(UInt64(replica.stamps.count), to: &out)
      // Stamps mostly grow by little, so their differences are short; zigzag keeps the sign.
      var last: Int64 = 0
      for stamp in replica.stamps {
        Varint.append(Varint.zigzag(stamp &- last), to: &out)
        last = stamp
      }
    }
    RecordBlob.append(authority, to: &out)
    Varint.append(UInt64(held.count), to: &out)
    for run in held {
      out += run.replica.bytes
      Varint.append(UInt64(run.first), to: &out)
      Varint.append(UInt64(run.last), to: &out)
      Varint.append(UInt64(run.reason.rawValue), to: &out)
    }
    Varint.append(UInt64(tables.count), to: &out)
    for table in tables {
      Varint.append(UInt64(table.type), to: &out)
      for part in [table.arena, table.locations, table.hashes, table.next, table.heads] {
        Self.append(part, to: &out)
      }
    }
    Self.append(valueHeads, to: &out)
    Self.append(valueEntries, to: &out)
    return out
  }

  private static func append(_ part: Range<Int>, to out: inout [UInt8]) {
    Varint.append(UInt64(part.lowerBound), to: &out)
    Varint.append(UInt64(part.count), to: &out)
  }

  init?(_ bytes: Span<UInt8>) {
    var reader = BlobReader(at: 0)
    guard let seed = try? Varint.read(bytes, at: &reader.position),
      let workspace = reader.range(in: bytes), let byteCount = reader.number(in: bytes),
      let digest = reader.range(in: bytes), let planVersion = reader.number(in: bytes),
      let nameCount = reader.number(in: bytes)
    else { return nil }
    self.seed = seed
    origin = ImageOrigin(
      workspace: ByteString(bytes.extracting(workspace)).string ?? "", byteCount: byteCount,
      digest: RecordBlob.copy(digest, in: bytes),
      planVersion: UInt32(truncatingIfNeeded: planVersion))
    names = []
    for _ in 0..<nameCount {
      guard let name = reader.range(in: bytes) else { return nil }
      names.append(ByteString(bytes.extracting(name)))
    }
    replicas = []
    guard let replicaCount = reader.number(in: bytes) else { return nil }
    for _ in 0..<replicaCount {
      guard let replica = Self.replica(&reader, in: bytes) else { return nil }
      replicas.append(replica)
    }
    guard let authority = reader.range(in: bytes), let heldCount = reader.number(in: bytes) else {
      return nil
    }
    self.authority = RecordBlob.copy(authority, in: bytes)
    held = []
    for _ in 0..<heldCount {
      guard let replica = reader.replica(in: bytes),
        let first = reader.number(in: bytes).flatMap({ UInt32(exactly: $0) }),
        let last = reader.number(in: bytes).flatMap({ UInt32(exactly: $0) }),
        let reason = reader.number(in: bytes).flatMap({ HeldReason(rawValue: UInt8($0 & 0xff)) })
      else { return nil }
      held.append(HeldRun(replica: replica, first: first, last: last, reason: reason))
    }
    tables = []
    guard let tableCount = reader.number(in: bytes) else { return nil }
    for _ in 0..<tableCount {
      guard let table = Self.table(&reader, in: bytes) else { return nil }
      tables.append(table)
    }
    guard let valueHeads = Self.part(&reader, in: bytes),
      let valueEntries = Self.part(&reader, in: bytes)
    else { return nil }
    self.valueHeads = valueHeads
    self.valueEntries = valueEntries
  }

  private static func table(_ reader: inout BlobReader, in bytes: Span<UInt8>) -> Image.Table? {
    guard let type = reader.number(in: bytes), let arena = part(&reader, in: bytes),
      let locations = part(&reader, in: bytes), let hashes = part(&reader, in: bytes),
      let next = part(&reader, in: bytes), let heads = part(&reader, in: bytes)
    else { return nil }
    return Image.Table(
      type: UInt32(truncatingIfNeeded: type), arena: arena, locations: locations, hashes: hashes,
      next: next, heads: heads)
  }

  private static func part(_ reader: inout BlobReader, in bytes: Span<UInt8>) -> Range<Int>? {
    guard let start = reader.number(in: bytes), let count = reader.number(in: bytes),
      count <= Int.max - start
    else { return nil }
    return start..<(start + count)
  }

  private static func replica(
    _ reader: inout BlobReader, in bytes: Span<UInt8>
  ) -> ReplicaEntry? {
    guard let id = reader.replica(in: bytes) else { return nil }
    var entry = ReplicaEntry(id: id)
    guard let key = reader.range(in: bytes), let head = reader.range(in: bytes),
      let predecessor = reader.range(in: bytes), let device = reader.range(in: bytes),
      let base = reader.number(in: bytes).flatMap({ UInt32(exactly: $0) }),
      let seenCount = reader.number(in: bytes)
    else { return nil }
    entry.key = PublicKey(bytes.extracting(key))
    entry.device = ReplicaID(bytes: bytes.extracting(device))
    entry.base = base
    entry.predecessor = ReplicaID(bytes: bytes.extracting(predecessor))
    entry.head = Hash256(bytes.extracting(head))
    for _ in 0..<seenCount {
      guard let number = reader.number(in: bytes) else { return nil }
      entry.seen.append(UInt32(truncatingIfNeeded: number))
    }
    guard let stampCount = reader.number(in: bytes), stampCount <= bytes.count else { return nil }
    entry.stamps.reserveCapacity(stampCount)
    var last: Int64 = 0
    for _ in 0..<stampCount {
      guard let step = try? Varint.read(bytes, at: &reader.position) else { return nil }
      last &+= Varint.unzigzag(step)
      entry.stamps.append(last)
    }
    return entry
  }
}
