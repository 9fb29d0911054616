"""What we are let in with at a partner's server, closed before it is kept (AES-256-GCM under the installation's key)."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from hustings.errors import HustingsError

__all__ = ["CannotOpenSecret", "open_secret", "seal_secret"]

NONCE = 12


class CannotOpenSecret(HustingsError):
    """A secret was closed under a key that is not here any more."""

    code = "cannot_open_secret"


def key_of(secret_key: str) -> bytes:
    """A key for this purpose alone."""
    return hashlib.sha256(b"hustings.taxii.secret:" + secret_key.encode()).digest()


def seal_secret(secret: str, *, subscription: UUID) -> bytes:
    """Close a secret; it opens for this subscription alone."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key_of(settings.SECRET_KEY)).encrypt(nonce, secret.encode(), subscription.bytes)


def open_secret(sealed: bytes, *, subscription: UUID) -> str:
    """Open one, under the key in use or one that was before.

    Raises   CannotOpenSecret
    """
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        try:
            return AESGCM(key_of(key)).decrypt(sealed[:NONCE], sealed[NONCE:], subscription.bytes).decode()
        except InvalidTag:
            continue
    raise CannotOpenSecret("The secret of this subscription was closed under another key. Give it again on its page.")
