import Bytes
import Documents
import Platform
import Replication
import Sealing
import Support
import Testing

/// Documents of an invented newer version (Fixtures/future): what this one does not know is kept,
/// merged and passed on, or refused with the right words.
@Suite struct FutureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ name: String, as copy: String, home: String = "home") throws -> Workspace {
    let path = folder.path(copy)
    try Contents.copy(Fixture.path("future/\(name).karto"), to: path)
    return try Workspace(
      path: path, writing: true, device: DeviceFolder(path: folder.path(home)), plan: Bench.plan)
  }

  /// All lines of a document, members of every kind together.
  private func lines(_ copy: String) throws -> String {
    let bytes = try Files.readAll(folder.path(copy), limit: 1 << 20)
    let map = MemberMap(bytes.span)
    var inflater = Inflater()
    var raw: [UInt8] = []
    var text = ""
    for member in map.members {
      try member.inflate(bytes.span, with: &inflater, into: &raw)
      text += String(decoding: raw, as: UTF8.self)
    }
    return text
  }

  private static let unknown = [
    "\"смайлик\":[\"🌼\",7]", "\"голограммы\":[{\"цвет\":\"синий\"}]", "{\"hologram\":\"h\"",
    "{\"Whisper\":\"a line of a kind that nobody knows\"", "\"mood\":\"sunny\"",
    "\"spin\":\"left\"",
  ]

  @Test func `what a newer version wrote is read, and exported as far as it is state`() throws {
    let text = exported(try open("newer", as: "newer.karto").state)
    #expect(text.contains("\"голограммы\":[{\"цвет\":\"синий\"}]"))
    #expect(text.contains("{\"type\":\"hologram\",\"id\":\"h\""))
    #expect(text.contains("Ирис"))
    #expect(try Check.run(path: folder.path("newer.karto")).isSound)
  }

  @Test func `merging passes on what is not understood, and repacking keeps it`() throws {
    let older = try open("known", as: "older.karto")
    let newer = try open("newer", as: "newer.karto", home: "other")
    let report = try older.join(newer)
    #expect(report.commitCount == 1 && report.refused.isEmpty)
    #expect(exported(older.state) == exported(newer.state))
    let merged = try lines("older.karto")
    for each in Self.unknown { #expect(merged.contains(each), "\(each)") }

    _ = try newer.compact()
    let packed = try lines("newer.karto")
    for each in Self.unknown + ["what a newer version keeps here"] {
      #expect(packed.contains(each), "\(each)")
    }
    #expect(try Check.run(path: folder.path("newer.karto")).isSound)
  }

  @Test func `a document that needs a newer reader is refused, one for newer writers is read`()
    throws
  {
    #expect(throws: DocumentError.needsNewerReader(version: 2)) {
      try open("needs-newer-reader", as: "reader.karto")
    }
    let workspace = try open("needs-newer-writer", as: "writer.karto")
    #expect(exported(workspace.state).contains("Ромашка"))
    let before = try Files.readAll(folder.path("writer.karto"), limit: 1 << 20)
    #expect(throws: DocumentError.needsNewerWriter(version: 2)) {
      try workspace.write(purpose: nil) { $0.add(RecordEdit(type: "client", id: "x")) }
    }
    #expect(throws: DocumentError.needsNewerWriter(version: 2)) {
      _ = try workspace.join(try open("newer", as: "newer.karto", home: "other"))
    }
    #expect(try Files.readAll(folder.path("writer.karto"), limit: 1 << 20) == before)
  }
}
