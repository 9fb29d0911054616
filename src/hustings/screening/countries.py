"""Countries and their money, from the Unicode CLDR as the package Babel carries it."""

__all__ = ["country_code", "country_name", "own_currencies"]

import unicodedata
from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

# Spellings that archives use and the CLDR's English names lack.
ALSO = {
    "usa": "US", "us": "US", "united states of america": "US", "america": "US", "uk": "GB", "great britain": "GB",
    "england": "GB", "czech republic": "CZ", "russian federation": "RU", "viet nam": "VN", "ivory coast": "CI",
    "turkey": "TR", "macedonia": "MK", "burma": "MM", "myanmar": "MM", "hong kong": "HK", "macau": "MO", "macao": "MO",
    "south korea": "KR", "republic of korea": "KR", "korea": "KR", "uae": "AE", "cape verde": "CV", "swaziland": "SZ",
    "holland": "NL", "palestine": "PS", "congo": "CG", "republic of the congo": "CG", "republic of ireland": "IE",
    "democratic republic of the congo": "CD", "bosnia and herzegovina": "BA", "trinidad and tobago": "TT",
    "moldova, republic of": "MD", "iran, islamic republic of": "IR", "syrian arab republic": "SY",
}  # fmt: skip


@lru_cache(maxsize=4096)
def country_code(name: str) -> str | None:
    """The ISO 3166 code of a country given by code or English name; None where we do not know it."""
    plain = _plain(name)
    if len(plain) == 2 and plain.upper() in _names().values():
        return plain.upper()
    # XA to XZ are free for use: the simulator's countries.
    if len(plain) == 2 and plain.startswith("x") and plain.isalpha():
        return plain.upper()
    return ALSO.get(plain) or _names().get(plain)


@cache
def country_name(code: str) -> str:
    """The English name for people; the code itself where there is none."""
    return str(Locale("en").territories.get(code, code))


@cache
def own_currencies(country: str, on: date) -> frozenset[str]:
    """The currencies that are legal money in a country on a day; empty for a country we do not know."""
    found = set()
    for code, begins, ends, tender in get_global("territory_currencies").get(country, ()):
        if tender and (begins is None or date(*begins) <= on) and (ends is None or on <= date(*ends)):
            found.add(str(code))
    return frozenset(found)


# Two-letter codes of the CLDR that are no country.
NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "ZZ"})


@cache
def _names() -> dict[str, str]:
    territories = Locale("en").territories
    return {
        _plain(name): code
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    }


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.strip().casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return text.replace("’", "'").replace("&", "and").removeprefix("the ").strip(" .")
