public import CRM

extension Wording {
  /// What filters, look-ups and values say.
  func queryComplaint(_ error: any Error) -> Complaint? {
    switch error {
    case let error as FilterError: complaint(error)
    case let error as EntryError: complaint(error)
    case let error as LookupError: complaint(error)
    case let error as LineError: complaint(error)
    case let error as DuplicateError: duplicateComplaint(error)
    default: nil
    }
  }

  /// The name of a field as the reader knows it.
  public func fieldLabel(_ key: String, of entity: String?) -> String {
    FieldName(key: key, of: entity).label(in: language)
  }

  private func named(_ entity: String) -> String {
    Schema.entity(key: entity).map { $0.noun(1, in: language) } ?? entity
  }

  private func article(_ noun: String) -> String {
    let startsWithVowel = noun.utf8.first.map { "aeiou".utf8.contains($0) } ?? false
    return startsWithVowel ? "an \(noun)" : "a \(noun)"
  }

  // MARK: Filters

  private func complaint(_ error: FilterError) -> Complaint {
    let place =
      error.byteOffset > 0
      ? pick(", at byte \(error.byteOffset)", ", байт \(error.byteOffset)") : ""
    return Complaint(
      .usage,
      pick("filter: ", "условие: ") + filterSentence(error.kind) + place,
      hint: suggestion(offered(error), else: filterHint(error.kind)))
  }

  private func offered(_ error: FilterError) -> [String] {
    switch error.kind {
    case .unknownField: offered(error.suggestions)
    case .unknownChoice(let field, _): offered(error.suggestions, of: field)
    default: error.suggestions
    }
  }

  private func filterSentence(_ kind: FilterError.Kind) -> String {
    switch kind {
    case .unclosedQuote: pick("a quotation mark is not closed", "кавычка не закрыта")
    case .nothingToNegate: pick("nothing stands after -", "после - ничего нет")
    case .unknownField(let name):
      pick("no field is called \(quoted(name))", "нет поля \(quoted(name))")
    case .unknownChoice(let field, let value):
      pick(
        "\(label(field)) is never \(quoted(value))",
        "у поля \(label(field)) нет значения \(quoted(value))"
      )
    case .notADate(let field, let value):
      pick(
        "\(label(field)) is a date, \(quoted(value)) is none",
        "\(label(field)) — дата, а \(quoted(value)) нет")
    case .notAnInteger(let field, let value):
      pick(
        "\(label(field)) is a whole number, \(quoted(value)) is none",
        "\(label(field)) — целое число, а \(quoted(value)) нет")
    case .notMoney(let field, let value):
      pick(
        "\(label(field)) is a sum of money, \(quoted(value)) is none",
        "\(label(field)) — сумма, а \(quoted(value)) нет")
    case .notYesOrNo(let field, let value):
      pick(
        "\(label(field)) is yes or no, not \(quoted(value))",
        "\(label(field)) — да или нет, а не \(quoted(value))")
    case .missingValue(let field):
      pick("nothing to compare \(label(field)) with", "не с чем сравнить \(label(field))")
    case .comparisonNotAllowed(let field, let comparison):
      pick(
        "\(label(field)) has no order, so \(comparison.rawValue) means nothing",
        "у поля \(label(field)) нет порядка, \(comparison.rawValue) не подходит")
    case .tooLong: pick("it is too long", "слишком длинное")
    }
  }

  private func filterHint(_ kind: FilterError.Kind) -> String? {
    switch kind {
    case .notADate: pick("write 2026-05-01, today or -30d", "пишите 01.05.2026, сегодня или -30д")
    case .notMoney: pick("write 450000 or 1.5m", "пишите 450000")
    case .comparisonNotAllowed: pick("use : or =", "используйте : или =")
    default: helpHint(.list)
    }
  }

  /// A field as a sentence names it.
  func label(_ field: FieldName) -> String { quoted(field.label(in: language)) }

