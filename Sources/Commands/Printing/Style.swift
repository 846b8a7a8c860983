/// How a piece of text looks on a terminal.
enum Style: String {
  case plain = ""
  case bold = "1"
  case dim = "2"
  case red = "31"
  case yellow = "33"

  /// The text in this style.
  func applied(to text: String, isOn: Bool) -> String {
    guard isOn, self != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }
}
