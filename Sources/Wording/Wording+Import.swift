import CRM
public import Exchange

/// Why files, rows and cells cannot be taken.
extension Wording {
  func complaint(_ error: ImportError) -> Complaint {
    switch error {
    case .empty: Complaint(.failed, pick("the file is empty", "файл пуст"))
    case .noHeader:
      Complaint(
        .failed, pick("the file has no line of column names", "в файле нет строки заголовков"),
        hint: pick(
          "put the names of the columns into the first line",
          "впишите названия столбцов в первую строку"))
    case .nothingMapped:
      Complaint(
        .failed,
        pick("no column goes to any field", "ни один столбец не подходит ни к одному полю"),
        hint: "--map \"…=name\"")
    case .unknownType(let word):
      Complaint(
        .usage,
        pick(
          "\(quoted(word)) cannot be imported from a table",
          "\(quoted(word)) нельзя загрузить из таблицы"),
        hint: "--type client, --type deal, --type activity")
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
    }
  }

  /// Why a row was not taken.
  public func rowReason(_ reason: RowReason) -> String {
    switch reason {
    case .noName: pick("there is no name", "нет имени")
    }
  }

  /// Why a cell was not understood.
  public func cellReason(_ reason: CellReason) -> String {
    switch reason {
    case .date: pick("no date", "не дата")
    }
  }

  /// A cell that was not understood, with its place.
  public func cellWarning(_ warning: CellWarning) -> String {
    let place = pick("line \(warning.line)", "строка \(warning.line)")
    return "\(place), \(warning.column): \(quoted(warning.text)): \(cellReason(warning.reason))"
  }
}
