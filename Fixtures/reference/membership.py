"""Who may do what, and which commits are held (SPEC 8.5, [A-5] to [A-9])."""

from __future__ import annotations

from typing import NamedTuple

from documents import Copy, Header
from entries import (
    ROLES,
    SENIOR,
    Act,
    Entry,
    acts_of,
    admits,
    entries_of,
    is_expired,
    outranks,
)
from forks import Branch
from values import Dot, base32

class Ruling(NamedTuple):
    """What is decided about a commit; no reason means that it counts."""

    let_in: bool
    role: bytes
    reason: str


class Seal(NamedTuple):
    """A seal that is in force."""

    commit: Copy
    act: Act
    role: bytes


class Membership:
    """The commits within the frontier, and what is decided so far."""

    def __init__(self, header: Header, branches: list[Branch]) -> None:
        self.home = header.workspace
        self.entries = entries_of(header, branches)
        self.branches = branches
        self.commits = [each for b in branches for each in b.commits]
        self.acts = {each.dot: acts_of(each) for each in self.commits}
        self.control = [
            commit
            for commit in self.commits
            if commit is self.entries[commit.name].first
            or any(act.kind != "writes" for act in self.acts[commit.dot])
        ]
        self.seals: list[Seal] = []
        self.let_in: set[Dot] = set()
        self.rulings: dict[Dot, Ruling] = {}
        for level in SENIOR:
            self.decide()
            self.seals += self.seals_of(level)
        self.decide()
        self.rulings = {each.dot: self.ruling(each) for each in self.commits}

    def held(self) -> dict[Dot, str]:
        """The commits that do not count, and why."""
        return {
            dot: ruling.reason
            for dot, ruling in self.rulings.items()
            if ruling.reason
        }

    def decide(self) -> None:
        """All rulings about control commits, with the seals in force [A-9].

        First all that are invited are taken to be let in, then those of whom
        [A-6] says so by the rulings that follow, until nothing changes.
        """
        found = {e.first.dot: e for e in self.entries.values() if e.inviting}
        invited = list(found.values())
        barred: set[Dot] = set()
        while True:
            self.let_in = {e.first.dot for e in invited} - barred
            for _ in range(len(invited) + 1):
                self.rule()
                before = self.let_in
                self.let_in = {
                    entry.first.dot
                    for entry in invited
                    if entry.first.dot not in barred and self.holds(entry)
                }
                if self.let_in == before:
                    return
            barred |= self.let_in ^ before

    def rule(self) -> None:
        """The rulings that follow from who is let in.

        Each hangs only on such as its commit has seen, so this ends.
        """
        self.rulings = {
            commit.dot: Ruling(False, b"", "stranger")
            for commit in self.control
        }
        before: dict[Dot, Ruling] = {}
        while self.rulings != before:
            before = self.rulings
            self.rulings = {
                commit.dot: self.ruling(commit) for commit in self.control
            }

    def counting(self, kind: str) -> list[tuple[Copy, Act]]:
        """The commits that count and do such an act, with the act."""
        return [
            (commit, act)
            for commit in self.control
            if self.speaks(commit)
            for act in self.acts[commit.dot]
            if act.kind == kind
        ]

    def speaks(self, commit: Copy) -> bool:
        """Whether a commit counts, and is not only adopted [A-11]."""
        ruling = self.rulings[commit.dot]
        return ruling.role != b"" and not ruling.reason

    def is_adopted(self, commit: Copy) -> bool:
        """Whether a stranger's commit counts by an adoption [A-11].

        CHOICE: of a forked replica all branches are adopted that begin in
        the adoption's workspace.
        """
        name = base32(commit.replica)
        if commit.workspace == self.home:
            return False
        return self.entries[commit.name].root.kind == "stranger" and any(
            act.workspace == commit.workspace
            and name == other
            and commit.number <= number
            and not self.ends(adopting, commit)
            for adopting, act in self.counting("adopts")
            for other, number in act.adopted
        )

    def ends(self, adopting: Copy, commit: Copy) -> bool:
        """Whether a seal on who adopts ends what the line adopts [A-11]."""
        role = self.rulings[adopting.dot].role
        return any(
            not seal.act.role
            and not seal.commit.sees(commit.dot)
            and self.is_about(seal, adopting)
            and outranks(seal.role, role)
            for seal in self.seals
        )

    def adopted(self) -> list[Copy]:
        """The commits that count by an adoption alone."""
        return [
            commit
            for commit in self.commits
            if not self.rulings[commit.dot].reason and not self.speaks(commit)
        ]

    def seals_of(self, level: bytes) -> list[Seal]:
        """The seals by authors of one role that are not void [A-8]."""
        return [
            Seal(commit, act, level)
            for commit, act in self.counting("seals")
            if self.rulings[commit.dot].role == level
            and not any(
                void.id == act.id
                and outranks(self.rulings[other.dot].role, level)
                for other, void in self.counting("voids")
            )
        ]

    # Roles

    def role_of(self, member: bytes, knower: Copy) -> bytes:
        """The role of a member as a commit knew it, or nothing."""
        known = [
            (commit, act.role)
            for commit, act in self.counting("gives")
            if act.id == member and knower.sees(commit.dot)
        ]
        standing = [
            (ROLES.index(self.rulings[commit.dot].role), -ROLES.index(role))
            for commit, role in known
            if not any(other.sees(commit.dot) for other, _ in known)
        ]
        return ROLES[-min(standing)[1]] if standing else b""

    def author_role(self, commit: Copy) -> bytes:
        """The role of a commit's author, lowered as seals say [A-8]."""
        entry = self.entries[commit.name]
        if entry.root.kind == "recovery":
            return b"recovery"
        role = self.role_of(entry.member, commit)
        if not role and entry.root.kind == "founder":
            role = b"owner"
        for seal in self.seals:
            if role and seal.act.role and self.reaches(seal, commit, role):
                if not self.lifted(seal, commit, entry.member):
                    role = max(role, seal.act.role, key=ROLES.index)
        return role

    def lifted(self, seal: Seal, commit: Copy, member: bytes) -> bool:
        """Whether a role given after a limiting seal lifts it."""
        return any(
            act.id == member
            and commit.sees(other.dot)
            and other.sees(seal.commit.dot)
            for other, act in self.counting("gives")
        )

    def reaches(self, seal: Seal, commit: Copy, role: bytes) -> bool:
        """Whether a seal reaches a commit of an author with a role."""
        unseen = not seal.commit.sees(commit.dot)
        beneath = outranks(seal.role, role)
        return self.is_about(seal, commit) and unseen and beneath

    def is_about(self, seal: Seal, commit: Copy) -> bool:
        """Whether a seal is about the author of a commit.

        CHOICE: a device's branches are sealed with it; what goes on for an
        excepted replica is excepted.
        """
        entry = self.entries[commit.name]
        if seal.act.device:
            names = [base32(each.first.replica) for each in entry.chain]
            about = seal.act.device in names
        else:
            about = b"" != seal.act.member == entry.member
        inviting = entry.root.inviting
        excepted = inviting and inviting.sees(seal.commit.dot)
        return bool(about and not excepted)

    # Let in

    def is_let_in(self, entry: Entry) -> bool:
        """Whether the first commit of a replica is let in."""
        if entry.kind in ("founder", "recovery"):
            return True
        if entry.kind == "goes on":
            return self.rulings[entry.chain[1].first.dot].let_in
        return entry.first.dot in self.let_in

    def holds(self, entry: Entry) -> bool:
        """Whether the invitation lets in whoever came by it."""
        inviting = entry.inviting
        if not inviting or not self.speaks(inviting):
            return False
        rivals = [
            other
            for other in self.rivals(entry)
            if other is entry
            or (
                other.first.key != entry.first.key
                and not self.is_withdrawn(other, inviting, by_bystanders=True)
            )
        ]
        return (
            not is_expired(entry.first, entry.act)
            and not self.is_withdrawn(entry, inviting)
            and entry is min(rivals, key=self.claim)
        )

    def rivals(self, entry: Entry) -> list[Entry]:
        """Those who used the invitation in time, itself among them."""
        return [
            other
            for other in self.entries.values()
            if other.inviting is entry.inviting
            and other.act == entry.act
            and not is_expired(other.first, other.act)
        ]

    def is_bystander(self, commit: Copy, entry: Entry) -> bool:
        """Whether a commit's replica came in neither by an invitation nor
        by somebody who did, and so on."""
        root = self.entries[commit.name].root
        while root.inviting:
            if root.inviting is entry.inviting and root.act == entry.act:
                return False
            root = self.entries[root.inviting.name].root
        return True

    def is_sealed(self, commit: Copy) -> bool:
        """Whether a seal without a role reaches a commit."""
        role = self.author_role(commit)
        return any(
            not seal.act.role and self.reaches(seal, commit, role)
            for seal in self.seals
        )

    def claim(self, entry: Entry) -> tuple[object, ...]:
        """What decides who comes in by an invitation used twice."""
        first = entry.first
        saw = [
            commit
            for commit in self.commits
            if entry.inviting
            and commit.name == entry.inviting.name
            and commit.sees(first.dot)
        ]
        meeting = min(saw, key=lambda each: each.number, default=None)
        met = float("inf")
        if meeting and not self.is_shut_out(meeting):
            met = meeting.number
        sealed = self.is_shut_out(first)
        return sealed, met, first.at, base32(first.name)

    def is_shut_out(self, commit: Copy) -> bool:
        """Whether a seal reaches a commit whose author has a role."""
        return self.author_role(commit) != b"" and self.is_sealed(commit)

    def is_withdrawn(
        self, entry: Entry, inviting: Copy, by_bystanders: bool = False
    ) -> bool:
        """Whether a withdrawal keeps the joining commit out."""
        first = entry.first
        return any(
            act.id == entry.act.id
            and not commit.sees(first.dot)
            and (not by_bystanders or self.is_bystander(commit, entry))
            and (
                first.sees(commit.dot)
                or commit.name == inviting.name
                or outranks(
                    self.rulings[commit.dot].role,
                    self.role_of(entry.member, first),
                )
            )
            for commit, act in self.counting("withdraws")
        )

    # Allowed

    def is_allowed(self, commit: Copy, role: bytes, act: Act) -> bool:
        """The table of [A-7]."""
        own = self.entries[commit.name].member
        is_senior = role in SENIOR
        match act.kind:
            case "member":
                return is_senior or act.id == own
            case "device":
                names = (base32(commit.replica), base32(commit.name))
                return is_senior or act.id in names
            case "gives":
                had = self.role_of(act.id, commit)
                return admits(role, act.role) and outranks(role, had)
            case "invites":
                had = self.role_of(act.member, commit)
                given = any(
                    other.kind == "gives" and other.id == act.member
                    for other in self.acts[commit.dot]
                )
                if own and act.member == own:
                    return True
                return is_senior and (outranks(role, had) if had else given)
            case "withdraws":
                return is_senior or self.is_ours(commit, act.id)
            case "seals":
                return is_senior and self.may_seal(commit, role, act)
            case "voids":
                return is_senior
        return not outranks(b"manager", role)

    def is_ours(self, commit: Copy, invitation: bytes) -> bool:
        """Whether a replica of the author's member invited under the id."""
        own = self.entries[commit.name].member
        return any(
            act.kind == "invites"
            and act.id == invitation
            and commit.sees(other.dot)
            and own == self.entries[other.name].member != b""
            for other in self.control
            for act in self.acts[other.dot]
        )

    def may_seal(self, commit: Copy, role: bytes, act: Act) -> bool:
        """Whether a senior may seal this member or device.

        CHOICE: a device that is nobody's is that of a member without role.
        """
        member = act.member
        if act.device:
            seen = [
                entry
                for entry in self.entries.values()
                if base32(entry.first.replica) == act.device
                and commit.sees(entry.first.dot)
            ]
            if not seen:
                return outranks(role, b"admin")
            member = seen[0].member
        return outranks(role, self.role_of(member, commit))

    def ruling(self, commit: Copy) -> Ruling:
        """[A-9], with all that is decided so far."""
        entry = self.entries[commit.name]
        if self.is_adopted(commit):
            return Ruling(False, b"", "")
        if commit is entry.first:
            let_in = self.is_let_in(entry)
        else:
            let_in = self.rulings[entry.first.dot].let_in
        role = self.author_role(commit)
        reason = ""
        if not let_in:
            reason = "stranger"
        elif self.is_sealed(commit):
            reason = "sealed"
        elif not role or not all(
            self.is_allowed(commit, role, act)
            for act in self.acts[commit.dot]
        ):
            reason = "not_entitled"
        return Ruling(let_in, role, reason)
