import Foundation

@testable import Exchange

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A table among the fixtures, as bytes.
func tableFixture(_ name: String) throws -> [UInt8] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  return [UInt8](try Data(contentsOf: root.appendingPathComponent("Fixtures/csv/\(name)")))
}

/// All records of a table, the header included.
func records(_ bytes: [UInt8], dialect: CSVDialect? = nil) throws -> [[String]] {
  var reader = CSVReader(dialect: dialect ?? CSVDialect.detect(bytes.span))
  var row = CSVRow()
  var records: [[String]] = []
  while try reader.next(in: bytes.span, into: &row) { records.append(row.texts(in: bytes.span)) }
  return records
}

/// All records of a fixture, with encoding and dialect guessed.
func fixtureRecords(_ name: String) throws -> [[String]] {
  let bytes = try tableFixture(name)
  return try records(TextEncoding.detect(bytes).decode(bytes))
}

/// Cells that contain what tables trip over, and their identity by bytes.
func randomCell(_ generator: inout SeededGenerator) -> String {
  let pieces = [
    "a", "Анна", "ё", "é", "e\u{301}", "\"", "\"\"", ",", ";", "\t", "|", " ", "\n", "\r", "\r\n",
    "'", "=", "+", "-", "@", "5", "1.5", "😀", "№", "\u{FEFF}", "\\", "\u{1}", "sep=",
  ]
  return (0..<Int.random(in: 0...6, using: &generator))
    .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
}

/// Swift's `==` on strings ignores composition; identity here is by bytes.
func bytes(of rows: [[String]]) -> [[[UInt8]]] {
  rows.map { $0.map { Array($0.utf8) } }
}

/// Whether bytes are well-formed UTF-8, by the standard library.
func isValidUTF8(_ bytes: [UInt8]) -> Bool {
  String(validating: bytes, as: UTF8.self) != nil
}

// The testing macros cannot hold a span, so the tests pass arrays.
extension TextEncoding {
  static func detect(_ bytes: [UInt8]) -> TextEncoding { detect(bytes.span) }
  func decode(_ bytes: [UInt8]) -> [UInt8] { decode(bytes.span) }
  func encode(_ utf8: [UInt8]) -> [UInt8] { encode(utf8.span) }
}
