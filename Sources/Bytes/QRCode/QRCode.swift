/// A QR code: a text that a camera can read (ISO/IEC 18004, model 2, error correction level M).
///
///     let code = QRCode("KARTO-7K2QD-…")
///     for row in 0..<code.size { for column in 0..<code.size { code[row, column] … } }
///
/// The smallest version that holds the text is taken, and of the eight masks the one with the
/// lowest penalty. Text of digits, capitals and `$%*+-./:` takes less room than any other.
public struct QRCode: Equatable, Sendable {
  /// How many modules there are in a row and in a column: 21 for version 1, four more for each
  /// next one. The light margin of four modules around them is not counted.
  public let size: Int

  /// The version, 1 to 40.
  public let version: Int

  /// The number of the mask, 0 to 7.
  public let mask: Int

  private let modules: [Bool]

  /// The margin around a code that readers ask for, in modules.
  public static let margin = 4

  /// Makes the code of a text.
  ///
  /// - Parameter text: what a reader gives back.
  /// - Returns: nothing for more than 3,391 letters of the small alphabet or 2,331 bytes.
  public init?(_ text: String) {
    self.init(text, mask: nil)
  }

  /// Makes the code with a mask that is given, or with the best one.
  init?(_ text: String, mask: Int?) {
    guard let message = QRMessage(text) else { return nil }
    version = message.version
    var best: (penalty: Int, mask: Int, modules: QRModules)?
    var blank = QRModules(version: message.version)
    blank.place(message.codewords)
    for mask in mask.map({ $0...$0 }) ?? 0...7 {
      var modules = blank
      modules.apply(mask: mask)
      let penalty = modules.penalty
      if best.map({ penalty < $0.penalty }) ?? true { best = (penalty, mask, modules) }
    }
    guard let best else { return nil }
    self.mask = best.mask
    size = best.modules.size
    modules = best.modules.dark
  }

  /// Whether a module is dark; those outside are light.
  public subscript(row: Int, column: Int) -> Bool {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
    return modules[row * size + column]
  }
}
