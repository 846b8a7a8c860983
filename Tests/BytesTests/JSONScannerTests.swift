import Bytes
import Testing

@Suite struct JSONScannerTests {
  private func scan(_ text: String) -> Result<Range<Int>, JSONError> {
    scan(text.bytes)
  }

  private func scan(_ bytes: [UInt8]) -> Result<Range<Int>, JSONError> {
    var scanner = JSONScanner()
    return Result { () throws(JSONError) in try scanner.value(in: bytes.span) }
  }

  private func failure(_ text: String) -> JSONError? {
    guard case .failure(let error) = scan(text) else { return nil }
    return error
  }

  @Test(arguments: [
    "null", "true", "false", "0", "7", "-7", "9007199254740991", "-9007199254740991", #""""#,
    #""Ромашка — №1 ₽ 😀""#, #""a\"\\\b\t\n\f\r\u0000\u001f""#, "\"\u{7F}/\"", "[]", "{}", "[1,[2]]",
    #"{"":1,"a":{"b":[]},"aa":2,"z":3,"я":4}"#, #"{"\n":1," ":2}"#, ##"{"\u001f":1,"\"":2,"#":3}"##,
  ])
  func `canonical values are read whole`(text: String) {
    #expect(scan(text) == .success(0..<text.utf8.count))
    #expect(isCanonical(text.bytes))
  }

