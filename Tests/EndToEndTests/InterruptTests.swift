import Foundation
import Support
import Testing

/// Ctrl-C, and readers that go away.
@Suite struct InterruptTests {
  @Test(arguments: [2, 15])
  func `a signal while an import waits for the file leaves it as it was`(signal: Int32) throws {
    let karto = try Change.prepare()
    let before = try Contents.read(karto.base)
    // The lock is held until standard input ends, so the import is caught at the last moment.
    #expect(try karto.shell("mkfifo fifo").status == 0)
    let holder = try karto.spawn(["flock", karto.base, "bash", "-c", ": > held; cat fifo"])
    while !Contents.exists("\(karto.workFolder)/held"), !holder.hasEnded { sched_yield() }
    let importing = try karto.start(Change.import.words)
    while !importing.isWaitingForLock, !importing.hasEnded { sched_yield() }
    importing.send(signal)
    let ending = try importing.wait()
    #expect(ending.status == 1 || ending.status == 128 + signal, "\(ending)")
    #expect(ending.talk.contains("karto: interrupted"), "\(ending)")
    #expect(ending.output.isEmpty)
    #expect(try karto.shell(": > fifo").status == 0)
    _ = try holder.wait()
    #expect(try Contents.read(karto.base) == before)
    #expect(karto.temporaryFiles() == [])
    #expect(try karto.run(Change.import.words).status == 0)
    #expect(try karto.isSound())
  }

  @Test func `a signal at any time during an import leaves all of it or nothing`() throws {
    let karto = try Change.prepare()
    let before = try karto.digest()
    let words = Change.import.words.joined(separator: " ")
    try Contents.copy(karto.workFolder, to: karto.folder.path("snapshot"))
    #expect(try karto.run(Change.import.words).status == 0)
    let whole = try karto("list", "clients", "-q").lines.count
    for milliseconds in stride(from: 20, through: 620, by: 120) {
      try Contents.copy(karto.folder.path("snapshot"), to: karto.workFolder)
      let seconds = Double(milliseconds) / 1000
      let ending = try karto.shell(
        "timeout --preserve-status -s INT \(seconds) \"$KARTO\" \(words)")
      let found = try karto.digest()
      if ending.status == 0 {
        // A folder that was copied goes on under a new name, so only the ids differ.
        let count = try karto("list", "clients", "-q").lines.count
        #expect(found != before && count == whole, "after \(milliseconds) ms: \(ending)")
      } else {
        #expect(found == before, "after \(milliseconds) ms: \(ending)")
      }
      #expect(try karto.isSound())
      #expect(karto.temporaryFiles() == [])
    }
  }

  @Test(arguments: [
    "list clients", "list clients --json", "export --format jsonl", "export --format csv",
    "find Клиент --json", "history",
  ])
  func `a reader that goes away is no error`(command: String) throws {
    let karto = try Karto.withBase()
    let table = try karto.writeClients("clients.csv", count: 500, padding: 600)
    try karto.must("import", table, "--type", "client", "--yes")
    for reader in ["head -1", "true"] {
      let ending = try karto.shell(
        "\"$KARTO\" \(command) | \(reader) > /dev/null; echo ${PIPESTATUS[0]}")
      #expect(ending.talk.isEmpty, "\(ending)")
      let status = Int(ending.text.trimmed)
      #expect(status == 0 || status == 141, "\(ending)")
    }
  }

  @Test func `output that cannot be written is an error`() throws {
    let karto = try Karto.withBase()
    _ = try karto.addClient("А")
    for command in ["list clients", "export", "digest", "show А"] {
      let ending = try karto.shell("\"$KARTO\" \(command) > /dev/full")
      #expect(ending.status == 1, "\(command): \(ending)")
      #expect(ending.talk.contains("karto: "), "\(command): \(ending)")
    }
  }
}
