"""The line by which people know an object in a list: its name, what it says, or what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["title_of"]

# What an object calls itself, then what it says, then what tells it from others of its type.
NAMES = ("name", "value", "pattern", "opinion", "abstract", "relationship_type", "content", "subject", "display_name",
         "account_login", "user_id", "path", "key", "command_line", "step", "definition_type")  # fmt: skip
ABOUT = ("sighting_of_ref", "object_ref", "object_refs")
SHORT = 8  # signs of an id by which two in one list are told apart


def title_of(told: Mapping[str, Any]) -> str:
    """The type of an object and what it calls itself; of one without a name, of what it speaks.

    Edges    one that speaks of nothing either is told by the beginning of its random part
    """
    kind, _, key = str(told.get("id", "")).partition("--")
    for name in NAMES:
        said = told.get(name)
        if isinstance(said, str) and said.strip():
            return f"{kind}: {said}"
    for name in ABOUT:
        said = told.get(name)
        refs = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str) and "--" in one]
        if refs:
            more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
            return f"{kind} of {refs[0].partition('--')[0]} {short(refs[0].partition('--')[2])}{more}"
    return f"{kind} {short(key)}"


def short(key: str) -> str:
    """The beginning of the random part of an id."""
    return key[:SHORT]
