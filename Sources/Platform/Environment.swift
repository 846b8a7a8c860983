#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What surrounds the process: variables, user, machine.
public enum Environment {
  /// The value of an environment variable, or nil if it is not set.
  public static func value(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// The user's home folder, or nil where there is none (as for some services).
  public static var homeFolder: String? {
    filled("HOME") ?? Accounts.own?.home
  }

  /// The user's login name, or nil if the machine knows none.
  public static var userName: String? {
    filled("USER") ?? filled("LOGNAME") ?? Accounts.own?.name
  }

  /// The machine's name, or nil if it has none.
  public static var hostName: String? {
    var name = [CChar](repeating: 0, count: 256)
    // One less, as a name that is cut off has no final NUL.
    guard gethostname(&name, name.count - 1) == 0 else { return nil }
    let text = name.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
    return text?.isEmpty == true ? nil : text
  }

  /// The language that the user wants messages in, such as `ru_RU.UTF-8`, or nil if none is set.
  public static var locale: String? {
    filled("LC_ALL") ?? filled("LC_MESSAGES") ?? filled("LANG")
  }

  /// Differs from boot to boot, so tells whether the machine has restarted; nil if unknown.
  public static var bootIdentifier: String? {
    #if canImport(Darwin)
      var bytes = [CChar](repeating: 0, count: 64)
      var size = bytes.count - 1
      guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
      return bytes.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
    #else
      let path = "/proc/sys/kernel/random/boot_id"
      guard let bytes = try? Files.readAll(path, limit: 256) else { return nil }
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      return line.isEmpty ? nil : String(validating: line, as: UTF8.self)
    #endif
  }

  /// The path of the running program, or nil if the system does not tell.
  public static var programPath: String? {
    #if canImport(Darwin)
      var bytes = [CChar](repeating: 0, count: 4096)
      var size = UInt32(bytes.count)
      guard _NSGetExecutablePath(&bytes, &size) == 0 else { return nil }
      let path = bytes.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
      return path.flatMap { try? Files.realPath($0) }
    #else
      return try? Files.realPath("/proc/self/exe")
    #endif
  }

  /// How many processors work at the moment, at least 1.
  public static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// The process's own number.
  public static var processIdentifier: Int { Int(getpid()) }

  private static func filled(_ name: String) -> String? {
    guard let value = value(name), !value.isEmpty else { return nil }
    return value
  }
}
