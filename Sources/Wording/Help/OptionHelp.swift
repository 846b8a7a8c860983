extension Wording {
  /// What an option does, in one line without a full stop.
  public func help(_ option: CommandOption) -> String {
    option.isGlobal || CommandOption.shared.contains(option)
      ? globalHelp(option) : ownHelp(option)
  }

  private func globalHelp(_ option: CommandOption) -> String {
    switch option {
    case .file:
      pick(
        "the base; else KARTO_FILE, else the only *.karto here",
        "база; иначе KARTO_FILE, иначе единственный *.karto в папке")
    case .lang: pick("the language of all words", "язык сообщений")
    case .json: pick("print JSON, one object a line", "печатать JSON, по объекту на строку")
    case .format: pick("the form of a list", "вид списка")
    case .yes: pick("answer yes to every question", "отвечать «да» на все вопросы")
    case .dryRun:
      pick("say what would happen, change nothing", "показать, что изменится, ничего не меняя")
    case .quiet: pick("ids only, no talk", "только номера, без пояснений")
    case .asOf: pick("the day that counts as today", "день, который считать сегодняшним")
    case .at: pick("the moment: of the base shown, or of what is noted", "момент времени")
    case .noColor: pick("no colours", "без цвета")
    case .help: pick("explain the command", "объяснить команду")
    default: pick("print the version", "показать версию")
    }
  }

  private func ownHelp(_ option: CommandOption) -> String {
    switch option {
    case .name: pick("the name of the base", "название базы")
    case .as: pick("in whose name", "от чьего имени")
    case .currency: pick("the currency of sums that name none", "валюта по умолчанию")
    case .sort: pick("order by these fields, -field descends", "порядок: поля, -поле по убыванию")
    case .columns: pick("the fields to print", "какие поля печатать")
    case .limit: pick("so many at most", "не больше стольких")
    case .by: pick("count per value of a field", "посчитать по значениям поля")
    case .segment: pick("a saved filter", "сохранённый отбор")
    case .trash: pick("what lies in the trash", "содержимое корзины")
    case .type: pick("the kind of records", "вид записей")
    case .outcome: pick("how it ended", "результат")
    case .amount: pick("the sum of a purchase", "сумма покупки")
    case .next: pick("the next step", "следующий шаг")
    case .due: pick("the deadline", "срок")
    case .deal: pick("the deal concerned", "к какой сделке относится")
    case .client: pick("the client concerned", "к какому клиенту относится")
    case .direction: pick("incoming or outgoing", "входящее или исходящее")
    case .stage: pick("the stage", "этап")
    case .pipeline: pick("the pipeline", "воронка")
    case .reason: pick("why", "причина")
    case .owner: pick("whose", "чьё")
    case .priority: pick("low, normal or high", "важность: low, normal, high")
    case .kind: pick("call, mail, meeting or other", "вид: call, mail, meeting, other")
    case .result: pick("how it went", "итог")
    case .returnAfter: pick("when to come back to it", "когда вернуться")
    case .all: pick("closed ones too", "и закрытые тоже")
    case .import: pick("the import of this number", "импорт с этим номером")
    case .watch:
      pick("go on until Ctrl-C", "продолжать до Ctrl-C")
    case .lan: pick("with whoever is on the local network", "со всеми в локальной сети")
    case .listen: pick("listen at this address only", "слушать только этот адрес")
    case .port: pick("the port, 0 is any; else 15278", "порт, 0 — любой; обычно 15278")
    case .unit: pick("print a unit for systemd", "напечатать файл для systemd")
    case .merge:
      pick("the last merge on this device", "последнее слияние на этом устройстве")
    case .last:
      pick(
        "the last change made on this device that still stands",
        "последнее ещё не отменённое изменение с этого устройства")
    case .map:
      pick("where a column goes; - skips it", "куда идёт столбец; - пропускает его")
    case .duplicates: pick("what becomes of duplicates", "что делать с дубликатами")
    case .encoding: pick("the encoding, else detected", "кодировка, иначе определяется сама")
    case .separator: pick("the separator, else detected", "разделитель, иначе определяется сам")
    case .rejected: pick("where rejected rows go", "куда записать отклонённые строки")
    case .preset: pick("the program that wrote the file", "программа, из которой файл")
    case .output: pick("where to write, - is standard output", "куда писать, - это вывод")
    case .from: pick("another copy of the base", "другая копия базы")
    case .for: pick("whom the invitation is for", "для кого приглашение")
    case .role:
      pick("owner, admin, manager or reader", "роль: owner, admin, manager, reader")
    case .expires:
      pick(
        "until when: 12h, 7d, a date, never; else 7d", "срок: 12ч, 7д, дата, never; обычно 7д")
    case .ownDevice: pick("for another machine of your own", "для своей второй машины")
    case .deviceName: pick("what to call this machine", "как назвать эту машину")
    case .void: pick("the seal to cancel, or whose", "какое отключение отменить или чьё")
    case .recovery:
      pick("the recovery key from the paper", "ключ восстановления с бумаги")
    case .withdraw: pick("take back what this person was sent", "отозвать приглашения человека")
    case .noQR: pick("no QR code", "без QR-кода")
    case .not: pick("two are different clients", "это разные клиенты")
    case .level: pick("how sure a pair must be at least", "насколько уверенной должна быть пара")
    case .author: pick("whose changes", "чьи изменения")
    case .since:
      pick("from when on: a date, a time, or a change", "с какого времени или изменения")
    case .until: pick("up to when", "по какое время")
    case .only: pick("only this kind of changes", "только такие изменения")
    case .to: pick("who takes over, separated by commas", "кто принимает, через запятую")
    case .rule: pick("by what several people share", "как делить между несколькими")
    case .days: pick("so many days back", "за сколько дней")
    case .claim:
      pick(
        "what names the member in words or in a merged base becomes theirs",
        "где этот человек записан словами или в принятой базе, записи станут его")
    case .temporary: pick("for an absence, without shutting out", "на время, без отключения")
    case .html: pick("a page to print goes there", "куда записать страницу для печати")
    case .file, .lang, .json, .format, .yes, .dryRun, .quiet, .asOf, .at, .noColor, .help,
      .version:
      globalHelp(option)
    }
  }
}
