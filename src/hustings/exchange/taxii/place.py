"""Where the next page begins, signed: good for the account, collection and query that it was given to, and for no other."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

__all__ = ["place_in", "token_of"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE, SEAL = 8, 16  # bytes
MICROSECOND = timedelta(microseconds=1)


def token_of(after: datetime, bound_to: Sequence[object], key: bytes) -> str:
    """A token that says: go on strictly after this moment.

    bound_to   account, root, collection, endpoint and filters, in their canonical form; `limit` may change
    """
    place = ((after - EPOCH) // MICROSECOND).to_bytes(PLACE, "big", signed=True)
    return urlsafe_b64encode(place + seal(place, bound_to, key)).decode()


def place_in(token: str, bound_to: Sequence[object], key: bytes) -> datetime:
    """The moment that a token names. It only says where to go on: what may be read is asked anew for each page.

    Raises   ValueError for what was not given to this account for this query; forged and foreign are one
    """
    try:
        told = urlsafe_b64decode(token.encode("ascii"))
        place, given = told[:PLACE], told[PLACE:]
        # The library reads over signs that are none of its own: one place has one token.
        whole = len(place) == PLACE and urlsafe_b64encode(told).decode() == token
        if whole and hmac.compare_digest(given, seal(place, bound_to, key)):
            return EPOCH + int.from_bytes(place, "big", signed=True) * MICROSECOND
    except (UnicodeEncodeError, Error, OverflowError):
        pass
    raise ValueError("not a place of this query")


def seal(place: bytes, bound_to: Sequence[object], key: bytes) -> bytes:
    """What only who has the key can make."""
    said = json.dumps(bound_to, separators=(",", ":"), sort_keys=True).encode()
    return hmac.new(key, place + said, hashlib.sha256).digest()[:SEAL]
