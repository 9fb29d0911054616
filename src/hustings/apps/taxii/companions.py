"""What goes into a collection beside objects that were just put there, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hustings.apps.items.models import Item, Label
from hustings.apps.taxii.held import Held
from hustings.apps.taxii.models import Collection

__all__ = ["COMPANIONS", "Companion", "Put", "accompanies"]


@dataclass(frozen=True, kw_only=True)
class Put:
    """An object that is new here, what it says, and its label."""

    held: Held
    type: str
    told: Mapping[str, Any]
    label: Label


@dataclass(frozen=True, kw_only=True)
class Companion:
    """An object of the collection's owner that goes along, as restricted as the item that it is of."""

    told: Mapping[str, Any]
    of: Item


Makes = Callable[[Collection, Sequence[Put], Item | None], Iterable[Companion]]
"""Gives what goes along with new objects of a collection; the item is the one that they tell, where they are ours.

It runs with the worker's rights.
"""

COMPANIONS: list[Makes] = []


def accompanies(makes: Makes) -> Makes:
    """Register what makes companions. The module that uses it is imported by its app's `ready`."""
    COMPANIONS.append(makes)
    return makes
