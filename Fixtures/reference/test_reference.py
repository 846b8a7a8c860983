#!/usr/bin/env python3
"""Checks the reference against hand-made vectors, and against itself.

Run with `python3 test_reference.py`. The vectors stand in make_vectors.py.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import tempfile
import time
import unittest
from itertools import permutations
from pathlib import Path

import canonical_json
import company as lines_of
import ed25519
import karto_reference as reference
import karto_writer as w
import make_vectors
from company import Company
from karto_writer import Commit, Replica, Workspace, dumps


class Ed25519(unittest.TestCase):
    """RFC 8032, 7.1."""

    def test_rfc(self) -> None:
        """Tests 1 to 3 of the RFC."""
        for secret, public, text, sign in (
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ):
            key, message = bytes.fromhex(secret), bytes.fromhex(text)
            made = ed25519.signed(key, message)
            self.assertEqual(ed25519.public_key(key).hex(), public)
            self.assertEqual(made.hex(), sign)
            self.assertTrue(
                ed25519.verified(bytes.fromhex(public), message, made)
            )
            self.assertFalse(
                ed25519.verified(bytes.fromhex(public), message + b"x", made)
            )


class CanonicalJson(unittest.TestCase):
    """The scanner against the standard library's."""

    def test_written_is_read(self) -> None:
        """What the standard library writes canonically is read."""
        dice = random.Random(1)
        for _ in range(2000):
            text = dumps({"k": value(dice, 0)}).encode()
            fields = canonical_json.line_fields(text)
            rest = text[len(b'{"k":') : -1]
            self.assertEqual(fields, [(b"k", rest)])

    def test_one_byte_off(self) -> None:
        """A changed byte is refused, or it is another canonical text."""
        dice = random.Random(2)
        for _ in range(5000):
            text = bytearray(dumps({"k": value(dice, 0)}).encode())
            text[dice.randrange(len(text))] = dice.choice(b'"\\{}[]:,0-. a\n')
            with contextlib.suppress(canonical_json.Bad):
                canonical_json.line_fields(bytes(text))
                again = dumps(json.loads(text)).encode()
                self.assertEqual(again, bytes(text))


def value(dice: random.Random, depth: int) -> object:
    """Some JSON value of integers and texts."""
    pick = dice.randrange(8 if depth < 4 else 5)
    if pick < 3:
        return dice.choice([None, True, False, 0, -1, 2**53 - 1, -77])
    if pick < 5:
        letters = 'aя\U0001f600"\\\n\x01\x7f/ '
        return "".join(dice.choice(letters) for _ in range(dice.randrange(5)))
    if pick == 5:
        many = range(dice.randrange(4))
        return [value(dice, depth + 1) for _ in many]
    keys = sorted(dice.sample("abcdefgя", dice.randrange(4)))
    return {key: value(dice, depth + 1) for key in keys}


class Vectors(unittest.TestCase):
    """Every vector, and the files that were made of them."""

    def test_expectations(self) -> None:
        """The reference agrees with what was written by hand."""
        for vector in make_vectors.vectors():
            with self.subTest(vector.name):
                try:
                    found = reference.merge(vector.documents)
                except reference.Refused as error:
                    self.assertEqual(error.args[0], vector.refused)
                    continue
                self.assertEqual("", vector.refused)
                text = reference.export(found).decode()
                self.assertEqual(text, vector.export)
                kinds = {problem.kind for problem in found.problems}
                self.assertEqual(kinds, set(vector.problems), found.problems)
                held = [list(pair) for pair in vector.held or ()]
                self.assertEqual(reference.held_lines(found), sorted(held))
                other = reference.merge(vector.documents[::-1])
                self.assertEqual(reference.export(other), text.encode())
                self.assertEqual(other.held, found.held)

    def test_files(self) -> None:
        """The directory holds exactly what make_vectors.py makes."""
        wanted = make_vectors.files()
        top = make_vectors.DIRECTORY
        paths = {
            str(path.relative_to(top))
            for path in top.rglob("*")
            if path.is_file() and path.name != "README.md"
        }
        self.assertEqual(paths, set(wanted))
        for path, data in wanted.items():
            self.assertEqual((top / path).read_bytes(), data, path)


