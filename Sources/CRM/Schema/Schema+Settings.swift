extension Schema {
  /// A tie between two clients: who works where, who recommends whom.
  public static let link = Entity(
    "link", russian: PluralForms("связь", "связи", "связей", plural: "связи"),
    english: PluralForms("link", plural: "links"),
    fields: [
      Field("from", "Кто", "From", .reference("client")),
      Field("to", "С кем", "To", .reference("client")),
      Field("role", "Роль", "Role", .directory("roles")),
      Field("position", "Должность", "Position", .text),
      Field("department", "Отдел", "Department", .text),
      Field("main", "Основной", "Main", .bool), Field("note", "Примечание", "Note", .text),
    ])

  /// A product or a service.
  public static let product = Entity(
    "product", russian: PluralForms("товар", "товара", "товаров", plural: "товары"),
    english: PluralForms("product", plural: "products"),
    also: ["услуга", "услуги", "service", "services"],
    fields: [
      Field("name", "Название", "Name", .text),
      Field(
        "kind", "Товар или услуга", "Kind",
        .choice([
          Choice("product", "товар", "product"), Choice("service", "услуга", "service"),
        ])),
      Field("price", "Цена", "Price", .money(currencyField: "currency")),
      Field("cost", "Себестоимость", "Cost", .money(currencyField: "currency")),
      Field("currency", "Валюта", "Currency", .currency),
      Field("category", "Категория", "Category", .directory("categories")),
      Field("active", "Действует", "Active", .bool, default: "true"),
      Field("external_ids", "Внешние номера", "External ids", .text, many: true),
    ])

  /// A pipeline of stages.
  public static let pipeline = Entity(
    "pipeline", russian: PluralForms("воронка", "воронки", "воронок", plural: "воронки"),
    english: PluralForms("pipeline", plural: "pipelines"), also: ["воронку", "funnel"],
    fields: [
      Field("name", "Воронка", "Pipeline", .text, also: ["название", "name"]),
      Field("order", "Порядок", "Order", .integer),
      Field("archived", "В архиве", "Archived", .bool, default: "false"),
    ])

  /// A stage of a pipeline.
  public static let stage = Entity(
    "stage", russian: PluralForms("этап", "этапа", "этапов", plural: "этапы"),
    english: PluralForms("stage", plural: "stages"), also: ["стадия", "стадии"],
    fields: [
      Field("pipeline", "Воронка", "Pipeline", .reference("pipeline")),
      Field("name", "Этап", "Stage", .text, also: ["название", "name"]),
      Field("order", "Порядок", "Order", .integer),
      Field("outcome", "Итог", "Outcome", .choice(outcomes), default: "open"),
      Field("required", "Обязательные поля", "Required fields", .text, many: true),
      Field("archived", "В архиве", "Archived", .bool, default: "false"),
    ])

  /// A saved filter.
  public static let segment = Entity(
    "segment", russian: PluralForms("сегмент", "сегмента", "сегментов", plural: "сегменты"),
    english: PluralForms("segment", plural: "segments"), also: ["список", "списки"],
    fields: [
      Field("name", "Сегмент", "Segment", .text, also: ["название", "name"]),
      Field("entity", "Что отбирает", "Selects", .text, default: "client"),
      Field("filter", "Условие", "Filter", .text),
      Field("columns", "Колонки", "Columns", .text, also: ["столбцы"]),
      Field("sort", "Сортировка", "Sort", .text), Field("owner", "Ответственный", "Owner", .member),
      Field("shared", "Общий", "Shared", .bool, default: "false"),
      Field("vip", "VIP-список", "VIP list", .bool, default: "false"),
    ])

  /// An entry of a directory.
  public static let entry = Entity(
    "entry",
    russian: PluralForms(
      "запись справочника", "записи справочника", "записей справочника", plural: "справочники"),
    english: PluralForms("directory entry", plural: "directory entries"),
    also: ["справочник", "directory", "directories"],
    fields: [
      Field("directory", "Справочник", "Directory", .choice(directories)),
      Field("name", "Название", "Name", .text), Field("order", "Порядок", "Order", .integer),
      Field("archived", "В архиве", "Archived", .bool, default: "false"),
      Field("synonyms", "Синонимы", "Synonyms", .text, many: true),
      Field("call_period", "Период «Пора звонить»", "Call period", .integer),
    ])

  /// The directories that a base keeps; their keys are those of ``FieldKind/directory(_:)``.
  public static let directories = [
    Choice("sources", "каналы привлечения", "sources", ["источники", "каналы", "channels"]),
    Choice("categories", "категории", "categories"), Choice("industries", "отрасли", "industries"),
    Choice("roles", "роли", "roles"),
    Choice("relation_types", "типы отношений", "relation types"),
    Choice("tags", "теги", "tags"), Choice("services", "услуги", "services"),
    Choice("lost_reasons", "причины проигрыша", "lost reasons"),
    Choice("disqualified_reasons", "причины отказа", "disqualified reasons"),
    Choice("outcomes", "результаты звонков", "call outcomes"),
    Choice("legal_bases", "правовые основания", "legal bases"),
    Choice("deal_types", "типы сделок", "deal types"),
  ]

  /// The definition of a custom field.
  public static let customField = Entity(
    "field", russian: PluralForms("поле", "поля", "полей", plural: "поля"),
    english: PluralForms("field", plural: "fields"), also: ["custom_field", "custom fields"],
    fields: [
      Field("key", "Ключ", "Key", .text),
      Field("label_ru", "Русское название", "Russian label", .text),
      Field("label_en", "Английское название", "English label", .text),
      Field("entity", "Где", "Entity", .text), Field("type", "Тип", "Type", .text),
      Field("many", "Много значений", "Many", .bool, default: "false"),
      Field("choices", "Варианты", "Choices", .text, many: true),
      Field("set", "Набор", "Set", .text),
      Field("required", "Обязательное", "Required", .bool, default: "false"),
      Field("order", "Порядок", "Order", .integer),
      Field("in_default_form", "В обычной форме", "In default form", .bool, default: "false"),
    ])

  /// What a member may do, from the highest.
  static let roles = [
    Choice("owner", "владелец", "owner"), Choice("admin", "администратор", "admin", ["админ"]),
    Choice("manager", "менеджер", "manager"), Choice("reader", "читатель", "reader"),
  ]

  /// A person who works with the base.
  public static let member = Entity(
    "member", russian: PluralForms("сотрудник", "сотрудника", "сотрудников", plural: "сотрудники"),
    english: PluralForms("member", plural: "members"),
    also: ["участник", "участники", "менеджеры"],
    fields: [
      Field("name", "Имя", "Name", .text),
      Field("role", "Роль", "Role", .choice(roles)),
      Field("department", "Отдел", "Department", .text),
      Field("head", "Руководитель", "Head", .member),
      Field("lead_limit", "Лимит лидов", "Lead limit", .integer),
      Field("absent", "Отсутствует", "Absent", .text, many: true),
      Field(
        "state", "Состояние", "State",
        .choice([
          Choice("active", "работает", "active"), Choice("invited", "приглашен", "invited"),
          Choice("left", "уволен", "left", ["ушел"]),
        ]), default: "active"),
      Field("left_at", "Уволен", "Left", .date),
      Field("successors", "Преемники", "Successors", .member, many: true),
      Field("aliases", "Другие имена", "Aliases", .text, many: true),
    ])

  /// A machine of a member.
  public static let device = Entity(
    "device", russian: PluralForms("устройство", "устройства", "устройств", plural: "устройства"),
    english: PluralForms("device", plural: "devices"),
    fields: [
      Field("name", "Название", "Name", .text), Field("member", "Сотрудник", "Member", .member),
      Field("note", "Примечание", "Note", .text),
    ])

  /// The base itself: its name and the settings that all its copies share.
  public static let workspace = Entity(
    "workspace", russian: PluralForms("база", "базы", "баз", plural: "базы"),
    english: PluralForms("base", plural: "bases"),
    fields: [
      Field("name", "Название", "Name", .text), Field("currency", "Валюта", "Currency", .currency),
      Field("zone", "Часовой пояс", "Time zone", .text),
      Field("call_period", "Период «Пора звонить»", "Call period", .integer, default: "6"),
      Field(
        "alarm_deleted", "Тревога: удалено", "Alarm: deleted", .integer, default: "50", least: 1),
      Field(
        "alarm_changed", "Тревога: изменено", "Alarm: changed", .integer, default: "200", least: 1),
      Field(
        "alarm_share", "Тревога: доля клиентов", "Alarm: share of clients", .integer,
        default: "20", least: 1),
    ])

  /// One import of a file.
  public static let importBatch = Entity(
    "import", russian: PluralForms("импорт", "импорта", "импортов", plural: "импорты"),
    english: PluralForms("import", plural: "imports"),
    fields: [
      Field("file", "Файл", "File", .text), Field("fingerprint", "Отпечаток", "Fingerprint", .text),
      Field("preset", "Предустановка", "Preset", .text),
      Field("mapping", "Колонки", "Mapping", .text),
      // Not `type`, which every record has of its own in `--json`.
      Field("entity", "Что загружено", "Entity", .text),
      Field("rows", "Строк", "Rows", .integer),
      Field("created", "Создано", "Created", .integer),
      Field("updated", "Обновлено", "Updated", .integer),
      Field("duplicates", "Дубликаты", "Duplicates", .integer),
      Field("rejected", "Отклонено", "Rejected", .integer),
      Field("by", "Кто", "By", .member), Field("at", "Когда", "When", .time),
    ])

  /// One entry of the export journal.
  public static let exportEntry = Entity(
    "export", russian: PluralForms("выгрузка", "выгрузки", "выгрузок", plural: "выгрузки"),
    english: PluralForms("export", plural: "exports"), also: ["экспорт"],
    fields: [
      Field("by", "Кто", "By", .member), Field("at", "Когда", "When", .time),
      Field("filter", "Условие", "Filter", .text), Field("format", "Формат", "Format", .text),
      Field("count", "Записей", "Count", .integer),
      Field("left_out", "Не вошло из-за отказов", "Left out", .integer),
    ])

  /// What someone has decided about a commit that is held (SPEC §8.5).
  ///
  /// Its id follows from the commit's name, so that two people who decide make one record.
  public static let decision = Entity(
    "decision",
    russian: PluralForms("решение", "решения", "решений", plural: "решения"),
    english: PluralForms("decision", plural: "decisions"),
    fields: [
      Field(
        "outcome", "Решение", "Decision",
        .choice([
          Choice("adopted", "принято", "adopted"), Choice("discarded", "отклонено", "discarded"),
        ])),
      Field("by", "Кто", "By", .member), Field("at", "Когда", "When", .time),
    ])
}
