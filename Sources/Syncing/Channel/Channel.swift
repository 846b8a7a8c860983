import Bytes
import Documents
public import Sealing

/// An encrypted channel between two devices that have proven who they are: a state machine
/// without I/O, bytes in and bytes out (SPEC §14).
///
/// 1. Both send a greeting with a fresh X25519 key.
/// 2. Both work out the keys of two streams from what they agree on and from what both must know.
/// 3. The initiator proves its device key inside the stream; the responder answers with its own
///    proof, or says why not. A side that cannot open the other's first message says nothing.
/// 4. Messages go both ways until each side has sent its last.
///
///     var channel = Channel(.initiator, identity: identity, policy: policy)
///     send(channel.takeOutput())
///     channel.receive(bytes)
///     while let event = try channel.next() { … }
public struct Channel: ~Copyable {
  /// Which side began.
  public enum Role: Sendable {
    /// The side that dialled.
    case initiator
    /// The side that listened.
    case responder
  }

  /// What happened.
  public enum Event: Equatable, Sendable {
    /// The other side has proven who it is and was let in.
    case opened(ChannelPeer)
    /// A message came; it may be the last.
    case message([UInt8], isLast: Bool)
  }

  /// The version of the channel that this program speaks.
  public static let version: UInt8 = 1

  static let greetingBytes = greetingText.count + 2 + AgreementKey.byteCount
  private static let greetingText = Array("karto".utf8)

  private enum Stage { case greeting, proof, open, ended }

  /// Which side this is.
  public let role: Role

  private let identity: ChannelIdentity
  private let policy: any PeerPolicy
  private let ephemeral: AgreementKey
  private let greeting: [UInt8]
  private var stage = Stage.greeting
  private var peerGreeting: [UInt8] = []
  private var secret: SecretBytes?
  private var transcript = Hash256()
  private var sealing: SealingStream?
  private var opening: OpeningStream?
  private var input: [UInt8] = []
  private var inputStart = 0
  private var output: [UInt8] = []
  private var hasOpened = false
  private var hasSentLast = false

  /// Starts a channel; its greeting is the first output.
  ///
  /// - Parameters:
  ///   - role: which side this is.
  ///   - identity: who this side is.
  ///   - policy: who is let in.
  ///   - ephemeral: a key that no other channel has had.
  public init(
    _ role: Role, identity: ChannelIdentity, policy: any PeerPolicy,
    ephemeral: AgreementKey = .generate()
  ) {
    precondition(
      identity.evidence.count <= Limits.evidenceBytes, "the evidence fits into a proof")
    self.role = role
    self.identity = identity
    self.policy = policy
    self.ephemeral = ephemeral
    greeting = Self.greetingText + [Self.version, Self.version] + ephemeral.publicKey.bytes
    output = greeting
  }

  /// Whether the other side has proven who it is, and this side may speak.
  public var isOpen: Bool { hasOpened && !hasSentLast }

  /// Whether the beginning of a message waits for the rest.
  public var hasPartialInput: Bool { input.count > inputStart }

  /// The bytes to be sent, which are handed over.
  public mutating func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  /// How many bytes wait to be handed over.
  public var outputCount: Int { output.count }

  /// How many bytes are in memory, on their way in or out.
  var heldByteCount: Int { input.count + output.count }

  /// Takes bytes that have arrived; `next` says what they mean.
  public mutating func receive(_ bytes: Span<UInt8>) {
    if inputStart == input.count {
      input.removeAll(keepingCapacity: true)
      inputStart = 0
    } else if inputStart > Limits.frameBytes {
      input.removeFirst(inputStart)
      inputStart = 0
    }
    input.append(bytesOf: bytes)
  }

