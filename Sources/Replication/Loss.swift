import Bytes
public import Documents

/// Commits that were lost and given up, as the base itself remembers it (SPEC §12.7).
public struct Loss: Equatable, Sendable {
  /// The replica.
  public let replica: ReplicaID
  /// The number of the first commit lost.
  public let first: UInt32
  /// The number of the last commit lost.
  public let last: UInt32

  /// The type of the records that remember losses.
  static let type = "loss"

  init(_ replica: ReplicaID, _ first: UInt32, _ last: UInt32) {
    self.replica = replica
    self.first = first
    self.last = last
  }

  /// Reads it from a record line; nothing if it is of another kind.
  init?(_ edit: RecordEdit) {
    func number(_ field: String) -> UInt32? {
      guard let value = edit.set[field],
        case .integer(let number)? = try? JSONParser.parse(value.span)
      else { return nil }
      return UInt32(exactly: number)
    }
    guard edit.type == Self.type, let first = number("first"), let last = number("last"),
      let text = edit.set["replica"].flatMap({ try? JSONParser.parse($0.span) })?.text,
      let replica = ReplicaID(text), first <= last
    else { return nil }
    self.init(replica, first, last)
  }

  /// The record line that says so.
  var edit: RecordEdit {
    var edit = RecordEdit(type: Self.type, id: "\(replica.text).\(first)")
    edit.set["first"] = JSONValue.integer(Int(first)).canonicalBytes
    edit.set["last"] = JSONValue.integer(Int(last)).canonicalBytes
    edit.set["replica"] = JSONValue.string(replica.text).canonicalBytes
    return edit
  }

  /// Whether the base remembers it already.
  func isNoted(in state: State) -> Bool {
    let edit = edit
    let noted = state.record(type: edit.type, id: edit.id)?.contents()
    return noted?.isAlive == true && noted?.value(of: "last") == edit.set["last"]
  }

  /// Whether it names all of these commits.
  func covers(_ replica: ReplicaID, _ first: UInt32, _ last: UInt32) -> Bool {
    self.replica == replica && self.first <= first && last <= self.last
  }
}
