import Platform
import Support
import Synchronization
import Testing

@Suite struct ParallelTests {
  struct Failure: Error, Equatable {
    let index: Int
  }

  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 3, 8])
  func `a map keeps the order`(count: Int, workers: Int) {
    let results = Parallel.map(count: count, workers: workers) { $0 * $0 }
    #expect(results == (0..<count).map { $0 * $0 })
  }

  @Test func `a map calls once for each number`() {
    let calls = Mutex<[Int]>([])
    _ = Parallel.map(count: 500) { index in calls.withLock { $0.append(index) } }
    #expect(calls.withLock { $0.sorted() } == Array(0..<500))
  }

  @Test func `results that are optional stay`() {
    let results = Parallel.map(count: 4, workers: 2) { $0 % 2 == 0 ? $0 : nil }
    #expect(results == [0, nil, 2, nil])
  }

  @Test(arguments: [1, 2, 4])
  func `the lowest error is thrown`(workers: Int) {
    for _ in 0..<50 {
      #expect(throws: Failure(index: 30)) {
        try Parallel.map(count: 100, workers: workers) { index throws(Failure) -> Int in
          if index == 30 || index == 31 || index > 40 { throw Failure(index: index) }
          return index
        }
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(40))
  func `a pipeline is in order and within its window`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = random.below(200)
    let workers = 1 + random.below(5)
    let window = 1 + random.below(6)
    let spins = (0..<count).map { _ in random.below(2000) }
    let alive = Atomic(0)
    let most = Atomic(0)
    var consumed: [Int] = []
    Parallel.pipeline(count: count, workers: workers, window: window) { index in
      most.max(alive.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
      return (0..<spins[index]).reduce(index) { sum, _ in sum }
    } consume: { index, item in
      #expect(index == item)
      consumed.append(item)
      alive.subtract(1, ordering: .relaxed)
    }
    #expect(consumed == Array(0..<count))
    #expect(most.load(ordering: .relaxed) <= window)
  }

  @Test(arguments: [1, 2, 4])
  func `a pipeline uses what comes before the first error`(workers: Int) {
    var consumed: [Int] = []
    #expect(throws: Failure(index: 20)) {
      try Parallel.pipeline(count: 100, workers: workers, window: 8) { index throws(Failure) in
        if index >= 20 { throw Failure(index: index) }
        return index
      } consume: { (_, item) throws(Failure) in
        consumed.append(item)
      }
    }
    #expect(consumed == Array(0..<20))
  }

  @Test(arguments: [1, 2, 4])
  func `a pipeline stops when its user has had enough`(workers: Int) {
    let produced = Mutex(0)
    #expect(throws: Failure(index: 5)) {
      try Parallel.pipeline(count: 1_000_000, workers: workers, window: 4) { index in
        produced.withLock { $0 += 1 }
        return index
      } consume: { index, _ in
        if index == 5 { throw Failure(index: index) }
      }
    }
    #expect(produced.withLock { $0 } <= 9)
  }
}
