import Commands
import Platform

/// The program `karto`: arguments, environment and standard streams go in, a status comes out.
@main enum Karto {
  static func main() {
    Interrupts.ignoreSignals()
    Memory.keepFreed()
    let arguments = Array(CommandLine.arguments.dropFirst())
    exitProcess(Commands.run(arguments: arguments, in: .process))
  }
}
