#!/usr/bin/env python3
"""A reader and merger of Kartoteka documents, written from SPEC.md alone.

    karto_reference.py [--digest | --check | --frontier | --held] document...

Several documents of one workspace are merged. Prints the export (SPEC 9),
its digest, the problems found, the frontier, or the commits that are held,
with the reason. Exits with 1 if --check found problems, with 2 if a document
is refused.

Made to be read next to SPEC.md, not to be fast, and in its order: container,
documents, forks, membership, state. Rules are named in brackets; where the
text leaves a choice, the comment says CHOICE.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import ed25519
from documents import Copy, Header, read_document
from entries import NOT_ADOPTED, adopted_in, text_in
from forks import Branch, branches, see
from membership import Membership
from state import export_of
from values import Dot, Problem, Refused, base32, h, written


@dataclass
class Workspace:
    """What any number of documents come to.

    `commits` are all within the frontier, those in `held` among them.
    """

    header: Header
    commits: list[Copy]
    frontier: dict[bytes, int]
    held: dict[Dot, str]
    problems: list[Problem]


def merge(documents: Iterable[bytes]) -> Workspace:
    """Reads documents of one workspace as one set of commits."""
    problems: list[Problem] = []
    copies: dict[bytes, dict[int, list[Copy]]] = defaultdict(
        lambda: defaultdict(list)
    )
    header: Header | None = None
    for place, data in enumerate(documents):
        found, held = read_document(data, problems)
        if header and header.workspace != found.workspace:
            raise Refused("header", "documents of different workspaces")
        header = found
        for copy in held:
            copy.document = place
            copies[copy.replica][copy.number].append(copy)
    if not header:
        raise Refused("container", "no documents")
    adopting = adoptions(copies)
    histories = {
        replica: branches(
            sorted({header.workspace, *adopting[base32(replica)]}),
            replica,
            numbers,
            problems,
        )
        for replica, numbers in copies.items()
    }
    see(histories, problems)
    all_ = [branch for found in histories.values() for branch in found]
    commits = [commit for branch in all_ for commit in branch.commits]
    membership = Membership(header, all_)
    problems += successions(membership)
    for commit in membership.adopted():
        commit.records = {
            place: record
            for place, record in commit.records.items()
            if record.name[0] not in NOT_ADOPTED
        }
    frontier = {
        branch.name: branch.last
        for branch in all_
        if branch.commits or not branch.parent
    }
    held = membership.held()
    return Workspace(header, commits, frontier, held, sorted(set(problems)))


def adoptions(
    copies: dict[bytes, dict[int, list[Copy]]],
) -> dict[bytes, set[bytes]]:
    """The workspaces that lines name for replicas, if they count or not."""
    found: dict[bytes, set[bytes]] = defaultdict(set)
    for numbers in copies.values():
        for copy in (each for held in numbers.values() for each in held):
            for record in copy.records.values():
                if record.name[0] == b"adoption":
                    for name, _ in adopted_in(record):
                        found[name].add(text_in(record, b"workspace"))
    return found


def successions(membership: Membership) -> list[Problem]:
    """First commits with a false signature of the replica before [I-4]."""
    first = {each.replica: each for each in membership.commits[::-1]}
    found: list[Problem] = []
    for entry in membership.entries.values():
        old, sign = entry.first.succeeds or (b"", b"")
        text = b"karto successor" + entry.first.key
        if old in first and not ed25519.verified(first[old].key, text, sign):
            found.append(Problem("succession", written(entry.first.dot)))
    return found


def export(workspace: Workspace) -> bytes:
    """The export of the state, in which no held commit takes part [A-9]."""
    return export_of(
        commit
        for commit in workspace.commits
        if commit.dot not in workspace.held
    )


def main(arguments: list[str]) -> int:
    """The command line."""
    options = {each for each in arguments if each.startswith("--")}
    paths = [each for each in arguments if not each.startswith("--")]
    known = {"--digest", "--check", "--frontier", "--held"}
    if not paths or options - known:
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
    elif "--held" in options:
        for line in held_lines(workspace):
            print(*line)
    elif "--digest" in options:
        print(h(export(workspace)).hex())
    else:
        sys.stdout.buffer.write(export(workspace))
    return 0


def held_lines(workspace: Workspace) -> list[list[str]]:
    """The held dots, each with its reason, ascending as texts."""
    return sorted([written(dot), why] for dot, why in workspace.held.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
