"""What an advertiser hands in for one ad, and everything that is wrong with it at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from hustings.apps.ads.models.ad import CATEGORIES
from hustings.errors import Problem
from hustings.screening.countries import country_code
from hustings.screening.targeting_tree import from_json

__all__ = ["COLUMNS", "Handed", "Media", "from_cells", "problems_of"]

LONGEST_TEXT = 20_000
CURRENCY_LENGTH = 3
# Categories that are about one election.
ELECTORAL = ("election", "candidate", "measure")


@dataclass(frozen=True, kw_only=True)
class Media:
    """One picture, film or sound, known by its hash; the file stays with the platform that shows it.

    perceptual         a hash that alike pictures share, where the platform computes one
    recognised_text    words in the picture, where somebody read them
    """

    sha256: str
    kind: str = "image"
    perceptual: str = ""
    recognised_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One ad as handed in. Empty text and None are "not said"; a form lacks what it needs and does not say.

    number       the advertiser's own key of the ad: the same again is a new version of the same ad
    targeting    Boolean tree in its JSON form
    administrators   fingerprints of the accounts that may act for the page, with the country they act from
    """

    number: str
    platform: str = ""
    page: str = ""
    page_name: str = ""
    title: str = ""
    text: str = ""
    media: tuple[Media, ...] = ()
    landing_url: str = ""
    language: str = ""
    synthetic: bool | None = None
    disclaimer: str = ""
    short_form: str = ""
    category: str = ""
    election: str = ""
    countries: tuple[str, ...] = ()
    targeting: Mapping[str, Any] | None = None
    budget: Decimal | None = None
    currency: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    payer: str = ""
    payer_country: str = ""
    instrument: str = ""
    issuing_country: str = ""
    administrators: tuple[tuple[str, str], ...] = ()
    rest: Mapping[str, str] = field(default_factory=dict)


COLUMNS = tuple(one.name for one in fields(Handed) if one.name != "rest")


def problems_of(ad: Handed, where: str = "ad") -> list[Problem]:
    """What cannot be taken as it is. An empty part of the form is no problem here: the door returns it with its reason."""
    problems: list[Problem] = []

    def wrong(part: str, found: object, expected: str, do: str) -> None:
        problems.append(Problem(where=f"{where}, {part}", found=repr(found)[:200], expected=expected, do=do))

    if not ad.number.strip():
        wrong("number", ad.number, "the ad's own key at the advertiser", "Give each ad a key that stays.")
    if len(ad.text) > LONGEST_TEXT:
        wrong("text", f"{len(ad.text):,} characters", f"at most {LONGEST_TEXT:,}", "Shorten it.")
    if not (ad.text.strip() or ad.title.strip() or ad.media):
        wrong("text", "", "words, or media by hash", "Say what is shown.")
    for each in ad.media:
        if len(each.sha256) != 64 or set(each.sha256) - set("0123456789abcdef"):
            wrong("media", each.sha256, "a SHA-256 in 64 small hexadecimal digits", "Hash the file.")
    if ad.landing_url and (
        urlsplit(ad.landing_url).scheme not in {"http", "https"} or not urlsplit(ad.landing_url).hostname
    ):
        wrong(
            "landing_url", ad.landing_url, "an address that begins with http:// or https://", "Give the whole address."
        )
    if ad.category and ad.category not in CATEGORIES:
        wrong("category", ad.category, "one of " + ", ".join(CATEGORIES), "Name one of these.")
    for place in ("payer_country", "issuing_country"):
        code = getattr(ad, place)
        if code and country_code(code) != code:
            wrong(place, code, "an ISO 3166 code of two letters", "Use the code.")
    for code in ad.countries:
        if country_code(code) != code:
            wrong("countries", code, "ISO 3166 codes of two letters", "Use the codes.")
    if ad.currency and (len(ad.currency) != CURRENCY_LENGTH or not ad.currency.isalpha() or not ad.currency.isupper()):
        wrong("currency", ad.currency, "an ISO 4217 code such as EUR", "Use the code.")
    if ad.budget is not None and (not ad.budget.is_finite() or ad.budget < 0):
        wrong("budget", ad.budget, "an amount of zero or more", "Mend it.")
    if ad.budget is not None and not ad.currency:
        wrong("currency", "", "the currency of the budget", "Name it.")
    if ad.starts is not None and ad.ends is not None and ad.ends < ad.starts:
        wrong("ends", ad.ends.isoformat(), f"not before {ad.starts.isoformat()}", "Mend one of the two.")
    if ad.targeting is not None:
        try:
            from_json(ad.targeting)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            wrong("targeting", error, "a tree of all, any, not and is", "See docs/reference/ads-door.md.")
    return problems


