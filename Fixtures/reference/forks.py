"""The commits of a replica as a tree, and its branches (SPEC 6.4, 7.6)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import ed25519
from documents import Copy
from values import Problem, h, written


@dataclass
class Node:
    """A commit with the chain hash that it has behind its parent [F-1]."""

    hash: bytes
    workspace: bytes
    signed: bool = False
    copies: list[Copy] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def commit(self) -> Copy:
        """Its copies as one. CHOICE: what one has, erased or not."""
        first = self.copies[0]
        for copy in self.copies[1:]:
            first.records |= copy.records
            first.faults += copy.faults
        return first


def link(before: bytes, copy: Copy) -> bytes:
    """h(n) out of h(n-1) [K-8]."""
    return h(before, h(copy.line), copy.body)


def signed_behind(copy: Copy, before: list[Node], key: bytes) -> Node | None:
    """The node behind which the commit's signature is right [K-10]."""
    for node in before if copy.sign else ():
        text = b"karto commit" + link(node.hash, copy)
        if ed25519.verified(key, text, copy.sign):
            return node
    return None


def standing_behind(copy: Copy, before: list[Node]) -> list[Node]:
    """The nodes of the number before with what stands last before the commit.

    Where nothing does, all that there are: a later signature will show [F-1].
    """
    if len(before) < 2:
        return before
    found: dict[int, list[Node]] = {}
    for node in before:
        for other in node.copies:
            if other.document == copy.document and other.place < copy.place:
                found.setdefault(other.place, []).append(node)
    return found[max(found)] if found else before


def tree(workspaces: list[bytes], held: dict[int, list[Copy]]) -> Node:
    """What all histories begin behind, with all the nodes that count [F-1].

    Behind it stands what follows on h(0), in whichever workspace.
    CHOICE: a signature that is right nowhere is as good as none, so that a
    later one may prove the commit all the same [K-12].
    """
    key = held[1][0].key if 1 in held else b""
    roots = [Node(h(b"karto chain", each, key), each) for each in workspaces]
    levels = [roots]
    while levels[-1] and len(levels) in held:
        found: dict[bytes, Node] = {}
        for copy in held[len(levels)]:
            signed = signed_behind(copy, levels[-1], key)
            parents = [signed] if signed else standing_behind(copy, levels[-1])
            for parent in parents:
                chained = link(parent.hash, copy)
                if chained not in found:
                    found[chained] = Node(chained, parent.workspace)
                    parent.children.append(found[chained])
                found[chained].copies.append(replace(copy))
                found[chained].signed |= signed is not None
        levels.append(list(found.values()))
    for level in reversed(levels):
        for node in level:
            node.children = [
                child
                for child in node.children
                if child.signed or child.children
            ]
    first = [child for root in roots for child in root.children]
    return Node(b"", b"", children=first)


@dataclass
class Branch:
    """A history of its own: a replica, or what leaves it [F-2], [F-3].

    Its nodes begin behind the number `left`; up to that they are its
    parent's. `commits` are those within the frontier.
    """

    name: bytes
    origin: bytes
    parent: Branch | None
    left: int
    complete: bool = True
    nodes: list[Node] = field(default_factory=list)
    commits: list[Copy] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of its last commit."""
        return self.left + len(self.commits)

    def take(self, node: Node, problems: list[Problem]) -> None:
        """The next node; with one that is refused the frontier ends [K-13]."""
        self.nodes.append(node)
        commit = node.commit()
        commit.name = self.name
        commit.workspace = node.workspace
        if self.complete and commit.faults:
            problems.append(Problem(commit.faults[0][0], written(commit.dot)))
            self.complete = False
        if self.complete:
            self.commits.append(commit)

    def up_to(self, number: int) -> dict[bytes, int]:
        """What one has seen who has seen it up to a number [F-3], [F-4]."""
        seen = {self.name: number} if number > self.left else {}
        if self.parent:
            seen |= self.parent.up_to(min(number, self.left))
        return seen


def branches(
    workspaces: list[bytes],
    origin: bytes,
    held: dict[int, list[Copy]],
    problems: list[Problem],
) -> list[Branch]:
    """The histories of one replica, each behind the one that it leaves."""
    found = [Branch(origin, origin, None, 0)]
    waiting = [(found[0], tree(workspaces, held))]
    top = 0
    while waiting:
        branch, node = waiting.pop(0)
        while ways := sorted(node.children, key=lambda child: child.hash):
            number = branch.left + len(branch.nodes)
            for child in ways[1:]:
                name = h(b"karto branch", child.hash)[:10]
                other = Branch(name, origin, branch, number, branch.complete)
                problems.append(Problem("fork", written((name, number + 1))))
                other.take(child, problems)
                found.append(other)
                waiting.append((other, child))
            node = ways[0]
            branch.take(node, problems)
            top = max(top, number + 1)
    if max(held) > top:
        reason = "signature" if top + 1 in held else "gap"
        problems.append(Problem(reason, written((origin, top + 1))))
    return found


Marks = dict[tuple[int, bytes], Branch]


def names_of(origin: bytes, all_: list[Branch]) -> set[bytes]:
    """What a history of a replica is called here, or could be [F-4]."""
    nodes = [node for branch in all_ for node in branch.nodes]
    forked = nodes if len(all_) > 1 else []
    return {origin} | {h(b"karto branch", node.hash)[:10] for node in forked}


def marks_of(all_: list[Branch]) -> Marks:
    """By number and the first half of the chain hash, whose a node is."""
    return {
        (number, node.hash[:16]): branch
        for branch in all_
        for number, node in enumerate(branch.nodes, branch.left + 1)
    }


def see(histories: dict[bytes, list[Branch]], problems: list[Problem]) -> None:
    """Tells every commit what it had seen [K-1], [F-3], [F-4].

    One that names what is not in the set waits, and those behind it.
    """
    named: dict[bytes, Marks] = {}
    for origin, all_ in histories.items():
        marks = marks_of(all_)
        named |= dict.fromkeys(names_of(origin, all_), marks)
    for branch in (each for all_ in histories.values() for each in all_):
        known: dict[bytes, int] = {}
        if branch.parent and branch.parent.last < branch.left:
            branch.commits = []
        elif branch.parent and branch.left:
            place = branch.left - branch.parent.left - 1
            known |= branch.parent.commits[place].known
            known |= branch.parent.up_to(branch.left)
        for place, commit in enumerate(branch.commits):
            known = dict(known)
            for name, (number, mark) in commit.seen.items():
                other = named.get(name, {}).get((number, mark))
                if not other:
                    problems.append(Problem("seen", written(commit.dot)))
                    branch.commits = branch.commits[:place]
                    break
                for each, most in other.up_to(number).items():
                    known[each] = max(most, known.get(each, 0))
            commit.known = known
            if len(branch.commits) == place:
                break
