import Bytes
import Testing

@Suite struct JSONParserTests {
  private func error(_ text: String, limits: JSONParser.Bounds = .init()) -> JSONError? {
    do throws(JSONError) {
      _ = try JSONParser.parse(text.bytes.span, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func `JSON as people write it is read`() throws {
    let text = """
      \t{ "name" : "\\u041e\\u041E\\u041e \\ud83d\\uDE00\\/",
        "list": [ 1 , -0, true, null , {} , [ ] ] }
      """
    let value = try JSONParser.parse(text.bytes.span)
    #expect(value["name"] == .string("ООО 😀/"))
    #expect(
      value["list"]
        == .array([.integer(1), .integer(0), .bool(true), .null, .object([]), .array([])]))
    #expect(value["other"] == nil)
    #expect(JSONValue.null["name"] == nil)
  }

  @Test(arguments: [
    ("", JSONError.Kind.truncated, 0), ("  ", .truncated, 2), ("[1,", .truncated, 3),
    ("[1 2]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1,]", .unexpectedByte, 3),
    ("{\"a\":1,}", .unexpectedByte, 7), ("{a:1}", .unexpectedByte, 1), ("1 2", .trailingBytes, 2),
    ("\u{FEFF}1", .unexpectedByte, 0), ("[1.5]", .fraction, 1), ("-0.0", .fraction, 0),
    ("1E2", .fraction, 0), ("012", .badNumber, 0), ("-01", .badNumber, 0),
    ("9007199254740992", .outOfRange, 0), ("NaN", .unexpectedByte, 0), ("tru", .unexpectedByte, 0),
    (#"{"a":1, "\u0061":2}"#, .duplicateKey, 8), (#""\ud83d""#, .loneSurrogate, 1),
    (#""\ude00\ud83d""#, .loneSurrogate, 1), (#""\ud83d\u0041""#, .loneSurrogate, 1),
    (#""\ud83dx""#, .loneSurrogate, 1), (#""\u12"#, .truncated, 5), (#""\u12g4""#, .badEscape, 1),
    (#""\'""#, .badEscape, 1), ("\"\t\"", .controlCharacter, 1), ("\"abc", .truncated, 4),
  ])
  func `what is not JSON is refused at its byte`(text: String, kind: JSONError.Kind, at: Int) {
    #expect(error(text) == JSONError(kind, at: at))
  }

  @Test func `bytes that are not UTF-8 are refused at their byte`() {
    let bytes: [UInt8] = [0x22, 0x61, 0xED, 0xA0, 0x80, 0x22]
    #expect(throws: JSONError(.invalidUTF8, at: 2)) { try JSONParser.parse(bytes.span) }
  }

  @Test func `composed and decomposed keys are two keys`() {
    #expect(error("{\"\u{E9}\":1,\"e\u{301}\":2}") == nil)
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test func `limits hold`() {
    let small = JSONParser.Bounds(textBytes: 20, stringBytes: 4, depth: 2)
    #expect(error("[[1]]", limits: small) == nil)
    #expect(error("[[[1]]]", limits: small) == JSONError(.tooDeep, at: 2))
    #expect(error("\"абв\"", limits: small) == JSONError(.stringTooLong, at: 0))
    #expect(error("\"аб\"", limits: small) == nil)
    #expect(error("[1,2,3,4,5,6,7,8,9,0]", limits: small) == JSONError(.textTooLong, at: 20))
    #expect(error(String(repeating: "[", count: 1_000_000))?.kind == .tooDeep)
  }

  @Test func `the order of keys does not count for equality, their values do`() {
    let one = JSONValue.object([("a", .integer(1)), ("b", .null)])
    let two = JSONValue.object([("b", .null), ("a", .integer(1))])
    #expect(one == two)
    #expect(one.hashValue == two.hashValue)
    #expect(one != .object([("a", .integer(2)), ("b", .null)]))
  }
}
