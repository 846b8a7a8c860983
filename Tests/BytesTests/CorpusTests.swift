import Bytes
import Foundation
import Testing

/// Every committed input of the fuzzer, and every one that once stopped the program, is answered
/// with a value or a typed error.
@Suite struct CorpusTests {
  private static func files(_ target: String) -> [URL] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures")
    return ["corpus", "crashers"].flatMap { kind in
      let folder = root.appending(path: kind).appending(path: target)
      // There is no folder of crashers for a target that has never crashed.
      let files = try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      return (files ?? []).sorted { $0.path < $1.path }
    }
  }

  private func bytes(of file: URL) throws -> [UInt8] {
    Array(try Data(contentsOf: file))
  }

  @Test func `there is a corpus for every target`() {
    for target in ["json-scanner", "json-parser", "gzip-member"] {
      #expect(!CorpusTests.files(target).isEmpty)
    }
  }

  @Test(arguments: CorpusTests.files("json-scanner"))
  func `a line is canonical or refused`(file: URL) throws {
    let bytes = try bytes(of: file)
    var lines = Lines()
    while let line = lines.next(in: bytes.span) {
      let text = Array(bytes[line])
      let value = try? JSONParser.parse(text.span)
      #expect(isCanonical(text) == (value?.canonicalBytes == text))
    }
  }

  @Test(arguments: CorpusTests.files("json-parser"))
  func `JSON is read or refused`(file: URL) throws {
    let bytes = try bytes(of: file)
    do throws(JSONError) {
      let value = try JSONParser.parse(bytes.span)
      #expect(isCanonical(value.canonicalBytes))
    } catch {
      #expect((0...bytes.count).contains(error.byteOffset))
    }
  }

  @Test(arguments: CorpusTests.files("gzip-member"))
  func `members are inflated or refused`(file: URL) throws {
    let bytes = try bytes(of: file)
    var inflater = Inflater()
    var output: [UInt8] = []
    var position = 0
    do throws(GzipError) {
      while position < bytes.count {
        position += try inflater.inflate(bytes.span, at: position, limit: 1 << 16, into: &output)
      }
    } catch {
      #expect((position...bytes.count).contains(error.byteOffset))
    }
  }
}
