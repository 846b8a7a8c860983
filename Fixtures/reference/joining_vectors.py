"""Vectors of chapter A: who comes in ([A-3], [A-4], [A-6]).

Every commit has seen all the others that were written before it, unless it
says what it has seen. Held is what stands under the reasons, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterator

import ed25519
import karto_writer as w
from company import (
    Company,
    code,
    described,
    device,
    invitation,
    member,
    seal,
    withdrawal,
)
from karto_writer import Replica, Workspace, dumps
from vector import EARLY, LATE, Vector, named, without

NOON, LATER = "2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00.001Z"
A, B, C, D = (named(each.lower(), each) for each in "ABCD")


def entries() -> Iterator[Vector]:
    """All of them."""
    yield from founding()
    yield from joining()
    yield from expiry()
    yield from withdrawing()
    yield from used_twice()
    yield from devices()
    yield from successors()


def founding() -> Iterator[Vector]:
    """The founder, and the recovery key."""
    c = Company()
    c.write(c.founder, A)
    yield c.case(
        "A/founder", "A-3 A-5 A-7", "the founder makes himself the owner"
    )
    c = Company(A)
    c.write(c.founder, member("m", "owner"), invitation("i", "m"))
    c.join(c.replica("m"), "m", "i")
    yield c.case(
        "A/founder-bare",
        "A-5",
        "a founder of whom nothing is written is an owner all the same",
    )
    c = Company()
    safe = c.replica("safe")
    c.write(safe, device(safe, "r"))
    c.write(safe, member("o", "owner"), invitation("i", "o"), A)
    c.join(c.replica("o"), "o", "i")
    yield c.case(
        "A/recovery", "A-3 A-5", "the recovery key lets in an owner"
    )
    c = Company()
    safe = c.replica("safe")
    c.write(safe, member("f", "manager"))
    c.write(c.founder, A)
    late = c.write(c.founder, member("x", "reader"), invitation("i", "x"))
    yield c.case(
        "A/founder-lowered",
        "A-5 A-7",
        "the recovery key makes the founder a manager: he writes, but does "
        "not invite",
        not_entitled=[late],
    )
    c = Company()
    thief = c.replica("thief")
    false = thief.joins(w.key_of("thief"))
    held = [c.write(thief, A, joins=false), c.write(thief, B)]
    yield c.case(
        "A/recovery-false",
        "A-3 I-5",
        "`recovery`, signed by another key: a stranger",
        stranger=held,
    )
    c = Company()
    c.write(c.founder, member("m", "manager"), invitation("recovery", "m"))
    yield c.case(
        "A/invitation-named-recovery",
        "A-3",
        "an invitation whose id is `recovery` lets in nobody",
        stranger=[c.join(c.replica("m"), "m", "recovery")],
    )


def joining() -> Iterator[Vector]:
    """By an invitation, and not."""
    c = Company()
    m = c.hire("m", "manager")
    c.write(m, A)
    yield c.case(
        "A/joins", "A-3 A-4 A-6 I-5", "by an invitation", several=True
    )
    c = Company()
    new = c.replica("m")
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    held = [c.join(new, "m", "i", "other"), c.write(new, A)]
    c.write(c.founder, B)
    yield c.case(
        "A/joins-false",
        "A-3",
        "signed by another key than that of the invitation: a stranger",
        stranger=held,
    )
    c = Company()
    new = c.replica("m")
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    strange = Workspace(founder=w.key_of("another founder"))
    proof = Replica(strange, "m").joins(code("i"), "i")
    held = [c.join(new, "m", "i", joins=proof)]
    yield c.case(
        "A/joins-other-workspace",
        "I-5",
        "signed for the same device in another workspace",
        stranger=held,
    )
    c = Company()
    zero = ed25519.encoded(ed25519.ZERO)
    fields = {"for": "m", "key": w.b64(zero)}
    line = dumps({"invitation": "i", "set": fields})
    c.write(c.founder, member("m", "manager"), line)
    proof = ["i", w.b64(zero + bytes(32))]
    held = [c.join(c.replica("m"), "m", "i", joins=proof)]
    yield c.case(
        "A/joins-small-key",
        "A-3 15.1",
        "the invitation's key is a point of small order",
        stranger=held,
    )
    c = Company()
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    new, thief = c.replica("m"), c.replica("thief")
    c.join(new, "m", "i")
    copied = new.joins(code("i"), "i")
    held = [c.join(thief, "m", "i", joins=copied, at=EARLY)]
    yield c.case(
        "A/joins-copied",
        "I-5",
        "the proof of another device, copied: it is signed for that one",
        stranger=held,
    )
    c = Company()
    first = c.commits[0]
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    new = c.replica("m")
    held = [c.join(new, "m", "i", seen=(first,)), c.write(new, A)]
    yield c.case(
        "A/joins-unseen",
        "A-3",
        "the first commit has not seen the invitation; that a later one has "
        "does not help",
        stranger=held,
    )
    c = Company()
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    held = [c.join(c.replica("m"), "m", "j", "i")]
    yield c.case(
        "A/joins-other-id",
        "A-3",
        "an invitation of that key, under another id",
        stranger=held,
    )
    c = Company()
    new = c.replica("new")
    held = [c.write(new, device(new, "f"), A, joins=None), c.write(new, B)]
    c.write(c.founder, C)
    yield c.case(
        "A/stranger",
        "A-3 A-9",
        "a replica that shows nothing; the founder has seen it, which "
        "changes nothing",
        stranger=held,
    )
    c = Company()
    new = c.replica("new")
    held = [c.write(new, named("a", "stranger"), at=LATE, joins=None)]
    c.write(c.founder, A, at=EARLY, seen=())
    yield c.case(
        "A/stranger-no-conflict",
        "A-9",
        "what is held is in conflict with nothing",
        stranger=held,
        several=True,
    )
    c = Company()
    m = c.hire("m", "manager")
    held = [c.write(m, described("f", "no"), named("a", "1"), at=LATE)]
    c.write(c.founder, named("a", "2"), at=EARLY)
    c.write(m, named("b", "B"))
    yield c.case(
        "A/held-between",
        "A-9 I-2",
        "a held commit holds no later one, and is no gap",
        not_entitled=held,
    )
    c = Company()
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    c.write(c.founder, invitation("i", "m"))
    m = c.replica("m")
    c.join(m, "m", "i")
    yield c.case(
        "A/invited-twice",
        "A-3",
        "two commits invite alike: it came in by the one with the least dot",
    )
    c = Company()
    strange = next(
        each
        for each in (c.replica(f"stranger {n}") for n in range(99))
        if each.id < c.founder.id
    )
    c.write(c.founder, member("m", "manager"), invitation("i", "m"))
    held = [c.write(strange, invitation("i", "m"), joins=None)]
    held.append(c.join(c.replica("m"), "m", "i"))
    yield c.case(
        "A/invited-by-held",
        "A-3 A-6",
        "a stranger has copied the invitation, and has the least dot",
        stranger=held,
    )
    c = Company()
    strange = before(c.founder, (c.replica(f"stranger {n}") for n in range(99)))
    own = f"2-{c.founder.id}"
    c.write(c.founder, member("m", "manager"), invitation(own, "m"))
    held = [c.write(strange, invitation(own, "m"), joins=None)]
    c.write(c.join(c.replica("m"), "m", own).replica, A)
    yield c.case(
        "A/invited-by-own",
        "A-3 I-5",
        "the same under an id that ends with the inviting replica's",
        stranger=held,
    )
    for count, own, is_in in ((7, False, True), (8, False, False), (8, True, True)):
        c = Company()
        who = before(c.founder, (c.replica(f"b{n}") for n in range(99))).word
        name = f"2-{c.founder.id}" if own else "i"
        c.write(c.founder, member("m", "manager"), invitation(name, "m"))
        b = c.hire(who, "admin")
        for n in range(count):
            c.write(b, invitation(name, "m", f"another {n}"))
        m = c.replica("m")
        made = [c.join(m, "m", name), c.write(m, A)]
        yield c.case(
            f"A/invited-behind-{count}" + "-own" * own,
            "A-3",
            f"{count} commits with other keys under the same id stand before"
            + (", which ends with the inviting replica's" if own else ""),
            stranger=[] if is_in else made,
        )


def before(other: Replica, found: Iterator[Replica]) -> Replica:
    """The first of some replicas with a lesser id."""
    return next(each for each in found if each.id < other.id)


def expiry() -> Iterator[Vector]:
    """The last moment."""
    for name, about, expires, at, is_in in (
        ("last-moment", "in the very last moment", NOON, NOON, True),
        ("expired", "a millisecond late", NOON, LATER, False),
        ("expires-null", "`expires` null is none", None, LATE, True),
        ("expires-year-1", "expired before all", EARLY, NOON, False),
        ("expires-no-instant", "no instant: passed", "soon", EARLY, False),
    ):
        c = Company()
        line = invitation("i", "m", expires=expires)
        c.write(c.founder, member("m", "manager"), line)
        new = c.replica("m")
        made = [c.join(new, "m", "i", at=at), c.write(new, A, at=at)]
        vector = c.case(
            f"A/{name}", "A-2 A-6", about, stranger=[] if is_in else made
        )
        yield without(vector, '"expires":null,')


def withdrawing() -> Iterator[Vector]:
    """Before, after, meanwhile."""

    def opened(role: str = "manager") -> tuple[Company, Replica]:
        c = Company()
        c.hire("b", "admin")
        c.write(c.founder, member("m", role), invitation("i", "m"))
        return c, c.replica("m")

    def admin(c: Company) -> Replica:
        return next(x.replica for x in c.commits if x.replica.word == "b")

    c, m = opened()
    c.write(c.founder, withdrawal("i"))
    yield c.case(
        "A/withdrawn",
        "A-6",
        "the joining commit has seen the withdrawal",
        stranger=[c.join(m, "m", "i")],
    )
    c, m = opened()
    c.join(m, "m", "i")
    c.write(c.founder, withdrawal("i"))
    c.write(m, A)
    yield c.case(
        "A/withdrawn-after",
        "A-6",
        "the withdrawing commit has seen the joining one: too late",
    )
    c, m = opened()
    seen = c.others(m)
    c.write(c.founder, withdrawal("i"))
    held = [c.join(m, "m", "i", seen=seen), c.write(m, A)]
    yield c.case(
        "A/withdrawn-by-inviter",
        "A-6",
        "the inviting device withdraws, and neither has seen the other",
        stranger=held,
        several=True,
    )
    c, m = opened()
    seen = c.others(m)
    c.write(admin(c), withdrawal("i"))
    yield c.case(
        "A/withdrawn-by-senior",
        "A-6",
        "an admin withdraws what the owner gave a manager; neither has seen "
        "the other",
        stranger=[c.join(m, "m", "i", seen=seen)],
    )
    c, m = opened("admin")
    seen = c.others(m)
    c.write(admin(c), withdrawal("i"))
    c.join(m, "m", "i", seen=seen)
    yield c.case(
        "A/withdrawn-by-equal",
        "A-6 A-7",
        "an admin withdraws what the owner gave an admin; neither has seen "
        "the other: too late",
    )
    c, m = opened("admin")
    c.write(admin(c), withdrawal("i"))
    yield c.case(
        "A/withdrawn-by-equal-seen",
        "A-6 A-7",
        "an admin withdraws what the owner gave an admin, who has seen it",
        stranger=[c.join(m, "m", "i")],
    )
    c, m = opened()
    gone = dumps({"invitation": "i", "delete": True})
    c.write(c.founder, gone)
    yield c.case(
        "A/withdrawn-deleted",
        "A-2",
        "an invitation is withdrawn by deleting it",
        stranger=[c.join(m, "m", "i")],
    )
    c, m = opened()
    not_true = dumps({"invitation": "i", "set": {"withdrawn": "true"}})
    late = c.write(c.founder, not_true)
    c.join(m, "m", "i")
    yield c.case(
        "A/withdrawn-not-true",
        "A-2 A-7",
        "`withdrawn` is a text: it invites, for nobody, which nobody may",
        not_entitled=[late],
    )
    c, m = opened()
    n = c.hire("n", "manager")
    late = c.write(n, withdrawal("i"))
    c.join(m, "m", "i")
    yield c.case(
        "A/withdrawn-by-manager",
        "A-7",
        "a manager withdraws what another's device gave",
        not_entitled=[late],
    )
    c = Company()
    m, second, third = c.hire("m", "manager"), c.replica("m2"), c.replica("m3")
    c.write(m, invitation("i2", "m"))
    c.join(second, "m", "i2")
    c.write(m, invitation("i3", "m"))
    c.write(second, withdrawal("i3"))
    late = c.join(third, "m", "i3")
    yield c.case(
        "A/withdrawn-own",
        "A-6 A-7",
        "a manager's second device withdraws what the first gave a third",
        stranger=[late],
    )
    c = Company()
    m, second, third = c.hire("m", "manager"), c.replica("m2"), c.replica("m3")
    c.write(m, invitation("i2", "m"))
    c.join(second, "m", "i2")
    c.write(m, invitation("i3", "m"))
    seen = c.others(third)
    c.write(second, withdrawal("i3"))
    c.join(third, "m", "i3", seen=seen)
    yield c.case(
        "A/withdrawn-own-unseen",
        "A-6 A-7",
        "the same, and the third had not seen it: too late",
    )
    c = Company()
    m, second = c.hire("m", "manager"), c.replica("m2")
    c.write(m, invitation("i2", "m"))
    seen = c.others(second)
    c.write(m, withdrawal("i2"))
    late = c.join(second, "m", "i2", seen=seen)
    yield c.case(
        "A/withdrawn-own-by-inviter",
        "A-6 A-7",
        "a manager's device withdraws what it gave; neither has seen the "
        "other",
        stranger=[late],
    )
    c, m = opened()
    c.write(c.founder, withdrawal("i"))
    c.write(c.founder, invitation("i", "m", "anew", withdrawn=False))
    yield c.case(
        "A/withdrawn-id-again",
        "A-6",
        "another invitation under an id that was withdrawn: the id is spent",
        stranger=[c.join(m, "m", "i", "anew")],
    )
    c, m = opened()
    b = admin(c)
    before = c.others(b)
    c.write(c.founder, seal("s", member="b"))
    late = c.write(b, withdrawal("i"), seen=before[-1:])
    c.join(m, "m", "i")
    yield c.case(
        "A/withdrawn-by-sealed",
        "A-6 A-8",
        "the withdrawing admin is sealed",
        sealed=[late],
    )


def used_twice() -> Iterator[Vector]:
    """Who comes in by an invitation that two have used."""

    def opened(**fields: object) -> tuple[Company, Replica, Replica]:
        c = Company()
        line = invitation("i", "m", **fields)  # type: ignore
        c.write(c.founder, member("m", "manager"), line)
        return c, c.replica("first"), c.replica("second")

    c, first, second = opened()
    seen = c.others(first)
    c.join(first, "m", "i", seen=seen, at=LATE)
    c.write(c.founder, A)
    held = [c.join(second, "m", "i", seen=seen, at=EARLY)]
    c.write(c.founder, B)
    held.append(c.write(second, C))
    yield c.case(
        "A/used-twice-seen",
        "A-6",
        "the inviting device saw one before the other; clocks do not count",
        stranger=held,
        several=True,
    )
    c, first, second = opened()
    seen = c.others(first)
    c.join(first, "m", "i", seen=seen, at=LATE)
    held = [c.join(second, "m", "i", seen=seen, at=EARLY)]
    c.write(c.founder, A, seen=(first.commits[0],))
    yield c.case(
        "A/used-twice-one-seen",
        "A-6",
        "the inviting device saw one, and not the other",
        stranger=held,
    )
    c, first, second = opened()
    seen = c.others(first)
    late = c.join(first, "m", "i", seen=seen, at=LATER)
    c.join(second, "m", "i", seen=seen, at=NOON)
    yield c.case(
        "A/used-twice-unseen",
        "A-6",
        "the inviting device saw neither: the least clock",
        stranger=[late],
        several=True,
    )
    c, first, second = opened()
    seen = c.others(first)
    late = c.join(first, "m", "i", seen=seen, at=LATER)
    c.join(second, "m", "i", seen=seen, at=NOON)
    c.write(c.founder, A)
    yield c.case(
        "A/used-twice-at-once",
        "A-6",
        "the inviting device saw both in one commit: the least clock",
        stranger=[late],
    )
    c, first, second = opened()
    second = next(
        each
        for each in (c.replica(f"second {n}") for n in range(99))
        if (each.id < first.id) != (each.raw_id < first.raw_id)
    )
    seen = c.others(first)
    made = [c.join(each, "m", "i", seen=seen) for each in (first, second)]
    yield c.case(
        "A/used-twice-id",
        "A-6 I-1",
        "the inviting device saw neither, clocks agree: the least id, as a "
        "text",
        stranger=[max(made, key=lambda each: each.replica.id)],
    )
    c, first, second = opened(expires=NOON)
    seen = c.others(first)
    late = c.join(first, "m", "i", seen=seen, at=LATER)
    c.write(c.founder, A)
    c.join(second, "m", "i", seen=seen, at=NOON)
    yield c.case(
        "A/used-twice-expired",
        "A-6",
        "of two, the one seen first came too late: the other is let in",
        stranger=[late],
    )
    c = Company()
    b, o = c.hire("b", "admin"), c.hire("o", "owner")
    c.write(o, member("m", "admin"), invitation("i", "m"))
    first, second = c.replica("first"), c.replica("second")
    seen = c.others(first)
    c.write(b, withdrawal("i"))
    held = [c.join(first, "m", "i", at=EARLY)]
    c.join(second, "m", "i", seen=seen, at=LATE)
    yield c.case(
        "A/used-twice-withdrawn",
        "A-6",
        "the one who came first had seen a withdrawal, and is not let in: "
        "the other is",
        stranger=held,
    )
    yield from spent_codes()
    c = Company()
    c.write(
        c.founder,
        invitation("i", "m"),
        invitation("j", "n"),
        member("m", "manager"),
        member("n", "reader"),
    )
    c.join(c.replica("m"), "m", "i")
    c.join(c.replica("n"), "n", "j")
    yield c.case(
        "A/two-invitations",
        "A-6",
        "one commit with two invitations lets in two",
    )


def spent_codes() -> Iterator[Vector]:
    """A code that was used, used again by whoever kept it."""

    def opened() -> tuple[Company, Replica, Replica, Replica]:
        """The admin b invites m, the founder is only a bystander."""
        c = Company()
        b, _ = c.hire("b", "admin"), c.hire("n", "manager")
        c.write(b, member("m", "manager"), invitation("i", "m"))
        return c, b, c.replica("first"), c.replica("second")

    c, b, first, second = opened()
    seen = c.others(first)
    held = [c.join(first, "m", "i", seen=seen, at=LATE)]
    c.write(c.founder, described("n", "Seen"))
    c.join(second, "m", "i", seen=seen, at=EARLY)
    c.write(second, A)
    yield c.case(
        "A/spent-code",
        "A-6",
        "the inviting device saw neither, the founder has seen the one: "
        "clocks count, until the inviting device has met it",
        stranger=held,
        several=True,
    )
    c, b, first, second = opened()
    seen = c.others(first)
    one = c.join(first, "m", "i", seen=seen, at=LATE)
    c.write(first, A)
    held = [c.join(second, "m", "i", seen=seen, at=EARLY)]
    held.append(c.write(second, B))
    c.write(b, C, seen=(one,))
    yield c.case(
        "A/spent-code-met",
        "A-6",
        "the same, and the inviting device meets the one: it is let in, with "
        "what it wrote",
        stranger=held,
        several=True,
    )
    c, b, first, second = opened()
    seen = c.others(first)
    c.join(first, "m", "i", seen=seen, at=EARLY)
    c.write(c.founder, seal("s", member="b"))
    late = c.join(second, "m", "i", seen=seen, at=LATE)
    lie = c.write(b, A, seen=(late,), at=EARLY)
    yield c.case(
        "A/spent-code-inviter-sealed",
        "A-6 A-8",
        "the inviting device is sealed, and sees the other afterwards: what "
        "it says counts no more",
        stranger=[late],
        sealed=[lie],
        several=True,
    )
    c, b, first, second = opened()
    seen = c.others(first)
    c.join(first, "m", "i", seen=seen, at=LATE)
    c.write(c.founder, withdrawal("i"))
    late = c.join(second, "m", "i", seen=seen, at=EARLY)
    c.write(b, A, seen=(late,), at=EARLY)
    yield c.case(
        "A/spent-code-withdrawn",
        "A-6",
        "the inviting device saw the other, whom a withdrawal keeps out that "
        "has seen the one: the one is let in",
        stranger=[late],
    )
    c = Company()
    c.write(
        c.founder,
        invitation("i", "m"),
        invitation("j", "n"),
        member("m", "manager"),
        member("n", "manager"),
    )
    m, n = c.replica("m"), c.replica("n")
    seen = c.others(m)
    held = [c.join(m, "m", "i", seen=seen), c.join(n, "n", "j", seen=seen)]
    roles = c.write(
        c.founder, member("m", "admin"), member("n", "admin"), seen=()
    )
    held.append(c.write(m, withdrawal("j"), seen=(roles,)))
    held.append(c.write(n, withdrawal("i"), seen=(roles,)))
    yield c.case(
        "A/withdrawn-each-other",
        "A-6 A-9",
        "two managers, admins by now, each withdraw what let in the other, "
        "and neither has seen the other: it comes to no rest, and both stay "
        "out",
        stranger=held,
        several=True,
    )


def devices() -> Iterator[Vector]:
    """More devices of one member."""
    for role in ("manager", "reader"):
        c = Company()
        m, second = c.hire("m", role), c.replica("m2")
        c.write(m, invitation("i2", "m"))
        c.join(second, "m", "i2")
        made = c.write(second, A)
        yield c.case(
            f"A/second-device-{role}",
            "A-7",
            "one invites a second device of one's own",
            not_entitled=[made] if role == "reader" else [],
        )
    c = Company()
    m = c.hire("m", "manager")
    c.hire("n", "manager")
    late = c.write(m, invitation("i2", "n"))
    held = c.join(c.replica("n2"), "n", "i2")
    yield c.case(
        "A/second-device-of-another",
        "A-6 A-7",
        "a manager invites a second device of another: held, and whoever "
        "comes by it is a stranger",
        not_entitled=[late],
        stranger=[held],
    )
    c = Company()
    m, second = c.hire("m", "manager"), c.replica("m2")
    invited = c.write(m, invitation("i2", "m"))
    late = c.join(second, "m", "i2", seen=(invited,))
    c.write(second, A)
    yield c.case(
        "A/second-device-role-unseen",
        "A-5 K-1",
        "the second device has seen the invitation and not the role: let in, "
        "but without a role until it has",
        not_entitled=[late],
    )
    c = Company()
    c.write(c.founder, invitation("i", "m"), member("m", "reader"))
    new = c.replica("m")
    c.join(new, "f", "i")
    late = c.write(new, A)
    yield c.case(
        "A/device-of-another",
        "A-4",
        "a device says that it is the founder's: it is that of whom the "
        "invitation was for",
        not_entitled=[late],
    )


def successors() -> Iterator[Vector]:
    """Replicas that go on for others."""
    c = Company()
    m = c.hire("m", "manager")
    c.write(m, A)
    new = c.succeed(m, "m2")
    newer = c.succeed(new, "m3")
    c.write(newer, B)
    late = c.write(newer, described("f", "no"))
    yield c.case(
        "A/successor",
        "A-3 A-4 A-6",
        "a successor, and a successor of that, are of the same member",
        not_entitled=[late],
        several=True,
    )
    c = Company()
    m = c.hire("m", "manager")
    new = c.succeed(m, "m2", seen=(c.founder.commits[-1],))
    held = [new.commits[0], c.write(new, A)]
    yield c.case(
        "A/successor-unseen",
        "A-3",
        "a successor that has not seen commit 1 of the one before",
        stranger=held,
    )
    c = Company()
    old = c.replica("old")
    held = [c.write(old, A, joins=None)]
    held += c.succeed(old, "new").commits
    yield c.case(
        "A/successor-of-stranger",
        "A-6",
        "a stranger's successor is a stranger",
        stranger=held,
    )
    c = Company()
    safe = c.replica("safe")
    c.write(safe)
    new = c.succeed(safe, "safe2")
    c.write(new, member("o", "owner"))
    c.write(new, member("o", "manager"))
    yield c.case(
        "A/successor-of-recovery",
        "A-5",
        "the recovery key's successor gives and takes an owner's role",
    )
    c = Company()
    new = c.succeed(c.founder, "founder 2")
    c.write(new, member("x", "owner"))
    yield c.case(
        "A/successor-of-founder",
        "A-4 A-5",
        "the founder's successor has the role of the founder's member",
    )
    c = Company(A)
    new = c.succeed(c.founder, "founder 2")
    c.write(new, member("m", "owner"))
    yield c.case(
        "A/successor-of-bare-founder",
        "A-5",
        "a founder of whom nothing is written, and what goes on for him",
    )
