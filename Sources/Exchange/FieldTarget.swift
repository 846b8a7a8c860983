/// Where the values of a column go: a field of a record, or of a record beside it.
///
/// Written as text, `[subject.]key[/kind][:part][#group]`: `phones/work`, `company.name`,
/// `addresses/legal:city`, `phones:kind#2`, `custom.lyubimyy_tsvet`. The text is what `--map` takes
/// and what a remembered mapping holds.
public struct FieldTarget: Sendable, Hashable {
  /// Whose field it is.
  public enum Subject: String, Sendable, CaseIterable {
    /// The record that the row is about; not written in the text.
    case row
    /// The person named in the row of a deal.
    case person
    /// The company named in the row of a deal or a person.
    case company
    /// The link between the row's person and company.
    case link
    /// A line of the deal: rows that repeat a deal add lines to it.
    case line
    /// An activity made from the cell, as a note.
    case activity
    /// A purchase made from the cell, as the date of the first or last order.
    case purchase
  }

  /// Whose field it is.
  public let subject: Subject
  /// The key of the field; `custom.` and a slug for a field of the user's own.
  public let key: String
  /// The kind of a many-valued element: `work`, `mobile`, the system of an external id.
  public let kind: String?
  /// The part of a structured value: `city` of an address; `kind` and `value` of numbered columns.
  public let part: String?
  /// Which of several numbered groups of columns this one belongs to, from 1.
  public let group: Int?

  /// Describes a target part by part.
  public init(
    subject: Subject = .row, key: String, kind: String? = nil, part: String? = nil,
    group: Int? = nil
  ) {
    self.subject = subject
    self.key = key
    self.kind = kind
    self.part = part
    self.group = group
  }

  /// Reads a target from its text; `nil` when a part is empty or not made of `a`–`z`, `0`–`9`, `_`.
  public init?(_ text: String) {
    var rest = Substring(text)
    var group: Int?
    var part: Substring?
    var kind: Substring?
    if let mark = rest.lastIndex(of: "#") {
      guard let number = Int(rest[rest.index(after: mark)...]), number > 0 else { return nil }
      group = number
      rest = rest[..<mark]
    }
    if let mark = rest.lastIndex(of: ":") {
      part = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    if let mark = rest.firstIndex(of: "/") {
      kind = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    var subject = Subject.row
    if let dot = rest.firstIndex(of: "."), let named = Subject(rawValue: String(rest[..<dot])) {
      subject = named
      rest = rest[rest.index(after: dot)...]
    }
    let words = [part, kind, rest.hasPrefix("custom.") ? rest.dropFirst(7) : rest]
    guard words.allSatisfy({ $0.map(Self.isWord) ?? true }) else { return nil }
    self.init(
      subject: subject, key: String(rest), kind: kind.map(String.init),
      part: part.map(String.init), group: group)
  }

  /// Whether the field is the user's own.
  public var isCustom: Bool { key.hasPrefix("custom.") }

  /// Whether several columns may go to this field.
  ///
  /// True of many-valued fields, of records beside the row that exist in any number, and of the
  /// numbered groups of address books.
  public var isMany: Bool {
    group != nil || subject == .activity || Self.manyValuedKeys.contains(key)
  }

  private static let manyValuedKeys: Set<String> = [
    "phones", "emails", "links", "addresses", "categories", "tags", "services", "offered",
    "opt_outs", "external_ids", "accounts", "files", "people", "clients", "deals", "lines",
  ]

  private static func isWord(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_")
        }
      }
  }
}

extension FieldTarget: CustomStringConvertible {
  /// The text that `init(_:)` reads.
  public var description: String {
    var text = subject == .row ? key : "\(subject.rawValue).\(key)"
    if let kind { text += "/\(kind)" }
    if let part { text += ":\(part)" }
    if let group { text += "#\(group)" }
    return text
  }
}
