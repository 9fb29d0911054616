"""What the apps say of themselves, gathered once: `navigation.py` and `attention.py` of each app under `apps/`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps as installed
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import module_has_submodule

from hustings.apps.console.entry import Attention, Entry
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat

__all__ = ["attention", "beside", "entries", "kinds", "page_of"]


# In the order of the work: what waits, what was found and made of it, what is searched for, who may, what was done. Others follow.
ORDER = (
    "console",
    "findings",
    "cases",
    "sweeps",
    "sharing",
    "review",
    "library",
    "ads",
    "elections",
    "items",
    "people",
    "audit",
)

# The menus of the navigation, by the app that brings an entry.
MENUS = {
    "findings": "Search", "sweeps": "Search", "cases": "Cases", "elections": "Elections", "lookalikes": "Elections", "review": "Review", "staffing": "Review",
    "rights": "Review", "library": "Ads", "ads": "Ads", "sharing": "Partners", "indicators": "Partners", "taxii": "Partners", "joint": "Partners", "said": "Partners", "people": "People", "privacy": "People", "audit": "Log",
}  # fmt: skip


@cache
def said(name: str) -> tuple[ModuleType, ...]:
    """The module `name` of every one of our apps that has one: in the order of the work."""
    ours = [app for app in installed.get_app_configs() if app.name.startswith("hustings.apps.")]
    ours.sort(key=lambda app: ORDER.index(app.label) if app.label in ORDER else len(ORDER))
    return tuple(
        import_module(f"{app.name}.{name}") for app in ours if app.module and module_has_submodule(app.module, name)
    )


def entries(seat: Seat | None) -> list[Entry]:
    """The entries this person may use; what is not permitted is not shown."""
    every = [
        replace(entry, group=MENUS.get(module.__name__.split(".")[2], ""))
        for module in said("navigation")
        for entry in getattr(module, "NAVIGATION", [])
    ]
    if seat is None:
        return [entry for entry in every if entry.public]
    from hustings.apps.permission import can

    return [entry for entry in every if entry.act is None or can(seat, entry.act)]


def kinds() -> dict[str, str]:
    """Kind of item -> name of the address that shows one."""
    return {kind: url for module in said("navigation") for kind, url in getattr(module, "PAGES", {}).items()}


def beside(seat: Seat | None, election: Any) -> list[dict[str, Any]]:
    """What other apps show on the page of an election and in its room: their template, and what it says to this reader."""
    parts = [(module.TEMPLATE, module.beside(seat, election)) for module in said("beside_election")]
    return [{"template": template, "said": told} for template, told in parts if told is not None]


def page_of(item: Item) -> str | None:
    """Where an item is shown; nothing for a kind without a page of its own."""
    name = kinds().get(item.kind)
    if name is None:
        return None
    try:
        return reverse(name, args=[item.pk])
    except NoReverseMatch:
        return None


def attention(seat: Seat) -> list[Attention]:
    """What needs this person now, from every app: what ends first, then what has waited longest."""
    waiting = [each for module in said("attention") for each in module.attention(seat)]
    return sorted(waiting, key=lambda each: (each.until is None, each.until or each.since, each.sentence))
