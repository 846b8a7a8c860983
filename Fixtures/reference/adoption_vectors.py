"""Vectors of chapter A: commits of another workspace ([A-11] to [A-13])."""

from __future__ import annotations

from collections.abc import Iterator

import karto_writer as w
from company import (
    Company,
    adoption,
    code,
    device,
    greatest_first,
    invitation,
    member,
    seal,
    void,
)
from fork_vectors import part
from karto_writer import Commit, Replica, Workspace, dumps
from vector import LATE, Vector, named, without

OTHER = Workspace(founder=w.key_of("another founder"))


class Others:
    """The founder of another workspace, and one whom he let in."""

    def __init__(self) -> None:
        self.founder = Replica(OTHER, "another founder")
        self.mate = Replica(OTHER, "mate")
        first = self.founder.commit(
            device(self.founder, "u"),
            member("u", "owner"),
            member("v", "manager"),
            invitation("i-v", "v"),
            dumps({"workspace": "w", "set": {"name": "other"}}),
        )
        self.founder.commit(named("u1", "U1"), seen=())
        self.mate.commit(
            device(self.mate, "v"),
            named("v1", "V1"),
            seen=(first,),
            joins=self.mate.joins(code("i-v"), "i-v"),
        )

    @property
    def commits(self) -> list[Commit]:
        """All that they wrote."""
        return [*self.founder.commits, *self.mate.commits]

    @property
    def last(self) -> tuple[Commit, Commit]:
        """The last commit of each."""
        return self.founder.commits[-1], self.mate.commits[-1]


def lineless(vector: Vector, *starts: str) -> Vector:
    """The vector without lines of the export that begin like that."""
    for line in vector.export.splitlines(keepends=True):
        if line.startswith(starts):
            vector = without(vector, line)
    return vector


def unheard(vector: Vector, others: Others) -> Vector:
    """Without what has no effect in adopted commits [A-11]."""
    ids = [others.founder.id, others.mate.id]
    return lineless(
        vector,
        *(f'{{"type":"device","id":"{each}"' for each in ids),
        '{"type":"invitation","id":"i-v"',
        '{"type":"workspace"',
        '{"type":"seal","id":"u-seal"',
    )


