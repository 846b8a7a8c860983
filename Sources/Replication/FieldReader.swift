import Bytes

/// Reads single fields out of a record's bytes without reading the others.
enum FieldReader {
  /// Positions a reader on the first field; nothing if the bytes are not a record's.
  @inline(__always)
  static func start(_ bytes: Span<UInt8>) -> (reader: BlobReader, count: Int, isAlive: Bool)? {
    guard var reader = BlobReader(bytes), reader.skipDots(in: bytes),
      let isAlive = reader.readAliveness(in: bytes), let count = reader.fieldCount(in: bytes)
    else { return nil }
    return (reader, count, isAlive)
  }

  /// The field with this name that is a register, or that is a set.
  @inline(__always)
  static func field(
    _ name: UInt32, isSet: Bool, in bytes: Span<UInt8>
  ) -> BlobReader.Field? {
    guard name != 0, var (reader, count, _) = start(bytes) else { return nil }
    while count > 0 {
      guard let field = reader.field(in: bytes) else { return nil }
      if field.name == name, (field.form >= RecordBlob.plainSet) == isSet { return field }
      count -= 1
    }
    return nil
  }

  /// Calls `body` with every value that the register or set `name` has, winners or not.
  static func forEachValue(
    of name: UInt32, in bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void
  ) {
    guard name != 0, var (reader, count, _) = start(bytes) else { return }
    while count > 0 {
      guard let field = reader.field(in: bytes) else { return }
      if field.name == name { forEachValue(of: field, in: bytes, body) }
      count -= 1
    }
  }

  /// Calls `body` with every value of a field.
  static func forEachValue(
    of field: BlobReader.Field, in bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void
  ) {
    if field.form == RecordBlob.single {
      body(bytes.extracting(field.payload))
      return
    }
    var reader = BlobReader(at: field.payload.lowerBound)
    guard var count = reader.number(in: bytes) else { return }
    while count > 0 {
      if field.form == RecordBlob.register {
        guard reader.number(in: bytes) != nil else { return }
      } else if field.form == RecordBlob.elementSet {
        guard let dotCount = reader.number(in: bytes) else { return }
        for _ in 0..<dotCount { guard reader.number(in: bytes) != nil else { return } }
      }
      guard let value = reader.range(in: bytes) else { return }
      body(bytes.extracting(value))
      count -= 1
    }
  }
}
