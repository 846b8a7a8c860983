extension Schema {
  /// The records with which the replication keeps account of who may do what.
  ///
  /// SPEC §8.5, §8.6, §12.7. They are no entities of the CRM: no command lists, edits or imports them. They have
  /// words all the same, since a held commit is shown with all that it would have done.
  public static let control = [invitation, seal, adoption, loss]

  /// The entity with a key, or the record of the replication's own.
  ///
  /// - Parameter key: exactly the stored key: `client`, `invitation`.
  /// - Returns: nothing if there is none.
  public static func shown(key: String) -> Entity? {
    entity(key: key) ?? control.first { $0.key.utf8.elementsEqual(key.utf8) }
  }

  private static let invitation = Entity(
    "invitation",
    russian: PluralForms("приглашение", "приглашения", "приглашений", plural: "приглашения"),
    english: PluralForms("invitation", plural: "invitations"),
    fields: [
      Field("for", "Кому", "For", .member), Field("key", "Ключ", "Key", .text),
      Field("expires", "Действует до", "Valid until", .time),
      Field("withdrawn", "Отозвано", "Withdrawn", .bool),
    ])

  private static let seal = Entity(
    "seal", russian: PluralForms("отключение", "отключения", "отключений", plural: "отключения"),
    english: PluralForms("shut-out", plural: "shut-outs"),
    fields: [
      Field("member", "Сотрудник", "Member", .member),
      Field("device", "Устройство", "Device", .reference("device")),
      Field("role", "Не выше", "Limited to", .choice(roles)),
      Field("void", "Отменено", "Void", .bool),
    ])

  private static let adoption = Entity(
    "adoption",
    russian: PluralForms(
      "принятая база", "принятые базы", "принятых баз", plural: "принятые базы"),
    english: PluralForms("adopted base", plural: "adopted bases"),
    fields: [
      Field("name", "Название", "Name", .text), Field("workspace", "База", "Base", .text),
      Field("replicas", "Изменения", "Changes", .text, many: true),
    ])

  private static let loss = Entity(
    "loss", russian: PluralForms("потеря", "потери", "потерь", plural: "потери"),
    english: PluralForms("loss", plural: "losses"),
    fields: [
      Field("replica", "Устройство", "Device", .reference("device")),
      Field("first", "С изменения", "From change", .integer),
      Field("last", "По изменение", "To change", .integer),
    ])
}
