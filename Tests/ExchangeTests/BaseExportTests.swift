import Bytes
import CRM
import Exchange
import Support
import Testing

@Suite struct BaseExportTests {
  let test: ImportBase
  var base: Base { test.base }

  init() throws {
    test = try ImportBase()
    try test.run(
      """
      ID;Имя;Телефон;E-mail;Город;Теги;Любимый цвет
      1;ООО «Ромашка»;8 (495) 234-61-87;info@romashka.ru;Москва;vip,опт;синий
      2;Иванов Иван;+7 916 123-45-67;;Тверь;;
      """)
    try test.run("id,client_id,title,amount,stage\n10,1,Квартира,450000.50,Показ\n")
  }

  private func table(_ entity: Entity, _ profile: TableProfile) -> String {
    var bytes: [UInt8] = []
    BaseExport.table(base, entity: entity, profile: profile) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a plain table has keys of phones and decimal points`() {
    let clients = table(Schema.client, .csv)
    #expect(clients.hasPrefix("id,Вид,Имя / Название,Телефоны,E-mail,Город,Теги,"))
    #expect(clients.contains(",+74952346187,info@romashka.ru,Москва,vip; опт,"))
    #expect(table(Schema.deal, .csv).contains(",450000.50,RUB,"))
  }

  @Test func `a table for Excel has a mark, semicolons, national phones and decimal commas`() {
    let clients = table(Schema.client, .excelRU)
    #expect(clients.unicodeScalars.first == "\u{FEFF}")
    #expect(clients.contains(";8 (495) 234-61-87;"))
    #expect(clients.hasSuffix("\r\n"))
    #expect(table(Schema.deal, .excelRU).contains(";450000,50;RUB;"))
  }

  @Test func `an exported table comes back as the same clients`() throws {
    for profile in TableProfile.allCases {
      let other = try ImportBase()
      let counts = try other.run(table(Schema.client, profile))
      #expect(counts.created == 2)
      let card = other.base.card(try other.base.resolve("Ромашка", as: Schema.client))
      #expect(card["phones"]?.values.map(\.key) == ["+74952346187"])
      #expect(card["tags"]?.values.map(\.text) == ["vip", "опт"])
      #expect(card.text("city") == "Москва")
      #expect(card.text("kind") == "company")
    }
  }

  @Test func `a table that was edited elsewhere comes back into the base it left`() throws {
    let before = test.export
    #expect(try test.run(table(Schema.client, .csv)).unchanged == 2)
    #expect(try test.run(table(Schema.deal, .csv)).unchanged == 1)
    #expect(test.export == before)
    let edited = table(Schema.client, .excelRU).replacing("Тверь", with: "Клин")
    let counts = try test.run(edited)
    #expect(counts.changed == 1)
    #expect(counts.unchanged == 1)
    #expect(try test.json("Иванов Иван")["city"]?.text == "Клин")
  }

  @Test func `who refused contact is in no list`() throws {
    try test.run(
      """
      ID;Имя;Телефон;E-mail;Отказы
      3;Нет Анна;8 (495) 111-22-33;anna@mail.ru;все
      4;Тихий Пётр;8 (495) 111-22-44;petr@mail.ru;звонок
      """)
    var bytes: [UInt8] = []
    let counts = BaseExport.table(base, entity: Schema.client, profile: .csv) { bytes += $0 }
    #expect(counts == TableCounts(written: 3, leftOut: 1, withheld: 1))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains("Нет Анна"))
    #expect(text.contains("Тихий Пётр") && text.contains("petr@mail.ru"))
    #expect(!text.contains("4951112244"))
    let before = test.export
    #expect(try test.run(text).unchanged == 3)
    #expect(test.export == before)
    // Everything is in the lossless forms.
    var sql: [UInt8] = []
    BaseExport.sql(base) { sql += $0 }
    #expect(String(decoding: sql, as: UTF8.self).contains("Нет Анна"))
  }

  @Test func `SQL has a table for each entity and each set`() {
    var bytes: [UInt8] = []
    BaseExport.sql(base) { bytes += $0 }
    let text = String(decoding: bytes, as: UTF8.self)
    for name in ["clients", "deals", "activities", "tasks", "client_phones", "client_tags"] {
      #expect(text.contains("CREATE TABLE \"\(name)\""), "\(name)")
    }
    #expect(text.contains("'+74952346187'"))
    #expect(text.contains("45000050"))
    #expect(text.contains("\"custom_lyubimyy_tsvet\""))
  }
}
