extension Wording {
  func sealingHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .seal: sealHelp
    case .held: heldHelp
    default: copiesHelp
    }
  }

  private var sealHelp: CommandHelp {
    CommandHelp(
      pick("shut a person or a machine out", "отключить человека или машину"),
      usage: [
        pick(
          "karto seal NAME|DEVICE [--recovery KEY [--as NAME]]",
          "karto seal ИМЯ|УСТРОЙСТВО [--recovery КЛЮЧ [--as ИМЯ]]"),
        pick("karto seal --void ID|NAME", "karto seal --void НОМЕР|ИМЯ"), "karto seal",
      ],
      notes: [
        pick(
          "All that you have of theirs stays; what they wrote beyond it, or write later, is held "
            + "on every copy, whichever way it comes: karto held shows it. So get their changes "
            + "first, then shut out. Of several seals the one that ends lowest counts.",
          "Всё, что от них у вас есть, остаётся; что записано сверх этого или будет записано, "
            + "задержат все копии, каким бы путём оно ни пришло: karto held покажет. Поэтому сначала "
            + "получите изменения, потом отключайте. Из нескольких отключений действует самое "
            + "раннее."),
        pick(
          "Only who stands above may shut out, and void it: owners above admins, admins above "
            + "managers and readers. Above owners stands the recovery key alone; with --recovery - "
            + "it is read from standard input. What is let in again counts whole, what was "
            + "discarded too. Whoever is taken on again: karto invite --for NAME.",
          "Отключает и отменяет отключение только тот, кто выше: владелец выше администратора, "
            + "администратор выше менеджеров и читателей. Выше владельцев только ключ "
            + "восстановления; с --recovery - он читается со стандартного ввода. Снятое отключение "
            + "возвращает всё, и отклонённое тоже. Взять обратно: "
            + "karto invite --for ИМЯ."),
        pick(
          "With --json one object: seal, member, member_id, whole, withdrawn, and sealed, a list "
            + "with device, name, last, last_at, already for each device. With --void: voided, "
            + "freed, discarded. The list has an object a seal: id, member or device, limit, by, role, at, "
            + "void, ends, held.",
          "С --json один объект: seal, member, member_id, whole, withdrawn и список sealed, в нём "
            + "для каждого устройства device, name, last, last_at, already. С --void: voided, "
            + "freed, discarded. В списке по объекту на отключение: id, member или device, limit, by, role, "
            + "at, void, ends, held."),
      ],
      examples: [
        .init(pick("karto seal Ivan --yes", "karto seal Иван --yes")),
        .init(
          pick("karto seal \"old laptop\" --dry-run", "karto seal \"старый ноутбук\" --dry-run"),
          pick("only shows", "только покажет")),
        .init(pick("karto seal --void Ivan", "karto seal --void Иван")),
      ])
  }

  private var heldHelp: CommandHelp {
    CommandHelp(
      pick(
        "changes that do not count, and what becomes of them",
        "что задержано и что с этим делать"),
      usage: [
        pick("karto held [DOT|NAME…] [--all]", "karto held [ИЗМЕНЕНИЕ|ИМЯ…] [--all]"),
        pick("karto held adopt DOT|NAME…", "karto held adopt ИЗМЕНЕНИЕ|ИМЯ…"),
        pick("karto held discard DOT|NAME…", "karto held discard ИЗМЕНЕНИЕ|ИМЯ…"),
      ],
      notes: [
        pick(
          "A change is held if whoever made it was shut out, or had no right to it. It is kept on "
            + "every copy and is no part of the base. adopt writes what it would have done as "
            + "changes of your own, and leaves alone what someone has changed since; discard "
            + "takes it off the list. Either decision reaches everybody; adopting twice is "
            + "adopting once. --all lists what is decided too.",
          "Изменение задерживается, если его автор отключён или не имел на него права. Оно "
            + "хранится на всех копиях и в базу не входит. adopt записывает то же самое как ваши "
            + "изменения и не трогает того, что с тех пор правили другие; discard убирает из "
            + "списка. Решение дойдёт до всех; принять дважды — то же, что один раз. --all "
            + "покажет и решённые."),
        pick(
          "With --json one object a commit: dot, at, by, device, why (sealed, not_entitled, "
            + "stranger), code_for and code_used_by (of a code that was used twice), does, decision, "
            + "changes (type, id, name, field, op, before, after). adopt: adopted, records, left, "
            + "excluded, dots; status 4 if all of it is about members, devices and accounts.",
          "С --json по объекту на фиксацию: dot, at, by, device, why (sealed, not_entitled, "
            + "stranger), code_for и code_used_by (код использован дважды), does, decision, "
            + "changes (type, id, name, field, op, before, after). adopt: adopted, records, left, "
            + "excluded, dots; код 4, если всё это о людях, устройствах и учёте."),
      ],
      examples: [
        .init("karto held"), .init("karto held adopt k7q3:118"),
        .init(pick("karto held discard Ivan --yes", "karto held discard Иван --yes")),
      ])
  }

  private var copiesHelp: CommandHelp {
    CommandHelp(
      pick("where the base lies, and what is here only", "где лежит база и что есть только здесь"),
      usage: ["karto copies"],
      notes: [
        pick(
          "By what others said when they last wrote, by the notes in shared folders, and by "
            + "sessions. A copy may hold more than it has said. Copies on machines that only read "
            + "say nothing and are not listed.",
          "По тому, что машины сообщили при последней записи, по заметкам в общих папках и по "
            + "сеансам обмена. Копия может содержать больше, чем сообщила. Копии, с которых только "
            + "читают, ничего не сообщают, и в списке их нет."),
        pick(
          "With --json one object a copy, \"type\":\"copy\": kind (device, folder), id and name or "
            + "path, member, this, spare, holds, of, missing, ahead, as_of; then one "
            + "\"type\":\"summary\": commits, copies, only_here, only_here_by, alone.",
          "С --json по объекту на копию, \"type\":\"copy\": kind (device, folder), id и name или "
            + "path, member, this, spare, holds, of, missing, ahead, as_of; затем один "
            + "\"type\":\"summary\": commits, copies, only_here, only_here_by, alone."),
      ],
      examples: [.init("karto copies")])
  }
}
