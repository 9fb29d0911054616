"""Secrets that we have to read again, kept in the database only sealed with the key of the installation."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from hustings.errors import HustingsError

__all__ = ["CannotOpen", "seal", "unseal"]


class CannotOpen(HustingsError):
    """A sealed secret was sealed with another key."""

    code = "cannot_open"


def keys() -> MultiFernet:
    """The installation's key, then the ones before it, so that changing the key locks nobody out."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"hustings.signin.seal:" + secret.encode()).digest()))
            for secret in secrets
        ]
    )


def seal(text: str) -> str:
    """Close a secret."""
    return keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Open what `seal` closed."""
    try:
        return keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen(
            "A second factor or provider secret was sealed with another HUSTINGS_SECRET_KEY than the one in use. "
            "Put the key back that was in use, or set it as HUSTINGS_SECRET_KEY_BEFORE."
        ) from error
