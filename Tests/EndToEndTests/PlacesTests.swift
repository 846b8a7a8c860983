import Support
import Testing

/// Documents in places where they cannot be written, or are not what they seem.
@Suite struct PlacesTests {
  private func prepare() throws -> (karto: Karto, id: String) {
    let karto = try Karto.withBase()
    let id = try karto.addClient("Ромашка")
    return (karto, id)
  }

  private func expectRefused(
    _ ending: ChildProcess.Ending, _ status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(ending.status == status, "\(ending)", sourceLocation: sourceLocation)
    #expect(ending.talk.contains("karto: "), "\(ending)", sourceLocation: sourceLocation)
    #expect(ending.talk.contains("hint: "), "\(ending)", sourceLocation: sourceLocation)
    #expect(ending.output.isEmpty, "\(ending)", sourceLocation: sourceLocation)
  }

  @Test func `a read-only file is read and not written`() throws {
    let (karto, id) = try prepare()
    let before = try Contents.read(karto.base)
    let bound = try karto.withoutPrivileges()
    #expect(try karto.shell("chmod 444 base.karto").status == 0)
    expectRefused(try bound("add", "client", "name=Новый"))
    expectRefused(try bound("set", id, "city=Тверь"))
    expectRefused(try bound("compact"))
    #expect(try bound.clientNames() == ["Ромашка"])
    #expect(try bound.isSound())
    #expect(try Contents.read(karto.base) == before)
  }

  @Test func `in a read-only folder a file is written to, and compact refuses`() throws {
    var (karto, _) = try prepare()
    karto.environment["KARTO_HOME"] = karto.folder.path("home")
    try Contents.copy("\(karto.workFolder)/home", to: karto.home)
    #expect(try karto.shell("chmod 555 .").status == 0)
    defer { _ = try? karto.shell("chmod 755 .") }
    let bound = try karto.withoutPrivileges()
    #expect(try bound("add", "client", "name=Новый").status == 0)
    let before = try Contents.read(karto.base)
    expectRefused(try bound("compact"))
    #expect(try Contents.read(karto.base) == before)
    #expect(try bound("new", "second.karto", "--name", "x", "--as", "y").status == 1)
    #expect(try bound.clientNames().count == 2)
    #expect(try bound.isSound())
  }

  @Test func `a read-only file system is read and not written`() throws {
    let (karto, _) = try prepare()
    let script = """
      mkdir disk && mount -t tmpfs none disk || { echo no mount; exit 0; }
      cp base.karto disk/ && mount -o remount,ro disk
      export KARTO_FILE=disk/base.karto
      "$KARTO" list clients --json | grep -c Ромашка
      "$KARTO" add client name=x; echo "add $?"
      "$KARTO" compact; echo "compact $?"
      """
    try Contents.write(script, to: "\(karto.workFolder)/script")
    let ending = try karto.spawn(["unshare", "-m", "bash", "script"]).wait()
    guard ending.status == 0, !ending.text.contains("no mount") else {
      print("skipped: this user may not mount a small file system")
      return
    }
    #expect(ending.lines == ["1", "add 1", "compact 1"], "\(ending)")
  }

  @Test func `a folder that vanished is said to be not there`() throws {
    let (karto, id) = try prepare()
    let path = karto.folder.path("gone/base.karto")
    expectRefused(try karto("-f", path, "list", "clients"), 3)
    expectRefused(try karto("-f", path, "add", "client", "name=x"), 3)
    let inside = try karto.shell(
      "mkdir gone && cd gone && rmdir ../gone && \"$KARTO\" show \(id); echo $?; "
        + "\"$KARTO\" -f base.karto show \(id); echo $?; \"$KARTO\" -f '\(karto.base)' -q digest")
    #expect(inside.lines.count == 3, "\(inside)")
    #expect(inside.lines.first != "0" && inside.lines.dropFirst().first == "3", "\(inside)")
    #expect(try inside.lines.last == karto.digest())
    expectRefused(try karto("new", path, "--name", "x", "--as", "y"), 3)
  }

