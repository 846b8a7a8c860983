#!/usr/bin/env python3
"""Writes Fixtures/vectors: small documents with what they must come to.

    make_vectors.py [directory]

The expectations are written here by hand, and test_reference.py checks the
reference against them. See Fixtures/vectors/README.md.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import ed25519
import karto_writer as w
from adoption_vectors import adoptions
from fork_vectors import forks
from joining_vectors import entries
from karto_writer import Commit, Replica, Workspace, dumps
from role_vectors import rights
from seal_vectors import seals
from vector import (
    EARLY,
    LATE,
    A,
    B,
    C,
    Vector,
    apart,
    clash,
    named,
    out,
    put,
    record,
    replicas,
    shown,
    three,
)

DIRECTORY = Path(__file__).resolve().parent.parent / "vectors"


def dropped(
    name: str,
    rules: str,
    about: str,
    problem: str,
    *body: str,
    **fields: object,
) -> Vector:
    """A vector of which the second commit of one replica is refused."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    wrong = one.commit(named("b", "B"), *body, **fields)  # type: ignore
    after = one.commit(named("d", "D"))
    other = two.commit(named("c", "C"))
    data = apart(first, wrong, after, other)
    return put(name, rules, about, data, export=A + C, problems=problem)


# --- C: the container -----------------------------------------------------


def container() -> Iterator[Vector]:
    """Members, damage, ends."""
    first, second, other = three()
    head = w.header(Workspace())
    all_ = A + B + C
    yield put(
        "C/smallest",
        "C-1 C-2 C-3",
        "one commit with one line",
        w.document(first),
        export=A,
    )
    yield put("C/header-only", "C-3", "nothing but a header", head)
    yield put(
        "C/one-member",
        "C-3",
        "all commits in one member",
        w.document(first, second, other),
        export=all_,
    )
    yield put(
        "C/many-members",
        "C-1",
        "a member for each commit",
        apart(first, second, other),
        export=all_,
    )
    yield put(
        "C/deflated",
        "C-1",
        "compressed, which is of no account",
        head + w.commits(first, second, other, squeeze=True),
        export=all_,
    )
    yield put(
        "C/second-subfield",
        "C-2",
        "another subfield behind ours",
        head
        + w.member(first.text, 2, w.runs_of((first,)), after=b"XY\x02\0hi"),
        export=A,
    )
    yield put(
        "C/other-kind",
        "C-2",
        "a member of kind 9 in the middle, its text no lines at all",
        head
        + w.commits(first)
        + w.member(b"\0\xffnot lines", 9)
        + w.commits(other),
        export=A + C,
    )
    yield put(
        "C/kind-changed",
        "C-2 C-8",
        "commits under a kind that is not theirs: passed over, and named",
        head
        + w.commits(first)
        + w.member(second.text, 3, w.runs_of((second,)))
        + w.commits(other),
        export=A + C,
        problems="member",
    )
    yield put(
        "C/other-flags",
        "C-2",
        "the seven flags without meaning are set",
        head + w.commits(first, flags=0xFE),
        export=A,
    )
    yield put(
        "C/no-commits",
        "C-2",
        "a member of kind 2 without runs and lines",
        head + w.member(b"") + w.commits(first),
        export=A,
    )
    yield put(
        "C/64-runs",
        "C-2",
        "as many replicas in one member as there may be",
        many_runs(64),
        export="".join(shown(f"{n:02}", n) for n in range(64)),
    )
    yield put(
        "C/any-order",
        "C-4 M-1",
        "a replica's commits backwards, in members of their own",
        apart(other, second, first),
        export=all_,
    )
    yield put(
        "C/twice",
        "C-1 M-1",
        "every commit stands twice",
        apart(first, second, other, second, first, other),
        export=all_,
    )
    for name, about, wrong in (
        ("crc", "a wrong CRC-32", {"crc": 1}),
        ("size", "a wrong length behind the CRC-32", {"size": 5}),
        ("inflated", "a wrong length in the extra field", {"inflated": 5}),
    ):
        runs = w.runs_of((second,))
        bad = w.member(second.text, 2, runs, **wrong)  # type: ignore
        yield put(
            f"C/damaged-{name}",
            "C-8",
            about + "; the rest is read",
            head + w.commits(first) + bad + w.commits(other),
            export=A + C,
            problems="member",
        )
    for name, about, runs in (
        ("longer", "runs that name more", [(second.replica.raw_id, 2, 3)]),
        ("other", "runs that name another", [(other.replica.raw_id, 2, 2)]),
        ("none", "no runs", []),
    ):
        yield put(
            f"C/runs-{name}",
            "C-2 C-8",
            about + " than the member holds; the rest is read",
            head
            + w.commits(first)
            + w.member(second.text, 2, runs)
            + w.commits(other),
            export=A + C,
            problems="member",
        )
    jumbled = second.text + first.text
    yield put(
        "C/descending",
        "C-3 C-8",
        "one replica's numbers descend within a member",
        head
        + w.member(jumbled, 2, w.runs_of((first, second)))
        + w.commits(other),
        export=C,
        problems="member",
    )
    yield put(
        "C/too-large",
        "C-5",
        "lines of a member longer than 4,194,304 bytes",
        head + too_large() + w.commits(first),
        export=A,
        problems="member",
    )
    yield put(
        "C/damage",
        "C-6",
        "bytes of no member in the middle",
        head + w.commits(first) + b"\x1f\x8b\x08\x04 lost" + w.commits(other),
        export=A + C,
        problems="damage",
    )
    overwritten = bytearray(w.commits(second))
    overwritten[:30] = b"x" * 30
    yield put(
        "C/overwritten",
        "C-6",
        "the beginning of a member is overwritten",
        head + w.commits(first) + bytes(overwritten) + w.commits(other),
        export=A + C,
        problems="damage",
    )
    for name, about, behind, wanted in (
        ("end", "to the end of the file", b"", A + C),
        ("damage", "to where none begins", w.commits(last_of("d"))[1:], A + C),
    ):
        whole = w.commits(second), w.commits(other)
        length = len(whole[0] + whole[1])
        runs = w.runs_of((second,))
        long = w.member(second.text, 2, runs, length=length)
        yield put(
            f"C/length-over-{name}",
            "C-6 C-9",
            f"a length that leads over a sound member {about}: not trusted",
            head + w.commits(first) + long + whole[1] + behind,
            export=wanted,
            problems="damage torn" if behind else "damage",
        )
    for cut in (1, 30, len(w.commits(other)) - 1):
        yield put(
            f"C/torn-{cut}",
            "C-6 C-7",
            f"of the last member only {cut} bytes",
            apart(first, second) + w.commits(other)[:cut],
            export=A + B,
            problems="torn",
        )
    yield put(
        "C/zeros-behind",
        "C-6 C-7",
        "zeros at the end, as some file systems leave them",
        apart(first, second) + bytes(4096),
        export=A + B,
        problems="torn",
    )
    yield from leaping()
    yield from unfinished()
    yield put("C/empty", "C-3", "an empty file", b"", refused="container")
    yield put(
        "C/no-header",
        "C-3",
        "the first member is of kind 2",
        w.commits(first),
        refused="container",
    )
    yield put(
        "C/plain",
        "C-2",
        "lines without a container",
        Workspace().line().encode() + b"\n" + first.text,
        refused="container",
    )
    yield put(
        "C/header-and-more",
        "C-3",
        "a second line in the first member",
        w.member(Workspace().line().encode() + b"\n{}\n", 1),
        refused="container",
    )


def leaping() -> Iterator[Vector]:
    """Lengths that lead over sound members."""
    first, second, other = three()
    head, runs = w.header(Workspace()), w.runs_of((second,))
    own = len(w.member(second.text, 2, runs))
    whole, end = w.commits(other), w.commits(last_of("d"))
    for name, about, length in (
        ("over-next", "over the next member", own + len(whole)),
        ("to-end", "to the very end", own + len(whole) + len(end)),
        ("into-next", "into the middle of the next member", own + 40),
        ("into-later", "into a later member", own + len(whole) + 40),
    ):
        yield put(
            f"C/length-{name}",
            "C-8 C-9",
            f"a length that leads {about}; only that member is lost",
            head
            + w.commits(first)
            + w.member(second.text, 2, runs, length=length)
            + whole
            + end,
            export=A + C + shown("d", "D"),
            problems="damage",
        )
    hidden = b"XY" + len(whole).to_bytes(2, "little") + whole
    yield put(
        "C/member-within",
        "C-9",
        "a sound member, within whose extra field another begins",
        head
        + w.commits(first)
        + w.member(second.text, 2, runs, after=hidden)
        + end,
        export=A + B + shown("d", "D"),
    )
    yield put(
        "C/member-within-damaged",
        "C-8 C-9",
        "a damaged member, within whose extra field a sound one begins",
        head
        + w.commits(first)
        + w.member(second.text, 2, runs, after=hidden, crc=1)
        + end,
        export=A + C + shown("d", "D"),
        problems="damage",
    )


