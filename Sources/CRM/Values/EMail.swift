/// E-mail addresses as people type them and as keys.
public enum EMail {
  /// What was found in a text.
  public struct Parsed: Sendable, Hashable {
    /// The address in lower case, nil if the text is none.
    public var key: String?
    /// The name around it: «Анна» of `Анна <anna@mail.ru>`.
    public var note: String?

    /// Makes a result of its parts.
    public init(key: String? = nil, note: String? = nil) {
      self.key = key
      self.note = note
    }
  }

  /// Reads one address.
  ///
  /// `mailto:`, spaces around it, angle brackets with a name before them and a final dot, comma or
  /// semicolon are taken off. Letters outside ASCII are legal (почта@пример.рф). The rule is mild on
  /// purpose: one `@`, something before it, a host with a dot after it.
  ///
  /// - Parameter text: What was typed or imported.
  /// - Returns: The key, or none.
  public static func normalise(_ text: String) -> Parsed {
    var scalars = Array(text.unicodeScalars)[...]
    var note: String?
    if let open = scalars.lastIndex(of: "<"), let close = scalars.lastIndex(of: ">"), open < close {
      let name = Trimming.trimmed(scalars[..<open], also: "\"'")
      if !name.isEmpty { note = name }
      scalars = scalars[(open + 1)..<close]
    }
    var address = Trimming.trimmed(scalars, also: "<>.,;\"'").lowercased()
    if address.utf8.starts(with: "mailto:".utf8) {
      address = String(address.dropFirst("mailto:".count))
      if let query = address.firstIndex(of: "?") { address = String(address[..<query]) }
    }
    guard isAddress(address) else { return Parsed() }
    return Parsed(key: address, note: note)
  }

  /// Splits a cell with several addresses.
  ///
  /// Pieces are separated by commas, semicolons, slashes, line ends, ` ::: ` and, where every piece
  /// is an address, spaces.
  ///
  /// - Parameter cell: The cell.
  /// - Returns: The pieces, trimmed, not normalised, in order; no empty ones.
  public static func split(_ cell: String) -> [String] {
    var pieces: [String] = []
    for part in cell.unicodeScalars.split(whereSeparator: {
      ",;/|\n\r\t".unicodeScalars.contains($0)
    }) {
      let words = part.split(whereSeparator: Trimming.isSpace).map { String($0) }
        .filter { $0 != ":::" && $0 != "*" }
      if words.count > 1, words.allSatisfy({ normalise($0).key != nil }) {
        pieces += words
      } else if !words.isEmpty {
        pieces.append(words.joined(separator: " "))
      }
    }
    return pieces
  }

  private static func isAddress(_ text: String) -> Bool {
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254 else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }) else { return false }
    return text.unicodeScalars.allSatisfy {
      !Trimming.isSpace($0) && $0.value > 0x20 && $0.value != 0x7F
        && !"<>()[],;:\\\"".unicodeScalars.contains($0)
    }
  }
}