  @Test func `compact keeps a symbolic link to the document`() throws {
    let (karto, _) = try prepare()
    try Contents.makeFolder(karto.folder.path("real"))
    let moved = try karto.shell(
      "mv base.karto ../real/data && chmod 640 ../real/data && ln -s ../real/data base.karto")
    #expect(moved.status == 0)
    for number in 1...10 { _ = try karto.addClient("Клиент \(number)") }
    let digest = try karto.digest()
    #expect(try karto("compact").status == 0)
    #expect(try karto.shell("readlink base.karto").text.trimmed == "../real/data")
    #expect(try karto.shell("stat -c %a ../real/data").text.trimmed == "640")
    #expect(try karto.digest() == digest)
    _ = try karto.addClient("Последний")
    #expect(try karto.isSound())
    #expect(karto.temporaryFiles() == [])
  }

  @Test func `a link to nothing is no base`() throws {
    let karto = try Karto()
    #expect(try karto.shell("ln -s nowhere base.karto").status == 0)
    expectRefused(try karto("-f", "base.karto", "list", "clients"), 3)
  }

  @Test(arguments: ["list clients", "add client name=x", "check", "compact", "digest"])
  func `a folder, an empty file and a stranger's file are no documents`(command: String) throws {
    let karto = try Karto()
    let words = command.split(separator: " ").map(String.init)
    try Contents.makeFolder("\(karto.workFolder)/folder.karto")
    let folder = try karto.run(["-f", "folder.karto"] + words)
    #expect(folder.status == 1 || folder.status == 5, "\(folder)")
    #expect(folder.talk.contains("folder.karto"), "\(folder)")
    let stranger = [UInt8]("PK\u{3}\u{4} something else entirely, which is long enough".utf8)
    for contents in [[], [0x1f], [0x1f, 0x8b], stranger, [UInt8](repeating: 0, count: 5000)] {
      let path = "\(karto.workFolder)/strange.karto"
      try Contents.write(contents, to: path)
      expectRefused(try karto.run(["-f", "strange.karto"] + words), 5)
      #expect(try Contents.read(path) == contents)
    }
    #expect(try karto.shell("echo text | gzip > plain.karto").status == 0)
    expectRefused(try karto.run(["-f", "plain.karto"] + words), 5)
  }

  @Test func `a copy on a machine without a key is read and not written`() throws {
    let (karto, id) = try prepare()
    let before = try Contents.read(karto.base)
    let other = karto.device("other")
    #expect(try other.clientNames() == ["Ромашка"])
    #expect(try other.digest() == karto.digest())
    #expect(try other("show", id).status == 0)
    let refusal = try other("add", "client", "name=Новый")
    #expect(refusal.status == 4 || refusal.status == 5, "\(refusal)")
    #expect(refusal.talk.contains("not a device") && refusal.talk.contains("hint: "), "\(refusal)")
    #expect(try Contents.read(karto.base) == before)
  }

  @Test func `a damaged key is named, and reading goes on`() throws {
    let (karto, _) = try prepare()
    let key = try #require(Contents.files(below: karto.home, endingIn: "device.json").first)
    try Contents.write("{", to: key)
    let refusal = try karto("add", "client", "name=Новый")
    #expect(refusal.status == 1, "\(refusal)")
    #expect(refusal.talk.contains("device.json"), "\(refusal)")
    #expect(try karto.clientNames() == ["Ромашка"])
  }

  @Test func `names of files may hold spaces, quotes and Cyrillic`() throws {
    var karto = try Karto()
    karto.workFolder = karto.folder.path("Мои «базы» и 'прочее'")
    try Contents.makeFolder(karto.workFolder)
    try karto.must("new", "наша база.karto", "--name", "Ромашка", "--as", "Иван")
    _ = try karto.addClient("А")
    try karto.must("compact")
    #expect(try karto.clientNames() == ["А"])
  }

  @Test func `key files are for the owner alone`() throws {
    let (karto, _) = try prepare()
    let modes = try karto.shell("find home -type f -exec stat -c %a {} + | sort -u")
    #expect(modes.lines == ["600"])
    let folders = try karto.shell("find home -mindepth 1 -type d -exec stat -c %a {} + | sort -u")
    #expect(folders.lines == ["700"])
  }
}
