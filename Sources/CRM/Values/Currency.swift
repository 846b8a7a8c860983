/// What is known of currencies: ISO 4217 codes, signs, and how many digits the minor unit has.
public enum Currency {
  /// The currency of a sum that names none, until the base says otherwise.
  public static let standard = "RUB"

  /// Returns the number of decimal digits of a currency's minor unit.
  ///
  /// - Parameter code: An ISO 4217 code; an unknown one has two digits.
  /// - Returns: 0, 2 or 3.
  public static func digits(_ code: String) -> Int {
    if code == standard { return 2 }  // Nearly always, and asked for every sum of a scan.
    switch code {
    case "JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "KMF", "GNF",
      "DJF", "BIF", "VUV":
      return 0
    case "KWD", "BHD", "OMR", "JOD", "IQD", "LYD", "TND": return 3
    default: return 2
    }
  }

  /// Returns the code that a word or a sign means.
  ///
  /// - Parameter text: «руб.», «₽», `$`, `eur`, `RUB`; case and a final dot do not matter.
  /// - Returns: An ISO 4217 code; nil if the word is neither known nor three Latin letters.
  public static func code(_ text: String) -> String? {
    let word = Trimming.trimmed(text, also: ".").lowercased()
    if let known = words[word] { return known }
    let bytes = Array(word.utf8)
    guard bytes.count == 3, bytes.allSatisfy({ $0 &- 0x61 < 26 }) else { return nil }
    return word.uppercased()
  }

  /// Returns the sign of a currency, or its code where it has no sign of its own.
  ///
  /// - Parameter code: An ISO 4217 code.
  /// - Returns: `₽`, `$`, `€`, …, or the code.
  public static func sign(_ code: String) -> String {
    switch code {
    case "RUB": "₽"
    case "USD": "$"
    case "EUR": "€"
    case "GBP": "£"
    case "KZT": "₸"
    case "UAH": "₴"
    default: code
    }
  }

  private static let words: [String: String] = [
    "₽": "RUB", "р": "RUB", "руб": "RUB", "рубль": "RUB", "рубля": "RUB", "рублей": "RUB",
    "rur": "RUB", "rub": "RUB", "р.": "RUB", "$": "USD", "долл": "USD", "доллар": "USD",
    "доллара": "USD", "долларов": "USD", "usd": "USD", "us$": "USD", "€": "EUR", "евро": "EUR",
    "eur": "EUR", "£": "GBP", "фунт": "GBP", "gbp": "GBP", "₸": "KZT", "тенге": "KZT", "тг": "KZT",
    "₴": "UAH", "грн": "UAH", "бел. руб": "BYN", "byr": "BYN", "юань": "CNY", "юаней": "CNY",
  ]
}
