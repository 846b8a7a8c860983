"""What control lines say, and how replicas came in ([A-1] to [A-4])."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import ed25519
from canonical_json import Bad
from documents import Copy, Header, Record
from forks import Branch
from values import (
    as_array,
    as_blob,
    as_instant,
    as_number,
    as_text,
    base32,
    need,
)

ROLES = [b"recovery", b"owner", b"admin", b"manager", b"reader"]
SENIOR = ROLES[:3]
TRIED = 8  # commits that invite under one id
NOT_ADOPTED = {b"adoption", b"device", b"invitation", b"seal", b"workspace"}


def outranks(role: bytes, other: bytes) -> bool:
    """Whether a role stands before another; no role at all comes last."""
    ranks = [*ROLES, b""]
    return ranks.index(role) < ranks.index(other)


def admits(role: bytes, other: bytes) -> bool:
    """[A-1]."""
    return outranks(role, other) or role == other == b"owner"


# --- Acts [A-2] -----------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """What a record line does; `id` is that of the record."""

    kind: str
    id: bytes = b""
    role: bytes = b""
    key: bytes = b""
    member: bytes = b""
    device: bytes = b""
    expires: bytes = b"null"
    adopted: tuple[tuple[bytes, int], ...] = ()
    workspace: bytes = b""


def adopted_in(record: Record) -> tuple[tuple[bytes, int], ...]:
    """The replicas that a line adopts, and up to which number [A-11].

    CHOICE: an element of another shape adopts nothing.
    """
    found: list[tuple[bytes, int]] = []
    for element in record.add.get(b"replicas", ()):
        with contextlib.suppress(Bad):
            pair = as_array(element, "adoption")
            need(len(pair) == 2, "adoption")
            number = as_number(pair[1], 1, 2**32 - 1, "adoption")
            found.append((as_text(pair[0], "adoption"), number))
    return tuple(found)


def text_in(record: Record, name: bytes) -> bytes:
    """A register's text, or nothing."""
    with contextlib.suppress(Bad):
        return as_text(record.set.get(name, b""), "text")
    return b""


def key_in(record: Record) -> bytes:
    """The public key of an invitation, or nothing."""
    with contextlib.suppress(Bad):
        return as_blob(record.set.get(b"key", b""), 32, "key")
    return b""


def act_of(record: Record) -> Act:
    """The table of [A-2]."""
    kind, identity = record.name
    role = text_in(record, b"role")
    if kind == b"member":
        if role in ROLES and role != b"recovery":
            return Act("gives", identity, role=role)
        return Act("member", identity)
    if kind == b"device":
        return Act("device", identity, member=text_in(record, b"member"))
    if kind == b"invitation":
        if record.delete or record.set.get(b"withdrawn") == b"true":
            return Act("withdraws", identity)
        return Act(
            "invites",
            identity,
            key=key_in(record),
            member=text_in(record, b"for"),
            expires=record.set.get(b"expires", b"null"),
        )
    if kind == b"seal":
        if record.set.get(b"void") == b"true":
            return Act("voids", identity)
        return Act(
            "seals",
            identity,
            role=role if role in ROLES else b"",
            device=text_in(record, b"device"),
            member=text_in(record, b"member"),
        )
    if kind == b"adoption":
        return Act(
            "adopts",
            identity,
            adopted=adopted_in(record),
            workspace=text_in(record, b"workspace"),
        )
    return Act("writes")


def acts_of(commit: Copy) -> list[Act]:
    """All that a commit does. An erased line does nothing [K-11]."""
    return [act_of(record) for record in commit.records.values()]


def is_expired(commit: Copy, act: Act) -> bool:
    """CHOICE: what is no instant has passed; `null` is not given."""
    if act.expires == b"null":
        return False
    with contextlib.suppress(Bad):
        return commit.at > as_instant(act.expires, "expires")[0]
    return True


# --- Entry, [A-4] ---------------------------------------------------


@dataclass
class Entry:
    """How a replica came in, by its first commit.

    `chain` are the replicas for which it goes on, itself first; `member`,
    `inviting` and `act` are those of the last of them.
    """

    kind: str
    first: Copy
    chain: list[Entry] = field(default_factory=list)
    member: bytes = b""
    inviting: Copy | None = None
    act: Act = Act("none")

    @property
    def root(self) -> Entry:
        """That of the oldest replica for which this one goes on."""
        return self.chain[-1]


def entry_of(header: Header, first: Copy, others: list[Copy]) -> Entry:
    """How a first commit came in, but for whom it goes on."""
    own = [
        text_in(record, b"member")
        for record in first.records.values()
        if record.name == (b"device", base32(first.replica))
    ]
    member = own[0] if own else b""
    if first.workspace != header.workspace:
        return Entry("stranger", first)
    if first.key == header.founder:
        return Entry("founder", first, member=member)
    if first.succeeds or not first.joins:
        return Entry("stranger", first)
    name, sign = first.joins
    text = b"karto join" + header.workspace + first.key
    if name == b"recovery":
        if ed25519.verified(header.recovery, text, sign):
            return Entry("recovery", first, member=member)
        return Entry("stranger", first)
    invitations = [
        (
            not name.endswith(base32(other.replica)),
            base32(other.name),
            other.number,
            other,
            act,
        )
        for other in others
        for act in acts_of(other)
        if act.kind == "invites"
        and act.id == name
        and act.key
        and first.sees(other.dot)
    ]
    invitations.sort(key=lambda each: each[:3])
    for *_, other, act in invitations[:TRIED]:
        if ed25519.verified(act.key, text, sign):
            return Entry(
                "invited", first, member=act.member, inviting=other, act=act
            )
    return Entry("stranger", first)


def predecessor(first: Copy, firsts: list[Copy]) -> Copy | None:
    """The first commit of the replica for which this one goes on.

    CHOICE: of two histories that fork at commit 1, the replica's own.
    """
    if first.succeeds:
        name, sign = first.succeeds
        text = b"karto successor" + first.key
        for old in sorted(firsts, key=lambda each: each.name != each.replica):
            begun = old.replica, old.workspace
            if begun == (name, first.workspace) and first.sees(old.dot):
                if ed25519.verified(old.key, text, sign):
                    return old
    return None


def entries_of(header: Header, branches: list[Branch]) -> dict[bytes, Entry]:
    """How each replica, and each branch, came in."""
    control = [
        commit
        for branch in branches
        for commit in branch.commits
        if any(act.kind == "invites" for act in acts_of(commit))
    ]
    begun = [b for b in branches if b.commits and not b.left]
    firsts = [branch.commits[0] for branch in begun]
    ours = [each for each in control if each.workspace == header.workspace]
    found = {first.name: entry_of(header, first, ours) for first in firsts}
    for entry in found.values():
        entry.chain = [entry]
        while entry.root.kind == "stranger":
            old = predecessor(entry.root.first, firsts)
            if not old or found[old.name] in entry.chain:
                break
            entry.chain.append(found[old.name])
    for entry in found.values():
        if len(entry.chain) > 1:
            entry.kind, entry.member = "goes on", entry.root.member
    for branch in branches:  # a branch came in as the history that it leaves
        above = branch
        while above.left and above.parent:
            above = above.parent
        if above.name in found:
            found[branch.name] = found[above.name]
    return found
