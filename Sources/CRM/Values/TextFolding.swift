/// Folds text for searching and comparing.
///
/// Lower case; «ё» is «е»; every run of spaces, punctuation and signs is one space; none at either
/// end. What remains are letters, digits and single spaces, as UTF-8. Folding is for keys and
/// needles only and never replaces what a person typed.
///
/// ASCII and the Russian letters take a path of a few instructions a byte; anything else goes
/// through the Unicode tables of the standard library.
public enum TextFolding {
  /// What becomes of Latin letters that look like Cyrillic ones («Ивaнов» with a Latin `a`).
  public enum Lookalikes: Sendable, Hashable {
    /// They stay as they are.
    case kept
    /// They become Cyrillic in words that hold a Cyrillic letter as well, so English stays English.
    case unifiedInMixedWords
    /// They become Cyrillic everywhere: for keys that only ever meet keys folded in the same way.
    case unified
  }

  /// Returns the folded bytes of a text.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - lookalikes: What becomes of Latin look-alikes.
  /// - Returns: UTF-8 of letters, digits and single spaces.
  public static func fold(
    _ text: String, lookalikes: Lookalikes = .unifiedInMixedWords
  ) -> [UInt8] {
    var output: [UInt8] = []
    append(text.utf8.span, lookalikes: lookalikes, to: &output)
    return output
  }

  /// Appends the folded form of UTF-8 bytes to a buffer.
  ///
  /// Bytes that are no UTF-8 count as spaces. Nothing is put between what the buffer held before
  /// and the new bytes. Cost: about a nanosecond a byte for ASCII and Russian text.
  ///
  /// - Parameters:
  ///   - source: The bytes to fold.
  ///   - lookalikes: What becomes of Latin look-alikes.
  ///   - output: The buffer, kept by the caller for reuse.
  public static func append(
    _ source: Span<UInt8>, lookalikes: Lookalikes = .unifiedInMixedWords, to output: inout [UInt8]
  ) {
    // A Latin look-alike grows from one byte to two; lower-casing never grows more than that.
    output.append(addingCapacity: 2 * source.count + 8) { target in
      var folder = Folder(lookalikes: lookalikes, start: target.count)
      folder.run(source, &target)
    }
  }

  /// Whether two texts are equal once folded.
  ///
  /// - Parameters:
  ///   - left: A text.
  ///   - right: Another text.
  /// - Returns: True if case, «ё», punctuation and mixed-in Latin look-alikes are all that differs.
  public static func equal(_ left: String, _ right: String) -> Bool {
    fold(left) == fold(right)
  }
}

/// One pass over one text.
private struct Folder {
  let lookalikes: TextFolding.Lookalikes
  /// Where this text begins in the output.
  let start: Int
  /// Where the present word begins in the output.
  var wordStart: Int
  var hasLatin = false
  var hasCyrillic = false

  init(lookalikes: TextFolding.Lookalikes, start: Int) {
    self.lookalikes = lookalikes
    self.start = start
    wordStart = start
  }

  mutating func run(_ source: Span<UInt8>, _ output: inout OutputSpan<UInt8>) {
    let count = source.count
    var index = 0
    while index < count {
      let byte = source[unchecked: index]
      if byte < 0x80 {
        index += 1
        appendASCII(byte, &output)
      } else if byte == 0xD0 || byte == 0xD1, index + 1 < count,
        appendRussian(byte, source[unchecked: index + 1], &output)
      {
        index += 2
      } else {
        index += appendOther(source, index, &output)
      }
    }
    endWord(&output)
    if output.count > start, output[output.count - 1] == 0x20 { output.removeLast(1) }
  }

  @inline(__always)
  private mutating func appendASCII(_ byte: UInt8, _ output: inout OutputSpan<UInt8>) {
    let lower = byte | 0x20
    if lower &- 0x61 < 26 {
      hasLatin = true
      if lookalikes == .unified, let twin = Lookalike.cyrillic(lower) {
        output.append(twin.0)
        output.append(twin.1)
      } else {
        output.append(lower)
      }
    } else if byte &- 0x30 < 10 {
      output.append(byte)
    } else {
      endWord(&output)
    }
  }

  /// Appends one of the letters of rows D0 80…D1 9F, or says that it is none of them.
  @inline(__always)
  private mutating func appendRussian(
    _ lead: UInt8, _ trail: UInt8, _ output: inout OutputSpan<UInt8>
  ) -> Bool {
    var lead = lead
    var trail = trail
    if lead == 0xD0 {
      if trail &- 0x90 < 0x10 {  // А–П
        trail += 0x20
      } else if trail &- 0xA0 < 0x10 {  // Р–Я
        lead = 0xD1
        trail -= 0x20
      } else if trail == 0x81 {  // Ё
        trail = 0xB5
      } else if trail &- 0x80 < 0x10 {  // Ѐ–Џ
        lead = 0xD1
        trail += 0x10
      } else if trail &- 0xB0 >= 0x10 {
        return false
      }
    } else if trail == 0x91 {  // ё
      lead = 0xD0
      trail = 0xB5
    } else if trail &- 0x80 >= 0x20 {
      return false
    }
    hasCyrillic = true
    output.append(lead)
    output.append(trail)
    return true
  }

