/// Names of columns: how two are compared, and how one becomes a key.
public enum ColumnName {
  /// The name reduced to what counts in comparison: letters and digits in lower case.
  ///
  /// Case, `ё`/`е`, spaces, underscores and punctuation do not matter: `E-mail ` equals `email`.
  public static func key(_ name: String) -> String {
    var key = String.UnicodeScalarView()
    for scalar in name.lowercased().unicodeScalars {
      switch scalar {
      case "ё": key.append("е")
      // Decomposed «й», as Macs write it; other marks are dropped, so decomposed «ё» is «е».
      case "\u{306}" where key.last == "и":
        key.removeLast()
        key.append("й")
      case _ where scalar.properties.isAlphabetic || scalar.properties.numericType != nil:
        key.append(scalar)
      default: continue
      }
    }
    return String(key)
  }

  /// A stable text for a whole header, by which a mapping can be remembered; hash it to taste.
  ///
  /// Two headers have the same fingerprint when they have the same names, as `key` compares them,
  /// in the same order.
  public static func fingerprint(_ header: [String]) -> String {
    header.map(key).joined(separator: "\u{1F}")
  }

  /// Which occurrence of its name each column is, from 1.
  public static func occurrences(_ header: [String]) -> [Int] {
    var seen: [String: Int] = [:]
    return header.map { name in
      seen[key(name), default: 0] += 1
      return seen[key(name), default: 1]
    }
  }
}

/// Makes keys for columns that no field of ours matches, unique within one file.
///
/// `Любимый цвет` becomes `lyubimyy_tsvet`, a second one `lyubimyy_tsvet_2`. Russian is written as
/// in passports of today; Ukrainian and Belarusian letters are known; letters of other scripts are
/// left out.
public struct SlugMaker: Sendable {
  private var taken: Set<String>

  /// The most characters of a slug: with `custom.` in front it fits the 63 bytes that PostgreSQL
  /// allows a name.
  public static let maximumCount = 48

  /// Starts with slugs that are in use already.
  public init(taken: Set<String> = []) {
    self.taken = taken
  }

  /// The next slug for a name; a name without usable letters becomes `column`.
  public mutating func slug(for name: String) -> String {
    let base = Self.transliterated(name)
    var slug = base
    var number = 2
    while taken.contains(slug) {
      let suffix = "_\(number)"
      slug = base.prefix(Self.maximumCount - suffix.count) + suffix
      number += 1
    }
    taken.insert(slug)
    return slug
  }

  /// The name in lower-case Latin letters, digits and single underscores.
  public static func transliterated(_ name: String) -> String {
    var slug = ""
    var hasGap = false
    for scalar in name.lowercased().unicodeScalars {
      let piece: String
      switch scalar {
      case "a"..."z", "0"..."9": piece = String(scalar)
      case "ъ", "ь", "'", "’", "\u{300}"..."\u{36F}": continue
      default: piece = letters[scalar] ?? ""
      }
      if piece.isEmpty {
        hasGap = !slug.isEmpty
        continue
      }
      if hasGap { slug += "_" }
      hasGap = false
      slug += piece
    }
    while slug.utf8.count > maximumCount { slug.removeLast() }
    while slug.hasSuffix("_") { slug.removeLast() }
    return slug.isEmpty ? "column" : slug
  }

  private static let letters: [Unicode.Scalar: String] = [
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ы": "y", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye",
    "ґ": "g", "ў": "u",
  ]
}
