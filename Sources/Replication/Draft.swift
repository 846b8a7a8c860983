import Bytes
public import Documents

/// The commits of one batch while they are being made: record edits, split into bodies of bounded
/// size, so that nobody ever has to hold a large batch whole.
public struct Draft {
  /// The state that the batch will have seen.
  public let state: State

  /// The replica that writes, as its short name.
  public let replica: ReplicaID

  /// The number of the batch's first commit.
  public let firstNumber: UInt32

  var bodies: [[UInt8]] = []

  /// The lines that bear on who may do what.
  private(set) var control = JSONWriter()

  /// Whether there are lines of other types.
  var doesOrdinaryWork = false

  private var writer = JSONWriter()
  private var touched: Set<ByteString> = []
  var madeCount = 0

  /// From how many bytes on a body is closed.
  ///
  /// Members of this size let processors share the work of inflating, and cost little compression.
  static let bodyByteCount = 256 << 10

  init(state: State, replica: ReplicaID, firstNumber: UInt32) {
    self.state = state
    self.replica = replica
    self.firstNumber = firstNumber
  }

  /// How many edits the batch holds.
  public internal(set) var editCount = 0

  /// An id for a new record: the first commit's number, a count within the batch, the replica
  /// (SPEC §7.3).
  public mutating func newID() -> String {
    defer { madeCount += 1 }
    return "\(firstNumber)\(madeCount == 0 ? "" : ".\(madeCount)")-\(replica.text)"
  }

  /// Adds an edit.
  public mutating func add(_ edit: RecordEdit) {
    let key = ByteString("\(edit.type) \(edit.id)")
    // A commit is one moment: a record that is edited again belongs to the next commit.
    if !touched.insert(key).inserted {
      closeBody()
      touched.insert(key)
    }
    edit.append(to: &writer)
    if ControlAct.types.contains(edit.type) {
      edit.append(to: &control)
    } else {
      doesOrdinaryWork = true
    }
    editCount += 1
    if writer.bytes.count >= Self.bodyByteCount { closeBody() }
  }

  mutating func closeBody() {
    guard !writer.bytes.isEmpty else { return }
    bodies.append(writer.bytes)
    writer.bytes.removeAll(keepingCapacity: false)
    touched.removeAll(keepingCapacity: true)
  }

  mutating func finish() -> [[UInt8]] {
    closeBody()
    return bodies
  }
}
