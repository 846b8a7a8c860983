/// The parts of a person's name, as far as they can be told.
public struct PersonName: Sendable, Hashable {
  /// Фамилия.
  public var family: String?
  /// Имя.
  public var given: String?
  /// Отчество.
  public var patronymic: String?
  /// What stood in brackets: «(директор)» gives «директор».
  public var note: String?
  /// Whether an ending or a known given name fixed the order; otherwise it is a guess by position.
  public var isCertain: Bool

  /// Makes a name of its parts.
  public init(
    family: String? = nil, given: String? = nil, patronymic: String? = nil, note: String? = nil,
    isCertain: Bool = false
  ) {
    self.family = family
    self.given = given
    self.patronymic = patronymic
    self.note = note
    self.isCertain = isCertain
  }

  /// Splits a full name.
  ///
  /// Patronymic endings and common given names fix the order; without them it is Фамилия Имя
  /// Отчество, as Russian sources write it. One word is a given name. The parts are as typed; the
  /// caller keeps the original beside them.
  ///
  /// - Parameter text: The name.
  /// - Returns: The parts; all nil for a text without letters.
  public static func split(_ text: String) -> PersonName {
    let (words, note) = words(of: text)
    var name = arranged(words)
    name.note = note
    return name
  }

  /// The gender that the patronymic shows.
  public enum Gender: Sendable, Hashable {
    /// -вич, -ич, -оглы.
    case male
    /// -вна, -чна, -кызы.
    case female
  }

  /// The gender that the patronymic shows, nil without a patronymic.
  public var gender: Gender? {
    guard let patronymic else { return nil }
    let word = NameWord(patronymic)
    if word.hasEnding(["вна", "чна", "шна", "кызы", "кизи"]) { return .female }
    return word.hasEnding(["ич", "оглы", "оглу", "угли"]) ? .male : nil
  }

  private static func arranged(_ words: [NameWord]) -> PersonName {
    guard let first = words.first else { return PersonName() }
    guard words.count > 1 else { return PersonName(given: first.text) }
    if let index = patronymicIndex(words) {
      // Before the patronymic stands the given name; what is left is the family name.
      let others = words[..<(index - 1)] + words[(index + 1)...]
      let family = others.map(\.text).joined(separator: " ")
      // «Роман Абрамович» may as well be a name and a family name; «Анна Петровна» may not.
      let isCertain = words.count > 2 || words[index].hasEnding(["вна", "чна"])
      return PersonName(
        family: family.isEmpty ? nil : family, given: words[index - 1].text,
        patronymic: words[index].text, isCertain: isCertain)
    }
    let second = words[1]
    let rest = words.dropFirst(2).map(\.text).joined(separator: " ")
    let tail = rest.isEmpty ? nil : rest
    switch (first.isGivenName, second.isGivenName) {
    case (false, true):
      return PersonName(
        family: first.text, given: second.text, patronymic: tail, isCertain: tail == nil)
    case (true, false):
      let family = [second.text, tail].compactMap { $0 }.joined(separator: " ")
      return PersonName(family: family, given: first.text, isCertain: tail == nil)
    default:
      // Latin names without a hint are written the Western way.
      if first.isLatin, second.isLatin {
        let family = [second.text, tail].compactMap { $0 }.joined(separator: " ")
        return PersonName(family: family, given: first.text)
      }
      return PersonName(family: first.text, given: second.text, patronymic: tail)
    }
  }

  /// Finds the patronymic; a family name on -ич («Рабинович») must not be taken for one.
  private static func patronymicIndex(_ words: [NameWord]) -> Int? {
    // A patronymic never stands first: «Абрамович Роман» begins with the family name.
    let candidates = words.indices.filter { $0 > 0 && words[$0].isPatronymic }
    // «Иван Петрович Рабинович», but «Рабинович Абрам Исаакович».
    return candidates.first { words[$0 - 1].isGivenName } ?? candidates.first
  }

