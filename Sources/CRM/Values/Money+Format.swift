extension Money {
  /// Writes a sum for a reader.
  ///
  /// «450 000,50 ₽» with no-break spaces in Russian, `$450,000.50` or `450,000.50 RUB` in English; a
  /// fraction of zero is left out.
  ///
  /// - Parameters:
  ///   - minorUnits: The sum in minor units.
  ///   - currency: Its ISO 4217 code; nil writes no currency and takes two decimal digits.
  ///   - language: The language that decides separators and the place of the sign.
  /// - Returns: The text.
  public static func format(_ minorUnits: Int, currency: String?, language: Language) -> String {
    let digits = Currency.digits(currency ?? "")
    let plain = Array(String(minorUnits.magnitude).utf8)
    let padded = Array(repeating: 0x30, count: max(0, digits + 1 - plain.count)) + plain
    let whole = padded.dropLast(digits)
    let fraction = padded.suffix(digits)
    let group = language == .russian ? "\u{A0}" : ","
    var text = ""
    for (index, byte) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { text += group }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    if fraction.contains(where: { $0 != 0x30 }) {
      text += language == .russian ? "," : "."
      text += String(decoding: fraction, as: UTF8.self)
    }
    let minus = minorUnits < 0 ? "-" : ""
    guard let currency else { return minus + text }
    let sign = Currency.sign(currency)
    let isPrefix = language == .english && ["$", "€", "£"].contains(sign)
    return isPrefix ? minus + sign + text : "\(minus)\(text)\u{A0}\(sign)"
  }

  /// Writes a sum as a plain decimal number for files: `450000.50`.
  ///
  /// - Parameters:
  ///   - minorUnits: The sum in minor units.
  ///   - currency: Its ISO 4217 code, which decides the number of decimal digits.
  ///   - decimal: The sign between whole and fraction.
  /// - Returns: The number with all decimal digits of the currency.
  public static func plain(
    _ minorUnits: Int, currency: String, decimal: DecimalSign = .point
  ) -> String {
    let digits = Currency.digits(currency)
    let text = Array(String(minorUnits.magnitude).utf8)
    let padded = Array(repeating: 0x30, count: max(0, digits + 1 - text.count)) + text
    let minus = minorUnits < 0 ? "-" : ""
    let whole = String(decoding: padded.dropLast(digits), as: UTF8.self)
    guard digits > 0 else { return minus + whole }
    let sign = decimal == .comma ? "," : "."
    return minus + whole + sign + String(decoding: padded.suffix(digits), as: UTF8.self)
  }
}
