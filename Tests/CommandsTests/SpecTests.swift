import CRM
import Foundation
import Platform
import Support
import Testing

/// SPEC.md against what proves it: every rule has a vector or a test that names it, and the table
/// of what the CRM stores is the one in the code.
@Suite struct SpecTests {
  /// The rules that the text lays down, as `W-2`: those in bold.
  static func rules() throws -> Set<String> {
    let spec = try LayoutTests.text("SPEC.md")
    return Set(spec.matches(of: #/\*\*\[([A-Z]-[0-9]+)\]/#).map { String($0.output.1) })
  }

  /// The rules that vectors are made for.
  static func rulesOfVectors() throws -> Set<String> {
    var rules: Set<String> = []
    for line in try LayoutTests.text("Fixtures/vectors/index.jsonl").split(separator: "\n") {
      let list = line.matches(of: #/"rules":\[([^\]]*)\]/#).map(\.output.1).joined(separator: ",")
      rules.formUnion(list.matches(of: #/[A-Z]-[0-9]+/#).map { String($0.output) })
    }
    return rules
  }

  /// The rules that tests name, as in the comment `SPEC [W-2], [W-4]`.
  static func rulesOfTests() throws -> Set<String> {
    let folder = LayoutTests.root.appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var rules: Set<String> = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      // This one would name what it looks for.
      guard file.lastPathComponent != "SpecTests.swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/SPEC ((?:,? ?\[[A-Z]-[0-9]+\])+)/#) {
        rules.formUnion(match.output.1.matches(of: #/[A-Z]-[0-9]+/#).map { String($0.output) })
      }
    }
    return rules
  }

  /// Rules of chapters that are being written, which have neither yet.
  private static let young: Set<String> = [
    "A-10", "A-11", "A-12", "A-13", "A-14", "D-1", "D-2", "D-3", "D-4",
  ]

  @Test func `every rule of SPEC is named by a vector or a test`() throws {
    let proven = try Self.rulesOfVectors().union(Self.rulesOfTests())
    let rules = try Self.rules()
    #expect(rules.count > 50)
    let bare = rules.subtracting(proven).subtracting(Self.young).sorted()
    #expect(bare.isEmpty, "these rules have neither vector nor test: \(bare)")
  }

  @Test func `for everything that SPEC says nobody can do there is a test that tries`() throws {
    let threats = try Self.rules().filter { $0.hasPrefix("X-") }
    #expect(threats.count > 10)
    let untried = threats.subtracting(try Self.rulesOfTests()).sorted()
    #expect(untried.isEmpty, "no test tries: \(untried)")
  }

  @Test func `every rule that a vector or a test names is there`() throws {
    let named = try Self.rulesOfVectors().union(Self.rulesOfTests())
    let unknown = named.subtracting(try Self.rules()).sorted()
    #expect(unknown.isEmpty, "SPEC.md lays down no such rules: \(unknown)")
  }

  private static let begin = "<!-- what the CRM stores, as Schema.markdown() prints it -->\n"
  private static let end = "<!-- end of what the CRM stores -->"

  @Test func `the table of fields in SPEC is that of the schema`() throws {
    let path = LayoutTests.root.appendingPathComponent("SPEC.md").path
    let spec = try LayoutTests.text("SPEC.md")
    let start = try #require(spec.range(of: Self.begin)).upperBound
    let stop = try #require(spec.range(of: Self.end)).lowerBound
    let table = Schema.markdown()
    if Environment.value("KARTO_RECORD") == "1", spec[start..<stop] != table {
      let text = spec[..<start] + table + spec[stop...]
      try Files.replace(path) { try $0.write(String(text)) }
      return
    }
    let isSame = spec[start..<stop].utf8.elementsEqual(table.utf8)
    #expect(
      isSame,
      "the schema has changed: KARTO_RECORD=1 swift test --filter SpecTests writes it to SPEC.md")
  }
}
