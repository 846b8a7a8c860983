import Bytes
import Replication
import Sealing

/// What peers say to each other inside a channel (SPEC §14.6).
enum Message: Equatable {
  /// Who begins: versions, wishes, the clock, and how much may be sent.
  case hello(Hello)
  /// The document's header line, for someone who has no copy.
  case header([UInt8])
  /// What the sender holds; in several messages if there is much.
  case have([Entry], isLast: Bool)
  /// A piece of a member.
  case member([UInt8], isLast: Bool)
  /// A piece of a member in short form.
  case short([UInt8], isLast: Bool)
  /// All that the receiver lacked was sent: so many members since the beginning.
  case done(memberCount: UInt32, forked: [ByteString])
  /// So many members since the beginning are dealt with, and more may be sent.
  case receipt(Receipt)
  /// What the sender holds now, and the digest of its state if both hold the same.
  case digest(fingerprint: Hash256, digest: Hash256?)
  /// Are you there?
  case ping(UInt64)
  /// I am.
  case pong(UInt64)
  /// The end.
  case bye(reason: UInt8)
  /// The end, since something is wrong.
  case error(SyncErrorCode)
  /// A message that a later version may send and this one passes over.
  case passedOver

  struct Hello: Equatable {
    var least: UInt8 = Session.version
    var greatest: UInt8 = Session.version
    var stays = false
    var wantsHeader = false
    var comparesDigests = true
    var nowMillis: Int64 = 0
    var credit: UInt32 = 0
  }

  struct Entry: Equatable {
    let chain: ByteString
    let mark: ChainMark
  }

  struct Receipt: Equatable {
    var memberCount: UInt32 = 0
    var credit: UInt32 = 0
    var refusedCount: UInt32 = 0
    var marks: [Entry] = []
  }

  /// How many chains one message names at most.
  static let entriesPerMessage = 1000

  /// How many bytes of a member one message carries at most.
  static let pieceBytes = Limits.messageBytes - 2

  enum Kind: UInt8 {
    case refusal = 2
    case hello = 16
    case header = 17
    case have = 18
    case member = 19
    case done = 20
    case receipt = 21
    case digest = 22
    case ping = 23
    case pong = 24
    case bye = 25
    case error = 26
    case short = 27
  }

  /// Types from here on are passed over by those who do not know them.
  static let firstPassedOver: UInt8 = 128
}