  /// Fields that may have been meant: in Russian by their labels, with the keys that were near.
  private func offered(_ names: [String]) -> [String] {
    names.map { name in
      let typed = FieldName(key: name, of: nil).typed(in: language)
      return typed == name ? name : "\(typed) (\(name))"
    }
  }

  /// What a field may hold, by its labels.
  private func offered(_ values: [String], of field: FieldName) -> [String] {
    values.map { value in
      field.field.choices.first { $0.key == value }?.label(in: language) ?? value
    }
  }

  // MARK: Entries

  private func complaint(_ error: EntryError) -> Complaint {
    switch error {
    case .unknownEntity(let word, let suggestions):
      return Complaint(
        .usage,
        pick("no kind of record is called \(quoted(word))", "нет вида записей \(quoted(word))"),
        hint: suggestion(
          suggestions,
          else: pick("clients, deals, activities, tasks…", "клиенты, сделки, события, задачи…")))
    case .unknownField(let name, let entity, let suggestions):
      return Complaint(
        .usage,
        pick(
          "\(article(named(entity))) has no field \(quoted(name))",
          "нет поля \(quoted(name)) (\(named(entity)))"),
        hint: suggestion(
          offered(suggestions),
          else: pick(
            "custom.\(name) would be a field of your own",
            "своё поле можно назвать custom.\(name)")))
    case .computedField(let key):
      return Complaint(
        .usage,
        pick(
          "\(label(key)) is computed and cannot be set",
          "поле \(label(key)) вычисляется, его не задают"))
    case .notManyValued(let field):
      return Complaint(
        .usage,
        pick(
          "\(label(field)) holds one value, so += and -= mean nothing",
          "в поле \(label(field)) одно значение, += и -= не подходят"),
        hint: "\(field.typed(in: language))=…")
    case .unreadable(let field, let text, let reason):
      return Complaint(
        .usage,
        "\(field.label(in: language)): \(quoted(text)) \(unreadable(reason))",
        hint: unreadableHint(reason))
    case .unknownChoice(let field, let text, let suggestions):
      return Complaint(
        .usage,
        pick(
          "\(label(field)) cannot be \(quoted(text))",
          "поле \(label(field)) не может быть \(quoted(text))"),
        hint: suggestion(offered(suggestions, of: field)))
    case .unknownStage(let name, let suggestions):
      return Complaint(
        .notFound, pick("there is no stage \(quoted(name))", "нет этапа \(quoted(name))"),
        hint: suggestion(suggestions.map(quoted)))
    case .unknownPipeline(let name, let suggestions):
      return Complaint(
        .notFound, pick("there is no pipeline \(quoted(name))", "нет воронки \(quoted(name))"),
        hint: suggestion(suggestions.map(quoted)))
    case .ambiguousMember(let name, let names):
      return Complaint(
        .conflict,
        pick(
          "several members are meant by \(quoted(name))", "под \(quoted(name)) подходят несколько"),
        hint: list(names))
    case .reference(let field, let error):
      let inner = complaint(error)
      return Complaint(
        inner.status, "\(field.label(in: language)): \(inner.what)", hint: inner.hint)
    case .missingFields, .lostReasonRequired, .notDeletable, .settingOfAll, .nameTaken,
      .unknownName, .malformedLine:
      return ruleComplaint(error)
    }
  }

