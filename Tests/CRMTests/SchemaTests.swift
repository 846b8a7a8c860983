import CRM
import Testing

@Suite struct SchemaTests {
  @Test func `keys are unique, lower case and in snake case`() {
    let isKey = { (key: String) in
      key.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F } && !key.isEmpty
    }
    #expect(Set(Schema.entities.map(\.key)).count == Schema.entities.count)
    for entity in Schema.entities {
      #expect(isKey(entity.key))
      #expect(Set(entity.fields.map(\.key)).count == entity.fields.count, "\(entity.key)")
      for field in entity.fields {
        #expect(isKey(field.key), "\(field.key)")
        #expect(Set(field.choices.map(\.key)).count == field.choices.count, "\(field.key)")
        #expect(field.choices.allSatisfy { isKey($0.key) }, "\(field.key)")
      }
    }
  }

  @Test func `every field is found by its key, its labels and its synonyms`() {
    for entity in Schema.entities {
      for field in entity.fields {
        for name in [field.key, field.russian, field.english] + field.synonyms {
          let found = Schema.field(name, in: entity)?.key
          #expect(found == field.key, "\(entity.key): \(name) leads to \(found ?? "nothing")")
        }
      }
    }
  }

  @Test func `what a field refers to exists`() {
    let directories = Set(Schema.directories.map(\.key))
    for entity in Schema.entities {
      for field in entity.fields {
        switch field.kind {
        case .money(let currency):
          #expect(entity.field(key: currency)?.kind == .currency, "\(entity.key).\(field.key)")
        case .reference(let key):
          #expect(Schema.entity(key: key) != nil, "\(entity.key).\(field.key)")
        case .directory(let name):
          #expect(directories.contains(name), "\(entity.key).\(field.key)")
        default: break
        }
        if let value = field.defaultValue, !field.choices.isEmpty {
          #expect(field.choice(value)?.key == value, "\(entity.key).\(field.key)")
        }
      }
    }
  }

  @Test func `choices are found by key, label and synonym`() throws {
    for field in Schema.entities.flatMap(\.fields) {
      for choice in field.choices {
        for word in [choice.key, choice.russian, choice.english] + choice.synonyms {
          #expect(field.choice(word)?.key == choice.key, "\(field.key): \(word)")
        }
      }
    }
    #expect(try #require(Schema.client.field(key: "kind")).choice("Компания")?.key == "company")
  }

  @Test(arguments: [
    "Город", "city", "ГОРОД", "City", " город ", "Населённый пункт", "населенный_пункт",
  ])
  func `case, ё, spaces and underscores do not matter`(name: String) {
    #expect(Schema.field(name, in: Schema.client)?.key == "city")
  }

  @Test(arguments: [
    ("последний_заказ", "last_order"), ("тег", "tags"), ("ответственный", "owner"),
    ("Phone 3 - Value", "phones"), ("E-mail 2 Address", "emails"), ("Телефон раб. 2", "phones"),
    ("Адрес 3 эл. почты", "emails"), ("Имя, Фамилия", "name"), ("Мобильный телефон", "phones"),
    ("Дата рождения", "birthday"), ("custom.hobby", "custom.hobby"),
    ("Custom.Hobby", "custom.hobby"),
    ("поле.хобби", "custom.хобби"),
  ])
  func `headers and filter words lead to fields of a client`(name: String, key: String) {
    #expect(Schema.field(name, in: Schema.client)?.key == key)
  }

  @Test(arguments: [
    ("Бюджет ", "amount"), ("Бюджет, ₽", "amount"), ("Этап сделки", "stage"),
    ("Дата создания сделки", "created_at"), ("Примечание 5", "comment"),
  ])
  func `headers lead to fields of a deal`(name: String, key: String) {
    #expect(Schema.field(name, in: Schema.deal)?.key == key)
  }

  @Test func `custom fields are found by their labels once they are defined`() {
    let hobby = Field("custom.hobby", "Хобби", "Hobby", .text, many: true)
    #expect(Schema.field("хобби", in: Schema.client) == nil)
    #expect(Schema.field("хобби", in: Schema.client, custom: [hobby]) == hobby)
    #expect(Schema.field("custom.hobby", in: Schema.client, custom: [hobby])?.many == true)
    #expect(Schema.field("custom.", in: Schema.client) == nil)
    #expect(hobby.isCustom)
  }

  @Test func `an entity is known by every form of its noun`() {
    for word in ["clients", "client", "клиент", "Клиенты", "клиентов", "контакты"] {
      #expect(Schema.entity(named: word)?.key == "client")
    }
    #expect(Schema.entity(named: "сделку")?.key == "deal")
    #expect(Schema.entity(named: "custom_field")?.key == "field")
    #expect(Schema.entity(named: "") == nil)
    for entity in Schema.entities {
      #expect(Schema.entity(named: entity.key)?.key == entity.key)
      #expect(Schema.entity(named: entity.russian.plural)?.key == entity.key)
      #expect(Schema.entity(named: entity.english.plural)?.key == entity.key)
    }
  }

  @Test func `nouns follow the number`() {
    let forms = [1, 2, 5, 11, 12, 21, 22, 25, 100, 101, 111, 0, -1, -3, .min].map {
      Schema.client.noun($0, in: .russian)
    }
    #expect(
      forms == [
        "клиент", "клиента", "клиентов", "клиентов", "клиентов", "клиент", "клиента", "клиентов",
        "клиентов", "клиент", "клиентов", "клиентов", "клиент", "клиента", "клиентов",
      ])
    #expect(Schema.activity.noun(1, in: .english) == "activity")
    #expect(Schema.activity.noun(2, in: .english) == "activities")
  }

  @Test func `an unknown name gets the nearest ones`() {
    #expect(Schema.suggestions(for: "citi", in: Schema.client).first == "city")
    #expect(Schema.suggestions(for: "гоорд", in: Schema.client).first == "город")
    #expect(Schema.suggestions(for: "последний_закз", in: Schema.client).first == "последний_заказ")
    #expect(Schema.suggestions(for: "ujhjl", in: Schema.client).first == "город")
    #expect(Schema.suggestions(for: "qqqqqqqq", in: Schema.client).isEmpty)
    #expect(Suggestions.closest(to: "", among: ["a"]).isEmpty)
    #expect(Suggestions.closest(to: "mrege", among: ["merge", "serve", "deal"]) == ["merge"])
    #expect(Suggestions.closest(to: "xy", among: ["ab", "cd"]).isEmpty)
    #expect(Suggestions.closest(to: "lsit", among: ["list"], limit: -1).isEmpty)
  }

  @Test func `the header of a column tells the kind of a contact`() throws {
    let phones = try #require(Schema.client.field(key: "phones"))
    let emails = try #require(Schema.client.field(key: "emails"))
    #expect(Schema.elementKind(ofHeader: "Мобильный телефон (контакт)", field: phones) == "mobile")
    #expect(Schema.elementKind(ofHeader: "Телефон переносной", field: phones) == "mobile")
    #expect(Schema.elementKind(ofHeader: "Рабочий факс", field: phones) == "fax")
    #expect(Schema.elementKind(ofHeader: "Business Phone 2", field: phones) == "work")
    #expect(Schema.elementKind(ofHeader: "Телефон", field: phones) == nil)
    #expect(Schema.elementKind(ofHeader: "Личный email", field: emails) == "private")
    #expect(Schema.elementKind(ofHeader: "E-mail для рассылок", field: emails) == "mailing")
    for field in Schema.entities.flatMap(\.fields) {
      for header in [field.russian, field.english] + field.synonyms {
        guard let kind = Schema.elementKind(ofHeader: header, field: field) else { continue }
        let attribute = Schema.attributes(of: field).first { $0.key == "kind" }
        #expect(attribute?.choice(kind)?.key == kind, "\(header)")
      }
    }
  }

  // SPEC [T-2]
  @Test func `the register of an attribute names field, element and attribute`() {
    let name = AttributeName(field: "phones", element: "+74952346187;ext=12", attribute: "kind")
    #expect(name.register == "phones[+74952346187;ext=12].kind")
    #expect(AttributeName(register: name.register) == name)
    let odd = AttributeName(field: "links", element: "http://a.ru/[1].b", attribute: "kind")
    #expect(AttributeName(register: odd.register) == odd)
    for text in ["name", "", "[", "a[", "a[]", "a[].", "[x].kind", "a]b[.c", "custom.x"] {
      #expect(AttributeName(register: text) == nil, "\(text)")
    }
  }

  @Test func `the Markdown table has a row for every field`() {
    let text = Schema.markdown()
    let rows = text.split(separator: "\n").count { $0.hasPrefix("| `") }
    #expect(rows == Schema.entities.map(\.fields.count).reduce(0, +))
    #expect(
      text.contains(
        "| `status` | Статус | Status | choice: `active` `inactive` | 1 | default `active` |"))
    #expect(
      text.contains("| `amount` | Сумма | Amount | money (`currency`) | 1 |  |"))
    #expect(text.contains("| `last_order` | Последний заказ | Last order | date | computed |  |"))
  }
}
