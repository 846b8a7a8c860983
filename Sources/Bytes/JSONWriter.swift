/// Appends canonical JSON to bytes that it owns.
///
/// Commas come by themselves: ``key(_:)-(StaticString)`` and ``element()`` look at the last byte
/// written. The order of keys is up to the caller; a nested object must have them ascending by
/// their bytes, or `JSONScanner.value(in:depth:)` refuses it.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.key("name")
///     writer.string("ООО «Ромашка»")
///     writer.key("phones")
///     writer.beginArray()
///     writer.element()
///     writer.string("+74952346187")
///     writer.endArray()
///     writer.endObject()  // {"name":"ООО «Ромашка»","phones":["+74952346187"]}
public struct JSONWriter: Sendable {
  /// What has been written so far; may be taken, cut or cleared at any time.
  public var bytes: [UInt8]

  /// Makes a writer without output and with room for `capacity` bytes.
  public init(reserving capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Writes a string, quoted and escaped.
  ///
  /// - Parameter utf8: the text; it must be valid UTF-8, since it is not checked here.
  public mutating func string(_ utf8: Span<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    while true {
      let end = JSONWriter.plainEnd(in: utf8, from: start)
      bytes.append(bytesOf: utf8.extracting(start..<end))
      guard end < utf8.count else { break }
      escape(utf8[end])
      start = end &+ 1
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a string, quoted and escaped.
  public mutating func string(_ text: String) {
    string(text.utf8Span.span)
  }

  /// Writes an integer.
  ///
  /// - Parameter value: within ±``Limits/integerMagnitude``; beyond it the digits are written all
  ///   the same, and every reader refuses them.
  public mutating func integer(_ value: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var magnitude = value.magnitude
    var count = 1
    var power: UInt = 10
    while count < 20 && magnitude >= power {
      count &+= 1
      // 10^19 is the greatest power that fits; after it `count` ends the loop.
      power = count < 20 ? power &* 10 : power
    }
    var index = bytes.count &+ count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    while magnitude > 0 {
      index &-= 1
      let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
      bytes[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      magnitude = quotient
    }
  }

  /// Writes `true` or `false`.
  public mutating func bool(_ value: Bool) {
    raw(value ? "true" : "false")
  }

  /// Writes `null`.
  public mutating func null() {
    raw("null")
  }

  /// Writes bytes as they are: a value that is canonical already, a line end, a whole line.
  public mutating func raw(_ span: Span<UInt8>) {
    bytes.append(bytesOf: span)
  }

  /// Writes text of the program as it is.
  public mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Opens an object.
  public mutating func beginObject() {
    bytes.append(UInt8(ascii: "{"))
  }

  /// Closes an object.
  public mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
  }

  /// Opens an array.
  public mutating func beginArray() {
    bytes.append(UInt8(ascii: "["))
  }

  /// Closes an array.
  public mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes a key of the program's own, its colon, and a comma before it unless it is the first.
  ///
  /// - Parameter name: ASCII without quotes, backslashes and controls.
  public mutating func key(_ name: StaticString) {
    comma(unlessAfter: UInt8(ascii: "{"))
    bytes.append(UInt8(ascii: "\""))
    raw(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// Writes any key, escaped, its colon, and a comma before it unless it is the first.
  ///
  /// - Parameter utf8: the key; it must be valid UTF-8.
  public mutating func key(_ utf8: Span<UInt8>) {
    comma(unlessAfter: UInt8(ascii: "{"))
    string(utf8)
    bytes.append(UInt8(ascii: ":"))
  }

  /// Writes any key, escaped, its colon, and a comma before it unless it is the first.
  public mutating func key(text: String) {
    key(text.utf8Span.span)
  }

  /// Prepares for the next element of an array: writes a comma unless it is the first.
  public mutating func element() {
    comma(unlessAfter: UInt8(ascii: "["))
  }

  /// No value ends with an opening bracket, so the last byte tells whether one has gone before.
  private mutating func comma(unlessAfter opening: UInt8) {
    if let last = bytes.last, last != opening { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    if let letter = JSONScanner.shortEscape(of: byte) {
      bytes.append(letter)
    } else {
      raw("u00")
      Hex.append(byte, to: &bytes)
    }
  }

  /// Offset of the first byte that needs an escape, or the number of bytes.
  private static func plainEnd(in utf8: Span<UInt8>, from start: Int) -> Int {
    var cursor = start
    while cursor &+ 8 <= utf8.count {
      let word = utf8.word(at: cursor)
      let marks =
        word.marks(of: UInt8(ascii: "\"")) | word.marks(of: UInt8(ascii: "\\"))
        | word.marksOfControls
      guard marks == 0 else { return cursor &+ marks.firstMarkedLane }
      cursor &+= 8
    }
    while cursor < utf8.count {
      let byte = utf8[cursor]
      guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
      cursor &+= 1
    }
    return cursor
  }
}
