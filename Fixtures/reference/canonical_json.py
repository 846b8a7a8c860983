"""Canonical JSON (SPEC 4.2) over bytes: nothing else is let through.

Values stay the bytes that they came in; an object is a list of its unescaped
keys with their raw values.
"""

from __future__ import annotations

import re

MAX_LINE, MAX_DEPTH, MAX_NUMBER = 524_288, 16, 2**53 - 1

Fields = list[tuple[bytes, bytes]]


class Bad(Exception):
    """A line or a commit that is refused; the class of the reason first."""


STRING = re.compile(
    rb'"[^"\\\x00-\x1f]*'
    rb'(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))[^"\\\x00-\x1f]*)*"'
)
ESCAPE = re.compile(rb"\\(?:u00(..)|(.))")
NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]{0,15})")
SHORT = {b"b": b"\b", b"t": b"\t", b"n": b"\n", b"f": b"\f", b"r": b"\r"}


def unescaped(string: bytes) -> bytes:
    """The bytes that a string with its quotes stands for."""

    def plain(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return bytes([int(match[1], 16)])
        return SHORT.get(match[2], match[2])

    return ESCAPE.sub(plain, string[1:-1])


def value_end(text: bytes, at: int, depth: int) -> int:
    """Where the canonical value at `at` ends."""
    head = text[at : at + 1]
    if head == b"{":
        return object_at(text, at, depth)[1]
    if head == b"[":
        return array_at(text, at, depth)[1]
    if head == b'"':
        if match := STRING.match(text, at):
            return match.end()
    elif match := NUMBER.match(text, at):
        if match[0] != b"-0" and abs(int(match[0])) <= MAX_NUMBER:
            return match.end()
    else:
        for word in (b"null", b"true", b"false"):
            if text.startswith(word, at):
                return at + len(word)
    raise Bad("canonical", f"no canonical value at byte {at}")


def object_at(
    text: bytes, at: int, depth: int, is_line: bool = False
) -> tuple[Fields, int]:
    """The unescaped keys and raw values of the object at `at`; its end."""
    if depth > MAX_DEPTH:
        raise Bad("canonical", "nested too deep")
    found: Fields = []
    at += 1
    if text[at : at + 1] == b"}":
        return found, at + 1
    while True:
        match = STRING.match(text, at)
        if not match or text[match.end() : match.end() + 1] != b":":
            raise Bad("canonical", f"no key at byte {at}")
        key = unescaped(match[0])
        # [L-4], [L-6]: the first key of a line takes no part in the order.
        # CHOICE: it does not stand a second time either.
        if len(found) > is_line and key <= found[-1][0]:
            raise Bad("canonical", f"key out of order at byte {at}")
        if is_line and found and key == found[0][0]:
            raise Bad("canonical", f"key twice at byte {at}")
        end = value_end(text, match.end() + 1, depth + 1)
        found.append((key, text[match.end() + 1 : end]))
        if text[end : end + 1] == b"}":
            return found, end + 1
        if text[end : end + 1] != b",":
            raise Bad("canonical", f"no comma at byte {end}")
        at = end + 1


def array_at(text: bytes, at: int, depth: int) -> tuple[list[bytes], int]:
    """The raw elements of the array at `at`; its end."""
    if depth > MAX_DEPTH:
        raise Bad("canonical", "nested too deep")
    found: list[bytes] = []
    at += 1
    if text[at : at + 1] == b"]":
        return found, at + 1
    while True:
        end = value_end(text, at, depth + 1)
        found.append(text[at:end])
        if text[end : end + 1] == b"]":
            return found, end + 1
        if text[end : end + 1] != b",":
            raise Bad("canonical", f"no comma at byte {end}")
        at = end + 1


def line_fields(line: bytes) -> Fields:
    """The keys and the raw values of a line without its LF [L-1]."""
    if len(line) + 1 > MAX_LINE:  # [L-7]. CHOICE: with the LF.
        raise Bad("size", "line too long")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Bad("canonical", "not UTF-8") from error
    if line[:1] != b"{":
        raise Bad("canonical", "no object")
    # CHOICE: the object that is the line is the first level of nesting.
    found, end = object_at(line, 0, 1, is_line=True)
    if end != len(line) or not found:
        raise Bad("canonical", "more than an object, or an empty one")
    return found
