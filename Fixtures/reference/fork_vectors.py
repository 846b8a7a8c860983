"""Vectors of chapter F: two histories of one replica (SPEC 7.6).

Where nothing else is said, every commit sets the register `name` of the
record `d`, and one of its own: so the export shows whose writes stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import ed25519
import karto_writer as w
from company import (
    Company,
    described,
    greatest_first,
    invitation,
    member,
    seal,
    told,
)
from karto_writer import Commit, Replica
from vector import EARLY, LATE, Vector, apart, named, put, record, replicas


def forks() -> Iterator[Vector]:
    """All of chapter F."""
    yield from branching()
    yield from sightings()
    yield from unsigned()
    yield from left_out()
    yield from whose()


def both(value: str) -> tuple[str, str]:
    """A record of one's own, and the one that all write."""
    return named(value, value), named("d", value)


def part(*histories: list[Commit]) -> list[list[Commit]]:
    """Histories that leave one node: the least chain hash keeps the name.

    The others are named [F-2], and come behind it in the order of hashes.
    """
    found = sorted(histories, key=lambda commits: commits[0].hash)
    for history in found[1:]:
        name = w.blake(b"karto branch", history[0].hash)[:10]
        for commit in history:
            commit.branch = w.b32(name)
    return found


def value_of(commit: Commit) -> str:
    """The record that only this commit writes."""
    name: str = json.loads(commit.body[0])["client"]
    return name


class Forked:
    """A replica with commit 1, and two histories of two behind it.

    `main` keeps the name, `branch` does not.
    """

    def __init__(self, word: str = "one") -> None:
        (one,) = replicas(word)
        self.first = one.commit(*both("first"))
        left, right = one.copied(), one.copied()
        first = [left.commit(*both("l2")), left.commit(*both("l3"))]
        second = [right.commit(*both("r2")), right.commit(*both("r3"))]
        self.main, self.branch = part(first, second)

    @property
    def replica(self) -> Replica:
        """The replica as it goes on under its name."""
        return self.main[-1].replica

    @property
    def commits(self) -> list[Commit]:
        """All five, as [F-6] puts them."""
        return [self.first, *self.main, *self.branch]

    @property
    def leaves(self) -> tuple[Commit, Commit]:
        """The last of each history."""
        return self.main[-1], self.branch[-1]


def case(
    name: str,
    rules: str,
    about: str,
    commits: list[Commit],
    standing: tuple[Commit, ...],
    *documents: bytes,
    problems: str = "fork",
    missing: tuple[Commit, ...] = (),
) -> Vector:
    """A vector; `standing` are the writes of d that no other has seen."""
    counting = [each for each in commits if each not in missing]
    conflicts = {("client", "d", "name"): greatest_first(*standing)}
    if len(standing) == 1:
        counting.remove(standing[0])
        counting += standing
        conflicts = {}
    return put(
        name,
        rules,
        about,
        *(documents or (apart(*commits),)),
        export=told(counting, conflicts),
        problems=problems,
        held={},
    )


# --- Nodes and branches [F-1] to [F-3] ------------------------------------


