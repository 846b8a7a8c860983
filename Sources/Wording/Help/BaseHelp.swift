extension Wording {
  func baseHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .history:
      CommandHelp(
        pick("tell who changed what, and when", "кто, когда и что изменил"),
        usage: [pick("karto history [ID]", "karto history [НОМЕР]")],
        notes: [
          pick(
            "Without an id the changes of the whole base, the newest first; with one, every value "
              + "that its fields have had.",
            "Без номера — изменения всей базы, новые сверху; с номером — все прежние значения "
              + "полей записи.")
        ],
        examples: [.init("karto history --limit 20"), .init("karto history 57 --json")])
    case .undo:
      CommandHelp(
        pick("take changes back", "отменить изменения"),
        usage: [
          pick("karto undo CHANGE…", "karto undo ИЗМЕНЕНИЕ…"), "karto undo --import N",
          "karto undo --last", "karto undo --merge",
          pick(
            "karto undo --by NAME --since DATE [--type TYPE] [--only deletes|changes|creates]",
            "karto undo --by ИМЯ --since ДАТА [--type ВИД] [--only deletes|changes|creates]"),
        ],
        notes: [
          pick(
            "A change is named as karto history prints it; A..B is a range. What someone has "
              + "edited later is left alone and listed. Changes undone one after another, the last "
              + "first, are all taken back; --last does so step by step. An undo can itself be "
              + "undone, by its name.",
            "Изменение называют так, как его печатает karto history; A..B — промежуток. Что потом "
              + "правили другие, остаётся и перечисляется. Изменения можно отменять одно за другим "
              + "с конца, --last так и идёт, шаг за шагом. Отмену тоже можно отменить, назвав её."),
          pick(
            "--by takes back what one person did since a day, a time or a change (--since k7:120). "
              + "Days go by the clocks of that person's machines; what bears an earlier time than "
              + "it came with is counted and told. Roles, invitations, seals and the journal of "
              + "exports are left as they are. No undo deletes the base itself or people; managers "
              + "neither delete pipelines, stages and fields so: what stays is counted (kept).",
            "--by отменяет сделанное одним человеком с дня, времени или изменения (--since k7:120). "
              + "Время берётся по часам его машин; что помечено временем более ранним, чем пришло, "
              + "будет посчитано и названо. Роли, приглашения, отключения и журнал выгрузок не "
              + "меняются. Саму базу и людей отмена не удаляет, а у менеджера и воронки, этапы и "
              + "поля: сколько оставлено, будет сказано (kept)."),
          pick(
            "--merge takes back all that the last karto merge on this machine brought, for everybody "
              + "who syncs, the authors included; merging the file again brings nothing back. The "
              + "way back is karto undo with the number that the undo printed.",
            "--merge отменяет всё, что принесло последнее karto merge на этой машине, и отменяет у "
              + "всех, кто обменивается, у самих авторов тоже; повторное слияние ничего не вернёт. "
              + "Вернуть: karto undo с номером, который напечатала отмена."),
          pick(
            "With --json: {\"reverted\",\"records\",\"left\",\"kept\",\"seals_left\",\"dots\"}; with --by "
              + "also \"commits\", \"backdated\" and \"backdated_from\". The status is 4 only "
              + "where nothing could be taken back: all of it was edited later, or is kept.",
            "С --json: {\"reverted\",\"records\",\"left\",\"kept\",\"seals_left\",\"dots\"}; с --by ещё "
              + "\"commits\", \"backdated\" и \"backdated_from\". Код завершения 4 — только если "
              + "отменить нельзя ничего: всё потом правили другие или оно не удаляется."),
        ],
        examples: [
          .init("karto undo --last"), .init("karto undo --import 12 --dry-run"),
          .init(
            pick(
              "karto undo --by John --since 2026-11-20 --only deletes",
              "karto undo --by Иван --since 20.11.2026 --only deletes"),
            pick("what he threw away", "вернёт, что он удалил")),
        ])
    case .import:
      CommandHelp(
        pick("read a table of clients, deals or activities", "загрузить таблицу"),
        usage: [
          pick("karto import FILE [--type TYPE]", "karto import ФАЙЛ [--type ВИД]")
        ],
        notes: [
          pick(
            "CSV and the like, in any usual encoding; exports of amoCRM, Bitrix24 and others are "
              + "recognised. The same file twice changes nothing, and what people have changed since the "
              + "first time stays theirs. Duplicates: skip leaves what is "
              + "there, merge fills empty fields, replace overwrites, allow makes new records. "
              + "Rejected rows are written to FILE.rejected.csv as they were.",
            "CSV и подобное в любой обычной кодировке; выгрузки amoCRM, Битрикс24 и других "
              + "узнаются сами. Тот же файл второй раз ничего не меняет, а исправленное "
              + "людьми после первого раза остаётся. Дубликаты: skip "
              + "пропустить, merge дополнить пустые поля, replace заменить, allow разрешить. "
              + "Отклонённые строки остаются в ФАЙЛ.rejected.csv в исходном виде.")
        ],
        examples: [
          .init(
            pick("karto import clients.csv --dry-run", "karto import клиенты.csv --dry-run"),
            pick("shows columns and counts first", "сначала покажет столбцы и счёт")),
          .init(
            pick(
              "karto import deals.csv --type deal --map \"Budget=amount\" --map \"Notes=-\"",
              "karto import сделки.csv --type deal --map \"Бюджет=сумма\" --map \"Заметки=-\"")),
        ])
    case .export:
      CommandHelp(
        pick("write the base out", "выгрузить базу"),
        usage: [
          pick(
            "karto export [--format jsonl|csv|excel|tsv|sql] [--type TYPE] [FILTER…]",
            "karto export [--format jsonl|csv|excel|tsv|sql] [--type ВИД] [УСЛОВИЕ…]")
        ],
        notes: [
          pick(
            "jsonl holds everything and is the same on every machine with the same data. excel is "
              + "what a Russian Excel opens by a double click. Tables of clients leave out who "
              + "refused any contact, and the phones or e-mails of who refused that channel.",
            "jsonl содержит всё и одинаков на всех машинах с теми же данными. excel открывается "
              + "в Excel двойным щелчком. В таблицы клиентов не входят те, кто отказался от "
              + "общения, а телефоны и почта тех, кто отказался от них, остаются пустыми.")
        ],
        examples: [
          .init(
            pick(
              "karto export --format excel --type client --output clients.csv",
              "karto export --format excel --type client --output клиенты.csv")),
          .init("karto export > base.jsonl"),
        ])
    case .apply:
      CommandHelp(
        pick("make changes that a program wrote", "внести изменения от программы"),
        usage: [pick("karto apply FILE|-", "karto apply ФАЙЛ|-")],
        notes: [
          pick(
            "One JSON object a line: type, id (absent: a new record), set, add, remove, delete. "
              + "\"id\":\"@name\" makes a record that later lines refer to as \"@name\". Sums are "
              + "in minor units. All lines or none.",
            "По объекту JSON на строку: type, id (нет — новая запись), set, add, remove, delete. "
              + "\"id\":\"@имя\" создаёт запись, на которую строки ниже ссылаются как \"@имя\". "
              + "Суммы в копейках. Или все строки, или ни одной.")
        ],
        examples: [
          .init(
            "echo '{\"type\":\"client\",\"set\":{\"name\":\"Anna\"},\"add\":{\"tags\":[\"vip\"]}}' "
              + "| karto apply -")
        ])
    default: healthHelp(verb)
    }
  }

  private func healthHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .check:
      CommandHelp(
        pick("look for damage in the document", "проверить документ"), usage: ["karto check"],
        notes: [
          pick(
            "Reads everything: checksums, chains, signatures. Exit code 5 if anything is wrong.",
            "Читает всё: контрольные суммы, цепочки, подписи. Код выхода 5, если что-то не так.")
        ], examples: [.init("karto check"), .init("karto check --json")])
    case .repair:
      CommandHelp(
        pick("save what can be saved of a damaged document", "спасти повреждённый документ"),
        usage: [
          pick(
            "karto repair NEW.karto [--from OTHER.karto]… [--as YOU] [--name NAME]",
            "karto repair НОВАЯ.karto [--from ДРУГАЯ.karto]… [--as ВЫ] [--name НАЗВАНИЕ]")
        ],
        notes: [
          pick(
            "The damaged document stays as it is. Other copies fill the gaps. What stands behind a "
              + "gap that stays is written anew by this device, if it is one of the base. --as and "
              + "--name are used only where the very first commit is lost, and these names with it.",
            "Повреждённый документ не меняется. Другие копии восполняют пробелы. Что стоит за "
              + "оставшимся пробелом, это устройство записывает заново, если оно есть в базе. --as и "
              + "--name нужны, только если потеряна самая первая запись, а с ней и эти имена.")
        ],
        examples: [
          .init("karto -f base.karto repair saved.karto --from colleague.karto")
        ])
    case .compact:
      CommandHelp(
        pick("pack the document, losing nothing", "сжать документ без потерь"),
        usage: ["karto compact"], examples: [.init("karto compact")])
    case .digest:
      CommandHelp(
        pick("print the hash of the state", "контрольная сумма базы"), usage: ["karto digest"],
        notes: [
          pick(
            "Two copies with the same digest hold the same data.",
            "Две копии с одинаковой суммой содержат одно и то же.")
        ], examples: [.init("karto digest")])
    case .completion:
      CommandHelp(
        pick("print completions for a shell", "дополнение команд для оболочки"),
        usage: ["karto completion bash|zsh|fish"],
        examples: [
          .init("karto completion bash > ~/.local/share/bash-completion/completions/karto")
        ])
    default:
      CommandHelp(
        pick("explain a command", "объяснить команду"),
        usage: [pick("karto help [COMMAND]", "karto help [КОМАНДА]")],
        examples: [.init("karto help import")])
    }
  }
}