class Merging(unittest.TestCase):
    """The state is a function of the set of commits [M-1]."""

    def test_orders(self) -> None:
        """Documents in any order, commits in any members, come to one."""
        for seed in range(12):
            dice = random.Random(seed)
            held = history(dice, 40)
            wanted = naive_export(held)
            head = w.header(Workspace())
            for _ in range(4):
                parts: list[list[Commit]] = [[], [], []]
                for each in held:
                    for part in dice.sample(parts, dice.randrange(1, 4)):
                        part.append(each)
                documents = []
                for part in parts:
                    dice.shuffle(part)
                    documents.append(
                        head + b"".join(w.commits(each) for each in part)
                    )
                for order in permutations(documents):
                    found = reference.merge(order)
                    self.assertEqual(found.problems, [])
                    self.assertEqual(reference.export(found), wanted)

    def test_any_byte(self) -> None:
        """A changed byte never adds to what was signed."""
        dice = random.Random(5)
        held = history(dice, 6)
        data = w.document(*held)
        whole = reference.merge([data])
        lines = {copy.line for copy in whole.commits}
        for _ in range(600):
            bad = bytearray(data)
            bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
            with contextlib.suppress(reference.Refused):
                found = reference.merge([bytes(bad)])
                self.assertLessEqual({c.line for c in found.commits}, lines)

    def test_any_length(self) -> None:
        """A document that is cut anywhere is read up to there."""
        one = Replica(Workspace(), "one")
        made = [one.commit(make_vectors.named("a", n)) for n in range(3)]
        data = make_vectors.apart(*made)
        ends = [len(make_vectors.apart(*made[:n])) for n in (1, 2, 3)]
        start = len(w.header(Workspace()))
        for length in range(start, len(data) + 1):
            found = reference.merge([data[:length]])
            wanted = sum(end <= length for end in ends)
            self.assertEqual(len(found.commits), wanted)


def history(dice: random.Random, count: int) -> list[Commit]:
    """Commits of four replicas that see one another now and then."""
    words = ["north", "south", "east", "west"]
    all_ = [Replica(Workspace(), word) for word in words]
    held: list[Commit] = []
    for _ in range(count):
        one = dice.choice(all_)
        others = [each for each in all_ if each is not one and each.commits]
        seen = tuple(
            dice.choice(each.commits) for each in others if dice.random() < 0.4
        )
        lines = []
        for name in dice.sample("abc", dice.randrange(1, 4)):
            fields: dict[str, object] = {}
            if dice.random() < 0.4:
                fields["add"] = {"s": some(dice)}
            if dice.random() < 0.2:
                fields["delete"] = True
            if dice.random() < 0.4:
                fields["remove"] = {"s": some(dice)}
            if dice.random() < 0.5:
                fields["set"] = {"r": dice.choice([None, 1, 2, 3])}
            lines.append(make_vectors.record(name, **fields))
        clock = f"20{dice.randrange(10, 40)}-01-01T00:00:00.000Z"
        held.append(one.commit(*lines, at=clock, seen=seen))
    return held


def some(dice: random.Random) -> list[str]:
    """Some elements, ascending."""
    return sorted(dice.sample("xyz", dice.randrange(1, 4)))


