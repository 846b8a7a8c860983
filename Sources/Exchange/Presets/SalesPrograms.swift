extension Preset {
  /// HubSpot, whose long list of contacts repeats names for the company's columns.
  static let hubSpot: [Preset] = [
    Preset(
      .hubspotContacts, .people,
      signature: ["Record ID|Record ID - Contact", "First Name", "Last Name", "Contact owner"],
      columns: """
        Record ID | Record ID - Contact = external_ids/hubspot
        First Name = given_name
        Last Name = family_name
        Email = emails
        Phone Number = phones
        Mobile Phone Number = phones/mobile
        Contact owner = owner
        Lead Status = lead_status
        Lifecycle Stage = relation_type
        City = city
        Country/Region = addresses/actual:country
        Industry = company.industry
        Record ID - Company | Associated Company IDs = company.external_ids/hubspot
        Company name = company.name
        Company owner = company.owner
        Phone Number#2 = company.phones
        Job Title = link.position
        Create Date | Create Date#2 | Last Activity Date | Last Activity Date#2 = -
        Marketing contact status | Added To List On = -
        """),
    Preset(
      .hubspotDeals, .deals,
      signature: ["Record ID", "Deal Name", "Deal Stage"],
      columns: """
        Record ID = external_ids/hubspot
        Deal Name = title
        Deal Stage = stage
        Pipeline = pipeline
        Amount = amount
        Currency = amount:currency
        Deal owner = owner
        Create Date = created_at
        Close Date = closed_at
        Last Activity Date | Date entered current stage = -
        Associated Company IDs = company.external_ids/hubspot
        Associated Contact IDs = person.external_ids/hubspot
        """),
  ]

  /// Pipedrive: `Entity - Field`, where the entity is in the language of the account.
  static let pipedrive: [Preset] = [
    Preset(
      .pipedriveDeals, .deals,
      signature: [
        "Deal - Title|Deal - Название|Deal - ID", "Deal - Stage|Deal - Status|Deal - Value",
      ],
      prefixes: pipedrivePrefixes,
      columns: """
        Deal - ID = external_ids/pipedrive
        Deal - Title | Deal - Название = title
        Deal - Owner | Deal - Ответственный = owner
        Deal - Pipeline | Deal - Воронка = pipeline
        Deal - Stage | Deal - Этап = stage
        Deal - Status | Deal - Статус = stage:outcome
        Deal - Value | Deal - Сумма = amount
        Deal - Currency | Deal - Валюта = amount:currency
        Deal - Probability | Deal - Вероятность = probability
        Deal - Expected close date = expected_close
        Deal - Deal created = created_at
        Deal - Deal closed on = closed_at
        Deal - Lost reason = lost_reason
        Deal - Label | Deal - Метка = tags
        Note = activity.text/note
        Person - ID = person.external_ids/pipedrive
        Person - Name | Person - Имя = person.name
        Person - First name = person.given_name
        Person - Last name = person.family_name
        Person - Owner = person.owner
        Person - Email | Person - E-mail = person.emails
        Person - Email - Work = person.emails/work
        Person - Email - Home = person.emails/personal
        Person - Email - Other = person.emails/other
        Person - Phone | Person - Телефон = person.phones
        Person - Phone - Work = person.phones/work
        Person - Phone - Home = person.phones/home
        Person - Phone - Mobile = person.phones/mobile
        Person - Phone - Other = person.phones/other
        Person - Label = person.tags
        Person - Marketing status | Organization - Visible to = -

        """ + pipedriveCompany),
    Preset(
      .pipedrivePeople, .people,
      signature: ["Person - Name|Person - Имя|Person - E-mail|Person - Email - Work"],
      prefixes: pipedrivePrefixes,
      columns: """
        Person - ID = external_ids/pipedrive
        Person - Name | Person - Имя = name
        Person - First name = given_name
        Person - Last name = family_name
        Person - Owner = owner
        Person - Email | Person - E-mail = emails
        Person - Email - Work = emails/work
        Person - Email - Home = emails/personal
        Person - Email - Other = emails/other
        Person - Phone | Person - Телефон = phones
        Person - Phone - Work = phones/work
        Person - Phone - Home = phones/home
        Person - Phone - Mobile = phones/mobile
        Person - Phone - Other = phones/other
        Person - Label = tags
        Person - Organization = company.name
        Person - Marketing status | Organization - Visible to = -
        Note = activity.text/note

        """ + pipedriveCompany),
  ]

  private static let pipedriveCompany = """
    Organization - ID = company.external_ids/pipedrive
    Organization - Name | Organization - Название = company.name
    Organization - Owner = company.owner
    Organization - Label = company.tags
    Organization - Address | Organization - Адрес = company.addresses/actual

    """

  private static let pipedrivePrefixes: [String: String] = [
    "deal": "Deal", "сделка": "Deal", "szansa": "Deal", "deals": "Deal", "negocio": "Deal",
    "person": "Person", "контакт": "Person", "контактноелицо": "Person", "osoba": "Person",
    "persona": "Person", "pessoa": "Person", "personne": "Person", "isik": "Person",
    "organization": "Organization", "организация": "Organization", "organizacja": "Organization",
    "organisation": "Organization", "organización": "Organization", "organização": "Organization",
    "organizace": "Organization", "organisatsioon": "Organization",
  ]

  /// Tables kept by hand, with the columns of our two bases for Excel.
  static let spreadsheets: [Preset] = [
    Preset(
      .excelSimple, .clients,
      signature: [
        "Имя|ФИО|Клиент", "Телефон|Телефоны|Email|Почта", "Первый заказ|Дата первого заказа",
        "Последний заказ|Дата последнего заказа",
      ],
      columns: simpleBase),
    Preset(
      .excelExtended, .clients,
      signature: [
        "Имя|ФИО|Клиент", "Канал|Канал привлечения|Источник", "Статус|Активность",
        "Последний заказ|Дата последнего заказа",
      ],
      columns: simpleBase + """
        Канал | Канал привлечения | Источник = source
        Статус | Активность = status
        Город = city
        Категория = categories
        Менеджер | Ответственный = owner
        """),
  ]

  private static let simpleBase = """
    Номер | Номер п/п | № п/п = -
    Имя | ФИО | Клиент = name
    Телефон | Телефоны = phones
    Email | Почта | Электронная почта = emails
    Что заказывает | Основная услуга | Услуга = main_service
    Другие услуги = services
    Комментарий | Комментарии | Примечание = comment
    Первый заказ | Дата первого заказа = purchase.date/first
    Последний заказ | Дата последнего заказа = purchase.date/last

    """
}
