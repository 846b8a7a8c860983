#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The accounts of the machine's users.
enum Accounts {
  /// What an account says of its user; neither text is empty.
  struct Account: Equatable {
    var name: String?
    var home: String?
  }

  #if canImport(Darwin)
    /// The account that the process runs under.
    static var own: Account? {
      var account = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var buffer = [CChar](repeating: 0, count: 16 * 1024)
      guard getpwuid_r(geteuid(), &account, &buffer, buffer.count, &found) == 0, found != nil
      else { return nil }
      func text(_ value: UnsafeMutablePointer<CChar>?) -> String? {
        value.flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
      }
      return Account(name: text(account.pw_name), home: text(account.pw_dir))
    }
  #else
    /// The account that the process runs under, if it is one of the machine's own.
    ///
    /// From the file and not from the C library, whose look-up loads plug-ins, which a program
    /// without shared libraries cannot. Who logs in with an account of a network has `HOME` and
    /// `USER` set.
    static var own: Account? {
      guard let table = try? Files.readAll("/etc/passwd", limit: 16 << 20) else { return nil }
      return account(of: geteuid(), in: table)
    }
  #endif

  /// Finds a user in the text of `/etc/passwd`, `name:password:user:group:comment:home:shell`.
  static func account(of user: UInt32, in table: [UInt8]) -> Account? {
    for line in table.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 6, omittingEmptySubsequences: false)
      guard fields.count == 7, String(decoding: fields[2], as: UTF8.self) == String(user) else {
        continue
      }
      func text(_ field: ArraySlice<UInt8>) -> String? {
        field.isEmpty ? nil : String(validating: field, as: UTF8.self)
      }
      return Account(name: text(fields[0]), home: text(fields[5]))
    }
    return nil
  }
}
