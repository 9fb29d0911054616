"""The regions that an ad was aimed at or shown in, told apart from the raw words of archives."""

__all__ = ["STATES", "place_words", "region_name", "regions_of"]

import re
from collections.abc import Iterable, Sequence
from functools import cache

from hustings.screening.countries import country_code, country_name
from hustings.screening.targeting_tree import Node, leaves

# Subdivisions of the United States by ISO 3166-2, with how archives write them beside the full name.
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado", "CT": "Connecticut",
    "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska",
    "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
CODES = {name.casefold(): f"US-{code}" for code, name in STATES.items()}
# The longest first, so that West Virginia is not taken for Virginia.
NAMED = re.compile(r"\b(" + "|".join(sorted(map(re.escape, CODES), key=lambda name: (-len(name), name))) + r")\b")
CAPITAL = re.compile(r"\bwashington\b(?=.*\bdistrict of columbia\b)|\bwashington,? d\.?c\b")
# "New York New York", "Kansas City (+10 mi) Missouri", "Iowa City Iowa": a city that bears a state's name stands before its state.
CITY = re.compile(
    r"\b(?:new york|washington|kansas city|iowa city|oklahoma city|texas city|virginia city|nevada city|michigan city|indiana)"
    r"(?:\s*\(\+[^)]*\))?,?\s+(?=(?:" + "|".join(map(re.escape, CODES)) + r")\b)"
)
AROUND = re.compile(r"\s*\(\s*\+\s*\d+\s*\w+\s*\)")
AWAY = re.compile(r"[^\w .+:/-]+")
LONGEST = 60


@cache
def places_in(text: str) -> tuple[str, ...]:
    """Codes of US states that a place names, in the order of their codes."""
    plain = " ".join(AROUND.sub(" ", text).casefold().split())
    plain = CITY.sub(" ", CAPITAL.sub(" ", plain))
    return tuple(sorted({CODES[name] for name in NAMED.findall(plain)}))


def regions_of(tree: Node | None, delivered: Iterable[str] = (), countries: Sequence[str] = ()) -> tuple[str, ...]:
    """The regions in which an ad was shown, or could be: codes such as US-TX, else names as the archive has them, sorted.

    tree        its aim; what it excludes is left out
    delivered   names of regions in which it was shown
    countries   where it ran; a name that a state of the US shares with a country is the state's only where the US is among them
    Limits      of places it knows the states of the US, and cities only where their state stands behind them; an ad
                aimed at a whole country is in no region by that
    """
    found: set[str] = set()
    for name in delivered:
        known = places_in(name)
        found |= set(known) if known else {plain(name)}
    if tree is not None:
        for leaf, excluded in leaves(tree):
            if leaf.dimension != "location" or excluded:
                continue
            if country_code(leaf.value) and (
                leaf.value.casefold() != "georgia" or (countries and "US" not in countries)
            ):
                continue
            known = places_in(leaf.value)
            if known:
                found |= set(known)
            elif leaf.category.casefold() in ("region", "state", "province"):
                found.add(plain(leaf.value))
    return tuple(sorted(found - {""}))


def plain(name: str) -> str:
    """A region's name as an address can carry it."""
    return " ".join(AWAY.sub(" ", name).split())[:LONGEST].strip()


def region_name(code: str) -> str:
    """The region for people."""
    return STATES.get(code[3:], code) if code.startswith("US-") else code


def place_words(value: str) -> tuple[str, ...]:
    """What a place is called in a table of audiences: its states, else its country, else itself without the radius."""
    states = places_in(value)
    if states and not (country_code(value) and value.casefold() != "georgia"):
        return tuple(region_name(code) for code in states)
    parts = [country_code(part) for part in re.split(r"[,;]", value)]
    if all(parts):
        return tuple(sorted({country_name(code) for code in parts if code}))
    return (" ".join(AROUND.sub(" ", value).split()),)
