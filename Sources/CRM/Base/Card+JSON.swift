import Bytes

extension Base {
  /// The card as one flat JSON object, without a line feed.
  ///
  /// `id` and `type` come first, then the fields by key in their order: many-valued ones as arrays
  /// of keys (phones in E.164), sums in minor units, members by name. Beside a reference stands the
  /// name of what it refers to (`client` and `client_name`). Fields in conflict are repeated under
  /// `conflicts` with all their values. Cards that were merged into this one stand under `merged`,
  /// and what they say otherwise in fields with one value under `other_cards`.
  public func json(_ card: Card) -> [UInt8] {
    var writer = JSONWriter(reserving: 512)
    writer.beginObject()
    writer.key("id")
    writer.string(card.id)
    writer.key("type")
    writer.string(card.type)
    if !card.isAlive {
      writer.key("deleted")
      writer.bool(true)
      if let deletion = deletion(of: card) {
        writer.key("deleted_by")
        if let author = deletion.author { writer.string(author) } else { writer.null() }
        writer.key("deleted_at")
        writer.string(deletion.at.description)
      }
    }
    for field in card.fields where !field.values.isEmpty { Self.write(field, to: &writer) }
    let conflicts = card.fields.filter { !$0.siblings.isEmpty }
    if !conflicts.isEmpty {
      writer.key("conflicts")
      writer.beginObject()
      for field in conflicts {
        writer.key(text: field.field.key)
        writer.beginArray()
        for sibling in field.siblings {
          writer.element()
          Self.write(sibling.value, field.field, to: &writer)
        }
        writer.endArray()
      }
      writer.endObject()
    }
    writeMerged(card, to: &writer)
    writer.endObject()
    return writer.bytes
  }

  private func writeMerged(_ card: Card, to writer: inout JSONWriter) {
    guard !card.mergedIDs.isEmpty else { return }
    writer.key("merged")
    writer.beginArray()
    for id in card.mergedIDs {
      writer.element()
      writer.string(id)
    }
    writer.endArray()
    let fields = card.fields.filter { !$0.others.isEmpty }
    guard !fields.isEmpty else { return }
    writer.key("other_cards")
    writer.beginObject()
    for field in fields {
      writer.key(text: field.field.key)
      writer.beginArray()
      for other in field.others {
        writer.element()
        Self.write(other.value, field.field, to: &writer)
      }
      writer.endArray()
    }
    writer.endObject()
  }

  /// One stored value as ``json(_:)`` prints it.
  ///
  /// - Parameters:
  ///   - stored: the value, as a line of the document has it.
  ///   - key: the key of its field.
  ///   - type: the key of the entity.
  ///   - isElement: whether the value is an element of a set.
  /// - Returns: the value; and the name that would stand beside it, if it refers to a record.
  public func json(
    ofStored stored: [UInt8], in key: String, of type: String, isElement: Bool
  ) -> (value: [UInt8], name: String?) {
    let field = fieldIndex(of: type).field(key, many: isElement).field
    let value = value(stored, field)
    guard value.value != .null else { return (stored, nil) }
    var writer = JSONWriter()
    Self.write(value, field, to: &writer)
    guard case .reference = field.kind else { return (writer.bytes, nil) }
    return (writer.bytes, value.name)
  }

  private static func write(_ field: CardField, to writer: inout JSONWriter) {
    let key = field.field.key
    writer.key(text: key)
    if field.field.many {
      writer.beginArray()
      for value in field.values {
        writer.element()
        write(value, field.field, to: &writer)
      }
      writer.endArray()
    } else {
      write(field.values[0], field.field, to: &writer)
    }
    guard case .reference = field.field.kind else {
      for value in field.values {
        for attribute in value.attributes {
          let name = AttributeName(
            field: key, element: value.key ?? value.text, attribute: attribute.name)
          writer.key(text: name.register)
          writer.string(attribute.text)
        }
      }
      return
    }
    let names = field.values.map { $0.name ?? "" }
    guard names.contains(where: { !$0.isEmpty }) else { return }
    let singular = field.field.many && key.utf8.last == UInt8(ascii: "s")
    writer.key(
      text: (singular ? String(key.dropLast()) : key) + (field.field.many ? "_names" : "_name"))
    if field.field.many {
      writer.beginArray()
      for name in names {
        writer.element()
        writer.string(name)
      }
      writer.endArray()
    } else {
      writer.string(names[0])
    }
  }

  private static func write(_ value: CardValue, _ field: Field, to writer: inout JSONWriter) {
    switch field.kind {
    case .member: writer.string(value.name ?? value.text)
    case .phone, .email: writer.string(value.key ?? value.text)
    default: writer.value(value.value)
    }
  }
}
