/// Work spread over the processors.
public enum Parallel {
  /// Calls a closure for every number below a count, several at a time.
  ///
  /// - Parameters:
  ///   - count: How many calls there are.
  ///   - workers: How many run at a time; nil for as many as there are processors.
  ///   - body: Called once for each number, on any thread. It should have some microseconds of
  ///     work to do.
  /// - Returns: The results in the order of the numbers.
  /// - Throws: The error of the lowest number that failed. No new calls start after an error.
  public static func map<Result: Sendable, Failure: Error>(
    count: Int, workers: Int? = nil, body: @Sendable (Int) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let workers = min(workers ?? Environment.processorCount, count)
    guard workers > 1 else {
      var results: [Result] = []
      results.reserveCapacity(max(0, count))
      for index in 0..<max(0, count) { results.append(try body(index)) }
      return results
    }
    let monitor = Monitor(MapState<Result, Failure>(count: count))
    // Numbers are handed out in order, so by the time one fails, all lower ones have been handed
    // out too, and will be tried: which error is the lowest does not depend on chance.
    @Sendable func work() {
      while let index = monitor.update({ $0.take() }) {
        do throws(Failure) {
          let result = try body(index)
          monitor.update { $0.results[index] = result }
        } catch {
          monitor.update { $0.fail(index, error) }
        }
      }
    }
    withThreads(workers - 1, running: work) { _ in work() }
    let finished = monitor.update { $0 }
    if let failure = finished.failure { throw failure.error }
    return finished.results.compactMap { $0 }
  }

  /// Makes results on several threads and uses them in order on this one.
  ///
  /// - Parameters:
  ///   - count: How many results there are.
  ///   - workers: How many threads make them; nil for as many as there are processors, 1 for no
  ///     thread but the calling one.
  ///   - window: The greatest number of results in memory at a time, at least 1, counting those
  ///     being made and the one being used.
  ///   - produce: Makes the result of a number, on any thread.
  ///   - consume: Is given number and result, 0 first, on the calling thread.
  /// - Throws: The first error in the order of the numbers, of either closure. Results that come
  ///   after it are not used.
  public static func pipeline<Item: Sendable, Failure: Error>(
    count: Int, workers: Int? = nil, window: Int,
    produce: @Sendable (Int) throws(Failure) -> Item,
    consume: (Int, Item) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(window > 0, "a pipeline needs room for one result")
    let count = max(0, count)
    let workers = min(workers ?? Environment.processorCount, count, window)
    let monitor = Monitor(PipelineState<Item, Failure>(count: count, window: window))
    @Sendable func work() {
      while let index = monitor.wait(until: { $0.take() }).index {
        let result = Result { () throws(Failure) in try produce(index) }
        monitor.update { $0.put(result, at: index) }
      }
    }
    try withThreads(workers > 1 ? workers : 0, running: work) { (started) throws(Failure) in
      // However this ends, the threads must not wait for room that nobody makes any more.
      defer { monitor.update { $0.stop() } }
      for index in 0..<count {
        let item: Item
        if started > 0 {
          item = try monitor.wait(until: { $0.next(index) }).get()
        } else {
          item = try produce(index)
        }
        try consume(index, item)
        if started > 0 { monitor.update { $0.free() } }
      }
    }
  }
}

private struct MapState<Value: Sendable, Failure: Error>: Sendable {
  var results: [Value?]
  private(set) var failure: (index: Int, error: Failure)?
  private var handedOut = 0

  init(count: Int) {
    results = Array(repeating: nil, count: count)
  }

  mutating func take() -> Int? {
    guard failure == nil, handedOut < results.count else { return nil }
    handedOut += 1
    return handedOut - 1
  }

  mutating func fail(_ index: Int, _ error: Failure) {
    if let failure, failure.index < index { return }
    failure = (index, error)
  }
}

/// Invariant: every number in `used..<handedOut` is being made or lies in its slot, and there are
/// at most as many of them as slots.
private struct PipelineState<Item: Sendable, Failure: Error>: Sendable {
  private let count: Int
  /// The result of number n lies in slot n modulo the window.
  private var slots: [Result<Item, Failure>?]
  private var handedOut = 0
  private var used = 0
  private var isStopped = false

  init(count: Int, window: Int) {
    self.count = count
    slots = Array(repeating: nil, count: min(window, max(1, count)))
  }

  /// What a worker is to do: a number, or none and go home.
  struct Task {
    let index: Int?
  }

  /// The next number to make; nil while there is no room.
  mutating func take() -> Task? {
    if isStopped || handedOut == count { return Task(index: nil) }
    guard handedOut - used < slots.count else { return nil }
    handedOut += 1
    return Task(index: handedOut - 1)
  }

  mutating func put(_ result: Result<Item, Failure>, at index: Int) {
    slots[index % slots.count] = result
  }

  /// The result of a number; nil while it is being made.
  mutating func next(_ index: Int) -> Result<Item, Failure>? {
    let slot = index % slots.count
    guard let result = slots[slot] else { return nil }
    slots[slot] = nil
    return result
  }

  /// Gives the room of the result that has been used to another.
  mutating func free() {
    used += 1
  }

  mutating func stop() {
    isStopped = true
  }
}