def many_runs(count: int) -> bytes:
    """A document whose one member has that many replicas."""
    many = replicas(*(f"run {n}" for n in range(count)))
    made = [each.commit(named(f"{n:02}", n)) for n, each in enumerate(many)]
    return w.document(*made)


def too_large() -> bytes:
    """A member with right commits, but too many of them."""
    (big,) = replicas("big")
    made = []
    for number in range(9):
        line = named(f"big{number}", "z" * 500_000)
        made.append(big.commit(line))
    return w.commits(*made, squeeze=True)


def unfinished() -> Iterator[Vector]:
    """Batches that end where the file ends."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    begin = one.commit(named("b", "B"), part=[1, 3])
    middle = one.commit(named("d", "D"), part=[2, 3])
    last = one.commit(named("e", "E"), part=[3, 3])
    other = two.commit(named("c", "C"))
    head = w.header(Workspace()) + w.commits(first) + w.commits(other)
    two_members = w.commits(begin, flags=1) + w.commits(middle, flags=1)
    yield put(
        "C/unfinished",
        "C-7 K-7",
        "two members of a batch, of which the last is missing",
        head + two_members,
        export=A + C,
        problems="unfinished",
    )
    yield put(
        "C/unfinished-torn",
        "C-6 C-7",
        "the last member of a batch is torn",
        head + two_members + w.commits(last)[:-9],
        export=A + C,
        problems="torn unfinished",
    )
    yield put(
        "C/finished",
        "C-7 K-7",
        "a whole batch over three members",
        head + two_members + w.commits(last),
        export=A + B + C + shown("d", "D") + shown("e", "E"),
    )


# --- L: lines -------------------------------------------------------------

NOT_CANONICAL = {
    "space-before": ' {"client":"x"}',
    "space-behind": '{"client":"x"} ',
    "space-in-object": '{"client": "x"}',
    "space-in-array": '{"client":"x","set":{"a":[1, 2]}}',
    "tab": '{"client":"x",\t"set":{}}',
    "carriage-return": '{"client":"x"}\r',
    "byte-order-mark": '\ufeff{"client":"x"}',
    "array": "[1]",
    "number-alone": "1",
    "empty-line": "",
    "not-closed": '{"client":"x"',
    "two-objects": '{"client":"x"}{"client":"y"}',
    "trailing-comma": '{"client":"x",}',
    "single-quotes": "{'client':'x'}",
    "word": '{"client":"x","set":{"a":nil}}',
    "capital-word": '{"client":"x","set":{"a":True}}',
    "fraction": '{"client":"x","set":{"a":1.0}}',
    "exponent": '{"client":"x","set":{"a":1e2}}',
    "minus-zero": '{"client":"x","set":{"a":-0}}',
    "leading-zero": '{"client":"x","set":{"a":01}}',
    "plus": '{"client":"x","set":{"a":+1}}',
    "too-great": '{"client":"x","set":{"a":9007199254740992}}',
    "too-small": '{"client":"x","set":{"a":-9007199254740992}}',
    "far-too-great": '{"client":"x","set":{"a":18446744073709551617}}',
    "escaped-slash": '{"client":"x","set":{"a":"\\/"}}',
    "escaped-letter": '{"client":"x","set":{"a":"\\u0041"}}',
    "escaped-cyrillic": '{"client":"x","set":{"a":"\\u0430"}}',
    "escaped-pair": '{"client":"x","set":{"a":"\\ud83d\\ude00"}}',
    "escaped-delete": '{"client":"x","set":{"a":"\\u007f"}}',
    "escape-capital": '{"client":"x","set":{"a":"\\u001F"}}',
    "escape-long": '{"client":"x","set":{"a":"\\u000a"}}',
    "escape-unknown": '{"client":"x","set":{"a":"\\a"}}',
    "raw-tab": '{"client":"x","set":{"a":"\t"}}',
    "raw-zero": '{"client":"x","set":{"a":"\0"}}',
    "not-utf8": '{"client":"x","set":{"a":"\udcff"}}',
    "overlong": '{"client":"x","set":{"a":"\udcc0\udcaf"}}',
    "surrogate": '{"client":"x","set":{"a":"\udced\udca0\udc80"}}',
    "above-unicode": '{"client":"x","set":{"a":"\udcf4\udc90\udc80\udc80"}}',
    "cut-utf8": '{"client":"x","set":{"a":"\udcd0"}}',
    "key-twice": '{"client":"x","set":{"a":1,"a":1}}',
    "keys-descend": '{"client":"x","set":{"b":1,"a":1}}',
    "line-keys-descend": '{"client":"x","set":{"a":1},"delete":true}',
    "line-key-twice": '{"client":"x","delete":true,"delete":true}',
    "inner-keys-descend": '{"client":"x","set":{"a":[{"b":1,"a":2}]}}',
    "keys-by-utf16": '{"client":"x","set":{"a":{"\U0001f600":1,"\uff5e":2}}}',
    "keys-by-escape": '{"client":"x","set":{"a":{"!":1,"\\n":2}}}',
    "too-deep": '{"client":"x","set":{"a":' + "[" * 40 + "]" * 40 + "}}",
    "other-kind": '{"future":1, "a":2}',
    "empty-object": "{}",
}

CANONICAL = (
    '"plain"',
    '""',
    '"\\"\\\\/"',
    '"\\b\\t\\n\\f\\r"',
    '"\\u0000\\u0001\\u0007\\u000b\\u000e\\u000f\\u0010\\u001f"',
    '"\x7f\x80\u2028\u2029\ufeff\ufffe\uffff"',
    '"ООО «Ромашка»"',
    '"e\u0301 and \u00e9"',
    '"\U0001f600\U0010ffff"',
    "0",
    "-1",
    "9007199254740991",
    "-9007199254740991",
    "true",
    "false",
    "[]",
    "{}",
    "[[],{},null,[null]]",
    '{"":1,"\\n":2,"!":3,"A":4,"a":5,"aa":6,"\uff5e":7,"\U0001f600":8}',
    '{"a":{"b":{"c":[1,"2",{"d":null}]}}}',
)


def lines() -> Iterator[Vector]:
    """Canonical JSON, kinds and limits."""
    for name, line in NOT_CANONICAL.items():
        yield dropped(
            f"L/not-canonical-{name}",
            "L-1 L-2 L-3 L-4 L-5",
            "a line that is not canonical, and its commit",
            "canonical",
            line,
        )
    (one,) = replicas("one")
    values = ",".join(
        f'"v{place:02}":{value}' for place, value in enumerate(CANONICAL)
    )
    made = one.commit('{"client":"a","set":{' + values + "}}")
    yield put(
        "L/canonical",
        "L-2 L-3 L-4 E-3",
        "values that must come out as they came in",
        w.document(made),
        export='{"type":"client","id":"a","set":{' + values + "}}\n",
    )
    for depth, inner, problem in (
        (16, "", ""),
        (16, "1", ""),
        (17, "1", "canonical"),
    ):
        (one,) = replicas("one")
        value = "[" * (depth - 2) + inner + "]" * (depth - 2)
        made = one.commit('{"client":"a","set":{"x":' + value + "}}")
        right = '{"type":"client","id":"a","set":{"x":' + value + "}}\n"
        yield put(
            f"L/depth-{depth}" + ("" if inner else "-empty"),
            "L-4 16",
            "so many arrays and objects, that of the line among them",
            w.document(made),
            export="" if problem else right,
            problems=problem,
        )
    yield from kinds()
    yield from limits()


def kinds() -> Iterator[Vector]:
    """Lines and keys of other versions."""
    one, two = replicas("one", "two")
    first = one.commit(
        '{"Future":"a","set":{"name":"no"}}',
        '{"future":1,"add":2}',
        '{"future":{"any":[]}}',
        '{"":null}',
        '{"client":null,"set":{"name":"no"}}',
        '{"1st":"a"}',
        '{"a' + "b" * 32 + '":"a"}',
        '{"клиент":"a"}',
        named("a", "A"),
    )
    second = one.commit(
        '{"client":"b","also":[1],"delete_by":{},"set":{"name":"B"},"zz":0}',
        note="a key of a later version",
        zz=[{}],
    )
    other = two.commit(named("c", "C"))
    kept = dumps({"salt": w.b64(other.salt), "sign": w.b64(other.sign)})
    other = other.changed(raw_trailer=kept[:-1] + ',"witness":"x"}')
    yield put(
        "L/unknown",
        "L-6 K-2",
        "lines of other kinds, unknown keys in commit, record and trailer",
        w.document(first, second, other),
        export=A + B + C,
    )
    tampered = first.changed(body=[first.body[0], *first.body[2:]])
    yield put(
        "L/unknown-hashed",
        "L-6 K-8",
        "a line of another kind is taken away: it was hashed",
        apart(tampered, second, other),
        export=C,
        problems="signature",
    )
    (one,) = replicas("one")
    low = one.commit(
        '{"a":"a","set":{"a":1}}',
        '{"abcdefghijklmnopqrstuvwxyz_09876":"a","set":{"a":2}}',
        '{"type":"type","set":{"id":"id","type":"type"}}',
        '{"client":"0-9A-Z.a_z","set":{"a":3}}',
        '{"client":"' + "x" * 128 + '","set":{"a":4}}',
    )
    yield put(
        "L/names",
        "K-2 E-1",
        "types and ids at their bounds",
        w.document(low),
        export='{"type":"a","id":"a","set":{"a":1}}\n'
        '{"type":"abcdefghijklmnopqrstuvwxyz_09876","id":"a","set":{"a":2}}\n'
        + out("0-9A-Z.a_z", set={"a": 3})
        + out("x" * 128, set={"a": 4})
        + '{"type":"type","id":"type","set":{"id":"id","type":"type"}}\n',
    )


def filled(length: int) -> str:
    """A record line of that many bytes without its LF.

    What fills it is an unknown key, so that the export is short.
    """
    empty = record("a", set={"name": "A"}, zz="")
    return record("a", set={"name": "A"}, zz="z" * (length - len(empty)))


def limits() -> Iterator[Vector]:
    """[L-7]; the bounds themselves stand in the chapter `open`."""
    (one,) = replicas("one")
    first = one.commit(filled(524_287))
    yield put(
        "L/longest-line",
        "L-7",
        "a line of 524,288 bytes with its LF",
        w.header(Workspace()) + w.commits(first, squeeze=True),
        export=A,
    )
    (one,) = replicas("one")
    first = one.commit(named("a", "A"))
    second = one.commit(named("b", "B"), filled(524_290))
    yield put(
        "L/too-long-line",
        "L-7",
        "a line of more than 524,288 bytes, and its commit",
        w.header(Workspace())
        + w.commits(first)
        + w.commits(second, squeeze=True),
        export=A,
        problems="size",
    )
    (one,) = replicas("one")
    first = one.commit(named("a", "A"))
    second = one.commit(
        *(record(f"big{n}", set={"name": "z" * 400_000}) for n in range(3))
    )
    yield put(
        "L/too-large-commit",
        "L-7",
        "a commit of more than 1,048,576 bytes",
        w.header(Workspace())
        + w.commits(first)
        + w.commits(second, squeeze=True),
        export=A,
        problems="size",
    )


# --- H: the header --------------------------------------------------------


def headers() -> Iterator[Vector]:
    """Versions and the workspace's id."""
    base = Workspace()

    def of(line: str) -> bytes:
        (one,) = replicas("one")
        return w.header(base, line) + w.commits(one.commit(named("a", "A")))

    yield put(
        "H/newer-reader",
        "H-1",
        "asks for a reader of version 2",
        of(base.line(karto=2, reader=2, writer=2)),
        refused="version",
    )
    yield put(
        "H/newer-reader-strange",
        "H-1",
        "asks for a reader of version 2, and nothing else is as it was",
        of('{"karto":2,"founder":{},"reader":2}'),
        refused="version",
    )
    yield put(
        "H/newer-writer",
        "H-1",
        "asks for a writer of version 2; it is read",
        of(base.line(karto=2, writer=2)),
        export=A,
    )
    yield put(
        "H/unknown-key",
        "L-6",
        "a key that this version does not know",
        of(base.line(motto=["a", {"b": 1}])),
        export=A,
    )
    for name, about, line in (
        ("other-id", "the id of other keys", None),
        ("not-canonical", "white space", base.line().replace(":1,", ": 1,")),
        ("order", "keys descend", base.line(aaa=1)[:-1] + ',"aab":1}'),
        ("no-reader", "a key is missing", base.line(reader=None)),
        ("no-writer", "a key is missing", base.line(writer=None)),
        ("no-founder", "a key is missing", base.line(founder=None)),
        ("no-workspace", "a key is missing", base.line(workspace=None)),
        ("reader-text", "not a number", base.line(reader="1")),
        ("short-founder", "31 bytes", base.line(founder=w.b64(b"x" * 31))),
        ("padding", "padded", base.line(founder=w.b64(b"x" * 32) + "=")),
        ("loose-bits", "unused bits are set", base.line(founder="x" * 43)),
        ("kind", "the first line is of another kind", '{"carton":1}'),
    ):
        if line is None:
            line = base.line(workspace=w.b32(b"another id, 20 bytes"))
        reason = "line" if name in ("not-canonical", "order") else "header"
        yield put(f"H/{name}", "H-2 1.3", about, of(line), refused=reason)
    for name, instant in (
        ("no-milliseconds", "2026-11-22T15:41:34Z"),
        ("month-13", "2026-13-22T15:41:34.000Z"),
        ("february-29", "2100-02-29T15:41:34.000Z"),
        ("hour-24", "2026-11-22T24:00:00.000Z"),
        ("second-60", "2026-12-31T23:59:60.000Z"),
        ("year-0", "0000-01-01T00:00:00.000Z"),
        ("zone", "2026-11-22T15:41:34.000+00:00"),
        ("small-letters", "2026-11-22t15:41:34.000z"),
    ):
        line = base.line(created=instant)
        yield put(
            f"H/created-{name}",
            "1.4",
            "an instant that is none",
            of(line),
            refused="header",
        )
    for name, instant in (
        ("february-29", "2000-02-29T23:59:59.999Z"),
        ("last", "9999-12-31T23:59:59.999Z"),
    ):
        old = Workspace(created=instant)
        made = Replica(old, "one").commit(named("a", "A"), at=instant)
        yield put(
            f"H/right-created-{name}",
            "1.4 H-2",
            "an instant out of the ordinary",
            w.document(made),
            export=A,
        )
    strange = Workspace(founder=w.key_of("another founder"))
    yield put(
        "H/two-workspaces",
        "H-2",
        "documents of different workspaces are not merged",
        of(base.line()),
        w.document(Replica(strange, "one").commit(named("a", "A"))),
        refused="header",
    )


