/// «Did you mean»: the known words nearest to one that is not known.
public enum Suggestions {
  /// Returns the candidates within a few slips of the fingers, the nearest first.
  ///
  /// A slip is a letter too many, too few or wrong, or two neighbours exchanged. Words up to three
  /// letters may differ by one, up to six by two, longer ones by three. Case, «ё», spaces and
  /// underscores do not count, and a word in the wrong keyboard layout is recognised.
  ///
  /// - Parameters:
  ///   - word: What was typed.
  ///   - candidates: What is known.
  ///   - limit: How many to return at most.
  /// - Returns: The nearest candidates; ties in the order given.
  public static func closest(
    to word: String, among candidates: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    let typed = Array(LabelKey.folded(word).unicodeScalars.prefix(maximalLength))
    let swapped = Array(
      LabelKey.folded(KeyboardLayout.swapped(word)).unicodeScalars.prefix(maximalLength))
    guard !typed.isEmpty || !swapped.isEmpty else { return [] }
    let allowed = typed.count <= 3 ? 1 : typed.count <= 6 ? 2 : 3
    var found: [(distance: Int, order: Int, text: String)] = []
    for (order, candidate) in candidates.enumerated() {
      let known = Array(LabelKey.folded(candidate).unicodeScalars.prefix(maximalLength))
      // Everything is near to a word of two letters.
      let bound = min(allowed, max(1, known.count - 2))
      let distance = min(
        editDistance(typed, known), swapped == typed ? .max : editDistance(swapped, known))
      if distance <= bound { found.append((distance, order, candidate)) }
    }
    found.sort { ($0.distance, $0.order) < ($1.distance, $1.order) }
    return found.prefix(max(0, limit)).map(\.text)
  }

  // Labels are short; a pasted page must not cost its square.
  private static let maximalLength = 64

  /// Returns the optimal string alignment distance: Levenshtein's with exchange of neighbours.
  static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    var current = last
    for row in 1...left.count {
      current[0] = row
      for column in 1...right.count {
        let isSame = left[row - 1] == right[column - 1]
        var best = min(
          last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          best = min(best, beforeLast[column - 2] + 1)
        }
        current[column] = best
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[right.count]
  }
}
