import Support

/// What tests ask a base again and again; each answer comes from a process of its own.
extension Karto {
  /// The objects that a command prints with `--json`.
  func objects(_ words: String...) throws -> [JSON] {
    try objects(of: run(words + ["--json"]))
  }

  /// The objects in an output, of a command that went well.
  func objects(of ending: ChildProcess.Ending) throws -> [JSON] {
    guard ending.status == 0 else { throw SupportError("\(ending)") }
    return try ending.lines.map { try JSON($0) }
  }

  /// The only object that a command prints with `--json`.
  func object(_ words: String...) throws -> JSON {
    let objects = try objects(of: run(words + ["--json"]))
    guard objects.count == 1 else { throw SupportError("\(words): \(objects.count) objects") }
    return objects[0]
  }

  /// Adds a client and returns the id that was printed.
  func addClient(_ name: String) throws -> String {
    try must("add", "client", "name=\(name)").text.trimmed
  }

  /// The names of all clients.
  func clientNames() throws -> [String] {
    try objects("list", "clients", "--columns", "name").compactMap { $0["name"]?.text }
  }

  /// The hash of the state.
  func digest() throws -> String {
    try must("digest").text.trimmed
  }

  /// What `check` finds, whatever its exit status.
  func checkReport() throws -> JSON {
    try JSON(run(["check", "--json"]).text)
  }

  /// Whether `check` finds nothing wrong, and says so by its exit status too.
  func isSound() throws -> Bool {
    let ending = try run(["check", "--json"])
    let isSound = try JSON(ending.text)["sound"] == .truth(true)
    guard isSound == (ending.status == 0) else { throw SupportError("\(ending)") }
    return isSound
  }

  /// Whether gzip takes the document for a sound file of its own.
  func isGzip() throws -> Bool {
    try shell("gzip -t < '\(base)'").status == 0
  }

  /// The files of the cache of the state.
  func cacheFiles() -> [String] {
    Contents.files(below: home, endingIn: ".state")
      + Contents.files(below: home, endingIn: ".state.note")
  }

  /// Deletes the cache of the state.
  func dropCache() throws {
    for file in cacheFiles() { try Contents.remove(file) }
  }

  /// The files in the current folder that a killed `replace` has left.
  func temporaryFiles() -> [String] {
    Contents.files(below: workFolder, endingIn: ".tmp")
  }

  /// Writes a table of `count` clients into the file `name` and returns its path.
  ///
  /// Each has a comment of `padding` characters, which makes large commits of few rows.
  func writeClients(_ name: String, count: Int, padding: Int = 0) throws -> String {
    var generator = SeededGenerator(seed: UInt64(count))
    let letters = Array("абвгдежзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789 ")
    var text = "ID;Имя;Телефон;E-mail;Город;Комментарий\n"
    for row in 1...count {
      let comment = String((0..<padding).map { _ in generator.element(of: letters) })
      text += "\(row);Клиент \(row);+7 903 \(1_000_000 + row);k\(row)@example.ru;Тверь;\(comment)\n"
    }
    let path = "\(workFolder)/\(name)"
    try Contents.write(text, to: path)
    return path
  }
}

extension String {
  /// Without the white space at both ends.
  var trimmed: String {
    String(
      drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed() as [Character])
  }
}

extension Karto {
  /// The same, held by permissions as every user but the superuser is.
  ///
  /// Permissions do not bind the superuser, as whom tests may run in a container.
  func withoutPrivileges() throws -> Karto {
    guard try shell("id -u").text.trimmed == "0" else { return self }
    let rights = "-dac_override,-dac_read_search"
    let prefix = ["setpriv", "--bounding-set=\(rights)", "--inh-caps=\(rights)"]
    guard try spawn(prefix + ["true"]).wait().status == 0 else {
      throw SupportError("run as an ordinary user: the superuser cannot give up its rights here")
    }
    var other = self
    other.prefix = prefix
    return other
  }
}

extension ChildProcess {
  /// Whether the kernel has the program wait for a lock on a file.
  var isWaitingForLock: Bool {
    guard let locks = try? Contents.read("/proc/locks") else { return false }
    return String(decoding: locks, as: UTF8.self).split(separator: "\n").contains { line in
      let words = line.split(separator: " ")
      return words.contains("->") && words.contains("\(number)")
    }
  }
}
