import Bytes
import Documents

extension CommitIntake {
  /// The members in bytes that were just packed, at their places in them.
  static func members(in bytes: [UInt8]) -> [Member] {
    var members: [Member] = []
    var offset = 0
    while offset < bytes.count, let member = try? Member.decode(bytes.span, at: offset) {
      members.append(member)
      offset += member.byteCount
    }
    return members
  }
}
