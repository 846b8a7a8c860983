extension Wording {
  func sharingHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .merge:
      CommandHelp(
        pick("take in a colleague's copy of the base", "принять копию базы коллеги"),
        usage: [pick("karto merge OTHER.karto", "karto merge ДРУГАЯ.karto")],
        notes: [
          pick(
            "Shows what would come, asks once, and takes it in. Nothing is overwritten: where both "
              + "of you changed a field, both values stay until someone settles it. The same file "
              + "twice brings nothing; karto undo --merge takes a merge back.",
            "Покажет, что придёт, спросит один раз и примет. Ничего не затирается: если одно поле "
              + "изменили оба, сохранятся оба значения, пока кто-то не выберет. Тот же файл второй "
              + "раз ничего не принесёт; karto undo --merge отменит слияние."),
          pick(
            "A file of another base, say a colleague's own, is taken in too: its clients, deals, "
              + "activities and tasks with their history, not its people's rights and not its "
              + "settings. Pipelines and stages of the same name are one; its people are shown "
              + "with the name of their base.",
            "Файл другой базы, например личной базы коллеги, тоже можно принять: её клиенты, "
              + "сделки, события и задачи придут с историей, права её сотрудников и настройки — "
              + "нет. Воронки и этапы с одинаковыми названиями станут одними; её сотрудники "
              + "показаны с названием своей базы."),
        ],
        examples: [
          .init(
            pick("karto merge anna.karto --dry-run", "karto merge анна.karto --dry-run"),
            pick("only shows", "только покажет")),
          .init(pick("karto merge anna.karto --yes", "karto merge анна.karto --yes")),
        ])
    default: baseHelp(verb)
    }
  }
}
