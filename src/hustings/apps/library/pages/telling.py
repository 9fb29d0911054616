"""What a record of the library says, in words for people: money, impressions, days, states, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale

from hustings.apps.console import words
from hustings.screening.audience.places import region_name
from hustings.screening.countries import country_name
from hustings.screening.targeting_tree import from_json, sentence

__all__ = [
    "Card",
    "aimed_at",
    "impressions",
    "language_name",
    "money",
    "place_name",
    "shown_on",
    "spend",
    "state_words",
    "value_name",
]

NOT_KNOWN = "not known"
STATES = {
    "delivering": "running", "paused": "paused", "ended": "ended", "found political": "found to be political after it ran",
    "removed": "removed", "recorded": "recorded by another archive",
}  # fmt: skip
ARCHIVES = {"portal": "this door", "api": "this door, by program", "csv": "this door, by file"}
EXCERPT = 280


@dataclass(frozen=True, kw_only=True)
class Card:
    """An ad as lists show it."""

    number: int
    heading: str
    says: str
    body: Mapping[str, Any]
    hidden: str
    state: str
    countries: str
    days: str
    spend: str
    impressions: str
    archive: str


def card(body: Mapping[str, Any]) -> Card:
    """The card of an ad."""
    text = " ".join((body.get("text") or "").split())
    title = " ".join((body.get("title") or "").split())
    says = text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
    read = [one.get("recognised_text", "") for one in body.get("media") or []]
    if not says and not title and any(read):
        says = "In the picture: " + " ".join(" ".join(read).split())[:EXCERPT]
    return Card(
        number=body["number"],
        heading=title[:120] or heading(body, says),
        says=says,
        body=body,
        hidden=body.get("hidden", ""),
        state=state_words(body.get("state", "")),
        countries=", ".join(country_name(code) for code in body.get("countries") or []) or "places not known",
        days=shown_on(body),
        spend=spend(body),
        impressions=impressions(body),
        archive=ARCHIVES.get(body.get("archive", ""), body.get("archive", "")),
    )


def heading(body: Mapping[str, Any], says: str) -> str:
    """What stands above an ad that has no title."""
    if body.get("hidden") == "expunged":
        return f"Ad {body['number']}: expunged"
    if body.get("hidden") == "removed":
        return f"Ad {body['number']}: removed"
    name = body.get("page_name") or body.get("advertiser_name")
    return f"Ad {body['number']} of {name}" if name else f"Ad {body['number']}" + ("" if says else ", without words")


def money(value: str | Decimal | None, currency: str) -> str:
    """An amount with its currency: 1,234.50 RUB. Nothing is rounded."""
    if value is None:
        return NOT_KNOWN
    text = f"{Decimal(value):,f}"
    if "." in text:
        whole, _, part = text.partition(".")
        part = part.rstrip("0")
        text = whole if not part else f"{whole}.{part.ljust(2, '0')}"
    return f"{text} {currency}".strip()


def spend(body: Mapping[str, Any]) -> str:
    """What it cost: exactly, as a range, or not known."""
    currency = body.get("currency") or ""
    if body.get("spend") is not None:
        return money(body["spend"], currency)
    low, high = body.get("spend_low"), body.get("spend_high")
    if low is None and high is None:
        return NOT_KNOWN
    if high is None:
        return f"at least {money(low, currency)}"
    return f"{money(low or '0', '').strip()} to {money(high, currency)}"


def impressions(body: Mapping[str, Any]) -> str:
    """How often it was shown: exactly, as a range, or not known."""
    if body.get("impressions") is not None:
        return words.number(int(body["impressions"]))
    low, high = body.get("impressions_low"), body.get("impressions_high")
    if low is None and high is None:
        return NOT_KNOWN
    if high is None:
        return f"at least {words.number(int(low or 0))}"
    return f"{words.number(int(low or 0))} to {words.number(int(high))}"


def shown_on(body: Mapping[str, Any]) -> str:
    """The days on which it was shown, as far as they are known."""
    starts, ends = body.get("starts"), body.get("ends")
    if starts is None:
        return "days not known"
    first = words.day(date.fromisoformat(starts[:10]))
    if ends is not None:
        last = words.day(date.fromisoformat(ends[:10]))
        if ends[:10] < starts[:10]:
            return f"first day {first}, last day {last}, as the archive has it"
        return first if first == last else f"{first} to {last}"
    return f"since {first}" if body.get("state") in ("delivering", "paused") else f"from {first}, last day not known"


def aimed_at(body: Mapping[str, Any]) -> str:
    """Its targeting as a sentence."""
    tree = body.get("targeting")
    if not tree:
        return "It is not known whom the ad was aimed at."
    try:
        return f"This ad {sentence(from_json(tree))}"
    except ValueError:
        return "Whom the ad was aimed at is written down in a form that cannot be read as a sentence."


def state_words(state: str) -> str:
    """The state of an ad for people."""
    return STATES.get(state, state) or NOT_KNOWN


def place_name(code: str) -> str:
    """A country."""
    return country_name(code) if code else NOT_KNOWN


@cache
def language_name(code: str) -> str:
    """A language in English."""
    return str(Locale("en").languages.get(code[:2], code)) if code else NOT_KNOWN


def value_name(facet: str, value: str) -> str:
    """What stands on a page for a value of a facet."""
    if facet == "country":
        return place_name(value)
    if facet == "region":
        return region_name(value) or NOT_KNOWN
    if facet == "language":
        return language_name(value)
    if facet == "state":
        return state_words(value)
    if facet == "archive":
        return ARCHIVES.get(value, value) or NOT_KNOWN
    if facet == "currency":
        return value or "no currency named"
    if facet == "platform":
        return value[:1].upper() + value[1:] or NOT_KNOWN
    return value or NOT_KNOWN
