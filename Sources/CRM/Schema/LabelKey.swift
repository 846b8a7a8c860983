/// Names of fields and choices as they are compared: letters and digits in lower case, «ё» as «е».
struct LabelKey {
  /// The folded name that is looked for.
  private let wanted: [UInt8]
  /// Whether folding can only have made the name shorter.
  private let isPlain: Bool
  private var scratch: [UInt8] = []

  /// Prepares to look for a name among many labels.
  init(_ name: String) {
    wanted = Self.bytes(name)
    // Only letters that are neither ASCII nor Russian grow when they are lower-cased.
    isPlain = wanted.allSatisfy { $0 < 0xC0 || $0 == 0xD0 || $0 == 0xD1 }
  }

  /// Whether the name has no letter and no digit, so that no label is it.
  var isEmpty: Bool { wanted.isEmpty }

  /// The name with every number as 1, nil if it has none: `Phone 3 - Value` as `Phone 1 - Value`.
  var withOneForNumbers: LabelKey? {
    var result: [UInt8] = []
    var isInNumber = false
    for byte in wanted {
      let isDigit = byte &- 0x30 < 10
      if !isDigit || !isInNumber { result.append(isDigit ? 0x31 : byte) }
      isInNumber = isDigit
    }
    return result == wanted ? nil : LabelKey(String(decoding: result, as: UTF8.self))
  }

  /// Whether a label is the name.
  mutating func matches(_ label: String) -> Bool {
    if isPlain, label.utf8.count < wanted.count { return false }
    scratch.removeAll(keepingCapacity: true)
    TextFolding.append(label.utf8.span, lookalikes: .kept, to: &scratch)
    var index = 0
    for byte in scratch where byte != 0x20 {
      guard index < wanted.count, wanted[index] == byte else { return false }
      index += 1
    }
    return index == wanted.count
  }

  /// Whether one of the labels is the name.
  mutating func matches(anyOf labels: some Sequence<String>) -> Bool {
    for label in labels where matches(label) { return true }
    return false
  }

  /// Returns a label folded.
  static func folded(_ label: String) -> String {
    String(decoding: bytes(label), as: UTF8.self)
  }

  private static func bytes(_ label: String) -> [UInt8] {
    TextFolding.fold(label, lookalikes: .kept).filter { $0 != 0x20 }
  }
}
