extension Schema {
  /// A deal in a pipeline.
  public static let deal = Entity(
    "deal", russian: PluralForms("сделка", "сделки", "сделок", plural: "сделки"),
    english: PluralForms("deal", plural: "deals"), also: ["сделку", "сделке", "opportunity"],
    fields: [
      Field(
        "title", "Название сделки", "Deal name", .text,
        also: ["название", "сделка", "Deal - Title", "name", "имя"]),
      Field(
        "client", "Клиент", "Client", .reference("client"),
        also: ["компания", "контакт", "Основной контакт", "покупатель"]),
      Field(
        "people", "Контакты сделки", "People", .reference("client"), many: true,
        also: ["контакты", "contacts"]),
      Field("pipeline", "Воронка", "Pipeline", .reference("pipeline"), also: ["Deal - Pipeline"]),
      Field(
        "stage", "Этап", "Stage", .stage,
        also: [
          "Этап сделки", "Стадия сделки", "стадия", "Статус сделки", "Deal Stage", "Deal - Stage",
        ]),
      Field(
        "amount", "Сумма", "Amount", .money(currencyField: "currency"),
        also: ["бюджет", "Бюджет, ₽", "Бюджет сделки", "Возможная сумма", "Deal - Value", "budget"]),
      Field("currency", "Валюта", "Currency", .currency, also: ["Deal - Currency"]),
      Field("probability", "Вероятность", "Probability", .integer, also: ["Deal - Probability"]),
      Field(
        "owner", "Ответственный", "Owner", .member,
        also: ["менеджер", "manager", "Deal owner", "Deal - Owner", "Ответственный за сделку"]),
      Field("source", "Источник", "Source", .directory("sources"), also: ["канал"]),
      Field("source_note", "Дополнительно об источнике", "Source details", .text),
      Field(
        "services", "Товары", "Products", .directory("services"), many: true,
        also: ["товар", "услуги", "услуга", "product"]),
      Field("deal_type", "Тип", "Type", .directory("deal_types"), also: ["тип сделки"]),
      Field(
        "contract_no", "Номер договора", "Contract no.", .text,
        also: ["договор", "contract", "contract number"]),
      Field("start_date", "Дата начала", "Start date", .date),
      Field(
        "expected_close", "Предполагаемая дата закрытия", "Expected close", .date,
        also: ["Deal - Expected close date"]),
      Field(
        "created_at", "Дата создания", "Created", .time,
        also: [
          "Дата создания сделки", "Дата создания (сделка)", "Deal - Deal created", "Create Date",
          "создана",
        ]),
      Field("closed_at", "Дата закрытия", "Closed", .time, also: ["Close Date", "закрыта"]),
      Field(
        "lost_reason", "Причина проигрыша", "Lost reason", .directory("lost_reasons"),
        also: ["Deal - Lost reason"]),
      Field("return_after", "Вернуться после", "Return after", .date),
      Field("history_from", "История с", "History from", .date),
      Field(
        "comment", "Комментарий", "Comment", .text,
        also: ["примечание", "Примечание 1", "Примечание к сделке", "note", "notes"]),
      Field(
        "tags", "Теги", "Tags", .directory("tags"), many: true,
        also: ["тег", "tag", "Теги сделки", "Тег сделки", "Deal - Label"]),
      Field(
        "external_ids", "Внешние номера", "External ids", .text, many: true,
        also: ["ID", "Deal - ID", "Record ID"]),
      Field("files", "Файлы", "Files", .file, many: true, also: ["файл"]), sourceRows,
      Field(
        "outcome", "Итог", "Outcome", .choice(outcomes), computed: true, also: ["Deal - Status"]),
      Field(
        "changed", "Изменён", "Changed", .time, computed: true,
        also: ["изменена", "modified", "Дата редактирования"]),
    ])

  /// The marks of the rows of imported files that a record was made of: three characters for the
  /// source, ten for what the row says, and `~2` for the second of equal rows.
  static let sourceRows = Field(
    "source_rows", "Строки источника", "Source rows", .text, many: true)

  /// How the stages of a pipeline end.
  static let outcomes = [
    Choice("open", "открыта", "open", ["в работе", "открытый"]),
    Choice("won", "выиграна", "won", ["успешно реализовано", "успех", "выигрыш"]),
    Choice("lost", "проиграна", "lost", ["закрыто и не реализовано", "проигрыш", "отказ"]),
  ]

  /// A move of a deal from stage to stage; these only accumulate.
  public static let stageEvent = Entity(
    "stage_event",
    russian: PluralForms(
      "переход по этапам", "перехода по этапам", "переходов по этапам", plural: "переходы по этапам"
    ),
    english: PluralForms("stage event", plural: "stage events"),
    fields: [
      Field("deal", "Сделка", "Deal", .reference("deal")),
      Field("from", "Из этапа", "From", .stage), Field("to", "В этап", "To", .stage),
      Field("at", "Когда", "When", .time), Field("by", "Кто", "By", .member),
      Field("reason", "Причина", "Reason", .text),
    ])