  @inline(__always)
  private mutating func endWord(_ output: inout OutputSpan<UInt8>) {
    guard output.count > wordStart else { return }
    if hasLatin, hasCyrillic, lookalikes == .unifiedInMixedWords { unifyWord(&output) }
    output.append(0x20)
    wordStart = output.count
    hasLatin = false
    hasCyrillic = false
  }

  /// Turns the Latin look-alikes of the present word into Cyrillic letters.
  @inline(never)
  private func unifyWord(_ output: inout OutputSpan<UInt8>) {
    var word: [UInt8] = []
    for index in wordStart..<output.count { word.append(output[index]) }
    output.removeLast(word.count)
    for byte in word {
      if let twin = Lookalike.cyrillic(byte) {
        output.append(twin.0)
        output.append(twin.1)
      } else {
        output.append(byte)
      }
    }
  }

  /// Handles the scalar at `index` by way of the Unicode tables; returns its length in bytes.
  @inline(never)
  private mutating func appendOther(
    _ source: Span<UInt8>, _ index: Int, _ output: inout OutputSpan<UInt8>
  ) -> Int {
    guard let (scalar, length) = ScalarReader.scalar(in: source, at: index) else {
      endWord(&output)
      return 1
    }
    // U+00A0…U+00BF and U+2000…U+206F are spaces, quotes and dashes, the common case here.
    if scalar.value < 0xC0 || scalar.value &- 0x2000 < 0x70 {
      if scalar.value != 0xAD { endWord(&output) }  // A soft hyphen is invisible.
      return length
    }
    // Decomposed «ё» and «й», as macOS writes them in file names and exports.
    if scalar.value == 0x0308, last(2, of: output) == (0xD0, 0xB5) { return length }
    if scalar.value == 0x0306, last(2, of: output) == (0xD0, 0xB8) {
      output.removeLast(1)
      output.append(0xB9)
      return length
    }
    let properties = scalar.properties
    guard properties.isAlphabetic || properties.numericType != nil || isMark(properties) else {
      endWord(&output)
      return length
    }
    for byte in properties.lowercaseMapping.utf8 { output.append(byte) }
    return length
  }

  private func last(_ count: Int, of output: borrowing OutputSpan<UInt8>) -> (UInt8, UInt8) {
    let end = output.count
    return end >= wordStart + count ? (output[end - 2], output[end - 1]) : (0, 0)
  }

  private func isMark(_ properties: Unicode.Scalar.Properties) -> Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }
}

/// Latin letters with a Cyrillic twin, capitals counted: B and В, H and Н.
enum Lookalike {
  /// Returns the two bytes of the Cyrillic twin of a lower-case Latin letter.
  static func cyrillic(_ latin: UInt8) -> (UInt8, UInt8)? {
    switch latin {
    case 0x61: (0xD0, 0xB0)  // a
    case 0x62: (0xD0, 0xB2)  // b
    case 0x63: (0xD1, 0x81)  // c
    case 0x65: (0xD0, 0xB5)  // e
    case 0x68: (0xD0, 0xBD)  // h
    case 0x6B: (0xD0, 0xBA)  // k
    case 0x6D: (0xD0, 0xBC)  // m
    case 0x6F: (0xD0, 0xBE)  // o
    case 0x70: (0xD1, 0x80)  // p
    case 0x74: (0xD1, 0x82)  // t
    case 0x78: (0xD1, 0x85)  // x
    case 0x79: (0xD1, 0x83)  // y
    default: nil
    }
  }
}

/// Reads single scalars out of bytes that need not be UTF-8.
enum ScalarReader {
  /// Returns the scalar that begins at `index` and its length in bytes, nil if the bytes are none.
  static func scalar(in source: Span<UInt8>, at index: Int) -> (Unicode.Scalar, Int)? {
    let lead = source[index]
    let length: Int
    var value: UInt32
    switch lead {
    case 0x00..<0x80: return (Unicode.Scalar(lead), 1)
    case 0xC2..<0xE0: (length, value) = (2, UInt32(lead & 0x1F))
    case 0xE0..<0xF0: (length, value) = (3, UInt32(lead & 0x0F))
    case 0xF0..<0xF5: (length, value) = (4, UInt32(lead & 0x07))
    default: return nil
    }
    guard source.count - index >= length else { return nil }
    for offset in 1..<length {
      let byte = source[index + offset]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }
}
