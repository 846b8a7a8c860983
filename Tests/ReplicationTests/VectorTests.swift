import Bytes
import Documents
import Foundation
import Platform
import Replication
import Sealing
import Support
import Testing

/// The vectors that the reference reader in Python passes too (SPEC §19).
@Suite struct VectorTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let documents: [String]
    let problems: [String]
    let digest: String?
    var testDescription: String { name }

    var refusal: String? {
      try? String(contentsOf: Fixture.url("vectors/\(name).refused"), encoding: .utf8)
    }

    var export: String? {
      try? String(contentsOf: Fixture.url("vectors/\(name).expected.jsonl"), encoding: .utf8)
    }
  }

  static let all: [Vector] = {
    let url = Fixture.url("vectors/index.jsonl")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line -> Vector? in
      guard let value = try? JSONParser.parse(Array(line.utf8).span),
        let name = value["vector"]?.text, case .array(let documents)? = value["documents"]
      else { return nil }
      var problems: [String] = []
      if case .array(let found)? = value["problems"] { problems = found.compactMap(\.text) }
      return Vector(
        name: name, documents: documents.compactMap(\.text), problems: problems,
        digest: value["digest"]?.text)
    }
  }()

  /// What a reader makes of the documents: the first is opened, the others are joined to it.
  static func read(_ documents: [String]) throws -> String {
    let folder = try TemporaryFolder()
    let device = DeviceFolder(path: folder.path("home"))
    func open(_ number: Int, writing: Bool) throws -> Workspace {
      let path = folder.path("\(number).karto")
      let source = Fixture.path("vectors/\(documents[number])")
      let bytes = try Files.readAll(source, limit: 64 << 20)
      try Files.replace(path) { try $0.write(bytes) }
      return try Workspace(
        path: path, writing: writing, device: device, plan: Bench.plan, usesCache: false)
    }
    let first = try open(0, writing: documents.count > 1)
    // What refers to a document that is still to come is not taken before that has come.
    var isMoving = true
    while isMoving {
      isMoving = false
      for number in 1..<max(documents.count, 1) {
        let report = try first.join(try open(number, writing: false))
        isMoving = isMoving || report.commitCount > 0
      }
    }
    return exported(first.state)
  }

  @Test(arguments: all)
  func `a vector is read as the reference reads it`(_ vector: Vector) throws {
    if vector.refusal != nil {
      #expect(throws: (any Error).self) { try Self.read(vector.documents) }
      return
    }
    // Opening trusts what joining and checking verify (SPEC §18).
    let verifies =
      !Set(vector.problems).isDisjoint(with: ["signature", "seen"])
      || ["K/chain-mended", "K/sign-covers-mended"].contains(vector.name)
    if verifies {
      let reports = try vector.documents.map { try Check.run(path: Fixture.path("vectors/\($0)")) }
      #expect(!reports.allSatisfy(\.isSound) || vector.documents.count > 1)
      return
    }
    let export = try Self.read(vector.documents)
    #expect(export == vector.export)
    // SPEC [E-4]
    #expect(Hex.encode(BLAKE2b.hash256(Array(export.utf8).span).bytes.span) == vector.digest)
    if vector.documents.count > 1 {
      #expect(try Self.read(vector.documents.reversed()) == vector.export)
    }
  }

  /// What was never acknowledged.
  private static let torn: Set<String> = ["torn", "unfinished"]

  /// What else is no damage: all histories of a fork count ([K-14]), and a succession that does
  /// not hold is a matter of membership ([A-3]).
  private static let harmless = torn.union(["fork", "succession"])

  /// Where a check is stricter than a reader: a member of commits without runs ([C-2]), and a
  /// part of a batch whose member does not say that it goes on ([K-7]).
  private static let strict: Set<String> = ["C/no-commits", "K/batch-part"]

  // SPEC [W-5]
  @Test(
    arguments: all.filter {
      // Of forked replicas a check follows the histories, and not who had seen which.
      $0.refusal == nil && $0.documents.count == 1 && !$0.name.hasPrefix("open/")
        && !$0.name.hasPrefix("F/")
    })
  func `a check finds what is wrong with a vector, and nothing with a sound one`(
    _ vector: Vector
  ) throws {
    let report = try Check.run(path: Fixture.path("vectors/\(vector.documents[0])"))
    let isSound =
      Set(vector.problems).isSubset(of: Self.harmless) && !Self.strict.contains(vector.name)
    #expect(report.isSound == isSound, "\(report.problems)")
    let isTorn = !Self.torn.isDisjoint(with: vector.problems)
    #expect(isTorn == (report.tornByteCount > 0))
  }

  @Test(arguments: all.filter { $0.refusal == nil })
  func `a vector that was repaired can be written to, and shows what it showed`(
    _ vector: Vector
  ) throws {
    let folder = try TemporaryFolder()
    for (number, document) in vector.documents.enumerated() {
      let path = Fixture.path("vectors/\(document)")
      let saved = folder.path("\(number).karto")
      let report = try Repair.run(path: path, others: [], to: saved)
      // What is repaired has no labels any more that tell of lost ends.
      let again = try Repair.run(path: saved, others: [], to: "\(saved)2")
      #expect(again.commitCount == report.commitCount)
      #expect(again.losses.allSatisfy(report.losses.contains))
      let shown = try [path, saved].map { path in
        try Workspace(
          path: path, writing: false, device: DeviceFolder(path: folder.path("home")),
          plan: Bench.plan, usesCache: false, toleratesGaps: true)
      }
      #expect(!shown[1].findings.isDamaged, "\(shown[1].findings)")
      // A sound document that ends behind a gap shows what counts, and so does its repair.
      #expect(exported(shown[0].state) == exported(shown[1].state) || shown[0].findings.isDamaged)
    }
  }

  @Test func `there are vectors for every chapter`() {
    #expect(Self.all.count > 200)
  }
}
