#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs `work` on threads of its own and `meanwhile` on this one; returns when all have ended.
///
/// Fewer threads than asked for may start, even none, when the machine has no more to give, so
/// `meanwhile` learns how many there are.
func withThreads<Result, Failure: Error>(
  _ count: Int, running work: @Sendable () -> Void,
  meanwhile: (_ started: Int) throws(Failure) -> Result
) throws(Failure) -> Result {
  // No thread outlives this call, so the closures do not escape from it.
  try withoutActuallyEscaping(work) { (work) throws(Failure) in
    let threads = startThreads(count, running: work)
    defer {
      for thread in threads { pthread_join(thread, nil) }
    }
    return try meanwhile(threads.count)
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThreads(_ count: Int, running work: @escaping @Sendable () -> Void) -> [pthread_t]
{
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  // As much as the main thread has; macOS would give 512 KiB.
  pthread_attr_setstacksize(&attributes, 8 << 20)
  var threads: [pthread_t] = []
  for _ in 0..<count {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let body = Unmanaged.passRetained(ThreadBody(work))
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        #if canImport(Darwin)
          let pointer = argument
        #else
          guard let pointer = argument else { return nil }
        #endif
        Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      break
    }
    #if canImport(Darwin)
      if let thread { threads.append(thread) }
    #else
      threads.append(thread)
    #endif
  }
  return threads
}

/// A value behind a lock, for which threads can wait to become something.
///
/// Unchecked, since the compiler cannot see that `state` is touched only under `lock`: the
/// standard `Mutex` has no condition to wait for.
final class Monitor<State: Sendable>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(lock, nil)
    pthread_cond_init(change, nil)
  }

  deinit {
    pthread_cond_destroy(change)
    pthread_mutex_destroy(lock)
    change.deallocate()
    lock.deallocate()
  }

  /// Looks at the state or changes it.
  func update<Answer>(_ body: (inout State) -> Answer) -> Answer {
    wait { .some(body(&$0)) }
  }

  /// Waits until `body` answers something; it may change the state only when it does.
  func wait<Answer>(until body: (inout State) -> Answer?) -> Answer {
    pthread_mutex_lock(lock)
    defer {
      pthread_cond_broadcast(change)
      pthread_mutex_unlock(lock)
    }
    while true {
      if let answer = body(&state) { return answer }
      pthread_cond_wait(change, lock)
    }
  }
}
