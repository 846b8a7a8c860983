import Platform
import Syncing

// Why a connection with another machine ended before its time, and what to do about it.
extension Wording {
  func complaint(_ trouble: PeerTrouble) -> Complaint {
    switch trouble.failure {
    case .unreachable(let error): unreachable(trouble.peer, error)
    case .connection:
      // A stranger is hung up on: then the system says that the connection was reset.
      trouble.isProven ? cut(trouble.peer) : stranger(trouble)
    case .handshakeTooSlow:
      Complaint(
        .failed,
        pick(
          "\(trouble.peer) did not say in time who it is",
          "\(trouble.peer): за отведённое время не удалось узнать, кто это"),
        hint: pick(
          "does karto serve listen on this port, and is that machine awake?",
          "точно ли на этом порту слушает karto serve и не спит ли та машина?"))
    case .channel(let error): channel(trouble, error)
    case .session(let error): session(trouble.peer, error)
    }
  }

  private func unreachable(_ peer: String, _ error: SystemError) -> Complaint {
    let serveHint = pick(
      "is karto serve running there, on this port, and does the firewall let it through?",
      "запущен ли там karto serve на этом порту и пропускает ли его файрвол?")
    if error.isRefused {
      return Complaint(
        .failed, pick("\(peer): nothing listens there", "\(peer): там никто не слушает"),
        hint: serveHint)
    }
    if error.isTimedOut {
      return Complaint(
        .failed, pick("\(peer): nobody answers", "\(peer): ответа нет"), hint: serveHint)
    }
    if error.isHostUnreachable {
      return Complaint(
        .failed,
        pick("\(peer): that machine cannot be reached", "\(peer): до этой машины не достучаться"),
        hint: pick(
          "is it switched on, on the same network, and does its firewall let karto serve through?",
          "включена ли она, в той же ли она сети и пропускает ли её файрвол karto serve?"))
    }
    if error.isNetworkUnreachable {
      return Complaint(
        .failed,
        pick(
          "\(peer): no network of this machine leads there",
          "\(peer): эта машина не подключена к сети, которая туда ведёт"),
        hint: pick(
          "check the network of this machine, and the address",
          "проверьте сеть на этой машине и адрес"))
    }
    if error.isInvalid {
      // What the system says of an address of one link only, without the link.
      return Complaint(
        .failed,
        pick(
          "\(peer): by this address alone nobody can be reached",
          "\(peer): по одному этому адресу никого не найти"),
        hint: pick(
          "an address that begins with fe80 needs the name of this machine's interface: "
            + "fe80::1%eth0",
          "к адресу, который начинается с fe80, нужно имя интерфейса этой машины: fe80::1%eth0"))
    }
    return Complaint(
      .failed,
      pick(
        "\(peer): nobody answers (\(error.message))", "\(peer): ответа нет (\(error.message))"),
      hint: serveHint)
  }

  private func cut(_ peer: String) -> Complaint {
    Complaint(
      .failed,
      pick(
        "\(peer): the connection broke off; what had arrived whole is kept",
        "\(peer): соединение оборвалось; что пришло целиком, сохранено"),
      hint: repeatHint)
  }

  /// Somebody dialled who said nothing that opens this base.
  private func uninvited(_ peer: String) -> Complaint {
    Complaint(
      .damaged,
      pick(
        "\(peer) was not let in: no karto, another base, or a code that opens nothing here",
        "\(peer): в доступе отказано: это не karto, другая база или код, по которому сюда не войти"),
      hint: pick(
        "whoever is to join needs a fresh code: karto invite",
        "кому сюда нужно, тому нужен новый код: karto invite"))
  }

  private func stranger(_ trouble: PeerTrouble) -> Complaint {
    if trouble.isIncoming { return uninvited(trouble.peer) }
    return trouble.isJoining
      ? Complaint(
        .damaged,
        pick(
          "\(trouble.peer) does not open to this code",
          "\(trouble.peer) по этому коду не открывает"),
        hint: pick(
          "the code may be used, expired or taken back, or that machine may not have the "
            + "invitation yet: ask for a new one; after several tries wait a minute first",
          "код использован, истёк или отозван, либо на той машине ещё нет приглашения: попросите "
            + "новое; после нескольких попыток сначала подождите минуту"))
      : Complaint(
        .damaged,
        pick(
          "\(trouble.peer) hung up without a word: it serves another base, or listens to nobody "
            + "for a while",
          "\(trouble.peer): соединение закрыто без объяснений: там другая база или временно не "
            + "принимают подключений"),
        hint: pick(
          "is it the right machine and port? after failed tries wait a minute",
          "та ли это машина и порт? после неудачных попыток подождите минуту"))
  }

