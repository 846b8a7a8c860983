import Bytes
import CRM

/// The fields that the record lines of one import can have, in the order of their bytes.
///
/// One object that all rows look at.
final class BodyLayout: Sendable {
  /// The type of the records.
  let type: String
  let sets: [[UInt8]]
  let adds: [[UInt8]]
  private let setSlots: [String: Int]
  private let addSlots: [String: Int]
  /// The names as they stand in a line, with quotes and colon.
  let setPrefixes: [[UInt8]]
  let addPrefixes: [[UInt8]]
  /// The slots of the fields that every row is asked for; -1 for those that the import lacks.
  let name, kind, inn, familyName, givenName, patronymic: Int
  let client, pipeline, stage, title, amount, historyFrom: Int
  let sourceRows, clients, deals, people: Int
  /// For each slot of a sum the slot of its currency, else -1.
  let companions: [Int]

  init(type: String, sets: Set<String>, adds: Set<String>) {
    self.type = type
    func sorted(_ names: Set<String>) -> [String] {
      names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    let (sets, adds) = (sorted(sets), sorted(adds))
    self.sets = sets.map { Array($0.utf8) }
    self.adds = adds.map { Array($0.utf8) }
    let setSlots = Dictionary(uniqueKeysWithValues: sets.enumerated().map { ($1, $0) })
    let addSlots = Dictionary(uniqueKeysWithValues: adds.enumerated().map { ($1, $0) })
    func prefix(_ name: String) -> [UInt8] {
      var writer = JSONWriter()
      writer.string(name)
      writer.raw(":")
      return writer.bytes
    }
    setPrefixes = sets.map(prefix)
    addPrefixes = adds.map(prefix)
    self.setSlots = setSlots
    self.addSlots = addSlots
    name = setSlots["name"] ?? -1
    kind = setSlots["kind"] ?? -1
    inn = setSlots["inn"] ?? -1
    familyName = setSlots["family_name"] ?? -1
    givenName = setSlots["given_name"] ?? -1
    patronymic = setSlots["patronymic"] ?? -1
    client = setSlots["client"] ?? -1
    pipeline = setSlots["pipeline"] ?? -1
    stage = setSlots["stage"] ?? -1
    title = setSlots["title"] ?? -1
    amount = setSlots["amount"] ?? -1
    historyFrom = setSlots["history_from"] ?? -1
    sourceRows = addSlots[ImportLayout.sourceRows] ?? -1
    clients = addSlots["clients"] ?? -1
    deals = addSlots["deals"] ?? -1
    people = addSlots["people"] ?? -1
    let entity = Schema.entity(key: type)
    companions = sets.map { key in
      entity?.field(key: key)?.currencyField.flatMap { setSlots[$0] } ?? -1
    }
  }

  var setCount: Int { sets.count }
  var addCount: Int { adds.count }

  func set(_ field: String) -> Int { setSlots[field] ?? -1 }
  func add(_ field: String) -> Int { addSlots[field] ?? -1 }
}
