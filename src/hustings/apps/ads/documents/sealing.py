"""Closing a document with a key of its own, which is closed with the installation's document key (AES-256-GCM twice)."""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from hustings.apps.keyring import KEY, NAME, key_named, keys_of, name_of
from hustings.errors import HustingsError

__all__ = ["CannotOpenDocument", "open_sealed", "seal"]

FORM = b"\x01"  # of the envelope below
NONCE, WRAPPED = 12, 48
PURPOSE = b"hustings.document.key:"


class CannotOpenDocument(HustingsError):
    """A document was sealed with a key that is not here, or is not what was sealed."""

    code = "cannot_open_document"


def seal(content: bytes, *, document: UUID, sponsor: UUID) -> bytes:
    """Close a document. Form, name of the key, then the wrapped key and the content, each behind its nonce.

    It opens as this document of this sponsor only: a ciphertext put into another row is refused.
    """
    about = document.bytes + sponsor.bytes
    above = keys()[0]
    own = secrets.token_bytes(KEY)
    first, second = secrets.token_bytes(NONCE), secrets.token_bytes(NONCE)
    wrapped = AESGCM(above).encrypt(first, own, about)
    return FORM + name_of(above, PURPOSE) + first + wrapped + second + AESGCM(own).encrypt(second, content, about)


def open_sealed(sealed: bytes, *, document: UUID, sponsor: UUID) -> bytes:
    """Open what `seal` closed.

    Raises   CannotOpenDocument
    """
    about = document.bytes + sponsor.bytes
    name, rest = sealed[1 : 1 + NAME], sealed[1 + NAME :]
    above = key_named(name, keys(), PURPOSE)
    if sealed[:1] != FORM or above is None:
        raise CannotOpenDocument(
            "The document was sealed with another key than those of HUSTINGS_DOCUMENT_KEY and "
            "HUSTINGS_DOCUMENT_KEY_BEFORE. Put the key back that was in use; without it nobody can open the document."
        )
    try:
        own = AESGCM(above).decrypt(rest[:NONCE], rest[NONCE : NONCE + WRAPPED], about)
        rest = rest[NONCE + WRAPPED :]
        return AESGCM(own).decrypt(rest[:NONCE], rest[NONCE:], about)
    except InvalidTag as error:
        raise CannotOpenDocument(
            "What is kept is not what was sealed: the row was changed or damaged. Restore it from a backup, or ask "
            "the advertiser to hand the document in again."
        ) from error


def keys() -> list[bytes]:
    """The document key, then those before it."""
    given = [settings.HUSTINGS_DOCUMENT_KEY, *settings.HUSTINGS_DOCUMENT_KEYS_BEFORE]
    return keys_of("HUSTINGS_DOCUMENT_KEY", "documents", given)
