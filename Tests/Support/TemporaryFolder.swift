import Foundation
import Synchronization

/// A folder of its own for a test, deleted with everything in it when the test lets go of it.
public final class TemporaryFolder: Sendable {
  /// Its absolute path, without symbolic links.
  public let path: String
  private let nameCount = Atomic<Int>(0)

  /// Makes an empty folder.
  public init() throws {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    let folder = parent.appendingPathComponent("karto-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in the folder.
  public func path(_ name: String) -> String {
    "\(path)/\(name)"
  }

  /// A name that no other call on this folder returns.
  public func uniqueName() -> String {
    "file-\(nameCount.add(1, ordering: .relaxed).newValue)"
  }
}