# --- K: commits -----------------------------------------------------------


def commits() -> Iterator[Vector]:
    """Commit lines, record lines, batches, the chain, erased lines."""
    yield from commit_lines()
    yield from record_lines()
    yield from batches()
    yield from chains()
    yield from erased()
    yield from salted()


def commit_lines() -> Iterator[Vector]:
    """Section 6.1."""
    wrong: dict[str, dict[str, object]] = {
        "no-at": {"at_": 1},
        "at-not-instant": {"at": "2026-11-22"},
        "does-not-text": {"does": 5},
        "key-again": {"key": w.b64(w.key_of("one").public)},
        "part-not-array": {"part": 1},
        "part-short": {"part": [1]},
        "part-zero": {"part": [0, 1]},
        "part-beyond": {"part": [2, 1]},
        "part-before-all": {"part": [3, 3]},
        "part-of-too-many": {"part": [1, 2**32 - 1]},
        "succeeds-later": {"succeeds": [replicas("old")[0].id, "A" * 86]},
        "joins-later": {"joins": ["i", "A" * 86]},
        "seen-not-object": {"seen": []},
        "seen-short": {"seen": {replicas("two")[0].id: [1]}},
        "seen-zero": {"seen": {replicas("two")[0].id: [0, "A" * 22]}},
        "seen-hash-short": {"seen": {replicas("two")[0].id: [1, "AAAA"]}},
        "seen-name": {"seen": {"two": [1, "A" * 22]}},
    }
    for name, fields in wrong.items():
        if name == "no-at":
            one, two = replicas("one", "two")
            first = one.commit(named("a", "A"))
            line = dumps({"commit": 2, "by": one.id})
            bad = one.commit(named("b", "B"), line=line)
            data = apart(first, bad, two.commit(named("c", "C")))
            yield put(
                "K/commit-no-at",
                "6.1",
                "a commit line without `at`",
                data,
                export=A + C,
                problems="malformed",
            )
            continue
        yield dropped(
            f"K/commit-{name}",
            "6.1",
            "a wrong commit line",
            "gap malformed",
            **fields,
        )
    one, two = replicas("one", "two")
    after = two.commit(named("c", "C"))
    for name, key in (
        ("no-key", None),
        ("other-key", w.b64(w.key_of("two").public)),
    ):
        (one,) = replicas("one")
        yield put(
            f"K/commit-{name}",
            "6.1 I-1",
            "commit 1 without the key, or with that of another",
            apart(one.commit(named("a", "A"), key=key), after),
            export=C,
            problems="malformed",
        )
    old = replicas("old")[0]
    for name, fields in {
        "not-array": {"joins": "recovery"},
        "short": {"joins": ["recovery"]},
        "empty-id": {"joins": ["", "A" * 86]},
        "long-id": {"joins": ["x" * 129, "A" * 86]},
        "short-sign": {"joins": ["recovery", "A" * 85]},
        "succeeds": {"joins": ["i", "A" * 86], "succeeds": [old.id, "A" * 86]},
    }.items():
        (one,) = replicas("one")
        yield put(
            f"K/commit-joins-{name}",
            "6.1 I-5",
            "commit 1 with wrong `joins`: refused",
            apart(one.commit(named("a", "A"), **fields), after),
            export=C,
            problems="malformed",
        )
    (one,) = replicas("one")
    held = one.commit(named("a", "A"), joins=["ё" * 64, "A" * 86])
    yield put(
        "K/commit-joins-any-id",
        "I-5 A-3",
        "an id that no record can have: right, and a stranger's",
        apart(held, after),
        export=C,
        held={held.dot: "stranger"},
    )
    (one,) = replicas("one")
    yield put(
        "K/commit-bare",
        "6.1 K-8",
        "a commit without body lines, and one behind it",
        w.document(one.commit(), one.commit(named("a", "A"), does="что-то")),
        export=A,
    )
    first_, second_, third_ = replicas("first", "second", "third")
    one_ = first_.commit(named("a", "1"), at=LATE)
    two_ = second_.commit(named("b", "B"), at=EARLY, seen=(one_,))
    three_ = second_.commit(named("a", "2"), at=EARLY)
    four_ = third_.commit(named("a", "3"), at=EARLY, seen=(two_,))
    yield put(
        "K/seen-stays",
        "K-1 M-2",
        "what was seen in an earlier commit stays seen",
        w.document(one_, two_, three_),
        export=shown("a", "2") + B,
    )
    yield put(
        "K/seen-not-of-others",
        "K-1",
        "whoever saw a commit has not by that seen what that had seen",
        w.document(one_, two_, four_),
        export=out(
            "a",
            conflicts={"name": clash(one_, four_)},
            set={"name": "1"},
        )
        + B,
    )
    first_, second_ = replicas("first", "second")
    low = first_.commit(named("a", "1"))
    high = first_.commit(named("a", "2"))
    both = second_.commit(named("b", "B"), seen=(high,))
    older = second_.commit(named("a", "3"), seen=(low,), at=EARLY)
    yield put(
        "K/seen-lower-later",
        "K-1",
        "a lower number in `seen` than before takes nothing back",
        w.document(low, high, both, older),
        export=shown("a", "3") + B,
    )
    first_, second_ = replicas("first", "second")
    low = first_.commit(named("a", "1"))
    high = first_.commit(named("a", "2"))
    over = second_.commit(named("a", "3"), seen=(high,), at=EARLY)
    yield put(
        "K/seen-not-held",
        "K-1 I-2",
        "a commit that saw one which the document does not hold waits",
        w.document(low, over),
        export=shown("a", "1"),
        problems="seen",
    )
    yield put(
        "K/seen-not-held-yet",
        "K-1 M-1",
        "until another document has it",
        w.document(low, over),
        w.document(low, high),
        export=shown("a", "3"),
    )
    one, two = replicas("one", "two")
    first = one.commit(named("a", "1"), at=LATE)
    wrong = two.commit(named("a", "2"), at=EARLY, seen={one.id: [1, "A" * 22]})
    behind = two.commit(named("b", "B"))
    other = one.commit(named("c", "C"), seen=(behind,))
    yield put(
        "K/seen-other-hash",
        "K-1",
        "`seen` with a hash that is not that of the commit held: it waits, "
        "and what is behind it; not so who has seen that",
        w.document(first, wrong, behind, other),
        export=shown("a", "1") + C,
        problems="seen",
    )
    one, two = replicas("one", "two")
    first = one.commit(named("a", "1"), seen={two.id: [9, "A" * 22]})
    later = two.commit(named("a", "2"), named("b", "B"), seen=(first,))
    yield put(
        "K/seen-one-another",
        "K-1 M-2",
        "a write that claims to have seen what was written later, by one who "
        "has seen it: the claim waits",
        w.document(first, later),
        export=shown("a", "2") + B,
        problems="seen",
    )


