"""One document: its header and its commits, each as it stands there."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from canonical_json import MAX_NUMBER, Bad, Fields, line_fields, unescaped
from container import read_members
from values import (
    Dot,
    Problem,
    Refused,
    as_array,
    as_blob,
    as_instant,
    as_number,
    as_object,
    as_replica,
    as_text,
    base32,
    h,
    hk,
    need,
)

VERSION = 1
TRAILERS = (b'{"salt":', b'{"salted":', b'{"salts":')
KNOWN = {b"karto", b"commit", b"salt", b"salted", b"salts", b"erased"}
MAX_COMMIT = 1_048_576

# --- Header [H-1], [H-2] --------------------------------------------------


@dataclass(frozen=True)
class Header:
    """What the header says of the workspace."""

    workspace: bytes
    founder: bytes
    recovery: bytes


def read_header(text: bytes) -> Header:
    """The header out of the text of the first member."""
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
    return Header(workspace, founder, recovery)


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
    """A commit as it stands in one member of one document.

    The last fields are filled in where all documents are known (forks.py):
    `name` is the replica or the branch that the commit belongs to,
    `workspace` that in which its chain begins [A-12].
    """

    replica: bytes
    number: int
    at: bytes
    part: tuple[int, int]
    seen: dict[bytes, tuple[int, bytes]]
    key: bytes
    succeeds: tuple[bytes, bytes] | None
    joins: tuple[bytes, bytes] | None
    line: bytes
    body: bytes = b""
    sign: bytes = b""
    records: dict[int, Record] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    document: int = 0
    place: int = 0
    name: bytes = b""
    workspace: bytes = b""
    known: dict[bytes, int] = field(default_factory=dict)

    @property
    def dot(self) -> Dot:
        """The name of the commit."""
        return self.name, self.number

    def sees(self, dot: Dot) -> bool:
        """[K-1]; all earlier commits of its own, never itself."""
        if dot[0] == self.name:
            return dot[1] < self.number
        return dot[1] <= self.known.get(dot[0], 0)

    def order(self) -> tuple[bytes, bytes, int]:
        """[S-3], with ids in their written form [I-1]."""
        return self.at, base32(self.name), self.number

def read_commit_line(line: bytes) -> Copy:
    """Section 6.1."""
    fields = dict(line_fields(line))
    number = as_number(fields[b"commit"], 1, 2**32 - 2, "commit")
    at = as_instant(fields.get(b"at", b""), "at")[0]
    replica = as_replica(as_text(fields.get(b"by", b""), "by"), "by")
    as_text(fields.get(b"does", b'""'), "does")
    key, part, succeeds, joins = b"", (1, 1), None, None
    need((b"key" in fields) == (number == 1), "key")
    if b"key" in fields:
        key = as_blob(fields[b"key"], 32, "key")
        need(h(b"karto replica", key)[:10] == replica, "key is another's")
    if b"part" in fields:
        pair = as_array(fields[b"part"], "part")
        need(len(pair) == 2, "part")
        count = as_number(pair[1], 1, 2**32 - 2, "part")
        part = as_number(pair[0], 1, min(count, number), "part"), count
    seen = {}
    for name, raw in as_object(fields.get(b"seen", b"{}"), "seen"):
        pair = as_array(raw, "seen")
        need(len(pair) == 2, "seen")
        other = as_replica(name, "seen")
        need(other != replica, "seen names its own replica")  # CHOICE
        most = as_number(pair[0], 1, 2**32 - 2, "seen")
        seen[other] = most, as_blob(pair[1], 16, "seen")
    if b"succeeds" in fields:
        need(number == 1, "succeeds")
        pair = as_array(fields[b"succeeds"], "succeeds")
        need(len(pair) == 2, "succeeds")
        old = as_replica(as_text(pair[0], "succeeds"), "succeeds")
        succeeds = old, as_blob(pair[1], 64, "succeeds")
    if b"joins" in fields:  # [I-5]
        need(number == 1 and not succeeds, "joins")
        pair = as_array(fields[b"joins"], "joins")
        need(len(pair) == 2, "joins")
        invitation = as_text(pair[0], "joins")
        need(1 <= len(invitation) <= 128, "joins")
        joins = invitation, as_blob(pair[1], 64, "joins")
    return Copy(replica, number, at, part, seen, key, succeeds, joins, line)


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
    fields = line_fields(lines[-1])
    trailer, form = dict(fields), fields[0][0]
    body, size = lines[1:-1], sum(map(len, lines)) + len(lines)
    if b"sign" in trailer:
        copy.sign = as_blob(trailer[b"sign"], 64, "sign")
    if form != b"salts":
        salt = as_blob(trailer[form], 16, form.decode())
        if form == b"salted":  # [K-15]
            salt = hk(salt, copy.number.to_bytes(8, "little"), 16)
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
                need(not own and form == b"salts", "salt of an erased line")
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
        elif lines and line.startswith(TRAILERS):
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
) -> tuple[Header, list[Copy]]:
    """The header and the commits of one document."""
    members = read_members(data, problems)
    if not members or members[0].at or members[0].kind != 1:
        raise Refused("container", "no header member")
    try:
        header = read_header(members[0].lines())
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
    for place, copy in enumerate(copies):
        copy.place = place
    return header, copies


def runs_agree(runs: dict[bytes, tuple[int, int]], copies: list[Copy]) -> bool:
    """Whether the extra field names what the member holds [C-2], [C-3]."""
    held: dict[bytes, list[int]] = defaultdict(list)
    for copy in copies:
        held[copy.replica].append(copy.number)
    return held.keys() == runs.keys() and all(
        numbers == list(range(runs[name][0], runs[name][1] + 1))
        for name, numbers in held.items()
    )
