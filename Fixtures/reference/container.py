"""The container: members, damage, ends [C-1] to [C-9]."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from canonical_json import Bad
from values import Problem

MAX_MEMBER, MAX_RUNS = 4_194_304, 64
MAGIC = b"\x1f\x8b\x08\x04"


def u32(data: bytes, at: int) -> int:
    """Four bytes, the low one first."""
    return int.from_bytes(data[at : at + 4], "little")


@dataclass
class Member:
    """A gzip member as its extra field describes it [C-2]."""

    at: int
    kind: int
    flags: int
    length: int
    inflated: int
    runs: dict[bytes, tuple[int, int]]
    bytes_: bytes
    payload: int

    def lines(self) -> bytes:
        """The uncompressed lines, if all checks hold [C-5], [C-8]."""
        if self.inflated > MAX_MEMBER:
            raise Bad("member", "too large")
        try:
            inflater = zlib.decompressobj(-15)
            packed = self.bytes_[self.payload :]
            text = inflater.decompress(packed, self.inflated + 1)
        except zlib.error as error:
            raise Bad("member", "cannot be inflated") from error
        end = inflater.unused_data
        if not inflater.eof or len(end) != 8 or len(text) != self.inflated:
            raise Bad("member", "lengths disagree")
        if u32(end, 0) != zlib.crc32(text) or u32(end, 4) != len(text):
            raise Bad("member", "CRC-32 or length is wrong")
        return text


def member_at(data: bytes, at: int) -> Member | None:
    """The member that begins here. CHOICE: it does only if it ends too."""
    if data[at : at + 4] != MAGIC or at + 26 > len(data):
        return None
    extra = int.from_bytes(data[at + 10 : at + 12], "little")
    own = int.from_bytes(data[at + 14 : at + 16], "little")
    kind, length = data[at + 16], u32(data, at + 18)
    if data[at + 12 : at + 14] != b"KA" or not 10 <= own <= extra - 4:
        return None
    if kind == 1 and own != 10:
        return None
    if kind == 2 and ((own - 10) % 18 or own > 10 + 18 * MAX_RUNS):
        return None
    if length < 12 + extra + 8 or at + length > len(data):
        return None
    runs = {}
    for run in range(at + 26, at + 16 + own, 18) if kind == 2 else ():
        name = data[run : run + 10]
        runs[name] = (u32(data, run + 10), u32(data, run + 14))
    text = data[at : at + length]
    flags = data[at + 17]
    inflated = u32(data, at + 22)
    return Member(at, kind, flags, length, inflated, runs, text, 12 + extra)


def is_sound(member: Member) -> bool:
    """Whether the member's bytes inflate to what they promise."""
    try:
        member.lines()
    except Bad:
        return False
    return True


def next_sound(data: bytes, at: int, end: int) -> int:
    """Where the next sound member begins, or 0."""
    # It may reach beyond the end, its mark too.
    while 0 <= (at := data.find(MAGIC, at, end + len(MAGIC) - 1)):
        member = member_at(data, at)
        if member and is_sound(member):
            return at
        at += 1
    return 0


def read_members(data: bytes, problems: list[Problem]) -> list[Member]:
    """The members without damage, torn tail and unfinished batch."""
    members: list[Member] = []
    at = 0
    while at < len(data):  # [C-6], [C-9]
        member = member_at(data, at)
        end = at + member.length if member else len(data)
        found = next_sound(data, at + 1, end)
        if member and (not found or is_sound(member)):
            members.append(member)
            at = end
        elif found:
            problems.append(Problem("damage", f"byte {at}"))
            at = found
        else:
            problems.append(Problem("torn", f"byte {at}"))
            break
    while len(members) > 1 and members[-1].flags & 1:  # [C-7]
        problems.append(Problem("unfinished", f"byte {members.pop().at}"))
    return members
