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
)
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
