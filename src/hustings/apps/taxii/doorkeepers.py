"""What is not taken in over TAXII whatever its form as STIX, for a stable reason; that it came is counted elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hustings.apps.people.seat import Seat
from hustings.apps.taxii.models import Collection

__all__ = ["DOORKEEPERS", "Doorkeeper", "turned_away"]


@dataclass(frozen=True, kw_only=True)
class Doorkeeper:
    """One rule of the door.

    looks    gives the reasons against an object, in words that never change; none lets it in
    counts   is told the reasons for each that was turned away, once a request; it runs with the worker's rights
    """

    looks: Callable[[Mapping[str, Any]], Sequence[str]]
    counts: Callable[[Collection, Seat, Sequence[Sequence[str]]], None]


DOORKEEPERS: list[Doorkeeper] = []
"""Filled by the apps that have such a rule, when they are ready."""


def turned_away(told: Mapping[str, Any]) -> dict[Doorkeeper, tuple[str, ...]]:
    """Who turns an object away, and why."""
    return {keeper: tuple(reasons) for keeper in DOORKEEPERS if (reasons := keeper.looks(told))}
