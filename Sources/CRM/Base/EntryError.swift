/// Why a change cannot be made; nothing was written.
public enum EntryError: Error, Hashable, Sendable {
  /// Why a text is no value of a field.
  public enum Reason: Hashable, Sendable {
    /// It is no date, or no date and time.
    case date
    /// It is no sum of money.
    case money(Money.Failure)
    /// It is no whole number.
    case integer
    /// It is a whole number, and less than there is any sense in.
    case tooLittle(least: Int)
    /// It is neither yes nor no.
    case yesOrNo
    /// It is no e-mail address.
    case email
    /// A spreadsheet has rounded it: `7,90E+10`.
    case spreadsheetNumber
    /// It is no currency.
    case currency
    /// It is longer than a value may be.
    case tooLong
    /// It is of another type than the field.
    case wrongType
  }

  /// Nothing is called so.
  case unknownEntity(String, suggestions: [String])
  /// The entity has no such field.
  case unknownField(String, entity: String, suggestions: [String])
  /// The field is computed and cannot be set.
  case computedField(FieldName)
  /// `+=` or `-=` with a field that holds one value.
  case notManyValued(field: FieldName)
  /// The text is no value of the field.
  case unreadable(field: FieldName, text: String, reason: Reason)
  /// The field is a closed list without this entry.
  case unknownChoice(field: FieldName, text: String, suggestions: [String])
  /// The pipeline has no such stage; all its stages are suggested where none is near.
  case unknownStage(String, suggestions: [String])
  /// There is no such pipeline.
  case unknownPipeline(String, suggestions: [String])
  /// Several members are meant by the name.
  case ambiguousMember(String, names: [String])
  /// The record that a field refers to was not found.
  case reference(field: FieldName, LookupError)
  /// The entity, or the stage of a deal, demands fields that are empty.
  case missingFields(entity: String, fields: [String])
  /// A deal is lost for a reason.
  case lostReasonRequired
  /// Records of this entity are never deleted: people are shut out, a base is a file.
  case notDeletable(entity: String)
  /// Records of this entity are there for all, so an owner or an admin deletes them.
  case settingOfAll(entity: String)
  /// Another record has this name already.
  case nameTaken(entity: String, name: String, id: String)
  /// Nothing has this name.
  case unknownName(entity: String, name: String, suggestions: [String])
  /// A line of the input is no object that can be applied.
  case malformedLine(Int, JSONProblem)

  /// What is wrong with a line of JSON.
  public enum JSONProblem: Hashable, Sendable {
    /// It is no JSON; the offset is that of the first wrong byte in the line.
    case syntax(byteOffset: Int)
    /// It is no object.
    case notAnObject
    /// It does not say its `type`.
    case missingType
    /// It deletes or removes without saying an `id`.
    case missingID
    /// `set`, `add` or `remove` is no object.
    case wrongPart(String)
    /// Two lines make a record under the same name, as `@anna`.
    case nameTwice(String)
  }
}

/// A line of the input that cannot be applied; nothing was written.
public struct LineError: Error {
  /// The line, from 1.
  public let line: Int
  /// Why it cannot.
  public let cause: any Error

  /// Says that a line cannot be applied.
  public init(line: Int, cause: any Error) {
    self.line = line
    self.cause = cause
  }
}

/// What deserves a second look, though it was written.
public enum EntryWarning: Hashable, Sendable {
  /// The number does not fit its check digit or length.
  case requisite(field: FieldName, text: String, Requisites.Verdict)
  /// The phone has no key and cannot be matched.
  case phone(text: String, Phone.Reason)
  /// The text is no e-mail address and cannot be matched.
  case email(text: String)
  /// No member is called so; the name was kept as text.
  case unknownMember(field: FieldName, text: String)
  /// The currency has fewer digits.
  case rounded(field: FieldName, text: String)
  /// Another client has the same phone, e-mail or number.
  case likelyDuplicate(id: String, name: String, field: FieldName)
  /// A meeting without a next step.
  case noNextStep
}

/// A record with the name by which people know it.
public struct NamedRecord: Hashable, Sendable {
  /// The key of the entity.
  public let type: String
  /// The id.
  public let id: String
  /// The name; empty where there is none.
  public let name: String

  /// Names a record.
  public init(type: String, id: String, name: String) {
    self.type = type
    self.id = id
    self.name = name
  }
}

/// Why a text does not lead to one record.
public struct LookupError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    /// Nothing is called so; the candidates are near misses.
    case notFound
    /// Several are called so; the candidates are some of them.
    case ambiguous
    /// It is in the trash.
    case deleted
  }

  /// What was typed.
  public let text: String
  /// The key of the entity that was asked for; nil for any.
  public let entity: String?
  /// What is wrong.
  public let kind: Kind
  /// Records that may have been meant.
  public let candidates: [NamedRecord]

  /// Says that no one record is meant by a text.
  public init(text: String, entity: String?, kind: Kind, candidates: [NamedRecord]) {
    self.text = text
    self.entity = entity
    self.kind = kind
    self.candidates = candidates
  }
}

/// What a write did.
public struct Written: Hashable, Sendable {
  /// What became of one record.
  public struct Outcome: Hashable, Sendable {
    /// The ways in which a record can change.
    public enum Kind: Hashable, Sendable {
      /// It is new.
      case created
      /// Fields have changed.
      case changed
      /// It is in the trash now.
      case deleted
      /// It is back from the trash.
      case restored
      /// It stays, against a deletion that somebody else wanted.
      case kept
      /// It was as it should be.
      case unchanged
    }

    /// The key of the entity.
    public let type: String
    /// The id.
    public let id: String
    /// The name by which people know it.
    public let name: String
    /// What became of it.
    public let kind: Kind
    /// The keys of the fields that changed, in the order of their bytes.
    public let fields: [String]
  }

  /// The commits, as `alias:number`; none if there was nothing to do, or in a rehearsal.
  public var commits: [String] = []
  /// What became of each record, the one that the command was about first.
  public var records: [Outcome] = []
  /// What deserves a second look.
  public var warnings: [EntryWarning] = []

  /// The id of the first record; empty if there is none.
  public var id: String { records.first?.id ?? "" }

  /// Whether anything was changed, or would be.
  public var isChange: Bool { records.contains { $0.kind != .unchanged } }
}
