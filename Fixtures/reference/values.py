"""Typed values out of canonical JSON, hashes, and what can be wrong."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from canonical_json import NUMBER, Bad, Fields, array_at, object_at, unescaped

Dot = tuple[bytes, int]


class Refused(Exception):
    """A document that is not read at all; the class of the reason first."""


@dataclass(order=True, frozen=True)
class Problem:
    """Something that was left out, or looks wrong."""

    kind: str
    where: str


def need(condition: object, what: str) -> None:
    """Refuses the commit unless the condition holds."""
    if not condition:
        raise Bad("malformed", what)


def as_object(raw: bytes, what: str) -> Fields:
    """The fields of a raw value that must be an object."""
    need(raw[:1] == b"{", what)
    return object_at(raw, 0, 0)[0]


def as_array(raw: bytes, what: str) -> list[bytes]:
    """The raw elements of a raw value that must be an array."""
    need(raw[:1] == b"[", what)
    return array_at(raw, 0, 0)[0]


def as_text(raw: bytes, what: str) -> bytes:
    """The bytes of a raw value that must be a string."""
    need(raw[:1] == b'"', what)
    return unescaped(raw)


def as_number(raw: bytes, low: int, high: int, what: str) -> int:
    """The raw value as a number within bounds."""
    need(NUMBER.fullmatch(raw) and low <= int(raw) <= high, what)
    return int(raw)


def as_blob(raw: bytes, length: int, what: str) -> bytes:
    """Bytes of a fixed length out of base64url [1.3]."""
    text = as_text(raw, what)
    need(re.fullmatch(rb"[A-Za-z0-9_-]*", text), what)
    need(len(text) == -(-length * 4 // 3), what)
    found = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    need(base64.urlsafe_b64encode(found).rstrip(b"=") == text, what)
    return found


def base32(data: bytes) -> bytes:
    """Base32 in lower case, without padding [1.3]."""
    return base64.b32encode(data).lower().rstrip(b"=")


def as_replica(text: bytes, what: str) -> bytes:
    """The ten bytes of a replica's id."""
    need(re.fullmatch(rb"[a-z2-7]{16}", text), what)
    return base64.b32decode(text.upper())


def as_instant(raw: bytes, what: str) -> tuple[bytes, int]:
    """An instant as it is written, and its milliseconds [1.4]."""
    text = as_text(raw, what)
    shape = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    need(re.fullmatch(shape, text), what)
    try:
        moment = datetime.strptime(text.decode(), "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError as error:
        raise Bad("malformed", what) from error
    return text, (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1)


def h(*parts: bytes) -> bytes:
    """H of section 1.5."""
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def hk(key: bytes, data: bytes, size: int = 32) -> bytes:
    """Hk and Hk16 of section 1.5."""
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def written(dot: Dot) -> str:
    """A dot as text [I-2]."""
    return f"{base32(dot[0]).decode()}:{dot[1]}"
