import CRM
public import Exchange

/// Why files, rows and cells cannot be taken.
extension Wording {
  func complaint(_ error: ImportError) -> Complaint {
    switch error {
    case .empty: Complaint(.failed, pick("the file is empty", "файл пуст"))
    case .nothingMapped(let type):
      Complaint(
        .failed,
        pick("no column goes to any field", "ни один столбец не подходит ни к одному полю"),
        hint: pick(
          "say what goes where: --map \"COLUMN=\(type == "client" ? "name" : "client")\"",
          "укажите сами: --map \"СТОЛБЕЦ=\(type == "client" ? "имя" : "клиент")\""))
    case .unknownType(let word):
      Complaint(
        .usage,
        pick(
          "\(quoted(word)) cannot be imported from a table",
          "\(quoted(word)) нельзя загрузить из таблицы"),
        hint: pick(
          "--type client, --type deal, --type activity",
          "--type клиент, --type сделка, --type событие"))
    case .isHTML:
      Complaint(
        .failed,
        pick("this is a web page, not a table", "это веб-страница, а не таблица"),
        hint: pick(
          "open it in a spreadsheet and save it as CSV",
          "откройте в табличной программе и сохраните как CSV"))
    case .isSpreadsheet:
      Complaint(
        .failed,
        pick("this is a spreadsheet, not CSV", "это книга Excel, а не CSV"),
        hint: pick("save it as CSV first", "сначала сохраните как CSV"))
    case .isJSONLines:
      Complaint(
        .failed,
        pick(
          "this is an export as JSONL, not a table", "это выгрузка JSONL, а не таблица"),
        hint: pick(
          "take in the base's own file with karto merge FILE.karto, or import a table: "
            + "karto export --format csv",
          "примите сам файл базы: karto merge ФАЙЛ.karto; или импортируйте таблицу: "
            + "karto export --format csv"))
    }
  }

  /// Rows whose records somebody has put into the trash.
  public func rowsInTrash(_ count: Int) -> String {
    pick(
      "in the trash, and left there: \(records(count)); karto restore or karto undo brings them back",
      "лежат в корзине и там остались: \(records(count)); вернёт karto restore или karto undo")
  }

  /// Values of a file that was imported before, which people have changed since.
  public func valuesKept(_ count: Int) -> String {
    let values = self.count(
      count, PluralForms("value", plural: "values"),
      PluralForms("значение", "значения", "значений", plural: "значения"))
    return pick(
      "left as people have changed it since an earlier import: \(values); "
        + "--duplicates replace takes the file's",
      "оставлено так, как исправили после прошлой загрузки: \(values); "
        + "--duplicates replace возьмёт из файла")
  }

  /// Rows that describe the record of an earlier row again.
  public func rowsRepeated(_ count: Int) -> String {
    let rows = self.count(
      count, PluralForms("row", plural: "rows"),
      PluralForms("строка", "строки", "строк", plural: "строки"))
    return pick(
      "about a record of an earlier row, and joined with it: \(rows)",
      "о той же записи, что более ранняя строка, и сведены с ней: \(rows)")
  }

  /// Why a row was not taken.
  public func rowReason(_ reason: RowReason) -> String {
    switch reason {
    case .noName: pick("there is no name", "нет имени")
    case .noClient: pick("no client is named", "не указан клиент")
    case .unknownClient(let name):
      pick("there is no client \(quoted(name))", "нет клиента \(quoted(name))")
    case .severalClients(let number):
      pick(
        "several clients have the number \(number), from several tables; name them by phone, e-mail "
          + "or ИНН",
        "номер \(number) у нескольких клиентов, из разных таблиц; назовите их телефоном, почтой "
          + "или ИНН")
    case .surplusCells(let count):
      pick(
        "\(number(count)) cells too many; a separator is not quoted",
        "лишних ячеек: \(number(count)); разделитель внутри ячейки без кавычек")
    case .tooLong(let count):
      pick(
        "\(number(count / 1024)) kB are too much for one record",
        "\(number(count / 1024)) кБ — слишком много для одной записи")
    case .unreadable(let kind): csvSentence(kind)
    case .duplicate(let id):
      pick("the client is there already (\(id))", "такой клиент уже есть (\(id))")
    }
  }

  /// Why a cell was not understood.
  public func cellReason(_ reason: CellReason) -> String {
    switch reason {
    case .phone(let reason): phone(reason)
    case .email: pick("no e-mail address; kept as text", "не адрес почты; записано как текст")
    case .date: pick("no date; left out", "не дата; пропущено")
    case .money: pick("no sum; left out", "не сумма; пропущено")
    case .integer: pick("no whole number; left out", "не целое число; пропущено")
    case .yesOrNo: pick("neither yes nor no; left out", "не да и не нет; пропущено")
    case .choice: pick("not in the list; left out", "нет в списке; пропущено")
    case .requisite(let verdict): requisite(verdict)
    case .member:
      pick("nobody here is called so; kept as text", "нет такого сотрудника; записано как текст")
    case .deal: pick("no such deal; left out", "нет такой сделки; пропущено")
    }
  }

  /// Cells that were not understood, with their places.
  ///
  /// - Parameters:
  ///   - warning: what was met, how often and where.
  ///   - text: the cell as it is to be shown; nil for all of it.
  /// - Returns: «строка 7, Автор: «Пётр»: нет такого сотрудника…».
  public func cellWarning(_ warning: CellWarning, text: String? = nil) -> String {
    let lines = warning.lines.map { "\($0)" }.joined(separator: ", ")
    let rest = warning.count - warning.lines.count
    let more = rest > 0 ? pick(" and \(number(rest)) more", " и ещё \(number(rest))") : ""
    let place =
      warning.count == 1
      ? pick("line \(lines)", "строка \(lines)")
      : pick("lines \(lines)\(more)", "строки \(lines)\(more)")
    let cell = quoted(text ?? warning.text)
    return "\(place), \(warning.column): \(cell): \(cellReason(warning.reason))"
  }
}