def from_cells(row: Mapping[str, Any], where: str) -> tuple[Handed | None, list[Problem]]:
    """An ad from a row of CSV or an object of JSON; the ad is None where a cell cannot be read.

    Lists are JSON, or divided by `;`. Moments are ISO 8601; without an offset they are UTC. Columns that nobody knows
    are kept as they came.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}

    def read(name: str, of: Any, expected: str) -> None:
        cell = row.get(name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return
        try:
            values[name] = of(cell)
        except (ValueError, TypeError, InvalidOperation, AttributeError, KeyError) as error:
            problems.append(
                Problem(
                    where=f"{where}, {name}", found=repr(cell)[:200], expected=expected, do=f"Mend the cell ({error})."
                )
            )

    for name in ("number", "platform", "page", "page_name", "title", "text", "landing_url", "language", "disclaimer", "short_form", "category", "election", "currency", "payer", "payer_country", "instrument", "issuing_country"):  # fmt: skip
        read(name, whole if name == "text" else trimmed, "text")
    read(
        "media",
        lambda cell: tuple(Media(**one) if isinstance(one, dict) else Media(sha256=one) for one in listed(cell)),
        "hashes",
    )
    read("countries", lambda cell: tuple(str(one).strip().upper() for one in listed(cell)), "codes divided by ;")
    read("targeting", lambda cell: json.loads(cell) if isinstance(cell, str) else dict(cell), "a tree as JSON")
    read("budget", lambda cell: Decimal(str(cell)), "an amount such as 1250.00")
    read("starts", moment, "a moment such as 2026-10-01T08:00Z")
    read("ends", moment, "a moment such as 2026-10-20T20:00Z")
    read("synthetic", truth, "yes or no")
    read(
        "administrators",
        lambda cell: tuple(administrator(one) for one in listed(cell)),
        "fingerprint:country, divided by ;",
    )
    values["rest"] = {
        name: str(cell)
        for name, cell in row.items()
        if name not in COLUMNS and cell not in {None, ""} and isinstance(name, str)
    }
    if problems:
        return None, problems
    ad = Handed(**({"number": ""} | values))
    return ad, problems_of(ad, where)


def whole(cell: Any) -> str:
    """Text as it came: spans of hits count its characters."""
    return str(cell)


def trimmed(cell: Any) -> str:
    """Text without what surrounds it."""
    return str(cell).strip()


def listed(cell: Any) -> list[Any]:
    """A list from a list, from JSON, or from words divided by semicolons."""
    if isinstance(cell, str):
        text = cell.strip()
        return list(json.loads(text)) if text.startswith("[") else [part for part in text.split(";") if part.strip()]
    if isinstance(cell, Iterable):
        return list(cell)
    raise TypeError("it is no list")


def administrator(one: Any) -> tuple[str, str]:
    """A fingerprint and the country it acts from, `abc:DE` or a pair."""
    fingerprint, _, country = one.partition(":") if isinstance(one, str) else (one[0], "", one[1])
    return str(fingerprint).strip(), str(country).strip().upper()


def moment(cell: Any) -> datetime:
    """A moment with its zone; a day is its first moment."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    read = datetime.fromisoformat(str(cell).strip())
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def truth(cell: Any) -> bool:
    """Yes or no, in the words of forms and of JSON."""
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().lower()
    if word in {"yes", "true", "1"}:
        return True
    if word in {"no", "false", "0"}:
        return False
    raise ValueError("it is neither yes nor no")