ELEMENTS = '["a!","a","aa",-1,10,9,[],null,true,{}]'


def record_lines() -> Iterator[Vector]:
    """Section 6.2."""
    for name, line in {
        "empty-id": '{"client":""}',
        "space-in-id": '{"client":"a b"}',
        "slash-in-id": '{"client":"a/b"}',
        "long-id": '{"client":"' + "x" * 129 + '"}',
        "set-not-object": '{"client":"x","set":[]}',
        "add-not-object": '{"client":"x","add":[]}',
        "add-not-array": '{"client":"x","add":{"a":"b"}}',
        "add-empty": '{"client":"x","add":{"a":[]}}',
        "add-descends": '{"client":"x","add":{"a":["b","a"]}}',
        "add-twice": '{"client":"x","add":{"a":["a","a"]}}',
        "add-by-number": '{"client":"x","add":{"a":[9,10]}}',
        "remove-empty": '{"client":"x","remove":{"a":[]}}',
        "remove-descends": '{"client":"x","remove":{"a":["b","a"]}}',
        "delete-false": '{"client":"x","delete":false}',
        "delete-null": '{"client":"x","delete":null}',
        "delete-one": '{"client":"x","delete":1}',
        "field-empty": '{"client":"x","set":{"":1}}',
        "field-quote": '{"client":"x","set":{"a\\"":1}}',
        "field-backslash": '{"client":"x","set":{"a\\\\":1}}',
        "field-control": '{"client":"x","set":{"a\\n":1}}',
        "field-long": '{"client":"x","set":{"' + "я" * 513 + '":1}}',
    }.items():
        yield dropped(
            f"K/record-{name}", "K-2 K-3", "a wrong line", "malformed", line
        )
    yield dropped(
        "K/record-twice",
        "K-6",
        "a record twice in a commit",
        "duplicate",
        record("b", delete=True),
    )
    (one,) = replicas("one")
    long = "я" * 512
    made = one.commit(
        record("a", add={"x": [1]}, set={"x": 2}),
        '{"client":"b","add":{"x":' + ELEMENTS + "}}",
        record("c", set={" ": 1, "add": 2, long: 3}),
        record("d", add={}, remove={}, set={}),
    )
    yield put(
        "K/fields",
        "K-3 K-4",
        "a register and a set of one name; elements and names as they may be",
        w.document(made),
        export=out("a", add={"x": [1]}, set={"x": 2})
        + '{"type":"client","id":"b","add":{"x":'
        + ELEMENTS
        + "}}\n"
        + out("c", set={" ": 1, "add": 2, long: 3})
        + out("d"),
    )
    (one,) = replicas("one")
    first = one.commit(record("a", set={"name": "A"}))
    gone = one.commit(record("a", delete=True))
    yield put(
        "K/deleted",
        "K-3 E-2",
        "a deleted record keeps its fields in the export",
        w.document(first, gone),
        export=out("a", delete=True, set={"name": "A"}),
    )
    yield put(
        "K/restored",
        "K-5 S-1",
        "a line with nothing restores a deleted record",
        w.document(first, gone, one.commit(record("a"))),
        export=A,
    )