  /// An interaction with a client, a purchase included; these only accumulate.
  public static let activity = Entity(
    "activity", russian: PluralForms("событие", "события", "событий", plural: "события"),
    english: PluralForms("activity", plural: "activities"),
    also: ["взаимодействие", "взаимодействия", "лента", "timeline"],
    fields: [
      Field(
        "kind", "Вид", "Kind",
        .choice([
          Choice("call", "звонок", "call", ["звонки"]), Choice("mail", "письмо", "mail", ["email"]),
          Choice("meeting", "встреча", "meeting"), Choice("chat", "чат", "chat"),
          Choice("note", "заметка", "note"), Choice("feedback", "отзыв", "feedback"),
          Choice("complaint", "жалоба", "complaint"),
          Choice("materials", "переданные материалы", "materials", ["материалы"]),
          Choice("purchase", "покупка", "purchase", ["заказ", "order", "продажа"]),
        ]), also: ["тип", "type"]),
      Field(
        "direction", "Направление", "Direction",
        .choice([
          Choice("in", "входящее", "in", ["входящий", "incoming"]),
          Choice("out", "исходящее", "out", ["исходящий", "outgoing"]),
        ])),
      Field("channel", "Канал", "Channel", .choice(channels)),
      Field("at", "Когда", "When", .dateOrTime, also: ["дата", "date", "время"]),
      Field("outcome", "Результат", "Outcome", .directory("outcomes")),
      Field(
        "clients", "Клиенты", "Clients", .reference("client"), many: true,
        also: ["клиент", "client"]),
      Field("deals", "Сделки", "Deals", .reference("deal"), many: true, also: ["сделка", "deal"]),
      Field("author", "Автор", "Author", .member),
      Field("text", "Текст", "Text", .text, also: ["комментарий", "comment"]),
      Field("goal", "Цель", "Goal", .text), Field("plan", "План беседы", "Plan", .text),
      Field("result", "Итоги", "Result", .text),
      Field("next_step", "Следующий шаг", "Next step", .text),
      Field("next_at", "Когда следующий шаг", "Next step when", .dateOrTime),
      Field("score", "Оценка", "Score", .integer),
      Field(
        "state", "Состояние", "State",
        .choice([Choice("open", "открыта", "open"), Choice("closed", "закрыта", "closed")])),
      Field(
        "amount", "Сумма", "Amount", .money(currencyField: "currency"), also: ["сумма покупки"]),
      Field("cost", "Себестоимость", "Cost", .money(currencyField: "currency")),
      Field("currency", "Валюта", "Currency", .currency),
      Field(
        "number", "Номер заказа", "Order no.", .text, also: ["номер", "заказ", "номер договора"]),
      Field("services", "Состав", "Items", .directory("services"), many: true, also: ["услуги"]),
      Field("imported_summary", "Из сводки", "From a summary", .bool),
      Field("voided", "Аннулирована", "Voided", .bool),
      Field("message_id", "Номер письма", "Message id", .text),
      Field("files", "Файлы", "Files", .file, many: true),
      Field("external_ids", "Внешние номера", "External ids", .text, many: true), sourceRows,
    ] + bookkeeping)

  /// Something to be done.
  public static let task = Entity(
    "task", russian: PluralForms("задача", "задачи", "задач", plural: "задачи"),
    english: PluralForms("task", plural: "tasks"), also: ["задачу", "дело", "дела", "todo"],
    fields: [
      Field("title", "Задача", "Task", .text, also: ["название", "текст", "title"]),
      Field(
        "kind", "Вид", "Kind",
        .choice([
          Choice("call", "звонок", "call"), Choice("mail", "письмо", "mail"),
          Choice("meeting", "встреча", "meeting"), Choice("other", "другое", "other"),
        ]), also: ["тип"]),
      Field(
        "clients", "Клиенты", "Clients", .reference("client"), many: true,
        also: ["клиент", "client"]),
      Field("deals", "Сделки", "Deals", .reference("deal"), many: true, also: ["сделка", "deal"]),
      Field("author", "Поставил", "Author", .member, also: ["автор"]),
      Field(
        "assignee", "Исполнитель", "Assignee", .member,
        also: ["ответственный", "owner", "кому"]),
      Field("due", "Срок", "Due", .dateOrTime, also: ["когда", "дата", "deadline"]),
      Field(
        "priority", "Приоритет", "Priority",
        .choice([
          Choice("low", "низкий", "low"), Choice("normal", "обычный", "normal"),
          Choice("high", "высокий", "high", ["срочно"]),
        ]), default: "normal"),
      Field(
        "state", "Состояние", "State",
        .choice([
          Choice("open", "открыта", "open", ["в работе"]),
          Choice("done", "выполнена", "done", ["сделана", "готово"]),
          Choice("cancelled", "отменена", "cancelled", ["canceled"]),
        ]), default: "open", also: ["статус", "status"]),
      Field("done_at", "Выполнена", "Done", .time), Field("result", "Итог", "Result", .text),
      Field("rule", "Правило", "Rule", .text), Field("cause", "Причина", "Cause", .text),
      Field("comment", "Комментарий", "Comment", .text),
      Field("overdue", "Просрочена", "Overdue", .bool, computed: true),
      Field("postponed", "Отложена", "Postponed", .bool, computed: true),
    ] + bookkeeping)
}
