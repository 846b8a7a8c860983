// The fuzz targets, one function each. libFuzzer calls the entry point at the end with bytes of its
// own making; the environment variable KARTO_FUZZ_TARGET names the function that gets them.
//
// A target must never stop the program on its own account: bad input is a typed error. What it
// holds beyond that is a `precondition`, which the fuzzer reports like any crash.

import Bytes
import Documents
import Exchange
import Glibc
import Replication
import Sealing
import Syncing

struct Target: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void
}

let targets = [
  Target(name: "json-scanner", run: fuzzJSONScanner),
  Target(name: "json-parser", run: fuzzJSONParser),
  Target(name: "gzip-member", run: fuzzGzipMember),
  Target(name: "document", run: fuzzDocument),
  Target(name: "commit-lines", run: fuzzCommitLines),
  Target(name: "csv", run: fuzzCSV),
  Target(name: "peer-handshake", run: fuzzPeerHandshake),
  Target(name: "peer-messages", run: fuzzPeerMessages),
]

/// Canonical lines: what the scanner accepts has no other spelling.
func fuzzJSONScanner(_ input: [UInt8]) {
  let bytes = input.span
  var lines = Lines()
  while let line = lines.next(in: bytes) {
    let text = Array(bytesOf: bytes.extracting(line))
    if let value = try? JSONParser.parse(text.span) {
      precondition(JSONScanner.isCanonical(text.span) == (value.canonicalBytes == text))
    } else {
      precondition(!JSONScanner.isCanonical(text.span))
    }
  }
  // Strings may begin anywhere, so the whole input is read without its lines too.
  var scanner = JSONScanner()
  while !scanner.atEnd(in: bytes) {
    if let range = try? scanner.string(in: bytes) {
      guard let unescaped = try? JSONScanner.unescape(range, in: bytes),
        let string = try? JSONScanner.string(at: range, in: bytes)
      else { preconditionFailure("a scanned string has a text") }
      precondition(Array(string.utf8) == unescaped)
      var writer = JSONWriter()
      writer.string(string)
      precondition(writer.bytes.dropFirst().dropLast().elementsEqual(input[range]))
    } else if (try? scanner.integer(in: bytes)) == nil {
      scanner.position += 1
    }
  }
}

/// Ordinary JSON: what is accepted can be written and reads back equal.
func fuzzJSONParser(_ input: [UInt8]) {
  guard let value = try? JSONParser.parse(input.span) else { return }
  let canonical = value.canonicalBytes
  precondition(JSONScanner.isCanonical(canonical.span))
  guard let again = try? JSONParser.parse(canonical.span) else {
    preconditionFailure("the canonical form can be read")
  }
  precondition(again == value)
}

/// Members as they come, and with a good header before the input, which gets past the door.
func fuzzGzipMember(_ input: [UInt8]) {
  let limit = 1 << 16
  var inflater = Inflater()
  let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  for bytes in [input, header + input] {
    var position = 0
    var output: [UInt8] = []
    while let length = try? inflater.inflate(
      bytes.span, at: position, limit: limit, expecting: input.count, into: &output)
    {
      precondition(length > 0 && length <= bytes.count - position)
      precondition(output.count <= limit)
      if let parsed = try? Gzip.MemberHeader.parse(bytes.span, at: position) {
        for subfield in parsed.subfields(in: bytes.span) {
          precondition(subfield.data.upperBound <= position + parsed.length)
        }
      }
      position += length
      output.removeAll(keepingCapacity: true)
    }
    precondition(output.isEmpty)
  }
}

/// The target of this process, chosen at the first call.
let chosen: Target = {
  let name = getenv("KARTO_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets.first(where: { $0.name == name }) else {
    let names = targets.map(\.name).joined(separator: ", ")
    preconditionFailure("KARTO_FUZZ_TARGET must be one of: \(names)")
  }
  return target
}()

/// A whole file: members are found, hopped over and inflated within their limits.
func fuzzDocument(_ input: [UInt8]) {
  let map = MemberMap(input.span)
  precondition(map.end <= input.count)
  var inflater = Inflater()
  var raw: [UInt8] = []
  for member in map.members {
    precondition(member.byteEnd <= map.end)
    guard (try? member.inflate(input.span, with: &inflater, into: &raw)) != nil else { continue }
    precondition(raw.count <= Limits.memberRawBytes)
    fuzzCommitLines(raw)
  }
}

/// The lines of a member, past the door of gzip: headers, commits, record lines.
func fuzzCommitLines(_ input: [UInt8]) {
  let raw = input.span
  if let end = Lines.end(ofLineAt: 0, in: raw) { _ = try? Header(line: raw.extracting(0..<end)) }
  var cursor = CommitCursor()
  var reader = EditReader()
  while let frame = try? cursor.next(in: raw) {
    guard let trailer = try? Trailer(line: raw.extracting(frame.trailer)) else { continue }
    let number = frame.header.dot.number
    _ = try? Chain.hash(body: raw.extracting(frame.body), salt: trailer.salt, of: number)
    var lines = Lines()
    let body = raw.extracting(frame.body)
    while let line = lines.next(in: body) {
      guard let edit = try? reader.edit(of: body.extracting(line)) else { continue }
      var writer = JSONWriter()
      edit.append(to: &writer)
      let again = writer.bytes
      let whole = again.span.extracting(0..<(again.count - 1))
      precondition((try? reader.edit(of: whole)) == edit)
    }
  }
}

