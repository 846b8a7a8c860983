import Testing

@testable import Exchange

struct CSVPropertyTests {
  /// The plainest reader there is, byte by byte, to compare well-formed input with.
  private func plainRecords(_ bytes: [UInt8], separator: UInt8) -> [[[UInt8]]] {
    var records: [[[UInt8]]] = []
    var record: [[UInt8]] = []
    var field: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var index = 0
    func isEmptyLine() -> Bool { record.isEmpty && field.isEmpty && !wasQuoted }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if index < bytes.count && bytes[index] == 0x22 {
          field.append(0x22)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == 0x22 && field.isEmpty && !wasQuoted {
        (isQuoted, wasQuoted) = (true, true)
      } else if byte == separator {
        record.append(field)
        (field, wasQuoted) = ([], false)
      } else if byte == 0x0A || byte == 0x0D {
        if !isEmptyLine() { records.append(record + [field]) }
        (record, field, wasQuoted) = ([], [], false)
      } else {
        field.append(byte)
      }
    }
    if !isEmptyLine() { records.append(record + [field]) }
    return records
  }

  private func randomTable(_ generator: inout SeededGenerator) -> [[String]] {
    let width = Int.random(in: 1...6, using: &generator)
    return (0..<Int.random(in: 1...8, using: &generator)).map { _ in
      (0..<width).map { _ in randomCell(&generator) }
    }
  }

  @Test(arguments: TableProfile.allCases)
  func `what a profile writes reads back byte for byte`(profile: TableProfile) throws {
    for seed in 1...300 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let table = randomTable(&generator)
      var writer = TableWriter(profile)
      for row in table { writer.row(row) }
      var read = try records(writer.bytes, dialect: profile.dialect)
      if profile.guardsFormulas { read = read.map { $0.map(FormulaGuard.unguarded) } }
      #expect(bytes(of: read) == bytes(of: table), "seed \(seed)")
    }
  }

  @Test(arguments: CSVDialect.separators)
  func `the fast reader agrees with the plain one`(separator: UInt8) throws {
    for seed in 1...200 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var text: [UInt8] = []
      for row in randomTable(&generator) {
        for (index, cell) in row.enumerated() {
          if index > 0 { text.append(separator) }
          if Bool.random(using: &generator) {
            text += [0x22] + cell.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
          } else {
            text += cell.utf8.filter { ![0x22, 0x0A, 0x0D, separator].contains($0) }
          }
        }
        text += CSVDialect.LineEnd.allCases[Int.random(in: 0..<3, using: &generator)].bytes
      }
      // A mark of its own at the very start would be passed over.
      text.insert(UInt8(ascii: "x"), at: 0)
      var dialect = CSVDialect(separator: separator)
      dialect.quote = 0x22
      guard text.dropFirst().first != 0x22 else { continue }
      var reader = CSVReader(dialect: dialect)
      var row = CSVRow()
      var read: [[[UInt8]]] = []
      while try reader.next(in: text.span, into: &row) {
        read.append(
          row.fields.indices.map { column in
            var value: [UInt8] = []
            row.appendValue(at: column, in: text.span, to: &value)
            return value
          })
      }
      #expect(read == plainRecords(text, separator: separator), "seed \(seed)")
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `damaged tables never trap and every byte belongs to a row`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let names = ["clients_utf8.csv", "bitrix_contacts.csv", "uneven_rows.csv", "amocrm_deals.csv"]
    for _ in 0..<100 {
      var text = try tableFixture(names[Int.random(in: 0..<names.count, using: &generator)])
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.remove(at: place)
        default: text.insert(contentsOf: [0x22, 0x0A, 0x3B].shuffled(using: &generator), at: place)
        }
      }
      let detected = CSVDialect.detect(text.span)
      let wild = CSVDialect(
        separator: UInt8.random(in: 0...255, using: &generator),
        quote: UInt8.random(in: 0...255, using: &generator),
        trailingSeparator: Bool.random(using: &generator),
        hasSeparatorLine: Bool.random(using: &generator))
      for dialect in [detected, wild] {
        let limits = CSVLimits(fieldBytes: 40, rowBytes: 200, columns: 8)
        var reader = CSVReader(dialect: dialect, limits: limits)
        var row = CSVRow()
        var end = 0
        var isDone = false
        while !isDone {
          do {
            isDone = try !reader.next(in: text.span, into: &row)
          } catch {
            #expect(error.line >= 1 && error.column >= 1, "seed \(seed)")
          }
          #expect(row.range.lowerBound >= end && row.line <= reader.line, "seed \(seed)")
          #expect(isDone || !row.range.isEmpty, "seed \(seed)")
          end = row.range.upperBound
          _ = row.texts(in: text.span)
          _ = row.isMalformed
          _ = row.shape(columnCount: 4)
        }
        #expect(end == text.count, "seed \(seed)")
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a formula guard always comes off again`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let cell = randomCell(&generator)
      let guarded = FormulaGuard.guarded(cell)
      #expect(
        Array(FormulaGuard.unguarded(guarded).utf8) == Array(cell.utf8), "seed \(seed), \(cell)")
    }
  }
}
