extension Wording {
  func recordHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .new:
      CommandHelp(
        pick("found a base", "создать базу"),
        usage: [
          pick("karto new FILE --name NAME --as ME", "karto new ФАЙЛ --name НАЗВАНИЕ --as ИМЯ")
        ],
        notes: [
          pick(
            "The recovery key is printed once and kept nowhere. Keep it on paper.",
            "Ключ восстановления печатается один раз и нигде не хранится. Запишите его на бумаге.")
        ],
        examples: [
          .init(
            pick(
              "karto new base.karto --name \"Acme\" --as Maria",
              "karto new base.karto --name \"Ромашка\" --as Мария"))
        ])
    case .add:
      CommandHelp(
        pick("add a record", "добавить запись"),
        usage: [pick("karto add TYPE FIELD=VALUE…", "karto add ВИД ПОЛЕ=ЗНАЧЕНИЕ…")],
        notes: [
          pick(
            "Types: client, deal, activity, task, product, link, member, stage and more. "
              + "Fields go by English or Russian names; += adds one of many values. "
              + "The new id is printed.",
            "Виды: client, deal, activity, task, product, link, member, stage и другие, "
              + "можно по-русски. Поля по-русски или по-английски; += добавляет одно из многих "
              + "значений. Печатается номер новой записи.")
        ],
        examples: [
          .init(
            pick(
              "karto add client name=\"Acme Ltd\" phones+=+74952346187 city=Moscow tags+=vip",
              "karto add client имя=\"ООО Ромашка\" телефоны+=+74952346187 город=Москва теги+=vip"))
        ])
    case .set:
      CommandHelp(
        pick("change a record", "изменить запись"),
        usage: [pick("karto set ID FIELD=VALUE…", "karto set НОМЕР ПОЛЕ=ЗНАЧЕНИЕ…")],
        notes: [
          pick(
            "field= empties a field. += and -= add and remove one of many values; phones compare "
              + "by number, however they are written.",
            "поле= очищает поле. += и -= добавляют и убирают одно из многих значений; телефоны "
              + "сравниваются по номеру, как бы они ни были записаны.")
        ],
        examples: [
          .init(
            pick(
              "karto set 57 city=Paris phones-=+74952346187 tags+=warm",
              "karto set 57 город=Тверь телефоны-=+74952346187 теги+=тёплый"))
        ])
    case .show:
      CommandHelp(
        pick("show a record with all that belongs to it", "показать карточку"),
        usage: [pick("karto show ID|NAME", "karto show НОМЕР|ИМЯ")],
        notes: [
          pick(
            "--at shows the record as it was on that day. Fields in conflict show all values.",
            "--at показывает запись на тот день. У спорных полей видны все значения.")
        ],
        examples: [
          .init(pick("karto show 57", "karto show 57")),
          .init(pick("karto show Acme --json", "karto show Ромашка --json")),
        ])
    case .list:
      CommandHelp(
        pick("list and count records", "список и подсчёт записей"),
        usage: [pick("karto list TYPE [FILTER…]", "karto list ВИД [УСЛОВИЕ…]")],
        notes: [filterNote],
        examples: [
          .init(
            pick(
              "karto list clients tag:vip -city:Paris \"last_order<2026-05-01\" --sort -last_order",
              "karto list клиенты тег:vip -город:Тверь \"последний_заказ<2026-05-01\" "
                + "--sort -последний_заказ")),
          .init(
            pick(
              "karto list clients 'city=Nizhny Novgorod' '-owner:John Smith'",
              "karto list клиенты 'город=Нижний Новгород' '-ответственный:Иван Орлов'")),
          .init(
            pick("karto list clients --by owner", "karto list клиенты --by ответственный"),
            pick("clients per owner", "сколько клиентов у кого")),
        ])
    case .find:
      CommandHelp(
        pick("find clients by anything: name, phone, tag", "найти клиента по чему угодно"),
        usage: [pick("karto find WORDS…", "karto find СЛОВА…")],
        notes: [
          pick(
            "Every word must occur. Case, punctuation and the keyboard layout do not matter, and "
              + "any part of a phone is enough.",
            "Должно встретиться каждое слово. Регистр, «ё», знаки и раскладка не важны, "
              + "телефон можно указать частью.")
        ],
        examples: [.init(pick("karto find acme 6187", "karto find ромашка 61-87"))])
    case .segment:
      CommandHelp(
        pick("save a filter under a name", "сохранить отбор под именем"),
        usage: [
          pick(
            "karto segment save NAME --type TYPE FILTER…",
            "karto segment save ИМЯ --type ВИД УСЛОВИЕ…"), "karto segment list",
          pick("karto segment remove NAME", "karto segment remove ИМЯ"),
        ],
        examples: [
          .init(
            pick(
              "karto segment save sleeping --type client tag:vip \"last_order<-180d\"",
              "karto segment save спящие --type client тег:vip \"последний_заказ<-180д\"")),
          .init(
            pick(
              "karto list clients --segment sleeping", "karto list клиенты --segment спящие")),
        ])
    case .delete:
      CommandHelp(
        pick("move records to the trash", "удалить в корзину"),
        usage: [pick("karto delete ID…", "karto delete НОМЕР…")],
        notes: [
          pick(
            "Nothing is lost: karto restore brings a record back with all its data.",
            "Ничего не теряется: karto restore вернёт запись со всеми данными.")
        ],
        examples: [.init("karto delete 57 58 --yes")])
    case .restore:
      CommandHelp(
        pick("take records out of the trash", "вернуть из корзины"),
        usage: [pick("karto restore ID…", "karto restore НОМЕР…")],
        examples: [.init("karto restore 57")])
    default:
      CommandHelp(
        pick("list what lies in the trash", "что лежит в корзине"), usage: ["karto trash"],
        examples: [.init("karto trash --limit 20")])
    }
  }

  private var filterNote: String {
    pick(
      "A filter: field:value contains, field=value is, < <= > >= compare, field: is empty, "
        + "field:* is filled, -term negates, a|b are alternatives, any other word is looked for "
        + "everywhere. Dates may be relative: today, -30d. Fields go by English or Russian names. "
        + "One argument of the shell is one condition: in 'city=Nizhny Novgorod' the value is all "
        + "that follows, unless it compares another field or holds quotes.",
      "Условие: поле:значение содержит, поле=значение равно, < <= > >= сравнивают, поле: пусто, "
        + "поле:* заполнено, -условие отрицает, а|б на выбор, прочие слова ищутся везде. "
        + "Даты бывают относительные: сегодня, -30д. Поля по-русски или по-английски. Один аргумент "
        + "оболочки — одно условие: в 'город=Нижний Новгород' значение — всё, что после знака, если "
        + "дальше нет другого поля или кавычек.")
  }
}
