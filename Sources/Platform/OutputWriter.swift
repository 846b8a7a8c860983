#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Synchronization

/// Standard output or standard error, usable from any thread.
///
/// Writing never throws. The first error is kept, what comes after it is dropped, and `flush`
/// throws it.
public final class OutputWriter: Sendable {
  private let stream: Standard.Stream
  private let state = Mutex(State())
  private static let pendingLimit = 64 * 1024

  private struct State {
    var pending: [UInt8] = []
    var failure: SystemError?
  }

  init(_ stream: Standard.Stream) {
    self.stream = stream
  }

  /// Writes text as UTF-8.
  public func write(_ text: String) {
    state.withLock { state in
      var text = text
      text.withUTF8 { state.pending.append(contentsOf: $0) }
      passOnIfDue(&state)
    }
  }

  /// Writes bytes.
  public func write(_ bytes: [UInt8]) {
    write(bytes.span)
  }

  /// Writes bytes.
  public func write(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { buffer in
      state.withLock { state in
        state.pending.append(contentsOf: buffer)
        passOnIfDue(&state)
      }
    }
  }

  /// Passes on what has been gathered.
  ///
  /// - Throws: The first `SystemError` since the start, such as a full disk.
  public func flush() throws(SystemError) {
    let failure = state.withLock { state in
      passOn(&state)
      return state.failure
    }
    if let failure { throw failure }
  }

  private func passOnIfDue(_ state: inout State) {
    if stream == .error || state.pending.count >= OutputWriter.pendingLimit { passOn(&state) }
  }

  private func passOn(_ state: inout State) {
    defer { state.pending.removeAll(keepingCapacity: true) }
    guard state.failure == nil, !state.pending.isEmpty else { return }
    do {
      try writeAll(state.pending, to: stream.number)
    } catch {
      if stream == .output, error.isBrokenPipe { exit(0) }
      state.failure = error
    }
  }
}

/// Outside the type, where `write` is the C library's.
private func writeAll(_ bytes: [UInt8], to number: Int32) throws(SystemError) {
  var done = 0
  while done < bytes.count {
    do throws(SystemError) {
      done += try syscall("write") {
        bytes.withUnsafeBytes { write(number, $0.baseAddress.map { $0 + done }, $0.count - done) }
      }
    } catch {
      // Another program has switched the terminal or pipe that we share to non-blocking.
      guard error.code == EAGAIN else { throw error }
      try waitUntilReady(number, POLLOUT, path: nil)
    }
  }
}

/// Writes once, without buffer, lock or error, for the last words of a test.
func writeQuietly(_ text: String, to number: Int32) {
  var text = text
  _ = text.withUTF8 { write(number, $0.baseAddress, $0.count) }
}
