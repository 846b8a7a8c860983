import Support
import Testing

/// A disk that is really full: the user's limit on the size of files, and a small file system.
@Suite struct FullDiskTests {
  @Test(arguments: [Change.add, .set, .apply, .import, .compact])
  func `at the limit on the size of files a change fails and the file stays`(
    change: Change
  ) throws {
    let karto = try Change.prepare()
    if change == .compact {
      // So much that even packed it does not fit.
      let table = try karto.writeClients("some.csv", count: 60, padding: 1000)
      try karto.must("import", table, "--type", "client", "--yes")
    }
    let before = try Contents.read(karto.base)
    let words = change.words.map { "'\($0)'" }.joined(separator: " ")
    let blocks = change == .compact ? 4 : before.count / 1024
    // The limit is on files alone, so what the program says goes through a pipe.
    let ending = try karto.shell(
      "(ulimit -f \(blocks); exec \"$KARTO\" \(words)) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}")
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.talk.contains("karto: "), "\(ending)")
    #expect(try Contents.read(karto.base) == before)
    #expect(karto.temporaryFiles() == [])
    #expect(try karto.isSound())
    #expect(try karto.run(change.words).status == 0)
    #expect(try karto.isSound())
  }

  @Test func `on a full file system a change fails and the file stays`() throws {
    let karto = try Change.prepare()
    // The file system is visible to this shell alone and vanishes with it.
    let script = """
      mkdir disk && mount -t tmpfs -o size=64k none disk || { echo no mount; exit 0; }
      cp base.karto disk/ && export KARTO_FILE=disk/base.karto
      sum() { sha256sum < disk/base.karto; }
      before=$(sum)
      dd if=/dev/zero of=disk/ballast bs=4k 2>/dev/null
      "$KARTO" import large.csv --type client --yes; echo "import $?"
      [ "$before" = "$(sum)" ] && echo "kept"
      "$KARTO" compact; echo "compact $?"
      [ "$before" = "$(sum)" ] && echo "kept"
      ls -A disk | grep -v -e base.karto -e ballast
      rm disk/ballast
      "$KARTO" add client name=Новый; echo "add $?"
      "$KARTO" check > /dev/null; echo "check $?"
      """
    try Contents.write(script, to: "\(karto.workFolder)/script")
    let ending = try karto.spawn(["unshare", "-m", "bash", "script"]).wait()
    guard !ending.text.contains("no mount"), ending.status == 0 else {
      print("skipped: this user may not mount a small file system")
      return
    }
    var lines = ending.lines
    lines.removeAll { $0.contains("-") }
    #expect(lines == ["import 1", "kept", "compact 1", "kept", "add 0", "check 0"], "\(ending)")
    #expect(ending.talk.contains("space"), "\(ending)")
  }
}