  @Test(arguments: [
    ("", JSONError.Kind.truncated, 0), (" 1", .unexpectedByte, 0), ("[1, 2]", .unexpectedByte, 3),
    ("[1,]", .unexpectedByte, 3), ("{\"a\" :1}", .unexpectedByte, 4), ("nul", .unexpectedByte, 0),
    ("True", .unexpectedByte, 0), ("01", .badNumber, 0), ("-0", .badNumber, 0),
    ("-", .truncated, 1), ("+1", .unexpectedByte, 0), ("1.0", .fraction, 0), ("1e3", .fraction, 0),
    ("9007199254740992", .outOfRange, 0), ("-9007199254740992", .outOfRange, 0),
    ("99999999999999999999", .outOfRange, 0), ("\"a", .truncated, 2),
    ("\"a\n\"", .controlCharacter, 2),
    (#""\/""#, .badEscape, 1), (#""\u0041""#, .badEscape, 1), (#""\u000a""#, .badEscape, 1),
    (#""\u001F""#, .badEscape, 1), (#""\u007f""#, .badEscape, 1), (#""\u0022""#, .badEscape, 1),
    (#""\x""#, .badEscape, 1), (#""\"#, .truncated, 2), (#""\u00"#, .truncated, 5),
    (#"{"a":1,"a":2}"#, .duplicateKey, 7), (#"{"b":1,"a":2}"#, .keyOrder, 7),
    (#"{"aa":1,"a":2}"#, .keyOrder, 8), (#"{"\"":1,"\u001f":2}"#, .keyOrder, 8),
    (#"[{"x":{"b":1,"a":2}}]"#, .keyOrder, 13), ("{1:2}", .unexpectedByte, 1),
    ("{\"a\"}", .unexpectedByte, 4),
  ])
  func `other spellings are refused at their byte`(text: String, kind: JSONError.Kind, at: Int) {
    #expect(failure(text) == JSONError(kind, at: at))
    #expect(!isCanonical(text.bytes))
  }

  @Test func `sixteen levels are open, a seventeenth is refused`() {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(failure(nested(16)) == nil)
    #expect(failure(nested(17)) == JSONError(.tooDeep, at: 16))
    #expect(failure(String(repeating: #"{"a":"#, count: 100_000))?.kind == .tooDeep)
    var scanner = JSONScanner()
    #expect(throws: JSONError(.tooDeep, at: 0)) {
      try scanner.value(in: "[]".bytes.span, depth: 16)
    }
  }

  /// All sequences that can matter, at every place of the eight-byte words.
  @Test func `a string is valid UTF-8 exactly when the standard library says so`() {
    let edges: [UInt8] = [
      0x20, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xD0, 0xDF, 0xE0,
      0xE1,
      0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var disagreements: [[UInt8]] = []
    for first in edges.dropFirst(2) {
      for second in edges {
        for third in edges {
          for fourth in [0x41, 0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
            let sequence = [first, second, third, fourth]
            let isValid = String(validating: sequence, as: UTF8.self) != nil
            for padding in [0, 3, 6, 7] {
              let before = [UInt8](repeating: 0x61, count: padding)
              let bytes = [0x22] + before + sequence + [0x22] + "       ".bytes
              if (try? scan(bytes).get()) != nil {
                if !isValid { disagreements.append(bytes) }
              } else if isValid {
                disagreements.append(bytes)
              }
            }
          }
        }
      }
    }
    #expect(disagreements.isEmpty)
  }

  @Test func `a string ends right wherever the bytes end`() throws {
    for text in ["абвгдежзик", "abcdefghijklmnopq", "a—б😀\\n\\u0001яяяя"] {
      let bytes = "\"\(text)\"".bytes
      var scanner = JSONScanner()
      #expect(try scanner.string(in: bytes.span) == 1..<(bytes.count - 1))
      #expect(scanner.position == bytes.count)
      for cut in 0..<bytes.count {
        guard case .failure(let error) = scan(Array(bytes[..<cut])) else {
          Issue.record("cut at \(cut)")
          continue
        }
        #expect(error == JSONError(.truncated, at: cut))
      }
    }
  }

  @Test func `after an error the position is unchanged`() {
    var scanner = JSONScanner(at: 1)
    let bytes = "x\"ab".bytes
    #expect(throws: JSONError(.truncated, at: 4)) { try scanner.string(in: bytes.span) }
    #expect(throws: JSONError(.unexpectedByte, at: 1)) { try scanner.integer(in: bytes.span) }
    #expect(throws: JSONError(.unexpectedByte, at: 1)) {
      try scanner.expect(UInt8(ascii: "{"), in: bytes.span)
    }
    #expect(scanner.position == 1)
  }

  @Test func `a line is taken apart token by token`() throws {
    let line = Line(#"{"client":"a1","set":{"имя":"О\"о"},"ok":true,"n":-5}"#)
    try line.expect("{")
    #expect(!line.take(#""deal":"#))
    #expect(line.take(#""client":"#))
    let id = try line.string()
    #expect(line.matches("a1", id))
    #expect(!line.matches("a", id))
    #expect(!line.matches("a2", id))
    #expect(line.take(#","set":{"имя":"#))
    let name = try line.string()
    #expect(try line.text(at: name) == "О\"о")
    #expect(line.take("},"))
    #expect(line.take(#""ok":"#))
    #expect(try line.boolean())
    #expect(line.take(#","n":"#))
    #expect(try line.integer() == -5)
    #expect(line.next == UInt8(ascii: "}"))
    #expect(!line.take("}}"))
    #expect(line.take("}"))
    #expect(line.next == nil)
    #expect(!line.take("}"))
  }

  /// Bytes with their cursor, since expectations can't hold a span themselves.
  private final class Line {
    private var scanner = JSONScanner()
    private let bytes: [UInt8]

    init(_ text: String) { bytes = text.bytes }

    var next: UInt8? { read { $0.peek(in: $1) } }

    func expect(_ byte: Unicode.Scalar) throws {
      try read { try $0.expect(UInt8(ascii: byte), in: $1) }
    }

    func take(_ text: StaticString) -> Bool { read { $0.take(text, in: $1) } }

    func string() throws -> Range<Int> { try read { try $0.string(in: $1) } }

    func boolean() throws -> Bool { try read { try $0.boolean(in: $1) } }

    func integer() throws -> Int { try read { try $0.integer(in: $1) } }

    func text(at range: Range<Int>) throws -> String {
      try read { try JSONScanner.string(at: range, in: $1) }
    }

    func matches(_ text: StaticString, _ range: Range<Int>) -> Bool {
      read { JSONScanner.matches(text, range, in: $1) }
    }

    private func read<Result>(
      _ body: (inout JSONScanner, Span<UInt8>) throws -> Result
    ) rethrows -> Result {
      let bytes = bytes
      return try body(&scanner, bytes.span)
    }
  }

  @Test func `a range that is no string is refused, not repaired`() {
    let bytes = "a\\q\\u12\\u0041\u{7F}".bytes + [0xFF]
    #expect(throws: JSONError(.badEscape, at: 1)) {
      try JSONScanner.unescape(0..<3, in: bytes.span)
    }
    #expect(throws: JSONError(.badEscape, at: 3)) {
      try JSONScanner.unescape(3..<7, in: bytes.span)
    }
    #expect(throws: JSONError(.badEscape, at: 7)) {
      try JSONScanner.string(at: 7..<13, in: bytes.span)
    }
    #expect(throws: JSONError(.invalidUTF8, at: 14)) {
      try JSONScanner.string(at: 13..<15, in: bytes.span)
    }
  }
}
