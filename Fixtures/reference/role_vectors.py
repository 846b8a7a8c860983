"""Vectors of chapter A: what a role allows ([A-1], [A-5], [A-7]).

Every commit has seen all the others that were written before it, unless it
says what it has seen. Held is what stands under the reasons, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterator

from company import (
    Company,
    described,
    device,
    greatest_first,
    invitation,
    member,
    seal,
)
from karto_writer import dumps
from vector import Vector, named, without

A, B, C, D = (named(each.lower(), each) for each in "ABCD")


def rights() -> Iterator[Vector]:
    """All of them."""
    yield from roles()
    yield from inviting()
    yield from describing()
    yield from circles()


def roles() -> Iterator[Vector]:
    """Given, taken, not allowed."""
    admin_, manager_, owner_ = "admin", "manager", "owner"
    for author, had, role, may in (
        ("recovery", owner_, manager_, True),
        (owner_, "", owner_, True),
        (owner_, admin_, owner_, True),
        (owner_, admin_, "reader", True),
        (owner_, owner_, admin_, False),
        (owner_, owner_, owner_, False),
        (admin_, "", owner_, False),
        (admin_, "", admin_, False),
        (admin_, "", manager_, True),
        (admin_, manager_, admin_, False),
        (admin_, manager_, "reader", True),
        (admin_, admin_, manager_, False),
        (manager_, "", "reader", True),
        (manager_, "", manager_, False),
        (manager_, "reader", "reader", True),
        (manager_, manager_, "reader", False),
        ("reader", "", "reader", False),
    ):
        c = Company()
        if author == "recovery":
            by = c.replica("safe")
            c.write(by)
        else:
            by = c.hire("by", author)
        if had:
            c.write(c.founder, member("x", had))
        made = c.write(by, member("x", role))
        yield c.case(
            f"A/gives-{author}-{had or 'none'}-{role}",
            "A-1 A-7",
            f"{author} gives a member with {had or 'no role'} the role "
            f"{role}: {'allowed' if may else 'held'}",
            not_entitled=[] if may else [made],
        )
    c = Company()
    m = c.hire("m", manager_)
    held = [c.write(m, member("m", admin_)), c.write(m, described("f", "no"))]
    c.write(m, A)
    yield c.case(
        "A/gives-himself",
        "A-7",
        "a manager makes himself an admin, and is none",
        not_entitled=held,
    )
    c = Company()
    m = c.hire("m", manager_)
    boss = dumps({"member": "m", "set": {"role": "boss"}})
    c.write(m, boss)
    c.write(m, A)
    late = c.write(m, member("x", "recovery"))
    c.write(c.founder, member("x", "recovery"))
    c.write(m, dumps({"member": "m", "set": {"role": None}}))
    c.write(m, B)
    vector = c.case(
        "A/role-of-no-name",
        "A-2 A-5 A-7",
        "`role` with no role's name only describes, `recovery` is none to "
        "give, null takes nothing away",
        not_entitled=[late],
    )
    yield without(vector, ',"set":{"role":null}')
    c = Company()
    m = c.hire("m", manager_)
    c.write(c.founder, member("m", admin_))
    held = [c.write(m, member("x", "reader"), invitation("i", "x"), seen=())]
    strange = c.join(c.replica("x"), "x", "i")
    c.write(m, member("y", manager_), invitation("j", "y"))
    c.join(c.replica("y"), "y", "j")
    yield c.case(
        "A/promoted",
        "A-5 A-7",
        "a manager is made an admin: he may invite from where he has seen it",
        not_entitled=held,
        stranger=[strange],
    )
    c = Company()
    m = c.hire("m", manager_)
    c.write(c.founder, member("m", "reader"))
    c.write(m, A, seen=())
    late = c.write(m, B)
    yield c.case(
        "A/demoted",
        "A-5 A-7",
        "a manager is made a reader: he may write until he has seen it",
        not_entitled=[late],
    )
    c = Company()
    o, b = c.hire("o", owner_), c.hire("b", admin_)
    m = c.hire("m", manager_)
    c.write(o, seen=c.others(o))
    c.write(b, seen=c.others(b))
    left = c.write(o, member("m", admin_), seen=())
    right = c.write(b, member("m", "reader"), seen=())
    c.write(m, described("b", "b"))
    yield c.case(
        "A/role-by-the-higher",
        "A-5",
        "an owner and an admin give roles, neither has seen the other: the "
        "owner's counts, though it is the higher",
        conflicts={("member", "m", "role"): greatest_first(left, right)},
    )
    c = Company()
    o, m = c.hire("o", owner_), c.hire("m", manager_)
    c.write(o, seen=c.others(o))
    left = c.write(o, member("m", admin_), seen=())
    right = c.write(c.founder, member("m", "reader"), seen=())
    late = c.write(m, A)
    yield c.case(
        "A/role-the-lower",
        "A-5",
        "two owners give roles, neither has seen the other: the lower",
        conflicts={("member", "m", "role"): greatest_first(left, right)},
        not_entitled=[late],
    )
    c = Company()
    b, m = c.hire("b", admin_), c.hire("m", manager_)
    c.write(b, member("m", "reader"))
    late = c.write(m, A)
    c.write(c.founder, member("m", manager_))
    c.write(m, B)
    yield c.case(
        "A/role-again",
        "A-5",
        "a role takes the place of those that its giver has seen",
        not_entitled=[late],
    )
    c = Company()
    c.hire("n", "reader")
    m = c.hire("m", manager_)
    late = c.write(m, member("n", admin_), A)
    yield c.case(
        "A/held-whole",
        "A-9",
        "a commit of which one line is not allowed is held as a whole",
        not_entitled=[late],
    )


def inviting() -> Iterator[Vector]:
    """For whom one may invite."""
    for author, had, gives, may in (
        ("recovery", "owner", "", True),
        ("owner", "owner", "", False),
        ("owner", "admin", "", True),
        ("owner", "", "owner", True),
        ("owner", "", "", False),
        ("admin", "admin", "", False),
        ("admin", "manager", "", True),
        ("admin", "", "manager", True),
        ("admin", "", "admin", False),
        ("manager", "reader", "", False),
        ("manager", "", "reader", False),
    ):
        c = Company()
        if author == "recovery":
            by = c.replica("safe")
            c.write(by)
        else:
            by = c.hire("by", author)
        if had:
            c.write(c.founder, member("x", had))
        lines = [member("x", gives)] if gives else []
        made = c.write(by, invitation("i", "x"), *lines)
        new = c.join(c.replica("x"), "x", "i")
        what = f", giving {gives}" if gives else ""
        yield c.case(
            f"A/invites-{author}-{had or 'none'}" + (gives and f"-{gives}"),
            "A-6 A-7",
            f"{author} invites a member with {had or 'no role'}{what}: "
            + ("allowed" if may else "held"),
            not_entitled=[] if may else [made],
            stranger=[] if may else [new],
        )
    c = Company()
    late = c.write(
        c.founder, dumps({"invitation": "i", "set": {"note": "for whom?"}})
    )
    yield c.case(
        "A/invites-nobody",
        "A-7",
        "an invitation without `for` is for a member without a role",
        not_entitled=[late],
    )


def describing() -> Iterator[Vector]:
    """Members, devices, and all else."""
    c = Company()
    r, m = c.hire("r", "reader"), c.hire("m", "manager")
    b = c.hire("b", "admin")
    c.write(r, described("r", "Рита"))
    c.write(r, device(r, "r"))
    c.write(r)
    c.write(r, '{"Future":1}')
    held = [
        c.write(r, A),
        c.write(r, described("m", "no")),
        c.write(r, device(m, "r")),
    ]
    c.write(m, described("m", "Маша"))
    c.write(m, A)
    held += [c.write(m, described("r", "no")), c.write(m, device(r, "m"))]
    c.write(b, described("f", "Фёдор"))
    c.write(b, device(m, "m"))
    vector = c.case(
        "A/describing",
        "A-7",
        "readers and managers describe themselves and their devices, "
        "seniors everyone; readers write nothing else",
        not_entitled=held,
    )
    yield without(vector, '{"type":"Future","id":1}\n')


def circles() -> Iterator[Vector]:
    """Claims to have seen what nobody had written yet [K-1]."""
    c = Company()
    p, q = c.hire("p", "reader"), c.hire("q", "reader")
    c.write(p, seen=q.commits[-1:])
    future = {q.id: [2, "A" * 22]}
    one = c.write(p, member("q", "owner"), seen=future)
    two = c.write(q, member("p", "owner"))
    late = [c.write(p, A), c.write(q, B)]
    yield c.case(
        "A/circle",
        "K-1 A-5 A-9",
        "two readers make one another owners, and one claims to have seen "
        "what the other was yet to write: that waits, as nobody ever will",
        waiting=[one, late[0]],
        not_entitled=[two, late[1]],
        problems="seen",
    )
    c = Company()
    strange = c.replica("strange")
    future = {c.founder.id: [9, "A" * 22]}
    held = [c.write(strange, A, joins=None, seen=future)]
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    c.join(c.replica("m"), "m", "i")
    c.write(c.founder, B)
    yield c.case(
        "A/circle-of-stranger",
        "K-1 A-5 A-9",
        "a stranger claims to have seen what the owner was yet to write, and "
        "the owner has seen the stranger: that harms nobody",
        waiting=held,
        problems="seen",
    )
    c = Company()
    b, m = c.hire("b", "admin"), c.hire("m", "manager")
    future = {
        name: [99, "A" * 22] for name in sorted((b.id, c.founder.id))
    }
    lies = [c.write(m, A, seen=future)]
    c.write(b, member("x", "reader"), invitation("i", "x"))
    c.join(c.replica("x"), "x", "i")
    c.write(c.founder, seal("s", member="m"))
    lies.append(c.write(m, B))
    c.write(b, C)
    yield c.case(
        "A/circle-of-manager",
        "K-1 A-5 A-8 A-9",
        "a manager claims to have seen everything; others have seen him",
        waiting=lies,
        problems="seen",
    )
