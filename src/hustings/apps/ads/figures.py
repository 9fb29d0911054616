"""Figures about the door that everybody may read: what is missed, how far people agree, which reasons were given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hustings.apps.review.agreement import alpha
from hustings.screening.missed import Missed, Share, missed, wilson

__all__ = ["ENOUGH", "Figures", "Language", "figures", "found_late"]

# Of fewer read by lot nothing is said in a comparison of languages.
ENOUGH = 30


@dataclass(frozen=True, kw_only=True)
class Language:
    """What blind reading says of one language.

    sample      of ads that the machine held to be not political: the part that people found political
    confirmed   of ads that it held to be political: likewise
    """

    language: str
    held_not: int
    suspected: int
    waiting: int
    sample: Share | None
    confirmed: Share | None
    missed: Missed | None
    pairs: int
    alpha: float | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """The same sample in one country: the part that people found political of what the machine held to be not."""

    language: str
    country: str
    sample: Share


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything on the page; `ratio` is the worst miss rate over the best, of languages with enough read."""

    languages: list[Language]
    places: list[Place]
    compared: int
    ratio: float | None
    reasons: list[dict[str, Any]]
    moves: list[dict[str, Any]]


def rows(function: str) -> list[dict[str, Any]]:
    """What one of the public functions tells."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}()")  # noqa: S608 - one of our own names, below
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def figures() -> Figures:
    """Count it all."""
    looks = rows("published_blind_looks")
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in rows("published_blind_pairs"):
        pairs[each["language"]] += [(each["one"], each["other"])] * each["many"]
    languages = [of_language(name, looks, pairs[name]) for name in sorted({each["language"] for each in looks})]
    rates = [
        each.missed.rate
        for each in languages
        if each.missed is not None and each.sample is not None and each.sample.of >= ENOUGH
    ]
    places = [
        Place(language=each["language"], country=each["country"], sample=share)
        for each in looks
        if not each["suspected"] and (share := wilson(each["political"], each["settled"])) is not None
    ]
    return Figures(
        languages=languages,
        places=places,
        compared=len(rates),
        ratio=max(rates) / min(rates) if len(rates) > 1 and min(rates) > 0 else None,
        reasons=rows("published_reasons"),
        moves=rows("published_ad_moves"),
    )


def of_language(name: str, looks: list[dict[str, Any]], pairs: list[tuple[str, str]]) -> Language:
    """The figures of one language, all its countries together."""
    own = [each for each in looks if each["language"] == name]
    half = {answer: [each for each in own if each["suspected"] is answer] for answer in (True, False)}
    among = {answer: max((each["among"] for each in of), default=0) for answer, of in half.items()}
    share = {
        answer: wilson(sum(each["political"] for each in of), sum(each["settled"] for each in of))
        for answer, of in half.items()
    }
    return Language(
        language=name, held_not=among[False], suspected=among[True],
        waiting=sum(each["drawn"] - each["settled"] for each in own), sample=share[False], confirmed=share[True],
        missed=missed(among[False], share[False], among[True], share[True]), pairs=len(pairs), alpha=alpha(pairs),
    )  # fmt: skip


def found_late() -> list[dict[str, Any]]:
    """Ads found political or hostile after they ran, the latest first."""
    return rows("published_found_late")
