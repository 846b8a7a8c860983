import Bytes
public import Sealing

/// What a commit had seen of another replica: its number and the start of its chain hash there.
public struct Sighting: Hashable, Sendable {
  /// The replica that was seen.
  public let replica: ReplicaID

  /// Up to which of its commits.
  public let number: UInt32

  /// The first 16 bytes of the chain hash of that commit (SPEC §6.4).
  public let head: [UInt8]

  /// Says that `replica` was seen up to `number`, whose chain hash begins with `head`.
  public init(replica: ReplicaID, number: UInt32, head: [UInt8]) {
    self.replica = replica
    self.number = number
    self.head = head
  }
}

/// A commit's place in a batch that counts as one (SPEC §6.3): `index` of `count`, from 1.
public struct Part: Hashable, Sendable {
  /// Which commit of the batch this is, from 1.
  public let index: UInt32

  /// How many commits the batch has.
  public let count: UInt32

  /// Makes the place `index` of `count`.
  public init(index: UInt32, count: UInt32) {
    self.index = index
    self.count = count
  }
}

/// The first line of a commit, read (SPEC §6.1).
public struct CommitHeader: Equatable, Sendable {
  /// The commit's name.
  public let dot: Dot

  /// The wall clock of its author's machine, in milliseconds since 1970 UTC.
  public let stampMillis: Int64

  /// What it had seen of other replicas beyond what its predecessor had seen.
  public let seen: [Sighting]

  /// Its place in a batch, if it belongs to one.
  public let part: Part?

  /// The device's public key, which commit 1 of each replica carries.
  public let key: PublicKey?

  /// What the commit is for, in a few words for a person who reads the document: `import x.csv`.
  public let purpose: String?

  /// Whose device writes the replica; only in commit 1.
  public let credential: Credential?

  /// Makes the header of a commit to be written.
  public init(
    dot: Dot, stampMillis: Int64, seen: [Sighting] = [], part: Part? = nil, key: PublicKey? = nil,
    purpose: String? = nil, credential: Credential? = nil
  ) {
    self.dot = dot
    self.stampMillis = stampMillis
    self.seen = seen.sorted { $0.replica < $1.replica }
    self.part = part
    self.key = key
    self.purpose = purpose
    self.credential = credential
  }

  /// Reads a commit line.
  ///
  /// - Throws: `DocumentError.line` with the key that is wrong.
  public init(line: Span<UInt8>) throws(DocumentError) {
    let object = try LineObject(line)
    guard object.kind == "commit" else { throw .line(.unexpected, byteOffset: 0) }
    let number = try LineObject.integer(at: object.value, key: "commit", in: line)
    guard let replica = ReplicaID(try object.string("by", in: line)) else {
      throw .line(.key("by"), byteOffset: 0)
    }
    guard number >= 1, let number = UInt32(exactly: number), number <= Dot.greatestNumber else {
      throw .line(.key("commit"), byteOffset: 0)
    }
    dot = Dot(replica, number)
    stampMillis = try object.timestamp("at", in: line)
    seen =
      try object["seen"].map { range throws(DocumentError) in
        try Self.sightings(at: range, in: line)
      } ?? []
    part = try object["part"].map { range throws(DocumentError) in
      try Self.part(at: range, in: line)
    }
    key = object["key"] == nil ? nil : try object.publicKey("key", in: line)
    purpose = object["does"] == nil ? nil : try object.string("does", in: line)
    credential = try Credential.read(object, in: line)
    // The alias is a hash of the key, so commit 1 proves by itself who may sign the replica.
    guard number == 1 || credential == nil else {
      throw .line(.key(object["joins"] == nil ? "succeeds" : "joins"), byteOffset: 0)
    }
    guard !seen.contains(where: { $0.replica == replica }) else {
      throw .line(.key("seen"), byteOffset: 0)
    }
    // The first of the batch has a number too.
    guard part.map({ $0.index <= number }) ?? true else {
      throw .line(.key("part"), byteOffset: 0)
    }
    guard (number == 1) == (key != nil), key.map({ ReplicaID(key: $0) == replica }) ?? true else {
      throw .line(.key("key"), byteOffset: 0)
    }
  }

  /// The line, without its line feed.
  public var line: [UInt8] {
    var text = "{\"commit\":\(dot.number),\"at\":\"\(Timestamp.text(stampMillis))\","
    text += "\"by\":\"\(dot.replica.text)\""
    if let purpose {
      var writer = JSONWriter()
      writer.string(purpose)
      text += ",\"does\":" + String(decoding: writer.bytes, as: UTF8.self)
    }
    if case .joining(let joining) = credential {
      var writer = JSONWriter()
      writer.string(joining.invitation)
      let name = String(decoding: writer.bytes, as: UTF8.self)
      text += ",\"joins\":[\(name),\"\(Base64URL.encode(joining.signature.span))\"]"
    }
    if let key { text += ",\"key\":\"\(Base64URL.encode(key.bytes.span))\"" }
    if let part { text += ",\"part\":[\(part.index),\(part.count)]" }
    if !seen.isEmpty {
      let entries = seen.map {
        "\"\($0.replica.text)\":[\($0.number),\"\(Base64URL.encode($0.head.span))\"]"
      }
      text += ",\"seen\":{\(entries.joined(separator: ","))}"
    }
    if case .succession(let succession) = credential {
      let signature = Base64URL.encode(succession.signature.span)
      text += ",\"succeeds\":[\"\(succession.replica.text)\",\"\(signature)\"]"
    }
    text += "}"
    return Array(text.utf8)
  }