  private func channel(_ trouble: PeerTrouble, _ error: ChannelError) -> Complaint {
    let peer = trouble.peer
    switch error {
    case .notKartoteka where trouble.isIncoming: return uninvited(peer)
    case .notKartoteka:
      return Complaint(
        .failed,
        pick("\(peer): what listens there is not karto", "\(peer): там слушает не karto"),
        hint: pick("check the port", "проверьте порт"))
    case .version:
      return Complaint(
        .damaged,
        pick(
          "\(peer) speaks another version of the protocol", "\(peer): другая версия протокола"),
        hint: pick("update karto on both machines", "обновите karto на обеих машинах"))
    case .stranger: return stranger(trouble)
    case .weakGreeting, .altered, .tooLong, .badProof, .afterEnd:
      return Complaint(
        .damaged,
        pick(
          "\(peer): what came is not what was sent; someone tampers with the connection, or the "
            + "other program is at fault. Nothing of it was taken",
          "\(peer): пришло не то, что было отправлено: кто-то вмешивается в соединение или ошибка в "
            + "программе на той стороне. Ничего из этого не принято"),
        hint: repeatHint)
    case .notAdmitted(_, let verdict):
      return verdict == .sealed
        ? Complaint(
          .damaged,
          pick(
            "\(peer) tried to exchange, but was shut out of this base; what it has not passed on "
              + "stays there, and comes by a file or a folder only, to be held",
            "\(peer): попытка обмена, но устройство отключено от этой базы; чего оно не успело "
              + "передать, осталось у него и придёт только файлом или через папку, как задержанное"),
          hint: pick("karto devices says which it is", "какое это, скажет karto devices"))
        : Complaint(
          .damaged,
          pick(
            "\(peer) is no device of this base, as far as is known here",
            "\(peer): здесь не известно, что это устройство входит в базу"),
          hint: pick(
            "sync with whoever let it in first, or take in a copy from there: karto merge FILE",
            "сначала обменяйтесь с тем, кто его принял, или слейте копию оттуда: karto merge ФАЙЛ"))
    case .refused(let verdict): return refused(peer, verdict)
    }
  }

  private func refused(_ peer: String, _ verdict: PeerVerdict) -> Complaint {
    verdict == .sealed
      ? Complaint(
        .damaged,
        pick(
          "\(peer) does not let this device in: it was shut out of the base",
          "\(peer) не принимает это устройство: оно отключено от базы"),
        hint: shutOutHint)
      : Complaint(
        .damaged,
        pick(
          "\(peer) does not know this device yet", "\(peer) ещё не знает этого устройства"),
        hint: pick(
          "sync first with the machine whose invitation let it in, or send it your file to merge",
          "сначала обменяйтесь с машиной, по чьему приглашению вошли, или передайте ей файл для "
            + "karto merge"))
  }

  private func session(_ peer: String, _ error: SyncError) -> Complaint {
    switch error {
    case .storage(let own): return complaint(about: own)
    case .cut: return cut(peer)
    case .refused(let verdict): return refused(peer, verdict)
    case .stalled:
      return Complaint(
        .failed,
        pick(
          "\(peer) stopped answering; what had arrived whole is kept",
          "\(peer): больше нет ответа; что пришло целиком, сохранено"),
        hint: repeatHint)
    case .version:
      return Complaint(
        .damaged,
        pick(
          "\(peer) speaks another version of the protocol", "\(peer): другая версия протокола"),
        hint: pick("update karto on both machines", "обновите karto на обеих машинах"))
    case .peer(let code): return told(peer, code)
    case .malformed, .unexpected, .tooMuch, .commits:
      return Complaint(
        .damaged,
        pick(
          "\(peer) broke the rules of the protocol; what came before that is kept",
          "\(peer): нарушены правила протокола; что пришло до этого, сохранено"),
        hint: pick(
          "update karto on both machines; if it stays so, please report it",
          "обновите karto на обеих машинах; если повторится, сообщите об этом"))
    }
  }

  private func told(_ peer: String, _ code: SyncErrorCode) -> Complaint {
    switch code {
    case .storage:
      Complaint(
        .failed,
        pick(
          "\(peer) cannot read or keep the changes: its disk may be full, or its base damaged",
          "\(peer) не может прочитать или сохранить изменения: там переполнен диск или повреждена "
            + "база"),
        hint: pick(
          "look at the messages there, then repeat: nothing is lost",
          "посмотрите сообщения на той машине и повторите: ничего не потеряно"))
    case .stopping:
      Complaint(
        .failed,
        pick(
          "\(peer) is being stopped; what it had confirmed is kept there",
          "\(peer) завершает работу; подтверждённое там сохранено"),
        hint: repeatHint)
    case .stalled:
      Complaint(
        .failed,
        pick(
          "\(peer) waited too long for this machine",
          "\(peer): там не дождались ответа от этой машины"),
        hint: repeatHint)
    default:
      Complaint(
        .failed,
        pick(
          "\(peer) ended the session with error \(code.number)",
          "\(peer): обмен прерван с той стороны, ошибка \(code.number)"),
        hint: pick(
          "update karto on both machines; if it stays so, please report it",
          "обновите karto на обеих машинах; если повторится, сообщите об этом"))
    }
  }
}

extension PeerTrouble {
  /// Whether the peer has said that this device was shut out of the base.
  public var turnsAway: Bool {
    switch failure {
    case .channel(.refused(.sealed)), .session(.refused(.sealed)): true
    default: false
    }
  }

  /// The failure in a word, for programs.
  public var word: String {
    switch failure {
    case .unreachable: return "unreachable"
    case .connection: return isProven ? "cut" : "stranger"
    case .handshakeTooSlow: return "slow"
    case .channel(let error):
      switch error {
      case .notKartoteka: return "not_karto"
      case .version: return "version"
      case .stranger: return "stranger"
      case .weakGreeting, .altered, .tooLong, .badProof, .afterEnd: return "tampered"
      case .notAdmitted(_, let verdict), .refused(let verdict):
        return verdict == .sealed ? "sealed" : "unknown"
      }
    case .session(let error):
      switch error {
      case .storage: return "storage"
      case .cut: return "cut"
      case .refused(let verdict): return verdict == .sealed ? "sealed" : "unknown"
      case .stalled: return "stalled"
      case .version: return "version"
      case .peer(.stopping): return "stopping"
      case .peer: return "peer"
      case .malformed, .unexpected, .tooMuch, .commits: return "protocol"
      }
    }
  }
}
