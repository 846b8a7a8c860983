import Bytes
import Documents
import Sealing
import Support
import Testing

@testable import Syncing

/// Keys of one workspace, and channels between them.
private struct Cast {
  let base: MemoryBase
  let anna: SigningKey
  let boris: SigningKey
  let invitation: SigningKey
  var policy: ListPolicy

  init(seed: UInt64 = 1) throws {
    base = try MemoryBase(seed: seed)
    anna = base.founder
    boris = try key(seed: seed, 1)
    invitation = try key(seed: seed, 2)
    policy = ListPolicy(devices: [anna.publicKey, boris.publicKey])
  }

  func channel(_ role: Channel.Role, _ device: SigningKey, evidence: [UInt8] = []) -> Channel {
    Channel(
      role, identity: ChannelIdentity(member: base.header, device: device, evidence: evidence),
      policy: policy)
  }

  func invited(_ device: SigningKey) -> Channel {
    Channel(
      .initiator, identity: ChannelIdentity(invited: invitation, device: device), policy: policy)
  }
}

/// What came of two channels that were joined by a perfect wire.
private struct Meeting {
  var events: [[Channel.Event]] = [[], []]
  var errors: [ChannelError?] = [nil, nil]
  var sent: [[UInt8]] = [[], []]

  /// Passes everything on until nobody says anything more; `alter` may change what passes.
  init(
    _ one: inout Channel, _ other: inout Channel,
    alter: (_ side: Int, _ start: Int, inout [UInt8]) -> Void = { _, _, _ in }
  ) {
    for _ in 0..<10 {
      var bytes = one.takeOutput()
      alter(0, sent[0].count, &bytes)
      sent[0] += bytes
      deliver(bytes, to: &other, 1)
      bytes = other.takeOutput()
      alter(1, sent[1].count, &bytes)
      sent[1] += bytes
      deliver(bytes, to: &one, 0)
    }
  }

  private mutating func deliver(_ bytes: [UInt8], to channel: inout Channel, _ side: Int) {
    guard errors[side] == nil else { return }
    channel.receive(bytes.span)
    do throws(ChannelError) {
      while let event = try channel.next() { events[side].append(event) }
    } catch {
      errors[side] = error
    }
  }
}

private func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
  guard bytes.count >= needle.count else { return false }
  return (0...(bytes.count - needle.count)).contains {
    bytes[$0..<($0 + needle.count)].elementsEqual(needle)
  }
}

