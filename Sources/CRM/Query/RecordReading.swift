/// A field that a filter names, numbered so that a store can look it up once and not per record.
public struct FieldSlot: Sendable, Hashable {
  /// The place in ``Filter/slots``.
  public let index: Int
  /// The field.
  public let field: Field

  /// Makes a slot.
  public init(index: Int, field: Field) {
    self.index = index
    self.field = field
  }
}

/// A record as filters see it.
///
/// A store resolves ``Filter/slots`` to places of its own before the scan, and offers values as
/// borrowed bytes, so that no `String` is made for a record that does not match.
public protocol RecordReading {
  /// Offers the values of a field to a test, until one passes.
  ///
  /// A register offers its value (in a conflict the provisional winner), a set its elements, a
  /// Boolean `true` or `false`. Members, stages and references are offered as their stored string
  /// and, where they have a name, as that as well. Nothing is offered for an absent value.
  ///
  /// - Parameters:
  ///   - slot: The field.
  ///   - test: The test; the bytes are valid during the call only.
  /// - Returns: Whether a value passed.
  func hasValue(_ slot: FieldSlot, where test: (Span<UInt8>) -> Bool) -> Bool

  /// Returns the value of a field of kind `integer` or `money`.
  ///
  /// - Parameter slot: The field.
  /// - Returns: The integer, minor units for money; nil if there is none.
  func integer(_ slot: FieldSlot) -> Int?

  /// Offers the bytes of the record's ``SearchText`` to a test.
  ///
  /// - Parameter test: The test; the bytes are valid during the call only.
  /// - Returns: What the test says.
  func searchText(_ test: (Span<UInt8>) -> Bool) -> Bool
}
