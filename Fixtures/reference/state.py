"""The state (SPEC 8.1 to 8.4) and the export (SPEC 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from documents import Copy, Record
from values import written

Touch = tuple[Copy, Record]


def standing(touches: list[Touch]) -> list[Touch]:
    """Those whose dot none of the others sees, the greatest first [S-3].

    Of each replica the last alone is asked: it has seen its earlier ones and
    all that they had seen.
    """
    last: dict[bytes, Touch] = {}
    for touch in touches:
        other = last.get(touch[0].name)
        if other is None or other[0].number < touch[0].number:
            last[touch[0].name] = touch
    found = [
        (commit, record)
        for commit, record in last.values()
        if not any(other.sees(commit.dot) for other, _ in last.values())
    ]
    return sorted(found, key=lambda touch: touch[0].order(), reverse=True)


def quoted(text: bytes) -> bytes:
    """A text without anything to escape, as a string."""
    return b'"' + text + b'"'


def as_json(fields: dict[bytes, bytes]) -> bytes:
    """An object, its keys ascending."""
    inner = (quoted(key) + b":" + fields[key] for key in sorted(fields))
    return b"{" + b",".join(inner) + b"}"


def export_record(name: tuple[bytes, bytes], touches: list[Touch]) -> bytes:
    """The line of one record [E-2]."""
    registers: dict[bytes, list[Touch]] = defaultdict(list)
    elements: dict[tuple[bytes, bytes], list[Touch]] = defaultdict(list)
    for touch in touches:
        for key in touch[1].set:
            registers[key].append(touch)
        both = [*touch[1].add.items(), *touch[1].remove.items()]
        for pair in {(key, each) for key, many in both for each in many}:
            elements[pair].append(touch)

    sets: dict[bytes, list[bytes]] = defaultdict(list)
    for key, each in sorted(elements):  # [S-4]
        for _, record in standing(elements[key, each]):
            if each in record.add.get(key, ()):
                sets[key].append(each)
                break
    winners: dict[bytes, bytes] = {}
    conflicts: dict[bytes, bytes] = {}
    for key, writes in registers.items():  # [S-2], [S-3]
        stand = standing(writes)
        if stand and (winner := stand[0][1].set[key]) != b"null":
            winners[key] = winner
        if len({record.set[key] for _, record in stand}) > 1:
            entries = [
                b'{"at":%s,"by":%s,"value":%s}'
                % (
                    quoted(commit.at),
                    quoted(written(commit.dot).encode()),
                    record.set[key],
                )
                for commit, record in stand
            ]
            conflicts[key] = b"[" + b",".join(entries) + b"]"
    votes = standing(touches)  # [S-1]
    exists = any(not record.delete for _, record in votes)
    against = [
        quoted(written(commit.dot).encode())
        for commit, record in votes
        if record.delete
    ]

    line = b'{"type":' + quoted(name[0]) + b',"id":' + quoted(name[1])
    if sets:
        arrays = {k: b"[" + b",".join(v) + b"]" for k, v in sets.items()}
        line += b',"add":' + as_json(arrays)
    if conflicts:
        line += b',"conflicts":' + as_json(conflicts)
    if not exists:
        line += b',"delete":true'
    elif against:
        line += b',"deleted_by":[' + b",".join(against) + b"]"
    if winners:
        line += b',"set":' + as_json(winners)
    return line + b"}\n"


def export_of(commits: Iterable[Copy]) -> bytes:
    """The export of the state of those commits [E-1]."""
    records: dict[tuple[bytes, bytes], list[Touch]] = defaultdict(list)
    for commit in commits:
        for record in commit.records.values():
            records[record.name].append((commit, record))
    return b"".join(
        export_record(name, records[name]) for name in sorted(records)
    )
