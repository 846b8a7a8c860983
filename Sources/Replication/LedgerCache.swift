import Bytes
import Documents
import Platform
public import Sealing

/// The ledger of a document as bytes, so that whoever syncs with nothing new need not inflate and
/// hash the whole of it.
///
///     version | origin | commits that say where chains begin and who is let in | chains
///
/// Everything in it is bounds-checked when read; `CacheStore` sees to it that a damaged one is
/// not used.
struct LedgerCache {
  /// Raised with every change to what a ledger holds or to how it is written here.
  static let version: UInt32 = 2

  /// The document's first bytes that the ledger was made from.
  let origin: ImageOrigin

  private let learned: [CommitLedger.Learned]
  private let chains: [ReplicaID: Chain]
  private let heads: [ReplicaID: [Hash256]]

  init(_ ledger: CommitLedger, origin: ImageOrigin) {
    self.origin = origin
    learned = ledger.learned
    chains = ledger.chains
    heads = ledger.heads
  }

  /// The ledger, of a document that begins with these members.
  ///
  /// - Parameters:
  ///   - map: where the members stand, up to the end of `origin`.
  ///   - roots: what is known of where chains begin.
  ///   - doorkeeper: what is known of who was let in.
  /// - Returns: the ledger; nothing if the members end elsewhere.
  func ledger(_ map: MemberMap, roots: ChainRoots, doorkeeper: Doorkeeper) -> CommitLedger? {
    guard map.end == origin.byteCount else { return nil }
    let ledger = CommitLedger(roots: roots, doorkeeper: doorkeeper)
    ledger.goOn(from: map, learned: learned, chains: chains, heads: heads)
    return ledger
  }

  var bytes: [UInt8] {
    var out: [UInt8] = []
    Varint.append(UInt64(Self.version), to: &out)
    RecordBlob.append(Array(origin.workspace.utf8), to: &out)
    Varint.append(UInt64(origin.byteCount), to: &out)
    RecordBlob.append(origin.digest, to: &out)
    Varint.append(UInt64(learned.count), to: &out)
    for commit in learned {
      out += commit.replica.bytes
      RecordBlob.append(commit.first?.line ?? [], to: &out)
      RecordBlob.append(commit.control ?? [], to: &out)
    }
    Varint.append(UInt64(chains.count), to: &out)
    for (replica, chain) in chains {
      let heads = heads[replica] ?? []
      out += replica.bytes
      RecordBlob.append(chain.key.bytes, to: &out)
      Varint.append(UInt64(heads.count), to: &out)
      for head in heads { head.append(to: &out) }
    }
    return out
  }

  init?(_ bytes: Span<UInt8>) {
    var reader = BlobReader(at: 0)
    guard reader.number(in: bytes) == Int(Self.version), let workspace = reader.range(in: bytes),
      let byteCount = reader.number(in: bytes), let digest = reader.range(in: bytes),
      let learnedCount = reader.number(in: bytes)
    else { return nil }
    origin = ImageOrigin(
      workspace: ByteString(bytes.extracting(workspace)).string ?? "", byteCount: byteCount,
      digest: RecordBlob.copy(digest, in: bytes), planVersion: 0)
    var learned: [CommitLedger.Learned] = []
    for _ in 0..<learnedCount {
      guard let replica = reader.replica(in: bytes), let first = reader.range(in: bytes),
        let control = reader.range(in: bytes)
      else { return nil }
      let header = first.isEmpty ? nil : try? CommitHeader(line: bytes.extracting(first))
      guard first.isEmpty || header != nil else { return nil }
      learned.append(
        CommitLedger.Learned(
          replica: replica, first: header,
          control: control.isEmpty ? nil : RecordBlob.copy(control, in: bytes)))
    }
    self.learned = learned
    guard let chainCount = reader.number(in: bytes) else { return nil }
    var chains: [ReplicaID: Chain] = [:]
    var heads: [ReplicaID: [Hash256]] = [:]
    for _ in 0..<chainCount {
      guard let replica = reader.replica(in: bytes), let key = reader.range(in: bytes),
        let key = PublicKey(bytes.extracting(key)), let count = reader.number(in: bytes),
        count > 0, count <= (bytes.count - reader.position) / Hash256.byteCount
      else { return nil }
      let own = (0..<count).compactMap { index in
        let start = reader.position + index * Hash256.byteCount
        return Hash256(bytes.extracting(start..<(start + Hash256.byteCount)))
      }
      reader.position += count * Hash256.byteCount
      guard own.count == count else { return nil }
      chains[replica] = Chain(key: key, number: UInt32(count), head: own[count - 1])
      heads[replica] = own
    }
    self.chains = chains
    self.heads = heads
  }
}

extension Workspace {
  /// The ledger of the document's beginning that was kept, if it is still this document's.
  func keptLedger() -> CommitLedger? {
    guard mayBeCached, let region = cache(.chains).load(),
      let kept = LedgerCache(region.bytes), kept.origin.workspace == header.workspace.text,
      let size = try? file.status().size, kept.origin.byteCount <= size,
      (try? digest(upTo: kept.origin.byteCount)) == kept.origin.digest,
      let bytes = try? file.readToEnd(from: 0), bytes.count >= kept.origin.byteCount
    else { return nil }
    let empty = emptyLedger()
    guard let doorkeeper = empty.doorkeeper else { return nil }
    let map = bytes.withBytes { MemberMap($0.extracting(0..<kept.origin.byteCount)) }
    return kept.ledger(map, roots: empty.roots, doorkeeper: doorkeeper)
  }

  /// Keeps a ledger for whoever opens the document next.
  func keep(_ ledger: CommitLedger) {
    guard mayBeCached, ledger.isGapless, let digest = try? digest(upTo: ledger.end) else { return }
    let origin = ImageOrigin(
      workspace: header.workspace.text, byteCount: ledger.end, digest: digest, planVersion: 0)
    let bytes = LedgerCache(ledger, origin: origin).bytes
    _ = cache(.chains).save { out in try out.write(bytes) }
  }

  /// The digest of a state that was kept.
  ///
  /// - Parameter fingerprint: tells which commits made the state.
  /// - Returns: the digest; nothing if none was kept for these commits.
  public func keptDigest(of fingerprint: Hash256) -> Hash256? {
    guard mayBeCached, let region = cache(.digest).load() else { return nil }
    let bytes = region.bytes
    let count = Hash256.byteCount
    guard bytes.count == 2 * count,
      Hash256(bytes.extracting(0..<count)) == Self.noteName(fingerprint)
    else { return nil }
    return Hash256(bytes.extracting(count..<(2 * count)))
  }

  /// Keeps the digest of the state that these commits make.
  public func keep(digest: Hash256, of fingerprint: Hash256) {
    guard mayBeCached else { return }
    let bytes = Self.noteName(fingerprint).bytes + digest.bytes
    _ = cache(.digest).save { out in try out.write(bytes) }
  }

  /// A version that makes another state of the same commits must not take an older one's word.
  private static func noteName(_ fingerprint: Hash256) -> Hash256 {
    BLAKE2b.hash256((fingerprint.bytes + Array("\(Image.version)".utf8)).span)
  }
}