def branching() -> Iterator[Vector]:
    """The tree, and its names."""
    f = Forked()
    yield case(
        "F/two",
        "F-1 F-2 F-3 K-14 S-3",
        "two histories behind commit 1: both count",
        f.commits,
        f.leaves,
    )
    yield case(
        "F/two-documents",
        "F-1 M-1",
        "each history in a document of its own",
        f.commits,
        f.leaves,
        apart(f.first, *f.branch),
        apart(f.first, *f.main),
    )
    yield case(
        "F/two-among-three",
        "F-1 M-1 I-2",
        "the commits of both, strewn over three documents",
        f.commits,
        f.leaves,
        apart(f.branch[1], f.main[0]),
        apart(f.first, f.branch[0]),
        apart(f.branch[0], f.main[1]),
    )
    yield case(
        "F/one-history",
        "F-2 M-1",
        "only the history that would not keep the name: here it is alone, "
        "and does",
        *alone("r2", "l2"),
        problems="",
    )
    (one,) = replicas("one")
    first = one.commit(*both("first"))
    made = [[one.copied().commit(*both(f"x{n}"))] for n in range(3)]
    part(*made)
    leaves = tuple(each for (each,) in made)
    yield case(
        "F/three",
        "F-2",
        "three histories, in three documents",
        [first, *leaves],
        leaves,
        *(apart(first, each) for each in leaves),
    )
    for which in ("main", "branch"):
        f = Forked()
        leaf = f.main[-1] if which == "main" else f.branch[-1]
        other = f.branch[-1] if which == "main" else f.main[-1]
        ends = []
        for value in ("x4", "y4"):
            copy = leaf.replica.copied()
            ends.append([copy.commit(*both(value))])
            ends[-1][0].branch = leaf.branch
        part(*ends)
        (x,), (y,) = ends
        yield case(
            f"F/{which}-again",
            "F-2 F-3",
            f"the {which} forks a second time",
            [*f.commits, x, y],
            (x, y, other),
            apart(*f.commits, x),
            apart(f.first, *(f.main if which == "main" else f.branch), y),
        )
    one, two = replicas("one", "one")
    made = [[one.commit(*both("l1"))], [two.commit(*both("r1"))]]
    made[0].append(one.commit(*both("l2")))
    main, branch = part(*made)
    yield case(
        "F/at-commit-1",
        "F-1 F-2 A-6",
        "two histories from the root on, let in by the recovery key",
        [*main, *branch],
        (main[-1], branch[-1]),
        apart(*branch),
        apart(*main),
    )
    for which in ("main", "branch"):
        made, n = [], 0
        while not made or (made[0][0].hash < made[1][0].hash) != (
            which == "main"
        ):
            n += 1
            one, two = replicas("one", "two")
            other = two.commit(named("e", "two"), at=LATE)
            one.commit(*both("first"), seen=(other,))
            made = [
                [one.copied().commit(named("e", n), at=EARLY)],
                [one.copied().commit(named("x", "other"))],
            ]
        part(*made)
        commits = [other, one.commits[0], *made[0], *made[1]]
        yield put(
            f"F/has-seen-{which}",
            "F-3",
            f"the {which} has seen what was seen before the fork",
            apart(*commits),
            export=told(commits, {}),
            problems="fork",
            held={},
        )
    f = Forked()
    twice = apart(*f.commits, *f.commits)
    yield case(
        "F/twice",
        "F-1",
        "every commit of both histories stands twice, and again elsewhere",
        f.commits,
        f.leaves,
        twice,
        apart(*f.commits[::-1]),
    )
    (one,) = replicas("one")
    again = [one.commit(*both("first")), one.commit(*both("second"))]
    yield case(
        "F/no-fork",
        "F-1",
        "the same commits in two documents, one of them signed but once",
        again,
        (again[-1],),
        apart(again[0].unsigned(), again[1]),
        apart(*again),
        problems="",
    )


def alone(*values: str) -> tuple[list[Commit], tuple[Commit, ...]]:
    """Commit 1 and the history of two that has the greater chain hash."""
    (one,) = replicas("one")
    first = one.commit(*both("first"))
    made = [one.copied().commit(*both(each)) for each in values]
    last = max(made, key=lambda each: each.hash)
    return [first, last], (last,)


# --- What was seen [F-4] --------------------------------------------------


