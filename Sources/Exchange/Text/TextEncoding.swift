/// The encodings in which Russian tables reach us.
///
/// `decode` and `encode` go to and from UTF-8, which the rest of the module reads and writes.
public enum TextEncoding: Sendable, Hashable, CaseIterable {
  /// UTF-8 without a byte order mark.
  case utf8
  /// UTF-8 that starts with a byte order mark, as Excel wants it.
  case utf8WithBOM
  /// UTF-16, low byte first, without a mark.
  case utf16LE
  /// UTF-16, low byte first, with a mark: what Excel calls «Текст Юникод».
  case utf16LEWithBOM
  /// UTF-16, high byte first, without a mark.
  case utf16BE
  /// UTF-16, high byte first, with a mark.
  case utf16BEWithBOM
  /// The code page of Russian Windows.
  case windows1251
  /// The code page of old Unix mail.
  case koi8r
  /// The code page of DOS.
  case cp866

  /// The name to show to people, which `init(named:)` understands.
  public var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf8WithBOM: "UTF-8 BOM"
    case .utf16LE: "UTF-16LE"
    case .utf16LEWithBOM: "UTF-16LE BOM"
    case .utf16BE: "UTF-16BE"
    case .utf16BEWithBOM: "UTF-16BE BOM"
    case .windows1251: "windows-1251"
    case .koi8r: "KOI8-R"
    case .cp866: "CP866"
    }
  }

  /// Finds an encoding by a name that a person typed; case and punctuation do not matter.
  public init?(named name: String) {
    let key = ColumnName.key(name)
    let others: [String: TextEncoding] = [
      "cp1251": .windows1251, "win1251": .windows1251, "1251": .windows1251,
      "windows": .windows1251, "ansi": .windows1251, "koi8": .koi8r, "866": .cp866,
      "ibm866": .cp866, "dos": .cp866, "utf16": .utf16LEWithBOM, "unicode": .utf16LEWithBOM,
    ]
    guard let found = Self.allCases.first(where: { ColumnName.key($0.name) == key }) ?? others[key]
    else { return nil }
    self = found
  }

  /// The bytes of the mark with which text in this encoding starts; empty for most.
  public var byteOrderMark: [UInt8] {
    switch self {
    case .utf8WithBOM: [0xEF, 0xBB, 0xBF]
    case .utf16LEWithBOM: [0xFF, 0xFE]
    case .utf16BEWithBOM: [0xFE, 0xFF]
    case .utf8, .utf16LE, .utf16BE, .windows1251, .koi8r, .cp866: []
    }
  }

  /// The text as UTF-8, without a byte order mark.
  ///
  /// Never fails: what means nothing in this encoding becomes U+FFFD. The single-byte encodings
  /// have no such bytes, so `encode` gives back exactly what was decoded; the same holds for the
  /// others wherever the text is well-formed. Text that is UTF-8 already need not come here:
  /// `CSVReader` skips the mark by itself.
  public func decode(_ bytes: Span<UInt8>) -> [UInt8] {
    switch self {
    case .utf8, .utf8WithBOM: Self.repairedUTF8(bytes)
    case .utf16LE, .utf16LEWithBOM: Self.decodeUTF16(bytes, lowByteFirst: true)
    case .utf16BE, .utf16BEWithBOM: Self.decodeUTF16(bytes, lowByteFirst: false)
    case .windows1251: Self.decode(bytes, by: .windows1251)
    case .koi8r: Self.decode(bytes, by: .koi8r)
    case .cp866: Self.decode(bytes, by: .cp866)
    }
  }

  /// UTF-8 text in this encoding, with the byte order mark where the encoding has one.
  ///
  /// A character that a single-byte encoding lacks becomes `?`. Encode a whole text at once, so
  /// that it carries one mark.
  public func encode(_ utf8: Span<UInt8>) -> [UInt8] {
    switch self {
    case .utf8: Self.repairedUTF8(utf8)
    case .utf8WithBOM: byteOrderMark + Self.repairedUTF8(utf8)
    case .utf16LE, .utf16LEWithBOM: Self.encodeUTF16(utf8, mark: byteOrderMark, lowByteFirst: true)
    case .utf16BE, .utf16BEWithBOM: Self.encodeUTF16(utf8, mark: byteOrderMark, lowByteFirst: false)
    case .windows1251: Self.encode(utf8, by: .windows1251)
    case .koi8r: Self.encode(utf8, by: .koi8r)
    case .cp866: Self.encode(utf8, by: .cp866)
    }
  }
}

extension TextEncoding {
  private static func repairedUTF8(_ bytes: Span<UInt8>) -> [UInt8] {
    let text = bytes.extracting(bytes.startsWithUTF8Mark ? 3..<bytes.count : 0..<bytes.count)
    if text.isValidUTF8 { return text.copied() }
    return Array(String(decoding: text.copied(), as: UTF8.self).utf8)
  }

  private static func decode(_ bytes: Span<UInt8>, by table: SingleByteTable) -> [UInt8] {
    var utf8: [UInt8] = []
    utf8.reserveCapacity(bytes.count + bytes.count / 2)
    for index in bytes.indices {
      utf8.appendScalar(UInt32(table.scalar(bytes[index])))
    }
    return utf8
  }

  private static func encode(_ utf8: Span<UInt8>, by table: SingleByteTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for scalar in String(decoding: utf8.copied(), as: UTF8.self).unicodeScalars {
      if scalar.value < 0x80 {
        bytes.append(UInt8(scalar.value))
      } else {
        bytes.append(UInt16(exactly: scalar.value).flatMap { table.bytes[$0] } ?? 0x3F)
      }
    }
    return bytes
  }

  private static func decodeUTF16(_ bytes: Span<UInt8>, lowByteFirst: Bool) -> [UInt8] {
    var utf8: [UInt8] = []
    utf8.reserveCapacity(bytes.count)
    var pendingHigh: UInt32?
    var index = 0
    while index + 1 < bytes.count {
      let (low, high) = lowByteFirst ? (index, index + 1) : (index + 1, index)
      let unit = UInt32(bytes[high]) << 8 | UInt32(bytes[low])
      let isMark = index == 0 && unit == 0xFEFF
      index += 2
      if let first = pendingHigh {
        pendingHigh = nil
        if unit & 0xFC00 == 0xDC00 {
          utf8.appendScalar(0x10000 + ((first & 0x3FF) << 10) + (unit & 0x3FF))
          continue
        }
        utf8.appendScalar(0xFFFD)
      }
      if unit & 0xFC00 == 0xD800 {
        pendingHigh = unit
      } else if unit & 0xFC00 == 0xDC00 {
        utf8.appendScalar(0xFFFD)
      } else if !isMark {
        utf8.appendScalar(unit)
      }
    }
    // Half a surrogate pair, or half a code unit: the file was cut.
    if pendingHigh != nil || index < bytes.count { utf8.appendScalar(0xFFFD) }
    return utf8
  }

  private static func encodeUTF16(
    _ utf8: Span<UInt8>, mark: [UInt8], lowByteFirst: Bool
  ) -> [UInt8] {
    var bytes = mark
    bytes.reserveCapacity(mark.count + utf8.count * 2)
    for unit in String(decoding: utf8.copied(), as: UTF8.self).utf16 {
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
      bytes.append(lowByteFirst ? low : high)
      bytes.append(lowByteFirst ? high : low)
    }
    return bytes
  }
}
