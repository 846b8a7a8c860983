#!/usr/bin/env python3
"""A reader and merger of Kartoteka documents, written from SPEC.md alone.

    karto_reference.py [--digest | --check | --frontier] document...

Several documents of one workspace are merged. Prints the export (SPEC 9),
its digest, the problems found, or the frontier. Exits with 1 if --check
found problems, with 2 if a document is refused.

Made to be read next to SPEC.md, not to be fast. Rules are named in brackets;
where the text leaves a choice, the comment says CHOICE.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import ed25519
from canonical_json import (
    MAX_NUMBER,
    NUMBER,
    Bad,
    Fields,
    array_at,
    line_fields,
    object_at,
    unescaped,
)

VERSION = 1
KNOWN = {b"karto", b"commit", b"salt", b"salts", b"erased"}
MAX_COMMIT, MAX_MEMBER, MAX_RUNS = 1_048_576, 4_194_304, 64
MAX_WAYS = 64  # among forks, that are followed to find a signature

Dot = tuple[bytes, int]


class Refused(Exception):
    """A document that is not read at all; the class of the reason first."""


@dataclass(order=True, frozen=True)
class Problem:
    """Something that was left out, or looks wrong."""

    kind: str
    where: str


# --- Typed values ---------------------------------------------------------


def need(condition: object, what: str) -> None:
    """Refuses the commit unless the condition holds."""
    if not condition:
        raise Bad("malformed", what)


def as_object(raw: bytes, what: str) -> Fields:
    """The fields of a raw value that must be an object."""
    need(raw[:1] == b"{", what)
    return object_at(raw, 0, 0)[0]


def as_array(raw: bytes, what: str) -> list[bytes]:
    """The raw elements of a raw value that must be an array."""
    need(raw[:1] == b"[", what)
    return array_at(raw, 0, 0)[0]


def as_text(raw: bytes, what: str) -> bytes:
    """The bytes of a raw value that must be a string."""
    need(raw[:1] == b'"', what)
    return unescaped(raw)


def as_number(raw: bytes, low: int, high: int, what: str) -> int:
    """The raw value as a number within bounds."""
    need(NUMBER.fullmatch(raw) and low <= int(raw) <= high, what)
    return int(raw)


def as_blob(raw: bytes, length: int, what: str) -> bytes:
    """Bytes of a fixed length out of base64url [1.3]."""
    text = as_text(raw, what)
    need(re.fullmatch(rb"[A-Za-z0-9_-]*", text), what)
    need(len(text) == -(-length * 4 // 3), what)
    found = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    need(base64.urlsafe_b64encode(found).rstrip(b"=") == text, what)
    return found


def base32(data: bytes) -> bytes:
    """Base32 in lower case, without padding [1.3]."""
    return base64.b32encode(data).lower().rstrip(b"=")


def as_replica(text: bytes, what: str) -> bytes:
    """The ten bytes of a replica's id."""
    need(re.fullmatch(rb"[a-z2-7]{16}", text), what)
    return base64.b32decode(text.upper())


