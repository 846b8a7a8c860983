extension CSVDialect {
  /// Guesses the dialect from the first hundred records of a table in UTF-8.
  ///
  /// Every separator is tried with quotes respected; the one that cuts the most records into the
  /// same number of fields wins, and of two equals the one that makes more fields. A table of
  /// one column is read with commas. The guess is only a guess: show it, and let the person
  /// switch.
  public static func detect(_ bytes: Span<UInt8>) -> CSVDialect {
    let sample = bytes.extracting(0..<Swift.min(bytes.count, 256 * 1024))
    var dialect = CSVDialect()
    dialect.lineEnd = firstLineEnd(sample)
    if let stated = separatorLine(sample) {
      dialect.separator = stated
      dialect.hasSeparatorLine = true
    } else {
      var best = 0.0
      for separator in separators {
        dialect.separator = separator
        let score = Records(sample, dialect: dialect).score
        if score > best { best = score }
      }
      dialect.separator =
        separators.first { separator in
          dialect.separator = separator
          return best > 0 && Records(sample, dialect: dialect).score == best
        } ?? UInt8(ascii: ",")
    }
    let records = Records(sample, dialect: dialect)
    dialect.trailingSeparator = records.haveTrailingSeparator
    dialect.hasHeader = records.startWithHeader
    return dialect
  }

  /// The separator that Excel's line `sep=;` names.
  private static func separatorLine(_ bytes: Span<UInt8>) -> UInt8? {
    let start = bytes.startsWithUTF8Mark ? 3 : 0
    guard bytes.count >= start + 6 else { return nil }
    let word = bytes.extracting(start..<(start + 4)).copied().map { $0 | 0x20 }
    let end = bytes[start + 5]
    guard word == Array("sep=".utf8).map({ $0 | 0x20 }), end == 0x0A || end == 0x0D else {
      return nil
    }
    return bytes[start + 4]
  }

  private static func firstLineEnd(_ bytes: Span<UInt8>) -> LineEnd {
    var isQuoted = false
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case 0x0A where !isQuoted: return .lf
      case 0x0D where !isQuoted:
        return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? .crlf : .cr
      default: break
      }
    }
    return .lf
  }
}

extension CSVDialect {
  /// What the first records of a table look like when cut by a dialect.
  private struct Records {
    var header: [String] = []
    var fieldCounts: [Int] = []
    var malformedCount = 0
    var emptyEndCount = 0
    let separator: UInt8

    init(_ sample: Span<UInt8>, dialect: CSVDialect) {
      separator = dialect.separator
      var plain = dialect
      plain.trailingSeparator = false
      var reader = CSVReader(dialect: plain)
      var row = CSVRow()
      while fieldCounts.count < 100 {
        do {
          guard try reader.next(in: sample, into: &row) else { return }
        } catch {
          // A record that the sample cuts in two ends in an open quote: no sign either way.
          if !fieldCounts.isEmpty { return }
          malformedCount += 1
        }
        if fieldCounts.isEmpty { header = row.texts(in: sample) }
        fieldCounts.append(row.fields.count)
        if row.isMalformed { malformedCount += 1 }
        if let last = row.fields.last, last.count == 0 { emptyEndCount += 1 }
      }
    }

    /// The share of records with the commonest number of fields, weighted by that number.
    var score: Double {
      var frequencies: [Int: Int] = [:]
      for count in fieldCounts { frequencies[count, default: 0] += 1 }
      let commonest = frequencies.max { ($0.value, $0.key) < ($1.value, $1.key) }
      guard let (fields, records) = commonest, fields > 1 else { return 0 }
      let share = Double(records) / Double(fieldCounts.count)
      let wellFormed = 1 - Double(malformedCount) / Double(fieldCounts.count)
      // Words of a sentence make even rows by chance more easily than any other separator.
      let trust = separator == UInt8(ascii: " ") ? 0.3 : 1
      return share * share * wellFormed * trust * Double(fields) / Double(fields + 1)
    }

    var haveTrailingSeparator: Bool {
      header.count > 1 && header.last == "" && emptyEndCount == fieldCounts.count
    }

    /// Whether the first record looks like names: short words, no numbers, no addresses.
    var startWithHeader: Bool {
      var names = header
      if haveTrailingSeparator { names.removeLast() }
      let filled = names.filter { !$0.isEmpty }
      // Banks of empty names occur, but a first record that is mostly empty is no header.
      guard filled.count * 2 > names.count else { return false }
      return !filled.contains { name in
        let letters = name.unicodeScalars.count { $0.properties.isAlphabetic }
        let digits = name.unicodeScalars.count { $0.properties.numericType != nil }
        return name.contains("@") || (letters == 0 && digits > 0) || digits >= 7
      }
    }
  }
}
