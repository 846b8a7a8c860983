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
    let folded = TextFolding.fold(name)
    return String(decoding: folded[split(folded.span).rest], as: UTF8.self)
  }

  /// Returns the legal form that stands at the beginning or end of a name.
  ///
  /// - Parameter name: The name as it came.
  /// - Returns: «ООО», «АО», `LLC`, …; nil if there is none.
  public static func legalForm(_ name: String) -> String? {
    split(TextFolding.fold(name).span).form
  }

  /// Takes the legal form off a folded name.
  ///
  /// - Parameter name: Folded bytes, as ``TextFolding`` makes them.
  /// - Returns: Where the rest stands, the whole name if there is no form; and the form.
  package static func split(_ name: Span<UInt8>) -> (rest: Range<Int>, form: String?) {
    for (form, spellings) in forms {
      for spelling in spellings where name.count > spelling.count + 1 {
        let end = name.count - spelling.count
        // A form is a whole word or several, so a space parts it from the rest.
        if name[spelling.count] == 0x20, stands(spelling, at: 0, in: name) {
          return ((spelling.count + 1)..<name.count, form)
        }
        if name[end - 1] == 0x20, stands(spelling, at: end, in: name) {
          return (0..<(end - 1), form)
        }
      }
    }
    return (0..<name.count, nil)
  }

  @inline(__always)
  private static func stands(_ spelling: [UInt8], at start: Int, in name: Span<UInt8>) -> Bool {
    for index in spelling.indices where name[start + index] != spelling[index] { return false }
    return true
  }

  /// Every spelling of a legal form as folded words, longer ones before those that they end with.
  static let spellings: [(words: [String], form: String)] = forms.flatMap { form, spellings in
    spellings.map { spelling in
      (spelling.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }, form)
    }
  }

  // Longer spellings before those that they end with. Latin ones are typed by mistake or on export.
  private static let forms: [(form: String, spellings: [[UInt8]])] = [
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
  ].map { form, spellings in (form, spellings.map { TextFolding.fold($0) }) }
}