def adoptions() -> Iterator[Vector]:
    """All of them."""
    c, others = Company(), Others()
    c.write(c.founder, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    yield unheard(
        c.case(
            "A/adopted",
            "A-11 A-12",
            "what another workspace held counts, but for devices and the like",
        ),
        others,
    )
    c, others = Company(), Others()
    late = others.founder.commit(named("u2", "U2"))
    founder = others.founder.commits
    c.write(c.founder, adoption("t", OTHER, founder[0]))
    c.write(c.founder, adoption("t2", OTHER, founder[1]))
    c.commits += founder
    yield unheard(
        c.case(
            "A/adopted-up-to",
            "A-11",
            "of two adoptions the greatest number; what comes after it is a "
            "stranger's",
            stranger=[late],
        ),
        others,
    )
    c, others = Company(), Others()
    m = c.hire("m", "manager")
    c.write(m, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    yield unheard(
        c.case("A/adopted-by-manager", "A-11 A-7", "a manager adopts"), others
    )
    c, others = Company(), Others()
    m = c.hire("m", "reader")
    made = c.write(m, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    yield c.case(
        "A/adopted-by-reader",
        "A-11 A-7",
        "a reader adopts, which is held, and nobody is adopted",
        not_entitled=[made],
        stranger=others.commits,
    )
    c, others = Company(), Others()
    m = c.hire("m", "manager")
    others.founder.commit(
        member("m", "owner"), seal("u-seal", member="m"), seen=()
    )
    others.founder.commit(member("x", "owner"), seen=())
    c.write(c.founder, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    c.write(m, named("a", "A"))
    late = c.write(m, member("y", "manager"))
    vector = c.case(
        "A/adopted-acts",
        "A-11",
        "an adopted owner gives a member of ours a role and seals him: he "
        "gets none, and is not sealed",
        not_entitled=[late],
        conflicts={
            ("member", "m", "role"): greatest_first(
                c.founder.commits[1], others.founder.commits[2]
            )
        },
    )
    yield unheard(vector, others)
    c, others = Company(), Others()
    c.write(c.founder, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    new = c.replica("late")
    held = [c.join(new, "v", "i-v"), c.write(new, named("b", "B"))]
    yield unheard(
        c.case(
            "A/adopted-invitation",
            "A-11 A-3",
            "an adopted invitation lets in nobody",
            stranger=held,
        ),
        others,
    )
    c, others = Company(), Others()
    c.write(c.founder, named("u1", "ours"), at=LATE)
    c.write(c.founder, adoption("t", OTHER, *others.last))
    c.commits += others.commits
    writes = [c.founder.commits[1], others.founder.commits[1]]
    yield unheard(
        c.case(
            "A/adopted-conflict",
            "A-11 S-3",
            "records of one id in both are one record",
            conflicts={("client", "u1", "name"): writes},
        ),
        others,
    )
    c, others = Company(), Others()
    c.write(c.founder, adoption("t", Workspace(), *others.last))
    c.commits += others.commits
    vector = c.case(
        "A/adopted-amiss",
        "A-12 K-8",
        "adopted from another workspace than theirs: no signature is right",
        problems="signature",
        stranger=others.commits,
    )
    # Not proven, they are not even held.
    yield Vector(**(dict(vars(vector)) | {"held": ()}))
    yield from beginnings()


def beginnings() -> Iterator[Vector]:
    """Where a chain begins is a fact of the chain."""
    for several in (False, True):
        c, others = Company(), Others()
        c.write(c.founder, adoption("t", OTHER, *others.last))
        here = Replica(Workspace(), "mate")
        stranger = here.commit(named("junk", "J"), joins=None)
        part(others.mate.commits, [stranger])
        c.commits += [stranger, *others.commits]
        yield unheard(
            c.case(
                "A/two-beginnings" + ("-documents" if several else ""),
                "A-11 A-12 F-1",
                "under the key of an adopted replica a second chain that "
                "begins here, without invitation: the adopted one counts",
                stranger=[stranger],
                problems="fork",
                several=several,
            ),
            others,
        )
    c, others = Company(), Others()
    m = c.hire("m", "manager")
    there = Replica(OTHER, "founder")
    first = there.commit(named("t1", "T1"), joins=None)
    c.write(m, adoption("t", OTHER, first), seen=c.others(m))
    part(c.founder.commits, [first])
    c.commits.append(first)
    yield c.case(
        "A/two-beginnings-founder",
        "A-3 A-11 A-12 F-1",
        "the founder's key was used in another workspace: what was written "
        "there is adopted, and is not the founder's",
        problems="fork",
    )
    for several in (False, True):
        c, others = Company(), Others()
        m, v = c.hire("m", "manager"), c.hire("v", "admin")
        before = tuple(each for each in c.others(v))
        made = c.write(m, adoption("t", OTHER, *others.last), seen=c.others(m))
        c.write(c.founder, named("a", "A"), seen=(made, *others.last))
        c.write(v, seal("s", member="m"), seen=before)
        c.commits += others.commits
        c.write(c.founder, named("b", "B"))
        yield c.case(
            "A/adopted-held" + ("-documents" if several else ""),
            "A-8 A-12 K-1",
            "an adoption comes to be held: its chains begin where they did, "
            "and what had seen them counts",
            sealed=[made],
            stranger=others.commits,
            several=several,
        )
    for is_void in (False, True):
        c, planted = Company(), Replica(OTHER, "planted")
        m, v = c.hire("m", "manager"), c.hire("v", "admin")
        first = planted.commit(named("p1", "P1"), joins=None)
        later = planted.commit(named("p2", "P2"))
        c.write(m, adoption("t", OTHER, later), seen=c.others(m))
        seen = tuple(c.others(v))
        c.commits.append(first)
        c.write(v, seal("s", member="m"), seen=(*seen, first))
        c.commits.append(later)
        if is_void:
            c.write(c.founder, void("s"), seen=c.others(c.founder))
        yield c.case(
            "A/adopted-planted" + ("-void" if is_void else ""),
            "A-8 A-11",
            "a leaver adopts a key of their own beyond what is written: what "
            "comes after the seal counts no more than their own work"
            + (", until the seal is void" if is_void else ""),
            stranger=[] if is_void else [later],
        )
    c, m, held = rival()
    c.write(m, adoption("t", OTHER, held[-1]), seen=held)
    c.commits = [*c.commits[:-1], *held, c.commits[-1]]
    yield c.case(
        "A/adopted-invited",
        "A-3 A-11",
        "a line that names the second who used a code: it began here, and "
        "is not adopted",
        stranger=held,
    )
    c, m, held = rival()
    c.write(m, adoption("t", Workspace(), held[-1]), seen=held)
    c.commits = [*c.commits[:-1], *held, c.commits[-1]]
    yield c.case(
        "A/adopted-home",
        "A-11",
        "a line that names this workspace adopts nothing",
        stranger=held,
    )


def rival() -> tuple[Company, Replica, tuple[Commit, ...]]:
    """A manager, and one who came by the same code after him."""
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, named("x", "X"), seen=c.others(c.founder))
    late = c.replica("late")
    first = late.commit(
        device(late, "m"),
        joins=late.joins(code("i-m"), "i-m"),
        seen=c.others(late),
    )
    return c, m, (first, late.commit(named("j", "J"), seen=()))
