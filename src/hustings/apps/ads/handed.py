"""What an advertiser hands in for one ad, and everything that is wrong with it at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from hustings.apps.ads.models.ad import CATEGORIES
from hustings.apps.ads.models.sponsor import KINDS
from hustings.errors import Problem
from hustings.screening.countries import country_code
from hustings.screening.targeting_tree import from_json

__all__ = ["COLUMNS", "Handed", "Media", "from_cells", "problems_of"]

# As many characters as are kept of each part; the number stands behind the key of its sponsor.
LONGEST = {
    "number": 180, "platform": 40, "page": 300, "page_name": 300, "title": 500, "text": 20_000, "landing_url": 2000,
    "language": 8, "disclaimer": 500, "short_form": 200, "payer": 300, "instrument": 200,
}  # fmt: skip
LONGEST_FINGERPRINT = 200
MOST = {"media": 50, "countries": 250, "administrators": 100}
DEEPEST = 20  # a tree of targeting that people still read
YEARS = range(1990, 2200)
CURRENCY_LENGTH = 3
LARGEST_AMOUNT = Decimal(10) ** 12
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
    payer_kind: str = ""
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
    for name, most in LONGEST.items():
        if len(getattr(ad, name)) > most:
            wrong(name, f"{len(getattr(ad, name)):,} characters", f"at most {most:,}", "Shorten it.")
    for name, most in MOST.items():
        if len(getattr(ad, name)) > most:
            wrong(name, f"{len(getattr(ad, name)):,} of them", f"at most {most:,}", "Name fewer.")
    for name, text in texts_of(ad):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            wrong(name, text, "signs that can be kept, so no NUL and no half of a pair", "Take the sign out.")
    if not (ad.text.strip() or ad.title.strip() or ad.media):
        wrong("text", "", "words, or media by hash", "Say what is shown.")
    for each in ad.media:
        if len(each.sha256) != 64 or set(each.sha256) - set("0123456789abcdef"):
            wrong("media", each.sha256, "a SHA-256 in 64 small hexadecimal digits", "Hash the file.")
    if ad.landing_url and not leads(ad.landing_url):
        wrong(
            "landing_url", ad.landing_url, "an address that begins with http:// or https://", "Give the whole address."
        )
    if ad.category and ad.category not in CATEGORIES:
        wrong("category", ad.category, "one of " + ", ".join(CATEGORIES), "Name one of these.")
    if ad.payer_kind and ad.payer_kind not in KINDS:
        wrong("payer_kind", ad.payer_kind, "one of " + ", ".join(KINDS), "Name one of these; person for a private one.")
    for place in ("payer_country", "issuing_country"):
        code = getattr(ad, place)
        if code and country_code(code) != code:
            wrong(place, code, "an ISO 3166 code of two letters", "Use the code.")
    for code in ad.countries:
        if country_code(code) != code:
            wrong("countries", code, "ISO 3166 codes of two letters", "Use the codes.")
    for _, code in ad.administrators:
        if code and country_code(code) != code:
            wrong("administrators", code, "fingerprints, each with an ISO 3166 code of two letters", "Use the codes.")
    if any(not 0 < len(each) <= LONGEST_FINGERPRINT for each, _ in ad.administrators):
        wrong("administrators", "a fingerprint", f"1 to {LONGEST_FINGERPRINT} characters", "Give its digest.")
    plain = ad.currency.isascii() and ad.currency.isalpha() and ad.currency.isupper()
    if ad.currency and (len(ad.currency) != CURRENCY_LENGTH or not plain):
        wrong("currency", ad.currency, "an ISO 4217 code such as EUR", "Use the code.")
    if ad.budget is not None and not amount(ad.budget):
        wrong("budget", ad.budget, f"an amount from zero to {LARGEST_AMOUNT:,f}, with two decimals", "Mend it.")
    if ad.budget is not None and not ad.currency:
        wrong("currency", "", "the currency of the budget", "Name it.")
    moments = {name: at for name, at in (("starts", ad.starts), ("ends", ad.ends)) if at is not None}
    for name, at in moments.items():
        if at.tzinfo is None or at.year not in YEARS:
            expected = f"a moment with its zone, from {YEARS[0]} to {YEARS[-1]}"
            wrong(name, at.isoformat(), expected, "Write it as 2026-10-01T08:00Z.")
    if ad.starts is not None and ad.ends is not None and ad.starts.tzinfo and ad.ends.tzinfo and ad.ends < ad.starts:
        wrong("ends", ad.ends.isoformat(), f"not before {ad.starts.isoformat()}", "Mend one of the two.")
    if ad.targeting is not None:
        try:
            deepest = max((depth for depth, _ in within(ad.targeting)), default=0)
            if deepest > DEEPEST:
                raise ValueError(f"branches within branches {deepest} times; at most {DEEPEST}")
            from_json(ad.targeting)
        except (ValueError, TypeError, KeyError) as error:
            wrong("targeting", str(error), "a tree of all, any, not and is", "See docs/reference/ads-door.md.")
    return problems


def leads(url: str) -> bool:
    """Whether it is an address of the web."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def amount(money: Decimal) -> bool:
    """Whether it is an amount that can be kept as it is."""
    return money.is_finite() and 0 <= money < LARGEST_AMOUNT and money == round(money, 2)


