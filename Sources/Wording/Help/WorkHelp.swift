extension Wording {
  func workHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .log:
      CommandHelp(
        pick("note a call, a meeting, a letter, a purchase", "записать звонок, встречу, покупку"),
        usage: [
          pick("karto log KIND CLIENT [TEXT…]", "karto log ВИД КЛИЕНТ [ТЕКСТ…]")
        ],
        notes: [
          pick(
            "Kinds: call, meeting, mail, chat, note, feedback, complaint, materials, purchase. "
              + "--next with --due makes a task.",
            "Виды: call, meeting, mail, chat, note, feedback, complaint, materials, purchase, "
              + "можно по-русски. --next вместе с --due заводит задачу.")
        ],
        examples: [
          .init(
            pick(
              "karto log call Acme \"asked for a price\" --outcome reached --next \"send it\" "
                + "--due tomorrow",
              "karto log звонок Ромашка \"просили цену\" --outcome дозвонился "
                + "--next \"отправить\" --due завтра")),
          .init(
            pick("karto log purchase 57 --amount 12500", "karto log покупка 57 --amount 12500")),
        ])
    case .deal:
      CommandHelp(
        pick("work with deals", "сделки"),
        usage: [
          pick(
            "karto deal add CLIENT [TITLE] [FIELD=VALUE…]",
            "karto deal add КЛИЕНТ [НАЗВАНИЕ] [ПОЛЕ=ЗНАЧЕНИЕ…]"),
          pick("karto deal move DEAL STAGE", "karto deal move СДЕЛКА ЭТАП"),
          pick("karto deal win DEAL", "karto deal win СДЕЛКА"),
          pick("karto deal lose DEAL --reason WHY", "karto deal lose СДЕЛКА --reason ПРИЧИНА"),
          pick("karto deal list [FILTER…]", "karto deal list [УСЛОВИЕ…]"),
        ],
        notes: [
          pick(
            "A move is kept with its date and author, so that reports can tell how long it took.",
            "Каждый переход хранится с датой и автором, чтобы отчёты знали, сколько он занял.")
        ],
        examples: [
          .init(
            pick(
              "karto deal add Acme \"Office lease\" amount=450000",
              "karto deal add Ромашка \"Аренда офиса\" сумма=450000")),
          .init(pick("karto deal move 61 Showing", "karto deal move 61 Показ")),
          .init(
            pick(
              "karto deal lose 61 --reason price --return-after +90d",
              "karto deal lose 61 --reason цена --return-after +90д")),
        ])
    case .task:
      CommandHelp(
        pick("work with tasks", "задачи"),
        usage: [
          pick(
            "karto task add TITLE [--client C] [--due DATE]",
            "karto task add ЗАДАЧА [--client К] [--due ДАТА]"),
          pick("karto task done TASK", "karto task done ЗАДАЧА"),
          pick("karto task snooze TASK DATE", "karto task snooze ЗАДАЧА ДАТА"),
          pick("karto task cancel TASK", "karto task cancel ЗАДАЧА"),
          pick("karto task list [FILTER…]", "karto task list [УСЛОВИЕ…]"),
        ],
        notes: [
          pick(
            "snooze +3d puts a task off by three days from the day on which it is due, or from "
              + "today if that has passed; its time of day stays. Any other date is taken as it is.",
            "snooze +3д откладывает на три дня от срока задачи, а если он прошёл — от сегодня; "
              + "время дня остаётся. Любая другая дата берётся как есть.")
        ],
        examples: [
          .init(
            pick(
              "karto task add \"call back\" --client Acme --due friday",
              "karto task add \"перезвонить\" --client Ромашка --due пятница")),
          .init(
            pick("karto task done 64 --result agreed", "karto task done 64 --result договорились")),
          .init(pick("karto task snooze 64 +3d", "karto task snooze 64 +3д")),
        ])
    default:
      CommandHelp(
        pick("say what is to be done today", "что сделать сегодня"),
        usage: ["karto today"],
        notes: [
          pick(
            "Overdue tasks, tasks of today and tomorrow, clients whom it is time to call, deals "
              + "that stand still, birthdays. --owner asks for someone else, --all for everybody.",
            "Просроченные задачи, задачи на сегодня и завтра, кому пора звонить, застрявшие "
              + "сделки, дни рождения. --owner для другого сотрудника, --all для всех.")
        ],
        examples: [.init("karto today"), .init("karto today --all --json")])
    }
  }
}
