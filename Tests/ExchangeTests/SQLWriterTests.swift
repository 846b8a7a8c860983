import Foundation
import Testing

@testable import Exchange

struct SQLWriterTests {
  @Test func `a table becomes one transaction`() {
    var writer = SQLWriter()
    writer.begin(table: "кли\"енты", columns: [("name", .text), ("n", .integer), ("ok", .boolean)])
    writer.row([.text("О'Генри\\"), .integer(-5), .boolean(true)])
    writer.row([.null])
    writer.end()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self) == """
        BEGIN;
        CREATE TABLE "кли""енты" (
          "name" TEXT,
          "n" BIGINT,
          "ok" SMALLINT
        );
        INSERT INTO "кли""енты" VALUES
        ('О''Генри\\', -5, 1),
        (NULL, NULL, NULL);
        COMMIT;

        """)
  }

  @Test func `a statement holds at most five hundred rows`() {
    var writer = SQLWriter()
    writer.begin(table: "t", columns: [("n", .integer)])
    for number in 0..<1001 { writer.row([.integer(Int64(number))]) }
    writer.end()
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("INSERT") } == 3)
  }

  @Test func `rows outside a table are ignored and an empty table has no insert`() {
    var writer = SQLWriter()
    writer.row([.integer(1)])
    writer.end()
    #expect(writer.bytes.isEmpty)
    writer.begin(table: "t", columns: [("n", .integer)])
    writer.end()
    #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("INSERT"))
  }

  @Test func `sqlite3 gives back what was written`() throws {
    guard
      let sqlite = ["/usr/bin/sqlite3", "/usr/local/bin/sqlite3", "/opt/homebrew/bin/sqlite3"]
        .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      print("skipped: there is no sqlite3 here")
      return
    }
    var generator = SeededGenerator(seed: 20)
    var writer = SQLWriter()
    writer.begin(
      table: "значения", columns: [("t", .text), ("i", .integer), ("r", .real), ("b", .boolean)])
    var expected: [String] = []
    for number in 0..<700 {
      let cell = number == 0 ? ".quit\r\n;--\r'" : randomCell(&generator)
      let integer = number == 1 ? Int64.min : Int64.random(in: .min ... .max, using: &generator)
      writer.row([.text(cell), .integer(integer), .real(0.5), .boolean(number % 2 == 0)])
      let hex = cell.utf8.map { String(format: "%02X", $0) }.joined()
      expected.append("\(hex)|\(integer)|0.5|\(number % 2 == 0 ? 1 : 0)|text|integer|real")
    }
    writer.row([.text("a\0b"), .null, .real(.nan), .null])
    expected.append("6162||||text|null|null")
    writer.end()
    var script = writer.bytes
    script += Array(
      "SELECT hex(t), i, r, b, typeof(t), typeof(i), typeof(r) FROM \"значения\";\n".utf8)
    #expect(try run(sqlite, ["-batch", "-list", ":memory:"], input: script) == expected)
  }

  private func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let folder = FileManager.default.temporaryDirectory
    let script = folder.appendingPathComponent("exchange-\(UUID().uuidString).sql")
    try Data(input).write(to: script)
    defer { try? FileManager.default.removeItem(at: script) }
    process.standardInput = try FileHandle(forReadingFrom: script)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
