import Foundation
import Support
import Testing

/// The house rules that the compiler does not enforce: who may import whom, and documents that
/// must agree with the code.
@Suite struct LayoutTests {
  static let root = Fixture.url("").deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func sources(of module: String) throws -> [(path: String, text: String)] {
    let folder = root.appendingPathComponent("Sources/\(module)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var result: [(String, String)] = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      result.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
    }
    return result
  }

  /// The rows of README's module table: module and what it may import.
  static func table() throws -> [(module: String, imports: Set<String>)] {
    try text("README.md").split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 5, cells[1].hasPrefix("`"), cells[3].allSatisfy({ $0 != "." }) else {
        return nil
      }
      let module = cells[1].filter { $0 != "`" }
      let imports = cells[3].split(separator: " ").map { $0.filter { $0 != "`" && $0 != "," } }
      return (module, Set(imports.filter { !$0.isEmpty && $0 != "–" }))
    }
  }

  @Test func `every module imports exactly what the table in README says`() throws {
    let table = try Self.table()
    let folders = try FileManager.default
      .contentsOfDirectory(atPath: Self.root.appendingPathComponent("Sources").path)
    #expect(Set(table.map(\.module)) == Set(folders))
    for (module, allowed) in table
    where !module.hasPrefix("C") || module == "CRM" || module == "Commands" {
      var found: Set<String> = []
      for source in try Self.sources(of: module) {
        for match in source.text.matches(
          of: #/(?m)^(?:(?:public|internal|package|private) )?import ([A-Za-z]+)$/#)
        {
          found.insert(String(match.output.1))
        }
      }
      let system: Set<String> = ["Glibc", "Darwin", "Synchronization"]
      #expect(found.subtracting(system) == allowed, "\(module)")
      #expect(module == "Platform" || found.isDisjoint(with: ["Glibc", "Darwin"]), "\(module)")
    }
  }

  @Test func `each module stands behind those that it imports`() throws {
    let table = try Self.table()
    for (place, row) in table.enumerated() {
      let before = Set(table[..<place].map(\.module))
      #expect(row.imports.isSubset(of: before), "\(row.module)")
    }
  }

  @Test func `every section of SPEC that the code names is there`() throws {
    let spec = try Self.text("SPEC.md")
    for row in try Self.table() where row.module != "CZlib" && row.module != "CSodium" {
      for source in try Self.sources(of: row.module) {
        for match in source.text.matches(of: #/SPEC §([0-9]+(\.[0-9]+)?)/#) {
          let heading = "## \(match.output.1)"
          #expect(
            spec.contains("\(heading) ") || spec.contains("\(heading). "),
            "\(source.path) names SPEC §\(match.output.1)")
        }
      }
    }
  }

  @Test func `the limits in SPEC are those in the code`() throws {
    let spec = try Self.text("SPEC.md")
    let code = try #require(
      try Self.sources(of: "Bytes").first { $0.path == "Limits.swift" }?.text)
    var count = 0
    for match in spec.matches(of: #/\| `([a-zA-Z]+)` \| ([0-9,]+) \|/#) {
      let number = try #require(Int(match.output.2.filter { $0 != "," }))
      let line = try #require(
        code.split(separator: "\n").first { $0.contains("let \(match.output.1) =") })
      let expression = try #require(line.split(separator: "=").last)
      #expect(Self.value(of: String(expression)) == number, "\(match.output.1)")
      count += 1
    }
    #expect(count >= 6)
  }

  /// `4 << 20`, `(1 << 53) - 1`, `16` or `65_535`.
  static func value(of expression: String) -> Int? {
    let text = expression.filter { $0 != "_" && $0 != "(" && $0 != ")" }
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first.flatMap(Int.init) else { return nil }
    guard words.count >= 3, words[1] == "<<", let shift = Int(words[2]) else { return first }
    let shifted = first << shift
    guard words.count == 5, words[3] == "-", let rest = Int(words[4]) else { return shifted }
    return shifted - rest
  }
}