def sightings() -> Iterator[Vector]:
    """Another replica that has seen one history, or both, or none."""

    def sees(name: str, about: str, which: str) -> Vector:
        f, (two,) = Forked(), replicas("two")
        m2, m3, b2, b3 = *f.main, *f.branch
        nodes = {"first": f.first, "m2": m2, "m3": m3, "b2": b2, "b3": b3}
        wrong = {"unknown": 3, "beyond": 9, "other-first": 1}
        seen: dict[str, object] = {}
        if which in wrong:
            seen = {f.replica.id: [wrong[which], w.b64(bytes(16))]}
        else:
            node = nodes[which]
            seen = {f.replica.id: [node.number, w.b64(node.hash[:16])]}
        standing = {"m3": (b3,), "b3": (m3,)}.get(which, f.leaves)
        made = two.commit(*both("two"), seen=seen)
        return case(
            f"F/seen-{name}",
            "F-4 K-1",
            about,
            [*f.commits, made],
            standing if which in wrong else (made, *standing),
            problems="fork seen" if which in wrong else "fork",
            missing=(made,) if which in wrong else (),
        )

    yield sees("main", "the history that keeps the name was seen", "m3")
    yield sees("branch", "the branch was seen, and no name told which", "b3")
    yield sees("main-early", "the last but one of the first", "m2")
    yield sees("branch-early", "the last but one of the branch", "b2")
    yield sees("before", "what is before the fork", "first")
    yield sees("other", "a hash of neither: that waits", "unknown")
    yield sees("beyond", "a number of neither: that waits", "beyond")
    yield sees("other-first", "a wrong hash before the fork", "other-first")
    commits, standing = alone("r2", "l2")
    (two,) = replicas("two")
    name = w.b32(w.blake(b"karto branch", commits[-1].hash)[:10])
    seen = {name: [2, w.b64(commits[-1].hash[:16])]}
    made = two.commit(*both("two"), seen=dict(seen))
    yield case(
        "F/seen-by-no-name",
        "F-4 K-1",
        "a branch is named that is none in this document, as the other "
        "history is not there: that waits",
        [*commits, made],
        standing,
        problems="seen",
        missing=(made,),
    )
    f, (two,) = Forked(), replicas("two")
    one = two.commit(*both("two"), seen=f.leaves[:1])
    last = two.commit(*both("again"), seen=f.leaves[1:])
    yield case(
        "F/seen-one-then-other",
        "F-4 K-1",
        "both were seen, one after the other",
        [*f.commits, one, last],
        (last,),
        apart(*f.commits),
        apart(one, last),
    )
    f, (two,) = Forked(), replicas("two")
    marks: dict[str, object] = {
        each.dot.split(":")[0]: [each.number, w.b64(each.hash[:16])]
        for each in f.leaves
    }
    last = two.commit(*both("two"), seen=dict(sorted(marks.items())))
    yield case(
        "F/seen-by-name",
        "F-3 F-4",
        "both were seen in one commit, the branch under its own name",
        [*f.commits, last],
        (last,),
    )
    f, (two,) = Forked(), replicas("two")
    m3, b3 = f.leaves
    copies = [b3.replica.copied(), b3.replica.copied()]
    ends = [[each.commit(*both(f"b4{n}"))] for n, each in enumerate(copies)]
    for (each,) in ends:
        each.branch = b3.branch
    (main,), (branch,) = part(*ends)
    made = two.commit(*both("two"), seen=(branch,))
    yield case(
        "F/seen-deep",
        "F-4",
        "a branch of a branch was seen: with it the one up to where it "
        "leaves, and the first up to where that leaves",
        [*f.commits, main, branch, made],
        (made, m3, main),
    )
    again = [
        named("first", "two"),
        *(named(value_of(each), "two") for each in (m3, b3, main, branch)),
    ]
    (two,) = replicas("two")
    made = two.commit(*again, seen=(branch,))
    commits = [*f.commits, main, branch, made]
    clashes = {
        ("client", value_of(each), "name"): greatest_first(each, made)
        for each in (m3, main)
    }
    clashes["client", "d", "name"] = greatest_first(m3, main, branch)
    yield put(
        "F/seen-histories",
        "F-4 F-3",
        "the same, and what was in all of them is written again",
        apart(*commits),
        export=told(commits, clashes),
        problems="fork",
        held={},
    )
    f = Forked()
    new = replicas("new")[0]
    text = b"karto successor" + new.key.public
    sign = w.b64(ed25519.signed(f.replica.key.secret, text))
    proof = [f.replica.id, sign]
    one = new.commit(*both("two"), seen=f.leaves[:1], succeeds=proof)
    last = new.commit(*both("again"), seen=f.leaves[1:])
    yield case(
        "F/successor",
        "F-5 I-4 A-3",
        "a device goes on under a new name, which has seen both",
        [*f.commits, one, last],
        (last,),
    )


