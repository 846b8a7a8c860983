"""Ed25519 (RFC 8032) over plain integers: to check, and to sign in tests.

Not constant in time: never sign with a key that matters.
"""

from __future__ import annotations

import hashlib
from functools import cache

Point = tuple[int, int, int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
ZERO: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def multiplied(point: Point, factor: int) -> Point:
    """The multiple of a point."""
    total = ZERO
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def decoded(text: bytes) -> Point | None:
    """The point that 32 bytes stand for (RFC 8032, 5.1.3)."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(text) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encoded(point: Point) -> bytes:
    """The 32 bytes of a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or ZERO


def scalar(*parts: bytes) -> int:
    """SHA-512 of the parts, as a number below the order."""
    digest = hashlib.sha512(b"".join(parts)).digest()
    return int.from_bytes(digest, "little") % ORDER


def is_zero(point: Point) -> bool:
    """Whether it is the neutral point."""
    return encoded(point) == encoded(ZERO)


def is_small(point: Point) -> bool:
    """Whether the point's order is 1, 2, 4 or 8."""
    return is_zero(multiplied(point, 8))


@cache
def verified(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the signature is right (SPEC 15.1).

    Without the cofactor, and with no point of small order.
    """
    point = decoded(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= ORDER:
        return False
    if is_small(point):
        return False
    x, y, z, t = point
    negative = (P - x, y, z, P - t)
    k = scalar(signature[:32], public, text)
    both = add(BASE, negative)
    total = ZERO
    for bit in range(252, -1, -1):
        total = add(total, total)
        match s >> bit & 1, k >> bit & 1:
            case 1, 1:
                total = add(total, both)
            case 1, 0:
                total = add(total, BASE)
            case 0, 1:
                total = add(total, negative)
    return encoded(total) == signature[:32] and not is_small(total)


def expanded(secret: bytes) -> tuple[int, bytes]:
    """The secret scalar and the prefix of a 32-byte seed."""
    digest = hashlib.sha512(secret).digest()
    number = int.from_bytes(digest[:32], "little")
    return number & ((1 << 254) - 8) | 1 << 254, digest[32:]


@cache
def public_key(secret: bytes) -> bytes:
    """The public key of a seed."""
    return encoded(multiplied(BASE, expanded(secret)[0]))


@cache
def signed(secret: bytes, text: bytes) -> bytes:
    """The signature of a text."""
    number, prefix = expanded(secret)
    r = scalar(prefix, text)
    point = encoded(multiplied(BASE, r))
    k = scalar(point, public_key(secret), text)
    return point + ((r + k * number) % ORDER).to_bytes(32, "little")
