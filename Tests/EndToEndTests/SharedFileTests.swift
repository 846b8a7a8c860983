import Foundation
import Support
import Testing

/// Several processes on one file (SPEC [W-2], [W-4]).
@Suite struct SharedFileTests {
  private static let readEveryLine = """
    import gzip, json, sys
    lines = [json.loads(line) for line in gzip.open(sys.argv[1], "rt", encoding="utf-8")]
    print(sum("client" in line for line in lines))
    """

  @Test func `eight processes that each add 200 clients make 1600`() throws {
    let karto = try Karto.withBase()
    let writers = try (1...8).map { writer in
      try karto.spawn([
        "bash", "-c",
        "for i in $(seq 200); do \"$KARTO\" -q add client name=\"\(writer)-$i\" || exit 1; done",
      ])
    }
    var ids: Set<String> = []
    for writer in writers {
      let ending = try writer.wait()
      #expect(ending.status == 0, "\(ending)")
      #expect(ending.lines.count == 200)
      ids.formUnion(ending.lines)
    }
    #expect(ids.count == 1600)
    let clients = try karto.objects("list", "clients")
    #expect(Set(clients.compactMap { $0["id"]?.text }) == ids)
    let names = Set((1...8).flatMap { writer in (1...200).map { "\(writer)-\($0)" } })
    #expect(Set(clients.compactMap { $0["name"]?.text }) == names)
    #expect(try karto.isSound())
    #expect(try karto.isGzip())
    let count = try karto.spawn(["python3", "-c", Self.readEveryLine, karto.base]).wait()
    #expect(count.text.trimmed == "1600", "\(count)")
    let digest = try karto.digest()
    try karto.dropCache()
    #expect(try karto.digest() == digest)
  }

  @Test func `readers see only whole changes while writers write and compact`() throws {
    let karto = try Karto.withBase()
    _ = try karto.addClient("А")
    let table = try karto.writeClients("table.csv", count: 40, padding: 500)
    let writers = try [
      "for i in $(seq 80); do \"$KARTO\" -q add client name=\"w-$i\" || exit 1; done",
      "for i in $(seq 80); do \"$KARTO\" -q set А city=\"c-$i\" || exit 1; done",
      "for i in $(seq 25); do \"$KARTO\" -q compact > /dev/null || exit 1; done",
      "\"$KARTO\" -q import \(table) --type client --yes > /dev/null",
    ].map { try karto.spawn(["bash", "-c", $0]) }
    // A reader goes on until the writers have ended, and at least once.
    let flag = "\(karto.workFolder)/done"
    let readers = try [
      "\"$KARTO\" list clients --json --columns name || exit 1; echo end",
      "\"$KARTO\" check > /dev/null || exit 1",
      "\"$KARTO\" digest > /dev/null || exit 1",
    ].map { try karto.spawn(["bash", "-c", "while :; do \($0); [ -e done ] && exit 0; done"]) }
    for writer in writers {
      let ending = try writer.wait()
      #expect(ending.status == 0, "\(ending)")
    }
    try Contents.write("", to: flag)
    var counts: [Int] = []
    for (index, reader) in readers.enumerated() {
      let ending = try reader.wait()
      #expect(ending.status == 0, "reader \(index): \(ending.talk)")
      if index == 0 {
        counts = ending.text.split(separator: "end\n").map { listing in
          listing.split(separator: "\n").count
        }
        let imported = ending.text.split(separator: "end\n").map { listing in
          listing.split(separator: "\n").count { $0.contains("Клиент ") }
        }
        #expect(imported.allSatisfy { $0 == 0 || $0 == 40 }, "an import is seen whole or not")
      }
    }
    #expect(counts == counts.sorted(), "what was seen once is seen again: \(counts)")
    #expect(try karto.clientNames().count == 121)
    #expect(try karto.object("show", "А")["city"] == .text("c-80"))
    #expect(try karto.isSound())
    #expect(try karto.objects("history").count == 163)
  }

  @Test(arguments: [["add", "client", "name=Новый"], ["compact"]])
  func `a writer that waited while the file was compacted and grew looks at it anew`(
    words: [String]
  ) throws {
    let karto = try Karto.withBase()
    for number in 1...20 { _ = try karto.addClient("Клиент \(number)") }
    try Contents.makeFolder("\(karto.workFolder)/other")
    var generator = SeededGenerator(seed: 5)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let text = String((0..<9000).map { _ in generator.element(of: letters) })
    // The writer has read the file and waits. Then the file becomes a shorter one, whose last
    // member ends behind the place where the old file ended.
    #expect(try karto.shell("mkfifo fifo").status == 0)
    let script = """
      : > held; cat fifo
      cp base.karto other/copy.karto && export KARTO_FILE=other/copy.karto
      "$KARTO" compact && "$KARTO" -q add client name=Большой pinned_note=\(text)
      mv other/copy.karto base.karto
      """
    try Contents.write(script, to: "\(karto.workFolder)/script")
    let holder = try karto.spawn(["flock", "base.karto", "bash", "script"])
    while !Contents.exists("\(karto.workFolder)/held"), !holder.hasEnded { sched_yield() }
    let writer = try karto.start(words)
    while !writer.isWaitingForLock, !writer.hasEnded { sched_yield() }
    #expect(try karto.shell(": > fifo").status == 0)
    let (held, written) = (try holder.wait(), try writer.wait())
    #expect(held.status == 0, "\(held)")
    #expect(written.status == 0, "\(written)")
    let names = try karto.clientNames()
    #expect(names.contains("Большой"), "acknowledged and gone: \(names)")
    #expect(names.count == (words == ["compact"] ? 21 : 22))
    #expect(try karto.isSound())
    #expect(try karto.isGzip())
  }

  @Test func `several devices on one file write their own histories`() throws {
    let karto = try Karto.withBase()
    let stranger = karto.device("other")
    let ending = try stranger("add", "client", "name=Чужой")
    #expect(ending.status == 4 || ending.status == 1 || ending.status == 5, "\(ending)")
    #expect(ending.talk.contains("not a device"))
    #expect(ending.talk.contains("hint: "))
    _ = try karto.addClient("Свой")
    #expect(try stranger.clientNames() == ["Свой"])
    #expect(try stranger.digest() == karto.digest())
    #expect(try stranger.isSound())
  }
}