# --- Without signatures [F-1] ---------------------------------------------


def unsigned() -> Iterator[Vector]:
    """Where unsigned commits belong, and what nobody signed."""
    f = Forked()
    m2, m3, b2, b3 = *f.main, *f.branch
    yield case(
        "F/unsigned",
        "F-1 F-6",
        "within each history all but the last are unsigned",
        f.commits,
        f.leaves,
        apart(f.first.unsigned(), m2.unsigned(), m3, b2.unsigned(), b3),
    )
    yield case(
        "F/unsigned-documents",
        "F-1 M-1",
        "the same, each history in a document of its own",
        f.commits,
        f.leaves,
        apart(f.first, b2.unsigned(), b3),
        apart(f.first.unsigned(), m2.unsigned(), m3),
    )
    yield case(
        "F/unsigned-between",
        "F-1",
        "the unsigned second commits of both, then the third ones",
        f.commits,
        f.leaves,
        apart(f.first, b2.unsigned(), m2.unsigned(), b3, m3),
    )
    yield case(
        "F/unsigned-order",
        "F-1",
        "an unsigned third commit stands behind the second one of the other "
        "history: it does not belong there, and nothing proves it",
        f.commits,
        (m2, b3),
        apart(f.first, m2, b2, b3, *behind(m3)),
        problems="fork signature",
        missing=(m3,),
    )
    yield case(
        "F/unsigned-mended",
        "F-1 M-1",
        "the same, and another document has it where it belongs",
        [*f.commits, *behind(m3)[1:]],
        (behind(m3)[1], b3),
        apart(f.first, m2, b2, b3, *behind(m3)),
        apart(f.first, m2, *behind(m3)),
    )
    yield case(
        "F/unsigned-first",
        "F-1 F-6",
        "an unsigned commit begins a document, and might stand behind either "
        "history: the signature behind it shows which",
        [*f.commits, *behind(m3)[1:]],
        (behind(m3)[1], b3),
        apart(*behind(m3)),
        apart(f.first, m2, b2, b3),
    )
    yield case(
        "F/unsigned-last",
        "F-1 K-12",
        "the end of one history is signed by nothing: there is no fork",
        f.commits,
        (m3,),
        apart(f.first, b2.unsigned(), b3.unsigned(), m2, m3),
        problems="",
        missing=(b2, b3),
    )
    (one,) = replicas("one")
    made = [one.commit(*both(f"x{n}")) for n in range(4)]
    yield case(
        "F/unsigned-alone",
        "F-1 K-12 W-6",
        "an unsigned commit has nothing before it in its document, and in "
        "another there is but one that can be",
        made,
        (made[3],),
        apart(*made[:2]),
        apart(made[2].unsigned(), made[3]),
        problems="",
    )


def behind(third: Commit) -> list[Commit]:
    """A third commit without signature, and a fourth that has one."""
    copy = third.replica.copied()
    fourth = copy.commit(*both("fourth"))
    fourth.branch = third.branch
    return [third.unsigned(), fourth]


# --- Refused [K-13] -------------------------------------------------------


def left_out() -> Iterator[Vector]:
    """Commits of a fork that are refused."""
    for which in ("main", "branch"):
        made, n = [], 0
        while not made or (made[0][0].hash < made[1][0].hash) != (
            which == "main"
        ):
            n += 1
            (one,) = replicas("one")
            first = one.commit(*both("first"))
            bad, good = one.copied(), one.copied()
            twice = record("d", delete=True)
            made = [
                [bad.commit(*both(f"bad{n}"), twice)],
                [good.commit(*both("good"))],
            ]
        made[0].append(bad.commit(*both("more")))
        part(*made)
        yield case(
            f"F/refused-{which}",
            "F-1 F-2 K-13",
            f"a commit of the {which} is refused, it waits; the other goes on",
            [first, *made[1], *made[0]],
            (made[1][0],),
            problems="duplicate fork",
            missing=tuple(made[0]),
        )
    (one,) = replicas("one")
    first = one.commit(*both("first"))
    bad = one.commit(*both("bad"), record("d", delete=True))
    histories = [[one.copied().commit(*both(each))] for each in ("x", "y")]
    part(*histories)
    (x,), (y,) = histories
    yield case(
        "F/refused-before",
        "F-3 K-13",
        "a commit is refused, and behind it the replica forks: both wait",
        [first, bad, x, y],
        (first,),
        problems="duplicate fork",
        missing=(bad, x, y),
    )


