/// Names of companies, with and without their legal form.
public enum CompanyName {
  /// Returns the key under which a company is looked for: folded, without legal form and quotes.
  ///
  /// «ООО "Ромашка"», «Ромашка, ООО» and «ромашка» have the key `ромашка`. A name that is nothing but
  /// a legal form keeps it.
  ///
  /// - Parameter name: The name as it came.
  /// - Returns: Folded text; empty if the name has neither letters nor digits.
  public static func key(_ name: String) -> String {
    text(split(name).rest)
  }

  /// Returns the legal form that stands at the beginning or end of a name.
  ///
  /// - Parameter name: The name as it came.
  /// - Returns: «ООО», «АО», `LLC`, …; nil if there is none.
  public static func legalForm(_ name: String) -> String? {
    split(name).form
  }

  private typealias Word = ArraySlice<UInt8>

  private static func split(_ name: String) -> (rest: [Word], form: String?) {
    let words = TextFolding.fold(name).split(separator: 0x20)
    for (form, spellings) in forms {
      for spelling in spellings where words.count > spelling.count {
        if words.starts(with: spelling, by: { $0.elementsEqual($1) }) {
          return (Array(words.dropFirst(spelling.count)), form)
        }
        if words.suffix(spelling.count).elementsEqual(spelling, by: { $0.elementsEqual($1) }) {
          return (Array(words.dropLast(spelling.count)), form)
        }
      }
    }
    return (words, nil)
  }

  private static func text(_ words: [Word]) -> String {
    String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self)
  }

  /// Every spelling of a legal form as folded words, longer ones before those that they end with.
  static let spellings: [(words: [String], form: String)] = forms.flatMap { form, spellings in
    spellings.map { words in (words.map { String(decoding: $0, as: UTF8.self) }, form) }
  }

  // Longer spellings before those that they end with. Latin ones are typed by mistake or on export.
  private static let forms: [(form: String, spellings: [[Word]])] = [
    ("ООО", ["общество с ограниченной ответственностью", "ооо", "ooo"]),
    ("ПАО", ["публичное акционерное общество", "пао", "pao"]),
    ("НАО", ["непубличное акционерное общество", "нао"]),
    ("ОАО", ["открытое акционерное общество", "оао", "oao"]),
    ("ЗАО", ["закрытое акционерное общество", "зао", "zao"]),
    ("АО", ["акционерное общество", "ао", "ao"]),
    ("ИП", ["индивидуальный предприниматель", "ип"]),
    ("ФГУП", ["федеральное государственное унитарное предприятие", "фгуп"]),
    ("ГУП", ["государственное унитарное предприятие", "гуп"]),
    ("МУП", ["муниципальное унитарное предприятие", "муп"]),
    ("АНО", ["автономная некоммерческая организация", "ано"]),
    ("НКО", ["некоммерческая организация", "нко"]),
    ("ТОО", ["товарищество с ограниченной ответственностью", "тоо"]),
    ("ЧУП", ["чуп"]), ("ОДО", ["одо"]), ("ТСЖ", ["тсж"]), ("СНТ", ["снт"]), ("КФХ", ["кфх"]),
    ("LLC", ["limited liability company", "llc", "l l c"]), ("Ltd", ["limited", "ltd"]),
    ("Inc", ["incorporated", "inc"]), ("GmbH", ["gmbh"]), ("PLC", ["plc"]),
    ("Corp", ["corporation", "corp"]), ("JSC", ["joint stock company", "jsc"]),
  ].map { form, spellings in (form, spellings.map { TextFolding.fold($0).split(separator: 0x20) }) }
}
