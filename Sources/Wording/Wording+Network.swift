public import CRM
import Syncing

/// What other machines have to do with: serve, sync with hosts, peers.
extension Wording {
  // MARK: Serving

  /// Where this machine listens.
  public func listening(_ address: String) -> String {
    pick("listening on \(address); Ctrl-C ends it", "слушаю \(address); завершить: Ctrl-C")
  }

  /// What to type on the other machines.
  public func dialHint(_ addresses: [String]) -> String {
    let commands = list(addresses.map { "karto sync \($0)" })
    return pick("on the other machines: \(commands)", "на других машинах: \(commands)")
  }

  /// No other machine can dial where this one listens.
  public func onlyFromHere(_ address: String) -> String {
    pick(
      "\(address) can be reached from this machine only; for the others leave --listen out",
      "\(address) доступен только с этой машины; чтобы подключались и другие, запустите без --listen"
    )
  }

  /// Where a systemd unit belongs, and how it is started.
  public var unitHint: String {
    pick(
      "write it to ~/.config/systemd/user/karto.service, then: "
        + "systemctl --user enable --now karto; loginctl enable-linger keeps it running when "
        + "nobody is logged in",
      "запишите это в ~/.config/systemd/user/karto.service, затем: "
        + "systemctl --user enable --now karto; чтобы работало и без входа в систему: "
        + "loginctl enable-linger")
  }

  /// The description in a systemd unit.
  public func unitTitle(_ name: String) -> String {
    pick("Kartoteka serves \(name) to its devices", "Картотека: обмен базой \(name)")
  }

  /// A line of the log.
  public func logLine(_ time: String, _ text: String) -> String { "\(time)  \(text)" }

  /// A device, by its member and its own name.
  public func device(_ device: Device?, replica: String) -> String {
    guard let device, !device.memberName.isEmpty else {
      return pick("device \(replica)", "устройство \(replica)")
    }
    return device.name.isEmpty ? device.memberName : "\(device.memberName) (\(device.name))"
  }

  /// A device that comes with an invitation.
  public var newcomer: String {
    pick("a new device with an invitation", "новое устройство с приглашением")
  }

  /// A session has begun.
  public func connected(_ who: String, _ address: String) -> String {
    pick("\(who), \(address): connected", "\(who), \(address): соединение установлено")
  }

  /// What a session has done, or has done since this was last said.
  public func exchanged(received: Int, sent: Int) -> String {
    pick(
      "received \(changes(received)), sent \(changes(sent))",
      "получено: \(changes(received)), отдано: \(changes(sent))")
  }

  /// How far an exchange has come; a line that is replaced again and again.
  public func transferring(_ done: Int, of total: Int) -> String {
    pick(
      "exchanging: \(number(done)) of \(changes(max(done, total)))",
      "обмен: \(number(done)) из \(number(max(done, total)))")
  }

  /// Both bases are the same.
  public var basesEqual: String { pick("the bases are equal", "базы одинаковы") }

  /// The two sides do not hold the same, though the session is over.
  public var basesNotCompared: String {
    pick(
      "the bases were not compared: meanwhile one of them has changed, or holds what the other "
        + "did not take",
      "базы не сравнивались: за это время одна изменилась или хранит то, чего другая не приняла")
  }

  /// Who made how many of the changes that came.
  public func arrived(_ authors: [(name: String, count: Int)]) -> String {
    let parts = authors.map { author in
      let name = author.name.isEmpty ? pick("unknown", "неизвестно кто") : author.name
      return "\(name) — \(changes(author.count))"
    }
    return pick("made by ", "авторы: ") + list(parts)
  }

  /// A connection was not listened to.
  public func turnedAway(_ address: String) -> String {
    pick(
      "\(address): not listened to, too many connections or failures from there",
      "\(address): отказано, слишком много соединений или неудачных попыток")
  }

  /// More connections than are told of one by one were not let in within a minute.
  public func strangers(_ count: Int, from hosts: [String], isMore: Bool) -> String {
    let more = isMore ? [pick("others", "другие адреса")] : []
    let from = list(hosts + more)
    return pick(
      "not let in within a minute besides: \(number(count)) (\(from))",
      "ещё отказано за минуту: \(number(count)) (\(from))")
  }

  /// A session has ended in peace.
  public func disconnected(_ who: String) -> String {
    pick("\(who): connection closed", "\(who): соединение завершено")
  }

