"""What a client of Meta's Ad Library API asks for, in any of the spellings that clients use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hustings.exchange.ads.meta import FIELDS

__all__ = ["Query", "Wrong", "query_of"]

E = TypeVar("E")

ACTIVE: dict[str, bool | None] = {"ACTIVE": True, "INACTIVE": False, "ALL": None}
TYPES = {"POLITICAL_AND_ISSUE_ADS": True, "ALL": True}  # whether the library holds any; of the rest it holds none
OTHER_TYPES = ("EMPLOYMENT_ADS", "HOUSING_ADS", "CREDIT_ADS", "FINANCIAL_PRODUCTS_AND_SERVICES_ADS")
TYPES |= dict.fromkeys(OTHER_TYPES, False)
SEARCH = ("KEYWORD_UNORDERED", "KEYWORD_EXACT_PHRASE")
MEDIA = ("ALL", "IMAGE", "MEME", "VIDEO", "NONE")
USUAL, MOST = 25, 1_000
LONGEST = 1_000
PAGES = 10
BIGGEST = 2**63 - 1
COUNTRY = re.compile(r"[A-Z]{2}")
DIGITS = re.compile(r"[0-9]{1,19}")
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?")
ENTRY = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]+))\s*(?:,|$)""")


class Wrong(Exception):
    """A parameter that does not fit, in words for people."""

    def __init__(self, parameter: str, found: str, expected: str) -> None:
        self.parameter = parameter
        super().__init__(f"(#100) Param {parameter}: found '{found[:100]}', expected {expected}")


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked. Empty parts ask for nothing.

    nothing     no ad of the library can fit
    words       cleaned of NUL, as they were written
    active      None asks for both
    """

    fields: tuple[str, ...] = ()
    nothing: bool = False
    words: str = ""
    phrase: bool = False
    active: bool | None = True
    countries: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    bylines: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    media: str = "ALL"
    audience_from: int | None = None
    audience_to: int | None = None
    limit: int = USUAL
    after: str = ""


def query_of(said: Mapping[str, Sequence[str]]) -> Query:
    """Read the parameters of a request; those it does not know are ignored, and so is an empty one.

    said     each parameter with its values in their order

    Raises   Wrong for the first that does not fit
    """
    values = {name.partition("[")[0]: [one.replace("\0", " ") for one in given] for name, given in said.items()}

    def one(name: str, read: Callable[[str, str], E], otherwise: E) -> E:
        given = values.get(name, [""])[-1].strip()
        return read(name, given) if given else otherwise

    def many(name: str) -> list[str]:
        return [each for given in values.get(name, ()) for each in entries(given) if each]

    countries = [checked("ad_reached_countries", code.upper(), COUNTRY, "codes of two letters, as US or ['US','CA']")
                 for code in many("ad_reached_countries") if code.upper() != "ALL"]  # fmt: skip
    everywhere = any(code.upper() == "ALL" for code in many("ad_reached_countries"))
    pages = [number("search_page_ids", each) for each in many("search_page_ids")]
    if len(pages) > PAGES:
        raise Wrong("search_page_ids", f"{len(pages)} ids", f"at most {PAGES}")
    bylines = [
        each
        for given in values.get("bylines", ())
        for each in (entries(given) if given.strip().startswith("[") else [given.strip()])
    ]
    platforms = many("publisher_platforms")
    return Query(
        fields=tuple(dict.fromkeys(field(name) for name in many("fields"))),
        nothing=not one("ad_type", lambda name, given: TYPES[choice(name, given, tuple(TYPES))], True),
        words=one("search_terms", words, ""),
        phrase=one("search_type", lambda name, given: choice(name, given, SEARCH), SEARCH[0]) == SEARCH[1],
        active=one("ad_active_status", lambda name, given: ACTIVE[choice(name, given, tuple(ACTIVE))], ACTIVE["ACTIVE"]),
        countries=() if everywhere else tuple(dict.fromkeys(countries)),
        pages=tuple(dict.fromkeys(pages)),
        first=one("ad_delivery_date_min", day, None),
        last=one("ad_delivery_date_max", day, None),
        bylines=tuple(dict.fromkeys(filter(None, bylines))),
        regions=tuple(dict.fromkeys(many("delivery_by_region"))),
        languages=tuple(dict.fromkeys(each.lower() for each in many("languages"))),
        platforms=tuple(dict.fromkeys(each.lower() for each in platforms)),
        media=one("media_type", lambda name, given: choice(name, given, MEDIA), "ALL"),
        audience_from=one("estimated_audience_size_min", number, None),
        audience_to=one("estimated_audience_size_max", number, None),
        limit=min(MOST, one("limit", number, USUAL)) or over("limit"),
        after=one("after", lambda _, given: given, ""),
    )  # fmt: skip


def entries(given: str) -> list[str]:
    """A list as clients write one: US,CA; ['US','CA']; ["US","CA"]."""
    text = given.strip()
    if text.startswith("["):
        try:
            read = json.loads(text)
            if isinstance(read, list):
                return [str(each).strip() for each in read]
        except (ValueError, RecursionError):
            pass
        text = text.removeprefix("[").removesuffix("]")
    return [(single or double or plain).strip() for single, double, plain in ENTRY.findall(text)]


def checked(name: str, given: str, pattern: re.Pattern[str], expected: str) -> str:
    """The same, if it has this form."""
    if not pattern.fullmatch(given):
        raise Wrong(name, given, expected)
    return given


def number(name: str, given: str) -> int:
    """A count or an id."""
    read = int(checked(name, given, DIGITS, "a whole number"))
    if read > BIGGEST:
        raise Wrong(name, given, "a smaller number")
    return read


def over(name: str) -> int:
    """For a number that has to be at least 1."""
    raise Wrong(name, "0", "a number from 1")


def choice(name: str, given: str, of: Sequence[str]) -> str:
    """One of some words."""
    if given.upper() not in of:
        raise Wrong(name, given, f"one of {', '.join(of)}")
    return given.upper()


def field(name: str) -> str:
    """A field that an ad can have."""
    if name not in FIELDS:
        raise Wrong("fields", name, f"names out of {', '.join(FIELDS)}")
    return name


def words(name: str, given: str) -> str:
    """Words to search for."""
    if len(given) > LONGEST:
        raise Wrong(name, f"{len(given)} characters", f"at most {LONGEST}")
    return given


def day(name: str, given: str) -> date:
    """A day, or the day of a moment as it is written."""
    try:
        return date.fromisoformat(checked(name, given, DAY, "YYYY-MM-DD")[:10])
    except ValueError:
        raise Wrong(name, given, "a day of the calendar, YYYY-MM-DD") from None
