extension Preset {
  /// Google Contacts, Outlook, Thunderbird and Atomic CRM: people as address books keep them.
  static let addressBooks: [Preset] = [
    Preset(
      .googleContacts, .people,
      signature: [
        "Given Name|First Name", "Family Name|Last Name",
        "E-mail 1 - Value|Phone 1 - Value|Group Membership|Labels",
      ],
      columns: googleContactColumns),
    Preset(
      .outlookRU, .people,
      signature: ["Имя", "Фамилия", "Организация", "Адрес эл. почты|Телефон переносной"],
      emptyValues: ["0.0.00", "Обычная", "Не определен", "Ложь", "SMTP"],
      columns: outlookRussian),
    Preset(
      .outlookEN, .people,
      signature: ["First Name", "Last Name", "E-mail Address", "Suffix|Web Page|Categories"],
      emptyValues: ["0/0/00", "Normal", "Unspecified", "False", "SMTP"],
      columns: outlookEnglish),
    Preset(
      .thunderbird, .people,
      signature: ["Display Name", "Primary Email"],
      columns: """
        Display Name = name
        First Name = given_name
        Last Name = family_name
        Nickname = nickname
        Primary Email = emails
        Secondary Email = emails/other
        Work Phone = phones/work
        Home Phone = phones/home
        Mobile Number = phones/mobile
        Fax Number = phones/fax
        Pager Number = phones/other
        Organization = company.name
        Job Title = link.position
        Department = link.department
        Notes = comment
        Web Page 1 | Web Page 2 = links/site
        """),
    Preset(
      .atomicCRM, .people,
      signature: ["first_name", "last_name", "email_work|phone_work", "first_seen|background"],
      columns: """
        first_name = given_name
        last_name = family_name
        gender = gender
        title = link.position
        background = comment
        first_seen | last_seen | has_newsletter = -
        status = status
        tags = tags
        linkedin_url = links/other
        company = company.name
        email_work = emails/work
        email_home = emails/personal
        email_other = emails/other
        phone_work = phones/work
        phone_home = phones/home
        phone_other = phones/other
        """),
  ]

  private static let googleContactColumns = """
    Name | File As = name
    Given Name | First Name = given_name
    Additional Name | Middle Name = patronymic
    Family Name | Last Name = family_name
    Name Prefix = salutation
    Nickname = nickname
    Birthday = birthday
    Gender = gender
    Notes = comment
    Group Membership | Labels = tags
    Organization Name = company.name
    Organization Title = link.position
    Organization Department = link.department
    E-mail {n} - Type | E-mail {n} - Label = emails:kind
    E-mail {n} - Value = emails:value
    Phone {n} - Type | Phone {n} - Label = phones:kind
    Phone {n} - Value = phones:value
    IM {n} - Type = -
    IM {n} - Service = links:kind
    IM {n} - Value = links:value
    Website {n} - Type | Website {n} - Label = links:kind
    Website {n} - Value = links:value
    Address {n} - Type | Address {n} - Label = addresses:kind
    Address {n} - Formatted = addresses:text
    Address {n} - Street = addresses:street
    Address {n} - Extended Address = addresses:street2
    Address {n} - City = addresses:city
    Address {n} - Region = addresses:region
    Address {n} - Postal Code = addresses:postcode
    Address {n} - Country = addresses:country
    Address {n} - PO Box = -
    Organization {n} - Name = company.name
    Organization {n} - Title = link.position
    Organization {n} - Department = link.department
    Organization {n} - Type | Organization {n} - Yomi Name = -
    Photo | Language | Yomi Name | Given Name Yomi | Additional Name Yomi | Family Name Yomi = -
    Phonetic First Name | Phonetic Middle Name | Phonetic Last Name | Name Suffix | Initials = -
    Short Name | Directory Server | Mileage | Sensitivity | Priority | Subject = -

    """

