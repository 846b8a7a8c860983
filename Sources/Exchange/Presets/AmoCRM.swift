extension Preset {
  /// amoCRM: two families of exports and the import templates.
  static let amoCRM: [Preset] = [
    Preset(
      .amoDeals, .deals,
      signature: ["Название сделки", "Этап сделки|Воронка", "Полное имя контакта"],
      columns: amoDeal + """
        Полное имя контакта = person.name
        Компания контакта = company.name
        Ответственный за контакт = person.owner
        Компания = company.name
        Рабочий телефон | Рабочий прямой телефон = person.phones/work
        Мобильный телефон = person.phones/mobile
        Факс = person.phones/fax
        Домашний телефон = person.phones/home
        Другой телефон = person.phones/other
        Рабочий email = person.emails/work
        Личный email = person.emails/personal
        Другой email = person.emails/other
        Город = person.city
        Источник = source
        Должность = link.position
        Товар = line.name
        Skype | ICQ | Jabber | Google Talk | MSN | Другой IM = person.links/other
        utm_source = source_note
        """),
    Preset(
      .amoDealsNew, .deals,
      signature: ["Название сделки", "Этап сделки|Воронка|Статус сделки", "Основной контакт"],
      columns: amoDeal + amoContact + amoCompany + """
        Основной контакт = person.name
        Компания = company.name
        """),
    Preset(
      .amoDealsTemplate, .deals,
      signature: ["Название сделки", "Статус сделки|Этап сделки", "Полное имя (контакт)"],
      columns: amoDeal + amoContact + amoCompany),
    Preset(
      .amoContacts, .people,
      signature: ["Полное имя (контакт)", "Ответственный за контакт"],
      columns: """
        ID = external_ids/amocrm
        Полное имя (контакт) = name
        Должность (контакт) = link.position
        Ответственный за контакт = owner
        Дата создания (контакт) | Кем создан контакт = -
        Тег контакта | Теги контакта = tags
        Примечание к контакту = activity.text/note
        Рабочий телефон (контакт) | Рабочий прямой телефон (контакт) = phones/work
        Домашний телефон (контакт) = phones/home
        Мобильный телефон (контакт) = phones/mobile
        Факс (контакт) = phones/fax
        Другой телефон (контакт) = phones/other
        Рабочий email (контакт) = emails/work
        Личный email (контакт) = emails/personal
        Другой email (контакт) = emails/other
        ICQ (контакт) | Jabber (контакт) | Google Talk (контакт) = links/other
        Skype (контакт) | MSN (контакт) | Другой IM (контакт) = links/other

        """ + amoCompany),
    Preset(
      .amoCompanies, .companies,
      signature: ["Название (компания)", "Ответственный за компанию"],
      columns: """
        ID = external_ids/amocrm
        Название (компания) = name
        Ответственный за компанию = owner
        Дата создания (компания) | Кем создана компания = -
        Адрес (компания) = addresses/actual
        Сайт компании | Сайт (компания) = links/site
        Рабочий телефон (компания) = phones/work
        Мобильный телефон (компания) = phones/mobile
        Факс (компания) = phones/fax
        Другой телефон (компания) = phones/other
        Рабочий email (компания) = emails/work
        Личный email (компания) = emails/personal
        Другой email (компания) = emails/other
        Тег компании | Теги компании = tags
        Примечание к компании = activity.text/note
        """),
  ]

  /// The columns of the deal itself, of which `Бюджет ` comes with a space at its end.
  private static let amoDeal = """
    ID = external_ids/amocrm
    Название сделки = title
    Бюджет | Бюджет, ₽ | Бюджет сделки = amount
    Ответственный | Ответственный за сделку = owner
    Дата создания сделки | Дата создания | Дата создания (сделка) = created_at
    Кем создана сделка | Дата редактирования | Кем редактирована = -
    Дата закрытия = closed_at
    Теги | Теги сделки | Тег сделки = tags
    Примечание | Примечание 2 | Примечание 3 | Примечание 4 = activity.text/note
    Примечание 5 | Примечание к сделке | Примечание к сделке#2 = activity.text/note
    Примечание к сделке#3 | Примечание к сделке#4 = activity.text/note
    Примечание к сделке#5 = activity.text/note
    Этап сделки | Статус сделки = stage
    Воронка = pipeline

    """

  private static let amoContact = """
    Полное имя (контакт) = person.name
    Должность (контакт) = link.position
    Ответственный за контакт = person.owner
    Рабочий телефон (контакт) | Рабочий прямой телефон (контакт) = person.phones/work
    Домашний телефон (контакт) = person.phones/home
    Мобильный телефон (контакт) = person.phones/mobile
    Факс (контакт) = person.phones/fax
    Другой телефон (контакт) = person.phones/other
    Рабочий email (контакт) = person.emails/work
    Личный email (контакт) = person.emails/personal
    Другой email (контакт) = person.emails/other
    ICQ (контакт) | Jabber (контакт) | Google Talk (контакт) = person.links/other
    Skype (контакт) | MSN (контакт) | Другой IM (контакт) = person.links/other

    """

  private static let amoCompany = """
    Название (компания) = company.name
    Адрес (компания) = company.addresses/actual
    Сайт компании | Сайт (компания) = company.links/site
    Рабочий телефон (компания) = company.phones/work
    Мобильный телефон (компания) = company.phones/mobile
    Факс (компания) = company.phones/fax
    Другой телефон (компания) = company.phones/other
    Рабочий email (компания) = company.emails/work
    Личный email (компания) = company.emails/personal
    Другой email (компания) = company.emails/other

    """
}
