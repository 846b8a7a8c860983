#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Testing

@testable import Platform

@Suite struct SystemErrorTests {
  @Test func `an interrupted call is made again`() throws {
    var calls = 0
    let answer = try syscall("test") {
      calls += 1
      errno = EINTR
      return calls < 4 ? -1 : 7
    }
    #expect(answer == 7)
    #expect(calls == 4)
  }

  @Test func `any other failure says call, code and path`() {
    let expected = SystemError(call: "test", code: ENOSPC, path: "a.karto")
    #expect(throws: expected) {
      try syscall("test", path: "a.karto") {
        errno = ENOSPC
        return -1
      }
    }
  }

  @Test func `a wait that the user has interrupted ends`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      Interrupts.watch()
      raise(SIGINT)
      do throws(SystemError) {
        try syscall("test", isInterruptible: true) { () -> Int32 in
          errno = EINTR
          return -1
        }
      } catch {
        exit(error.isInterrupted ? 7 : 8)
      }
    }
  }

  @Test func `a closed descriptor is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      try syscall("test") { () -> Int32 in
        errno = EBADF
        return -1
      }
    }
  }

  @Test func `a path with a NUL is refused`() {
    #expect(throws: SystemError(call: "open", code: EINVAL, path: "a\0b")) {
      _ = try Descriptor.open("a\0b", .read)
    }
    #expect(throws: SystemError(call: "rename", code: EINVAL, path: "b\0")) {
      try Files.rename("a", to: "b\0")
    }
  }

  @Test func `codes have names`() {
    #expect(SystemError(call: "write", code: ENOSPC).isNoSpace)
    #expect(SystemError(call: "write", code: EDQUOT).isNoSpace)
    #expect(SystemError(call: "open", code: ELOOP).isLoop)
    #expect(SystemError(call: "open", code: ENAMETOOLONG).isNameTooLong)
    #expect(SystemError(call: "write", code: EFBIG).isTooLarge)
    #expect(SystemError(call: "open", code: ENOENT).isNotFound)
    #expect(SystemError(call: "open", code: EROFS).isReadOnly)
    #expect(SystemError(call: "open", code: EACCES).isPermission)
    #expect(!SystemError(call: "open", code: EACCES).isNotFound)
    #expect(SystemError(call: "open", code: ENOENT).message == "No such file or directory")
  }
}
