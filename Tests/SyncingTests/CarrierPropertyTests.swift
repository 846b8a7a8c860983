import Bytes
import Histories
import Replication
import Support
import Testing

/// The whole of design §5 in one.
///
/// People write, and their machines meet by files, by a folder and
/// by connections, are killed, put back in time and copied, under clocks that are years off; some
/// people are shut out. In the end all know the same, nothing is missing, and the state is what
/// the definition says: SPEC [M-1], [M-2], [M-3], [M-4], [M-5], [W-1].
@Suite struct CarrierPropertyTests {
  @Test(arguments: 0..<2)
  func `whatever carries the commits, and whatever happens between, all agree`(
    half: UInt64
  ) throws {
    let seeds = SeededGenerator.seeds(60)
    var counts: [String: Int] = [:]
    for seed in seeds where seed % 2 == half || seeds.count == 1 {
      do {
        counts.merge(try run(seed), uniquingKeysWith: +)
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    // Histories in which nothing happens would prove nothing.
    #expect(seeds.count < 60 || Set(counts.keys) == Company.kinds, "\(counts)")
  }

  private func run(_ seed: UInt64) throws -> [String: Int] {
    var company = try Company(seed: seed)
    for step in 0..<25 {
      do {
        try company.step()
      } catch {
        throw SupportError("step \(step): \(error)")
      }
      let machine = company.machines[step % company.machines.count]
      if step % 5 == 4 { try holdAgainstOracle(machine.workspace, seed) }
    }
    try company.settle()
    let first = company.machines[0].workspace
    let digest = Export.digest(first.state)
    for (number, machine) in company.machines.enumerated() {
      #expect(Export.digest(machine.workspace.state) == digest, "seed \(seed), machine \(number)")
      let anew = try machine.readAnew()
      #expect(Export.digest(anew.state) == digest, "seed \(seed), machine \(number) anew")
      let lost = company.acknowledged.subtracting(try anew.clientsInLines())
      #expect(lost.isEmpty, "seed \(seed), machine \(number) lost \(lost)")
      let check = try Check.run(path: machine.document)
      #expect(check.isSound, "seed \(seed), machine \(number): \(check.problems)")
    }
    try holdAgainstOracle(first, seed)
    let missing = company.acknowledged.subtracting(first.state.clients)
    #expect(missing.isEmpty || !company.seals.isEmpty, "seed \(seed): \(missing)")
    // What all those who sealed had seen stays: of several seals the lowest number counts.
    for id in company.seals.first?.known ?? []
    where company.seals.allSatisfy({ $0.known.contains(id) }) {
      #expect(first.state.clients.contains(id), "seed \(seed)")
    }
    return company.counts
  }

  private func holdAgainstOracle(_ workspace: Workspace, _ seed: UInt64) throws {
    var export: [UInt8] = []
    Export.write(workspace.state) { export += $0 }
    let expected = Oracle(try workspace.commits()).export
    #expect(String(decoding: export, as: UTF8.self) == expected, "seed \(seed)")
  }
}
