#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Waits for several sockets at once.
///
///     var set = PollSet()
///     let place = set.add(socket, reading: true, writing: false)
///     try set.wait(millis: 1000)
///     if set.isReadable(place) { … }
public struct PollSet {
  private var entries: [pollfd] = []

  /// Makes an empty set.
  public init() {}

  /// Adds a socket, which must stay open until the set has been used.
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - reading: whether to wait until there is something to read.
  ///   - writing: whether to wait until something can be sent.
  /// - Returns: its place, for the questions below.
  public mutating func add(_ socket: borrowing Socket, reading: Bool, writing: Bool) -> Int {
    var events: Int32 = 0
    if reading { events |= Int32(POLLIN) }
    if writing { events |= Int32(POLLOUT) }
    entries.append(pollfd(fd: socket.number, events: Int16(events), revents: 0))
    return entries.count - 1
  }

  /// Waits until something can be done, a signal comes, or the time is over.
  ///
  /// A signal that comes just before the wait is noticed after it, so wait a second at most where
  /// that matters.
  ///
  /// - Parameter millis: how long at most, in milliseconds.
  /// - Throws: `SystemError`.
  public mutating func wait(millis: Int) throws(SystemError) {
    let timeout = Int32(clamping: max(0, millis))
    do {
      try syscall("poll", isInterruptible: true) {
        poll(&entries, nfds_t(entries.count), timeout)
      }
    } catch {
      guard error.isInterrupted else { throw error }
      for index in entries.indices { entries[index].revents = 0 }
    }
  }

  /// Whether there is something to read: bytes, a connection, an end, or an error.
  public func isReadable(_ place: Int) -> Bool {
    Int32(entries[place].revents) & (Int32(POLLIN) | Int32(POLLHUP) | Int32(POLLERR)) != 0
  }

  /// Whether something can be sent, or a connection has been made or has failed.
  public func isWritable(_ place: Int) -> Bool {
    Int32(entries[place].revents) & (Int32(POLLOUT) | Int32(POLLERR)) != 0
  }
}

/// Time that only passes: nobody sets it, and it tells nothing about the day.
public enum MonotonicClock {
  /// Milliseconds since some moment in the past, the time that the machine slept included.
  public static func nowMillis() -> Int64 {
    var time = timespec()
    #if canImport(Darwin)
      clock_gettime(CLOCK_MONOTONIC_RAW, &time)
    #else
      clock_gettime(CLOCK_BOOTTIME, &time)
    #endif
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
