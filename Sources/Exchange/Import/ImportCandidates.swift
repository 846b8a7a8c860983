import CRM

/// The fields to which the columns of a file can go, and what its rows are about.
enum ImportCandidates {
  /// The fields of an entity under all their names, and those of the client beside it.
  static func candidates(for entity: Entity, base: Base) -> [FieldCandidate] {
    var candidates: [FieldCandidate] = []
    if entity.key != "client" {
      candidates += [
        FieldCandidate(key: "person.external_ids", names: clientNumbers, isMany: true),
        FieldCandidate(key: "person.phones", names: ["Телефон клиента", "Телефон", "Phone"]),
        FieldCandidate(
          key: "person.emails", names: ["E-mail клиента", "E-mail", "Email", "Почта клиента"]),
        FieldCandidate(key: "person.inn", names: ["ИНН клиента", "ИНН", "INN"]),
      ]
    }
    for field in entity.fields + base.customFields(of: entity)
    where !field.computed && field.key != ImportLayout.sourceRows {
      candidates.append(
        FieldCandidate(
          key: field.key, names: names(of: field, in: entity), isMany: field.many))
    }
    if entity.key == "activity" {
      candidates.append(FieldCandidate(key: "external_ids", names: ["ID", "Номер записи"]))
    }
    return candidates
  }

  /// In a table «Имя» stands beside «Фамилия»; where it does not, it is the whole name (see
  /// `HeaderMapping`), which is what people mean by it in commands.
  private static func names(of field: Field, in entity: Entity) -> [String] {
    let names = [field.russian, field.english] + field.synonyms
    guard entity.key == Schema.client.key else { return names }
    switch field.key {
    case "name": return names.filter { $0 != "Имя" }
    case "given_name": return ["Имя"] + names
    default: return names
    }
  }

  private static let clientNumbers = [
    "client_id", "ID клиента", "Клиент ID", "Номер клиента", "Код клиента", "customer_id",
    "contact_id", "ID контакта", "company_id", "ID компании", "Associated Contact IDs",
    "person_id",
  ]
}
