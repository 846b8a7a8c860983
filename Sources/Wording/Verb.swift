import CRM

/// The commands, in the order of the overview.
public enum Verb: String, Sendable, CaseIterable {
  /// Founds a base.
  case new
  /// Adds a record.
  case add
  /// Changes a record.
  case set
  /// Shows a record.
  case show
  /// Lists records.
  case list
  /// Searches.
  case find
  /// Notes an interaction.
  case log
  /// Works with deals.
  case deal
  /// Works with tasks.
  case task
  /// Says what is to be done today.
  case today
  /// Works with saved filters.
  case segment
  /// Finds clients that were entered twice.
  case duplicates
  /// Makes one client of several cards.
  case mergeCards = "merge-cards"
  /// Moves records to the trash.
  case delete
  /// Takes records out of the trash.
  case restore
  /// Lists the trash.
  case trash
  /// Tells what happened.
  case history
  /// Takes changes back.
  case undo
  /// Lets a person or a further device in.
  case invite
  /// Makes this machine one of a base's devices.
  case join
  /// Lists the members.
  case members
  /// Lists the devices.
  case devices
  /// Shuts a person or a machine out.
  case seal
  /// Shows what is held, and decides about it.
  case held
  /// Tells where the base lies.
  case copies
  /// Hands somebody's work over.
  case offboard
  /// Says who gets the clients that nobody is responsible for.
  case rule
  /// Lists what was deleted or overwritten in bulk.
  case alarms
  /// Lists what people changed without seeing each other's change.
  case conflicts
  /// Settles such a conflict.
  case resolve
  /// Takes in another copy.
  case merge
  /// Exchanges changes with others.
  case sync
  /// Lets the base's other devices exchange changes with this one.
  case serve
  /// Shows which devices were met.
  case peers
  /// Reads a table.
  case `import`
  /// Writes everything out.
  case export
  /// Makes changes that a program wrote.
  case apply
  /// Looks for damage.
  case check
  /// Saves what can be saved.
  case repair
  /// Packs the document.
  case compact
  /// Prints the hash of the state.
  case digest
  /// Prints a script for the shell.
  case completion
  /// Explains.
  case help
}

/// The options of all commands.
public enum CommandOption: String, Sendable, CaseIterable {
  // Everywhere.
  /// The document.
  case file
  /// The language.
  case lang
  /// JSON, one object a line.
  case json
  /// Yes to every question.
  case yes
  /// Rehearse only.
  case dryRun = "dry-run"
  /// Ids only, no talk.
  case quiet
  /// No colours.
  case noColor = "no-color"
  /// The day that counts as today.
  case asOf = "as-of"
  /// A moment: of the base that is shown, or of what is noted.
  case at
  /// The form of a list.
  case format
  /// An explanation.
  case help
  /// The program's version.
  case version

  // Of single commands.
  /// The name of a base.
  case name
  /// Who one is.
  case `as`
  /// A currency.
  case currency
  /// The order of a list.
  case sort
  /// The columns of a list.
  case columns
  /// How many at most.
  case limit
  /// The field to count by.
  case by
  /// A saved filter.
  case segment
  /// What lies in the trash.
  case trash
  /// A kind of record.
  case type
  /// How a conversation ended.
  case outcome
  /// A sum.
  case amount
  /// The next step.
  case next
  /// A deadline.
  case due
  /// The deal concerned.
  case deal
  /// The client concerned.
  case client
  /// Incoming or outgoing.
  case direction
  /// A stage.
  case stage
  /// A pipeline.
  case pipeline
  /// A reason.
  case reason
  /// An owner.
  case owner
  /// A priority.
  case priority
  /// A kind of task.
  case kind
  /// The result of a task.
  case result
  /// A day after which to come back.
  case returnAfter = "return-after"
  /// What is closed too.
  case all
  /// An import.
  case `import`
  /// The last batch of this device.
  case last
  /// The last merge on this device.
  case merge
  /// Goes on until it is stopped.
  case watch
  /// Devices on the local network.
  case lan
  /// The address to listen at.
  case listen
  /// The port to listen at.
  case port
  /// Print a unit for systemd.
  case unit
  /// A column and its field.
  case map
  /// What becomes of duplicates.
  case duplicates
  /// The encoding of a file.
  case encoding
  /// The sign between columns.
  case separator
  /// Where rejected rows go.
  case rejected
  /// The program that wrote a file.
  case preset
  /// Where a result goes.
  case output
  /// Another copy of the base.
  case from
  /// Whom an invitation is for.
  case `for`
  /// A member's role.
  case role
  /// Until when an invitation can be used.
  case expires
  /// A further device of one's own.
  case ownDevice = "device"
  /// The name of a device.
  case deviceName = "device-name"
  /// Whose invitations are taken back.
  case withdraw
  /// Without the picture of a code.
  case noQR = "no-qr"
  /// Two are different clients.
  case not
  /// How sure a pair must be.
  case level
  /// The seal that is cancelled.
  case void
  /// The recovery key.
  case recovery
  /// Whose changes.
  case author
  /// From when on.
  case since
  /// Up to when.
  case until
  /// A kind of change.
  case only
  /// Who takes over.
  case to
  /// By what several people share.
  case rule
  /// So many days back.
  case days
  /// For a time only.
  case temporary
  /// Makes what names a member in words the member's own.
  case claim
  /// Where a page goes.
  case html