  private static func words(of text: String) -> ([NameWord], note: String?) {
    var outside = String.UnicodeScalarView()
    var inside = String.UnicodeScalarView()
    var depth = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "(", "[":
        depth += 1
        outside.append(" ")
      case ")", "]":
        depth = max(0, depth - 1)
        outside.append(" ")
      case ",": outside.append(" ")
      case _ where depth > 0: inside.append(scalar)
      default: outside.append(scalar)
      }
    }
    let note = Trimming.collapsed(String(inside))
    var words: [NameWord] = []
    for part in outside.split(whereSeparator: Trimming.isSpace) {
      let word = NameWord(Trimming.trimmed(part, also: "\"«»;:"))
      guard word.hasLetters else { continue }
      // «Гасан оглы» is one patronymic of two words.
      if word.isPatronymicParticle, words.count > 1, let last = words.popLast() {
        words.append(NameWord(last.text + " " + word.text))
      } else {
        words.append(word)
      }
    }
    return (words, note.isEmpty ? nil : note)
  }
}

/// One word of a name with its folded form.
private struct NameWord {
  let text: String
  private let folded: [UInt8]

  init(_ text: String) {
    self.text = text
    folded = TextFolding.fold(text)
  }

  var hasLetters: Bool { folded.contains { $0 > 0x39 } }

  var isLatin: Bool { folded.allSatisfy { $0 < 0x80 } }

  var isGivenName: Bool {
    // The first half of «Анна-Мария» decides.
    GivenNames.all.contains(folded.prefix { $0 != 0x20 })
  }

  var isPatronymic: Bool {
    let isLong = folded.count >= 8  // Four letters: «Ильич» has five, «Ич» is none.
    return isLong
      && hasEnding([
        "ович", "евич", "овна", "евна", "ична", "инична", "ьич", "ич", "оглы", "оглу", "кызы",
        "кизи",
        "угли",
      ]) && !isGivenName
  }

  var isPatronymicParticle: Bool {
    ["оглы", "оглу", "кызы", "кизи", "угли"].contains { Array($0.utf8) == folded }
  }

  func hasEnding(_ endings: [String]) -> Bool {
    endings.contains { folded.reversed().starts(with: $0.utf8.reversed()) }
  }
}

/// Given names common in Russian files: they tell «Иван Петров» from «Петров Иван».
enum GivenNames {
  static let all: Set<ArraySlice<UInt8>> = Set(
    (male + " " + female).utf8.split(separator: 0x20).map { Array($0)[...] })

  /// By the hashes of finding duplicates.
  static let hashes = Set(all.map { MatchHash.of(Array($0).span) })

  /// Other spellings, and short names that leave no doubt, with the name that is meant.
  static let variants: [UInt64: UInt64] = Dictionary(
    spellings.split(separator: " ").map { pair in
      let names = pair.split(separator: "=")
      return (MatchHash.of(String(names[0])), MatchHash.of(String(names[1])))
    }
  ) { first, _ in first }

  private static let spellings = """
    наталия=наталья софия=софья данил=даниил данила=даниил артемий=артем леша=алексей \
    дима=дмитрий коля=николай миша=михаил паша=павел петя=петр вова=владимир аня=анна \
    даша=дарья катя=екатерина лена=елена маша=мария наташа=наталья оля=ольга света=светлана \
    таня=татьяна юля=юлия
    """

  private static let male = """
    александр алексей анатолий андрей антон аркадий арсений артем артур борис вадим валентин \
    валерий василий виктор виталий владимир владислав всеволод вячеслав геннадий георгий герман \
    глеб григорий давид данил данила даниил денис дмитрий евгений егор ефим захар иван игорь илья \
    иннокентий иосиф кирилл константин лев леонид макар максим марат марк матвей михаил назар \
    никита николай олег павел петр платон прохор рашид ренат ринат родион роман руслан рустам \
    савелий семен сергей станислав степан тарас тимофей тимур федор филипп эдуард эльдар эмиль \
    юрий яков ян ярослав саша леша дима женя коля миша паша петя слава вова
    """
  private static let female = """
    агата аида алена алина алиса алла альбина анастасия ангелина анжела анна антонина арина белла \
    валентина валерия варвара василиса вера вероника виктория галина дарья диана ева евгения \
    екатерина елена елизавета жанна зинаида злата зоя инна ирина камилла карина кира кристина \
    ксения лариса лидия лилия любовь людмила майя маргарита марина мария милана надежда наталия \
    наталья нина оксана олеся ольга полина раиса регина римма рита роза светлана снежана софия \
    софья таисия тамара татьяна ульяна фаина эвелина элина эльвира эльмира эмма юлия яна ярослава \
    аня даша катя лена маша наташа оля света таня юля
    """
}
