extension Wording {
  func leavingHelp(_ verb: Verb) -> CommandHelp {
    switch verb {
    case .offboard:
      CommandHelp(
        pick("hand somebody's work over to others", "передать дела ушедшего"),
        usage: [
          pick(
            "karto offboard NAME --to NAME[,NAME…] [--by RULE] [--html FILE]",
            "karto offboard ИМЯ --to ИМЯ[,ИМЯ…] [--by ПРАВИЛО] [--html ФАЙЛ]"),
          pick(
            "karto offboard NAME --to NAME --temporary --until DATE",
            "karto offboard ИМЯ --to ИМЯ --temporary --until ДАТА"),
        ],
        notes: [
          pick(
            "One batch passes on clients, open deals and lost ones to come back to, open tasks, "
              + "segments, rules and every field of the base's own that holds a member, makes a task of "
              + "the first call to the most valuable clients, and shuts the leaver's machines out. "
              + "Sync first: what they wrote and nobody has seen is held from then on. Won and "
              + "lost deals stay as they are: they say who sold. Only owners and admins may.",
            "Одним действием передаются клиенты, открытые сделки и проигранные с датой возврата, "
              + "открытые задачи, сегменты, правила и свои поля базы, где стоит сотрудник; по самым ценным "
              + "клиентам ставятся задачи «первый звонок»; машины ушедшего отключаются. Сначала "
              + "обменяйтесь изменениями: чего никто не видел, то потом будет задержано. "
              + "Выигранные и проигранные сделки остаются: они говорят, кто продал. Делают это "
              + "владелец и администратор."),
          pick(
            "Rules for several successors: round-robin (the usual one), city, region, tag, stage, "
              + "value; clients who lack it are shared evenly. What people differ about (karto "
              + "conflicts) is left to them, and told. Records that name the leaver only in words, as "
              + "imports make them, are counted: karto members NAME --claim makes them theirs. With "
              + "--temporary nobody is shut out, and after the last day everything that was not "
              + "passed on meanwhile comes back with the first change that anyone makes. What the "
              + "leaver has only for somebody who is away stays lent, and goes home at that day.",
            "Правила для нескольких преемников: по-очереди (обычное), город, регион, тег, этап, "
              + "ценность (поровну по ценности); у кого этого нет, тех делят поровну. О чём идёт "
              + "спор (karto conflicts), остаётся спорным, об этом будет сказано. Где ушедший "
              + "записан только словами, как после загрузки таблиц, будет посчитано: связать их с ним — "
              + "karto members ИМЯ --claim. С --temporary "
              + "никто не отключается, а после последнего дня всё, что за это время не передали "
              + "дальше, вернётся с первым же изменением в базе. Чужие дела, которые были у ушедшего "
              + "только на время, остаются временными и в свой день вернутся к владельцу."),
          pick(
            "--since or --days (14 if not said) is the time that the report looks back. With --json "
              + "one object: member, member_id, until, passed (for each successor: to, clients, "
              + "deals, tasks, segments, rules, first_calls), clients, deals, tasks, records, first_calls, "
              + "open, unsorted, named_in_text, conditions, not_joined, rehearsal, recent, devices, "
              + "commits, sealed; of a record that is lent lent_by, lent_until.",
            "--since или --days (если не сказано, 14) — за какое время отчёт. С --json один объект: "
              + "member, member_id, until, passed (по преемникам: to, clients, deals, tasks, "
              + "segments, rules, first_calls), clients, deals, tasks, records, first_calls, open, "
              + "unsorted, named_in_text, conditions, not_joined, rehearsal, recent, devices, commits, "
              + "sealed; у записи, взятой на время, lent_by, lent_until."),
        ],
        examples: [
          .init(
            pick(
              "karto offboard John --to Mary --dry-run",
              "karto offboard Иван --to Мария --dry-run"),
            pick("only shows", "только покажет")),
          .init(
            pick(
              "karto offboard John --to Mary,Peter --by city --html report.html",
              "karto offboard Иван --to Мария,Пётр --by город --html отчёт.html")),
          .init(
            pick(
              "karto offboard Mary --to Peter --temporary --until 2026-12-20",
              "karto offboard Мария --to Пётр --temporary --until 20.12.2026"),
            pick("a holiday", "отпуск")),
        ])
    case .rule:
      CommandHelp(
        pick(
          "who gets clients that nobody looks after", "кому достаются клиенты без ответственного"),
        usage: [
          pick(
            "karto rule save NAME --to NAME FILTER…", "karto rule save НАЗВАНИЕ --to ИМЯ УСЛОВИЕ…"),
          pick("karto rule [list]", "karto rule [list]"),
          pick("karto rule remove NAME", "karto rule remove НАЗВАНИЕ"),
          pick("karto rule apply [--dry-run]", "karto rule apply [--dry-run]"),
        ],
        notes: [
          pick(
            "apply gives every client that has no owner to the member of the first rule that fits, "
              + "all in one change that karto undo --last takes back. A rule without a filter fits "
              + "all. Nothing is given away by itself: an import says that rules could. A hand-over "
              + "passes the leaver's rules on. With --json: assigned, left, rules (rule, to, to_id, "
              + "clients), idle.",
            "apply отдаёт каждого клиента без ответственного тому, кого называет первое подходящее "
              + "правило, одним изменением: вернуть его — karto undo --last. Правило без условия "
              + "подходит всем. Само ничего не раздаётся: импорт скажет, что правилам есть что "
              + "раздать. При передаче дел правила ушедшего переходят преемнику. С --json: "
              + "assigned, left, rules (rule, to, to_id, clients), idle.")
        ],
        examples: [
          .init(
            pick(
              "karto rule save north --to Maria 'city:Tver|Pskov'",
              "karto rule save север --to Мария 'город:Тверь|Псков'")),
          .init("karto rule apply --dry-run"),
        ])
    case .alarms:
      CommandHelp(
        pick("what was deleted or overwritten in bulk", "что удалили или изменили разом"),
        usage: ["karto alarms [--all]", "karto alarms accept ID"],
        notes: [
          pick(
            "An alarm is raised when one person, within ten minutes, deletes more than 50 records, "
              + "overwrites more than 200, or more than 20 % of one manager's clients (and more "
              + "than 20 of them). Filling empty fields, adding, tags, stages, and undoing one's "
              + "own work of the last day do not count, nor does what owners and admins undo "
              + "and hand over. Owners set other limits: karto set workspace alarm_deleted=100, "
              + "alarm_changed=…, alarm_share=….",
            "Тревога поднимается, если один человек за десять минут удалил больше 50 записей, "
              + "изменил больше 200 или больше 20 % клиентов одного менеджера (и больше 20 "
              + "клиентов). Заполнение пустого, добавление, теги, этапы и отмена своего за "
              + "последние сутки не считаются, как и то, что отменяют и передают владелец и "
              + "администратор. Другие пределы задают владельцы: karto set workspace "
              + "alarm_deleted=100, alarm_changed=…, alarm_share=…."),
          pick(
            "It stays on every command until someone takes it back (karto undo, as printed) or "
              + "accepts it, which goes for everyone; a manager's own answer does not. With --json "
              + "one object an alarm: id, by, from, to, first, last, deleted, changed, shares, "
              + "answered, undo, seal, seal_by, accept.",
            "Она стоит в каждой команде, пока её не отменят (karto undo, как напечатано) или не "
              + "примут; ответ действует для всех, но не ответ самого менеджера. С --json по "
              + "объекту на тревогу: id, by, from, to, first, last, deleted, changed, shares, "
              + "answered, undo, seal, seal_by, accept."),
        ],
        examples: [
          .init("karto alarms"), .init("karto alarms accept 120-k7q3"),
        ])
    default: peopleHelp(verb)
    }
  }
}
