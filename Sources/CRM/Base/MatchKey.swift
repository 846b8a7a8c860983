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
    if PlainPhone.append(text, to: &output) { return true }
    output.removeLast(output.count - start)
    guard let key = Phone.normalise(StoredValue.text(of: text)).elementKey else { return false }
    output.append(contentsOf: key.utf8)
    return true
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
    let rest = CompanyName.split(output.span.extracting(start..<output.count)).rest
    output.removeSubrange((start + rest.upperBound)...)
    output.removeSubrange(start..<(start + rest.lowerBound))
  }

  /// Whether the first or last word of a folded name is a legal form, or the name begins as one
  /// that is written out.
  private static func mayHaveLegalForm(_ name: Span<UInt8>) -> Bool {
    var firstEnd = 0
    while firstEnd < name.count, name[unchecked: firstEnd] != 0x20 { firstEnd += 1 }
    guard firstEnd < name.count else { return false }
    var lastStart = name.count
    while lastStart > 0, name[unchecked: lastStart - 1] != 0x20 { lastStart -= 1 }
    return isForm(name.extracting(0..<firstEnd), shortForms)
      || isForm(name.extracting(lastStart..<name.count), shortForms)
      || isForm(name.extracting(lastStart..<name.count), longFormEnds)
      || longFormStarts.contains { name.count > $0.count && begins(name, with: $0) }
  }

  private static func isForm(_ word: Span<UInt8>, _ forms: [[UInt8]]) -> Bool {
    for form in forms where form.count == word.count && begins(word, with: form) { return true }
    return false
  }

  private static func begins(_ text: Span<UInt8>, with start: [UInt8]) -> Bool {
    for index in start.indices where text[index] != start[index] { return false }
    return true
  }

  private static let shortForms: [[UInt8]] = [
    "ооо", "ooo", "пао", "pao", "нао", "оао", "oao", "зао", "zao", "ао", "ao", "ип", "фгуп", "гуп",
    "муп", "ано", "нко", "тоо", "чуп", "одо", "тсж", "снт", "кфх", "llc", "l", "c", "ltd",
    "limited",
    "inc", "incorporated", "gmbh", "plc", "corp", "corporation", "jsc", "company",
  ].map { Array($0.utf8) }

  /// How the forms that are written out begin.
  private static let longFormStarts: [[UInt8]] = [
    "общество ", "акционер", "публичн", "непубл", "открытое ", "закрытое ", "индивид",
    "федерал", "государ", "муницип", "автоном", "некомм", "товарищ", "limited ", "joint ",
  ].map { Array($0.utf8) }

  /// Their last words, for forms that stand behind the name.
  private static let longFormEnds: [[UInt8]] = [
    "ответственностью", "общество", "предприниматель", "предприятие", "организация",
  ].map { Array($0.utf8) }
}
