/// Finds the field that a name of a column means, among the fields there are.
struct FieldMatcher {
  private var exact: [String: FieldTarget] = [:]
  private var synonyms: [String: FieldTarget] = [:]
  private var keys: Set<String> = []
  private var manyValued: Set<String> = []

  init(_ candidates: [FieldCandidate]) {
    for candidate in candidates {
      guard let target = FieldTarget(candidate.key) else { continue }
      keys.insert(target.key)
      if candidate.isMany { manyValued.insert(target.key) }
      for name in [candidate.key] + candidate.names {
        let key = ColumnName.key(name)
        // The first candidate with a name keeps it.
        if !key.isEmpty && exact[key] == nil { exact[key] = target }
      }
    }
    for (key, names) in Self.otherNames where keys.contains(key) {
      guard let target = FieldTarget(key) else { continue }
      for name in names where synonyms[ColumnName.key(name)] == nil {
        synonyms[ColumnName.key(name)] = target
      }
    }
  }

  /// The field for a column, and how sure that is.
  func match(_ name: String) -> (FieldTarget, ColumnMapping.Confidence)? {
    let key = ColumnName.key(name)
    guard !key.isEmpty else { return nil }
    if let target = exact[key] { return (target, .exact) }
    if let target = synonyms[key] { return (target, .synonym) }
    let bare = Self.withoutRemark(name)
    if !bare.isEmpty, let target = exact[bare] ?? synonyms[bare] { return (target, .similar) }
    // `Телефон 2` is one more phone, but `Улица 2` is not one more street.
    var unnumbered = key
    while let last = unnumbered.last, last.isASCII, last.isNumber { unnumbered.removeLast() }
    if let target = exact[unnumbered] ?? synonyms[unnumbered], isMany(target) {
      return (target, .similar)
    }
    return nil
  }

  func knows(_ target: FieldTarget) -> Bool {
    keys.contains(target.key)
  }

  func isMany(_ target: FieldTarget) -> Bool {
    target.isMany || manyValued.contains(target.key)
  }

  /// What a person wrote on the right of `--map`: `-`, a target as text, or a label.
  func action(stated field: String) throws(MappingError) -> ColumnMapping.Action {
    if field == "-" { return .skip }
    if let target = FieldTarget(field) {
      let isKnown = keys.isEmpty || target.isCustom || keys.contains(target.key)
      // What records beside the row can hold is for the caller to say.
      if isKnown || target.subject != .row { return .field(target) }
    }
    let key = ColumnName.key(field)
    guard let target = exact[key] ?? synonyms[key] else { throw .unknownField(field) }
    return .field(target)
  }

  /// The key of a name without what follows a bracket or a comma: `Бюджет, ₽`, `Сумма (руб.)`.
  private static func withoutRemark(_ name: String) -> String {
    ColumnName.key(String(name.prefix { $0 != "(" && $0 != "," && $0 != "[" }))
  }

  /// Names that people give to columns besides our labels.
  ///
  /// A name counts only where the field is a candidate; where it could mean two fields, the first
  /// in this list has it.
  private static let otherNames: KeyValuePairs<String, [String]> = [
    "name": [
      "ФИО", "Ф.И.О.", "Клиент", "Имя", "Название", "Наименование", "Контакт", "Полное имя",
      "Контактное лицо", "Название компании", "Компания", "Организация", "Full name", "Client",
      "Customer", "Contact", "Company",
    ],
    "title": ["Сделка", "Название", "Наименование", "Тема", "Deal", "Subject"],
    "client": ["Клиент", "Контакт", "Компания", "Покупатель", "Заказчик", "Customer", "Contact"],
    "family_name": ["Surname", "Last name"],
    "given_name": ["First name"],
    "patronymic": ["Middle name"],
    "phones": [
      "Телефон", "Тел", "Номер телефона", "Контактный телефон", "Моб", "Мобильный", "Сотовый",
      "Phone", "Phone number", "Tel", "Mobile",
    ],
    "emails": [
      "Почта", "Электронная почта", "Эл. почта", "Емейл", "Имейл", "E-mail адрес", "Mail",
      "E-mail", "Email address",
    ],
    "addresses": ["Адрес", "Address"],
    "links": ["Сайт", "Ссылка", "Website", "URL"],
    "city": ["Населённый пункт", "Town"],
    "region": ["Область", "Край", "State"],
    "source": ["Канал", "Откуда узнал", "Откуда пришёл", "Рекламный канал"],
    "owner": ["Менеджер", "Куратор", "Manager"],
    "comment": ["Примечание", "Примечания", "Заметки", "Комментарии", "Описание", "Notes"],
    "text": ["Примечание", "Комментарий", "Содержание", "Описание", "Notes", "Comment"],
    "tags": ["Метки", "Тег", "Labels"],
    "categories": ["Категория", "Category"],
    "birthday": ["День рождения", "ДР", "Date of birth"],
    "main_service": ["Услуга", "Основная услуга"],
    "amount": ["Стоимость", "Цена", "Value", "Price", "Total"],
    "stage": ["Стадия", "Статус", "Статус сделки", "Этап сделки", "Status"],
    "created_at": ["Создана", "Создан", "Date created", "Create date"],
    "closed_at": ["Закрыта", "Close date"],
    "at": ["Дата", "Дата и время", "Date"],
    "kind": ["Тип", "Type"],
    "date": ["Дата заказа", "Дата покупки", "Order date"],
    "number": ["Номер", "№ заказа", "Заказ", "Order"],
    "external_ids": ["ID", "Код", "Внешний код", "ID клиента", "Client id"],
  ]
}
