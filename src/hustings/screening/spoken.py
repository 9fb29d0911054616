"""Which languages people of a country speak, from the Unicode CLDR as the package Babel carries it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError, get_global

__all__ = ["Spoken", "language_name", "languages_of"]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A language of a country: its code, how large a share of the people speak it, and whether it is official there.

    Limits   the CLDR's estimates, of readers and speakers alike, some of them old; those of a country may add up to more than one
    """

    code: str
    share: float
    official: bool


@cache
def languages_of(country: str, least: float = 0.03) -> tuple[Spoken, ...]:
    """Languages that at least this share of the people speak, and the official ones, the largest first; none for a code nobody knows."""
    told = get_global("territory_languages").get(country, {})
    found: dict[str, Spoken] = {}
    for name, facts in told.items():
        code = name.partition("_")[0]
        share, official = facts["population_percent"] / 100, (facts.get("official_status") or "").startswith("official")
        before = found.get(code)
        if before is None or before.share < share:
            found[code] = Spoken(code=code, share=share, official=official or (before is not None and before.official))
    kept = [one for one in found.values() if one.share >= least or one.official]
    return tuple(sorted(kept, key=lambda one: (-one.share, one.code)))


@cache
def language_name(code: str) -> str:
    """The English name of a language; the code itself where there is none."""
    try:
        return str(Locale("en").languages.get(code) or Locale.parse(code).english_name or code)
    except (UnknownLocaleError, ValueError):
        return code
