public import Documents

/// What people changed without seeing each other's change, and nobody has settled yet.
///
/// Either a field of a record, with the values that it was given (SPEC §8.2), or a record that one
/// deleted while another edited it (SPEC §8.1).
public struct Conflict: Sendable {
  /// One of the values, and who gave it.
  public struct Side: Sendable {
    /// The value as people read it; nil where the field was cleared, and for a deletion.
    public let value: CardValue?
    /// The commit.
    public let dot: Dot
    /// Its author's wall clock.
    public let at: Instant
    /// The name of its author, if the device is known.
    public let author: String?
    /// Whether the author is whoever works on this device.
    public let isMine: Bool
    /// What the author made for a client that another deleted meanwhile: deals, calls, tasks.
    public internal(set) var made: [Card] = []
    /// The value as the register holds it: canonical JSON.
    let stored: [UInt8]

    /// Whether the record was deleted; only for a conflict about that.
    public var isDeletion: Bool { stored == StoredValue.bool(true) }
  }

  /// The name under which a deletion is listed.
  public static let deletion = "deleted"

  /// The type of the record.
  public let type: String
  /// The id of the record.
  public let id: String
  /// The name by which people know it.
  public let name: String
  /// The name of the register: `city`, `phones[+79032365544].kind`; or ``deletion``.
  public let register: String
  /// The field; nil for a deletion.
  public let field: Field?
  /// The currency of each side, if the field is a sum.
  public let currencies: [String?]
  /// The values, the one that everybody sees until it is settled first.
  public let sides: [Side]

  /// Whether it is about a deletion.
  public var isDeletion: Bool { field == nil }

  /// What a person means who answers with the bare number of a side, as it stands beside it: the
  /// side, unless the field holds numbers itself.
  public func side(numbered answer: String) -> String {
    switch field?.kind {
    case .integer, .money, .phone, nil: return answer
    default: break
    }
    // A slip beside the keys is no value; a longer number may be one.
    guard let number = Int(answer), sides.indices.contains(number - 1) || answer.utf8.count < 3
    else { return answer }
    return "@\(number)"
  }
}

/// Why a conflict cannot be settled as said.
public enum ConflictError: Error, Equatable, Sendable {
  /// Nothing is in conflict there; the fields in which something is.
  case notInConflict(field: FieldName, contested: [FieldName])
  /// «mine» or «theirs» means none of the values, or several.
  case unclearSide(String, count: Int)
  /// A side is named by a number that none has.
  case noSuchSide(Int, count: Int)
  /// Whether the record is deleted is open no more, or never was: is it there?
  case deletionNotInConflict(isAlive: Bool, contested: [FieldName])
  /// What is said of a deletion is neither to keep the record nor to delete it.
  case neitherKeepNorDelete(String)
}

extension Conflict {
  /// What is in conflict, as it can be typed: the field, an element's attribute by its register, or
  /// that the record was deleted.
  public var subject: FieldName {
    if isDeletion { return FieldName(Field(Self.deletion, "удаление", Self.deletion, .text)) }
    if let field, let name = AttributeName(register: register) {
      return FieldName(
        field, of: FieldName(key: name.field, of: type).field, element: name.element)
    }
    return FieldName(field ?? Field(register, register, register, .text))
  }
}
