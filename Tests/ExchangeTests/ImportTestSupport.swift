import Bytes
import CRM
import Exchange
import Platform
import Replication
import Support

/// A base in a folder of its own, into which tests import.
struct ImportBase {
  let folder: TemporaryFolder
  let base: Base

  init() throws {
    folder = try TemporaryFolder()
    let now = Instant(stored: "2026-11-22T12:00:00Z")?.epochMillis ?? 0
    (base, _) = try Base.found(
      path: folder.path("base.karto"), name: "Ромашка", as: "Мария Иванова",
      device: DeviceFolder(path: folder.path("home")), clock: .fixed(now), hostName: "laptop")
  }

  @discardableResult
  func run(
    _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportCounts {
    try report(text, change).preview.counts
  }

  func report(
    _ text: String, _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportReport {
    var options = ImportOptions()
    options.fileName = "file.csv"
    change(&options)
    return try ImportPlan.prepare(Array(text.utf8), options: options, base: base).apply(to: base)
  }

  func json(_ name: String, _ entity: Entity = Schema.client) throws -> JSONValue {
    let record = try base.resolve(name, as: entity)
    return try JSONParser.parse(base.json(base.card(record)).span)
  }

  /// The canonical export, by which two states are compared.
  var export: String {
    var bytes: [UInt8] = []
    Export.write(base.state) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