@Suite struct ChannelTests {
  @Test func `two members learn who the other is, and talk`() throws {
    let cast = try Cast()
    var one = cast.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    var meeting = Meeting(&one, &other)
    #expect(
      meeting.events[0] == [.opened(ChannelPeer(device: cast.boris.publicKey, invitation: nil))])
    #expect(
      meeting.events[1] == [.opened(ChannelPeer(device: cast.anna.publicKey, invitation: nil))])
    let long = [UInt8](repeating: 7, count: Limits.messageBytes)
    one.send(long.span)
    one.send([1].span, .rekey)
    one.send([2].span, .final)
    other.send([UInt8]().span, .final)
    meeting = Meeting(&one, &other)
    #expect(meeting.events[0] == [.message([], isLast: true)])
    #expect(
      meeting.events[1] == [
        .message(long, isLast: false), .message([1], isLast: false), .message([2], isLast: true),
      ])
  }

  // SPEC
  @Test func `nobody who listens learns who they are or which base it is`() throws {
    let cast = try Cast()
    var one = cast.channel(.initiator, cast.anna, evidence: Array("evidence of it".utf8))
    var other = cast.channel(.responder, cast.boris)
    let meeting = Meeting(&one, &other)
    #expect(meeting.errors == [nil, nil])
    let header = cast.base.header
    for secret in [
      cast.anna.publicKey.bytes, cast.boris.publicKey.bytes, Array(header.workspace.text.utf8),
      header.founder.bytes, header.recovery.bytes, Array("evidence".utf8),
      ReplicaID(key: cast.anna.publicKey).bytes, HandPeer.sharedKey(header),
    ] {
      #expect(!contains(meeting.sent[0], secret) && !contains(meeting.sent[1], secret))
    }
  }

  @Test func `no two channels look alike beyond their first seven bytes`() throws {
    let cast = try Cast()
    var recorded: [[UInt8]] = []
    for _ in 0..<2 {
      var one = cast.channel(.initiator, cast.anna)
      var other = cast.channel(.responder, cast.boris)
      recorded.append(Meeting(&one, &other).sent[0])
    }
    let equal = zip(recorded[0], recorded[1]).filter { $0 == $1 }.count
    // Seven of the greeting, two of a length, and some by chance.
    #expect(equal < 30)
  }

  // SPEC [N-2]
  // SPEC
  @Test func `whoever holds another base gets a greeting and then silence`() throws {
    let cast = try Cast()
    let stranger = try Cast(seed: 2)
    var one = stranger.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    let meeting = Meeting(&one, &other)
    #expect(meeting.errors[1] == .stranger)
    #expect(meeting.sent[1].count == Channel.greetingBytes)
    #expect(meeting.events == [[], []])
  }

  // SPEC [N-7]
  // SPEC
  @Test func `an unknown device is told so, and not by whom`() throws {
    var cast = try Cast()
    cast.policy.devices = [cast.boris.publicKey]
    var one = cast.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    let meeting = Meeting(&one, &other)
    #expect(meeting.errors[0] == .refused(.unknown))
    #expect(meeting.errors[1] == .notAdmitted(cast.anna.publicKey, .unknown))
    // A greeting, a header, and a frame of two bytes: no room for a key.
    #expect(meeting.sent[1].count == Channel.greetingBytes + 24 + 2 + 17 + 2)
  }

  // SPEC
  @Test func `a sealed device is told that it is sealed`() throws {
    var cast = try Cast()
    cast.policy.sealed = [cast.anna.publicKey]
    var one = cast.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    #expect(Meeting(&one, &other).errors[0] == .refused(.sealed))
    // And does not have its peers talked into anything when it listens.
    var dialling = cast.channel(.initiator, cast.boris)
    var listening = cast.channel(.responder, cast.anna)
    let meeting = Meeting(&dialling, &listening)
    #expect(meeting.errors[0] == .notAdmitted(cast.anna.publicKey, .sealed))
    #expect(
      meeting.events[1].last == .message([Proof.refusalType, 1], isLast: true))
  }

  @Test func `evidence lets in a device that is not known yet`() throws {
    let cast = try Cast()
    let newcomer = try key(seed: 1, 9)
    var one = cast.channel(.initiator, newcomer, evidence: Array("let me in".utf8))
    var other = cast.channel(.responder, cast.boris)
    #expect(Meeting(&one, &other).errors == [nil, nil])
  }

  @Test func `an invitation lets in a device that has no copy`() throws {
    var cast = try Cast()
    let newcomer = try key(seed: 1, 9)
    let others = try (20..<30).map { try key(seed: 1, $0).publicKey }
    cast.policy.openInvitations = others + [cast.invitation.publicKey]
    var one = cast.invited(newcomer)
    var other = cast.channel(.responder, cast.boris)
    let meeting = Meeting(&one, &other)
    #expect(
      meeting.events[1] == [
        .opened(
          ChannelPeer(device: newcomer.publicKey, invitation: cast.invitation.publicKey))
      ])
    #expect(!contains(meeting.sent[0], cast.invitation.publicKey.bytes))
    cast.policy.openInvitations = others
    var late = cast.invited(newcomer)
    var closed = cast.channel(.responder, cast.boris)
    #expect(Meeting(&late, &closed).errors[1] == .stranger)
  }

  // SPEC [N-4], [X-7]
  @Test(arguments: [0, 1])
  func `whatever bit is changed on the way, no channel opens on both sides`(side: Int) throws {
    let cast = try Cast()
    var one = cast.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    let length = Meeting(&one, &other).sent[side].count
    for index in 0..<length {
      var one = cast.channel(.initiator, cast.anna)
      var other = cast.channel(.responder, cast.boris)
      let meeting = Meeting(&one, &other) { at, start, bytes in
        if at == side, bytes.indices.contains(index - start) { bytes[index - start] ^= 4 }
      }
      // A length may ask for bytes that never come; nothing opens then either.
      #expect(meeting.events[0].isEmpty || meeting.events[1].isEmpty, "byte \(index)")
    }
  }
}

