public import Bytes
public import Replication
public import Sealing

/// What someone holds: for each chain of commits, by its name, up to where.
///
/// A session takes names as they are: a replica's id as a rule, and whatever a store calls the
/// branches of a replica that wrote two histories.
public struct Holdings: Equatable, Sendable {
  /// Up to where each chain goes.
  public private(set) var marks: [ByteString: ChainMark] = [:]

  /// Holds nothing.
  public init() {}

  /// How many chains there are.
  public var count: Int { marks.count }

  /// Where a chain ends; nothing if none of it is held.
  public subscript(chain: ByteString) -> ChainMark? { marks[chain] }

  /// Takes in that a chain goes up to a mark, unless it was known to go further.
  public mutating func note(_ mark: ChainMark, of chain: ByteString) {
    if let known = marks[chain], known.number > mark.number { return }
    marks[chain] = mark
  }

  /// Takes in all that another holds.
  public mutating func join(_ other: Holdings) {
    for (chain, mark) in other.marks { note(mark, of: chain) }
  }

  /// How many commits these hold that `other` does not, going by their numbers.
  public func commitCount(beyond other: Holdings) -> Int {
    marks.reduce(0) { sum, entry in
      let known = other.marks[entry.key]?.number ?? 0
      return sum + Int(entry.value.number - min(known, entry.value.number))
    }
  }

  /// The entries in the order of their names.
  var sorted: [(chain: ByteString, mark: ChainMark)] {
    marks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The same for equal holdings only, heads included.
  public var fingerprint: Hash256 {
    var bytes: [UInt8] = Array("karto holdings".utf8)
    for (chain, mark) in sorted { MessageWriter.append(chain, mark, to: &bytes) }
    return BLAKE2b.hash256(bytes.span)
  }
}
