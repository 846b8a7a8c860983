extension Wording {
  func peopleHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .invite:
      CommandHelp(
        pick("let a colleague or a second machine in", "пригласить коллегу или вторую машину"),
        usage: [
          pick(
            "karto invite --for NAME [--role ROLE] [--expires 7d|DATE]",
            "karto invite --for ИМЯ [--role РОЛЬ] [--expires 7д|ДАТА]"),
          "karto invite --device",
          pick("karto invite --withdraw NAME", "karto invite --withdraw ИМЯ"),
        ],
        notes: [
          pick(
            "Prints a code; on a terminal also as a QR code. Hand over a copy of the base and, by "
              + "another way, the code; karto join does the rest on the other machine, with no "
              + "further step here. A code works once, for seven days unless --expires says "
              + "otherwise. Roles: owner, admin, manager (the usual one), reader.",
            "Печатает код, на терминале ещё и QR-код. Передайте копию базы и отдельно от неё код: "
              + "на другой машине хватит karto join, здесь больше ничего делать не надо. Код "
              + "действует один раз и семь дней, если --expires не скажет иначе. Роли: owner "
              + "владелец, admin администратор, manager менеджер (обычная), reader читатель."),
          pick(
            "With --json: {\"code\",\"member\",\"member_id\",\"role\",\"expires\"}; \"expires\" is "
              + "null if it never does.",
            "С --json: {\"code\",\"member\",\"member_id\",\"role\",\"expires\"}; у бессрочного "
              + "\"expires\" — null."),
        ],
        examples: [
          .init(
            pick(
              "karto invite --for \"Mary Poppins\" --role manager",
              "karto invite --for \"Пётр Орлов\" --role менеджер")),
          .init("karto invite --device", pick("a laptop of your own", "для своего ноутбука")),
        ])
    case .join:
      CommandHelp(
        pick("make this machine a device of a base", "войти в базу с этой машины"),
        usage: [
          pick(
            "karto join COPY.karto CODE [--device NAME]",
            "karto join КОПИЯ.karto КОД [--device ИМЯ]"),
          pick(
            "karto join HOST:PORT CODE NEW.karto [--device NAME]",
            "karto join ХОСТ:ПОРТ КОД НОВАЯ.karto [--device ИМЯ]"),
        ],
        notes: [
          pick(
            "The copy must have been made after the invitation. From then on it can be changed "
              + "here, and what is written counts on every machine of the base. Hyphens and case "
              + "in the code do not matter.",
            "Копия должна быть снята после приглашения. С этой минуты её можно менять, и всё "
              + "записанное действует на всех машинах базы. Дефисы и регистр в коде не важны."),
          pick(
            "With HOST:PORT, a machine on which karto serve runs, the whole base is copied from "
              + "there first, encrypted; the code itself does not cross the network. If that "
              + "breaks off, the same command goes on.",
            "С ХОСТ:ПОРТ, где работает karto serve, вся база сначала копируется оттуда, в "
              + "зашифрованном виде; сам код по сети не передаётся. Если связь оборвётся, та же "
              + "команда продолжит."),
        ],
        examples: [
          .init(
            pick(
              "karto join base.karto karto-abcde-… --device \"office laptop\"",
              "karto join base.karto karto-abcde-… --device \"ноутбук\"")),
          .init("karto join 192.168.1.5:15278 karto-abcde-… base.karto"),
        ])
    case .members:
      CommandHelp(
        pick("list the members, or change a role", "кто работает с базой; сменить роль"),
        usage: [
          pick("karto members [NAME]", "karto members [ИМЯ]"),
          pick("karto members NAME --role ROLE", "karto members ИМЯ --role РОЛЬ"),
          pick("karto members NAME --claim", "karto members ИМЯ --claim"),
        ],
        notes: [
          pick(
            "Tables that were imported before somebody was a member name them in words. --claim "
              + "makes such clients, deals, tasks and activities that member's own, in one change; "
              + "so it does with those of somebody of the same name in another base that was "
              + "merged, as one's own base before one joined.",
            "Таблицы, загруженные до приглашения, называют человека словами. --claim одним "
              + "изменением делает такие клиенты, сделки, задачи и события его собственными; и те, "
              + "что записаны на человека с тем же именем в другой базе, принятой через karto merge, "
              + "например в его личной."),
          pick(
            "With --json one object a member: id, name, role, state (active, invited, lapsed, "
              + "left), me, devices, last_seen, invited_until, absent_until, stand_ins.",
            "С --json по объекту на человека: id, name, role, state (active, invited, lapsed, "
              + "left), me, devices, last_seen, invited_until, absent_until, stand_ins."),
        ],
        examples: [
          .init("karto members"),
          .init(
            pick("karto members Mary --role admin", "karto members Мария --role администратор")),
        ])
    case .devices:
      CommandHelp(
        pick("list the machines that write to the base", "машины, с которых ведут базу"),
        usage: ["karto devices"],
        notes: [
          pick(
            "What a machine has not seen is counted by what it said when it last wrote. With "
              + "--json one object a device: id, name, member, role, state (active, sealed, "
              + "stranger, reader), this, commits, last, last_at, behind.",
            "Чего машина ещё не видела, считается по её последней записи. С --json по объекту на "
              + "устройство: id, name, member, role, state (active, sealed, stranger, reader), "
              + "this, commits, last, last_at, behind.")
        ], examples: [.init("karto devices")])
    case .conflicts:
      CommandHelp(
        pick("list what two people changed at once", "где двое изменили одно и то же"),
        usage: [
          pick("karto conflicts [ID|FILTER…]", "karto conflicts [НОМЕР|УСЛОВИЕ…]")
        ],
        notes: [
          pick(
            "Nobody's value is lost: all are kept until someone who has seen them decides. A "
              + "record that one deleted and another edited stays, and is listed as \"deleted\".",
            "Ничьё значение не теряется: все хранятся, пока кто-нибудь, видя их, не решит. "
              + "Запись, которую один удалил, а другой правил, остаётся и стоит в списке как "
              + "\"deleted\"."),
          pick(
            "With --json one object a conflict: id, type, name, field and values, each with value, "
              + "by, at, dot, mine; the first is the one that everybody sees for now.",
            "С --json по объекту на конфликт: id, type, name, field и values, в каждом value, by, "
              + "at, dot, mine; первое — то, что пока видят все."),
        ],
        examples: [
          .init("karto conflicts"), .init("karto conflicts 57"),
          .init(pick("karto conflicts owner:Mary", "karto conflicts ответственный:Мария")),
        ])
    default:
      CommandHelp(
        pick("settle a conflict", "решить, какое значение оставить"),
        usage: [
          pick(
            "karto resolve ID FIELD mine|theirs|@N|VALUE",
            "karto resolve НОМЕР ПОЛЕ моё|их|@N|ЗНАЧЕНИЕ"),
          pick(
            "karto resolve ID deleted keep|delete",
            "karto resolve НОМЕР удаление оставить|удалить"),
          "karto resolve",
        ],
        notes: [
          pick(
            "mine is what you wrote, theirs what the others wrote, @2 the second value of karto "
              + "conflicts. Anything else is a new value; karto set does the same, and takes those "
              + "words literally. Alone on a terminal it asks about every conflict in turn.",
            "«моё» — ваше значение, «их» — чужое, @2 — второе по счёту в karto conflicts. Всё остальное — новое значение; так же действует karto set, и для "
              + "него это обычные слова. Без слов на терминале спросит о каждом конфликте по очереди."
          )
        ],
        examples: [
          .init(pick("karto resolve 57 city theirs", "karto resolve 57 город их")),
          .init(pick("karto resolve 57 deleted keep", "karto resolve 57 удаление оставить")),
          .init("karto resolve"),
        ])
    }
  }
}
