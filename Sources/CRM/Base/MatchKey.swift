import Bytes

/// Keys by which clients are recognised: phone, e-mail, number, name.
///
/// They work on borrowed bytes, since an import makes some hundred thousand of them and the index
/// of a base as many.
package enum MatchKey {
  /// Appends the E.164 key of a phone with its extension; nothing for a text without a key.
  ///
  /// - Returns: whether there was a key.
  @discardableResult
  package static func appendPhone(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    let start = output.count
    if appendPlainPhone(text, to: &output) { return true }
    output.removeLast(output.count - start)
    guard let key = Phone.normalise(StoredValue.text(of: text)).elementKey else { return false }
    output.append(contentsOf: key.utf8)
    return true
  }

  /// The common case: a Russian number of 10 or 11 digits and nothing but signs between them.
  private static func appendPlainPhone(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    guard text.count >= 10, text.count <= 24 else { return false }
    let start = output.count
    output.append(0x2B)
    output.append(0x37)
    var hasPlus = false
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      if byte &- 0x30 < 10 {
        guard output.count - start < 13 else { return false }
        output.append(byte)
      } else if byte == 0x2B {  // +
        guard output.count == start + 2, !hasPlus else { return false }
        hasPlus = true
      } else if byte != 0x20 && byte != 0x2D && byte != 0x28 && byte != 0x29 {
        return false
      }
    }
    let first = output[start + 2]
    switch output.count - start {
    case 13 where first == 0x37 || (first == 0x38 && !hasPlus): output.remove(at: start + 2)
    case 12 where !hasPlus && first != 0x38: break
    default: return false
    }
    // A code that begins with 0 is none; «8 10 …» goes abroad, and «8 (10» may be meant so.
    return output[start + 2] != 0x30 && !(output[start + 2] == 0x31 && output[start + 3] == 0x30)
  }

  /// Appends the lower-case address; nothing for a text that is none.
  ///
  /// - Returns: whether there was a key.
  @discardableResult
  package static func appendEMail(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    let start = output.count
    if appendPlainEMail(text, to: &output) { return true }
    output.removeLast(output.count - start)
    guard let key = EMail.normalise(StoredValue.text(of: text)).key else { return false }
    output.append(contentsOf: key.utf8)
    return true
  }

  private static func appendPlainEMail(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    guard text.count >= 5, text.count <= 254 else { return false }
    var at = -1
    var dot = -1
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      switch byte {
      case 0x41...0x5A: output.append(byte | 0x20)
      case 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F, 0x2B: output.append(byte)
      case 0x2E:
        guard index > 0, dot != index - 1, at != index - 1 else { return false }
        dot = index
        output.append(byte)
      case 0x40:
        guard at < 0, index > 0, dot != index - 1 else { return false }
        at = index
        output.append(byte)
      default: return false
      }
    }
    return at > 0 && dot > at + 1 && dot < text.count - 1
  }

  /// Appends the digits and letters of an official number.
  package static func appendNumber(_ text: Span<UInt8>, to output: inout [UInt8]) {
    for index in 0..<text.count {
      let byte = text[unchecked: index]
      switch byte {
      case 0x30...0x39, 0x41...0x5A: output.append(byte)
      case 0x61...0x7A: output.append(byte & 0xDF)
      default: continue
      }
    }
  }

  /// Appends the part of an external id after its system: `17` of `bitrix24:17`.
  package static func appendExternalID(_ text: Span<UInt8>, to output: inout [UInt8]) {
    var start = 0
    while start < text.count, text[unchecked: start] != 0x3A { start += 1 }
    start = start < text.count ? start + 1 : 0
    for index in start..<text.count { output.append(text[unchecked: index]) }
  }

  /// Appends the folded name without legal form, as ``CompanyName/key(_:)`` makes it.
  package static func appendName(_ text: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    TextFolding.append(text, to: &output)
    guard mayHaveLegalForm(output.span.extracting(start..<output.count)) else { return }
    let key = CompanyName.key(StoredValue.text(of: text))
    output.removeLast(output.count - start)
    output.append(contentsOf: key.utf8)
  }

  /// Whether the first or last word of a folded name might belong to a legal form: short, or the
  /// beginning of one that is written out.
  private static func mayHaveLegalForm(_ name: Span<UInt8>) -> Bool {
    var firstEnd = 0
    while firstEnd < name.count, name[unchecked: firstEnd] != 0x20 { firstEnd += 1 }
    guard firstEnd < name.count else { return false }
    var lastStart = name.count
    while lastStart > 0, name[unchecked: lastStart - 1] != 0x20 { lastStart -= 1 }
    // «ООО», «ФГУП», `GmbH`, `corp`: at most four letters, eight bytes in Russian.
    if firstEnd <= 8 || name.count - lastStart <= 8 { return true }
    return longFormStarts.contains { start in
      guard start.count <= name.count else { return false }
      for index in start.indices where name[index] != start[index] { return false }
      return true
    } || (name[0] < 0x80)
  }

  private static let longFormStarts: [[UInt8]] = [
    "обществ", "акционер", "публичн", "непубл", "открыт", "закрыт", "индивид", "федерал",
    "государ", "муницип", "автоном", "некомм", "товарищ",
  ].map { Array($0.utf8) }
}
