"""Writes documents of an invented newer version, as this one will meet them.

They say things that this version does not know: keys, record types, line
kinds, members of another kind, and versions that it is too old for. Run it in
this folder; it always writes the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "reference"))

import karto_writer as w  # noqa: E402


def record(kind: str, identity: str, **fields: object) -> str:
    """A record line."""
    return w.dumps({kind: identity} | fields)


def main() -> None:
    """Writes the documents."""
    space = w.Workspace()
    one = w.Replica(space, "founder")
    first = one.commit(
        record("device", one.id, set={"member": "m"}),
        record("member", "m", set={"name": "Анна", "role": "owner"}),
        record("client", "c", set={"name": "ООО Ромашка", "смайлик": ["🌼", 7]}),
    )
    second = one.commit(
        record("client", "c", add={"голограммы": [{"цвет": "синий"}]}),
        record("hologram", "h", set={"of": "c", "size": {"x": 1, "y": 2}}),
        w.dumps({"Whisper": "a line of a kind that nobody knows", "to": "c"}),
        record("client", "d", set={"name": "Ирис"}, spin="left"),
        mood="sunny",
    )
    odd = w.member(b"what a newer version keeps here\n", kind=9)
    head = w.header(space)
    (HERE / "known.karto").write_bytes(head + w.commits(first))
    newer = head + w.commits(first) + odd + w.commits(second)
    (HERE / "newer.karto").write_bytes(newer)
    for key in ("reader", "writer"):
        line = space.line(karto=2, **{key: 2})
        path = HERE / f"needs-newer-{key}.karto"
        path.write_bytes(w.header(space, line) + w.commits(first))


if __name__ == "__main__":
    main()
