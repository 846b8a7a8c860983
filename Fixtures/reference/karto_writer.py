"""Makes documents for vectors and tests, right ones and wrong ones.

Everything follows from small numbers, so that the same vector always has the
same bytes. It shares nothing with the reader but Ed25519.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

import ed25519


def blake(*parts: bytes, key: bytes = b"", size: int = 32) -> bytes:
    """BLAKE2b of the joined parts."""
    text = b"".join(parts)
    return hashlib.blake2b(text, key=key, digest_size=size).digest()


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def b32(data: bytes) -> str:
    """Base32 in lower case without padding."""
    return base64.b32encode(data).decode().lower().rstrip("=")


def dumps(value: object) -> str:
    """JSON of values without line ends and the like; keys must ascend."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def raw(text: str) -> bytes:
    """UTF-8, in which surrogate escapes stand for bytes that are not."""
    return text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Key:
    """A key pair out of a word."""

    secret: bytes
    public: bytes


@cache
def key_of(word: str) -> Key:
    """The key pair that belongs to a word."""
    secret = hashlib.sha256(b"karto vector " + word.encode()).digest()
    return Key(secret, ed25519.public_key(secret))


@dataclass
class Workspace:
    """The header's values."""

    founder: Key = key_of("founder")
    recovery: Key = key_of("recovery")
    created: str = "2026-11-22T15:41:34.000Z"

    @property
    def id(self) -> str:
        """The id that follows from keys and founding."""
        moment = datetime.strptime(self.created, "%Y-%m-%dT%H:%M:%S.%fZ")
        since = moment - datetime(1970, 1, 1)
        count = struct.pack("<q", since // timedelta(milliseconds=1))
        keys = self.founder.public + self.recovery.public
        return b32(blake(b"karto workspace", keys, count)[:20])

    def line(self, **changes: object) -> str:
        """The header line, with keys changed, added or (None) left out."""
        fields: dict[str, object] = {
            "created": self.created,
            "founder": b64(self.founder.public),
            "reader": 1,
            "recovery": b64(self.recovery.public),
            "workspace": self.id,
            "writer": 1,
        }
        first = changes.pop("karto", 1)
        fields |= changes
        rest = {k: v for k, v in sorted(fields.items()) if v is not None}
        return dumps({"karto": first} | rest)


@dataclass(eq=False)
class Commit:
    """A commit's lines without LF, and what the container must know."""

    replica: Replica
    number: int
    hash: bytes
    line: str
    body: list[str]
    salt: bytes
    sign: bytes
    raw_trailer: str | None = None
    branch: str = ""
    seed: bytes = b""

    def salt_of(self, place: int) -> bytes:
        """The salt of one body line."""
        return blake(struct.pack("<Q", place), key=self.salt, size=16)

    def leaf(self, place: int) -> bytes:
        """The leaf of one body line."""
        return blake(raw(self.body[place]), key=self.salt_of(place))

    @property
    def trailer(self) -> str:
        """The last line."""
        if self.raw_trailer is not None:
            return self.raw_trailer
        fields = {"salt": b64(self.salt)}
        if self.seed:
            fields = {"salted": b64(self.seed)}
        if self.sign:
            fields["sign"] = b64(self.sign)
        return dumps(fields)

    @property
    def text(self) -> bytes:
        """The commit as it stands in a member."""
        lines = [self.line, *self.body, self.trailer]
        text = "".join(line + "\n" for line in lines)
        return raw(text)

    def changed(self, **changes: object) -> Commit:
        """The commit with something else in it, hashes left as they are."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def unsigned(self) -> Commit:
        """The commit without a signature."""
        return self.changed(sign=b"")

    def salted(self) -> Commit:
        """The commit with a salt of its own in place of a seed [K-11]."""
        return self.changed(seed=b"")

    def erased(self, *places: int) -> Commit:
        """The commit with body lines erased [K-11]."""
        body, salts = list(self.body), []
        for place in range(len(body)):
            salts.append(b64(self.salt_of(place)))
            if place in places:
                body[place] = dumps({"erased": b64(self.leaf(place))})
                salts[-1] = ""
        trailer: dict[str, object] = {"salts": salts}
        if self.sign:
            trailer["sign"] = b64(self.sign)
        return self.changed(body=body, raw_trailer=dumps(trailer))

    @property
    def dot(self) -> str:
        """The commit's name."""
        return f"{self.branch or self.replica.id}:{self.number}"


@dataclass(eq=False)
class Replica:
    """Writes commits one after another."""

    workspace: Workspace
    word: str
    number: int = 0
    hash: bytes = b""
    clock: str = "2026-11-22T16:00:00.000Z"
    commits: list[Commit] = field(default_factory=list)
    public: bytes = b""

    @property
    def key(self) -> Key:
        """The key pair; with a public half that is not its own if given."""
        key = key_of(self.word)
        return Key(key.secret, self.public) if self.public else key

    @property
    def raw_id(self) -> bytes:
        """The ten bytes of the id."""
        return blake(b"karto replica", self.key.public)[:10]

    @property
    def id(self) -> str:
        """The id."""
        return b32(self.raw_id)

    def copied(self) -> Replica:
        """The same device, which goes on from here a second time."""
        return replace(self, commits=list(self.commits))

    def joins(self, secret: Key | None = None, name: str = "recovery") -> list:
        """The proof that an invitation, or the recovery key, let it in."""
        text = b"karto join" + self.workspace.id.encode() + self.key.public
        chosen = secret or self.workspace.recovery
        return [name, b64(ed25519.signed(chosen.secret, text))]

    def commit(
        self,
        *body: str,
        at: str | None = None,
        seen: tuple[Commit, ...] | dict[str, object] | list[object] = (),
        skip: int = 0,
        line: str | None = None,
        seed: bytes = b"",
        **fields: object,
    ) -> Commit:
        """The next commit; `fields` change or add keys, None removes one.

        `seen` is a tuple of commits, or the raw value of the key.
        """
        self.number += 1 + skip
        if self.number == 1:
            self.hash = blake(
                b"karto chain", self.workspace.id.encode(), self.key.public
            )
        keys: dict[str, object] = {"at": at or self.clock, "by": self.id}
        if self.number == 1:
            keys["key"] = b64(self.key.public)
            if self.key != self.workspace.founder and "succeeds" not in fields:
                keys["joins"] = self.joins()
        if isinstance(seen, tuple):
            marks: dict[str, object] = {
                each.replica.id: [each.number, b64(each.hash[:16])]
                for each in seen
            }
            if marks:
                keys["seen"] = dict(sorted(marks.items()))
        else:
            keys["seen"] = seen
        keys |= fields
        rest = {k: v for k, v in sorted(keys.items()) if v is not None}
        head = line or dumps({"commit": self.number} | rest)
        name = f"{self.word} {self.number}".encode()
        salt = hashlib.sha256(b"karto salt " + name).digest()[:16]
        if seed:  # [K-15]
            salt = blake(struct.pack("<Q", self.number), key=seed, size=16)
        made = Commit(
            self, self.number, b"", head, list(body), salt, b"", seed=seed
        )
        leaves = [made.leaf(place) for place in range(len(body))]
        self.hash = blake(self.hash, blake(raw(head)), blake(b"".join(leaves)))
        made.hash = self.hash
        text = b"karto commit" + self.hash
        made.sign = ed25519.signed(self.key.secret, text)
        self.commits.append(made)
        return made


def stored(text: bytes) -> bytes:
    """Deflate without compression: the same with every library."""
    blocks = [text[i : i + 65535] for i in range(0, len(text), 65535)] or [b""]
    found = b""
    for block in blocks:
        last = block is blocks[-1]
        size = len(block)
        found += struct.pack("<BHH", last, size, size ^ 0xFFFF) + block
    return found


def squeezed(text: bytes) -> bytes:
    """Deflate with the fixed codes, which shortens long runs of one byte."""
    bits: list[str] = ["110"]
    at = 0
    while at < len(text):
        byte = text[at]
        if at and text[at - 1 : at + 258] == text[at : at + 1] * 259:
            bits.append("1100010100000")
            at += 258
            continue
        code = 0x30 + byte if byte < 144 else 0x190 + byte - 144
        bits.append(f"{code:0{8 if byte < 144 else 9}b}")
        at += 1
    bits.append("0000000")
    row = "".join(bits)
    row += "0" * (-len(row) % 8)
    return bytes(int(row[i : i + 8][::-1], 2) for i in range(0, len(row), 8))


def member(
    text: bytes,
    kind: int = 2,
    runs: list[tuple[bytes, int, int]] | None = None,
    *,
    flags: int = 0,
    squeeze: bool = False,
    after: bytes = b"",
    crc: int | None = None,
    size: int | None = None,
    inflated: int | None = None,
    length: int | None = None,
) -> bytes:
    """One gzip member; the last arguments make it wrong."""
    own = struct.pack("<BB", kind, flags)
    tail = b"".join(
        name + struct.pack("<II", a, b) for name, a, b in runs or []
    )
    payload = squeezed(text) if squeeze else stored(text)
    extra_length = 4 + 10 + len(tail) + len(after)
    whole = 12 + extra_length + len(payload) + 8
    own += struct.pack(
        "<II",
        whole if length is None else length,
        len(text) if inflated is None else inflated,
    )
    extra = b"KA" + struct.pack("<H", 10 + len(tail)) + own + tail + after
    check = zlib.crc32(text) if crc is None else crc
    end = struct.pack("<II", check, len(text) if size is None else size)
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", len(extra))
    return head + extra + payload + end


def header(workspace: Workspace, line: str | None = None) -> bytes:
    """The first member."""
    return member((line or workspace.line()).encode() + b"\n", 1)


def runs_of(commits: tuple[Commit, ...]) -> list[tuple[bytes, int, int]]:
    """The runs of commits of which each replica's ascend without gaps."""
    numbers: dict[bytes, list[int]] = {}
    for each in commits:
        numbers.setdefault(each.replica.raw_id, []).append(each.number)
    return [(k, min(v), max(v)) for k, v in sorted(numbers.items())]


def commits(*held: Commit, flags: int = 0, squeeze: bool = False) -> bytes:
    """A member of kind 2."""
    text = b"".join(each.text for each in held)
    return member(text, 2, runs_of(held), flags=flags, squeeze=squeeze)


def document(*held: Commit, workspace: Workspace | None = None) -> bytes:
    """A header and one member with all the commits."""
    found = header(workspace or held[0].replica.workspace)
    return found + (commits(*held) if held else b"")
