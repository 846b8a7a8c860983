import Bytes
import Documents
import Replication
import Sealing

/// What one device has, as it tells the others in a shared folder (SPEC §13).
///
///     {"digest":"…","frontier":{"k7…":12},"replica":"k7…","sign":"…"}
struct HaveNote: Equatable {
  let replica: ReplicaID
  let frontier: Frontier
  /// The digest of the state (SPEC §9.4); 32 bytes.
  let digest: [UInt8]
  private let signature: [UInt8]

  /// What this device has.
  init(_ workspace: Workspace, by replica: ReplicaID) {
    self.replica = replica
    frontier = workspace.frontier
    digest = Export.digest(workspace.state).bytes
    signature = []
  }

  /// Reads a note; nothing if it is none.
  ///
  /// Who wrote it is not yet proven.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONParser.parse(bytes.span),
      let replica = value["replica"]?.text.flatMap({ ReplicaID($0) }),
      let digest = value["digest"]?.text.flatMap({ Base64URL.decode($0) }), digest.count == 32,
      case .object(let numbers)? = value["frontier"],
      let signature = value["sign"]?.text.flatMap({ Base64URL.decode($0) })
    else { return nil }
    var frontier: [ReplicaID: UInt32] = [:]
    for (name, number) in numbers {
      guard let replica = ReplicaID(name), case .integer(let number) = number,
        let number = UInt32(exactly: number)
      else { return nil }
      frontier[replica] = number
    }
    self.replica = replica
    self.digest = digest
    self.frontier = Frontier(frontier)
    self.signature = signature
  }

  private var unsigned: [UInt8] {
    let numbers = frontier.numbers.sorted { $0.key < $1.key }
    return JSONValue.object([
      ("digest", .string(Base64URL.encode(digest.span))),
      ("frontier", .object(numbers.map { ($0.key.text, .integer(Int($0.value))) })),
      ("replica", .string(replica.text)),
    ]).canonicalBytes
  }

  private var message: [UInt8] { Array("karto have".utf8) + unsigned }

  /// The note as it stands in the folder.
  func signed(by key: SigningKey) -> [UInt8] {
    let sign = Base64URL.encode(key.sign(message.span).span)
    return unsigned.dropLast() + Array(",\"sign\":\"\(sign)\"}\n".utf8)
  }

  /// Whether the device itself wrote the note.
  func isSigned(by key: PublicKey) -> Bool {
    key.verify(signature.span, of: message.span)
  }
}