  /// The same commit under another name, with other sightings: that of a fork (SPEC §7.6).
  public func renamed(_ dot: Dot, seen: [Sighting]) -> CommitHeader {
    CommitHeader(
      dot: dot, stampMillis: stampMillis, seen: seen, part: part, key: key, purpose: purpose,
      credential: credential)
  }

  private static func sightings(
    at range: Range<Int>, in line: Span<UInt8>
  ) throws(DocumentError) -> [Sighting] {
    let fault = DocumentError.line(.key("seen"), byteOffset: range.lowerBound)
    var result: [Sighting] = []
    var scanner = JSONScanner(at: range.lowerBound)
    do {
      try scanner.expect(UInt8(ascii: "{"), in: line)
      repeat {
        let alias = try JSONScanner.string(at: scanner.string(in: line), in: line)
        try scanner.expect(UInt8(ascii: ":"), in: line)
        try scanner.expect(UInt8(ascii: "["), in: line)
        let number = try scanner.integer(in: line)
        try scanner.expect(UInt8(ascii: ","), in: line)
        let head = try JSONScanner.string(at: scanner.string(in: line), in: line)
        try scanner.expect(UInt8(ascii: "]"), in: line)
        guard let replica = ReplicaID(alias), number >= 1, let number = UInt32(exactly: number),
          number <= Dot.greatestNumber, let head = Base64URL.decode(head), head.count == 16
        else { throw fault }
        result.append(Sighting(replica: replica, number: number, head: head))
      } while scanner.take(UInt8(ascii: ","), in: line)
      try scanner.expect(UInt8(ascii: "}"), in: line)
    } catch {
      throw fault
    }
    return result
  }

  private static func part(
    at range: Range<Int>, in line: Span<UInt8>
  ) throws(DocumentError) -> Part {
    let fault = DocumentError.line(.key("part"), byteOffset: range.lowerBound)
    var scanner = JSONScanner(at: range.lowerBound)
    do {
      try scanner.expect(UInt8(ascii: "["), in: line)
      let index = try scanner.integer(in: line)
      try scanner.expect(UInt8(ascii: ","), in: line)
      let count = try scanner.integer(in: line)
      try scanner.expect(UInt8(ascii: "]"), in: line)
      guard scanner.position == range.upperBound, index >= 1, index <= count,
        let index = UInt32(exactly: index), let count = UInt32(exactly: count),
        count <= Dot.greatestNumber
      else { throw fault }
      return Part(index: index, count: count)
    } catch {
      throw fault
    }
  }
}

/// Where the pieces of one commit stand in the lines of its member.
public struct CommitFrame: Sendable {
  /// What the commit line says.
  public let header: CommitHeader

  /// The commit line, without its line feed.
  public let line: Range<Int>

  /// The body's lines, each with its line feed; empty if there are none.
  public let body: Range<Int>

  /// The trailer, without its line feed.
  public let trailer: Range<Int>

  /// The whole commit, from its line to the trailer's line feed.
  public var whole: Range<Int> { line.lowerBound..<(trailer.upperBound + 1) }
}

/// Walks the commits of one member's lines.
public struct CommitCursor: Sendable {
  private var position: Int
  private static let opening = Array("{\"commit\":".utf8)

  /// Starts at byte `position` of the lines.
  public init(at position: Int = 0) {
    self.position = position
  }

  /// The next commit, or nothing at the end.
  ///
  /// Finds the commit's pieces and reads its first line; the body's lines are not looked into.
  ///
  /// - Throws: `DocumentError.line` if no whole commit begins here, or if it is too large.
  public mutating func next(in raw: Span<UInt8>) throws(DocumentError) -> CommitFrame? {
    guard position < raw.count else { return nil }
    let start = position
    guard let firstEnd = Lines.end(ofLineAt: start, in: raw) else {
      throw .line(.unexpected, byteOffset: start)
    }
    guard firstEnd - start < Limits.lineBytes else { throw .line(.tooLong, byteOffset: start) }
    let header = try CommitHeader(line: raw.extracting(start..<firstEnd))
    var lineStart = firstEnd + 1
    while let lineEnd = Lines.end(ofLineAt: lineStart, in: raw) {
      guard lineEnd - lineStart < Limits.lineBytes else {
        throw .line(.tooLong, byteOffset: lineStart)
      }
      if Trailer.begins(at: lineStart, in: raw) {
        position = lineEnd + 1
        guard position - start <= Limits.commitBytes else {
          throw .commitTooLarge(bytes: position - start)
        }
        return CommitFrame(
          header: header, line: start..<firstEnd, body: (firstEnd + 1)..<lineStart,
          trailer: lineStart..<lineEnd)
      }
      lineStart = lineEnd + 1
    }
    throw .line(.unexpected, byteOffset: lineStart)
  }

  /// The next commit that can be read, or nothing at the end.
  ///
  /// - Parameters:
  ///   - raw: the lines.
  ///   - refused: told why a commit before it cannot be read.
  /// - Returns: the commit's frame.
  public mutating func nextReadable(
    in raw: Span<UInt8>, refused: (DocumentError) -> Void
  ) -> CommitFrame? {
    while true {
      do throws(DocumentError) {
        return try next(in: raw)
      } catch {
        refused(error)
        skip(in: raw)
      }
    }
  }

  static func begins(at offset: Int, in raw: Span<UInt8>) -> Bool {
    guard opening.count <= raw.count - offset else { return false }
    for index in opening.indices where raw[offset + index] != opening[index] { return false }
    return true
  }

  /// Goes on, after `next` has thrown, at the next line that begins a commit.
  private mutating func skip(in raw: Span<UInt8>) {
    while let end = Lines.end(ofLineAt: position, in: raw) {
      position = end + 1
      if Self.begins(at: position, in: raw) { return }
    }
    position = raw.count
  }
}
