import Bytes

/// Thirty-two bytes as a value: a hash, or anything else of that size.
///
/// The bytes lie in four words in the order of memory, so there is nothing to allocate, and equal
/// values compare in four instructions. Order is that of the bytes, unsigned.
public struct Hash256: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 32

  @usableFromInline var words: Words

  /// Plain storage; a tuple can't be hashed.
  @usableFromInline
  struct Words: Hashable, Sendable {
    @usableFromInline var first: UInt64 = 0
    @usableFromInline var second: UInt64 = 0
    @usableFromInline var third: UInt64 = 0
    @usableFromInline var fourth: UInt64 = 0

    @inlinable
    init() {}
  }

  /// Makes a value of zero bytes.
  @inlinable
  public init() {
    words = Words()
  }

  /// Copies bytes; `nil` unless there are exactly 32.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Hash256.byteCount else { return nil }
    words = Words()
    withUnsafeMutableBytes(of: &words) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  /// Reads the text that ``base64URL`` makes; `nil` for any other.
  public init?(base64URL text: String) {
    guard let bytes = Base64URL.decode(text) else { return nil }
    self.init(bytes.span)
  }

  /// A copy of the bytes.
  public var bytes: [UInt8] {
    withSpan { [UInt8](bytesOf: $0) }
  }

  /// The bytes as 43 characters of base64url.
  public var base64URL: String {
    withSpan { Base64URL.encode($0) }
  }

  /// Lends the bytes without copying them.
  @inlinable
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBytes(of: words) { raw throws(Failure) in
      try body(raw.assumingMemoryBound(to: UInt8.self).span)
    }
  }

  /// Appends the bytes to an array.
  public func append(to output: inout [UInt8]) {
    withUnsafeBytes(of: words) { output.append(contentsOf: $0) }
  }

  /// The first 16 bytes.
  public var prefix128: Hash128 {
    Hash128(first: words.first, second: words.second)
  }

  /// Tells whether both hold the same bytes; not in constant time, so not for secrets.
  @inlinable
  public static func == (left: Hash256, right: Hash256) -> Bool {
    left.words.first == right.words.first && left.words.second == right.words.second
      && left.words.third == right.words.third && left.words.fourth == right.words.fourth
  }
}

extension Hash256: Comparable {
  /// Tells whether `left` stands before `right`, byte by byte.
  @inlinable
  public static func < (left: Hash256, right: Hash256) -> Bool {
    let left = left.words
    let right = right.words
    if left.first != right.first { return left.first.bigEndian < right.first.bigEndian }
    if left.second != right.second { return left.second.bigEndian < right.second.bigEndian }
    if left.third != right.third { return left.third.bigEndian < right.third.bigEndian }
    return left.fourth.bigEndian < right.fourth.bigEndian
  }
}

/// Sixteen bytes as a value: a short hash, or anything else of that size.
///
/// Order is that of the bytes, unsigned.
public struct Hash128: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 16

  @usableFromInline var first: UInt64
  @usableFromInline var second: UInt64

  /// Makes a value of zero bytes.
  @inlinable
  public init() {
    self.init(first: 0, second: 0)
  }

  @inlinable
  init(first: UInt64, second: UInt64) {
    self.first = first
    self.second = second
  }

  /// Copies bytes; `nil` unless there are exactly 16.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Hash128.byteCount else { return nil }
    self.init()
    withUnsafeMutableBytes(of: &self) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  /// Reads the text that ``base64URL`` makes; `nil` for any other.
  public init?(base64URL text: String) {
    guard let bytes = Base64URL.decode(text) else { return nil }
    self.init(bytes.span)
  }

  /// A copy of the bytes.
  public var bytes: [UInt8] {
    withSpan { [UInt8](bytesOf: $0) }
  }

  /// The bytes as 22 characters of base64url.
  public var base64URL: String {
    withSpan { Base64URL.encode($0) }
  }

  /// Lends the bytes without copying them.
  @inlinable
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBytes(of: self) { raw throws(Failure) in
      try body(raw.assumingMemoryBound(to: UInt8.self).span)
    }
  }

  /// Appends the bytes to an array.
  public func append(to output: inout [UInt8]) {
    withUnsafeBytes(of: self) { output.append(contentsOf: $0) }
  }
}

extension Hash128: Comparable {
  /// Tells whether `left` stands before `right`, byte by byte.
  @inlinable
  public static func < (left: Hash128, right: Hash128) -> Bool {
    if left.first != right.first { return left.first.bigEndian < right.first.bigEndian }
    return left.second.bigEndian < right.second.bigEndian
  }
}