@Suite struct ChannelAttackTests {
  private func error(of channel: inout Channel, _ bytes: [UInt8]) -> ChannelError? {
    channel.receive(bytes.span)
    do throws(ChannelError) {
      while try channel.next() != nil {}
      return nil
    } catch {
      return error
    }
  }

  // SPEC [N-3]
  @Test func `a peer written from the specification alone is understood`() throws {
    let cast = try Cast()
    var channel = cast.channel(.responder, cast.boris)
    let greeting = channel.takeOutput()
    var hand = HandPeer(.initiator)
    let header = try hand.agree(greeting, sharedKey: HandPeer.sharedKey(cast.base.header))
    let bytes = hand.greeting + header + hand.seal(hand.proof(cast.anna))
    #expect(error(of: &channel, bytes) == nil)
    let answer = channel.takeOutput()
    try hand.expect(header: Array(answer[..<24]))
    let proof = try #require(hand.open(Array(answer[24...])))
    #expect(Array(proof[..<34]) == [1, 0] + cast.boris.publicKey.bytes)
    let message =
      Array("karto responder".utf8) + hand.transcript + cast.anna.publicKey.bytes
    let isGood = cast.boris.publicKey.verify(proof[34..<98].span, of: message.span)
    #expect(isGood)
  }

  /// What a responder says to a proof made by hand.
  private func verdict(
    _ cast: Cast, sharedKey: [UInt8]? = nil, _ proof: (HandPeer) -> [UInt8]
  ) throws -> ChannelError? {
    var channel = cast.channel(.responder, cast.boris)
    let greeting = channel.takeOutput()
    var hand = HandPeer(.initiator)
    let header = try hand.agree(
      greeting, sharedKey: sharedKey ?? HandPeer.sharedKey(cast.base.header))
    let error = error(of: &channel, hand.greeting + header + hand.seal(proof(hand)))
    if error == .badProof || error == .stranger { #expect(channel.takeOutput().isEmpty) }
    return error
  }

  // SPEC [N-5]
  @Test func `a proof for another role, transcript or key is none`() throws {
    let cast = try Cast()
    #expect(try verdict(cast) { $0.proof(cast.anna) } == nil)
    #expect(try verdict(cast) { $0.proof(cast.anna, as: "responder") } == .badProof)
    let old = [UInt8](repeating: 1, count: 32)
    #expect(try verdict(cast) { $0.proof(cast.anna, over: old) } == .badProof)
    #expect(
      try verdict(cast) { $0.proof(cast.anna, to: cast.boris.publicKey) } == .badProof)
    #expect(
      try verdict(cast) { hand in
        var proof = hand.proof(cast.boris)
        proof.replaceSubrange(2..<34, with: cast.anna.publicKey.bytes)
        return proof
      } == .badProof)
    for count in [0, 1, 2, 33, 97] {
      #expect(try verdict(cast) { Array($0.proof(cast.anna).prefix(count)) } == .badProof)
    }
    let long = [UInt8](repeating: 0, count: Limits.evidenceBytes + 1)
    #expect(try verdict(cast) { $0.proof(cast.anna, evidence: long) } == .badProof)
  }

  // SPEC [N-6]
  @Test func `an invitation's public half does not do`() throws {
    var cast = try Cast()
    let newcomer = try key(seed: 1, 9)
    cast.policy.openInvitations = [cast.invitation.publicKey]
    let shared = HandPeer.sharedKey(invitation: cast.invitation.publicKey)
    let invitation = cast.invitation.publicKey
    #expect(
      try verdict(cast, sharedKey: shared) {
        $0.invitedProof(newcomer, invitation, by: cast.invitation)
      } == nil)
    #expect(
      try verdict(cast, sharedKey: shared) {
        $0.invitedProof(newcomer, invitation, by: newcomer)
      } == .badProof)
    // A member's proof through an invitation's door, and the other way round.
    #expect(try verdict(cast, sharedKey: shared) { $0.proof(cast.anna) } == .badProof)
    #expect(
      try verdict(cast) { $0.invitedProof(newcomer, invitation, by: cast.invitation) }
        == .badProof)
  }

  @Test func `what an initiator hears must be a responder's proof for it`() throws {
    let cast = try Cast()
    let cases: [(ChannelError?, (HandPeer) -> [UInt8])] = [
      (nil, { $0.proof(cast.boris, to: cast.anna.publicKey) }),
      (.badProof, { $0.proof(cast.boris) }),
      (.badProof, { $0.proof(cast.boris, to: cast.boris.publicKey) }),
      (.badProof, { $0.proof(cast.boris, as: "initiator", to: cast.anna.publicKey) }),
      (.refused(.sealed), { _ in [2, 1] }), (.refused(.unknown), { _ in [2, 9] }),
      (.badProof, { _ in [2] }), (.badProof, { _ in [] }),
    ]
    for (expected, proof) in cases {
      var hand = HandPeer(.responder)
      var fresh = cast.channel(.initiator, cast.anna)
      let header = try hand.agree(
        fresh.takeOutput(), sharedKey: HandPeer.sharedKey(cast.base.header))
      #expect(error(of: &fresh, hand.greeting + header + hand.seal(proof(hand))) == expected)
    }
  }

  // SPEC [N-1]
  @Test func `a mirror, a weak key, another version and a browser are turned away`() throws {
    let cast = try Cast()
    var mirrored = cast.channel(.initiator, cast.anna)
    #expect(error(of: &mirrored, mirrored.takeOutput()) == .weakGreeting)
    let start = Array("karto".utf8)
    let zeros = [UInt8](repeating: 0, count: 32)
    var weak = cast.channel(.responder, cast.boris)
    #expect(error(of: &weak, start + [1, 1] + zeros) == .weakGreeting)
    var later = cast.channel(.responder, cast.boris)
    #expect(error(of: &later, start + [2, 9] + zeros) == .version(least: 2, greatest: 9))
    var web = cast.channel(.responder, cast.boris)
    #expect(error(of: &web, Array("GET / HTTP/1.1\r\n".utf8)) == .notKartoteka)
    var slow = cast.channel(.responder, cast.boris)
    for byte in HandPeer(.initiator).greeting { #expect(error(of: &slow, [byte]) == nil) }
  }

  @Test func `a first message that is too long is refused before it has come`() throws {
    let cast = try Cast()
    var channel = cast.channel(.responder, cast.boris)
    let bytes = HandPeer(.initiator).greeting + [UInt8](repeating: 0, count: 24) + [0xFF, 0xFF]
    #expect(error(of: &channel, bytes) == .tooLong(byteCount: 65_535))
  }

  // SPEC [N-7]
  @Test func `a responder's proof that was changed on the way is told from silence`() throws {
    let cast = try Cast()
    let header = Channel.greetingBytes
    for place in [header, header + 24 + 2, header + 24 + 2 + 60] {
      var one = cast.channel(.initiator, cast.anna)
      var other = cast.channel(.responder, cast.boris)
      let meeting = Meeting(&one, &other) { side, start, bytes in
        if side == 1, bytes.indices.contains(place - start) { bytes[place - start] ^= 4 }
      }
      #expect(meeting.errors[0] == .altered, "byte \(place)")
    }
  }

  // SPEC
  @Test func `a recorded session that is played again opens nothing`() throws {
    let cast = try Cast()
    var one = cast.channel(.initiator, cast.anna)
    var other = cast.channel(.responder, cast.boris)
    let recorded = Meeting(&one, &other).sent
    var again = cast.channel(.responder, cast.boris)
    #expect(error(of: &again, recorded[0]) == .stranger)
    var dialling = cast.channel(.initiator, cast.anna)
    #expect(error(of: &dialling, recorded[1]) == .altered)
  }

  @Test(arguments: SeededGenerator.seeds(300))
  func `no bytes whatever make a channel stop the program or open`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let cast = try Cast()
    var channel = cast.channel(random.oneIn(2) ? .initiator : .responder, cast.anna)
    var bytes = random.oneIn(3) ? [] : HandPeer(.initiator).greeting
    bytes += random.bytes(random.below(3000))
    while !bytes.isEmpty {
      let piece = Array(bytes.prefix(1 + random.below(500)))
      bytes.removeFirst(piece.count)
      if error(of: &channel, piece) != nil { break }
    }
    let isOpen = channel.isOpen
    #expect(!isOpen)
  }
}