def batches() -> Iterator[Vector]:
    """Section 6.3."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    begin = one.commit(named("b", "B"), part=[1, 2])
    end = one.commit(named("d", "D"), part=[2, 2])
    behind = one.commit(named("e", "E"))
    other = two.commit(named("c", "C"))
    whole = A + B + C + shown("d", "D") + shown("e", "E")
    yield put(
        "K/batch",
        "K-7",
        "a whole batch in one member",
        w.document(first, begin, end, behind, other),
        export=whole,
    )
    yield put(
        "K/batch-part",
        "K-7 I-2",
        "a batch of which the second commit is not there: the first counts",
        apart(first, begin, other),
        export=A + B + C,
        problems="",
    )
    yield put(
        "K/batch-gap",
        "K-7 I-2",
        "a batch whose second commit is missing, and one behind it",
        apart(first, begin, behind, other),
        export=A + B + C,
        problems="gap",
    )
    yield put(
        "K/batch-merged",
        "K-7 M-1",
        "a batch that two documents hold between them",
        apart(first, begin, other),
        apart(end, behind),
        export=whole,
        problems="",
    )
    (alone,) = replicas("alone")
    yield put(
        "K/batch-of-one",
        "K-7",
        "a batch of one commit",
        w.document(alone.commit(named("a", "A"), part=[1, 1])),
        export=A,
    )


def chains() -> Iterator[Vector]:
    """Sections 6.4 and 6.5."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    second = one.commit(named("b", "B"))
    third = one.commit(named("d", "D"))
    other = two.commit(named("c", "C"))
    line = second.line
    sign = bytearray(second.sign)
    sign[40] ^= 1
    for name, about, bad in (
        ("body", "a body line was changed", {"body": [named("b", "X")]}),
        ("more", "a line was added", {"body": [*second.body, '{"x":1}']}),
        ("line", "the commit line was changed", {"line": early(line)}),
        ("salt", "the salt was changed", {"salt": bytes(16)}),
    ):
        yield put(
            f"K/chain-{name}",
            "K-8 K-9 K-10",
            about + ": neither this commit nor those behind it count",
            apart(first, second.changed(**bad), third, other),
            export=A + C,
            problems="signature",
        )
    yield put(
        "K/chain-first",
        "K-8",
        "commit 1 was changed",
        apart(first.changed(body=[named("a", "X")]), second, third, other),
        export=C,
        problems="signature",
    )
    changed = second.changed(body=[named("b", "X")])
    yield put(
        "K/chain-mended",
        "K-8 M-1",
        "a changed commit in one document, the true one in another",
        apart(first, changed, third, other),
        apart(first, second),
        export=A + B + C + shown("d", "D"),
    )
    yield put(
        "K/chain-order",
        "K-8",
        "the body lines of a commit changed places",
        *swapped(),
        export="",
        problems="signature",
    )
    yield put(
        "K/sign-wrong",
        "K-10",
        "a wrong signature on the last commit",
        apart(first, second.changed(sign=bytes(sign)), other),
        export=A + C,
        problems="signature",
    )
    order = 2**252 + 27742317777372353535851937790883648493
    high = int.from_bytes(second.sign[32:], "little") + order
    loose = second.sign[:32] + high.to_bytes(32, "little")
    yield put(
        "K/sign-high",
        "K-10",
        "a signature whose second half is not below the group's order",
        apart(first, second.changed(sign=loose), other),
        export=A + C,
        problems="signature",
    )
    yield put(
        "K/sign-covered",
        "K-10",
        "two commits signed by the third in the same member",
        w.document(first.unsigned(), second.unsigned(), third, other),
        export=A + B + C + shown("d", "D"),
    )
    yield put(
        "K/sign-in-later-member",
        "K-10",
        "unsigned commits, covered by one in a later member",
        apart(first.unsigned(), second.unsigned(), third, other),
        export=A + B + C + shown("d", "D"),
    )
    yield put(
        "K/sign-covers-mended",
        "K-10 M-1",
        "an unsigned commit, and a changed one of its name elsewhere",
        apart(first.unsigned(), changed.unsigned(), other),
        apart(first.unsigned(), second.unsigned(), third),
        export=A + B + C + shown("d", "D"),
    )
    yield put(
        "K/sign-none",
        "K-10",
        "the last commit is signed by nothing",
        w.document(first, second.unsigned(), other),
        export=A + C,
        problems="signature",
    )
    yield put(
        "K/sign-other-workspace",
        "K-8",
        "a commit of a replica that was made for another workspace",
        *foreign(other),
        export=C,
        problems="signature",
    )
    yield from odd_points(first, second, other)
    salt = w.b64(second.salt)
    for name, trailer in (
        ("short-salt", dumps({"salt": salt[:-2], "sign": "A" * 86})),
        ("loose-bits", dumps({"salt": "A" * 21 + "B", "sign": "A" * 86})),
        ("no-text", dumps({"salt": 5})),
        ("short-sign", dumps({"salt": salt, "sign": "AAAA"})),
    ):
        yield put(
            f"K/trailer-{name}",
            "K-10 1.3",
            "a wrong trailer",
            apart(first, second.changed(raw_trailer=trailer), other),
            export=A + C,
            problems="malformed",
        )
    text = second.text.rsplit(b"\n", 2)[0] + b"\n"
    runs = w.runs_of((second,))
    yield put(
        "K/trailer-none",
        "K-10",
        "a commit without a trailer",
        apart(first) + w.member(text, 2, runs) + w.commits(other),
        export=A + C,
        problems="incomplete",
    )


def odd_points(
    first: Commit, second: Commit, other: Commit
) -> Iterator[Vector]:
    """Signatures with points of small order (SPEC 15.1)."""
    zero = ed25519.encoded(ed25519.ZERO)
    secret, prefix = ed25519.expanded(first.replica.key.secret)
    public = first.replica.key.public
    text = b"karto commit" + second.hash

    def signed(r: bytes, number: int) -> Commit:
        k = ed25519.scalar(r, public, text)
        s = (number + k * secret) % ed25519.ORDER
        return second.changed(sign=r + s.to_bytes(32, "little"))

    number = ed25519.scalar(prefix, text)
    point = ed25519.multiplied(ed25519.BASE, number)
    twisted = ed25519.encoded(ed25519.add(point, torsion()))
    for name, about, bad in (
        ("small", "the first half is the neutral point", signed(zero, 0)),
        (
            "cofactor",
            "the first half is off by a point of order 8, which only a check "
            "with the cofactor would let through",
            signed(twisted, number),
        ),
    ):
        yield put(
            f"K/sign-{name}",
            "K-10 15.1",
            about,
            apart(first, bad, other),
            export=A + C,
            problems="signature",
        )
    weak = Replica(Workspace(), "weak")
    weak.public = zero
    made = weak.commit(named("b", "B")).changed(sign=zero + bytes(32))
    yield put(
        "K/sign-small-key",
        "K-10 15.1",
        "the key is the neutral point, by which any text is signed alike",
        apart(first, made, other),
        export=A + C,
        problems="signature",
    )


def torsion() -> ed25519.Point:
    """A point of order 8."""
    for y in range(2, 99):
        point = ed25519.decoded(y.to_bytes(32, "little"))
        if point is not None:
            small = ed25519.multiplied(point, ed25519.ORDER)
            if not ed25519.is_zero(ed25519.multiplied(small, 4)):
                return small
    raise ValueError("no such point")


def early(line: str) -> str:
    """The commit line with another instant."""
    return line.replace("2026-", "2025-", 1)


def swapped() -> Iterator[bytes]:
    """A commit whose two lines changed places."""
    (one,) = replicas("one")
    made = one.commit(named("a", "A"), named("b", "B"))
    yield w.document(made.changed(body=made.body[::-1]))


def foreign(other: Commit) -> Iterator[bytes]:
    """A commit whose chain begins with the id of another workspace."""
    strange = Workspace(founder=w.key_of("another founder"))
    made = Replica(strange, "one").commit(named("a", "A"))
    yield w.header(Workspace()) + w.commits(made) + w.commits(other)


def salted() -> Iterator[Vector]:
    """Salts of several commits that are derived from one seed."""
    one, two = replicas("one", "two")
    seed = bytes(range(16))
    first = one.commit(named("a", "A"), seed=seed)
    second = one.commit(named("x", "secret"), named("b", "B"), seed=seed)
    third = one.commit(named("d", "D"))
    other = two.commit(named("c", "C"))
    yield put(
        "K/salted",
        "K-15",
        "two commits of one seed and one with a salt of its own, in a member",
        w.document(first.unsigned(), second.unsigned(), third, other),
        export=A + B + C + shown("d", "D") + shown("x", "secret"),
    )
    yield put(
        "K/salted-or-salt",
        "K-15",
        "the same commits, once with the seed and once with their own salts",
        w.document(first, second, third, other),
        w.document(first.salted(), second.salted(), third),
        export=A + B + C + shown("d", "D") + shown("x", "secret"),
    )
    yield put(
        "K/salted-erased",
        "K-11 K-15",
        "a line is erased; the other commit of the seed has its own salt now",
        w.document(first.salted(), second.erased(0), third, other),
        export=A + B + C + shown("d", "D"),
    )
    gone = second.erased(0)
    for name, about, bad in (
        (
            "erased-seed",
            "an erased line, and the seed",
            gone.changed(raw_trailer=second.trailer),
        ),
        (
            "short",
            "a seed that is too short",
            second.changed(raw_trailer=dumps({"salted": w.b64(seed[:15])})),
        ),
    ):
        yield put(
            f"K/salted-{name}",
            "K-11 K-15",
            about,
            apart(first, bad, other),
            export=A + C,
            problems="malformed",
        )
    moved = second.changed(seed=bytes(reversed(range(16))))
    yield put(
        "K/salted-other-seed",
        "K-15 K-8",
        "another seed, so other leaves: the chain does not hold",
        apart(first, moved, third, other),
        export=A + C,
        problems="signature",
    )


