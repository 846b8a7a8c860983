"""A vector, and the lines that most of them are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import karto_writer as w
from karto_writer import Commit, Replica, Workspace, dumps

EARLY, LATE = "1999-01-01T00:00:00.000Z", "2040-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Vector:
    """Documents to be merged, and the export or the reason of refusal."""

    name: str
    rules: str
    about: str
    documents: tuple[bytes, ...]
    export: str = ""
    refused: str = ""
    problems: tuple[str, ...] = ()
    held: tuple[tuple[str, str], ...] | None = None

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The paths below the directory, and their bytes."""
        several = len(self.documents) > 1
        for place, data in enumerate(self.documents, 1):
            dot = f".{place}" if several else ""
            yield f"{self.name}{dot}.karto", data
        if self.refused:
            yield f"{self.name}.refused", self.refused.encode() + b"\n"
        else:
            yield f"{self.name}.expected.jsonl", self.export.encode()

    def index(self) -> str:
        """The line of the index."""
        fields: dict[str, object] = {"vector": self.name, "about": self.about}
        fields["documents"] = [
            path for path, _ in self.files() if path.endswith(".karto")
        ]
        if not self.refused:
            fields["digest"] = w.blake(self.export.encode()).hex()
        if self.held is not None:
            fields["held"] = sorted(map(list, self.held))
        if self.problems:
            fields["problems"] = sorted(self.problems)
        if self.refused:
            fields["refused"] = self.refused
        fields["rules"] = self.rules.split()
        return dumps(fields) + "\n"


def put(
    name: str,
    rules: str,
    about: str,
    *documents: bytes,
    export: str = "",
    refused: str = "",
    problems: str = "",
    held: dict[str, str] | None = None,
) -> Vector:
    """A vector; problems are the classes that --check prints.

    `held` are dots with the reason; None stands for a vector that is not
    about it, in which nothing may be held.
    """
    kinds = tuple(problems.split())
    pairs = None if held is None else tuple(held.items())
    return Vector(
        name, rules, about, documents, export, refused, kinds, pairs
    )


def replicas(*words: str) -> list[Replica]:
    """Replicas of the one workspace of most vectors."""
    return [Replica(Workspace(), word) for word in words]


def record(identity: str, **fields: object) -> str:
    """A record line of the type client."""
    return dumps({"client": identity} | fields)


def named(identity: str, name: object) -> str:
    """A record line that sets the name."""
    return record(identity, set={"name": name})


def out(identity: str, **fields: object) -> str:
    """A line of the export."""
    return dumps({"type": "client", "id": identity} | fields) + "\n"


def shown(identity: str, name: object) -> str:
    """A line of the export with nothing but a name."""
    return out(identity, set={"name": name})


A, B, C = shown("a", "A"), shown("b", "B"), shown("c", "C")


def three() -> tuple[Commit, Commit, Commit]:
    """Commits 1 and 2 of one replica, and 1 of another."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    return first, one.commit(named("b", "B")), two.commit(named("c", "C"))


def apart(*commits: Commit, workspace: w.Workspace | None = None) -> bytes:
    """A document with a member for each commit."""
    found = w.header(workspace or commits[0].replica.workspace)
    return found + b"".join(w.commits(each) for each in commits)


def clash(*writes: Commit, value: str = "name") -> list[dict[str, object]]:
    """The export's standing writes, in the order given."""
    return [
        {
            "at": json.loads(each.line)["at"],
            "by": each.dot,
            "value": json.loads(each.body[0])["set"][value],
        }
        for each in writes
    ]


def without(vector: Vector, text: str) -> Vector:
    """The vector without something in its export that does not show [E-2]."""
    export = vector.export.replace(text, "")
    return Vector(**(dict(vars(vector)) | {"export": export}))
