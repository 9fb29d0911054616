"""A question in the library's words, asked of a file of ads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad

__all__ = ["NAMES", "Question", "question_of", "unknown_names"]

T = TypeVar("T")

# What the library's search may ask; sorting and moments are no part of a question for a package.
NAMES = (
    "q", "platform", "archive", "country", "state", "category", "language", "currency", "year", "advertiser", "page", "payer",
    "election", "hidden", "from", "to", "spend_from", "spend_to", "impressions_from", "impressions_to",
)  # fmt: skip
# What a file of ads does not tell.
ABSENT = ("archive", "state", "category", "election", "hidden")
UNKNOWN = "-"
TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
WORD = re.compile(r"\w+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What an ad has to fit: all parts that are given.

    pairs        as it was asked, in one order whatever order it came in
    wanted, unwanted   words in a row that an ad says, or does not say: as written, not by their stems
    first, last  shown on one of these days; of an ad without a last day the first counts
    """

    pairs: tuple[tuple[str, str], ...]
    wanted: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[tuple[str, ...], ...] = ()
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    spend: tuple[Decimal | None, Decimal | None] = (None, None)
    impressions: tuple[int | None, int | None] = (None, None)

    def as_json(self) -> dict[str, list[str]]:
        """For the manifest."""
        told: dict[str, list[str]] = {}
        for name, value in self.pairs:
            told.setdefault(name, []).append(value)
        return told

    def fits(self, ad: Ad) -> bool:
        """Whether the ad is asked for; what is not known of it does not fit."""
        return (
            all(_known(self.lists[name]) & values_of(ad) or (UNKNOWN in self.lists[name] and not values_of(ad))
                for name, values_of in LISTED.items() if name in self.lists)
            and self._shown(ad)
            and _within(ad.spend, self.spend)
            and _within(ad.impressions, self.impressions)
            and self._says(ad)
        )  # fmt: skip

    def _shown(self, ad: Ad) -> bool:
        begins = ad.created.date() if ad.created else None
        ends = ad.ended.date() if ad.ended else begins
        if self.first is not None and (ends is None or ends < self.first):
            return False
        return self.last is None or (begins is not None and begins <= self.last)

    def _says(self, ad: Ad) -> bool:
        if not self.wanted and not self.unwanted:
            return True
        parts = (ad.text, ad.page_name, ad.sponsor, ad.payer, ad.disclaimer, ad.landing_url, *ad.titles, *ad.texts)
        said = [_words(part) for part in parts if part]

        def there(row: tuple[str, ...]) -> bool:
            return any(words[at : at + len(row)] == row for words in said for at in range(len(words) - len(row) + 1))

        return all(map(there, self.wanted)) and not any(map(there, self.unwanted))


LISTED: dict[str, Callable[[Ad], set[str]]] = {
    "platform": lambda ad: _known({ad.platform}),
    "country": lambda ad: set(ad.target_countries),
    "language": lambda ad: set(ad.languages),
    "currency": lambda ad: _known({ad.currency}),
    "year": lambda ad: {f"{ad.created.year}"} if ad.created else set(),
    "advertiser": lambda ad: _known({ad.advertiser, ad.sponsor}),
    "page": lambda ad: _known({ad.actor}),
    "payer": lambda ad: _known({ad.payer}),
}


def question_of(pairs: list[tuple[str, str]], *, of_file: bool = True) -> Question:
    """Read a question that is asked of a file; all that cannot be read is said at once.

    of_file   whether what a file of ads does not tell cannot be asked

    Raises   BadInput
    """
    problems: list[Problem] = []
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value.strip())

    def wrong(name: str, found: str, expected: str, do: str = "Mend the question.") -> None:
        problems.append(Problem(where=f"--query, {name}", found=repr(found[:60]), expected=expected, do=do))

    problems += unknown_names(pairs)
    for name, values in given.items():
        if of_file and name in ABSENT:
            wrong(name, values[0], "what a file of ads tells", "Leave it out, or ask a platform (--data).")
        elif len(values) > 1 and name not in {*LISTED, *ABSENT}:
            wrong(name, " and ".join(values), "one value")

    def one(name: str, read: Callable[[str], T], expected: str) -> T | None:
        if name not in given:
            return None
        try:
            return read(given[name][0])
        except (ValueError, InvalidOperation):
            wrong(name, given[name][0], expected)
            return None

    first, last = one("from", _day, "a day such as 2016-11-08"), one("to", _day, "a day such as 2016-11-08")
    if first and last and first > last:
        wrong("from", str(first), f"a day not behind “to” ({last})")
    question = Question(
        pairs=tuple(sorted((name, value) for name, values in given.items() for value in values)),
        wanted=tuple(words for sign, words in _terms(given.get("q", [""])[0]) if not sign),
        unwanted=tuple(words for sign, words in _terms(given.get("q", [""])[0]) if sign),
        lists={
            name: frozenset(value.upper() if name in {"country", "currency"} else value for value in values)
            for name, values in given.items() if name in LISTED
        },
        first=first, last=last,
        spend=(one("spend_from", _amount, "an amount such as 12.50"), one("spend_to", _amount, "an amount such as 12.50")),
        impressions=(one("impressions_from", _count, "a whole number"), one("impressions_to", _count, "a whole number")),
    )  # fmt: skip
    if "q" in given and not question.wanted and not question.unwanted:
        wrong("q", given["q"][0], "words")
    if problems:
        raise BadInput("The question cannot be read.", problems)
    return question


def unknown_names(pairs: Iterable[tuple[str, str]]) -> list[Problem]:
    """A name that no search knows would widen what is handed over without a word."""
    return [
        Problem(where="--query", found=repr(name), expected="one of " + ", ".join(NAMES),
                do="Ask in the words of the library's search; the moment is asked by --as-of.")
        for name in dict.fromkeys(name for name, _ in pairs) if name not in NAMES
    ]  # fmt: skip


def _known(values: Any) -> set[str]:
    return {value for value in values if value and value != UNKNOWN}


def _within(value: Any, bounds: tuple[Any, Any]) -> bool:
    low, high = bounds
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _terms(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(sign, words) for sign, quoted, plain in TERM.findall(text) if (words := _words(quoted or plain))]


def _day(text: str) -> date:
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _amount(text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)
