/// A change of one field as a person writes it: `city=Тверь`, `tags+=vip`, `phones-=+74952346187`.
struct Assignment: Equatable {
  /// What is to be done.
  enum Operation: Equatable {
    /// One value takes the place of another; an empty one takes it away.
    case set
    /// One more value.
    case add
    /// One value less.
    case remove
  }

  /// The field as written.
  let field: String
  let operation: Operation
  let value: String

  /// Reads a word; nil if it is no assignment.
  init?(_ word: String) {
    let bytes = Array(word.utf8)
    var depth = 0
    var mark: Int?
    for (index, byte) in bytes.enumerated() {
      // The key of an element may hold any sign: `links[https://a.ru/?b=c].kind=site`.
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]"), depth > 0 { depth -= 1 }
      if byte == UInt8(ascii: "="), depth == 0 {
        mark = index
        break
      }
    }
    guard let mark, mark > 0 else { return nil }
    let sign = bytes[mark - 1]
    let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    let name = bytes[..<(isSigned ? mark - 1 : mark)]
    guard !name.isEmpty else { return nil }
    field = String(decoding: name, as: UTF8.self)
    operation = !isSigned ? .set : sign == UInt8(ascii: "+") ? .add : .remove
    value = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
  }
}
