"""One-time codes (RFC 6238): what an authenticator app shows, and which of them count."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

__all__ = ["PERIOD", "code", "counter_of"]

PERIOD = 30  # seconds
DIGITS = 6
TOLERANCE = 1  # periods a phone's clock may be off, either way


def code(secret: str, counter: int) -> str:
    """The code of one period; `secret` is base32, as apps take it."""
    digest = hmac.new(base64.b32decode(secret, casefold=True), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def counter_of(secret: str, given: str, *, seconds: float, after: int) -> int | None:
    """The period whose code was given, if it is one of about now and later than `after`, the last that counted.

    A code counts once: whoever looked over a shoulder has nothing.
    """
    now = int(seconds) // PERIOD
    given = given.replace(" ", "")
    for counter in range(now - TOLERANCE, now + TOLERANCE + 1):
        if counter > after and hmac.compare_digest(code(secret, counter).encode(), given.encode()):
            return counter
    return None