# --- Membership of what is forked [8.5] -----------------------------------


def whose() -> Iterator[Vector]:
    """Forks, and who may do what."""
    for what in ("device", "member"):
        c = Company()
        m = c.hire("m", "manager")
        copies = [m, m.copied()]
        ends = [
            [c.write(each, named("a", n))] for n, each in enumerate(copies)
        ]
        main, branch = part(*ends)
        whom = m.id if what == "device" else "m"
        c.write(c.founder, seal("s", **{what: whom}), seen=main)
        late = [
            c.write(main[0].replica, named("b", "B")),
            c.write(branch[0].replica, named("c", "C")),
        ]
        late[1].branch = branch[0].branch
        yield c.case(
            f"F/seal-{what}",
            "A-8 F-4",
            f"a seal of the {what} had seen one history: the other is held "
            "from the fork on",
            sealed=[*branch, *late],
            problems="fork",
        )
    c = Company()
    m = c.hire("m", "manager")
    copies = [m, m.copied()]
    ends = [
        [c.write(each, named(str(n), n))] for n, each in enumerate(copies)
    ]
    main, branch = part(*ends)
    c.write(c.founder, seen=main)
    c.write(c.founder, seal("s", member="m"), seen=branch)
    late = [
        c.write(each[0].replica, named("b", "B")) for each in (main, branch)
    ]
    late[1].branch = branch[0].branch
    yield c.case(
        "F/seal-seen-both",
        "A-8 F-4",
        "a seal had seen both histories: what came later in either is held",
        sealed=late,
        problems="fork",
    )
    c = Company()
    twin = c.founder.copied()
    ends = [
        [c.write(c.founder, member("m", "manager"), invitation("i", "m"))],
        [c.write(twin, member("n", "manager"), invitation("j", "n"))],
    ]
    part(*ends)
    m, n = c.replica("m"), c.replica("n")
    c.join(m, "m", "i", seen=ends[0])
    c.join(n, "n", "j", seen=ends[1])
    c.write(m, named("a", "A"))
    c.write(n, named("b", "B"))
    yield c.case(
        "F/founder",
        "F-3 A-3 A-5",
        "the founder's device is copied: both histories are an owner's",
        problems="fork",
    )
    c = Company()
    strange = c.replica("strange")
    held = [c.write(strange, named("a", "A"), joins=None)]
    twin = strange.copied()
    ends = [
        [c.write(strange, named("b", "B"))],
        [c.write(twin, named("b", "C"))],
    ]
    part(*ends)
    yield c.case(
        "F/stranger",
        "F-2 A-3",
        "a stranger's histories are held, each under its name",
        stranger=[*held, *ends[0], *ends[1]],
        problems="fork",
    )
    for seen_first in (True, False):
        c = Company()
        c.write(c.founder, member("m", "manager"), invitation("i", "m"))
        before = c.others(c.replica("m"))
        m, twin = c.replica("m"), c.replica("m")
        ends = [
            [c.join(m, "m", "i", seen=before, at=LATE)],
            [c.join(twin, "m", "i", seen=before, at=EARLY)],
        ]
        part(*ends)
        if seen_first:
            c.write(c.founder, seen=ends[0])
        late = c.write(ends[1][0].replica, described("m", "M"))
        late.branch = ends[1][0].branch
        yield c.case(
            "F/invited-" + ("seen" if seen_first else "unseen"),
            "A-6 F-2",
            "a device joined twice by one invitation, and neither first "
            "commit had seen the other: it is one key, and both are let in",
            problems="fork",
        )
