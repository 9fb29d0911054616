"""Which part of the platform reacts to which objects that came, once each, after they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hustings.apps.people.seat import Seat
from hustings.apps.taxii.models import StixObject

__all__ = ["RECEIVERS", "Receiver", "named", "receivers_of", "receives"]

Receiver = Callable[[StixObject, Seat], None]
"""Reacts to an object in the name of who handed it in.

It runs in the worker, in a transaction of its own beside which the object stands; it may be run again after a failure,
so it does what was done already no second time. Of an error it raises the code is kept with the object and told on the page:
what it says may hold words of the object.
"""

RECEIVERS: dict[str, dict[str, Receiver]] = {}


def receives(*kinds: str, name: str) -> Callable[[Receiver], Receiver]:
    """Register a receiver under a lasting name, for types of objects or ids of extension definitions.

    The module that uses it is imported by its app's `ready`.
    """

    def register(receiver: Receiver) -> Receiver:
        for kind in kinds:
            RECEIVERS.setdefault(kind, {})[name] = receiver
        return receiver

    return register


def receivers_of(told: Mapping[str, Any]) -> list[str]:
    """The names of those that react to an object."""
    extensions = told.get("extensions")
    kinds = [str(told.get("type")), *(extensions if isinstance(extensions, dict) else ())]
    return sorted({name for kind in kinds for name in RECEIVERS.get(kind, ())})


def named(name: str) -> Receiver | None:
    """The receiver of a name; nothing where the part of the platform that had it is gone."""
    return next((given[name] for given in RECEIVERS.values() if name in given), None)
