import Platform

/// Ratios against well-known programs, measured in one run on one invented base.
///
///     bash .ci/build && bash .ci/build --product karto-bench
///     .build/release/karto-bench                     # the table, in some minutes
///     .build/release/karto-bench duplicates          # precision and recall of finding them
///     .build/release/karto-bench network             # machines that exchange a base, on loopback
///     .build/release/karto-bench generate --clients 200 --seed 1 Fixtures/demo
@main enum Main {
  static func main() {
    do {
      let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      try run(arguments)
      exitProcess(0)
    } catch {
      Standard.error.write("karto-bench: \(error)\n")
      exitProcess(error is UsageError ? 2 : 1)
    }
  }

  private static func run(_ arguments: Arguments) throws {
    switch arguments.verb {
    case "generate":
      let tables = Tables(
        clientCount: try arguments.number("clients") ?? 100_000,
        seed: UInt64(try arguments.number("seed") ?? 1))
      try tables.write(to: try arguments.operand(0))
    case "run":
      var tables = Tables(
        clientCount: try arguments.number("clients") ?? 100_000,
        seed: UInt64(try arguments.number("seed") ?? 1))
      if arguments.has("million") { tables.clientCount = 1_000_000 }
      let bench = try Bench(
        tables: tables, folder: arguments.value("folder"),
        rounds: try arguments.number("rounds") ?? 5)
      try bench.run(
        onlyImportAndScan: arguments.has("million"), keepsImported: arguments.has("keep"),
        only: arguments.value("only"))
    case "duplicates": try DuplicateRun(arguments).run()
    case "network": try NetworkRun(arguments).run()
    // The rest is what `run` starts as processes of their own, to stay small itself.
    case "edit-alone": try InProcess.editAlone(arguments)
    case "edit-many": try InProcess.editMany(arguments)
    case "edit-apart": try InProcess.editApart(arguments)
    case "wire": try Wire.exchange(arguments)
    case "give": try PlainCopy.give(arguments)
    case "take": try PlainCopy.take(arguments)
    case "join-and-edit": try InProcess.joinAndEdit(arguments)
    default: throw UsageError.usage
    }
  }
}

/// The command line was not understood.
enum UsageError: Error, CustomStringConvertible {
  case usage

  var description: String {
    """
    usage:
      karto-bench [run] [--clients N] [--seed N] [--rounds N] [--folder FOLDER] [--million] [--keep]
        [--only merge]
      karto-bench generate [--clients N] [--seed N] FOLDER
      karto-bench network [--clients N] [--rounds N] [--folder FOLDER] [--keep]
      karto-bench duplicates [--clients N] [--seed N] [--show N] [--folder FOLDER]
    --million: a million clients, import and scan only
    --show: so many mistakes of the finder
    --keep: the base of an earlier run in the folder, without the import
    --only merge: this row alone
    """
  }
}

/// The words of the command line: `verb --name value --flag operand`.
struct Arguments {
  private(set) var verb = "run"
  private var values: [String: String] = [:]
  private var operands: [String] = []
  private static let flags: Set<String> = ["million", "keep"]

  init(_ words: [String]) throws {
    var rest = words[...]
    if let first = rest.first, !first.hasPrefix("-") {
      verb = first
      rest.removeFirst()
    }
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        operands.append(word)
        continue
      }
      let name = String(word.dropFirst(2))
      if Self.flags.contains(name) {
        values[name] = ""
      } else {
        guard let value = rest.popFirst() else { throw UsageError.usage }
        values[name] = value
      }
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  func value(_ name: String) -> String? { values[name] }

  func number(_ name: String) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), number > 0 else { throw UsageError.usage }
    return number
  }

  func operand(_ index: Int) throws -> String {
    guard operands.indices.contains(index) else { throw UsageError.usage }
    return operands[index]
  }
}