  /// What stands after two dashes.
  ///
  /// `invite --device` and `join --device NAME` are two options of one spelling, and so are those
  /// that say `--by`.
  public var spelling: String {
    switch self {
    case .deviceName: Self.ownDevice.rawValue
    case .author, .rule: Self.by.rawValue
    default: rawValue
    }
  }

  /// The letter after one dash, if it has one.
  public var letter: Character? {
    switch self {
    case .file: "f"
    case .yes: "y"
    case .quiet: "q"
    case .help: "h"
    case .output: "o"
    default: nil
    }
  }

  /// Whether every command takes it.
  public var isGlobal: Bool { Self.global.contains(self) }

  /// The options that every command takes, in the order of the help.
  public static let global: [CommandOption] = [
    .file, .lang, .json, .yes, .quiet, .noColor, .help, .version,
  ]

  /// Options that mean the same in many commands, and nothing in others, which refuse them; like
  /// those of every command they may stand before the command.
  public static let shared: [CommandOption] = [.format, .dryRun, .asOf, .at]

  /// What a value is, if the option takes one.
  public var value: Value? {
    switch self {
    case .json, .yes, .dryRun, .quiet, .noColor, .help, .version, .trash, .last, .all, .merge,
      .watch, .ownDevice, .noQR, .not, .temporary, .lan, .unit, .claim:
      nil
    case .file, .rejected, .output, .from, .html: .file
    case .lang: .words(["ru", "en"])
    case .format: .words(["table", "json", "csv", "tsv", "jsonl", "excel", "sql"])
    case .duplicates: .words(["skip", "merge", "replace", "allow"])
    case .direction: .words(["in", "out"])
    case .asOf, .at, .due, .returnAfter, .expires, .until: .date
    case .since: .start
    case .only: .words(["deletes", "changes", "creates"])
    case .author, .to: .member
    case .rule: .rule
    case .role: .role
    case .level: .words(["certain", "likely", "possible"])
    case .limit, .import, .port, .days: .number
    case .listen: .address
    case .sort, .columns, .by: .field
    case .map: .mapping
    case .amount: .sum
    case .type: .type
    case .name, .as, .currency, .segment, .outcome, .next, .deal, .client, .stage, .pipeline,
      .reason, .owner, .priority, .kind, .result, .encoding, .separator, .preset, .for,
      .deviceName, .withdraw, .void, .recovery:
      .text
    }
  }

  /// Whether it may be given several times.
  public var isRepeatable: Bool { self == .map || self == .from }

  /// What stands after an option.
  public enum Value: Sendable, Equatable {
    /// The path of a file.
    case file
    /// One of these.
    case words([String])
    /// A day or a moment.
    case date
    /// An integer.
    case number
    /// Fields, separated by commas.
    case field
    /// A column and a field.
    case mapping
    /// A sum of money.
    case sum
    /// A kind of record.
    case type
    /// The role of a member.
    case role
    /// By what several people share.
    case rule
    /// An address of this machine.
    case address
    /// A day, a moment or a commit.
    case start
    /// A member.
    case member
    /// Any text.
    case text
  }
}
