/// Is told now and then how far long work has come: how much is done, and of how much, in a unit
/// that only their ratio has a meaning for.
///
/// It is called on the thread that asked for the work, and `done` never falls.
public typealias ProgressReport = (_ done: Int, _ whole: Int) -> Void
