extension Wording {
  func networkHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .serve: serveHelp
    case .peers: peersHelp
    default: syncHelp
    }
  }

  private var serveHelp: CommandHelp {
    CommandHelp(
      pick("let the base's other devices sync with this one", "принимать другие машины базы"),
      usage: [
        pick(
          "karto serve [--listen ADDRESS] [--port N]", "karto serve [--listen АДРЕС] [--port N]"),
        "karto serve --unit",
      ],
      notes: [
        pick(
          "Listens for the devices of this base, any number at once, until Ctrl-C or SIGTERM, and "
            + "answers their karto sync --lan. Everything is encrypted; a device that is not in "
            + "the base, or was shut out of it, learns nothing. Edit the base meanwhile as usual. "
            + "--unit prints a unit for systemd.",
          "Принимает машины этой базы, сколько угодно сразу, до Ctrl-C или SIGTERM, и отвечает на "
            + "их karto sync --lan. Всё шифруется; машина не из базы или отключённая от неё не "
            + "узнает ничего. С базой можно работать как обычно. --unit печатает файл для systemd."),
        pick(
          "With --json first {\"listening\":\"ADDRESS:PORT\"}, then, when a session has ended, an "
            + "object: session, address, device, member, sent, received, held, digests_equal, "
            + "error, message.",
          "С --json сначала {\"listening\":\"АДРЕС:ПОРТ\"}, затем по объекту на завершённый обмен: "
            + "session, address, device, member, sent, received, held, digests_equal, error, "
            + "message."),
      ],
      examples: [
        .init("karto serve"),
        .init("karto serve --listen 127.0.0.1 --port 0 --json"),
        .init(
          "karto serve --unit > ~/.config/systemd/user/karto.service",
          pick("as a service", "как служба")),
      ])
  }

  private var syncHelp: CommandHelp {
    CommandHelp(
      pick(
        "exchange changes with other machines or through a folder",
        "обменяться изменениями с машинами или через папку"),
      usage: [
        pick("karto sync HOST[:PORT]… [--watch]", "karto sync ХОСТ[:ПОРТ]… [--watch]"),
        "karto sync --lan [--watch]",
        pick("karto sync FOLDER [--watch]", "karto sync ПАПКА [--watch]"),
      ],
      notes: [
        pick(
          "What exists as a folder, or has a slash in it, is a folder; anything else is a machine "
            + "on which karto serve runs. --lan looks for such machines on the local network, and "
            + "also tries the addresses where others were met before. With --watch the exchange "
            + "goes on: a change on one machine is on the others within about a second.",
          "Что есть как папка или содержит косую черту — папка; всё остальное — машина, на которой "
            + "работает karto serve. --lan ищет такие машины в локальной сети и пробует адреса, "
            + "где с ними уже встречались. С --watch обмен продолжается: изменение на одной машине "
            + "через секунду есть на других."),
        pick(
          "A folder is carried by what you have: Syncthing, Nextcloud, a USB stick. Each device "
            + "writes only files of its own there, so copies never clash, and only what is new is "
            + "written. Keep the base itself outside that folder.",
          "Папку переносит то, что у вас есть: Syncthing, Nextcloud, флешка. Каждое устройство "
            + "пишет туда только свои файлы, поэтому копии не сталкиваются, и пишется только "
            + "новое. Саму базу держите вне этой папки."),
        pick(
          "With --json an object a machine: sent, received, held, digests_equal (null if the "
            + "bases were not compared), address, device, member, and if it failed error and "
            + "message; with --watch an object whenever something was exchanged. Of a folder: "
            + "received, published, held, and problems, each with path, kind and message: nobody "
            + "is there to compare bases with.",
          "С --json по объекту на машину: sent, received, held, digests_equal (null, если базы не "
            + "сравнивались), address, device, member, а при неудаче error и message; с --watch — "
            + "по объекту на каждый обмен. О папке: received, published, held и problems, у "
            + "каждой path, kind и message: сравнить базы там не с кем."),
      ],
      examples: [
        .init("karto sync 192.168.1.5"),
        .init("karto sync --lan"),
        .init(
          "karto sync --watch office:15278",
          pick("goes on until Ctrl-C", "продолжает до Ctrl-C")),
        .init("karto sync ~/Sync/karto"),
      ])
  }

  private var peersHelp: CommandHelp {
    CommandHelp(
      pick(
        "show which devices were met, and what exists only here",
        "с кем встречались и что есть только здесь"),
      usage: ["karto peers"],
      notes: [
        pick(
          "What a device lacks is counted by what it held when it was last met on the network, and "
            + "by what it said to have seen when it last wrote. Devices that were shut out do not "
            + "count as a place where changes are safe.",
          "Чего нет на машине, считается по последней встрече с ней в сети и по тому, что она "
            + "видела, когда последний раз писала. Отключённые машины не в счёт."),
        pick(
          "With --json one object a device: id, name, member, this, state, met, address, lacks; "
            + "for this one, instead of the last three, only_here: how many changes no other "
            + "device is known to hold.",
          "С --json по объекту на машину: id, name, member, this, state, met, address, lacks; для "
            + "этой вместо последних трёх only_here: сколько изменений есть только здесь."),
      ],
      examples: [.init("karto peers"), .init("karto peers --json")])
  }
}
