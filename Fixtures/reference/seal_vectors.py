"""Vectors of chapter A: seals ([A-8], [A-9]).

Every commit has seen all the others that were written before it, unless it
says what it has seen. Held is what stands under the reasons, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterator

import karto_writer as w
from company import (
    Company,
    described,
    invitation,
    member,
    seal,
    void,
)
from karto_writer import Replica
from vector import EARLY, Vector, named, without

A, B, C, D = (named(each.lower(), each) for each in "ABCD")


def seals() -> Iterator[Vector]:
    """All of them."""
    yield from sealing()
    yield from rights_to_seal()
    yield from seals_at_odds()
    yield from limiting()


def sealing() -> Iterator[Vector]:
    """What a seal reaches."""
    c = Company()
    m, second = c.hire("m", "manager"), c.replica("m2")
    c.write(m, A, invitation("i2", "m"))
    c.write(c.founder, seal("s", member="m"))
    before = m.commits[-1], c.founder.commits[-2]
    held = [c.join(second, "m", "i2", seen=before), c.write(second, B)]
    held += [c.write(m, C, seen=()), c.write(m, D)]
    yield c.case(
        "A/seal-member",
        "A-8",
        "what the seal had seen stays; what came later, on any device, with "
        "or without knowing of the seal, is held",
        sealed=held,
        several=True,
    )
    c = Company()
    m, second = c.hire("m", "manager"), c.replica("m2")
    c.write(m, invitation("i2", "m"))
    c.join(second, "m", "i2")
    c.write(c.founder, seal("s", device=m.id))
    held = [c.write(m, A, seen=())]
    c.write(second, B, seen=())
    new = c.succeed(m, "m3", seen=(c.founder.commits[0], m.commits[-1]))
    held += [*new.commits, c.write(new, C)]
    yield c.case(
        "A/seal-device",
        "A-8",
        "the device, and what goes on for it; not the member's others",
        sealed=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    new = c.succeed(m, "m2")
    c.write(new, A)
    c.write(c.founder, seal("s", device=new.id))
    held = [c.write(new, B)]
    c.write(m, C)
    yield c.case(
        "A/seal-successor",
        "A-8",
        "a successor is sealed, the one before is not",
        sealed=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    b = c.hire("b", "admin")
    c.write(c.founder, seal("s", device=m.id, member="b"))
    held = [c.write(m, A)]
    c.write(b, B)
    yield c.case(
        "A/seal-device-and-member",
        "A-2",
        "a seal that names a device and a member is about the device",
        sealed=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", member="m"))
    held = [c.write(m, A)]
    c.write(c.founder, invitation("again", "m"))
    new = c.replica("m2")
    c.join(new, "m", "again")
    c.write(new, B)
    newer = c.succeed(new, "m3")
    c.write(newer, C)
    held.append(c.write(m, D))
    yield c.case(
        "A/seal-rehired",
        "A-8",
        "invited anew by a commit that had seen the seal: the new device "
        "and its successor count, the old one does not",
        sealed=held,
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b)
    c.write(c.founder, seal("s", member="m"))
    c.write(b, invitation("again", "m"), seen=())
    new = c.replica("m2")
    held = [c.join(new, "m", "again"), c.write(new, A)]
    yield c.case(
        "A/seal-not-rehired",
        "A-8",
        "invited by a commit that had not seen the seal: sealed too",
        sealed=held,
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b)
    early = c.write(m, A)
    late = c.write(m, B)
    c.write(c.founder, seal("s", member="m"), seen=(early,))
    c.write(b, seal("t", member="m"), seen=(late,))
    held = [late, c.write(m, C)]
    yield c.case(
        "A/seal-twice",
        "A-8",
        "two seals that had not seen one another: what either reaches",
        sealed=held,
        several=True,
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(c.founder, seal("s", member="b"))
    held = [c.write(b, member("x", "reader"), invitation("i", "x"), seen=())]
    strange = c.join(c.replica("x"), "x", "i")
    c.write(m, A)
    yield c.case(
        "A/seal-of-inviter",
        "A-6 A-8",
        "whom a sealed admin invites beyond the seal is a stranger",
        sealed=held,
        stranger=[strange],
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.hire("x", "reader", b)
    c.write(c.founder, seal("s", member="b"))
    c.write(m, A)
    yield c.case(
        "A/seal-spares",
        "A-8",
        "whom a sealed admin invited before stays",
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", device=m.id))
    future = {c.founder.id: [999, "A" * 22]}
    held = [c.write(m, A, at=EARLY, seen=future)]
    yield c.case(
        "A/seal-claims",
        "K-1 A-8",
        "a sealed device claims to have seen what nobody has written: that "
        "waits",
        waiting=held,
        problems="seen",
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", device=m.id))
    held = [c.write(m, A, at=EARLY)]
    yield c.case(
        "A/seal-early",
        "A-8",
        "a sealed device sets its clock back",
        sealed=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", member="m"))
    held = [c.write(m, member("x", "owner"), A)]
    yield c.case(
        "A/seal-first-reason",
        "A-9",
        "what is sealed, and would not have been allowed: sealed",
        sealed=held,
    )


def rights_to_seal() -> Iterator[Vector]:
    """Who may seal whom, and void."""
    for author, had, may in (
        ("recovery", "owner", True),
        ("owner", "owner", False),
        ("owner", "admin", True),
        ("admin", "owner", False),
        ("admin", "admin", False),
        ("admin", "manager", True),
        ("admin", "reader", True),
        ("manager", "reader", False),
    ):
        for what in ("member", "device"):
            c = Company()
            if author == "recovery":
                by = c.replica("safe")
                c.write(by)
            else:
                by = c.hire("by", author)
            x = c.hire("x", had)
            whom = {what: x.id if what == "device" else "x"}
            made = c.write(by, seal("s", **whom))
            after = c.write(x, described("x", "X"))
            yield c.case(
                f"A/seals-{author}-{had}-{what}",
                "A-7 A-8",
                f"{author} seals {had}, as a {what}: "
                + ("allowed" if may else "held"),
                not_entitled=[] if may else [made],
                sealed=[after] if may else [],
            )
    for author, may in (("owner", True), ("admin", True), ("manager", False)):
        c = Company()
        by = c.hire("by", author)
        c.write(by)
        x = c.hire("x", "reader")
        made = c.write(by, seal("s", member="x"), seen=())
        yield c.case(
            f"A/seals-{author}-unknown-member",
            "A-7 A-8",
            f"{author} seals a member of whom no role was seen: "
            + ("allowed" if may else "held"),
            not_entitled=[] if may else [made],
            sealed=x.commits if may else [],
        )
    for author, may in (("owner", True), ("admin", False)):
        c = Company()
        by = c.hire("by", author)
        c.write(by)
        x = c.hire("x", "reader")
        made = c.write(by, seal("s", device=x.id), seen=())
        yield c.case(
            f"A/seals-{author}-unknown-device",
            "A-7 A-8",
            f"{author} seals a device of which nothing was seen: "
            + ("allowed" if may else "held"),
            not_entitled=[] if may else [made],
            sealed=x.commits if may else [],
        )
    c = Company()
    b = c.hire("b", "admin")
    strange = c.replica("strange")
    held = [c.write(strange, A, joins=None)]
    c.write(b, seal("s", device=strange.id))
    c.write(b, seal("t", why="nobody"))
    held.append(c.write(strange, B))
    yield c.case(
        "A/seals-strangers",
        "A-7",
        "an admin seals a stranger's device, which is nobody's, and nobody",
        stranger=held,
    )
    c = Company()
    b = c.hire("b", "admin")
    x = c.hire("x", "reader")
    c.write(b, seal("s", device=x.id), seen=x.commits)
    c.write(c.founder, A)
    yield c.case(
        "A/seals-admin-unknown-role",
        "A-7 A-8",
        "an admin has seen the device, and no role of its member: allowed",
    )
    c = Company()
    b = c.hire("b", "admin")
    x = c.hire("x", "reader")
    given = c.founder.commits[-1]
    late = c.write(b, seal("s", device=x.id), seen=(given,))
    yield c.case(
        "A/seals-admin-known-role",
        "A-7",
        "an admin has seen the member's role, and nothing of the device",
        not_entitled=[late],
    )
    for by, author, voids in (
        ("founder", "b", True),
        ("d", "b", False),
        ("b", "b", False),
        ("safe", "founder", True),
        ("o", "founder", False),
    ):
        c = Company()
        all_ = {"founder": c.founder, "safe": c.replica("safe")}
        c.write(all_["safe"])
        all_ |= {"b": c.hire("b", "admin"), "d": c.hire("d", "admin")}
        all_ |= {"o": c.hire("o", "owner")}
        m = c.hire("m", "manager")
        c.write(all_[author], seal("s", member="m"))
        after = c.write(m, A)
        c.write(all_[by], void("s"))
        yield c.case(
            f"A/void-{by}-{author}",
            "A-7 A-8",
            f"{by} voids the seal of {author}: "
            + ("it is void" if voids else "it stays, though the line counts"),
            sealed=[] if voids else [after],
            several=True,
        )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(c.founder, void("s"), seen=(b.commits[0],))
    c.write(b, seal("s", member="m"), seen=(m.commits[0],))
    c.write(m, A)
    yield c.case(
        "A/void-unseen", "A-8", "voided by one who had not seen the seal"
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b, seal("s", member="m"))
    after = c.write(m, A)
    late = c.write(m, void("s"))
    yield c.case(
        "A/void-manager",
        "A-7 A-8",
        "the sealed manager voids the seal",
        sealed=[after, late],
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    n = c.hire("n", "manager")
    c.write(b, seal("s", member="m"))
    after, late = c.write(m, A), c.write(n, void("s"), B)
    yield c.case(
        "A/void-by-manager",
        "A-7",
        "another manager voids the seal",
        sealed=[after],
        not_entitled=[late],
    )


def seals_at_odds() -> Iterator[Vector]:
    """Level by level [A-9]."""
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b)
    c.write(c.founder, seal("s", member="b"))
    held = [c.write(b, seal("t", member="m"), seen=())]
    c.write(m, A)
    yield c.case(
        "A/seal-of-sealer",
        "A-8 A-9",
        "an admin who is sealed meanwhile seals a manager: that is held",
        sealed=held,
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b)
    early = c.write(m, A)
    late = c.write(m, B)
    c.write(c.founder, member("m", "owner"))
    c.write(b, seal("s", member="m"), seen=(early,))
    c.write(m, C, seen=c.founder.commits[-1:])
    yield c.case(
        "A/seal-of-promoted",
        "A-8",
        "an admin seals one who is an owner meanwhile: only what he wrote "
        "as a manager is reached",
        sealed=[late],
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b)
    early = c.write(m, A)
    c.write(m, B)
    c.write(c.founder, member("m", "owner"))
    held = [c.write(b, seal("s", member="m"), seen=(early,))]
    c.write(m, seal("t", member="b"), seen=c.founder.commits[-1:])
    yield c.case(
        "A/seal-mutual-promoted",
        "A-8 A-9",
        "an admin and one who is an owner meanwhile seal one another: the "
        "owner's is decided first",
        sealed=held,
        several=True,
    )
    c = Company()
    b, d = c.hire("b", "admin"), c.hire("d", "admin")
    c.write(b)
    held = [
        c.write(b, seal("s", member="d"), seen=()),
        c.write(d, seal("t", member="b"), seen=()),
    ]
    c.write(b, A)
    c.write(d, B)
    yield c.case(
        "A/seal-mutual-admins",
        "A-7",
        "two admins seal one another, which neither may",
        not_entitled=held,
    )
    c = Company()
    p, q = c.hire("p", "manager"), c.hire("q", "manager")
    c.write(p, seen=q.commits[-1:])
    late = [c.write(p, A, seen=()), c.write(q, B, seen=())]
    f1 = c.write(c.founder, member("p", "admin"))
    c.write(p, seen=(f1,))
    f2 = c.write(c.founder, member("q", "admin"), seen=())
    c.write(p, seal("s", member="q"), C, seen=())
    q_sees = {c.founder.id: [f2.number, w.b64(f2.hash[:16])]}
    c.write(q, seal("t", member="p"), D, seen=q_sees)
    yield c.case(
        "A/seal-unknown-promotion",
        "A-7 A-8",
        "one admin knows another as a manager, and seals him: it reaches "
        "what that one wrote as a manager",
        sealed=[late[1]],
        not_entitled=[c.commits[-1]],
    )


def limiting() -> Iterator[Vector]:
    """Seals with a role."""

    def opened() -> tuple[Company, Replica]:
        c = Company()
        m = c.hire("m", "manager")
        c.write(m, A)
        c.write(c.founder, seal("s", member="m", role="reader"))
        return c, m

    c, m = opened()
    held = [c.write(m, B, seen=())]
    c.write(m, described("m", "Маша"))
    held.append(c.write(m, C))
    yield c.case(
        "A/limit",
        "A-8",
        "a manager is limited to reading: what a reader may stays",
        not_entitled=held,
    )
    c, m = opened()
    held = [c.write(m, B, seen=())]
    given = c.write(c.founder, member("m", "manager"))
    held.append(c.write(m, C, seen=()))
    c.write(m, D, seen=(given,))
    yield c.case(
        "A/limit-lifted",
        "A-8",
        "a role given by one who had seen the seal, from where it was seen",
        not_entitled=held,
    )
    c = Company()
    o, m = c.hire("o", "owner"), c.hire("m", "manager")
    c.write(o)
    sealed = c.write(c.founder, seal("s", member="m", role="reader"))
    given = c.write(o, member("m", "manager"), seen=())
    held = [c.write(m, A, seen=(sealed, given))]
    yield c.case(
        "A/limit-not-lifted",
        "A-8",
        "a role given by one who had not seen the seal",
        not_entitled=held,
    )
    c = Company()
    o, safe = c.hire("o", "owner"), c.replica("safe")
    c.write(safe, seal("s", member="o", role="admin"))
    c.write(o, member("x", "manager"))
    held = [c.write(o, member("y", "admin"))]
    c.write(o, void("none"))
    yield c.case(
        "A/limit-owner",
        "A-8",
        "the recovery key limits an owner to an admin's acts",
        not_entitled=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", member="m", role="admin"))
    c.write(m, A)
    held = [c.write(m, described("f", "no"))]
    yield c.case(
        "A/limit-above",
        "A-8",
        "a limit above the role that one has gives nothing",
        not_entitled=held,
    )
    c = Company()
    m = c.hire("m", "manager")
    c.write(c.founder, seal("s", member="m", role="boss"))
    held = [c.write(m, described("m", "M"))]
    yield c.case(
        "A/limit-of-no-name",
        "A-2",
        "a seal whose `role` is no role's name limits to nothing: it seals",
        sealed=held,
    )
    c, m = opened()
    c.write(m, B, seen=())
    safe = c.replica("safe")
    c.write(safe, void("s"))
    yield c.case(
        "A/limit-void", "A-8", "a limit is voided, and was never there"
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    c.write(b, seal("s", member="m", role="reader"))
    c.write(c.founder, seal("t", member="m"))
    held = [c.write(m, described("m", "M"))]
    yield c.case(
        "A/limit-and-seal",
        "A-8",
        "limited by one, sealed by another",
        sealed=held,
    )
