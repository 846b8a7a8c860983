import Platform

@main enum Main {
  static func main() {
    let a = Array(CommandLine.arguments.dropFirst())
    do { try Tables(clientCount: Int(a[1]) ?? 1, seed: 1).write(to: a[2]) } catch { print(error) }
  }
}
