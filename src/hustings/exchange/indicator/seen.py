"""What is seen here in the words of STIX: which object has which properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One object: its type of STIX, and its properties by path (`value`, `hashes.SHA-256`) in their one form."""

    type: str
    properties: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """For a row of the database."""
        return {"type": self.type, **self.properties}
