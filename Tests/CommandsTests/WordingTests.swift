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
