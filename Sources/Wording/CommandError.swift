/// What can be wrong with a command line, as data.
public enum CommandError: Error, Equatable, Sendable {
  /// No command is called so.
  case unknownVerb(String, suggestions: [String])
  /// The command has no such action, as `deal fly`.
  case unknownAction(String, of: Verb, suggestions: [String])
  /// An action was expected after the command.
  case missingAction(of: Verb, actions: [String])
  /// The command has no such option.
  case unknownOption(String, of: Verb?, suggestions: [String])
  /// An option that other commands, or other actions of this one, have a use for.
  case uselessOption(String, of: Verb, action: String?)
  /// An option that does nothing beside another one.
  case uselessBeside(option: String, other: String)
  /// An option that needs a value has none.
  case missingValue(option: String)
  /// An option that takes no value has one.
  case unexpectedValue(option: String)
  /// The value of an option is none of those allowed; an empty list allows too many to name.
  case badValue(option: String, value: String, allowed: [String])
  /// Something that the command needs was not said.
  case missingOperand(Operand, of: Verb)
  /// More was said than the command understands.
  case unexpectedOperand(String, of: Verb)
  /// An option without which the command has not enough to go on.
  case missingOption(String, of: Verb)
  /// A word that is no `field=value`.
  case notAnAssignment(String, of: Verb)
  /// No kind of record is called so.
  case unknownType(String, suggestions: [String])
  /// No document was named and none stands in the folder.
  case noDocument
  /// No document was named and several stand in the folder.
  case severalDocuments([String])
  /// The command asks a question, and nobody is there to answer.
  case needsYes(Verb)
  /// The answer was no.
  case declined
  /// There is no folder to write a file into.
  case noFolder(path: String)
  /// A file that would be written exists.
  case fileExists(path: String)
  /// What would be written over is what the command reads, or a base.
  case fileInUse(path: String)
  /// A table of text would be written to a file that is named like a spreadsheet.
  case namedLikeSpreadsheet(path: String)
  /// No segment is called so.
  case unknownSegment(String, suggestions: [String])
  /// A name of a commit is none: `mike:12`.
  case badDot(String)
  /// The base holds no such commit.
  case unknownDot(String)
  /// No import has this number.
  case unknownImport(Int)
  /// This device has written nothing that could be undone.
  case nothingToUndo
  /// No merge was made on this device.
  case noMerge
  /// What would be undone took another base in; alone that would leave all its records behind.
  case undoesAdoption
  /// A text that should be the code of an invitation is none, or was copied with a mistake.
  case badCode(String)
  /// A text that should be the recovery key is none, or was copied with a mistake.
  case badRecoveryKey
  /// The recovery key opens a copy of the base, and no other machine.
  case recoveryNeedsCopy
  /// An invitation would have expired before it was made.
  case expiredAlready(String)

  /// What a command needs beside options.
  public enum Operand: Sendable, CaseIterable {
    /// The path of a file.
    case path
    /// The path of the new file.
    case newPath
    /// A machine or a folder to exchange changes with.
    case partner
    /// A kind of record.
    case type
    /// A record by id or name.
    case record
    /// A client by id or name.
    case client
    /// A second client by id or name.
    case otherClient
    /// A deal by id or name.
    case deal
    /// A task by id or name.
    case task
    /// A stage.
    case stage
    /// At least one `field=value`.
    case assignment
    /// Words to look for.
    case words
    /// A title.
    case title
    /// A name.
    case name
    /// A day or a moment.
    case date
    /// The kind of an activity.
    case activity
    /// A commit, an import or `--last`.
    case commit
    /// A commit that is held.
    case heldCommit
    /// A shell.
    case shell
    /// A copy of a base.
    case copy
    /// The code of an invitation.
    case code
    /// Whom to invite.
    case invitee
    /// A member.
    case member
    /// A field.
    case field
    /// What a conflict is settled with.
    case decision
  }
}