def naive_export(held: list[Commit]) -> bytes:
    """Section 8 word by word, over the lines as the writer has them."""
    heads = {each.dot: json.loads(each.line) for each in held}
    bodies = {
        each.dot: {line["client"]: line for line in map(json.loads, each.body)}
        for each in held
    }

    def sees(viewer: str, dot: str) -> bool:
        name, number = dot.split(":")
        mine, own = viewer.split(":")
        if mine == name:
            return int(number) < int(own)
        return any(
            head["seen"][name][0] >= int(number)
            for other, head in heads.items()
            if head["by"] == mine
            and head["commit"] <= int(own)
            and name in head.get("seen", {})
            and other
        )

    def order(dot: str) -> tuple[str, str]:
        return heads[dot]["at"], heads[dot]["by"]

    def unseen(dots: list[str]) -> list[str]:
        found = [d for d in dots if not any(sees(e, d) for e in dots)]
        return sorted(found, key=order, reverse=True)

    text = ""
    for name in sorted({each for body in bodies.values() for each in body}):
        lines = {d: body[name] for d, body in bodies.items() if name in body}
        fields: dict[str, object] = {}
        elements = []
        for each in "xyz":
            touching = [
                d
                for d, line in lines.items()
                if each in line.get("add", {}).get("s", [])
                or each in line.get("remove", {}).get("s", [])
            ]
            adding = [
                d
                for d in touching
                if each in lines[d].get("add", {}).get("s", [])
            ]
            if any(not any(sees(e, d) for e in touching) for d in adding):
                elements.append(each)
        if elements:
            fields["add"] = {"s": elements}
        writes = unseen([d for d, line in lines.items() if "set" in line])
        values = [lines[d]["set"]["r"] for d in writes]
        if len(set(values)) > 1:
            fields["conflicts"] = {
                "r": [
                    {"at": heads[d]["at"], "by": d, "value": each}
                    for d, each in zip(writes, values, strict=True)
                ]
            }
        votes = unseen(list(lines))
        against = [d for d in votes if "delete" in lines[d]]
        if len(against) == len(votes):
            fields["delete"] = True
        elif against:
            fields["deleted_by"] = against
        if values and values[0] is not None:
            fields["set"] = {"r": values[0]}
        text += make_vectors.out(name, **fields)
    return text.encode()


class Companies(unittest.TestCase):
    """Who counts is a function of the set of commits [A-9]."""

    def test_any_order(self) -> None:
        """Documents in any order, with forks and lies, come to one."""
        for seed in range(24):
            dice = random.Random(seed)
            company = some_company(dice)
            wanted = reference.merge([make_vectors.apart(*company.commits)])
            names = {each.replica.id for each in company.commits}
            for _ in range(2):
                order = dice.sample(sorted(names), len(names))
                documents = [
                    make_vectors.apart(
                        *(c for c in company.commits if c.replica.id == name)
                    )
                    for name in order
                ]
                found = reference.merge(documents)
                self.assertEqual(found.held, wanted.held, seed)
                self.assertEqual(
                    reference.export(found), reference.export(wanted), seed
                )

    def test_strangers_harm_nobody(self) -> None:
        """What no key let in changes nothing, whatever it claims."""
        for seed in range(24):
            dice = random.Random(seed)
            company = some_company(dice)
            data = make_vectors.apart(*company.commits)
            before = reference.export(reference.merge([data]))
            strange = company.replica("strange")
            names = {each.replica.id for each in company.commits}
            claims = {name: [99, "A" * 22] for name in sorted(names)}
            for number in range(4):
                line = act(dice, f"{number}", sorted(names))
                more = {"joins": None} if not number else {}
                seen = claims if number > 2 else None
                company.write(strange, line, seen=seen, **more)
            safe = company.replica("safe")
            company.write(safe, make_vectors.named("last", 1))
            before += make_vectors.shown("last", 1).encode()
            data = make_vectors.apart(*company.commits)
            after = reference.export(reference.merge([data]))
            lines = before.splitlines(), after.splitlines()
            self.assertEqual(sorted(lines[0]), sorted(lines[1]), seed)


def some_company(dice: random.Random) -> Company:
    """Members who do what they may and may not, and some who lie."""
    company = Company()
    all_ = [company.founder]
    for role in ("owner", "admin", "admin", "manager", "reader"):
        all_.append(company.hire(f"{role} {len(all_)}"[-1] + "x", role))
    for number in range(16):
        writer = dice.choice(all_)
        if dice.random() < 0.1:
            all_.append(writer.copied())
        others = company.others(writer)
        seen = {
            each.replica.id: [each.number, w.b64(each.hash[:16])]
            for each in others
            if dice.random() < 0.5
        }
        if dice.random() < 0.1:
            lie = dice.choice(others).replica.id
            seen[lie] = [dice.randrange(1, 40), "A" * 22]
        line = act(dice, str(number), [each.id for each in all_])
        company.write(writer, line, seen=dict(sorted(seen.items())))
    return company


