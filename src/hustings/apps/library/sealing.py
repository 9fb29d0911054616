"""What opens the words of a subject: a key of its own, closed with the library's key (AES-256-GCM), which only the worker has."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from hustings.apps.keyring import KEY, NAME, key_named, keys_of, name_of
from hustings.errors import HustingsError

__all__ = ["CannotOpenRecord", "close", "new_key", "open_content", "salt_of", "unwrap"]

NONCE = 12
PURPOSE = b"hustings.library.key:"


class CannotOpenRecord(HustingsError):
    """A version was sealed with a key that is not here, or is not what was sealed."""

    code = "cannot_open_record"


def new_key(number: int) -> tuple[bytes, bytes]:
    """A fresh key of a subject, and the same as it is kept."""
    own, above = secrets.token_bytes(KEY), keys()[0]
    nonce = secrets.token_bytes(NONCE)
    return own, name_of(above, PURPOSE) + nonce + AESGCM(above).encrypt(nonce, own, str(number).encode())


def unwrap(wrapped: bytes, *, number: int) -> bytes:
    """The key of a subject.

    Raises   CannotOpenRecord where the installation's key is another than it was, or the row was changed
    """
    above = key_named(wrapped[:NAME], keys(), PURPOSE)
    if above is None:
        raise CannotOpenRecord(
            "The library's keys are closed with another key than those of HUSTINGS_LIBRARY_KEY and "
            "HUSTINGS_LIBRARY_KEYS_BEFORE. Put the key back that was in use; without it no version can be read again."
        )
    nonce = wrapped[NAME : NAME + NONCE]
    try:
        return AESGCM(above).decrypt(nonce, wrapped[NAME + NONCE :], str(number).encode())
    except InvalidTag as error:
        raise CannotOpenRecord(f"The key of subject {number} of the library was changed or damaged.") from error


def salt_of(key: bytes, version: int) -> bytes:
    """The salt of a version's content: it goes with the key, so nobody can guess a content from its hash afterwards."""
    return hmac.new(key, f"salt of version {version}".encode(), hashlib.sha256).digest()


def close(content: bytes, key: bytes, *, number: int, version: int) -> bytes:
    """Seal the canonical form of a content as this version of this subject."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, f"{number}:{version}".encode())


def open_content(sealed: bytes, key: bytes, *, number: int, version: int) -> dict[str, Any]:
    """Open what `close` sealed.

    Raises   CannotOpenRecord
    """
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], f"{number}:{version}".encode())
    except InvalidTag as error:
        raise CannotOpenRecord(
            f"Version {version} of subject {number} of the library was changed or damaged."
        ) from error
    content: dict[str, Any] = json.loads(plain)
    return content


def keys() -> list[bytes]:
    """The library's key, then those before it."""
    return keys_of(
        "HUSTINGS_LIBRARY_KEY", "the library", [settings.HUSTINGS_LIBRARY_KEY, *settings.HUSTINGS_LIBRARY_KEYS_BEFORE]
    )
