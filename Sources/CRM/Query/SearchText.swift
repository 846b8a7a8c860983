/// What full-text search sees of a record: its folded values, each marked with what it is.
///
/// A value is one marker byte below 0x20 followed by folded text, so that one scan over one run of
/// bytes searches the whole record, no match crosses from one value into the next, and a match tells
/// what it has hit.
public struct SearchText: Sendable {
  /// What a value is.
  public enum Part: UInt8, Sendable, CaseIterable {
    /// The name or title of the record.
    case name = 1
    /// The digits of a telephone number.
    case phone = 2
    /// An e-mail address.
    case email = 3
    /// A number of which only the digits count: ИНН, ОГРН, an account.
    case number = 4
    /// A tag or category.
    case tag = 5
    /// Anything else: city, comment, contract number.
    case other = 6
  }

  /// The marked values, one after the other.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty text.
  public init() {}

  /// Forgets the values and keeps the memory, for the next record.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Adds a value.
  ///
  /// - Parameters:
  ///   - value: The value as stored, UTF-8. A phone is its key; of a phone and a number only the
  ///     digits are kept, of an extension too.
  ///   - part: What it is.
  public mutating func append(_ value: Span<UInt8>, as part: Part) {
    let start = bytes.count
    bytes.append(part.rawValue)
    switch part {
    case .phone, .number:
      for index in 0..<value.count {
        let byte = value[index]
        if byte &- 0x30 < 10 {
          bytes.append(byte)
        } else if byte == 0x3B {  // The border of `;ext=12`.
          bytes.append(0x20)
        }
      }
    default:
      TextFolding.append(value, to: &bytes)
    }
    if bytes.count == start + 1 { bytes.removeLast() }
  }

  /// Adds a value.
  ///
  /// - Parameters:
  ///   - value: The value as stored.
  ///   - part: What it is.
  public mutating func append(_ value: String, as part: Part) {
    append(value.utf8.span, as: part)
  }
}
