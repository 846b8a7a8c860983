import Bytes
public import Replication
public import Support

/// Random edits of a few records, so that people meet on them.
public enum RandomEdit {
  /// The registers that the edits set.
  public static let fields = ["city", "name", "owner"]
  private static let sets = ["phones", "tags"]

  /// One edit: registers set or cleared, elements added and removed, or a deletion.
  public static func make(with random: inout SeededGenerator) -> RecordEdit {
    var edit = RecordEdit(type: random.oneIn(3) ? "deal" : "client", id: "r\(random.below(5))")
    if random.oneIn(6) {
      edit.isDeletion = true
      return edit
    }
    for field in fields where random.oneIn(2) {
      edit.set[field] = random.oneIn(5) ? Array("null".utf8) : value("v\(random.below(4))")
    }
    for field in sets {
      let values = (0..<4).map { value("e\($0)") }
      if random.oneIn(3) { edit.add[field] = [random.element(of: values)] }
      if random.oneIn(3) { edit.remove[field] = [random.element(of: values)] }
    }
    return edit
  }

  private static func value(_ text: String) -> [UInt8] { JSONValue.string(text).canonicalBytes }
}

extension Workspace {
  /// All commits of the state.
  public func commits() throws -> [CommitRecord] {
    var commits: [CommitRecord] = []
    try forEachCommit { commits.append($0) }
    return commits
  }
}
