import Bytes

/// A QR code on a terminal: two rows of modules to a line of text.
enum QRPicture {
  /// Draws the code of a text.
  ///
  /// Light modules are drawn and dark ones left out, as most terminals are dark; where colours may
  /// be used, they are set so that it is right on a light one too.
  ///
  /// - Parameters:
  ///   - text: what a camera shall read.
  ///   - invocation: the command, which knows whether colours may be used and how wide a line is.
  /// - Returns: the lines; none if the text or the terminal is too small for a code.
  static func lines(_ text: String, in invocation: Invocation) -> [String] {
    guard let code = QRCode(text) else { return [] }
    let range = -QRCode.margin..<(code.size + QRCode.margin)
    if let width = invocation.surroundings.output.width, width < range.count { return [] }
    let colours = invocation.isStyled ? (on: "\u{1B}[97;40m", off: "\u{1B}[0m") : (on: "", off: "")
    return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
      let blocks = range.map { column in
        // The picture has an odd number of rows; below the last one nothing is drawn.
        let lower = row + 1 < range.upperBound && !code[row + 1, column]
        return block(upper: !code[row, column], lower: lower)
      }
      return colours.on + blocks.joined() + colours.off
    }
  }

  private static func block(upper: Bool, lower: Bool) -> String {
    switch (upper, lower) {
    case (true, true): "\u{2588}"
    case (true, false): "\u{2580}"
    case (false, true): "\u{2584}"
    case (false, false): " "
    }
  }
}
