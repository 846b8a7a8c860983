extension Preset {
  /// Битрикс24: contacts, companies, deals and leads, as the Russian interface exports them.
  static let bitrix24: [Preset] = [
    Preset(
      .bitrixContacts, .people,
      signature: ["ID", "Фамилия", "Имя", "Тип контакта|Рабочий телефон", "Ответственный"],
      columns: bitrixPerson + bitrixAddress + bitrixMultiFields + """
        Компания = company.name
        Должность = link.position
        Тип контакта = relation_type
        """),
    Preset(
      .bitrixCompanies, .companies,
      signature: ["Название компании", "Тип компании|Сфера деятельности", "Ответственный"],
      columns: bitrixCommon + bitrixAddress + bitrixMultiFields + """
        Название компании = name
        Логотип = -
        Тип компании = relation_type
        Сфера деятельности = industry
        Кол-во сотрудников = employees
        Годовой оборот = revenue
        Валюта = revenue:currency
        Фактический адрес = addresses/actual
        Юридический адрес = addresses/legal
        Улица, номер дома#2 = addresses/legal:street
        Квартира, офис, комната, этаж#2 = addresses/legal:street2
        Населенный пункт#2 = addresses/legal:city
        Район#2 = addresses/legal:district
        Регион#2 = addresses/legal:region
        Почтовый индекс#2 = addresses/legal:postcode
        Страна#2 = addresses/legal:country
        Банковские реквизиты = accounts
        """),
    Preset(
      .bitrixDeals, .deals,
      signature: ["Название сделки", "Стадия сделки", "Воронка|Вероятность|Сделка закрыта"],
      columns: bitrixCommon + """
        Название сделки = title
        Вероятность = probability
        Компания = company.name
        Контакт = person.name
        Сумма = amount
        Валюта = amount:currency
        Товар = line.name
        Цена = line.price
        Количество = line.quantity
        Воронка = pipeline
        Стадия сделки = stage
        Сделка закрыта = stage:closed
        Тип = deal_type
        Дата начала = start_date
        Предполагаемая дата закрытия = expected_close
        Дата создания = created_at
        """),
    Preset(
      .bitrixLeads, .people,
      signature: ["Название лида", "Стадия|Возможная сумма"],
      columns: bitrixPerson + bitrixAddress + bitrixMultiFields + """
        Название лида = activity.text/note
        Название компании = company.name
        Должность = link.position
        Стадия = lead_status
        Товар = line.name
        Цена = line.price
        Количество = line.quantity
        """),
  ]

  private static let bitrixCommon = """
    ID = external_ids/bitrix24
    Комментарий = comment
    Источник = source
    Дополнительно об источнике = source_note
    Ответственный = owner
    Экспорт | Доступен для всех = -

    """

  private static let bitrixPerson =
    bitrixCommon + """
      Обращение = salutation
      Имя = given_name
      Фамилия = family_name
      Отчество = patronymic
      Имя, Фамилия = name
      Дата рождения = birthday
      Фотография = -

      """

  private static let bitrixAddress = """
    Адрес = addresses/actual
    Улица, номер дома = addresses/actual:street
    Квартира, офис, комната, этаж = addresses/actual:street2
    Населенный пункт = addresses/actual:city
    Район = addresses/actual:district
    Регион = addresses/actual:region
    Почтовый индекс = addresses/actual:postcode
    Страна = addresses/actual:country

    """

  private static let bitrixMultiFields = """
    Рабочий телефон = phones/work
    Мобильный телефон = phones/mobile
    Номер факса = phones/fax
    Домашний телефон = phones/home
    Номер пейджера | Телефон для рассылок | Другой телефон = phones/other
    Корпоративный сайт | Личная страница | Другой сайт = links/site
    Страница ВКонтакте | Контакт ВКонтакте = links/vk
    Контакт Telegram = links/telegram
    Страница Facebook | Страница LiveJournal | Микроблог Twitter = links/other
    Контакт Facebook | Контакт Viber | Комментарии Instagram | Другой контакт = links/other
    Контакт Skype | Контакт ICQ | Контакт MSN/Live! | Контакт Jabber = links/other
    Контакт Битрикс24 Network | Онлайн-чат | Контакт Открытая линия = -
    Рабочий e-mail = emails/work
    Частный e-mail = emails/personal
    E-mail для рассылок = emails/newsletter
    Другой e-mail = emails/other

    """
}
