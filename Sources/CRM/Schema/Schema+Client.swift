extension Schema {
  /// A person or a company.
  public static let client = Entity(
    "client", russian: PluralForms("клиент", "клиента", "клиентов", plural: "клиенты"),
    english: PluralForms("client", plural: "clients"),
    also: ["клиенту", "клиентом", "контакт", "контакты", "contact", "contacts", "customers"],
    fields: clientIdentity + clientContacts + clientRelation + clientPerson + clientCompany
      + clientComputed)

  private static let clientIdentity = [
    Field(
      "kind", "Вид", "Kind",
      .choice([
        Choice("person", "человек", "person", ["физлицо", "частное лицо", "individual"]),
        Choice("company", "компания", "company", ["организация", "юрлицо", "organization", "ип"]),
      ])),
    Field(
      "name", "Имя / Название", "Name", .text,
      also: [
        "Имя", "имя_название", "название", "клиент", "ФИО", "полное имя", "Имя, Фамилия",
        "Full name",
        "Полное имя контакта", "Полное имя (контакт)", "Основной контакт", "Название компании",
        "Название (компания)", "Компания", "Организация", "Название лида", "Название покупателя",
        "Company name", "Company", "Organization", "Organization Name", "Display Name", "File As",
        "Person - Name", "Organization - Name", "Organization 1 - Name", "Контакт",
        "Контактное лицо",
      ]),
    Field("salutation", "Обращение", "Salutation", .text, also: ["Title", "Name Prefix"]),
    Field("nickname", "Ник", "Nickname", .text, also: ["псевдоним"]),
  ]

  private static let clientContacts = [
    Field(
      "phones", "Телефоны", "Phones", .phone, many: true,
      also: [
        "телефон", "тел", "номер телефона", "контактный телефон", "phone", "Phone number",
        "Рабочий телефон", "Рабочий прямой телефон", "Мобильный телефон", "Мобильный",
        "Номер факса", "Факс", "Домашний телефон", "Номер пейджера", "Телефон для рассылок",
        "Другой телефон", "Рабочий телефон (контакт)", "Рабочий прямой телефон (контакт)",
        "Мобильный телефон (контакт)", "Домашний телефон (контакт)", "Другой телефон (контакт)",
        "Факс (контакт)", "Рабочий телефон (компания)", "Мобильный телефон (компания)",
        "Факс (компания)", "Другой телефон (компания)", "Person - Phone", "Person - Phone - Work",
        "Person - Phone - Home", "Person - Phone - Mobile", "Person - Phone - Other",
        "Phone 1 - Value", "Primary Phone", "Home Phone", "Home Phone 1", "Mobile Phone", "Pager",
        "Home Fax", "Company Main Phone", "Business Phone", "Business Phone 1", "Business Fax",
        "Other Phone", "Рабочий факс", "Телефон раб. 1", "Телефон в машине",
        "Основной телефон организации", "Домашний факс", "Телефон дом. 1", "Телефон переносной",
        "Другой факс", "Основной телефон", "Радиотелефон", "Пейджер", "phone_work", "phone_home",
        "phone_other", "сотовый", "сотовый телефон",
      ]),
    Field(
      "emails", "E-mail", "E-mails", .email, many: true,
      also: [
        "email", "почта", "электронная почта", "эл. почта", "мейл", "Рабочий e-mail",
        "Частный e-mail", "E-mail для рассылок", "Другой e-mail", "Личный email",
        "Рабочий email (контакт)", "Личный email (контакт)", "Другой email (контакт)",
        "Рабочий email (компания)", "Личный email (компания)", "Другой email (компания)",
        "Person - Email", "Person - Email - Work", "Person - Email - Home",
        "Person - Email - Other", "E-mail 1 - Value", "E-mail Address", "E-mail 1 Address",
        "Адрес эл. почты", "Адрес 1 эл. почты", "Primary Email", "email_work", "email_home",
        "email_other",
      ]),
    Field(
      "links", "Ссылки", "Links", .url, many: true,
      also: [
        "ссылка", "сайт", "link", "site", "website", "web", "Корпоративный сайт", "Личная страница",
        "Страница ВКонтакте", "Страница Facebook", "Страница LiveJournal", "Микроблог Twitter",
        "Другой сайт", "Контакт Telegram", "Контакт Facebook", "Контакт ВКонтакте", "Сайт компании",
        "Web Page",
        "Веб-страница", "Website 1 - Value", "linkedin_url",
      ]),
    Field(
      "addresses", "Адреса", "Addresses", .address, many: true,
      also: [
        "адрес", "address", "Адрес (компания)", "Address 1 - Formatted", "Organization - Address",
        "Фактический адрес", "Юридический адрес", "Адрес доставки", "Home Address",
        "Business Address",
      ]),
    Field(
      "city", "Город", "City", .text,
      also: [
        "Населенный пункт", "Address 1 - City", "Город (раб. адрес)", "Город (дом. адрес)",
        "Город (другой адрес)", "Business City", "Home City",
      ]),
    Field(
      "region", "Регион", "Region", .text,
      also: [
        "область", "край", "Address 1 - Region", "Область (раб. адрес)", "Область (дом. адрес)",
        "Область (другой адрес)", "Business State", "State",
      ]),
  ]

  private static let clientRelation = [
    Field(
      "owner", "Ответственный", "Owner", .member,
      also: [
        "менеджер", "manager", "responsible", "Contact owner", "Company owner", "Person - Owner",
        "Organization - Owner", "Ответственный за контакт", "Ответственный за компанию",
        "Ответственный за покупателя",
      ]),
    Field(
      "relation_type", "Тип отношений", "Relation type", .directory("relation_types"),
      also: ["отношения", "Тип контакта", "Тип компании", "relation"]),
    Field(
      "status", "Статус", "Status",
      .choice([
        Choice("active", "активный", "active", ["активен", "да"]),
        Choice("inactive", "неактивный", "inactive", ["неактивен", "не активный", "нет"]),
      ]), default: "active", also: ["активность"]),
    Field(
      "lead_status", "Статус лида", "Lead status",
      .choice([
        Choice("new", "новый", "new"),
        Choice("qualified", "квалифицирован", "qualified", ["квалифицированный"]),
        Choice("disqualified", "дисквалифицирован", "disqualified", ["некачественный", "отказ"]),
      ]), also: ["лид", "lead"]),
    Field(
      "disqualified_reason", "Причина отказа", "Disqualified reason",
      .directory("disqualified_reasons")),
    Field(
      "categories", "Категории", "Categories", .directory("categories"), many: true,
      also: ["категория", "category", "Ключевые слова", "Keywords"]),
    Field(
      "tags", "Теги", "Tags", .directory("tags"), many: true,
      also: [
        "тег", "tag", "метка", "метки", "labels", "label", "Тег компании", "Group Membership",
        "Person - Label", "Organization - Label",
      ]),
    Field(
      "industry", "Отрасль", "Industry", .directory("industries"),
      also: ["Сфера деятельности", "Business industry"]),
    Field(
      "source", "Источник", "Source", .directory("sources"),
      also: ["канал привлечения", "канал", "channel", "откуда"]),
    Field(
      "source_note", "Дополнительно об источнике", "Source details", .text,
      also: ["utm", "utm_source"]),
    Field(
      "main_service", "Что заказывает", "Main service", .directory("services"),
      also: ["основная услуга", "услуга", "service"]),
    Field(
      "services", "Другие услуги", "Other services", .directory("services"), many: true,
      also: ["услуги"]),
    Field("preferences", "Предпочтения", "Preferences", .text),
    Field(
      "preferred_channel", "Предпочитаемый канал", "Preferred channel", .choice(channels)),
    Field("payment_method", "Удобный способ оплаты", "Payment method", .text, also: ["оплата"]),
    Field(
      "comment", "Комментарий", "Comment", .text,
      also: [
        "примечание", "комментарии", "заметки", "заметка", "note", "notes", "Примечание 1",
        "Примечание к компании", "background", "описание",
      ]),
    Field("pinned_note", "Закреплённая заметка", "Pinned note", .text),
    Field("call_period", "Период «Пора звонить»", "Call period", .integer, also: ["период"]),
    Field("legal_basis", "Правовое основание", "Legal basis", .directory("legal_bases")),
    Field(
      "opt_outs", "Отказы", "Opt-outs",
      .choice([Choice("all", "все", "all", ["любые", "everything"])] + channels), many: true,
      also: ["отказ", "opt_out"]),
    Field(
      "external_ids", "Внешние номера", "External ids", .text, many: true,
      also: [
        "внешний номер", "external_id", "ID", "номер", "номер клиента", "Record ID",
        "Record ID - Contact", "Record ID - Company",
        "Person - ID", "Organization - ID",
      ]),
    Field("files", "Файлы", "Files", .file, many: true, also: ["файл", "file"]),
    sourceRows, Field("merged_into", "Объединён с", "Merged into", .reference("client")),
    Field("different_from", "Не дубликат", "Different from", .reference("client"), many: true),
  ]

  static let channels = [
    Choice("call", "звонок", "call", ["телефон", "звонки", "phone"]),
    Choice("mail", "письмо", "mail", ["e-mail", "почта", "письма"]),
    Choice("sms", "SMS", "SMS", ["смс"]), Choice("chat", "чат", "chat", ["мессенджер"]),
    Choice("meeting", "встреча", "meeting"), Choice("post", "бумажная почта", "post"),
  ]

  private static let clientPerson = [
    Field(
      "family_name", "Фамилия", "Family name", .text,
      also: ["Last name", "surname", "Person - Last name"]),
    Field(
      "given_name", "Личное имя", "Given name", .text,
      also: ["First name", "Person - First name"]),
    Field(
      "patronymic", "Отчество", "Patronymic", .text,
      also: ["Middle name", "Second name", "Additional Name"]),
    Field(
      "gender", "Пол", "Gender",
      .choice([
        Choice("male", "мужской", "male", ["м", "муж", "m", "мужчина"]),
        Choice("female", "женский", "female", ["ж", "жен", "f", "женщина"]),
      ])),
    Field(
      "birthday", "Дата рождения", "Birthday", .partialDate,
      also: ["день рождения", "др", "birth date", "date of birth"]),
    Field(
      "position", "Должность", "Position", .text,
      also: ["Job title", "Должность (контакт)", "Organization Title", "Organization 1 - Title"]),
  ]

  private static let clientCompany = [
    Field("legal_name", "Полное наименование", "Legal name", .text, also: ["юр. название"]),
    Field(
      "legal_form", "Организационно-правовая форма", "Legal form", .text, also: ["опф", "форма"]),
    Field("inn", "ИНН", "Tax id (INN)", .requisite(.inn), also: ["tax id", "налоговый номер"]),
    Field("kpp", "КПП", "KPP", .requisite(.kpp)),
    Field("ogrn", "ОГРН / ОГРНИП", "OGRN / OGRNIP", .requisite(.ogrn), also: ["огрн", "огрнип"]),
    Field(
      "accounts", "Банковские счета", "Bank accounts", .requisite(.account), many: true,
      also: ["счет", "расчетный счет", "р/с", "Банковские реквизиты", "account"]),
    Field(
      "employees", "Кол-во сотрудников", "Employees", .text,
      also: ["сотрудников", "число сотрудников"]),
    Field(
      "revenue", "Годовой оборот", "Annual turnover", .money(currencyField: "revenue_currency"),
      also: ["оборот", "turnover"]),
    Field("revenue_currency", "Валюта оборота", "Turnover currency", .currency, also: ["валюта"]),
    Field("business", "Характер бизнеса", "Nature of business", .text),
    Field("problems", "Текущие проблемы", "Current problems", .text, also: ["проблемы"]),
    Field(
      "offered", "Предлагаемые продукты", "Products to offer", .directory("services"), many: true),
    Field(
      "potential_profit", "Возможная прибыль", "Potential profit",
      .money(currencyField: "potential_profit_currency"), also: ["Ожидаемая сумма"]),
    Field(
      "potential_profit_currency", "Валюта возможной прибыли", "Potential profit currency",
      .currency),
  ]

  private static let clientComputed =
    [
      Field(
        "first_order", "Первый заказ", "First order", .date, computed: true,
        also: ["дата первого заказа", "первая покупка"]),
      Field(
        "last_order", "Последний заказ", "Last order", .date, computed: true,
        also: ["дата последнего заказа", "последняя покупка"]),
      Field(
        "order_count", "Число заказов", "Orders", .integer, computed: true,
        also: ["заказов", "заказы", "покупок"]),
      Field(
        "ltv", "Сумма покупок", "Lifetime value", .money(currencyField: "ltv_currency"),
        computed: true, also: ["сумма заказов"]),
      Field(
        "average_check", "Средний чек", "Average check", .money(currencyField: "ltv_currency"),
        computed: true),
      Field("ltv_currency", "Валюта покупок", "Purchase currency", .currency, computed: true),
      Field(
        "last_contact", "Последний контакт", "Last contact", .dateOrTime, computed: true,
        also: ["Last Activity Date"]),
      Field("next_task", "Следующая задача", "Next task", .dateOrTime, computed: true),
      Field("open_deals", "Открытые сделки", "Open deals", .integer, computed: true),
      Field(
        "days_since_call", "Дней без звонка", "Days since call", .integer, computed: true,
        also: ["не звонили дней"]),
    ] + bookkeeping

  /// When a record was made and last changed, as its history tells.
  static let bookkeeping = [
    Field("created", "Создан", "Created", .time, computed: true, also: ["создано", "Create Date"]),
    Field(
      "changed", "Изменён", "Changed", .time, computed: true,
      also: ["изменено", "modified", "Дата редактирования"]),
  ]
}
