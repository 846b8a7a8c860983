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
              + "раз ничего не принесёт; karto undo --merge отменит слияние.")
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
