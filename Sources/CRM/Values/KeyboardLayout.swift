/// Text typed in the wrong keyboard layout: «hjvfirf» is «ромашка», «вуфд» is "deal".
public enum KeyboardLayout {
  /// Returns what the same keys give in the other layout (US English and Russian ЙЦУКЕН).
  ///
  /// The direction is decided by the letters: a text with Latin letters and no Cyrillic ones becomes
  /// Russian, one with Cyrillic letters and no Latin ones English. Anything else stays as it is.
  /// Case is kept: `Hjvfirf` is «Ромашка».
  ///
  /// - Parameter text: What was typed.
  /// - Returns: The text in the other layout, or the text itself.
  public static func swapped(_ text: String) -> String {
    var hasLatin = false
    var hasCyrillic = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A: hasLatin = true
      case 0x400...0x45F: hasCyrillic = true
      default: break
      }
    }
    guard hasLatin != hasCyrillic else { return text }
    let table = hasLatin ? toRussian : toEnglish
    var result = ""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(table[scalar] ?? scalar)
    }
    return result
  }

  // Keys row by row, with Shift in the second pair; both strings of a pair are equally long. The
  // digit row is left out: its signs mean the same to most people in both layouts.
  private static let english = Array(
    #"`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>"#.unicodeScalars)
  private static let russian = Array(
    "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ".unicodeScalars)

  private static let toRussian = Dictionary(
    zip(english, russian), uniquingKeysWith: { first, _ in first })
  private static let toEnglish = Dictionary(
    zip(russian, english), uniquingKeysWith: { first, _ in first })
}
