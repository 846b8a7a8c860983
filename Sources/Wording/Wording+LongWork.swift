extension Wording {
  /// Work that may take longer than a person waits in silence.
  public enum LongWork: Sendable, CaseIterable {
    /// The state is made from the whole document.
    case opening
    /// A document is read through for damage.
    case checking
    /// What is left of a document is gathered.
    case repairing
    /// Small parts of a document are joined.
    case packing
    /// The hash of the export is computed.
    case digesting
    /// Commits are looked for.
    case readingHistory
    /// The state is compared with what it would be without some commits.
    case comparing
  }

  /// How far some work has come; a line that is replaced again and again.
  public func progress(_ work: LongWork, percent: Int) -> String {
    "\(what(work)) \(percent)\u{A0}%"
  }

  private func what(_ work: LongWork) -> String {
    switch work {
    case .opening: pick("opening the base…", "открываю базу…")
    case .checking: pick("checking…", "проверяю…")
    case .repairing: pick("saving what is left…", "спасаю уцелевшее…")
    case .packing: pick("packing…", "упаковываю…")
    case .digesting: pick("computing the digest…", "считаю дайджест…")
    case .readingHistory: pick("reading the history…", "читаю историю…")
    case .comparing: pick("comparing…", "сравниваю…")
    }
  }
}
