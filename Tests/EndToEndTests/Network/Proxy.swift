import Foundation
import Platform
import Support
import Synchronization

/// Someone on the way between two machines: records what goes by, changes it, holds it up or cuts
/// it off.
final class Proxy: Sendable {
  /// Which way bytes go.
  enum Direction: Int, Sendable { case toServer, toClient }

  /// What it does beside passing on.
  struct Behaviour: Sendable {
    /// After so many bytes in one direction of each connection it cuts the connection.
    var cut: (direction: Direction, after: Int)?
    /// Changes a bit of this byte.
    var flip: (direction: Direction, at: Int)?
    /// After so many bytes in one direction it passes nothing on that way until it is released.
    var hold: (direction: Direction, after: Int)?
  }

  private struct State {
    var behaviour: Behaviour
    var records: [[[UInt8]]] = []
    var isReleased = false
    var isHolding = false
    var isStopped = false
    /// How many connections are being passed on.
    var lineCount = 0
  }

  private let state: Mutex<State>
  let port: UInt16
  var address: String { "127.0.0.1:\(port)" }

  /// Passes on connections to a port on loopback.
  init(to target: UInt16, _ behaviour: Behaviour = Behaviour()) throws {
    let listener = try Socket.listen(on: .loopback(port: 0))
    port = try listener.localAddress().port
    state = Mutex(State(behaviour: behaviour))
    let work = Work(listener, target: .loopback(port: target))
    Thread.detachNewThread { [weak self] in
      while let proxy = self, proxy.step(work) {}
    }
  }

  deinit { stop() }

  /// Ends all connections.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Passes on what was held up.
  func release() { state.withLock { $0.isReleased = true } }

  /// Does something else from now on, with connections to come.
  func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

  /// Waits until bytes are held up.
  ///
  /// - Throws: if all connections have ended before that, or nobody dials.
  func waitUntilHolding() throws {
    let deadline = MonotonicClock.nowMillis() + Self.patienceMillis
    while !state.withLock({ $0.isHolding }) {
      if state.withLock({ !$0.records.isEmpty && $0.lineCount == 0 }) {
        throw SupportError("it ended before anything was held up")
      }
      guard MonotonicClock.nowMillis() < deadline else { throw SupportError("nobody dials") }
      sched_yield()
    }
  }

  /// Whoever has not come for so long will never come.
  private static let patienceMillis: Int64 = 60_000

  /// Whether there is a connection.
  var isConnected: Bool { state.withLock { $0.lineCount > 0 } }

  /// What went by: for each connection the bytes to the server and those to the client.
  var records: [[[UInt8]]] { state.withLock { $0.records } }

  /// All bytes that went by, one after the other.
  var everything: [UInt8] { records.flatMap { $0[0] + $0[1] } }

  // MARK: Passing on

  private final class Work: @unchecked Sendable {
    let listener: Socket
    let target: SocketAddress
    var lines: [Line] = []
    init(_ listener: consuming Socket, target: SocketAddress) {
      self.listener = listener
      self.target = target
    }
  }

  /// A connection and the one that goes on from it.
  private final class Line {
    let number: Int
    let client: Socket
    let server: Socket
    let behaviour: Behaviour
    var waiting: [[UInt8]] = [[], []]
    var passed = [0, 0]
    var hasEnded = [false, false]
    var isDead = false

    init(
      _ number: Int, client: consuming Socket, server: consuming Socket, _ behaviour: Behaviour
    ) {
      self.number = number
      self.client = client
      self.server = server
      self.behaviour = behaviour
    }
  }

  private func step(_ work: Work) -> Bool {
    guard !state.withLock({ $0.isStopped }) else { return false }
    var set = PollSet()
    let door = set.add(work.listener, reading: true, writing: false)
    for line in work.lines {
      _ = set.add(
        line.client, reading: !line.hasEnded[0], writing: !line.waiting[1].isEmpty)
      _ = set.add(
        line.server, reading: !line.hasEnded[1], writing: !line.waiting[0].isEmpty)
    }
    // What is held up is writable all the time; a short wait lets others work.
    guard (try? set.wait(millis: 5)) != nil else { return false }
    if set.isReadable(door) { accept(work) }
    for line in work.lines {
      do {
        try pass(line, .toServer, from: line.client, to: line.server)
        try pass(line, .toClient, from: line.server, to: line.client)
      } catch {
        line.isDead = true
      }
    }
    work.lines.removeAll { $0.isDead || $0.hasEnded == [true, true] }
    let lineCount = work.lines.count
    state.withLock { $0.lineCount = lineCount }
    return true
  }

  private func accept(_ work: Work) {
    guard let accepted = try? work.listener.accept(),
      let server = try? Socket.connect(to: work.target, deadlineMillis: 5000)
    else { return }
    let (number, behaviour) = state.withLock { state in
      state.records.append([[], []])
      state.lineCount += 1
      return (state.records.count - 1, state.behaviour)
    }
    work.lines.append(Line(number, client: accepted.take(), server: server, behaviour))
  }

  private func pass(
    _ line: Line, _ direction: Direction, from source: borrowing Socket,
    to target: borrowing Socket
  ) throws {
    let way = direction.rawValue
    if !line.hasEnded[way], line.waiting[way].count < 1 << 16 {
      var bytes: [UInt8] = []
      if try source.receive(into: &bytes, upTo: 1 << 14) == .end {
        line.hasEnded[way] = true
      }
      if let flip = line.behaviour.flip, flip.direction == direction {
        let place = flip.at - line.passed[way] - line.waiting[way].count
        if bytes.indices.contains(place) { bytes[place] ^= 1 }
      }
      let fresh = bytes
      state.withLock { $0.records[line.number][way] += fresh }
      line.waiting[way] += bytes
    }
    var count = line.waiting[way].count
    if let hold = line.behaviour.hold, hold.direction == direction,
      !state.withLock({ $0.isReleased })
    {
      count = min(count, max(0, hold.after - line.passed[way]))
      if line.passed[way] + count >= hold.after { state.withLock { $0.isHolding = true } }
    }
    if let cut = line.behaviour.cut, cut.direction == direction {
      count = min(count, max(0, cut.after - line.passed[way]))
    }
    let piece = Array(line.waiting[way].prefix(count))
    let sent = try target.send(piece.span)
    line.waiting[way].removeFirst(sent)
    line.passed[way] += sent
    if let cut = line.behaviour.cut, cut.direction == direction, line.passed[way] >= cut.after {
      line.isDead = true
    }
    if line.hasEnded[way], line.waiting[way].isEmpty { target.endSending() }
  }
}
