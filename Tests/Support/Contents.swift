import Foundation

/// Reads, writes and copies whole files, for tests.
public enum Contents {
  /// All bytes of a file.
  public static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Puts bytes into a file in place: an existing file keeps its identity.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(bytes))
  }

  /// Puts a text into a file.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Copies a file, or a folder with everything in it, and takes away what stood there.
  public static func copy(_ path: String, to newPath: String) throws {
    if exists(newPath) { try FileManager.default.removeItem(atPath: newPath) }
    try FileManager.default.copyItem(atPath: path, toPath: newPath)
  }

  /// Deletes a file, or a folder with everything in it.
  public static func remove(_ path: String) throws {
    try FileManager.default.removeItem(atPath: path)
  }

  /// Whether something stands at a path.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Makes a folder and those on the way to it.
  public static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// The paths, below a folder, of all files whose names end so.
  public static func files(below folder: String, endingIn suffix: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
  }
}