def act(dice: random.Random, name: str, devices: list[str]) -> str:
    """A line of some kind."""
    who = dice.choice(["f", "1x", "2x", "3x", "4x", "5x", "new"])
    role = dice.choice(["owner", "admin", "manager", "reader"])
    return dice.choice(
        [
            make_vectors.named(name, name),
            lines_of.member(who, role),
            lines_of.invitation(f"i{name}", who),
            lines_of.withdrawal(f"i-{who}"),
            lines_of.seal(f"s{name}", member=who),
            lines_of.seal(f"s{name}", member=who, role=role),
            lines_of.seal(f"s{name}", device=dice.choice(devices)),
            lines_of.void(f"s{dice.randrange(16)}"),
        ]
    )


class CommandLine(unittest.TestCase):
    """What the program prints, and its exit status."""

    def run_with(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and what was printed."""
        binary = io.BytesIO()
        out = io.TextIOWrapper(binary, "utf-8")
        with contextlib.redirect_stdout(out):
            with contextlib.redirect_stderr(io.StringIO()):
                status = reference.main(list(arguments))
        out.flush()
        return status, binary.getvalue().decode()

    def test_options(self) -> None:
        """Export, digest, check, frontier and what is held."""
        one = Replica(Workspace(), "one")
        made = one.commit(make_vectors.named("a", "A"))
        with tempfile.TemporaryDirectory() as name:
            good, torn = Path(name, "good.karto"), Path(name, "torn.karto")
            good.write_bytes(w.document(made))
            torn.write_bytes(w.document(made) + b"x")
            export = make_vectors.A
            self.assertEqual(self.run_with(str(good)), (0, export))
            self.assertEqual(
                self.run_with("--digest", str(good), str(torn)),
                (0, w.blake(export.encode()).hex() + "\n"),
            )
            self.assertEqual(
                self.run_with("--frontier", str(good)), (0, made.dot + "\n")
            )
            self.assertEqual(self.run_with("--check", str(good)), (0, ""))
            self.assertEqual(self.run_with("--held", str(good)), (0, ""))
            strange = Replica(Workspace(), "two")
            held = strange.commit(make_vectors.named("b", "B"), joins=None)
            good.write_bytes(w.document(made, held))
            self.assertEqual(
                self.run_with("--held", str(good)),
                (0, f"{held.dot} stranger\n"),
            )
            status, text = self.run_with("--check", str(torn))
            self.assertEqual((status, text.split()[0]), (1, "torn"))
            good.write_bytes(b"")
            self.assertEqual(self.run_with(str(good)), (2, ""))


class Speed(unittest.TestCase):
    """A hundred thousand record lines."""

    def test_hundred_thousand(self) -> None:
        """They are read and exported within a minute of work."""
        one, two = Replica(Workspace(), "one"), Replica(Workspace(), "two")
        parts = [w.header(Workspace())]
        last: tuple[Commit, ...] = ()
        for number in range(100):
            writer = (one, two)[number % 2]
            lines = [
                make_vectors.record(
                    f"{n}-x",
                    add={"phones": [f"+7495{n}", f"+7499{n}"]},
                    set={"city": "Тверь", "name": f"ООО «Ромашка {n}»"},
                )
                for n in range(1000 * (number % 50), 1000 * (number % 50 + 1))
            ]
            made = writer.commit(*lines, seen=last)
            parts.append(w.commits(made))
            last = (made,)
        start = time.process_time()
        text = reference.export(reference.merge([b"".join(parts)]))
        self.assertEqual(text.count(b"\n"), 50_000)
        self.assertLess(time.process_time() - start, 60)


if __name__ == "__main__":
    unittest.main()
