import Bytes
import Testing

@Suite struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(reserving: 64)
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `commas come by themselves`() {
    let line = text { writer in
      writer.beginObject()
      writer.key("a")
      writer.beginArray()
      for number in [1, -2] {
        writer.element()
        writer.integer(number)
      }
      writer.element()
      writer.beginArray()
      writer.endArray()
      writer.endArray()
      writer.key(text: "b\n")
      writer.bool(true)
      writer.key("я".bytes.span)
      writer.beginObject()
      writer.endObject()
      writer.key("z")
      writer.null()
      writer.endObject()
      writer.raw("\n")
    }
    #expect(line == "{\"a\":[1,-2,[]],\"b\\n\":true,\"я\":{},\"z\":null}\n")
  }

  @Test func `only what must be escaped is`() {
    let all = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) }))
    let expected =
      #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
      + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d"#
      + ##"\u001e\u001f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"##
      + "abcdefghijklmnopqrstuvwxyz{|}~\u{7F}\""
    #expect(text { $0.string(all) } == expected)
    #expect(text { $0.string("«Ромашка» — №1 😀") } == "\"«Ромашка» — №1 😀\"")
  }

  @Test(arguments: [
    0, 1, -1, 9, 10, 99, 100, -100, 1_763_812_345_678, 9_007_199_254_740_991, Int.max, Int.min,
  ])
  func `integers are written in full`(number: Int) {
    #expect(text { $0.integer(number) } == String(number))
  }

  @Test func `nested keys are sorted by their bytes`() {
    let value = JSONValue.object([
      ("я", .null), ("b", .null), ("", .null), ("aa", .null), ("\"", .null), ("\u{1F}", .null),
      ("\u{FFFD}", .null), ("😀", .null),
    ])
    #expect(
      String(decoding: value.canonicalBytes, as: UTF8.self)
        == "{\"\":null,\"\\u001f\":null,\"\\\"\":null,\"aa\":null,\"b\":null,\"я\":null,"
        + "\"\u{FFFD}\":null,\"😀\":null}")
  }

  @Test func `a value without canonical form is not taken for canonical`() {
    let doubled = JSONValue.object([("a", .null), ("a", .null)])
    #expect(!isCanonical(doubled.canonicalBytes))
    #expect(!isCanonical(JSONValue.integer(1 << 53).canonicalBytes))
  }
}
