extension Schema {
  /// A rule that says who gets the clients that nobody is responsible for (SPEC §23.4).
  public static let rule = Entity(
    "rule", russian: PluralForms("правило", "правила", "правил", plural: "правила"),
    english: PluralForms("rule", plural: "rules"),
    fields: [
      Field("name", "Правило", "Rule", .text, also: ["название", "name"]),
      Field("filter", "Условие", "Filter", .text),
      Field("owner", "Ответственный", "Owner", .member),
      Field("order", "Порядок", "Order", .integer),
    ])

  /// The answer to an alarm (SPEC §23).
  ///
  /// Its id follows from the alarm's cause, so that two people who answer make one record.
  public static let alarm = Entity(
    "alarm", russian: PluralForms("тревога", "тревоги", "тревог", plural: "тревоги"),
    english: PluralForms("alarm", plural: "alarms"),
    fields: [
      Field(
        "answer", "Ответ", "Answer",
        .choice([
          Choice("accepted", "так и надо", "accepted"), Choice("undone", "отменено", "undone"),
        ])),
      Field("through", "До изменения", "Through", .integer), Field("by", "Кто", "By", .member),
      Field("at", "Когда", "When", .time),
    ])

  /// One hand-over of somebody's work (SPEC §23).
  public static let handover = Entity(
    "handover", russian: PluralForms("передача", "передачи", "передач", plural: "передачи"),
    english: PluralForms("hand-over", plural: "hand-overs"),
    fields: [
      Field("member", "Кто передаёт", "From", .member),
      Field("to", "Кому", "To", .member, many: true),
      Field("rule", "Правило", "Rule", .text), Field("until", "По какой день", "Until", .date),
      Field("returned", "Возвращено", "Returned", .bool), Field("by", "Кто провёл", "By", .member),
      Field("at", "Когда", "When", .time),
      Field("instead", "Вместо кого", "Instead of", .member),
      Field("records", "Записи", "Records", .text, many: true),
    ])
}
