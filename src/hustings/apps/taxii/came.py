"""One STIX object on its way in: its bytes, what they say, its head, and the words by which people find it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hustings.exchange.stix.titled import title_of
from hustings.exchange.taxii.envelope import read_json
from hustings.exchange.taxii.head import Head, head_of

__all__ = ["Came", "Given", "both", "came"]

Given = Mapping[str, Any] | bytes | tuple[bytes, Mapping[str, Any]]
"""An object: what it says, its bytes as they came, or both."""

TITLE, TEXT = 300, 20_000  # characters of an object that search reads
TOLD = ("name", "description", "content", "explanation", "pattern", "value", "url")


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """One object on its way in. `digest` is of what it says, whatever the order and the blanks."""

    raw: bytes
    told: Mapping[str, Any]
    head: Head
    digest: str

    @property
    def title(self) -> str:
        """A line by which people know the object."""
        return fit(title_of(self.told), TITLE)

    @property
    def text(self) -> str:
        """What search reads of it."""
        parts = [self.told.get(name) for name in TOLD]
        return fit("\n".join(part for part in parts if isinstance(part, str)), TEXT)


def came(raw: bytes, told: Mapping[str, Any]) -> Came:
    """Read one object.

    Raises   Unfit for one that cannot be kept
    """
    head = head_of(told)
    digest = sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return Came(raw=raw, told=told, head=head, digest=digest)


def both(given: Given) -> tuple[bytes, Mapping[str, Any]]:
    """The bytes of an object and what they say."""
    if isinstance(given, tuple):
        return given
    if isinstance(given, bytes):
        return given, read_json(given)
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), given


def fit(text: str, longest: int) -> str:
    """Text as the database keeps it: no NUL, no half of a sign, not too long."""
    return text[:longest].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
