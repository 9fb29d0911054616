"""What every page needs to draw its shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from hustings.apps.ads.advertiser import advertiser_of
from hustings.apps.console.registry import entries
from hustings.apps.people.seat import seat_of

__all__ = ["shell"]

# What is not marked otherwise stays in the organisation; what a visitor sees is for everybody.
OWN = "TLP:AMBER+STRICT"
EVERYBODY = "TLP:CLEAR"
FEW = 9  # entries of the navigation that need no menus

ACCOUNT = {
    "signin:seat": "Change position",
    "signin:second_factors": "Second factor and passkeys",
    "account_change_password": "Password",
    "signin:sessions": "Where you are signed in",
    "tokens:tokens": "Tokens for programs",
    "account_logout": "Sign out",
}
# Who acts for advertisers has no position, and no programs of their own.
OF_ADVERTISERS = {"advertise": "Your sponsors"} | {
    name: title for name, title in ACCOUNT.items() if name not in ("signin:seat", "tokens:tokens")
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry of the navigation as a page shows it."""

    title: str
    url: str
    key: str
    sentence: str
    here: bool
    exact: bool
    group: str


@dataclass(frozen=True, kw_only=True)
class Menu:
    """Entries under one word; without a word they stand by themselves. `here` where the page is in one of them."""

    title: str
    entries: list[Shown]
    here: bool


def menus(shown: list[Shown]) -> list[Menu]:
    """The navigation as menus, in the order of their first entries; as it is where there are few, and without menus of one."""
    if len(shown) <= FEW:
        return [Menu(title="", entries=shown, here=False)]
    groups: dict[str, list[Shown]] = {}
    for entry in shown:
        groups.setdefault(entry.group or entry.url, []).append(entry)
    return [
        Menu(title=title if len(entries) > 1 else "", entries=entries, here=any(entry.here for entry in entries))
        for title, entries in groups.items()
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The seat of the reader, the navigation, the links of the account, and the marking of a page that says none.

    Lazy: an answer that draws no page asks nothing.
    """
    seat = seat_of(request)
    shown = SimpleLazyObject(lambda: navigation(request))
    return {
        "seat": seat,
        "advertiser": advertiser_of(request),
        "navigation": shown,
        "menus": SimpleLazyObject(lambda: menus(list(shown))),
        "account_links": SimpleLazyObject(
            lambda: [
                (title, url)
                for name, title in (OF_ADVERTISERS if advertiser_of(request) else ACCOUNT).items()
                if (url := find(name))
            ]
        ),
        "sign_in": find("account_login"),
        "page_marking": OWN if seat is not None else EVERYBODY,
    }


def navigation(request: HttpRequest) -> list[Shown]:
    """The entries this person may use, and which of them the page belongs to: the one with the longest address."""
    found = [(entry, url) for entry in entries(seat_of(request)) if (url := find(entry.url_name)) is not None]
    within = [url for _, url in found if request.path == url or (url != "/" and request.path.startswith(url))]
    here = max(within, key=len, default=None)
    return [
        Shown(
            title=entry.title,
            url=url,
            key=entry.key,
            sentence=entry.sentence,
            here=url == here,
            exact=url == request.path,
            group=entry.group,
        )
        for entry, url in found
    ]


def find(name: str) -> str | None:
    """The address of this name, if the installation has one."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
