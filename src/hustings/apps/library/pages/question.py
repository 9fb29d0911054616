"""What the address of a page of the library asks: the search, the moment it is asked of, the order, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from hustings.apps.library.find import Asked, as_it_stood, newest, present, rows_of, search
from hustings.apps.library.models import Shown

__all__ = ["UNKNOWN", "Question", "read"]

T = TypeVar("T")

# How an address says "where this is not known".
UNKNOWN = "-"
SORTS = {"newest": "number", "spend": "spend", "impressions": "impressions"}
LONGEST, MOST = 400, 40
NUMBER = re.compile(r"[0-9]{1,18}")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
PLAIN = re.compile(r"[\w .+:/-]{1,60}")
# Name in the address -> part of what is asked, for what may be asked several times.
LISTS = {
    "archive": "archives", "platform": "platforms", "state": "states", "category": "categories", "country": "countries",
    "region": "regions",
    "page": "pages", "advertiser": "advertisers", "payer": "payers",
}  # fmt: skip
OWN = ("language", "year", "currency")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One search.

    languages, years, currencies   narrow further; an empty text among them means "not known"
    place    the place in the library that the address names, so that its answer stays
    as_of    the moment that it names
    summed   the sums are to be of everything that fits, however many
    after    where the rows before this page ended: value sorted by ("" where not known) and number
    """

    asked: Asked
    languages: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    currencies: tuple[str, ...] = ()
    sort: str = "newest"
    place: int | None = None
    as_of: datetime | None = None
    summed: bool = False
    after: tuple[str, int] | None = None

    def at(self) -> int:
        """The place it is asked of."""
        if self.place is not None:
            return self.place
        return present() if self.as_of is None else as_it_stood(self.as_of)

    def found(self, at: int | None) -> QuerySet[Shown]:
        """The ads that fit, in no order yet."""
        rows = search(self.asked, at=at).order_by()
        if self.languages:
            rows = rows.filter(language__in=self.languages)
        if self.currencies:
            rows = rows.filter(currency__in=self.currencies)
        if self.years:
            any_of = Q()
            for year in self.years:
                any_of |= Q(starts__gte=date(year, 1, 1), starts__lte=date(year, 12, 31))
            rows = rows.filter(any_of)
        return rows

    def rows(self, at: int | None, many: int) -> list[Shown]:
        """One page of them and one more, which says whether another follows."""
        rows, column = self.found(at), SORTS[self.sort]
        if column == "number":
            return list(
                rows_of(newest(rows if self.after is None else rows.filter(number__lt=self.after[1]), many + 1))
            )
        rows = rows.order_by(F(column).desc(nulls_last=True), "-number")
        if self.after is not None:
            value, number = self.after
            unknown = Q(**{f"{column}__isnull": True})
            if value == "":
                rows = rows.filter(unknown, number__lt=number)
            else:
                less = Q(**{f"{column}__lt": Decimal(value)})
                same = Q(**{column: Decimal(value)}, number__lt=number)
                rows = rows.filter(unknown | less | same)
        # First which, along the index alone, then what they say.
        seqs = list(rows.values_list("seq", flat=True)[: many + 1])
        held = {row.seq: row for row in rows_of(seqs)}
        return [held[seq] for seq in seqs]

    def next_after(self, row: Shown) -> str:
        """How the address of the next page says where this one ended."""
        value = None if self.sort == "newest" else getattr(row, SORTS[self.sort])
        return f"{'' if value is None else value}~{row.number}"

    def pairs(self) -> list[tuple[str, str]]:
        """The address again, in one order whatever order it came in."""
        asked = self.asked
        told: list[tuple[str, Any]] = [("q", asked.words)]
        for name, part in LISTS.items():
            told += [(name, one) for one in sorted(getattr(asked, part))]
        for name, values in (("language", self.languages), ("year", self.years), ("currency", self.currencies)):
            told += [(name, one) for one in sorted(values)]
        told += [
            ("election", asked.election), ("from", asked.first), ("to", asked.last), ("spend_from", asked.spend_from), ("spend_to", asked.spend_to),
            ("impressions_from", asked.impressions_from), ("impressions_to", asked.impressions_to), ("hidden", asked.hidden),
            ("sort", None if self.sort == "newest" else self.sort), ("as_of", None if self.as_of is None else self.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")),
            ("at", self.place), ("sums", "all" if self.summed else None),
        ]  # fmt: skip
        kept = {*LISTS, *OWN}
        return [(name, str(one) or UNKNOWN) for name, one in told if one is not None and (str(one) or name in kept)]

    def search_pairs(self) -> list[tuple[str, str]]:
        """The search alone: what a feed and an alert keep of it."""
        return [(name, value) for name, value in self.pairs() if name not in ("sort", "as_of", "at", "sums")]

    def link(self, **changed: object) -> str:
        """The address with some parts changed; a part that becomes None goes."""
        told = [pair for pair in self.pairs() if pair[0] not in changed]
        return "?" + urlencode([*told, *((name, str(value)) for name, value in changed.items() if value is not None)])

    def narrowed_by(self, name: str, value: str) -> str:
        """The address with one more value to narrow by; an empty one is "not known"."""
        return "?" + urlencode([*self.pairs(), (name, value or UNKNOWN)])

    def let_go(self, name: str, value: str) -> str:
        """The address without one of the values that it is narrowed by."""
        return "?" + urlencode([pair for pair in self.pairs() if pair != (name, value)])

    def fixed(self, at: int) -> Question:
        """The same asked of a place, so that its answer stays."""
        return replace(self, place=at, as_of=None)

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked but everything."""
        return bool(self.search_pairs())


def read(params: QueryDict) -> tuple[Question, list[str]]:
    """The question of an address, and what of it cannot be read, each as a sentence."""
    wrong: list[str] = []

    def one(name: str, told: Callable[[str], T], expected: str) -> T | None:
        text = params.get(name, "").strip()
        if not text:
            return None
        try:
            return told(text)
        except (ValueError, OverflowError, InvalidOperation):
            wrong.append(f"“{name}” is {expected}, not “{text[:40]}”.")
            return None

    def many(name: str, told: Callable[[str], T], expected: str) -> tuple[T, ...]:
        values: list[T] = []
        texts = [text.strip() for text in params.getlist(name) if text.strip()]
        for text in texts[:MOST]:
            try:
                values.append(told(text))
            except ValueError:
                wrong.append(f"“{name}” is {expected}, not “{text[:40]}”.")
        if len(texts) > MOST:
            wrong.append(f"“{name}” stands in the address {len(texts)} times; at most {MOST} are read.")
        return tuple(dict.fromkeys(values))

    words = params.get("q", "").replace("\0", " ").strip()
    if len(words) > LONGEST:
        wrong.append(f"A search has at most {LONGEST} characters; this one has {len(words):,}.")
        words = ""
    lists: dict[str, Any] = {
        part: many(name, *((whole, "a number of the library") if name in ("page", "advertiser", "payer") else (plain, "a short name")))
        for name, part in LISTS.items()
    }  # fmt: skip
    lists["countries"] = tuple(code.upper() for code in lists["countries"])
    languages = many("language", plain, "the code of a language, or - where it is not known")
    asked = Asked(
        words=words,
        language=languages[0] if len(languages) == 1 else "",
        election=one("election", UUID, "the key of an election"),
        first=one("from", date.fromisoformat, "a day such as 2016-11-08"),
        last=one("to", date.fromisoformat, "a day such as 2016-11-08"),
        spend_from=one("spend_from", amount, "an amount such as 12.50"),
        spend_to=one("spend_to", amount, "an amount such as 12.50"),
        impressions_from=one("impressions_from", whole, "a whole number"),
        impressions_to=one("impressions_to", whole, "a whole number"),
        hidden=one("hidden", hidden, "removed or expunged"),
        **lists,
    )
    question = Question(
        asked=asked,
        languages=languages,
        years=many("year", year, "a year such as 2016"),
        currencies=many("currency", plain, "the code of a currency"),
        sort=one("sort", sort, "newest, spend or impressions") or "newest",
        place=one("at", whole, "a place in the library"),
        as_of=one("as_of", moment, "a moment in UTC such as 2026-11-22T06:00"),
        summed=one("sums", summed, "all") or False,
        after=one("after", after, "where a page ended"),
    )
    if question.place is not None and question.place > present():
        wrong.append(f"The library has {present():,} places so far; the address asks for place {question.place:,}.")
    if asked.first and asked.last and asked.first > asked.last:
        wrong.append("“from” lies behind “to”.")
    return question, wrong


def whole(text: str) -> int:
    """A number of at most 18 digits, which the database can hold."""
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def amount(text: str) -> Decimal:
    """An amount of money."""
    if not AMOUNT.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def plain(text: str) -> str:
    """A code or name; `-` says that it is not known."""
    if text == UNKNOWN:
        return ""
    if not PLAIN.fullmatch(text):
        raise ValueError(text)
    return text


def year(text: str) -> int:
    """A year of which days can be written."""
    if not re.fullmatch(r"[0-9]{4}", text) or int(text) == 0:
        raise ValueError(text)
    return int(text)


def sort(text: str) -> str:
    """One of the orders."""
    if text not in SORTS:
        raise ValueError(text)
    return text


def summed(text: str) -> bool:
    """Whether everything is to be summed up."""
    if text != "all":
        raise ValueError(text)
    return True


def hidden(text: str) -> str:
    """One of the ways in which something is hidden."""
    if text not in ("removed", "expunged"):
        raise ValueError(text)
    return text


def moment(text: str) -> datetime:
    """A moment; without a zone it is UTC. A plus in an address may have become a blank."""
    told = datetime.fromisoformat(text.replace(" ", "+", 1) if "T" in text else text)
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def after(text: str) -> tuple[str, int]:
    """Where a page ended."""
    value, _, number = text.partition("~")
    return (str(amount(value)) if value else "", whole(number))
