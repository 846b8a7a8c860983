/// A small seeded generator, so that a failure can be repeated from the seed in its message.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Text made to trip parsers: digits, signs, both alphabets, odd spaces, any scalar now and then.
  mutating func text(of alphabet: [String], upTo count: Int = 24) -> String {
    var result = ""
    for _ in 0..<Int.random(in: 0...count, using: &self) {
      if Int.random(in: 0..<30, using: &self) == 0 {
        let value = UInt32.random(in: 0...0x10FFFF, using: &self)
        result.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      } else if let piece = alphabet.randomElement(using: &self) {
        result += piece
      }
    }
    return result
  }

  static let pieces =
    [
      "0", "1", "2", "3", "7", "8", "9", "00", "31", "12", "1980", "2026", "+", "-", "(", ")", ".",
      ",",
      ";", ":", "/", " ", "\u{A0}", "\u{202F}", "\n", "\t", "\"", "'", "\\", "|", "*", "=", "<",
      ">",
      "!", "@", "T", "Z", "e", "E", "x", "доб.", "доб", "руб.", "₽", "$", "€", "%", "«", "»", "—",
      "ё",
      "е\u{308}", "И", "и\u{306}", "иванов", "Пётр", "ович", "вна", "оглы", "ООО", "мая", "May",
      "пн",
      "today", "вчера", "d", "м", "не:", "name", "тег", "amount", "birthday", "последний_заказ",
      "phones", "owner", "a", "o", "Ψ", "ß", "İ", "🙂", "\u{0}", "99999999999999999999",
    ]
}
