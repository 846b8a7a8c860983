import Testing

@testable import Platform

@Suite struct AccountsTests {
  private static let table = Array(
    """
    # a comment
    root:x:0:0:root:/root:/bin/bash
    broken:x:7
    nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
    maria:x:1000:1000:Мария,,,:/home/maria:/bin/bash
    double:x:1000:1000::/home/double:/bin/sh
    homeless:x:1001:1001:::/bin/sh

    """.utf8)

  @Test func `an account is found by the number of its user`() {
    typealias Account = Accounts.Account
    #expect(
      Accounts.account(of: 1000, in: Self.table) == Account(name: "maria", home: "/home/maria"))
    #expect(Accounts.account(of: 0, in: Self.table) == Account(name: "root", home: "/root"))
    #expect(Accounts.account(of: 1001, in: Self.table) == Account(name: "homeless", home: nil))
  }

  @Test func `there is none for a broken line or an unknown number`() {
    #expect(Accounts.account(of: 7, in: Self.table) == nil)
    #expect(Accounts.account(of: 100, in: Self.table) == nil)
    #expect(Accounts.account(of: 0, in: []) == nil)
  }
}