  /// The next thing that the bytes received mean; nothing if more are needed.
  ///
  /// - Throws: `ChannelError`; the channel is then dead, but its output may say why.
  public mutating func next() throws(ChannelError) -> Event? {
    while true {
      switch stage {
      case .greeting:
        guard try readGreeting() else { return nil }
      case .proof:
        if opening == nil, role == .initiator { try startOpening() }
        guard let sealed = try nextFrame(limit: Limits.proofBytes) else { return nil }
        return .opened(try readProof(sealed))
      case .open:
        guard let sealed = try nextFrame(limit: Limits.messageBytes) else { return nil }
        guard let opened = opening?.open(sealed.span) else { throw .altered }
        if opened.tag == .final { stage = .ended }
        return .message(opened.message, isLast: opened.tag == .final)
      case .ended:
        guard inputStart == input.count else { throw .afterEnd }
        return nil
      }
    }
  }

  /// Seals a message of at most `Limits.messageBytes`.
  ///
  /// - Parameters:
  ///   - message: what is sent.
  ///   - tag: whether the keys change behind it, or it is the last.
  public mutating func send(_ message: Span<UInt8>, _ tag: SecretStream.Tag = .message) {
    precondition(message.count <= Limits.messageBytes, "a message fits into a frame")
    precondition(!hasSentLast, "nothing follows the last message")
    guard let sealing else { preconditionFailure("a channel that is open can seal") }
    let count = message.count + SecretStream.overheadBytes
    output.append(UInt8(truncatingIfNeeded: count))
    output.append(UInt8(truncatingIfNeeded: count >> 8))
    sealing.seal(message, tag, to: &output)
    hasSentLast = tag == .final
  }
}

// MARK: - Opening

extension Channel {
  /// Reads the other side's greeting and works out the secret; false if more bytes are needed.
  private mutating func readGreeting() throws(ChannelError) -> Bool {
    let bytes = input[inputStart...]
    // A stranger is told apart by its first byte, not after it has filled the buffer.
    for (byte, expected) in zip(bytes, Self.greetingText) where byte != expected {
      throw .notKartoteka
    }
    guard bytes.count >= Self.greetingBytes else { return false }
    peerGreeting = Array(bytes.prefix(Self.greetingBytes))
    inputStart += Self.greetingBytes
    let place = Self.greetingText.count
    let (least, greatest) = (peerGreeting[place], peerGreeting[place + 1])
    guard least <= Self.version, Self.version <= greatest else {
      throw .version(least: least, greatest: greatest)
    }
    guard let other = Hash256(peerGreeting.span.extracting((place + 2)...)),
      other != ephemeral.publicKey, let agreed = ephemeral.agree(with: other)
    else { throw .weakGreeting }
    secret = agreed
    stage = .proof
    if role == .initiator {
      transcript = transcript(under: identity.sharedKey)
      startSealing()
      sendProof(to: nil)
    }
    return true
  }

  /// The initiator's greeting, then the responder's, under what both must know.
  private func transcript(under key: SharedKey) -> Hash256 {
    let (first, second) =
      role == .initiator ? (greeting, peerGreeting) : (peerGreeting, greeting)
    return key.hash(Array("karto transcript".utf8) + first + second)
  }

  private func streamKey(of sender: Role, _ transcript: Hash256) -> SecretBytes {
    guard let secret else { preconditionFailure("a secret was agreed on before") }
    let label = sender == .initiator ? "karto initiator key" : "karto responder key"
    return BLAKE2b.secret256((Array(label.utf8) + transcript.bytes).span, key: secret)
  }

  private mutating func startSealing() {
    let stream = SealingStream(key: streamKey(of: role, transcript))
    sealing = stream
    output += stream.header
  }

  private mutating func sendProof(to peer: PublicKey?) {
    send(Proof(identity, role, transcript: transcript, to: peer).bytes.span)
  }

  /// Begins to open what the responder sends, once its header is there.
  private mutating func startOpening() throws(ChannelError) {
    guard input.count - inputStart >= SecretStream.headerBytes else { return }
    let range = inputStart..<(inputStart + SecretStream.headerBytes)
    opening = OpeningStream(
      key: streamKey(of: .responder, transcript), header: input.span.extracting(range))
    inputStart += SecretStream.headerBytes
  }