  /// The double spaces of «другой адрес» vanish in comparison.
  private static let outlookRussian = """
    Обращение = salutation
    Имя = given_name
    Отчество = patronymic
    Фамилия = family_name
    Организация = company.name
    Отдел = link.department
    Должность = link.position
    Улица (раб. адрес) = addresses/actual:street
    Улица 2 (раб. адрес) = addresses/actual:street2
    Город (раб. адрес) = addresses/actual:city
    Область (раб. адрес) = addresses/actual:region
    Индекс (раб. адрес) = addresses/actual:postcode
    Страна или регион (раб. адрес) = addresses/actual:country
    Улица (дом. адрес) = addresses/home:street
    Улица 2 (дом. адрес) = addresses/home:street2
    Город (дом. адрес) = addresses/home:city
    Область (дом. адрес) = addresses/home:region
    Почтовый код (дом.) = addresses/home:postcode
    Страна или регион (дом. адрес) = addresses/home:country
    Улица (другой адрес) = addresses/other:street
    Улица 2 (другой адрес) = addresses/other:street2
    Город (другой адрес) = addresses/other:city
    Область (другой адрес) = addresses/other:region
    Индекс (другой адрес) = addresses/other:postcode
    Страна или регион (другой адрес) = addresses/other:country
    Рабочий телефон | Телефон раб. 2 | Основной телефон организации = phones/work
    Рабочий факс | Домашний факс | Другой факс = phones/fax
    Домашний телефон | Телефон дом. 2 = phones/home
    Телефон переносной | Радиотелефон | Телефон в машине = phones/mobile
    Основной телефон | Другой телефон | Обратный вызов | Телефон помощника = phones/other
    Пейджер | ISDN | Телекс | Телетайп/телефон с титрами = phones/other
    Веб-страница = links/site
    День рождения = birthday
    Заметки = comment
    Категории | Ключевые слова = tags
    Пол = gender
    Адрес эл. почты | Адрес 2 эл. почты | Адрес 3 эл. почты = emails
    Тип эл. почты | Тип 2 эл. почты | Тип 3 эл. почты = -
    Краткое имя эл. почты | Краткое 2 имя эл. почты | Краткое 3 имя эл. почты = -
    Важность | Отложено | Пометка | Частное | Инициалы | Расстояние | Сервер каталогов = -
    Сведения о доступности в Интернете | Расположение | Язык | Личный код = -

    """

  private static let outlookEnglish = """
    First Name = given_name
    Middle Name = patronymic
    Last Name = family_name
    Title = salutation
    Nickname = nickname
    Gender = gender
    Birthday = birthday
    Notes = comment
    Web Page | Personal Web Page = links/site
    E-mail Address | E-mail 2 Address | E-mail 3 Address = emails
    E-mail Type | E-mail 2 Type | E-mail 3 Type = -
    E-mail Display Name | E-mail 2 Display Name | E-mail 3 Display Name = -
    Business Phone | Business Phone 2 | Company Main Phone = phones/work
    Home Phone | Home Phone 2 = phones/home
    Mobile Phone | Car Phone | Radio Phone = phones/mobile
    Business Fax | Home Fax | Other Fax = phones/fax
    Primary Phone | Other Phone | Pager | Callback | Assistant's Phone = phones/other
    ISDN | Telex | TTY/TDD Phone = phones/other
    Home Address = addresses/home
    Home Street = addresses/home:street
    Home Street 2 = addresses/home:street2
    Home City = addresses/home:city
    Home State = addresses/home:region
    Home Postal Code = addresses/home:postcode
    Home Country | Home Country/Region = addresses/home:country
    Business Address = addresses/actual
    Business Street = addresses/actual:street
    Business Street 2 = addresses/actual:street2
    Business City = addresses/actual:city
    Business State = addresses/actual:region
    Business Postal Code = addresses/actual:postcode
    Business Country | Business Country/Region = addresses/actual:country
    Other Address = addresses/other
    Other Street = addresses/other:street
    Other Street 2 = addresses/other:street2
    Other City = addresses/other:city
    Other State = addresses/other:region
    Other Postal Code = addresses/other:postcode
    Other Country | Other Country/Region = addresses/other:country
    Company = company.name
    Job Title = link.position
    Department = link.department
    Categories | Keywords = tags
    Suffix | Initials | Language | Internet Free Busy | Location | Mileage = -
    Directory Server | Priority | Private | Sensitivity = -

    """
}
