internal import CSodium

/// The one place that prepares libsodium.
enum Sodium {
  /// Prepares libsodium at its first use; it picks the fastest code for the processor.
  ///
  /// `sodium_init` may be called from several threads, and answers 1 when it has run before.
  private static let isReady: Bool = sodium_init() >= 0

  /// To be called before any other function of libsodium; after the first time it costs a load.
  @inline(__always)
  static func prepare() {
    precondition(isReady, "libsodium finds a source of randomness")
  }
}

extension Hash256 {
  /// Lends the bytes to a function of C that fills them.
  @inline(__always)
  mutating func withMutableBytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    withUnsafeMutablePointer(to: &words) {
      $0.withMemoryRebound(to: UInt8.self, capacity: Hash256.byteCount, body)
    }
  }

  /// Lends the bytes to a function of C that reads them.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    withUnsafePointer(to: words) {
      $0.withMemoryRebound(to: UInt8.self, capacity: Hash256.byteCount, body)
    }
  }
}

extension Hash128 {
  /// Lends the bytes to a function of C that fills them.
  @inline(__always)
  mutating func withMutableBytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    withUnsafeMutablePointer(to: &self) {
      $0.withMemoryRebound(to: UInt8.self, capacity: Hash128.byteCount, body)
    }
  }
}
