"""A small company for the vectors of the chapters A and F."""

from __future__ import annotations

import json
from collections.abc import Iterable

import ed25519
import karto_writer as w
from karto_writer import Commit, Key, Replica, Workspace, dumps
from vector import Vector, apart, put

Conflicts = dict[tuple[str, str, str], Iterable[Commit]]


def device(replica: Replica, who: str) -> str:
    """A line that says whose a device is."""
    return dumps({"device": replica.id, "set": {"member": who}})


def member(who: str, role: str) -> str:
    """A line that gives a role."""
    return dumps({"member": who, "set": {"role": role}})


def described(who: str, name: str) -> str:
    """A line that describes a member."""
    return dumps({"member": who, "set": {"name": name}})


def code(word: str) -> Key:
    """The key pair of an invitation."""
    return w.key_of(f"code {word}")


def invitation(
    name: str, who: str, word: str = "", **fields: object
) -> str:
    """A line that invites; the key is that of the word, or of the name."""
    fields |= {"for": who, "key": w.b64(code(word or name).public)}
    return dumps({"invitation": name, "set": dict(sorted(fields.items()))})


def withdrawal(name: str) -> str:
    """A line that withdraws an invitation."""
    return dumps({"invitation": name, "set": {"withdrawn": True}})


def seal(name: str, **fields: object) -> str:
    """A line that seals; the fields must ascend."""
    return dumps({"seal": name, "set": fields})


def void(name: str) -> str:
    """A line that voids."""
    return dumps({"seal": name, "set": {"void": True}})


def adoption(name: str, workspace: Workspace, *last: Commit) -> str:
    """A line that adopts replicas up to the commits given [A-11]."""
    pairs = sorted(dumps([each.replica.id, each.number]) for each in last)
    fields = {"add": {"replicas": [json.loads(each) for each in pairs]}}
    fields |= {"set": {"workspace": workspace.id}}
    return dumps({"adoption": name} | fields)


class Company:
    """Replicas of one workspace; each sees all the others unless told."""

    def __init__(self, *first: str) -> None:
        """The founder is the owner f, unless his first lines are given."""
        self.commits: list[Commit] = []
        self.founder = self.replica("founder")
        f = self.founder
        self.write(f, *(first or (device(f, "f"), member("f", "owner"))))

    def replica(self, word: str) -> Replica:
        """A replica that has not written yet."""
        return Replica(Workspace(), word)

    def others(self, replica: Replica) -> tuple[Commit, ...]:
        """The last commits of all other replicas."""
        last = {each.replica.id: each for each in self.commits}
        return tuple(last[name] for name in last if name != replica.id)

    def write(
        self,
        replica: Replica,
        *lines: str,
        seen: Iterable[Commit] | dict[str, object] | None = None,
        **fields: object,
    ) -> Commit:
        """A commit; `seen` is what it has seen more than the one before."""
        found = self.others(replica) if seen is None else seen
        if not isinstance(found, dict):
            found = tuple(found)
        made = replica.commit(*lines, seen=found, **fields)  # type: ignore
        self.commits.append(made)
        return made

    def join(
        self,
        replica: Replica,
        who: str,
        name: str,
        word: str = "",
        **fields: object,
    ) -> Commit:
        """A first commit by an invitation."""
        proof = replica.joins(code(word or name), name)
        fields = {"joins": proof} | fields
        line = device(replica, who)
        return self.write(replica, line, **fields)  # type: ignore

    def hire(
        self, who: str, role: str, by: Replica | None = None
    ) -> Replica:
        """A new member with a device, invited under his name."""
        new = self.replica(who)
        lines = member(who, role), invitation(f"i-{who}", who)
        self.write(by or self.founder, *lines)
        self.join(new, who, f"i-{who}")
        return new

    def succeed(self, old: Replica, word: str, **fields: object) -> Replica:
        """A replica whose first commit goes on for another."""
        new = self.replica(word)
        text = b"karto successor" + new.key.public
        sign = w.b64(ed25519.signed(old.key.secret, text))
        fields = {"succeeds": [old.id, sign]} | fields
        self.write(new, **fields)  # type: ignore
        return new

    def documents(self, several: bool) -> tuple[bytes, ...]:
        """One document with everything, or one for each replica."""
        if not several:
            return (apart(*self.commits),)
        names = dict.fromkeys(each.replica.id for each in self.commits)
        return tuple(
            apart(
                *(c for c in self.commits if c.replica.id == name),
                workspace=self.founder.workspace,
            )
            for name in names
        )

    def case(
        self,
        name: str,
        rules: str,
        about: str,
        *,
        stranger: Iterable[Commit] = (),
        sealed: Iterable[Commit] = (),
        not_entitled: Iterable[Commit] = (),
        waiting: Iterable[Commit] = (),
        conflicts: Conflicts | None = None,
        several: bool = False,
        problems: str = "",
    ) -> Vector:
        """A vector; the commits that are held, by reason.

        Those that are waiting stand beyond the frontier, and are not held.
        """
        held = {each.dot: "stranger" for each in stranger}
        held |= {each.dot: "sealed" for each in sealed}
        held |= {each.dot: "not_entitled" for each in not_entitled}
        out = {*held, *(each.dot for each in waiting)}
        counting = [each for each in self.commits if each.dot not in out]
        return put(
            name,
            rules,
            about,
            *self.documents(several),
            export=told(counting, conflicts or {}),
            problems=problems,
            held=held,
        )


def greatest_first(*commits: Commit) -> list[Commit]:
    """[S-3] where the clocks agree."""
    return sorted(commits, key=lambda each: each.dot, reverse=True)


def told(commits: Iterable[Commit], conflicts: Conflicts) -> str:
    """The export of commits that count, each of which has seen those before.

    Registers that are in conflict are given, each with its standing writes.
    """
    records: dict[tuple[str, str], dict[str, object]] = {}
    values: dict[tuple[str, str], dict[str, object]] = {}
    for commit in commits:
        for text in commit.body:
            line = json.loads(text)
            kind = next(iter(line))
            name = kind, line[kind]
            records[name] = {"delete": True} if "delete" in line else {}
            values.setdefault(name, {}).update(line.get("set", {}))
            if "add" in line:
                records[name]["add"] = line["add"]
    for (kind, identity, field), writes in conflicts.items():
        name = kind, identity
        entries = [
            {
                "at": json.loads(each.line)["at"],
                "by": each.dot,
                "value": value_in(each, kind, identity, field),
            }
            for each in writes
        ]
        inner = records[name].setdefault("conflicts", {})
        inner[field] = entries  # type: ignore
        values[name][field] = entries[0]["value"]
    text = ""
    for name in sorted(records):
        fields = dict(sorted(records[name].items()))
        if values[name]:
            fields["set"] = dict(sorted(values[name].items()))
        text += dumps({"type": name[0], "id": name[1]} | fields) + "\n"
    return text


def value_in(commit: Commit, kind: str, identity: str, field: str) -> object:
    """What a commit set a register to."""
    for line in map(json.loads, commit.body):
        if line.get(kind) == identity:
            return line["set"][field]
    raise KeyError(field)
