/// What can keep a batch from being written.
public enum WorkspaceError: Error, Equatable, Sendable {
  /// The user interrupted; nothing was written.
  case interrupted
  /// The document is damaged in its middle; it is repaired before it is written to.
  case damaged(path: String)
  /// What this device writes would not count; why.
  case refused(HeldReason)
  /// The document at this path holds another workspace.
  case otherWorkspace(path: String)
}