def erased() -> Iterator[Vector]:
    """Section 6.6."""
    one, two = replicas("one", "two")
    first = one.commit(
        named("a", "A"), named("x", "secret"), record("b", set={"name": "B"})
    )
    second = one.commit(named("d", "D"))
    other = two.commit(named("c", "C"))
    gone = first.erased(1)
    salts = json.loads(gone.trailer)["salts"]
    sign = w.b64(first.sign)
    yield put(
        "K/erased",
        "K-11",
        "one of three lines is erased; the chain holds",
        w.document(gone, second, other),
        export=A + B + C + shown("d", "D"),
    )
    yield put(
        "K/erased-all",
        "K-11",
        "all lines of a commit are erased",
        w.document(first.erased(0, 1, 2), second, other),
        export=C + shown("d", "D"),
    )
    wrong_leaf = dumps({"erased": w.b64(bytes(32))})
    body = [gone.body[0], wrong_leaf, gone.body[2]]
    yield put(
        "K/erased-wrong-leaf",
        "K-11",
        "an erased line with another leaf",
        apart(gone.changed(body=body), second, other),
        export=C,
        problems="signature",
    )
    for name, about, trailer in (
        (
            "one-salt",
            "an erased line, and the salt of the whole commit",
            {"salt": w.b64(first.salt), "sign": sign},
        ),
        (
            "short",
            "a salt too few",
            {"salts": salts[:2], "sign": sign},
        ),
        (
            "empty-salt",
            "no salt for a line that is there",
            {"salts": ["", "", salts[2]], "sign": sign},
        ),
    ):
        yield put(
            f"K/erased-{name}",
            "K-11",
            about,
            apart(gone.changed(raw_trailer=dumps(trailer)), second, other),
            export=C,
            problems="malformed" if name == "one-salt" else "gap malformed",
        )


# --- I: identity ----------------------------------------------------------


def identity() -> Iterator[Vector]:
    """Frontier and succession."""
    one, two = replicas("one", "two")
    made = [one.commit(named(name, name.upper())) for name in "abde"]
    other = two.commit(named("c", "C"))
    yield put(
        "I/gap",
        "I-2",
        "commit 3 is missing; commit 4 does not count",
        apart(made[0], made[1], made[3], other),
        export=A + B + C,
        problems="gap",
    )
    yield put(
        "I/gap-at-first",
        "I-2",
        "commit 1 is missing",
        apart(*made[1:], other),
        export=C,
        problems="gap",
    )
    yield put(
        "I/gap-filled",
        "I-2 M-1",
        "another document holds what the first one misses",
        apart(made[3], made[0], other),
        apart(made[2], made[1]),
        export=A + B + C + shown("d", "D") + shown("e", "E"),
    )
    yield put(
        "I/ids",
        "I-3",
        "ids have no meaning: that of another's commit is as good as any",
        w.document(
            replicas("three")[0].commit(
                named(f"57.3-{one.id}", "A"), named("B", "B")
            )
        ),
        export=shown(f"57.3-{one.id}", "A") + shown("B", "B"),
    )
    old, new = replicas("old", "new")
    left = old.commit(named("a", "A"))
    text = b"karto successor" + new.key.public
    sign = w.b64(ed25519.signed(old.key.secret, text))
    heir = new.commit(named("b", "B"), seen=(left,), succeeds=[old.id, sign])
    yield put(
        "I/succession",
        "I-4 A-3",
        "a replica that succeeds another",
        w.document(left, heir),
        export=A + B,
        held={},
    )
    yield put(
        "I/succession-alone",
        "I-4 A-3",
        "a replica that succeeds one that the document does not hold: waits",
        w.document(heir),
        export="",
        problems="seen",
        held={},
    )
    (new,) = replicas("new")
    false = new.commit(
        named("b", "B"), seen=(left,), succeeds=[old.id, "A" * 86]
    )
    yield put(
        "I/succession-false",
        "I-4 A-3",
        "a false signature of the predecessor: a stranger",
        w.document(left, false),
        export=A,
        problems="succession",
        held={false.dot: "stranger"},
    )


# --- S: the state ---------------------------------------------------------


def state() -> Iterator[Vector]:
    """Existence, registers and sets, alone and in conflict."""
    yield from registers()
    yield from existence()
    yield from sets()


def registers() -> Iterator[Vector]:
    """[S-2] and [S-3]."""
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(named("a", "1"), at=EARLY)
    second = two.commit(named("a", "2"), at=LATE)
    settled = three_.commit(
        named("a", "3"), at="2020-01-01T00:00:00.000Z", seen=(first, second)
    )
    half = three_.commit(named("b", "B"))
    conflict = out(
        "a",
        conflicts={"name": clash(second, first)},
        set={"name": "2"},
    )
    yield put(
        "S/conflict",
        "S-2 S-3 M-3",
        "two replicas, neither of which had seen the other",
        w.document(first, second),
        export=conflict,
    )
    yield put(
        "S/conflict-merged",
        "S-2 S-3 M-1 M-3",
        "the same out of two documents",
        w.document(second),
        w.document(first),
        export=conflict,
    )
    yield put(
        "S/settled",
        "S-2 M-2",
        "a third has seen both, and its clock is behind",
        w.document(first, second, settled, half),
        export=shown("a", "3") + B,
    )
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(named("a", "1"), at=LATE)
    second = two.commit(named("a", "2"), at=EARLY)
    third = three_.commit(named("a", "3"), at=EARLY, seen=(first,))
    winner, loser = sorted((second, third), key=by_id, reverse=True)
    yield put(
        "S/half-settled",
        "S-2 S-3",
        "a third has seen one of two, and its clock is behind",
        w.document(first, second, third),
        export=out(
            "a",
            conflicts={"name": clash(winner, loser)},
            set={"name": json.loads(winner.body[0])["set"]["name"]},
        ),
    )
    one, two = replicas("one", "two")
    first = one.commit(named("a", "1"), at=LATE)
    second = two.commit(named("a", "2"), at=EARLY, seen=(first,))
    third = one.commit(named("a", "3"), at=EARLY, seen=(second,))
    fourth = one.commit(named("b", "B"), at="0001-01-01T00:00:00.000Z")
    yield put(
        "S/clocks",
        "S-2 M-2 1.4",
        "clocks decades off change nothing among those who saw one another",
        w.document(first, second, third, fourth),
        export=shown("a", "3") + B,
    )
    one, two = replicas("one", "two")
    yield put(
        "S/agreed",
        "S-2 E-2",
        "two unseen writes of one value are no conflict",
        w.document(one.commit(named("a", "A")), two.commit(named("a", "A"))),
        export=A,
    )
    one, two, three_ = replicas("one", "two", "three")
    writes = [
        one.commit(named("a", "1"), at="2026-01-03T00:00:00.000Z"),
        two.commit(named("a", "1"), at="2026-01-02T00:00:00.000Z"),
        three_.commit(named("a", None), at="2026-01-01T00:00:00.000Z"),
    ]
    yield put(
        "S/three",
        "S-3 E-2",
        "three standing writes, two of one value, one that clears",
        w.document(*writes),
        export=out("a", conflicts={"name": clash(*writes)}, set={"name": "1"}),
    )
    one, two = replicas("one", "two")
    value = one.commit(named("a", "1"), at=LATE)
    cleared = two.commit(named("a", None), at=EARLY)
    yield put(
        "S/cleared-early",
        "S-3 E-2",
        "one clears the register, and the winner has a value",
        w.document(value, cleared),
        export=out(
            "a", conflicts={"name": clash(value, cleared)}, set={"name": "1"}
        ),
    )
    one, two = replicas("one", "two")
    yield put(
        "S/cleared-twice",
        "S-2 E-2",
        "both clear the register: no conflict",
        w.document(
            one.commit(named("a", None)), two.commit(named("a", None))
        ),
        export=out("a"),
    )
    one, two = replicas("one", "two")
    cleared = one.commit(named("a", None), at=LATE)
    other = two.commit(named("a", "2"), at=EARLY)
    yield put(
        "S/cleared",
        "S-3 E-2",
        "the winner clears the register, and is in conflict",
        w.document(cleared, other),
        export=out("a", conflicts={"name": clash(cleared, other)}),
    )
    one, two = replicas("one", "two")
    left = one.commit(record("a", set={"x": 1, "y": 1}), at=EARLY)
    right = two.commit(record("a", set={"y": 2, "z": 2}), at=LATE)
    yield put(
        "S/registers-apart",
        "S-2",
        "registers of one record are apart",
        w.document(left, right),
        export=out(
            "a",
            conflicts={"y": clash(right, left, value="y")},
            set={"x": 1, "y": 2, "z": 2},
        ),
    )
    one, two = replicas("one", "two")
    first = one.commit(named("a", "1"), at=LATE)
    again = one.commit(named("a", "2"), at=EARLY)
    other = two.commit(named("a", "3"), at="2020-01-01T00:00:00.000Z")
    unseen = two.commit(named("b", "B"), seen=(first,))
    yield put(
        "S/own-writes",
        "S-2 S-3 K-1",
        "a replica's later write takes the place of its earlier one; "
        "what is seen after a write counts for nothing",
        w.document(first, again, other, unseen),
        export=out(
            "a", conflicts={"name": clash(other, again)}, set={"name": "3"}
        )
        + B,
    )
    pair = next(
        pair
        for pair in (
            (first.commit(named("a", "1")), second.commit(named("a", "2")))
            for first, second in (
                replicas("zero", f"other {n}") for n in range(99)
            )
        )
        if not same_order(*pair)
    )
    winner, loser = sorted(pair, key=by_id, reverse=True)
    yield put(
        "S/greatest-replica",
        "S-3 I-1",
        "clocks agree, and ids ascend otherwise as bytes than as texts",
        w.document(*pair),
        export=out(
            "a",
            conflicts={"name": clash(winner, loser)},
            set={"name": json.loads(winner.body[0])["set"]["name"]},
        ),
    )


