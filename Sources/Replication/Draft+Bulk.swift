import Bytes
import Documents

/// Ids of new records, reserved all at once, so that several threads can write them.
public struct ReservedIDs: Sendable {
  private let number: UInt32
  private let firstCount: Int
  private let alias: [UInt8]

  /// How many there are.
  public let count: Int

  init(number: UInt32, firstCount: Int, count: Int, alias: String) {
    self.number = number
    self.firstCount = firstCount
    self.count = count
    self.alias = Array(alias.utf8)
  }

  /// Appends the id with an index, `0..<count`, as ASCII.
  public func append(_ index: Int, to bytes: inout [UInt8]) {
    Self.append(UInt(number), to: &bytes)
    if firstCount + index > 0 {
      bytes.append(UInt8(ascii: "."))
      Self.append(UInt(firstCount + index), to: &bytes)
    }
    bytes.append(UInt8(ascii: "-"))
    bytes.append(contentsOf: alias)
  }

  /// The id with an index, `0..<count`.
  public subscript(index: Int) -> String {
    var bytes: [UInt8] = []
    append(index, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ number: UInt, to bytes: inout [UInt8]) {
    if number >= 10 { append(number / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}

extension Draft {
  /// Reserves ids for new records, as `newID` would make them one by one.
  public mutating func reserveIDs(_ count: Int) -> ReservedIDs {
    let reserved = ReservedIDs(
      number: firstNumber, firstCount: madeCount, count: count, alias: replica.text)
    madeCount += count
    return reserved
  }

  /// Adds ready record lines as a commit of their own.
  ///
  /// For imports, where an edit for each row would cost more than the rest of the work.
  ///
  /// - Parameters:
  ///   - lines: lines as `RecordEdit.append(to:)` writes them, each with its line feed; no record
  ///     twice, and less than `Limits.commitBytes` in all.
  ///   - editCount: how many lines there are.
  public mutating func addCommit(_ lines: [UInt8], editCount: Int) {
    guard !lines.isEmpty else { return }
    closeBody()
    bodies.append(lines)
    doesOrdinaryWork = true
    self.editCount += editCount
  }
}