def as_instant(raw: bytes, what: str) -> tuple[bytes, int]:
    """An instant as it is written, and its milliseconds [1.4]."""
    text = as_text(raw, what)
    shape = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    need(re.fullmatch(shape, text), what)
    try:
        moment = datetime.strptime(text.decode(), "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError as error:
        raise Bad("malformed", what) from error
    return text, (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)


def h(*parts: bytes) -> bytes:
    """H of section 1.5."""
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def hk(key: bytes, data: bytes, size: int = 32) -> bytes:
    """Hk and Hk16 of section 1.5."""
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


# --- The container [C-1] to [C-9] -----------------------------------------

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


def sound_within(data: bytes, start: int, end: int) -> int:
    """Where the first sound member begins from start on, or -1 [C-6], [C-9]."""
    found = data.find(MAGIC, start, end + len(MAGIC) - 1)
    while found >= 0:
        member = member_at(data, found)
        if member and is_sound(member):
            break
        found = data.find(MAGIC, found + 1, end + len(MAGIC) - 1)
    return found


def read_members(data: bytes, problems: list[Problem]) -> list[Member]:
    """The members without damage, torn tail and unfinished batch."""
    members: list[Member] = []
    at = 0
    while at < len(data):
        member, end = member_at(data, at), len(data)
        if member:
            end = at + member.length
            found = sound_within(data, at + 1, end)
            if found >= 0 and is_sound(member):
                found = -1
            if found < 0:
                members.append(member)
                at = end
                continue
        else:
            found = sound_within(data, at + 1, end)
        if found < 0:
            problems.append(Problem("torn", f"byte {at}"))
            break
        problems.append(Problem("damage", f"byte {at}"))
        at = found
    while len(members) > 1 and members[-1].flags & 1:  # [C-7]
        problems.append(Problem("unfinished", f"byte {members.pop().at}"))
    return members


# --- Header [H-1], [H-2] --------------------------------------------------


def read_header(text: bytes) -> bytes:
    """The workspace's id out of the text of the first member."""
    if not text.endswith(b"\n") or b"\n" in text[:-1]:
        raise Refused("container", "not exactly one line")
    try:
        pairs = line_fields(text[:-1])
        fields = dict(pairs)
        need(pairs[0][0] == b"karto", "karto")
        most = MAX_NUMBER
        if as_number(fields.get(b"reader", b""), 1, most, "reader") > VERSION:
            raise Refused("version", "needs a newer reader")
        for name in ("karto", "writer"):
            as_number(fields.get(name.encode(), b""), 1, most, name)
        founder = as_blob(fields.get(b"founder", b""), 32, "founder")
        recovery = as_blob(fields.get(b"recovery", b""), 32, "recovery")
        created = as_instant(fields.get(b"created", b""), "created")[1]
        workspace = as_text(fields.get(b"workspace", b""), "workspace")
    except Bad as error:
        kinds = {"canonical": "line", "size": "limit"}
        kind = kinds.get(error.args[0], "header")
        raise Refused(kind, *error.args) from error
    # CHOICE: an instant before 1970 as two's complement.
    eight = created.to_bytes(8, "little", signed=True)
    wanted = h(b"karto workspace", founder, recovery, eight)[:20]
    if workspace != base32(wanted):
        raise Refused("header", "the id is not that of the keys")
    return workspace


# --- Commits [K-1] to [K-11] ----------------------------------------------


@dataclass
class Record:
    """A record line."""

    name: tuple[bytes, bytes]
    delete: bool
    set: dict[bytes, bytes]
    add: dict[bytes, list[bytes]]
    remove: dict[bytes, list[bytes]]


@dataclass
class Copy:
    """A commit as it stands in one member of one document."""

    replica: bytes
    number: int
    at: bytes
    part: tuple[int, int]
    seen: dict[bytes, tuple[int, bytes]]
    key: bytes
    succeeds: tuple[bytes, bytes] | None
    line: bytes
    body: bytes = b""
    sign: bytes = b""
    records: dict[int, Record] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    known: dict[bytes, int] = field(default_factory=dict)

    @property
    def dot(self) -> Dot:
        """The name of the commit."""
        return self.replica, self.number

    def sees(self, dot: Dot) -> bool:
        """[K-1]; all earlier commits of its own, never itself."""
        if dot[0] == self.replica:
            return dot[1] < self.number
        return dot[1] <= self.known.get(dot[0], 0)

    def order(self) -> tuple[bytes, bytes, int]:
        """[S-3], with ids in their written form [I-1]."""
        return self.at, base32(self.replica), self.number


def written(dot: Dot) -> str:
    """A dot as text [I-2]."""
    return f"{base32(dot[0]).decode()}:{dot[1]}"


def read_commit_line(line: bytes) -> Copy:
    """Section 6.1."""
    fields = dict(line_fields(line))
    number = as_number(fields[b"commit"], 1, 2**32 - 1, "commit")
    at = as_instant(fields.get(b"at", b""), "at")[0]
    replica = as_replica(as_text(fields.get(b"by", b""), "by"), "by")
    as_text(fields.get(b"does", b'""'), "does")
    key, part, succeeds = b"", (1, 1), None
    need((b"key" in fields) == (number == 1), "key")
    if b"key" in fields:
        key = as_blob(fields[b"key"], 32, "key")
        need(h(b"karto replica", key)[:10] == replica, "key is another's")
    if b"part" in fields:
        pair = as_array(fields[b"part"], "part")
        need(len(pair) == 2, "part")
        count = as_number(pair[1], 1, MAX_NUMBER, "part")
        part = as_number(pair[0], 1, count, "part"), count
    seen = {}
    for name, raw in as_object(fields.get(b"seen", b"{}"), "seen"):
        pair = as_array(raw, "seen")
        need(len(pair) == 2, "seen")
        other = as_replica(name, "seen")
        need(other != replica, "seen names its own replica")  # CHOICE
        most = as_number(pair[0], 1, 2**32 - 1, "seen")
        seen[other] = most, as_blob(pair[1], 16, "seen")
    if b"succeeds" in fields:
        need(number == 1, "succeeds")
        pair = as_array(fields[b"succeeds"], "succeeds")
        need(len(pair) == 2, "succeeds")
        old = as_replica(as_text(pair[0], "succeeds"), "succeeds")
        succeeds = old, as_blob(pair[1], 64, "succeeds")
    return Copy(replica, number, at, part, seen, key, succeeds, line)


def read_record(fields: Fields) -> Record | None:
    """Section 6.2; nothing for a line of another kind."""
    name, raw = fields[0]
    if not re.fullmatch(rb"[a-z][a-z0-9_]{0,31}", name) or raw[:1] != b'"':
        return None
    identity = unescaped(raw)
    need(re.fullmatch(rb"[0-9A-Za-z._-]{1,128}", identity), "record id")
    found = Record((name, identity), False, {}, {}, {})
    for key, value in fields[1:]:
        if key == b"delete":
            need(value == b"true", "delete")
            found.delete = True
        elif key in (b"set", b"add", b"remove"):
            for name, inner in as_object(value, key.decode()):
                need(1 <= len(name) <= 1024, "field name")
                need(not re.search(rb'["\\\x00-\x1f]', name), "field name")
                if key == b"set":
                    found.set[name] = inner
                    continue
                elements = as_array(inner, key.decode())
                pairs = zip(elements, elements[1:])
                need(elements, "no elements")
                need(all(a < b for a, b in pairs), "elements out of order")
                into = found.add if key == b"add" else found.remove
                into[name] = elements
    return found


def read_commit(lines: list[bytes]) -> Copy:
    """A commit line, body lines and a trailer, without their LF."""
    copy = read_commit_line(lines[0])
    trailer = dict(line_fields(lines[-1]))
    body, size = lines[1:-1], sum(map(len, lines)) + len(lines)
    if b"sign" in trailer:
        copy.sign = as_blob(trailer[b"sign"], 64, "sign")
    if b"salt" in trailer:
        salt = as_blob(trailer[b"salt"], 16, "salt")
        eights = (i.to_bytes(8, "little") for i in range(len(body)))
        salts = [hk(salt, eight, 16) for eight in eights]
    else:
        raws = as_array(trailer[b"salts"], "salts")
        need(len(raws) == len(body), "salts")
        salts = [b"" if r == b'""' else as_blob(r, 16, "salts") for r in raws]
    leaves, names = [], set()
    for place, (line, own) in enumerate(zip(body, salts)):
        try:
            if line.startswith(b'{"erased":'):  # [K-11]
                fields = line_fields(line)
                leaves.append(as_blob(fields[0][1], 32, "erased"))
                need(not own and b"salts" in trailer, "salt of an erased line")
                continue
            need(own, "no salt")
            leaves.append(hk(own, line))
            fields = line_fields(line)
            need(fields[0][0] not in KNOWN, "kind in the wrong place")
            if record := read_record(fields):
                if record.name in names:
                    raise Bad("duplicate", "record twice")  # [K-6]
                names.add(record.name)
                copy.records[place] = record
        except Bad as error:
            copy.faults.append(error.args)
    if size > MAX_COMMIT:
        copy.faults.append(("size", "commit too large"))
    need(len(leaves) == len(body), "salts or erased lines")
    copy.body = h(*leaves)
    return copy


def split(text: bytes, found: list[tuple[str, str]]) -> list[Copy]:
    """The commits of a member; what is wrong goes to `found`."""
    copies: list[Copy] = []
    lines: list[bytes] = []
    parts = text.split(b"\n")
    if parts.pop():
        found.append(("incomplete", "last line without LF"))
    for line in parts:
        if line.startswith(b'{"commit":'):
            if lines:
                found.append(("incomplete", "commit without trailer"))
            lines = [line]
        elif lines and line.startswith((b'{"salt":', b'{"salts":')):
            try:
                copies.append(read_commit(lines + [line]))
            except Bad as error:
                found.append(error.args)
            lines = []
        elif lines:
            lines.append(line)
        else:
            found.append(("stray", "line outside a commit"))
    if lines:
        found.append(("incomplete", "commit without trailer"))
    return copies


def read_document(
    data: bytes, problems: list[Problem]
) -> tuple[bytes, list[Copy]]:
    """The workspace's id and the commits of one document."""
    members = read_members(data, problems)
    if not members or members[0].at or members[0].kind != 1:
        raise Refused("container", "no header member")
    try:
        workspace = read_header(members[0].lines())
    except Bad as error:
        raise Refused("container", *error.args) from error
    copies: list[Copy] = []
    for member in members[1:]:
        found: list[tuple[str, str]] = []
        if member.kind == 1:
            found.append(("member", "a second header"))  # CHOICE: passed over
        elif member.kind == 2:
            try:
                more = split(member.lines(), found)
                # CHOICE: where a commit cannot be read, its number is not
                # known, and the runs cannot be compared.
                readable = all(kind == "stray" for kind, _ in found)
                if readable and not runs_agree(member.runs, more):
                    raise Bad("member", "runs disagree")
                copies += more
            except Bad as error:
                found.append(error.args)
        else:
            try:
                if member.lines().startswith(b'{"commit":'):
                    found.append(("member", "commits under another kind"))
            except Bad as error:
                found.append(error.args)
        place = f"byte {member.at}: "
        problems += [Problem(kind, place + what) for kind, what in found]
    return workspace, copies


def runs_agree(runs: dict[bytes, tuple[int, int]], copies: list[Copy]) -> bool:
    """Whether the extra field names what the member holds [C-2], [C-3]."""
    held: dict[bytes, list[int]] = defaultdict(list)
    for copy in copies:
        held[copy.replica].append(copy.number)
    return held.keys() == runs.keys() and all(
        numbers == list(range(runs[name][0], runs[name][1] + 1))
        for name, numbers in held.items()
    )


# --- The chain, and which commits count [K-7] to [K-11], [I-2] ------------


def link(before: bytes, copy: Copy) -> bytes:
    """h(n) out of h(n-1)."""
    return h(before, h(copy.line), copy.body)


def signed_rightly(copies: list[Copy], key: bytes, chained: bytes) -> bool:
    """Whether one of the copies of a commit has a right signature."""
    text = b"karto commit" + chained
    signs = {copy.sign for copy in copies if copy.sign}
    return any(ed25519.verified(key, text, sign) for sign in signs)


def proven(
    held: dict[int, list[Copy]], number: int, chained: bytes, key: bytes
) -> bool:
    """Whether a right signature stands somewhere behind this chain hash."""
    heads = {chained}
    while heads and len(heads) <= MAX_WAYS and (number := number + 1) in held:
        copies = held[number]
        ways = [(link(head, copy), copy) for head in heads for copy in copies]
        if any(signed_rightly([copy], key, way) for way, copy in ways):
            return True
        heads = {way for way, _ in ways}
    return False


def joined(copies: list[Copy]) -> Copy:
    """Copies of one commit as one. CHOICE: what one has, erased or not."""
    first = copies[0]
    for copy in copies[1:]:
        first.records |= copy.records
    return first


def chain(
    workspace: bytes, held: dict[int, list[Copy]], problems: list[Problem]
) -> tuple[list[Copy], list[bytes]]:
    """One replica's commits up to its frontier, and their chain hashes.

    A commit counts if it, or one behind it in the chain, is signed rightly.
    """
    key = held[1][0].key if 1 in held else b""
    hashes = [h(b"karto chain", workspace, key)] if key else []
    steps: list[list[Copy]] = []
    reason = "gap"
    while hashes and len(steps) + 1 in held:
        ways: dict[bytes, list[Copy]] = defaultdict(list)
        for copy in held[len(steps) + 1]:
            ways[link(hashes[-1], copy)].append(copy)
        if len(ways) > 1:  # CHOICE: two with one name must be proven, both
            ways = {
                way: copies
                for way, copies in ways.items()
                if signed_rightly(copies, key, way)
                or proven(held, len(steps) + 1, way, key)
            }
        if len(ways) != 1:
            reason = "fork" if ways else "signature"
            break
        way, copies = ways.popitem()
        steps.append(copies)
        hashes.append(way)
    # What remains at the end without a right signature is not proven.
    for number in range(len(steps), 0, -1):
        if signed_rightly(steps[number - 1], key, hashes[number]):
            break
        reason = "signature"
        del steps[number - 1 :]
    commits: list[Copy] = []
    for copies in steps:
        copy = joined(copies)
        if faults := [f for each in copies for f in each.faults]:
            reason = faults[0][0]
            break
        commits.append(copy)
    if max(held) > len(commits):
        replica = next(iter(held.values()))[0].replica
        problems.append(Problem(reason, written((replica, len(commits) + 1))))
    return commits, hashes[: len(commits) + 1]


@dataclass
class Workspace:
    """The commits that count, out of any number of documents."""

    id: bytes
    commits: list[Copy]
    frontier: dict[bytes, int]
    problems: list[Problem]


def merge(documents: Iterable[bytes]) -> Workspace:
    """Reads documents of one workspace as one set of commits."""
    problems: list[Problem] = []
    held: dict[bytes, dict[int, list[Copy]]] = defaultdict(
        lambda: defaultdict(list)
    )
    workspace = b""
    for data in documents:
        found, copies = read_document(data, problems)
        if workspace not in (b"", found):
            raise Refused("header", "documents of different workspaces")
        workspace = found
        for copy in copies:
            held[copy.replica][copy.number].append(copy)
    chains = {
        replica: chain(workspace, numbers, problems)
        for replica, numbers in held.items()
    }
    commits: list[Copy] = []
    for found_commits, _ in chains.values():
        known: dict[bytes, int] = {}
        for copy in found_commits:
            for name, (number, mark) in copy.seen.items():
                known = known | {name: max(number, known.get(name, 0))}
                hashes = chains.get(name, ([], []))[1]
                # CHOICE: a wrong hash is told of, and changes nothing.
                if number < len(hashes) and hashes[number][:16] != mark:
                    problems.append(Problem("seen", written(copy.dot)))
            copy.known = known
            if copy.succeeds:
                check_succession(copy, held[copy.succeeds[0]], problems)
        commits += found_commits
    frontier = {name: len(found) for name, (found, _) in chains.items()}
    return Workspace(workspace, commits, frontier, sorted(set(problems)))


def check_succession(
    copy: Copy, old: dict[int, list[Copy]], problems: list[Problem]
) -> None:
    """[I-4]. CHOICE: a wrong signature is told of, and changes nothing."""
    if 1 in old and copy.succeeds:
        text = b"karto successor" + copy.key
        if not ed25519.verified(old[1][0].key, text, copy.succeeds[1]):
            problems.append(Problem("succession", written(copy.dot)))


# --- The state (8) and the export (9) -------------------------------------

Touch = tuple[Copy, Record]


def standing(touches: list[Touch]) -> list[Touch]:
    """Those whose dot none of the others sees, the greatest first [S-3].

    Of each replica the last alone is asked: it has seen its earlier ones and
    all that they had seen.
    """
    last: dict[bytes, Touch] = {}
    for touch in touches:
        other = last.get(touch[0].replica)
        if other is None or other[0].number < touch[0].number:
            last[touch[0].replica] = touch
    found = [
        (commit, record)
        for commit, record in last.values()
        if not any(other.sees(commit.dot) for other, _ in last.values())
    ]
    return sorted(found, key=lambda touch: touch[0].order(), reverse=True)


def quoted(text: bytes) -> bytes:
    """A text without anything to escape, as a string."""
    return b'"' + text + b'"'


def as_json(fields: dict[bytes, bytes]) -> bytes:
    """An object, its keys ascending."""
    inner = (quoted(key) + b":" + fields[key] for key in sorted(fields))
    return b"{" + b",".join(inner) + b"}"


def export_record(name: tuple[bytes, bytes], touches: list[Touch]) -> bytes:
    """The line of one record [E-2]."""
    registers: dict[bytes, list[Touch]] = defaultdict(list)
    elements: dict[tuple[bytes, bytes], list[Touch]] = defaultdict(list)
    for touch in touches:
        for key in touch[1].set:
            registers[key].append(touch)
        both = [*touch[1].add.items(), *touch[1].remove.items()]
        for pair in {(key, each) for key, many in both for each in many}:
            elements[pair].append(touch)

    sets: dict[bytes, list[bytes]] = defaultdict(list)
    for key, each in sorted(elements):  # [S-4]
        for _, record in standing(elements[key, each]):
            if each in record.add.get(key, ()):
                sets[key].append(each)
                break
    winners: dict[bytes, bytes] = {}
    conflicts: dict[bytes, bytes] = {}
    for key, writes in registers.items():  # [S-2], [S-3]
        stand = standing(writes)
        if (winner := stand[0][1].set[key]) != b"null":
            winners[key] = winner
        if len({record.set[key] for _, record in stand}) > 1:
            entries = [
                b'{"at":%s,"by":%s,"value":%s}'
                % (
                    quoted(commit.at),
                    quoted(written(commit.dot).encode()),
                    record.set[key],
                )
                for commit, record in stand
            ]
            conflicts[key] = b"[" + b",".join(entries) + b"]"
    votes = standing(touches)  # [S-1]
    exists = any(not record.delete for _, record in votes)
    against = [
        quoted(written(commit.dot).encode())
        for commit, record in votes
        if record.delete
    ]

    line = b'{"type":' + quoted(name[0]) + b',"id":' + quoted(name[1])
    if sets:
        arrays = {k: b"[" + b",".join(v) + b"]" for k, v in sets.items()}
        line += b',"add":' + as_json(arrays)
    if conflicts:
        line += b',"conflicts":' + as_json(conflicts)
    if not exists:
        line += b',"delete":true'
    elif against:
        line += b',"deleted_by":[' + b",".join(against) + b"]"
    if winners:
        line += b',"set":' + as_json(winners)
    return line + b"}\n"


def export(workspace: Workspace) -> bytes:
    """The export of the state [E-1]."""
    records: dict[tuple[bytes, bytes], list[Touch]] = defaultdict(list)
    for commit in workspace.commits:
        for record in commit.records.values():
            records[record.name].append((commit, record))
    return b"".join(
        export_record(name, records[name]) for name in sorted(records)
    )


def main(arguments: list[str]) -> int:
    """The command line."""
    options = {each for each in arguments if each.startswith("--")}
    paths = [each for each in arguments if not each.startswith("--")]
    if not paths or options - {"--digest", "--check", "--frontier"}:
        print(__doc__, file=sys.stderr)
        return 64
    documents = []
    for path in paths:
        with open(path, "rb") as file:
            documents.append(file.read())
    try:
        workspace = merge(documents)
    except Refused as error:
        print("refused", *error.args, file=sys.stderr)
        return 2
    if "--check" in options:
        for problem in workspace.problems:
            print(problem.kind, problem.where)
        return 1 if workspace.problems else 0
    if "--frontier" in options:
        for dot in sorted(workspace.frontier.items()):
            print(written(dot))
    elif "--digest" in options:
        print(h(export(workspace)).hex())
    else:
        sys.stdout.buffer.write(export(workspace))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