  private func ruleComplaint(_ error: EntryError) -> Complaint {
    switch error {
    case .missingFields(let entity, let fields):
      let labels = list(fields.map { fieldLabel($0, of: entity) })
      return Complaint(
        .usage,
        pick("\(article(named(entity))) needs: \(labels)", "нужно заполнить: \(labels)"),
        hint: fields.map { "\(FieldName(key: $0, of: entity).typed(in: language))=…" }
          .joined(separator: " "))
    case .lostReasonRequired:
      return Complaint(
        .usage, pick("say why the deal is lost", "укажите причину проигрыша"),
        hint: pick("--reason \"too expensive\"", "--reason \"дорого\""))
    case .notDeletable(let entity):
      return Complaint(
        .usage,
        pick("\(article(named(entity))) is not deleted", "\(named(entity)) не удаляется"),
        hint: entity == "export"
          ? pick("it is the journal of what went out", "это журнал выгрузок")
          : pick(
            "whoever leaves: karto offboard NAME --to NAME; a lost machine: karto seal",
            "кто уходит: karto offboard ИМЯ --to КОМУ; потерянная машина: karto seal"))
    case .settingOfAll(let entity):
      return Complaint(
        .usage,
        pick(
          "\(article(named(entity))) is there for everyone: an owner or an admin deletes it",
          "\(named(entity)) — общая настройка: удаляет владелец или администратор"))
    case .nameTaken(let entity, let name, let id):
      return Complaint(
        .conflict,
        pick(
          "\(quoted(name)) is taken (\(named(entity)) \(id))",
          "\(quoted(name)) уже есть (\(named(entity)) \(id))"),
        hint: pick("choose another name, or change that one", "выберите другое имя или измените то")
      )
    case .unknownName(let entity, let name, let suggestions):
      return Complaint(
        .notFound,
        pick(
          "there is no \(named(entity)) \(quoted(name))",
          "нет такого: \(named(entity)) \(quoted(name))"), hint: suggestion(suggestions))
    case .malformedLine(_, let problem):
      return Complaint(.failed, lineSentence(problem), hint: helpHint(.apply))
    default: return complaint(error)
    }
  }

  private func lineSentence(_ problem: EntryError.JSONProblem) -> String {
    switch problem {
    case .syntax(let offset): pick("no JSON at byte \(offset)", "не JSON, байт \(offset)")
    case .notAnObject: pick("no object", "не объект")
    case .missingType: pick("\"type\" is missing", "нет ключа \"type\"")
    case .missingID: pick("\"id\" is missing", "нет ключа \"id\"")
    case .nameTwice(let name): pick("\(name) is made twice", "\(name) создаётся дважды")
    case .wrongPart(let key): pick("\"\(key)\" is of the wrong kind", "\"\(key)\" не того вида")
    }
  }

  private func unreadable(_ reason: EntryError.Reason) -> String {
    switch reason {
    case .date: pick("is no date", "не похоже на дату")
    case .money(.noDigits), .money(.notANumber): pick("is no sum", "не похоже на сумму")
    case .money(.misplacedGroups):
      pick("has its separators in odd places", "— разделители стоят не там")
    case .money(.tooLarge): pick("is too large", "— слишком много")
    case .integer: pick("is no whole number", "— не целое число")
    case .tooLittle(let least):
      pick("is less than \(number(least))", "— меньше, чем \(number(least))")
    case .yesOrNo: pick("is neither yes nor no", "— не да и не нет")
    case .email: pick("is no e-mail address", "не похоже на адрес почты")
    case .spreadsheetNumber:
      pick(
        "was rounded by a spreadsheet; the number is lost",
        "округлено таблицей, сам номер потерян")
    case .currency: pick("is no currency", "— не валюта")
    case .tooLong: pick("is too long", "— слишком длинно")
    case .wrongType: pick("is of the wrong kind", "— значение не того вида")
    }
  }

  private func unreadableHint(_ reason: EntryError.Reason) -> String? {
    switch reason {
    case .date: pick("2026-05-01, tomorrow, +3d, friday", "01.05.2026, завтра, +3д, пятница")
    case .money: pick("450000 or 450,000.50", "450000 или 450 000,50")
    case .yesOrNo: pick("yes or no", "да или нет")
    case .currency: "RUB, USD, EUR"
    case .spreadsheetNumber:
      pick(
        "format the column as text and export again",
        "задайте столбцу текстовый формат и выгрузите снова")
    case .integer, .tooLittle, .email, .tooLong, .wrongType: nil
    }
  }