def by_id(commit: Commit) -> bytes:
    """[S-3] where the clocks agree."""
    return commit.replica.id.encode()


def same_order(left: Commit, right: Commit) -> bool:
    """Whether ids stand alike as bytes and as text."""
    by_text = left.replica.id < right.replica.id
    return by_text == (left.replica.raw_id < right.replica.raw_id)


def existence() -> Iterator[Vector]:
    """[S-1]."""
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(named("a", "A"), at=EARLY)
    gone = two.commit(record("a", delete=True), at=LATE, seen=(first,))
    edit = three_.commit(
        record("a", set={"city": "Тверь"}), at=EARLY, seen=(first,)
    )
    yield put(
        "S/edit-vs-delete",
        "S-1 M-5",
        "one deletes, another edits",
        w.document(first, gone, edit),
        export=out(
            "a", deleted_by=[gone.dot], set={"city": "Тверь", "name": "A"}
        ),
    )
    yield put(
        "S/delete-seen",
        "S-1",
        "the same without the edit",
        w.document(first, gone),
        export=out("a", delete=True, set={"name": "A"}),
    )
    late = three_.commit(record("a", delete=True), seen=(gone,), at=EARLY)
    yield put(
        "S/delete-after-all",
        "S-1 K-1",
        "the one who edited then deletes as well",
        w.document(first, gone, edit, late),
        export=out("a", delete=True, set={"city": "Тверь", "name": "A"}),
    )
    one, two, three_, four = replicas("one", "two", "three", "four")
    first = one.commit(named("a", "A"))
    gone = two.commit(record("a", delete=True), at=EARLY, seen=(first,))
    also = three_.commit(record("a", delete=True), at=LATE, seen=(first,))
    back = four.commit(record("a"), seen=(first,))
    yield put(
        "S/deleted-by-two",
        "S-1 E-2",
        "two deletions that stand, and a line that only names the record",
        w.document(first, gone, also, back),
        export=out("a", deleted_by=[also.dot, gone.dot], set={"name": "A"}),
    )
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    gone = two.commit(
        record("a", delete=True, set={"why": "double"}), seen=(first,)
    )
    yield put(
        "S/delete-and-set",
        "S-1 S-2",
        "a line that deletes and sets does both",
        w.document(first, gone),
        export=out("a", delete=True, set={"name": "A", "why": "double"}),
    )
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(named("a", "A"))
    gone = two.commit(record("a", delete=True), at=EARLY, seen=(first,))
    also = three_.commit(record("a", delete=True), at=LATE, seen=(first,))
    yield put(
        "S/delete-vs-delete",
        "S-1",
        "two delete, neither of whom has seen the other",
        w.document(first, gone, also),
        export=out("a", delete=True, set={"name": "A"}),
    )
    again = one.commit(named("a", "B"), at=EARLY, seen=(gone,))
    yield put(
        "S/edit-deleted",
        "S-1 S-2",
        "a deleted record is edited by one who has seen the deletion",
        w.document(first, gone, again),
        export=shown("a", "B"),
    )
    yield put(
        "S/edit-deleted-twice",
        "S-1 E-2",
        "a deleted record is edited by one who has seen one of two deletions",
        w.document(first, gone, also, again),
        export=out("a", deleted_by=[also.dot], set={"name": "B"}),
    )
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(named("a", "A"))
    gone = two.commit(record("a", delete=True), at=LATE, seen=(first,))
    tag = three_.commit(record("a", add={"tags": ["x"]}), seen=(first,))
    yield put(
        "S/add-vs-delete",
        "S-1 S-4 M-5",
        "one deletes, another adds to a set",
        w.document(first, gone, tag),
        export=out(
            "a", add={"tags": ["x"]}, deleted_by=[gone.dot], set={"name": "A"}
        ),
    )
    one, two = replicas("one", "two")
    yield put(
        "S/made-twice",
        "S-1 S-2",
        "two make a record of one id, with different registers",
        w.document(
            one.commit(named("a", "A")),
            two.commit(record("a", set={"city": "Тверь"})),
        ),
        export=out("a", set={"city": "Тверь", "name": "A"}),
    )
    (one,) = replicas("one")
    yield put(
        "S/delete-unknown",
        "S-1 E-1",
        "a deletion of what nobody made",
        w.document(one.commit(record("a", delete=True))),
        export=out("a", delete=True),
    )


def sets() -> Iterator[Vector]:
    """[S-4]."""
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(record("a", add={"tags": ["x", "y"]}))
    gone = two.commit(
        record("a", remove={"tags": ["x"]}), at=LATE, seen=(first,)
    )
    again = three_.commit(
        record("a", add={"tags": ["x"]}), at=EARLY, seen=(first,)
    )
    yield put(
        "S/remove",
        "S-4",
        "an element is removed",
        w.document(first, gone),
        export=out("a", add={"tags": ["y"]}),
    )
    yield put(
        "S/add-vs-remove",
        "S-4 M-4",
        "one removes, another adds again",
        w.document(first, gone, again),
        export=out("a", add={"tags": ["x", "y"]}),
    )
    gone_too = two.commit(record("a", remove={"tags": ["x"]}), seen=(again,))
    yield put(
        "S/remove-seen",
        "S-4",
        "the other then removes what it has seen",
        w.document(first, gone, again, gone_too),
        export=out("a", add={"tags": ["y"]}),
    )
    one, two = replicas("one", "two")
    first = one.commit(record("a", add={"tags": ["x"]}))
    unseen = two.commit(record("a", remove={"tags": ["x"]}), at=LATE)
    yield put(
        "S/remove-unseen",
        "S-4",
        "an element is removed by one who had not seen it",
        w.document(first, unseen),
        export=out("a", add={"tags": ["x"]}),
    )
    one, two = replicas("one", "two")
    yield put(
        "S/add-vs-add",
        "S-4",
        "both add: one element is in the set once, two are both in it",
        w.document(
            one.commit(record("a", add={"tags": ["x", "y"]})),
            two.commit(record("a", add={"tags": ["x", "z"]})),
        ),
        export=out("a", add={"tags": ["x", "y", "z"]}),
    )
    one, two, three_ = replicas("one", "two", "three")
    first = one.commit(record("a", add={"tags": ["x", "y"]}))
    gone = two.commit(record("a", remove={"tags": ["x"]}), seen=(first,))
    also = three_.commit(record("a", remove={"tags": ["x"]}), seen=(first,))
    back = one.commit(record("a", add={"tags": ["x"]}), seen=(gone, also))
    yield put(
        "S/remove-vs-remove",
        "S-4",
        "both remove",
        w.document(first, gone, also),
        export=out("a", add={"tags": ["y"]}),
    )
    yield put(
        "S/add-removed",
        "S-4",
        "an element is added again by one who has seen it removed",
        w.document(first, gone, also, back),
        export=out("a", add={"tags": ["x", "y"]}),
    )
    (one,) = replicas("one")
    first = one.commit(record("a", add={"tags": ["x", "y"]}))
    both = one.commit(
        record("a", add={"tags": ["x"]}, remove={"tags": ["x", "y"]})
    )
    yield put(
        "S/remove-and-add",
        "S-4",
        "a line that removes and adds the same element",
        w.document(first, both),
        export=out("a", add={"tags": ["x"]}),
    )
    (one,) = replicas("one")
    first = one.commit(record("a", add={"s": ["x"], "t": ["x"]}))
    others = one.commit(
        record("a", remove={"s": ["x"]}), record("b", remove={"t": ["x"]})
    )
    yield put(
        "S/sets-apart",
        "S-4 E-1",
        "sets of one record, and of other records, are apart",
        w.document(first, others),
        export=out("a", add={"t": ["x"]}) + out("b"),
    )
    (one,) = replicas("one")
    first = one.commit('{"client":"a","add":{"s":["1",1,[1],{"a":1}]}}')
    less = one.commit('{"client":"a","remove":{"s":["1",{"a":2}]}}')
    yield put(
        "S/elements",
        "S-4 L-5",
        "elements are the same if their bytes are",
        w.document(first, less),
        export=out("a", add={"s": [1, [1], {"a": 1}]}),
    )


