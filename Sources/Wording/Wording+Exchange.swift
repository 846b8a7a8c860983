import CRM
import Exchange

/// What import and export say.
extension Wording {
  func exchangeComplaint(_ error: any Error) -> Complaint? {
    switch error {
    case let error as MappingError: complaint(error)
    case let error as CSVError:
      Complaint(
        .failed,
        pick("line \(error.line): ", "строка \(error.line): ") + csvSentence(error.kind))
    case let error as ImportError: complaint(error)
    default: nil
    }
  }

  private func complaint(_ error: MappingError) -> Complaint {
    switch error {
    case .malformedOverride(let text):
      Complaint(
        .usage,
        pick(
          "--map \(quoted(text)) is no COLUMN=FIELD", "--map \(quoted(text)) — не СТОЛБЕЦ=ПОЛЕ"),
        hint: pick("--map \"Town=city\"", "--map \"Населённый пункт=город\""))
    case .unknownColumn(let name):
      Complaint(
        .usage,
        pick("the file has no column \(quoted(name))", "в файле нет столбца \(quoted(name))"),
        hint: pick("--dry-run lists the columns", "столбцы покажет --dry-run"))
    case .unknownField(let name):
      Complaint(
        .usage, pick("there is no field \(quoted(name))", "нет поля \(quoted(name))"),
        hint: pick(
          "custom.\(name) would be a field of your own",
          "своё поле можно назвать custom.\(name)"))
    case .fieldTakenTwice(let target, let columns):
      Complaint(
        .usage,
        pick(
          "\(targetLabel(target)) holds one value, but several columns go there: \(list(columns))",
          "в поле \(targetLabel(target)) одно значение, а столбцов несколько: \(list(columns))"),
        hint: pick("--map \"COLUMN=-\" skips a column", "--map \"СТОЛБЕЦ=-\" пропускает столбец"))
    }
  }

  /// The field that a column goes to, and how `--map` calls it.
  private func targetLabel(_ target: FieldTarget) -> String {
    let isOfClient = target.subject == .person || target.subject == .company
    let name = FieldName(key: target.key, of: isOfClient ? Schema.client.key : nil)
    return "\(label(name)) (\(target.description))"
  }

  /// Why a row of a table cannot be read.
  func csvSentence(_ kind: CSVError.Kind) -> String {
    switch kind {
    case .unclosedQuote: pick("a quotation mark is not closed", "кавычка не закрыта")
    case .fieldTooLong(let limit):
      pick("a cell is longer than \(bytes(limit))", "ячейка длиннее \(bytes(limit))")
    case .rowTooLong(let limit):
      pick("a row is longer than \(bytes(limit))", "строка длиннее \(bytes(limit))")
    case .tooManyColumns(let limit):
      pick("more than \(number(limit)) columns", "столбцов больше \(number(limit))")
    }
  }

  // MARK: Import

  /// A file is being read.
  public func reading(_ path: String) -> String { pick("reading \(path)…", "читаю \(path)…") }

  /// Rows are being written.
  public func writing(rows: Int) -> String {
    pick("writing \(number(rows)) rows…", "записываю строки: \(number(rows))…")
  }

  /// So much has been written.
  public func written(bytes count: Int) -> String {
    pick("written: \(bytes(count))…", "записано: \(bytes(count))…")
  }

  /// How a file was understood.
  public func understood(
    type: String, encoding: String, separator: String, preset: String?, rows: Int
  ) -> String {
    let entity = Schema.entity(key: type)
    let noun = (language == .russian ? entity?.russian : entity?.english)?.plural ?? type
    let lines = count(
      rows, PluralForms("row", plural: "rows"),
      PluralForms("строка", "строки", "строк", plural: "строки"))
    let origin = preset.map { ", \($0)" } ?? ""
    return pick(
      "\(noun): \(encoding), separator \(separator), \(lines)\(origin)",
      "\(noun): \(encoding), разделитель \(separator), \(lines)\(origin)")
  }

  /// The title of the column of columns.
  public var columnTitle: String { pick("Column", "Столбец") }
  /// The title of the column of fields.
  public var fieldTitle: String { pick("Field", "Поле") }
  /// The title of the column of examples.
  public var sampleTitle: String { pick("For example", "Например") }
  /// A column that goes nowhere.
  public var skippedColumn: String { pick("(skipped)", "(пропущен)") }

  /// What an import did, in numbers.
  public func imported(
    created: Int, changed: Int, unchanged: Int, duplicates: Int, rejected: Int, isRehearsal: Bool
  ) -> String {
    let start = isRehearsal ? pick("would be: ", "будет: ") : ""
    return start
      + pick(
        "\(number(created)) added, \(number(changed)) changed, \(number(unchanged)) unchanged, "
          + "\(number(duplicates)) duplicates, \(number(rejected)) rejected",
        "добавлено \(number(created)), изменено \(number(changed)), "
          + "без изменений \(number(unchanged)), дубликатов \(number(duplicates)), "
          + "отклонено \(number(rejected))")
  }

  /// Clients that were made because rows named them.
  public func createdClients(_ count: Int) -> String {
    pick(
      "\(self.count(count, of: Schema.client)) were made on the way",
      "по пути создано: \(self.count(count, of: Schema.client))")
  }

  /// A row that was not taken.
  public func rejectedRow(line: Int, reason: String) -> String {
    pick("line \(line): \(reason)", "строка \(line): \(reason)")
  }

  /// Where rejected rows are.
  public func rejectedFile(_ path: String) -> String {
    pick("rejected rows are in \(path)", "отклонённые строки в файле \(path)")
  }

  /// How to undo an import.
  public func undoImport(_ number: Int) -> String {
    pick(
      "take it back with: karto undo --import \(number)",
      "отменить: karto undo --import \(number)")
  }

  // MARK: Export

  /// What was written where.
  public func exported(_ count: Int, path: String) -> String {
    pick("\(path): \(records(count))", "\(path): \(records(count))")
  }

  /// Whom a list lacks, since they want no contact.
  public func refusals(leftOut: Int, withheld: Int) -> String {
    var parts: [String] = []
    if leftOut > 0 {
      parts.append(
        pick(
          "\(count(leftOut, of: Schema.client)) left out, since they refused contact",
          "не вошли из-за отказа от общения: \(count(leftOut, of: Schema.client))"))
    }
    if withheld > 0 {
      parts.append(
        pick(
          "\(count(withheld, of: Schema.client)) without the contacts that they refused to be used",
          "без контактов, от которых отказались: \(count(withheld, of: Schema.client))"))
    }
    return parts.joined(separator: "; ")
  }

  /// Whether to replace a file.
  public func replaceQuestion(_ path: String) -> String {
    pick("Replace \(path)?", "Заменить \(path)?")
  }
}
