import Support
import Testing

@testable import Bytes

/// Codes against squares that another program drew: the Python package `qrcode` 8.2 each matrix,
/// and a few lines of Python that count penalties as ISO/IEC 18004 §7.8.3 says the best mask.
@Suite struct QRCodeTests {
  /// One square of a fixture: a header of `key: value` lines, an empty line, and rows of `#` and `.`.
  struct Drawing {
    var header: [String: String] = [:]
    var rows: [String] = []

    static func all(in fixture: String) throws -> [Drawing] {
      let text = String(decoding: try Contents.read(Fixture.path("qr/\(fixture).txt")), as: UTF8.self)
      var drawings: [Drawing] = []
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if let mark = line.firstRange(of: ": ") {
          if drawings.last?.rows.isEmpty != true || drawings.isEmpty { drawings.append(Drawing()) }
          let key = String(line[..<mark.lowerBound])
          drawings[drawings.count - 1].header[key] = String(line[mark.upperBound...])
        } else if !line.isEmpty {
          drawings[drawings.count - 1].rows.append(String(line))
        }
      }
      return drawings
    }

    func text() throws -> String { try #require(header["text"]) }
    func number(_ key: String) throws -> Int { try #require(header[key].flatMap { Int($0) }) }
  }

  private func rows(of code: QRCode) -> [String] {
    (0..<code.size).map { row in
      String((0..<code.size).map { column in code[row, column] ? "#" : "." })
    }
  }

  @Test(arguments: ["letters", "invitation", "bytes", "russian", "version-7", "version-15"])
  func `a code is what another program draws`(fixture: String) throws {
    let drawings = try Drawing.all(in: fixture)
    let drawing = try #require(drawings.first)
    let code = try #require(try QRCode(drawing.text()))
    #expect(try code.version == drawing.number("version"))
    #expect(try code.mask == drawing.number("best"))
    #expect(rows(of: code) == drawing.rows)
  }

  @Test func `each of the eight masks is drawn rightly`() throws {
    let drawings = try Drawing.all(in: "masks")
    #expect(drawings.count == 8)
    for drawing in drawings {
      let mask = try drawing.number("mask")
      let code = try #require(try QRCode(drawing.text(), mask: mask))
      #expect(code.mask == mask)
      #expect(rows(of: code) == drawing.rows, "mask \(mask)")
    }
  }

  @Test(arguments: [
    (14, "a", 1), (15, "a", 2), (20, "A", 1), (21, "A", 2), (2331, "a", 40), (3391, "A", 40),
  ])
  func `the smallest version that holds a text is taken`(
    count: Int, letter: String, version: Int
  ) throws {
    let code = try #require(QRCode(String(repeating: letter, count: count)))
    #expect(code.version == version)
    #expect(code.size == version * 4 + 17)
  }

  @Test func `too long a text has no code`() {
    #expect(QRCode(String(repeating: "a", count: 2332)) == nil)
    #expect(QRCode(String(repeating: "A", count: 3392)) == nil)
    #expect(QRCode("") != nil)
  }

  @Test func `outside of a code all is light`() throws {
    let code = try #require(QRCode("A"))
    #expect(!code[-1, 0] && !code[0, -1] && !code[21, 0] && !code[0, 21])
    #expect(code[0, 0])
  }
}
