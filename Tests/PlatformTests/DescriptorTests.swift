#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Support
import Testing

@testable import Platform

@Suite struct DescriptorTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `what is written is read`() throws {
    let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
    let bytes: [UInt8] = [1, 2, 3, 4, 5]
    try file.write(bytes.span, at: 0)
    try file.write(bytes.span, at: 3)
    try file.synchronize()
    var read: [UInt8] = [9, 9]
    #expect(try file.read(into: &read, count: 100, at: 0) == 8)
    #expect(read == [1, 2, 3, 1, 2, 3, 4, 5])
    #expect(try file.read(into: &read, count: 2, at: 4) == 2)
    #expect(read == [2, 3])
    #expect(try file.read(into: &read, count: 2, at: 8) == 0)
    #expect(read.isEmpty)
    #expect(try file.read(into: &read, count: 0, at: 0) == 0)
  }

  @Test func `a write beyond the end leaves zeros between`() throws {
    let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
    try file.write([7].span, at: 3)
    var read: [UInt8] = []
    try file.read(into: &read, count: 9, at: 0)
    #expect(read == [0, 0, 0, 7])
  }

  @Test func `a file is cut and lengthened`() throws {
    let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
    try file.write([1, 2, 3].span, at: 0)
    try file.truncate(to: 1)
    #expect(try file.status().size == 1)
    try file.truncate(to: 2)
    #expect(try Files.readAll(folder.path("a"), limit: 9) == [1, 0])
  }

  @Test func `opening says what is wrong`() throws {
    let path = folder.path("a")
    #expect(throws: SystemError(call: "open", code: ENOENT, path: path)) {
      _ = try Descriptor.open(path, .read)
    }
    #expect(throws: SystemError(call: "open", code: ENOENT, path: path)) {
      _ = try Descriptor.open(path, .readWrite)
    }
    _ = try Descriptor.open(path, .createNew(permissions: 0o640))
    #expect(throws: SystemError(call: "open", code: EEXIST, path: path)) {
      _ = try Descriptor.open(path, .createNew(permissions: 0o600))
    }
    #expect(throws: SystemError(call: "open", code: EISDIR, path: folder.path)) {
      _ = try Descriptor.open(folder.path, .readWrite)
    }
  }

  @Test func `status tells files apart`() throws {
    let first = try Descriptor.open(folder.path("a"), .createNew(permissions: 0o600))
    let second = try Descriptor.open(folder.path("b"), .createNew(permissions: 0o400))
    let firstStatus = try first.status()
    #expect(firstStatus == (try Files.status(folder.path("a"))))
    #expect(firstStatus.isSameFile(as: try first.status()))
    #expect(!firstStatus.isSameFile(as: try second.status()))
    #expect(firstStatus.isRegular && !firstStatus.isFolder)
    #expect(firstStatus.permissions == 0o600)
    #expect(firstStatus.hasWritePermission)
    #expect(!(try second.status().hasWritePermission))
    #expect(firstStatus.modifiedNanos > 1_500_000_000_000_000_000)
    #expect(try Files.status(folder.path)?.isFolder == true)
  }

  @Test func `the time of a file from the far future is bounded`() throws {
    let path = folder.path("a")
    _ = try Descriptor.open(path, .createNew(permissions: 0o600))
    var times = [timespec(tv_sec: 15_000_000_000, tv_nsec: 0), timespec(tv_sec: -5, tv_nsec: 1)]
    times[0] = times[1]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    #expect(try Files.status(path)?.modifiedNanos == -4_999_999_999)
    times = Array(repeating: timespec(tv_sec: 15_000_000_000, tv_nsec: 0), count: 2)
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    // Some file systems end earlier themselves.
    let nanos = try Files.status(path)?.modifiedNanos ?? 0
    #expect(nanos > 0)
  }

  @Test func `descriptors are not inherited`() throws {
    let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
    #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func `a descriptor is closed with its owner`() throws {
    func open() throws -> Int32 {
      let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
      return file.number
    }
    // The lowest free number is taken, so it comes back once it has been closed. Other tests open
    // files at the same time, hence several tries.
    let numbers = try (0..<50).map { _ in try open() }
    #expect(Set(numbers).count < 50)
  }

  // MARK: Locks

  @Test func `an exclusive lock keeps others out until it goes`() throws {
    let path = folder.path("a")
    let first = try Descriptor.open(path, .create(permissions: 0o600))
    let second = try Descriptor.open(path, .readWrite)
    #expect(try first.lock(exclusive: true, wait: false))
    #expect(try !second.lock(exclusive: true, wait: false))
    #expect(try !second.lock(exclusive: false, wait: false))
    try first.unlock()
    #expect(try second.lock(exclusive: true, wait: true))
    #expect(try !first.lock(exclusive: false, wait: false))
  }

  @Test func `a shared lock is shared`() throws {
    let path = folder.path("a")
    let first = try Descriptor.open(path, .create(permissions: 0o600))
    let second = try Descriptor.open(path, .read)
    #expect(try first.lock(exclusive: false, wait: false))
    #expect(try second.lock(exclusive: false, wait: false))
    #expect(try !first.lock(exclusive: true, wait: false))
  }

  @Test func `a lock goes with its descriptor`() throws {
    let path = folder.path("a")
    func holdForAMoment() throws {
      let file = try Descriptor.open(path, .create(permissions: 0o600))
      #expect(try file.lock(exclusive: true, wait: false))
    }
    try holdForAMoment()
    let file = try Descriptor.open(path, .readWrite)
    #expect(try file.lock(exclusive: true, wait: false))
  }

  // MARK: Limits

  @Test func `beyond the user's limit on file sizes a write is an error`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      Interrupts.ignoreSignals()
      var limit = rlimit(rlim_cur: 10, rlim_max: 10)
      #if canImport(Darwin)
        setrlimit(RLIMIT_FSIZE, &limit)
      #else
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #endif
      let folder = try TemporaryFolder()
      let file = try Descriptor.open(folder.path("a"), .create(permissions: 0o600))
      let bytes = [UInt8](repeating: 1, count: 20)
      do throws(SystemError) {
        try file.write(bytes.span, at: 0)
      } catch {
        let size = try file.status().size
        exit(error.isTooLarge && size == 10 ? 7 : 8)
      }
    }
  }

  @Test(.enabled(if: access("/dev/full", W_OK) == 0))
  func `a full device is an error`() throws {
    let file = try Descriptor.open("/dev/full", .readWrite)
    #expect(throws: SystemError(call: "pwrite", code: ENOSPC, path: "/dev/full")) {
      try file.write([1].span, at: 0)
    }
  }
}
