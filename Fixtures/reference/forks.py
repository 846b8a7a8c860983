"""The commits of a replica as a tree, and its branches (SPEC 6.4, 7.6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import ed25519
from documents import Copy
from values import Problem, h, written


@dataclass
class Node:
    """A commit with the chain hash that it has behind its parent [F-1]."""

    hash: bytes
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


def standing_behind(copy: Copy, before: list[Node]) -> Node | None:
    """The node of the number before that stands last before the commit."""
    if copy.number == 1:
        return before[0]
    found = {
        other.place: node
        for node in before
        for other in node.copies
        if other.document == copy.document and other.place < copy.place
    }
    return found[max(found)] if found else None


def tree(workspace: bytes, held: dict[int, list[Copy]]) -> Node:
    """The root h(0), with all the nodes that count behind it [F-1].

    CHOICE: a signature that is right nowhere is as good as none, so that a
    later one may prove the commit all the same [K-12]; a commit without
    signature waits if nothing stands before it in its document.
    """
    key = held[1][0].key if 1 in held else b""
    root = Node(h(b"karto chain", workspace, key))
    levels = [[root]]
    while levels[-1] and len(levels) in held:
        found: dict[bytes, Node] = {}
        for copy in held[len(levels)]:
            signed = signed_behind(copy, levels[-1], key)
            parent = signed or standing_behind(copy, levels[-1])
            if parent:
                chained = link(parent.hash, copy)
                if chained not in found:
                    found[chained] = Node(chained)
                    parent.children.append(found[chained])
                found[chained].copies.append(copy)
                found[chained].signed |= signed is not None
        levels.append(list(found.values()))
    for level in reversed(levels):
        for node in level:
            node.children = [
                child
                for child in node.children
                if child.signed or child.children
            ]
    return root


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
    workspace: bytes,
    origin: bytes,
    held: dict[int, list[Copy]],
    problems: list[Problem],
) -> list[Branch]:
    """The histories of one replica, each behind the one that it leaves."""
    found = [Branch(origin, origin, None, 0)]
    waiting = [(found[0], tree(workspace, held))]
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


def sighting(
    all_: list[Branch], name: bytes, number: int, mark: bytes
) -> tuple[dict[bytes, int], bool]:
    """What `seen` of a name, a number and a hash means, and if it is wrong.

    `all_` are the branches of the replica that the name is, or is a branch
    of. [F-4] if that is forked, else [K-1]. CHOICE: where a branch is named,
    the same.
    """
    nodes = {
        node.hash[:16]: branch
        for branch in all_
        for place, node in enumerate(branch.nodes, branch.left + 1)
        if place == number
    }
    wrong = bool(nodes) and mark not in nodes
    if mark in nodes and len(all_) > 1:
        return nodes[mark].up_to(number), wrong
    (own,) = (branch for branch in all_ if branch.name == name)
    forks = [branch.left for branch in all_ if branch.parent is own]
    return own.up_to(min([number, *forks])), wrong


def see(histories: dict[bytes, list[Branch]], problems: list[Problem]) -> None:
    """Tells every commit what it had seen [K-1], [F-3]."""
    named = {
        branch.name: all_ for all_ in histories.values() for branch in all_
    }
    for all_ in histories.values():
        for branch in all_:
            known: dict[bytes, int] = {}
            if branch.parent and branch.left and branch.commits:
                place = branch.left - branch.parent.left - 1
                known |= branch.parent.commits[place].known
                known |= branch.parent.up_to(branch.left)
            for commit in branch.commits:
                for name, (number, mark) in commit.seen.items():
                    seen, wrong = {name: number}, False
                    if name in named:
                        seen, wrong = sighting(named[name], name, number, mark)
                    if wrong:
                        problems.append(Problem("seen", written(commit.dot)))
                    for each, most in seen.items():
                        most = max(most, known.get(each, 0))
                        known = known | {each: most}
                commit.known = known
