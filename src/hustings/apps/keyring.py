"""The keys an installation closes things with: the one in use, and those that were in use before."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

from hustings.errors import EnvironmentLacks

__all__ = ["KEY", "NAME", "key_named", "keys_of", "name_of"]

KEY, NAME = 32, 8  # bytes of a key, and of what tells which it is


def keys_of(setting: str, what: str, given: Sequence[str]) -> list[bytes]:
    """The key in use, then those before it.

    setting   the environment's name of it, for who has to set it
    Raises    EnvironmentLacks where there is none: nothing may be kept unsealed
    """
    try:
        found = [base64.b64decode(key, validate=True) for key in given if key]
    except binascii.Error:
        found = []
    if not given or not given[0] or not found or any(len(key) != KEY for key in found):
        raise EnvironmentLacks(
            f"There is no key for {what}: {setting}_FILE has to name a file with 32 random bytes in base64. "
            "`hustings up` makes one; elsewhere: openssl rand -base64 32."
        )
    return found


def key_named(name: bytes, keys: Sequence[bytes], purpose: bytes) -> bytes | None:
    """Which of the keys it was, or None."""
    return next((key for key in keys if name_of(key, purpose) == name), None)


def name_of(key: bytes, purpose: bytes) -> bytes:
    """What a key is called in an envelope: tells which, not what."""
    return hashlib.sha256(purpose + key).digest()[:NAME]