  /// The next sealed message; nothing if more bytes are needed.
  private mutating func nextFrame(limit: Int) throws(ChannelError) -> [UInt8]? {
    // The header of the initiator's stream stays in place, since several keys are tried on it.
    let lead = opening == nil ? SecretStream.headerBytes : 0
    let start = inputStart + lead
    guard input.count - start >= 2 else { return nil }
    let count = Int(input[start]) | Int(input[start + 1]) << 8
    guard count >= SecretStream.overheadBytes, count - SecretStream.overheadBytes <= limit else {
      throw .tooLong(byteCount: count)
    }
    guard input.count - start - 2 >= count else { return nil }
    if lead > 0 { return Array(input[(start + 2)..<(start + 2 + count)]) }
    inputStart = start + 2 + count
    return Array(input[(start + 2)..<inputStart])
  }

  private mutating func readProof(_ sealed: [UInt8]) throws(ChannelError) -> ChannelPeer {
    switch role {
    case .initiator: try readResponderProof(sealed)
    case .responder: try readInitiatorProof(sealed)
    }
  }

  /// The responder's part: find out what the initiator knows, who it is, and let it in or not.
  private mutating func readInitiatorProof(
    _ sealed: [UInt8]
  ) throws(ChannelError) -> ChannelPeer {
    let invitations = policy.openInvitations.prefix(Limits.openInvitations)
    let keys: [(SharedKey, PublicKey?)] =
      [(identity.sharedKey, nil)] + invitations.map { (SharedKey(invitation: $0), $0) }
    let header = Array(input[inputStart..<(inputStart + SecretStream.headerBytes)])
    for (key, invitation) in keys {
      let transcript = transcript(under: key)
      guard
        let stream = OpeningStream(
          key: streamKey(of: .initiator, transcript), header: header.span),
        let opened = stream.open(sealed.span)
      else { continue }
      inputStart += SecretStream.headerBytes + 2 + sealed.count
      self.transcript = transcript
      opening = stream
      return try letIn(opened, through: invitation)
    }
    // Silence: whoever knows nothing learns nothing.
    throw .stranger
  }

  private mutating func letIn(
    _ opened: SecretStream.Opened, through invitation: PublicKey?
  ) throws(ChannelError) -> ChannelPeer {
    guard opened.tag == .message, let proof = Proof(opened.message.span),
      proof.invitation?.key == invitation,
      proof.isValid(.initiator, transcript: transcript, to: nil)
    else { throw .badProof }
    let verdict =
      if let invitation {
        policy.verdict(onInvited: proof.device, invitation: invitation)
      } else {
        policy.verdict(onDevice: proof.device, evidence: proof.evidence)
      }
    startSealing()
    guard verdict == .admitted else {
      sendRefusal(verdict)
      throw .notAdmitted(proof.device, verdict)
    }
    sendProof(to: proof.device)
    stage = .open
    hasOpened = true
    return ChannelPeer(device: proof.device, invitation: invitation)
  }

  private mutating func readResponderProof(
    _ sealed: [UInt8]
  ) throws(ChannelError) -> ChannelPeer {
    // Whoever knows another secret hangs up before saying anything.
    guard let opened = opening?.open(sealed.span) else { throw .altered }
    if opened.message.first == Proof.refusalType, opened.message.count == 2 {
      throw .refused(opened.message[1] == 1 ? .sealed : .unknown)
    }
    guard opened.tag == .message, let proof = Proof(opened.message.span),
      proof.invitation == nil,
      proof.isValid(.responder, transcript: transcript, to: identity.device.publicKey)
    else { throw .badProof }
    // A newcomer knows no devices yet; what it is given tells it whose this one is.
    let verdict =
      identity.invitation == nil
      ? policy.verdict(onDevice: proof.device, evidence: proof.evidence) : .admitted
    guard verdict == .admitted else {
      sendRefusal(verdict)
      throw .notAdmitted(proof.device, verdict)
    }
    stage = .open
    hasOpened = true
    return ChannelPeer(device: proof.device, invitation: nil)
  }

  private mutating func sendRefusal(_ verdict: PeerVerdict) {
    send(Proof.refusal(verdict).span, .final)
    stage = .ended
  }
}
