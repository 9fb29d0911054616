"""Closing a document with a key of its own, which is closed with the installation's document key (AES-256-GCM twice)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from hustings.errors import EnvironmentLacks, HustingsError

__all__ = ["CannotOpenDocument", "open_sealed", "seal"]

FORM = b"\x01"  # of the envelope below
NONCE, KEY, NAME, WRAPPED = 12, 32, 8, 48


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
    return FORM + name_of(above) + first + wrapped + second + AESGCM(own).encrypt(second, content, about)


def open_sealed(sealed: bytes, *, document: UUID, sponsor: UUID) -> bytes:
    """Open what `seal` closed.

    Raises   CannotOpenDocument
    """
    about = document.bytes + sponsor.bytes
    name, rest = sealed[1 : 1 + NAME], sealed[1 + NAME :]
    above = next((key for key in keys() if name_of(key) == name), None)
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
    """The document key, then those before it.

    Raises   EnvironmentLacks where there is none: nothing may be kept unsealed
    """
    given = [settings.HUSTINGS_DOCUMENT_KEY, *settings.HUSTINGS_DOCUMENT_KEYS_BEFORE]
    try:
        found = [base64.b64decode(key, validate=True) for key in given if key]
    except binascii.Error:
        found = []
    if not settings.HUSTINGS_DOCUMENT_KEY or not found or any(len(key) != KEY for key in found):
        raise EnvironmentLacks(
            "There is no key for documents: HUSTINGS_DOCUMENT_KEY_FILE has to name a file with 32 random bytes in "
            "base64. `hustings up` makes one; elsewhere: openssl rand -base64 32."
        )
    return found


def name_of(key: bytes) -> bytes:
    """What a key is called in an envelope: tells which, not what."""
    return hashlib.sha256(b"hustings.document.key:" + key).digest()[:NAME]
