import Bytes
import Documents
import Sealing

// How the cache keeps what the authority was worked out from.
extension Authority {
  /// The control commits and meetings as bytes.
  var encoded: [UInt8] {
    var out: [UInt8] = []
    Varint.append(UInt64(commits.count), to: &out)
    for commit in commits { Self.append(commit, to: &out) }
    Varint.append(UInt64(met.count), to: &out)
    for (place, meeting) in met.sorted(by: { $0.key < $1.key }) {
      Varint.append(UInt64(place), to: &out)
      Self.append(meeting, to: &out)
    }
    Varint.append(UInt64(branches.count), to: &out)
    for (place, branch) in branches.sorted(by: { $0.key < $1.key }) {
      Varint.append(UInt64(place), to: &out)
      Varint.append(UInt64(branch.parent), to: &out)
      out += branch.device.bytes
    }
    Varint.append(UInt64(elsewhere.count), to: &out)
    for (name, workspace) in elsewhere.sorted(by: { $0.key < $1.key }) {
      out += name.bytes
      RecordBlob.append(Array(workspace.text.utf8), to: &out)
    }
    return out
  }

  private static func append(_ context: CausalContext, to out: inout [UInt8]) {
    Varint.append(UInt64(context.replica), to: &out)
    Varint.append(UInt64(context.number), to: &out)
    Varint.append(UInt64(context.seen.count), to: &out)
    for number in context.seen { Varint.append(UInt64(number), to: &out) }
  }

  private static func append(_ commit: ControlCommit, to out: inout [UInt8]) {
    out += commit.replica.bytes
    append(commit.context, to: &out)
    Varint.append(Varint.zigzag(commit.stampMillis), to: &out)
    RecordBlob.append(commit.key?.bytes ?? [], to: &out)
    let (kind, name, dot): (UInt64, String, LocalDot) =
      switch commit.entry {
      case .none: (0, "", LocalDot(replica: 0, number: 0))
      case .founder: (1, "", LocalDot(replica: 0, number: 0))
      case .recovery: (2, "", LocalDot(replica: 0, number: 0))
      case .invited(let id, let giver): (3, id, giver)
      case .successor(let older): (4, "", LocalDot(replica: older, number: 0))
      case .unproven: (5, "", LocalDot(replica: 0, number: 0))
      }
    Varint.append(kind, to: &out)
    RecordBlob.append(Array(name.utf8), to: &out)
    Varint.append(UInt64(dot.replica), to: &out)
    Varint.append(UInt64(dot.number), to: &out)
    RecordBlob.append(commit.lines, to: &out)
    out.append(commit.doesOrdinaryWork ? 1 : 0)
  }

  /// Reads what `encoded` wrote; nothing if it is damaged.
  ///
  /// What is imagined is no part of it, so that no cache can keep it.
  init?(
    _ encoded: [UInt8], header: Header,
    imagining imagined: [Origin: UInt32] = [:]
  ) {
    self.init(header: header, imagining: imagined)
    let bytes = encoded.span
    var reader = BlobReader(at: 0)
    guard let count = reader.number(in: bytes) else { return nil }
    for _ in 0..<count {
      guard let commit = Self.commit(&reader, in: bytes) else { return nil }
      add(commit)
    }
    guard let meetings = reader.number(in: bytes) else { return nil }
    for _ in 0..<meetings {
      guard let place = Self.word(&reader, in: bytes),
        let meeting = Self.context(&reader, in: bytes)
      else { return nil }
      met[place] = meeting
    }
    guard let branchCount = reader.number(in: bytes) else { return nil }
    for _ in 0..<branchCount {
      guard let place = Self.word(&reader, in: bytes), let device = Self.word(&reader, in: bytes),
        let id = Self.replica(&reader, in: bytes)
      else { return nil }
      branches[place] = (device, id)
    }
    guard let elsewhereCount = reader.number(in: bytes) else { return nil }
    for _ in 0..<elsewhereCount {
      guard let name = Self.replica(&reader, in: bytes), let text = reader.range(in: bytes),
        let workspace = WorkspaceID(ByteString(bytes.extracting(text)).text)
      else { return nil }
      elsewhere[name] = workspace
    }
    followsTail = true
    _ = settle { _ in 0 }
  }

  private static func replica(_ reader: inout BlobReader, in bytes: Span<UInt8>) -> ReplicaID? {
    let end = reader.position + ReplicaID.byteCount
    guard end <= bytes.count else { return nil }
    defer { reader.position = end }
    return ReplicaID(bytes: bytes.extracting(reader.position..<end))
  }

  private static func word(_ reader: inout BlobReader, in bytes: Span<UInt8>) -> UInt32? {
    reader.number(in: bytes).flatMap { UInt32(exactly: $0) }
  }

  private static func context(
    _ reader: inout BlobReader, in bytes: Span<UInt8>
  ) -> CausalContext? {
    guard let place = word(&reader, in: bytes), let number = word(&reader, in: bytes), number > 0,
      let seenCount = reader.number(in: bytes), seenCount <= bytes.count
    else { return nil }
    var seen: [UInt32] = []
    for _ in 0..<seenCount {
      guard let number = word(&reader, in: bytes) else { return nil }
      seen.append(number)
    }
    return CausalContext(replica: place, number: number, seen: seen)
  }

  private static func commit(
    _ reader: inout BlobReader, in bytes: Span<UInt8>
  ) -> ControlCommit? {
    guard let replica = replica(&reader, in: bytes), let context = context(&reader, in: bytes),
      let stamp = try? Varint.read(bytes, at: &reader.position),
      let key = reader.range(in: bytes), let kind = reader.number(in: bytes),
      let name = reader.range(in: bytes), let dotPlace = word(&reader, in: bytes),
      let dotNumber = word(&reader, in: bytes), let lines = reader.range(in: bytes),
      reader.position < bytes.count
    else { return nil }
    let doesOrdinaryWork = bytes[reader.position] == 1
    reader.position += 1
    let entry: ControlCommit.Entry =
      switch kind {
      case 1: .founder
      case 2: .recovery
      case 3:
        .invited(
          ByteString(bytes.extracting(name)).text,
          by: LocalDot(replica: dotPlace, number: dotNumber))
      case 4: .successor(dotPlace)
      case 5: .unproven
      default: .none
      }
    return ControlCommit(
      replica: replica, context: context, stampMillis: Varint.unzigzag(stamp),
      key: PublicKey(bytes.extracting(key)), entry: entry,
      lines: RecordBlob.copy(lines, in: bytes), doesOrdinaryWork: doesOrdinaryWork)
  }
}
