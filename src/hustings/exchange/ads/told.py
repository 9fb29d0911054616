"""What several forms tell of an ad in the same words: amounts, people, whom it was aimed at, numbers of registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.screening.targeting_tree import from_json, sentence

__all__ = ["aimed", "amount_told", "number_of", "people_told"]


def amount_told(body: Mapping[str, Any], name: str) -> str:
    """The exact number as text, else the range that the archive told, else nothing."""
    if body.get(name) is not None:
        return str(body[name])
    low, high = body.get(f"{name}_low"), body.get(f"{name}_high")
    if low is None and high is None:
        return ""
    return f"{low if low is not None else ''}-{high if high is not None else ''}"


def people_told(body: Mapping[str, Any]) -> str:
    """How many people saw it, with the interval; nothing where nobody counted people."""
    reach = body.get("reach")
    return "" if reach is None else f"{reach['low']}-{reach['high']}"


def aimed(body: Mapping[str, Any]) -> str:
    """Whom it could reach, as a sentence; nothing where that is not known or not to be read."""
    tree = body.get("targeting")
    return "" if tree is None else sentence(from_json(tree))


def number_of(advertiser: Mapping[str, Any] | None, scheme: str) -> str:
    """The advertiser's checked number of one register, or nothing."""
    found = [
        one["value"] for one in (advertiser or {}).get("numbers") or [] if one["scheme"].casefold() == scheme.casefold()
    ]
    return found[0] if found else ""
