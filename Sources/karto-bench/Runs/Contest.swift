import Platform

/// One run of one contestant.
struct Sample {
  var wallNanos: Int64 = 0
  var peakByteCount = 0

  /// Two programs one after the other.
  static func + (left: Sample, right: Sample) -> Sample {
    Sample(
      wallNanos: left.wallNanos + right.wallNanos,
      peakByteCount: max(left.peakByteCount, right.peakByteCount))
  }
}

/// The samples of one contestant, of which the middle one counts.
struct Samples {
  private var nanos: [Int64] = []
  private(set) var peakByteCount = 0

  mutating func add(_ sample: Sample) {
    nanos.append(sample.wallNanos)
    peakByteCount = max(peakByteCount, sample.peakByteCount)
  }

  var median: Double { Self.median(of: nanos) }

  /// The median with the fastest and the slowest run.
  var text: String {
    guard let least = nanos.min(), let most = nanos.max(), nanos.count > 1 else {
      return Written.time(median)
    }
    return "\(Written.time(median)) (\(Written.time(Double(least)))–\(Written.time(Double(most))))"
  }

  static func median(of nanos: [Int64]) -> Double {
    let sorted = nanos.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1
      ? Double(sorted[middle]) : Double(sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Someone who does a piece of work, after preparations that are not measured.
struct Contestant {
  var prepare: (Int) throws -> Void = { _ in }
  var run: (Int) throws -> Sample
}

enum Contest {
  /// Lets contestants run in turn, A B A B, so that what slows the machine slows all of them.
  ///
  /// One round before the first warms files and is not counted.
  static func run(_ contestants: [Contestant], rounds: Int) throws -> [Samples] {
    var results = contestants.map { _ in Samples() }
    for round in 0...rounds {
      for (index, contestant) in contestants.enumerated() {
        try contestant.prepare(round)
        let sample = try contestant.run(round)
        if round > 0 { results[index].add(sample) }
      }
    }
    return results
  }
}

/// Figures as people read them.
enum Written {
  static func time(_ nanos: Double) -> String {
    switch nanos {
    case 1e9...: "\(decimal(nanos / 1e9, places: 2)) s"
    case 1e8..<1e9: "\(decimal(nanos / 1e6, places: 0)) ms"
    case 1e6..<1e8: "\(decimal(nanos / 1e6, places: 1)) ms"
    default: "\(decimal(nanos / 1e3, places: 0)) µs"
    }
  }

  static func size(_ count: Int) -> String {
    count < 100_000
      ? "\(decimal(Double(count) / 1e3, places: 1)) kB"
      : "\(decimal(Double(count) / 1e6, places: 1)) MB"
  }

  static func decimal(_ number: Double, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((abs(number) * Double(scale)).rounded())
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
  }
}