  private func complaint(_ error: LineError) -> Complaint {
    let cause = complaint(about: error.cause)
    let place = pick("line \(error.line)", "строка \(error.line)")
    let rest = pick("nothing was changed", "ничего не изменено")
    return Complaint(cause.status, "\(place): \(cause.what); \(rest)", hint: cause.hint)
  }

  // MARK: Look-ups

  private func complaint(_ error: LookupError) -> Complaint {
    let noun = error.entity.map { named($0) } ?? pick("record", "запись")
    let candidates = error.candidates.prefix(5).map { "\($0.id) \($0.name)" }
    switch error.kind {
    case .notFound:
      return Complaint(
        .notFound,
        pick(
          "there is no \(noun) \(quoted(error.text))", "не найдено: \(noun) \(quoted(error.text))"),
        hint: suggestion(Array(candidates), else: "karto find \(error.text)"))
    case .ambiguous:
      return Complaint(
        .conflict,
        pick(
          "\(quoted(error.text)) means several records",
          "под \(quoted(error.text)) подходят несколько записей"),
        hint: list(Array(candidates)))
    case .deleted:
      let id = error.candidates.first?.id ?? error.text
      return Complaint(
        .notFound,
        pick("\(quoted(error.text)) is in the trash", "\(quoted(error.text)) в корзине"),
        hint: "karto restore \(id)")
    }
  }

  // MARK: Warnings

  /// A warning, without a full stop.
  public func warning(_ warning: EntryWarning) -> String {
    switch warning {
    case .requisite(let field, let text, let verdict):
      "\(field.label(in: language)) \(text): \(requisite(verdict))"
    case .phone(let text, let reason): "\(text): \(phone(reason))"
    case .email(let text):
      pick("\(text) is no e-mail address", "\(text) не похоже на адрес почты")
    case .unknownMember(let field, let text):
      pick(
        "\(field.label(in: language)): nobody here is called \(quoted(text)); kept as text",
        "\(field.label(in: language)): сотрудника \(quoted(text)) нет, записано как текст")
    case .rounded(let field, let text):
      pick(
        "\(field.label(in: language)): \(quoted(text)) was rounded",
        "\(field.label(in: language)): \(quoted(text)) округлено")
    case .likelyDuplicate(let id, let name, let field):
      pick(
        "\(quoted(name)) (\(id)) has the same \(field.label(in: language))",
        "\(field.label(in: language)): так же у \(quoted(name)) (\(id))")
    case .noNextStep: pick("no next step was agreed on", "не указан следующий шаг")
    }
  }

  /// What is wrong with an official number.
  public func requisite(_ verdict: Requisites.Verdict) -> String {
    switch verdict {
    case .valid: pick("right", "верно")
    case .needsBIK: pick("cannot be checked without the BIK", "без БИК не проверить")
    case .wrongLength(let count):
      pick("\(count) digits are too few or too many", "неверная длина: \(count)")
    case .wrongCharacter: pick("a sign that does not belong here", "посторонний знак")
    case .wrongCheckDigit:
      pick("the check digit is wrong", "не сходится контрольная цифра")
    case .missingZero(let suggestion):
      pick("a leading zero is missing: \(suggestion)", "потерян ноль в начале: \(suggestion)")
    }
  }

  /// Why a phone has no key.
  public func phone(_ reason: Phone.Reason) -> String {
    switch reason {
    case .noDigits: pick("there are no digits in it", "в номере нет цифр")
    case .noAreaCode: pick("the code of the city is missing", "нет кода города")
    case .spreadsheetNumber:
      pick("rounded by a spreadsheet; the number is lost", "округлён таблицей, номер потерян")
    case .leadingZeros: pick("it begins with zeros", "начинается с нулей")
    case .unknownAreaCode: pick("there is no such code", "нет такого кода")
    case .tooShort: pick("too few digits", "мало цифр")
    case .tooLong: pick("too many digits", "много цифр")
    }
  }
}
