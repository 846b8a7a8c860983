import Bytes
import CRM
import Replication

/// Compares what rows say with a record, and makes the edit that is left.
struct ImportUpdate {
  private let layout: ImportLayout
  private let state: State
  private let record: Record?
  private let memory: ImportMemory.Row?
  /// How many values of the file were passed over, since people have changed them since it was
  /// imported before.
  private(set) var keptCount = 0
  private(set) var edit: RecordEdit
  /// The keys of the elements that the record has or gets, by field.
  private var present: [String: Set<[UInt8]>] = [:]

  init(
    _ layout: ImportLayout, _ state: State, record: Record?, id: String,
    memory: ImportMemory.Row? = nil
  ) {
    self.memory = memory
    self.layout = layout
    self.state = state
    self.record = record
    edit = RecordEdit(type: layout.entity.key, id: id)
  }

  /// Takes in what a row says.
  ///
  /// - Parameters:
  ///   - row: the row's record line.
  ///   - isFilling: whether only what the record lacks is taken.
  mutating func take(_ row: RecordEdit, isFilling: Bool) {
    let peoples = isFilling ? [] : fieldsOfPeople(row)
    for (field, value) in row.set {
      let present = presentValue(field)
      let known = edit.set[field] ?? present
      let isFixed = isFilling || layout.workedOut.contains(field)
      guard known == nil || (!isFixed && known != value) else { continue }
      if peoples.contains(field) {
        keptCount += 1
        continue
      }
      // A later row may say again what the record has had all the time.
      edit.set[field] = value == present ? nil : value
    }
    // A sum says its currency anew with each change.
    for field in layout.entity.fields where edit.set[field.key] != nil {
      if let companion = field.currencyField, let currency = row.set[companion] {
        edit.set[companion] = currency
      }
    }
    for (field, values) in row.add {
      for value in values where !isOwnNumber(value, field) && insert(value, field) {
        if memory?.add[field]?.contains(value) ?? false {
          keptCount += 1
          continue
        }
        edit.add[field, default: []].append(value)
      }
    }
  }

  /// The fields in which the record has what people have made of them since an import wrote into
  /// it, whatever the file says now; a sum and its currency are one.
  private func fieldsOfPeople(_ row: RecordEdit) -> Set<String> {
    guard let memory else { return [] }
    var fields = Set(
      row.set.compactMap { field, value -> String? in
        let (present, written) = (presentValue(field), memory.set[field])
        guard value != present else { return nil }
        // What no import wrote is theirs; what they have emptied is, until the file has news.
        let isTheirs = present.map { $0 != written } ?? (value == written)
        return isTheirs ? field : nil
      })
    for field in layout.entity.fields {
      guard let companion = field.currencyField,
        fields.contains(field.key) || fields.contains(companion)
      else { continue }
      fields.formUnion([field.key, companion])
    }
    return fields
  }

  /// Whether a number is nothing but the record's own id, as in a table that the base has written.
  private func isOwnNumber(_ value: [UInt8], _ field: String) -> Bool {
    guard record != nil, field == "external_ids" else { return false }
    return StoredValue.content(of: value).hasSuffix(":\(edit.id)")
  }

  private func presentValue(_ field: String) -> [UInt8]? {
    guard let record else { return nil }
    guard AttributeName(register: field) == nil else {
      // Names that carry an element's key have no place of their own to look at.
      let register = record.contents().registers.first { $0.name.utf8.elementsEqual(field.utf8) }
      return register?.writes.first?.value
    }
    return record.withValue(of: state.field(field)) { $0.withUnsafeBufferPointer { Array($0) } }
  }

  /// Notes an element; says whether it is new.
  private mutating func insert(_ value: [UInt8], _ name: String) -> Bool {
    let field = layout.entity.field(key: name) ?? Field(name, name, name, .text, many: true)
    if present[name] == nil {
      var keys: Set<[UInt8]> = []
      record?.forEachElement(of: state.field(name)) { element in
        keys.insert(Self.key(element, field))
      }
      present[name] = keys
    }
    return present[name, default: []].insert(Self.key(value.span, field)).inserted
  }

  private static func key(_ value: Span<UInt8>, _ field: Field) -> [UInt8] {
    var key: [UInt8] = []
    StoredValue.withContent(of: value) { content in
      switch field.kind {
      case .phone:
        if MatchKey.appendPhone(content, to: &key) { return }
      case .email:
        if MatchKey.appendEMail(content, to: &key) { return }
      case .directory: TextFolding.append(content, to: &key)
      default: break
      }
      if key.isEmpty { key.append(copying: content) }
    }
    return key
  }
}