def within(tree: object) -> Iterator[tuple[int, str]]:
    """Every word of a tree of JSON, with how deep it stands; ValueError where anything else than words stands there."""
    waiting: list[tuple[int, object]] = [(0, tree)]
    while waiting:
        depth, part = waiting.pop()
        if isinstance(part, str):
            yield depth, part
        elif isinstance(part, Mapping):
            waiting += [(depth + 1, each) for pair in part.items() for each in pair]
        elif isinstance(part, list):
            waiting += [(depth + 1, each) for each in part]
            if not part:
                yield depth, ""
        else:
            raise ValueError(f"a tree holds words, not {str(part)[:80]}")  # noqa: TRY004 - as every other fault of a tree


def texts_of(ad: Handed) -> Iterator[tuple[str, str]]:
    """Every text of it, with the part in which it stands."""
    for one in fields(ad):
        value = getattr(ad, one.name)
        if isinstance(value, str):
            yield one.name, value
    for each in ad.media:
        yield from (("media", text) for text in (each.kind, each.perceptual, each.recognised_text))
    for fingerprint, _ in ad.administrators:
        yield "administrators", fingerprint
    for name, text in ad.rest.items():
        yield "rest", name + text
    try:
        for _, text in within(ad.targeting):
            yield "targeting", text
    except ValueError:  # said with what else is wrong with the tree
        return


def from_cells(row: Mapping[str, Any], where: str) -> tuple[Handed | None, list[Problem]]:
    """An ad from a row of CSV or an object of JSON, with every problem at once; None where a cell cannot be read.

    Lists are JSON, or divided by `;`. Moments are ISO 8601; without an offset they are UTC. Columns that nobody knows
    are kept as they came.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    unread: set[str] = set()

    def read(name: str, of: Any, expected: str) -> None:
        cell = row.get(name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return
        try:
            values[name] = of(cell)
        except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
            unread.add(name)
            problems.append(
                Problem(
                    where=f"{where}, {name}", found=repr(cell)[:200], expected=expected, do=f"Mend the cell ({error})."
                )
            )

    for name in ("number", "platform", "page", "page_name", "title", "text", "landing_url", "language", "disclaimer", "short_form", "category", "election", "currency", "payer", "payer_country", "payer_kind", "instrument", "issuing_country"):  # fmt: skip
        read(name, whole if name == "text" else trimmed, "text")
    read("media", lambda cell: tuple(media(one) for one in listed(cell)), "hashes")
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
        if name not in COLUMNS and cell is not None and cell != "" and isinstance(name, str)
    }
    ad = Handed(**({"number": ""} | values))
    # What could not be read is told already; a text is not missing where it may stand in what could not be read.
    told = {f"{where}, {name}" for name in unread}
    if unread & {"text", "title", "media"} and not ad.text.strip():
        told.add(f"{where}, text")
    problems += [problem for problem in problems_of(ad, where) if problem.where not in told]
    return (None if unread else ad), problems


def whole(cell: Any) -> str:
    """Text as it came: spans of hits count its characters."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        raise TypeError("it is no text")
    return str(cell)


def trimmed(cell: Any) -> str:
    """Text without what surrounds it."""
    return whole(cell).strip()


def media(one: Any) -> Media:
    """One picture, film or sound from its hash or an object."""
    told = one if isinstance(one, dict) else {"sha256": one}
    if not all(isinstance(value, str) for value in told.values()):
        raise TypeError("it is neither a hash nor an object of words")
    return Media(**{name: value.strip() if name == "sha256" else value for name, value in told.items()})


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