  /// A failure is followed by another try.
  public func tryingAgain(_ complaint: Complaint) -> String {
    pick("\(complaint.what); trying again", "\(complaint.what); попробую снова")
  }

  /// The clocks of two machines differ by more than minutes.
  ///
  /// - Parameters:
  ///   - who: the other machine.
  ///   - millis: by how much its clock is ahead, in milliseconds.
  /// - Returns: the warning.
  public func clockOff(_ who: String, millis: Int64) -> String {
    let minutes = Int(clamping: millis.magnitude / 60_000)
    let much = duration(minutes: minutes)
    return millis > 0
      ? pick(
        "\(who): its clock is \(much) ahead of this one; nothing is lost, but check both clocks",
        "\(who): часы той машины спешат относительно этой на \(much); ничего не потеряно, "
          + "но проверьте часы на обеих")
      : pick(
        "\(who): its clock is \(much) behind this one; nothing is lost, but check both clocks",
        "\(who): часы той машины отстают от этой на \(much); ничего не потеряно, "
          + "но проверьте часы на обеих")
  }

  private func duration(minutes: Int) -> String {
    if minutes >= 48 * 60 {
      return count(
        minutes / 1440, PluralForms("day", plural: "days"),
        PluralForms("день", "дня", "дней", plural: "дни"))
    }
    return minutes >= 120
      ? pick("\(number(minutes / 60)) h", "\(number(minutes / 60)) ч")
      : pick("\(number(minutes)) min", "\(number(minutes)) мин")
  }

  /// A word was taken for a folder that might be the name of a machine.
  public func takenForFolder(_ word: String) -> String {
    pick(
      "\(word) is a folder here; a machine of that name: karto sync \(word):\(Discovery.port)",
      "\(word) — папка; если нужна машина с таким именем: karto sync \(word):\(Discovery.port)")
  }

  /// What is watched where devices on the local network are looked for.
  public var localNetwork: String { pick("the local network", "локальной сетью") }

  /// Devices on the local network are looked for.
  public var searching: String {
    pick("looking for devices on the local network…", "ищу устройства в локальной сети…")
  }

  /// Some histories were refused.
  public func chainsRefused(_ count: Int) -> String {
    pick(
      "\(number(count)) not taken further: signatures or rules do not hold; karto check on both "
        + "machines says more",
      "не приняты дальше: \(number(count)); подписи или правила не сходятся, подробнее karto check "
        + "на обеих машинах")
  }

  // MARK: Joining

  /// How far a first copy has come; a line that is replaced again and again.
  public func copying(received: Int, of total: Int) -> String {
    pick(
      "copying the base: \(number(received)) of \(changes(max(received, total)))",
      "копирую базу: \(number(received)) из \(number(max(received, total)))")
  }

  /// A first copy would be made.
  public func wouldCopy(from peer: String, to path: String) -> String {
    pick(
      "would copy the base from \(peer) to \(path) and join it",
      "база была бы скопирована с \(peer) в \(path), а эта машина вошла бы в неё")
  }

  /// A first copy is there.
  public func copied(_ count: Int, to path: String) -> String {
    pick("copied \(changes(count)) to \(path)", "скопировано: \(changes(count)) в \(path)")
  }

  /// The device has joined, but could not tell the others yet.
  public func joinNotTold(_ address: String) -> String {
    pick(
      "the others do not know of it yet: karto sync \(address) tells them",
      "остальные об этом ещё не знают; сообщить им: karto sync \(address)")
  }

  // MARK: Peers

  /// The columns of the list of peers.
  public var peerTitles: [String] {
    [
      pick("Device", "Устройство"), pick("Whose", "Чьё"), pick("Met", "Встреча"),
      pick("Address", "Адрес"), pick("Lacks", "Чего там нет"), pick("State", "Состояние"),
    ]
  }

  /// A device with which this one has never talked.
  public var neverMet: String { pick("never", "не было") }

  /// How many changes a device lacks, as far as is known.
  public func lacks(_ count: Int) -> String {
    count == 0 ? pick("nothing", "всё есть") : changes(count)
  }

  /// How many changes no other device is known to hold.
  public func onlyHere(_ count: Int) -> String {
    if count == 0 {
      return pick(
        "everything here is on another device too", "всё, что есть здесь, есть и на других машинах")
    }
    return count == 1
      ? pick("1 change exists only on this computer", "1 изменение есть только на этом компьютере")
      : pick(
        "\(changes(count)) exist only on this computer",
        "\(changes(count)) есть только на этом компьютере")
  }
}
