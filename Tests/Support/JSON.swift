import Foundation

/// JSON as an independent reader (Foundation's) understands it.
public enum JSON: Equatable, Sendable, Decodable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  /// Reads one value.
  ///
  /// - Throws: what Foundation says if it is not JSON.
  public init(_ text: some StringProtocol) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  /// Reads one value as Foundation hands it over.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// The value of a key of an object.
  public subscript(key: String) -> JSON? {
    guard case .object(let pairs) = self else { return nil }
    return pairs[key]
  }

  /// The text that it is, if it is one.
  public var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The integer that it is, if it is one.
  public var integer: Int? {
    guard case .number(let number) = self else { return nil }
    return Int(exactly: number)
  }

  /// The elements of the list that it is; none if it is none.
  public var elements: [JSON] {
    guard case .list(let elements) = self else { return [] }
    return elements
  }

  /// The texts among its elements.
  public var texts: [String] { elements.compactMap(\.text) }

  /// The keys of the object that it is.
  public var keys: Set<String> {
    guard case .object(let pairs) = self else { return [] }
    return Set(pairs.keys)
  }
}
