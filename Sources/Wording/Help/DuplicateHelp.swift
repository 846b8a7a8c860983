extension Wording {
  func duplicateHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .mergeCards:
      CommandHelp(
        pick("make one client of several cards", "объединить карточки одного клиента"),
        usage: [
          pick("karto merge-cards ID OTHER…", "karto merge-cards НОМЕР ДРУГОЙ…")
        ],
        notes: [
          pick(
            "The first card is shown from then on, with the phones, deals, tasks and talks of all. "
              + "Nothing is copied or lost: where cards say different things both are shown, and "
              + "karto set settles it for all. karto undo takes the cards apart again.",
            "Дальше показывается первая карточка, с телефонами, сделками, задачами и историей "
              + "всех. Ничего не копируется и не теряется: где карточки расходятся, видны оба "
              + "значения, karto set решает сразу для всех. karto undo снова разделит карточки.")
        ],
        examples: [
          .init(
            "karto merge-cards 57 91 --dry-run",
            pick("shows what differs", "покажет, чем карточки отличаются")),
          .init("karto merge-cards 57 91"),
        ])
    default:
      CommandHelp(
        pick("find clients that were entered twice", "найти клиентов, заведённых дважды"),
        usage: [
          pick("karto duplicates [ID]", "karto duplicates [НОМЕР]"),
          pick("karto duplicates --not ID OTHER", "karto duplicates --not НОМЕР ДРУГОЙ"),
        ],
        notes: [
          pick(
            "Compares phones, e-mails, INN and names, whatever their order, spelling and legal "
              + "form. A phone that colleagues share makes no pair. The score is 0 to 100: "
              + "certain from 90, likely from 60, possible from 35; the best come first. On a "
              + "terminal each pair is shown side by side, to merge, to tell apart or to skip.",
            "Сравнивает телефоны, почту, ИНН и имена при любом порядке слов, написании и форме "
              + "собственности. Общий телефон коллег пары не делает. Балл от 0 до 100: точно "
              + "от 90, вероятно от 60, возможно от 35; лучшие сверху. В терминале пары "
              + "показываются рядом: объединить, разные, пропустить."),
          pick(
            "--not says that two are different clients; nobody is asked about them again.",
            "--not говорит, что это разные клиенты; больше никого о них не спросят."),
        ],
        examples: [
          .init("karto duplicates --level likely --limit 20"),
          .init("karto duplicates 57 --json"),
          .init("karto duplicates --not 57 91"),
        ])
    }
  }
}
