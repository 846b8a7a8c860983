public import Foundation

/// The files in the folder `Fixtures` at the root of the package.
public enum Fixture {
  /// Where a fixture is.
  public static func url(_ name: String) -> URL {
    // This file is Tests/Support/Fixture.swift.
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures").appendingPathComponent(name)
  }

  /// The absolute path of a fixture.
  public static func path(_ name: String) -> String {
    url(name).path
  }
}
