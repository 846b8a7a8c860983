import Platform
import Support
import Testing

@Suite struct ByteRegionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func file(_ bytes: [UInt8]) throws -> Descriptor {
    let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
    try file.truncate(to: 0)
    try file.write(bytes.span, at: 0)
    return file
  }

  private func array(_ region: ByteRegion) -> [UInt8] {
    region.withBytes { span in (0..<span.count).map { span[$0] } }
  }

  private func naive(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  @Test(arguments: SeededGenerator.seeds(30))
  func `loads agree with a slow decoder, in memory and mapped`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bytes = random.bytes(random.element(of: [8, 9, 63, 4095, 4096, 4097, 20_000]))
    let file = try file(bytes)
    let offset = random.below(bytes.count - 7)
    let count = 8 + random.below(bytes.count - offset - 7)
    let expected = Array(bytes[offset..<offset + count])
    let regions = [
      ByteRegion(expected),
      ByteRegion(copying: expected.span),
      try ByteRegion.read(file, offset: offset, count: count),
      try ByteRegion.map(file, offset: offset, count: count),
    ]
    for region in regions {
      #expect(region.count == count)
      #expect(array(region) == expected)
      for _ in 0..<200 {
        let place = random.below(count - 7)
        #expect(region.byte(at: place) == expected[place])
        #expect(UInt64(region.uint16(at: place)) == naive(expected, place, 2))
        #expect(UInt64(region.uint32(at: place)) == naive(expected, place, 4))
        #expect(region.uint64(at: place) == naive(expected, place, 8))
      }
      #expect(region.uint64(at: count - 8) == naive(expected, count - 8, 8))
      #expect(region.byte(at: count - 1) == expected[count - 1])
    }
  }

  @Test func `what the file has not is not in the region`() throws {
    let file = try file([1, 2, 3])
    #expect(array(try ByteRegion.read(file, offset: 1, count: .max)) == [2, 3])
    #expect(array(try ByteRegion.map(file, offset: 1, count: .max)) == [2, 3])
    #expect(try ByteRegion.read(file, offset: 3, count: 1).count == 0)
    #expect(try ByteRegion.map(file, offset: 4, count: 1).count == 0)
    #expect(try ByteRegion.map(file, offset: .max, count: 1).count == 0)
  }

  @Test func `an empty file is an empty region`() throws {
    let file = try file([])
    #expect(array(try ByteRegion.read(file, offset: 0, count: 10)).isEmpty)
    #expect(array(try ByteRegion.map(file, offset: 0, count: 10)).isEmpty)
    #expect(array(ByteRegion([])).isEmpty)
  }

  @Test func `a region outlives its descriptor and the file's name`() throws {
    func region() throws -> ByteRegion {
      let file = try file([5, 6, 7])
      return try ByteRegion.map(file, offset: 0, count: 3)
    }
    let mapped = try region()
    try Files.remove(folder.path("a"))
    #expect(array(mapped) == [5, 6, 7])
  }

  @Test func `containing is asked with any numbers`() {
    let region = ByteRegion([1, 2, 3])
    #expect(region.contains(0, length: 3))
    #expect(region.contains(3, length: 0))
    #expect(!region.contains(1, length: 3))
    #expect(!region.contains(4, length: 0))
    #expect(!region.contains(-1, length: 1))
    #expect(!region.contains(1, length: -1))
    #expect(!region.contains(.max, length: .max))
    #expect(!region.contains(2, length: .max))
  }

  @Test func `a load outside stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = ByteRegion([1, 2, 3]).uint32(at: 0) }
    await #expect(processExitsWith: .failure) { _ = ByteRegion([1, 2, 3]).byte(at: 3) }
    await #expect(processExitsWith: .failure) { _ = ByteRegion([1, 2, 3]).byte(at: -1) }
    await #expect(processExitsWith: .failure) { _ = ByteRegion([1, 2, 3]).uint64(at: .max) }
    await #expect(processExitsWith: .failure) { _ = ByteRegion([1, 2, 3]).uint64(at: .min) }
  }
}
