import CRM
import Replication

/// What inviting and joining say.
extension Wording {
  // MARK: Inviting

  /// For whom an invitation is, and until when.
  public func invited(_ name: String, role: String, until: String?) -> String {
    let until = until.map { pick(", until \($0)", ", до \($0)") } ?? ""
    return pick(
      "an invitation for \(quoted(name)), \(self.role(role))\(until)",
      "приглашение для \(quoted(name)), \(self.role(role))\(until)")
  }

  /// An invitation is for a further device of someone who has one already.
  public func invitedAgain(_ name: String, until: String?) -> String {
    let until = until.map { pick(", until \($0)", ", до \($0)") } ?? ""
    return pick(
      "an invitation for one more device of \(quoted(name))\(until)",
      "приглашение для ещё одного устройства: \(quoted(name))\(until)")
  }

  /// What to do with the code, step by step; the code is printed after it.
  public func inviteSteps(path: String) -> [String] {
    [
      pick(
        "1. Make a copy of \(path) now, as the invitation is in it, and hand it over in any way",
        "1. Скопируйте \(path) сейчас: приглашение уже в файле. Передайте копию как угодно"),
      pick(
        "2. There, on the other machine: karto join \(fileName(of: path)) CODE; without a copy, "
          + "where karto serve runs: karto join HOST CODE \(fileName(of: path))",
        "2. Там, на другой машине: karto join \(fileName(of: path)) КОД; без копии, если здесь "
          + "работает karto serve: karto join ХОСТ КОД \(fileName(of: path))"),
      pick(
        "3. The code lets its holder in, once: pass it on by another way than the file",
        "3. По коду можно войти один раз. Передайте его отдельно от файла:"),
    ]
  }

  private func fileName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// A member keeps the role that they have, whatever the invitation says.
  public func roleStays(_ name: String, role: String) -> String {
    pick(
      "\(quoted(name)) is a member already, and stays \(self.role(role)); "
        + "karto members NAME --role ROLE changes that",
      "\(quoted(name)) уже в базе, роль прежняя: \(self.role(role)); "
        + "изменить: karto members ИМЯ --role РОЛЬ")
  }

  /// Somebody new was invited whose name is much like a member's.
  public func invitedBeside(_ name: String, _ other: String) -> String {
    pick(
      "there is \(quoted(other)) already, and \(quoted(name)) is now another person; if they are "
        + "one, take this back: karto invite --withdraw \(shellWord(name)), and invite "
        + quoted(other),
      "\(quoted(other)) уже есть, а \(quoted(name)) теперь другой человек; если это он же, "
        + "отзовите: karto invite --withdraw \(shellWord(name)) и пригласите \(quoted(other))")
  }

  /// Invitations were taken back.
  public func withdrawn(_ count: Int, of name: String) -> String {
    pick(
      "taken back: \(number(count)) for \(quoted(name)); the code opens nothing any more",
      "отозвано для \(quoted(name)): \(number(count)); код больше не действует")
  }

  // MARK: Joining

  /// This device is one of the base now.
  public func joined(_ name: String, role: String) -> String {
    pick(
      "this machine works for \(quoted(name)) now, \(self.role(role))",
      "теперь эта машина в базе: \(quoted(name)), \(self.role(role))")
  }

  /// What comes after joining; `host` is the machine that gave the copy, where one did.
  public func afterJoining(path: String, host: String?) -> String {
    if let host {
      return pick(
        "work in \(path) from now on; changes go both ways with karto sync \(host), or all the "
          + "time with --watch",
        "работайте в \(path); обмениваться изменениями: karto sync \(host), с --watch — "
          + "постоянно")
    }
    return pick(
      "work in \(path) from now on; the others see it when your file or theirs is merged",
      "работайте в \(path); другие увидят ваши изменения, когда файлы объединят")
  }

  /// This device would be one of the base.
  public func wouldJoin(_ name: String) -> String {
    pick(
      "the code is good: this machine would work for \(quoted(name))",
      "код подходит: эта машина вошла бы в базу, \(quoted(name))")
  }

  /// The base can be read here, and not written to; what to do about it.
  public var readOnlyCopy: String {
    pick(
      "this copy is read-only here: this machine is not a device of the base; "
        + "with an invitation: karto join FILE CODE",
      "эта копия здесь только для чтения: эта машина не входит в базу; "
        + "с приглашением: karto join ФАЙЛ КОД")
  }

  /// This device may read the base, and what it writes would be held.
  public var shutOut: String {
    pick(
      "this copy is read-only here: this device is not, or no longer, one of the base",
      "эта копия здесь только для чтения: это устройство не входит в базу или отключено от неё")
  }
}