/// A table as people bring it: encoding and dialect are guessed, every row is read or refused.
func fuzzCSV(_ input: [UInt8]) {
  let encoding = TextEncoding.detect(input.span)
  let text = encoding.decode(input.span)
  var reader = CSVReader(dialect: CSVDialect.detect(text.span))
  var row = CSVRow()
  for _ in 0...text.count {
    do throws(CSVError) {
      guard try reader.next(in: text.span, into: &row) else { return }
      _ = row.texts(in: text.span)
    } catch {
      continue
    }
  }
}

/// A workspace for the two targets of peers; the keys are of no use to anyone.
let peerDevice: SigningKey = {
  guard let key = SigningKey(seed: [UInt8](repeating: 1, count: 32).span) else {
    preconditionFailure("a seed has 32 bytes")
  }
  return key
}()
let peerHeader = Header(
  founder: peerDevice.publicKey, recovery: peerDevice.publicKey, createdMillis: 0)

struct FuzzPolicy: PeerPolicy {
  var openInvitations: [PublicKey] { [peerDevice.publicKey] }
  func verdict(onDevice device: PublicKey, evidence: [UInt8]) -> PeerVerdict {
    evidence.count == 1 ? .sealed : .admitted
  }
  func verdict(onInvited device: PublicKey, invitation: PublicKey) -> PeerVerdict { .admitted }
}

/// A channel, as the input comes, and with a good greeting and a good seal around it, which gets
/// past the door: no bytes whatever open a channel without a good signature.
func fuzzPeerHandshake(_ input: [UInt8]) {
  let identity = ChannelIdentity(member: peerHeader, device: peerDevice)
  for role in [Channel.Role.initiator, .responder] {
    var raw = Channel(role, identity: identity, policy: FuzzPolicy())
    raw.receive(input.span)
    do { while try raw.next() != nil {} } catch {}
    precondition(!raw.isOpen)
    var channel = Channel(role, identity: identity, policy: FuzzPolicy())
    for piece in sealed(input, for: role, greeting: channel.takeOutput()) {
      channel.receive(piece.span)
    }
    do { while try channel.next() != nil {} } catch {}
    precondition(!channel.isOpen)
    precondition(channel.outputCount < 1 << 16)
  }
}

/// What a peer sends that knows the base and has the input for its proof (SPEC §14.3).
func sealed(_ input: [UInt8], for role: Channel.Role, greeting: [UInt8]) -> [[UInt8]] {
  let own = AgreementKey.generate()
  let ownGreeting = Array("karto".utf8) + [1, 1] + own.publicKey.bytes
  let shared = BLAKE2b.hash256(
    (Array("karto network".utf8) + peerDevice.publicKey.bytes + peerDevice.publicKey.bytes
      + [UInt8](repeating: 0, count: 8)).span)
  let greetings = role == .responder ? ownGreeting + greeting : greeting + ownGreeting
  let transcript = BLAKE2b.hash256(
    (Array("karto transcript".utf8) + greetings).span, key: shared.bytes.span)
  guard let point = Hash256(Array(greeting[7..<39]).span), let secret = own.agree(with: point)
  else {
    preconditionFailure("an honest greeting can be agreed with")
  }
  let label = role == .responder ? "karto initiator key" : "karto responder key"
  let stream = SealingStream(
    key: BLAKE2b.secret256((Array(label.utf8) + transcript.bytes).span, key: secret))
  var frame: [UInt8] = []
  stream.seal(input.span, .message, to: &frame)
  let length = [
    UInt8(truncatingIfNeeded: frame.count), UInt8(truncatingIfNeeded: frame.count >> 8),
  ]
  return [ownGreeting, stream.header + length, frame]
}

/// The messages of a session, each after its length in two bytes: none stops the program, and
/// nothing is kept that is not proven.
func fuzzPeerMessages(_ input: [UInt8]) {
  let store = FuzzStore()
  var session = Session(
    input.count % 2 == 0 ? .initiator : .responder, terms: Session.Terms(nowMillis: 0), store: store
  )
  var position = 0
  var spoken = 0
  while position + 2 <= input.count {
    let count = Int(input[position]) | Int(input[position + 1]) << 8
    let end = min(position + 2 + count, input.count)
    let message = Array(input[(position + 2)..<end])
    position = end
    do { try session.receive(message, isLast: message.first == 25) } catch { break }
    while spoken < 1 << 20, let next = try? session.next() {
      precondition(next.bytes.count <= Limits.messageBytes)
      spoken += next.bytes.count
    }
  }
  _ = try? session.connectionEnded()
}

/// Takes commits as a document would, and forgets them.
final class FuzzStore: CommitStore {
  var headerLine: [UInt8]? { peerHeader.line }
  func adopt(headerLine: [UInt8]) throws { _ = try Header(line: headerLine.span) }
  func holdings() throws -> Holdings { Holdings() }
  func outgoing(to peer: Holdings) throws -> any OutgoingCommits { FuzzOutgoing() }
  func incoming() throws -> any IncomingCommits { FuzzIncoming() }
  func digest() throws -> Hash256? { Hash256() }
}

final class FuzzOutgoing: OutgoingCommits {
  var forked: [ByteString] { [] }
  private var left = 2
  func next() throws -> (member: [UInt8], commitCount: Int)? {
    left -= 1
    return left >= 0 ? ([UInt8](repeating: 7, count: 100_000), 1) : nil
  }
}

final class FuzzIncoming: IncomingCommits {
  private var intake = CommitIntake(workspace: peerHeader.workspace, keepsBatchesWhole: true)
  func add(_ member: [UInt8]) throws -> Int { try intake.add(member) }
  func store(isEnd: Bool) throws -> StoredCommits {
    try intake.verify()
    let staged = intake.take(isEnd: isEnd)
    precondition(staged.members.count <= CommitIntake.stagedByteLimit)
    var stored = StoredCommits()
    stored.commitCount = staged.commitCount
    return stored
  }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