# --- E: the export --------------------------------------------------------


def exports() -> Iterator[Vector]:
    """Order and form."""
    one, two = replicas("one", "two")
    types = ["a", "a_b", "ab", "b", "a1"]
    ids = ["a", "a-", "a.", "B", "10", "9", "_"]
    held = [dumps({kind: each}) for kind in types for each in ids]
    wanted = "".join(
        dumps({"type": kind, "id": each}) + "\n"
        for kind in ["a", "a1", "a_b", "ab", "b"]
        for each in ["10", "9", "B", "_", "a", "a-", "a."]
    )
    yield put(
        "E/order",
        "E-1 1.2",
        "types and ids ascend by bytes",
        w.document(one.commit(*held)),
        export=wanted,
    )
    one, two = replicas("one", "two")
    first = one.commit(
        '{"client":"a","add":{"s":["b",2],"t":["в"]},'
        '"set":{"A":1,"Z":null,"a":"\\u0001","я":[{"a":null}]}}',
        at=LATE,
    )
    gone = two.commit(record("a", delete=True, set={"A": 2}), at=EARLY)
    yield put(
        "E/all-keys",
        "E-2 E-3",
        "a record with everything that a record can have",
        w.document(first, gone),
        export='{"type":"client","id":"a","add":{"s":["b",2],"t":["в"]},'
        '"conflicts":{"A":[{"at":"'
        + LATE
        + f'","by":"{first.dot}","value":1}},'
        + f'{{"at":"{EARLY}","by":"{gone.dot}","value":2}}]}},'
        + f'"deleted_by":["{gone.dot}"],'
        + '"set":{"A":1,"a":"\\u0001","я":[{"a":null}]}}\n',
    )
    (one,) = replicas("one")
    first = one.commit(record("a", add={"s": [1]}, set={"x": 1}))
    bare = one.commit(record("a", remove={"s": [1]}, set={"x": None}))
    yield put(
        "E/empty",
        "E-1 E-2",
        "what is empty is left out, the record is not",
        w.document(first, bare),
        export=out("a"),
    )


# --- open: where the text leaves a choice ---------------------------------


def open_questions() -> Iterator[Vector]:
    """What SPEC.md does not settle; expected is what the reference chose."""
    yield from open_container()
    yield from open_lines()
    yield from open_commits()
    old = Workspace(created="1969-12-31T23:59:59.999Z")
    yield put(
        "open/created-before-1970",
        "1.2 H-2",
        "a workspace founded before 1970: taken as two's complement",
        w.document(Replica(old, "one").commit(named("a", "A"))),
        export=A,
    )


def open_container() -> Iterator[Vector]:
    """Members of which the text says too little."""
    first, second, other = three()
    head = w.header(Workspace())
    yield put(
        "open/damage-then-torn",
        "C-6 C-7",
        "damage, a good member, a torn one: the good one stays",
        head + w.commits(first) + b"lost" + w.commits(other) + b"\x1f\x8b",
        export=A + C,
        problems="damage torn",
    )
    one, two = replicas("one", "two")
    finished = one.commit(named("a", "A"))
    begin = one.commit(named("b", "B"), part=[1, 2])
    both = two.commit(named("c", "C"))
    yield put(
        "open/continues-and-more",
        "C-7",
        "finished commits in a member of an unfinished batch: left out too",
        head + w.commits(finished, begin, both, flags=1),
        export="",
        problems="unfinished",
    )
    yield put(
        "open/second-header",
        "C-3",
        "two documents behind one another: the second header is passed over",
        apart(first, second) + apart(other),
        export=A + B + C,
        problems="member",
    )
    yield put(
        "open/65-runs",
        "C-2 C-6",
        "65 replicas in a member: taken as no member at all",
        many_runs(65) + w.commits(first),
        export=A,
        problems="damage",
    )
    text = b'{"future":1}\n' + first.text + b'{"client":"x"}\n'
    yield put(
        "open/stray-lines",
        "C-3 6",
        "lines outside a commit: passed over",
        head + w.member(text, 2, w.runs_of((first,))) + w.commits(other),
        export=A + C,
        problems="stray",
    )


def last_of(name: str) -> Commit:
    """The one commit of one more replica."""
    return replicas("last")[0].commit(named(name, name.upper()))


def open_lines() -> Iterator[Vector]:
    """Bounds that can be read in two ways."""
    yield dropped(
        "open/first-key-again",
        "L-4 L-6",
        "the first key of a line stands again: not canonical",
        "canonical",
        '{"client":"x","client":"x"}',
    )
    (one,) = replicas("one")
    value = "[" * 15 + "]" * 15
    made = one.commit('{"client":"a","set":{"x":' + value + "}}")
    yield put(
        "open/depth-17-empty",
        "L-4 16",
        "an empty array with 16 arrays and objects around it: too deep",
        w.document(made),
        problems="canonical",
    )
    (one,) = replicas("one")
    made = one.commit(filled(524_288))
    yield put(
        "open/line-without-lf",
        "L-7",
        "a line of 524,288 bytes without its LF: too long",
        w.header(Workspace()) + w.commits(made, squeeze=True),
        problems="size",
    )


def open_commits() -> Iterator[Vector]:
    """What is signed or seen amiss."""
    one, two = replicas("one", "two")
    first = one.commit(named("a", "A"))
    second = one.commit(named("b", "B"))
    other = two.commit(named("c", "C"))
    yield put(
        "open/sign-false-covered",
        "K-10",
        "a false signature, covered by a later right one: counts",
        apart(first.changed(sign=bytes(64)), second, other),
        export=A + B + C,
    )
    yield dropped(
        "open/seen-own",
        "6.1 K-1",
        "`seen` names the commit's own replica: refused",
        "gap malformed",
        seen={replicas("one")[0].id: [1, "A" * 22]},
    )
    yield dropped(
        "open/karto-in-body",
        "L-6",
        "a header line in the body of a commit: refused",
        "malformed",
        Workspace().line(),
    )


CHAPTERS: tuple[Callable[[], Iterator[Vector]], ...] = (
    container,
    lines,
    headers,
    commits,
    identity,
    forks,
    state,
    entries,
    rights,
    seals,
    adoptions,
    exports,
    open_questions,
)


def vectors() -> Iterator[Vector]:
    """All of them."""
    for chapter in CHAPTERS:
        yield from chapter()


def files() -> dict[str, bytes]:
    """Every file below the directory but the README."""
    found: dict[str, bytes] = {}
    index = ""
    for vector in vectors():
        for path, data in vector.files():
            if path in found:
                raise ValueError(f"{path} twice")
            found[path] = data
        index += vector.index()
    found["index.jsonl"] = index.encode()
    return found


def main() -> None:
    """The command line."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY
    for chapter in target.glob("*/"):
        shutil.rmtree(chapter)
    for path, data in files().items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)


if __name__ == "__main__":
    main()
