import Bytes
import Documents
public import Replication

/// What refers to clients: deals, activities, tasks, ties between clients (SPEC [J-8]).
public enum ClientReferences {
  /// The fields that hold clients, by the type of the record.
  static let fields: [String: [Field]] = Dictionary(
    uniqueKeysWithValues: Schema.entities.filter { $0.key != Schema.client.key }.compactMap {
      entity in
      let fields = entity.fields.filter { !$0.computed && $0.kind == .reference("client") }
      return fields.isEmpty ? nil : (entity.key, fields)
    })

  /// The clients that an edit names.
  ///
  /// - Parameter edit: the edit of a record that is no client.
  /// - Returns: their ids.
  public static func ids(in edit: RecordEdit) -> Set<String> {
    guard let fields = fields[edit.type], !edit.isDeletion else { return [] }
    var ids: Set<String> = []
    for field in fields {
      let values = (edit.set[field.key].map { [$0] } ?? []) + (edit.add[field.key] ?? [])
      for value in values where value != StoredValue.null {
        ids.insert(StoredValue.content(of: value))
      }
    }
    return ids
  }

  /// Whether one may say of a client that it exists: not of one in the trash, which that would
  /// bring back, nor of one over whose deletion people still differ, which that would settle.
  ///
  /// - Parameter record: the client.
  /// - Returns: whether one may.
  public static func mayKeep(_ record: Record) -> Bool {
    record.isAlive && record.contents().deleters.isEmpty
  }
}

extension Base {
  /// Whether anybody else may be writing in this base: another device does, or was invited once.
  public var mayBeShared: Bool {
    if state.replicas.count(where: { $0.count > 0 }) > 1 { return true }
    var isInvited = false
    state.forEach(type: "invitation") { _ in
      isInvited = true
      return false
    }
    return isInvited
  }

  /// How many records stay with clients whom an undo puts into the trash: calls, deals and tasks of
  /// later, which it leaves alone.
  ///
  /// - Parameter report: what is taken back, or was.
  /// - Returns: their number by type.
  public func leftBehind(by report: UndoReport) -> [String: Int] {
    let gone = report.reverted.filter { $0.kind == .deleted }
    let taken = Set(gone.map { "\($0.type) \($0.id)" })
    var counted: Set<String> = []
    var counts: [String: Int] = [:]
    for client in gone where client.type == Schema.client.key {
      // A client of several cards is there as long as one of them is.
      let stays = mergedCards(of: client.id).contains { id in
        !taken.contains("\(client.type) \(id)")
          && state.record(type: client.type, id: id)?.isAlive ?? false
      }
      if stays { continue }
      for (type, fields) in ClientReferences.fields {
        for field in fields {
          for record in state.found(Array(client.id.utf8), in: field.key, of: type) {
            let name = "\(type) \(record.id)"
            guard !taken.contains(name), counted.insert(name).inserted else { continue }
            counts[type, default: 0] += 1
          }
        }
      }
    }
    return counts
  }

  /// The records that a commit made and that name a client: what somebody did with a client that
  /// another had deleted meanwhile.
  func madeFor(client id: String, by dot: Dot) -> [Record] {
    ClientReferences.fields.keys.sorted().flatMap { type in
      var seen: Set<String> = []
      return (ClientReferences.fields[type] ?? []).flatMap { field in
        state.found(Array(id.utf8), in: field.key, of: type)
      }.filter { record in
        record.isAlive && Self.dot(ofID: record.id, isMadeBy: dot)
          && seen.insert(record.id).inserted
      }
    }
  }

  /// Whether an id says that a commit made its record: `57.3-k7…` is of commit 57 of `k7…`.
  private static func dot(ofID id: String, isMadeBy dot: Dot) -> Bool {
    let parts = id.split(separator: "-", maxSplits: 1)
    return parts.count == 2 && parts[0].split(separator: ".").first == "\(dot.number)"
      && parts[1].utf8.elementsEqual(dot.replica.text.utf8)
  }
}
