import Syncing

// What went wrong with other machines, and what to do about it.
extension Wording {
  func networkComplaint(_ error: any Error) -> Complaint? {
    (error as? NetworkError).map { complaint($0) }
  }

  private func complaint(_ error: NetworkError) -> Complaint {
    switch error {
    case .peer(let trouble): complaint(trouble)
    case .unknownMachine(let name):
      Complaint(
        .notFound,
        pick(
          "\(quoted(name)): there is no machine of that name, and no folder",
          "\(quoted(name)): нет ни машины с таким именем, ни папки"),
        hint: pick(
          "a folder is written with a slash, as ./\(name); a machine as HOST:PORT or 192.168.1.5",
          "папку пишут с косой чертой: ./\(name); машину — как ХОСТ:ПОРТ или 192.168.1.5"))
    case .unknownGiver(let name):
      Complaint(
        .notFound,
        pick(
          "\(quoted(name)): there is no machine of that name",
          "\(quoted(name)): машины с таким именем нет"),
        hint: pick(
          "it is written as HOST:PORT or 192.168.1.5, as karto serve prints it there",
          "её пишут как ХОСТ:ПОРТ или 192.168.1.5, как там напечатал karto serve"))
    case .badAddress(let word):
      Complaint(
        .usage,
        pick(
          "\(quoted(word)) is no address of a machine", "\(quoted(word)) — не адрес машины"),
        hint: pick(
          "it is written as HOST or HOST:PORT, with a port up to 65535, as 192.168.1.5:15278; "
            + "a folder with a slash, as ./folder",
          "его пишут как ХОСТ или ХОСТ:ПОРТ с портом до 65535: 192.168.1.5:15278; папку — с косой "
            + "чертой: ./папка"))
    case .nobodyFound(let search): nobodyFound(search)
    case .portInUse(let port):
      Complaint(
        .failed,
        pick(
          "port \(port) is in use, by another karto serve or another program",
          "порт \(port) занят: другим karto serve или другой программой"),
        hint: pick(
          "choose one: karto serve --port \(port == .max ? port - 1 : port + 1), or 0 for any",
          "выберите другой: karto serve --port \(port == .max ? port - 1 : port + 1), "
            + "или 0 — любой"))
    case .notOurAddress(let address):
      Complaint(
        .failed,
        pick(
          "\(address) is no address of this machine", "\(address) — не адрес этой машины"),
        hint: pick(
          "without --listen all addresses are listened at",
          "без --listen слушаются все адреса"))
    case .unfinished(let peer):
      Complaint(
        .failed,
        pick(
          "\(peer) ended before everything was exchanged; what came is kept",
          "\(peer): обмен завершён до конца передачи; что пришло, сохранено"),
        hint: repeatHint)
    case .statesDiffer(let peer):
      Complaint(
        .damaged,
        pick(
          "\(peer) HOLDS THE SAME CHANGES AND MAKES ANOTHER BASE OF THEM: this must never happen",
          "\(peer): ТЕ ЖЕ ИЗМЕНЕНИЯ, НО ДРУГАЯ БАЗА; такого быть не должно"),
        hint: pick(
          "run karto check on both machines, and report this with the karto export of both",
          "запустите karto check на обеих машинах и сообщите об этом, приложив karto export с "
            + "обеих"))
    case .ourselves(let address):
      Complaint(
        .failed,
        pick("\(address) is this very device", "\(address) — это само это устройство"),
        hint: pick("karto peers lists the others", "другие перечислит karto peers"))
    case .falseGiver(let address):
      Complaint(
        .damaged,
        pick(
          "\(address) is no device of the base that it gave, so the copy is not used",
          "\(address) не входит в базу, копию которой отдаёт; копия не принята"),
        hint: pick(
          "ask whoever invited you for the right address",
          "уточните адрес у того, кто вас пригласил"))
    }
  }

  var repeatHint: String {
    pick("repeat the command: it goes on from there", "повторите команду: обмен продолжится")
  }

  private func nobodyFound(_ search: FruitlessSearch) -> Complaint {
    var what =
      if !search.asked.isEmpty {
        pick(
          "nobody with this base answered on the local network (asked by \(list(search.asked)))",
          "в локальной сети никто с этой базой не ответил (спрашивал через "
            + "\(list(search.asked)))")
      } else if !search.closed.isEmpty {
        pick(
          "this machine lets no question out into the local network (\(list(search.closed)))",
          "эта машина не выпускает вопрос в локальную сеть (\(list(search.closed)))")
      } else {
        pick(
          "this machine has no network on which to ask", "у этой машины нет сети, чтобы спросить")
      }
    if !search.remembered.isEmpty {
      what += pick(
        "; nor is anybody at the addresses known from before: \(list(search.remembered))",
        "; по прежним адресам никого: \(list(search.remembered))")
    }
    let ports = "UDP \(Discovery.port)"
    let hasNone = search.asked.isEmpty && search.closed.isEmpty
    return Complaint(
      .notFound, what,
      hint: hasNone
        ? pick(
          "connect this machine to the network; where that keeps multicast back (VPN, "
            + "firewall: \(ports)), name the machine: karto sync HOST",
          "подключите эту машину к сети; если сеть не пропускает мультикаст (VPN, файрвол: \(ports)), "
            + "назовите машину: karto sync ХОСТ")
        : pick(
          "run karto serve there; where the network keeps multicast back (guest Wi-Fi, VPN, "
            + "firewall: \(ports)), name the machine: karto sync HOST",
          "запустите там karto serve; если сеть не пропускает мультикаст (гостевой Wi-Fi, VPN, "
            + "файрвол: \(ports)), назовите машину: karto sync ХОСТ"))
  }
}

extension NetworkError {
  /// What went wrong in a word, for programs.
  public var word: String {
    switch self {
    case .peer(let trouble): trouble.word
    case .unknownMachine, .unknownGiver: "unknown_machine"
    case .badAddress: "bad_address"
    case .nobodyFound: "nobody_found"
    case .portInUse: "port_in_use"
    case .notOurAddress: "not_our_address"
    case .unfinished: "unfinished"
    case .statesDiffer: "states_differ"
    case .ourselves: "ourselves"
    case .falseGiver: "false_giver"
    }
  }
}
