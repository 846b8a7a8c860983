import CRM
import Documents
import Replication
import Testing
import Wording

@Suite struct WordingTests {
  private let russian = Wording(.russian)
  private let english = Wording(.english)

  private static func isRussian(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }
  }

  @Test(arguments: [
    (1, "1 клиент"), (2, "2 клиента"), (5, "5 клиентов"), (11, "11 клиентов"),
    (21, "21 клиент"), (112, "112 клиентов"), (0, "0 клиентов"), (12_345, "12\u{A0}345 клиентов"),
  ])
  func `Russian nouns follow their numbers`(number: Int, text: String) {
    #expect(russian.count(number, of: Schema.client) == text)
  }

  @Test func `English nouns follow theirs`() {
    #expect(english.count(1, of: Schema.activity) == "1 activity")
    #expect(english.count(12_345, of: Schema.activity) == "12,345 activities")
  }

  @Test func `sizes are rounded`() {
    #expect(english.bytes(812) == "812 B")
    #expect(english.bytes(1_849) == "1.8 kB")
    #expect(russian.bytes(3_400_000) == "3,4 МБ")
    #expect(english.bytes(123_456_789) == "123 MB")
  }

  @Test(arguments: [
    (String?.none, String?.some("ru_RU.UTF-8"), Language.russian), (nil, "en_US.UTF-8", .english),
    (nil, "C", .english),
    (nil, nil, .english), ("ru", "en_US.UTF-8", .russian), ("en", "ru_RU.UTF-8", .english),
  ])
  func `the language is that of the option, else of the environment`(
    stated: String?, locale: String?, language: Language
  ) {
    #expect(Wording.language(stated: stated, locale: locale) == language)
  }

  @Test func `yes is yes in either language and layout`() {
    for word in ["y", "Yes", "д", "Да", " да "] {
      #expect(russian.isYes(word))
      #expect(english.isYes(word))
    }
    for word in ["", "n", "нет", "no", "ok"] {
      #expect(!russian.isYes(word))
      #expect(!english.isYes(word))
    }
    // «н» is the key of y for an English reader, and the beginning of «нет» for a Russian one.
    #expect(!russian.isYes("н"))
  }

  @Test func `every command is explained in both languages, with an example`() {
    for verb in Verb.allCases {
      let (ru, en) = (russian.help(verb), english.help(verb))
      #expect(Self.isRussian(ru.summary), "\(verb)")
      #expect(!Self.isRussian(en.summary), "\(verb)")
      #expect(!en.summary.hasSuffix(".") && !ru.summary.hasSuffix("."))
      for help in [ru, en] {
        #expect(!help.examples.isEmpty, "\(verb)")
        #expect(help.usage.allSatisfy { $0.hasPrefix("karto \(verb.rawValue)") }, "\(verb)")
        #expect(help.examples.allSatisfy { $0.command.contains("karto") }, "\(verb)")
      }
      #expect(ru.notes.count == en.notes.count)
      #expect(ru.notes.allSatisfy(Self.isRussian) && !en.notes.contains(where: Self.isRussian))
    }
  }

  @Test func `the overview lists every command once`() {
    for wording in [russian, english] {
      let verbs = wording.overview.flatMap(\.verbs)
      #expect(
        verbs.sorted { $0.rawValue < $1.rawValue }
          == Verb.allCases.sorted { $0.rawValue < $1.rawValue })
    }
  }

  @Test func `every option and exit code is explained in both languages`() {
    for option in CommandOption.allCases {
      #expect(Self.isRussian(russian.help(option)), "\(option)")
      #expect(!english.help(option).isEmpty && !Self.isRussian(english.help(option)), "\(option)")
    }
    for status in ExitCode.allCases {
      #expect(Self.isRussian(russian.meaning(of: status)))
      #expect(!Self.isRussian(english.meaning(of: status)))
    }
  }

  @Test(arguments: Sample.errors)
  func `every error says in both languages what happened`(sample: Sample) {
    let (ru, en) = (
      russian.complaint(about: sample.error), english.complaint(about: sample.error)
    )
    #expect(ru.status == en.status && ru.status == sample.status)
    #expect(Self.isRussian(ru.what), "\(ru.what)")
    #expect(ru.what != en.what)
    for complaint in [ru, en] {
      #expect(!complaint.what.hasSuffix("."), "\(complaint.what)")
      #expect(!complaint.what.contains("internal error"))
      #expect(!(complaint.hint ?? "x").isEmpty)
    }
    #expect((ru.hint == nil) == (en.hint == nil))
  }

  /// The keys of fields that stand in a sentence as if a reader knew them: not between brackets,
  /// in a command to be typed, as a value, as a key of JSON, or as a part of another word.
  private static func bareKeys(_ sentence: String) -> [String] {
    // The names of commands are what they are, in every language; so are the kinds of `karto log`
    // and the paths in the samples.
    let keys = Set(Schema.entities.flatMap { $0.fields.map(\.key) })
      .subtracting(Verb.allCases.map(\.rawValue)).subtracting(["note", "key"])
    var text = sentence
    for pattern in [#/\([^)]*\)/#, #/karto [^;,]*/#, #/--[a-z-]+/#, #/=[^ ]+/#, #/"[^"]*"/#] {
      text.replace(pattern, with: "")
    }
    let words = text.split { !($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    return words.map(String.init).filter(keys.contains)
  }

  @Test(arguments: Sample.errors)
  func `a field is named by its label`(sample: Sample) {
    let complaint = russian.complaint(about: sample.error)
    #expect(Self.bareKeys(complaint.what).isEmpty, "\(complaint.what)")
    #expect(Self.bareKeys(complaint.hint ?? "").isEmpty, "\(complaint.hint ?? "")")
    // In English most keys are words like any others, so only those of the samples are looked for.
    let fields = ["status", "birthday", "score", "amount", "main", "tags", "ltv", "city"]
    let found = Self.bareKeys(english.complaint(about: sample.error).what)
    #expect(found.filter(fields.contains).isEmpty, "\(found)")
  }

  @Test func `a bad value of any option comes with what it takes`() {
    for option in CommandOption.allCases where option.value != nil {
      let error = CommandError.badValue(option: option.spelling, value: "x", allowed: [])
      #expect(Self.isRussian(russian.complaint(about: error).hint ?? "") || option == .currency)
      #expect(english.complaint(about: error).hint?.isEmpty == false)
    }
  }

  @Test func `errors that name a field do so in both languages`() {
    let error = ConflictError.notInConflict(field: "city", contested: ["last_order", "deleted"])
    #expect(russian.complaint(about: error).what == "в поле «Город» нет конфликта")
    #expect(russian.complaint(about: error).hint?.contains("последний_заказ") == true)
    #expect(english.complaint(about: error).what == "“City” is not in conflict")
    // One key, two fields: which is meant the error says itself.
    let field = FieldName(key: "outcome", of: "activity")
    #expect(
      russian.complaint(about: EntryError.computedField(field)).what.contains("«Результат»"))
    let own = FieldName(Field("custom.hobby", "Хобби", "Hobby", .text))
    #expect(russian.complaint(about: EntryError.notManyValued(field: own)).hint == "хобби=…")
    #expect(english.complaint(about: EntryError.notManyValued(field: own)).what.contains("“Hobby”"))
    let choice = EntryError.unknownChoice(field: "status", text: "x", suggestions: ["active"])
    #expect(russian.complaint(about: choice).hint?.contains("active") == false)
  }

  @Test(arguments: [
    EntryWarning.requisite(field: "inn", text: "1", .wrongCheckDigit),
    .unknownMember(field: "owner", text: "x"), .rounded(field: "amount", text: "1,5"),
    .likelyDuplicate(id: "5-a", name: "x", field: "phones"),
  ])
  func `a warning names a field by its label`(warning: EntryWarning) {
    #expect(Self.bareKeys(russian.warning(warning)).isEmpty)
  }

  @Test func `a problem names its place once`() {
    for fault in [ContainerFault.notAMember, .truncated, .corrupt, .mislabelled, .tooLarge] {
      let error = DocumentError.container(fault, byteOffset: 1_351)
      let problem = CheckProblem(
        kind: .member(error), byteOffset: 1_351, dot: nil, records: [])
      #expect(english.problem(problem).split(separator: "1351").count == 2)
      #expect(english.problem(problem) == english.documentSentence(error))
    }
    let line = CheckProblem(
      kind: .line(.line(.tooLong, byteOffset: 7)), byteOffset: 1_351, dot: nil, records: [])
    #expect(english.problem(line) == "byte 1351: byte 7 of a part: a line is too long")
  }

  @Test func `every section has a title in both languages`() {
    for section in Wording.Section.allCases {
      #expect(Self.isRussian(russian.title(section)))
      #expect(!Self.isRussian(english.title(section)))
    }
  }
}
