import Bytes
import Testing

@Suite struct JSONPropertyTests {
  @Test(arguments: Seeds.all)
  func `what is written reads back equal and is canonical`(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    for _ in 0..<100 {
      let value = generator.value()
      let bytes = value.canonicalBytes
      #expect(isCanonical(bytes), "seed \(seed)")
      #expect(try JSONParser.parse(bytes.span) == value, "seed \(seed)")
    }
  }

  /// The scanner never stops the program, and what it accepts has no other spelling.
  @Test(arguments: Seeds.all)
  func `the scanner accepts exactly what the writer writes`(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    for _ in 0..<400 {
      let bytes = generator.mutated(generator.value(depth: 3).canonicalBytes)
      let parsed = try? JSONParser.parse(bytes.span)
      #expect(
        isCanonical(bytes) == (parsed.map { $0.canonicalBytes == bytes } ?? false), "seed \(seed)")
    }
  }

  @Test(arguments: Seeds.all)
  func `every string comes back from its range`(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    for _ in 0..<200 {
      let text = generator.text(upTo: 60)
      var writer = JSONWriter()
      writer.string(text)
      var scanner = JSONScanner()
      let range = try scanner.string(in: writer.bytes.span)
      #expect(range == 1..<(writer.bytes.count - 1), "seed \(seed)")
      #expect(try JSONScanner.unescape(range, in: writer.bytes.span) == text.bytes, "seed \(seed)")
      #expect(
        try JSONScanner.string(at: range, in: writer.bytes.span).bytes == text.bytes, "seed \(seed)"
      )
    }
  }

  @Test(arguments: Seeds.all)
  func `the parser takes any spelling of a value`(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    for _ in 0..<100 {
      let value = generator.value()
      let text = spelt(value, using: &generator)
      #expect(try JSONParser.parse(text.bytes.span) == value, "seed \(seed): \(text)")
    }
  }

  private func spelt(_ value: JSONValue, using generator: inout Generator) -> String {
    func space() -> String { ["", " ", "\n\t", "\r\n  "][generator.below(4)] }
    func quoted(_ text: String) -> String {
      var result = "\""
      for unit in text.utf16 {
        let hex = String(unit, radix: 16, uppercase: generator.below(2) == 0)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      }
      return result + "\""
    }
    switch value {
    case .string(let text):
      return space() + quoted(text) + space()
    case .array(let values):
      return space() + "["
        + values.map { spelt($0, using: &generator) }.joined(separator: ",")
        + (values.isEmpty ? space() : "") + "]" + space()
    case .object(let members):
      return "{"
        + members.shuffled(using: &generator).map {
          space() + quoted($0.key) + space() + ":" + spelt($0.value, using: &generator)
        }.joined(separator: ",") + space() + "}" + space()
    case .null, .bool, .integer:
      return space() + String(decoding: value.canonicalBytes, as: UTF8.self) + space()
    }
  }
}
