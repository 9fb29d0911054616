"""Reading the library: what is asked, as of which moment, in an order that nothing published later can disturb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Max, Q, QuerySet

from hustings.apps.items.words import terms_of
from hustings.apps.library.models import Shown, Version
from hustings.apps.library.protection import LANGUAGES
from hustings.apps.remembered import remembered
from hustings.policy.advertising import AdState

__all__ = ["Asked", "as_it_stood", "present", "search", "versions_of"]

RUNNING = (AdState.DELIVERING.value, AdState.PAUSED.value)

LANGUAGES_THERE = """
WITH RECURSIVE found AS (
  (SELECT language FROM library_shown WHERE language <> '' ORDER BY language LIMIT 1)
  UNION ALL
  SELECT (SELECT s.language FROM library_shown s WHERE s.language > found.language ORDER BY s.language LIMIT 1)
  FROM found WHERE found.language IS NOT NULL
) SELECT language FROM found WHERE language IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody looks for. Empty parts ask for nothing; the rest must all hold.

    words               as people search: words, "phrases", -without; found as written and, by `language`, by their stems
    first, last         shown on at least one of these days; of what ran elsewhere and has no last day, the first counts
    spend_from, ...     exact numbers; ads whose number is not known are not found by them
    """

    words: str = ""
    language: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    advertisers: tuple[int, ...] = ()
    payers: tuple[int, ...] = ()
    currency: str = ""
    election: UUID | None = None
    first: date | None = None
    last: date | None = None
    spend_from: Decimal | None = None
    spend_to: Decimal | None = None
    impressions_from: int | None = None
    impressions_to: int | None = None
    hidden: str | None = None


def present() -> int:
    """The place of the newest version: a walk that begins here sees the library as it is now, to its end."""
    return Version.objects.aggregate(last=Max("seq"))["last"] or 0


def as_it_stood(moment: datetime) -> int:
    """The place of the newest version that was published by `moment`."""
    return Version.objects.filter(at__lte=moment).aggregate(last=Max("seq"))["last"] or 0


def search(asked: Asked, *, kind: str = "ad", at: int | None = None) -> QuerySet[Shown]:
    """What fits, newest number first. A number never changes, so pages by it are complete and without repeats.

    at   the place that `present` or `as_it_stood` gave; None is the present, a little faster

    Limits   a creative that was removed and a record that was expunged later are hidden at every place
    """
    found = Shown.objects.filter(kind=kind)
    if at is None:
        found = found.filter(until__isnull=True)
    else:
        found = found.filter(seq__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))
    if asked.words:
        found = with_words(found, asked)
    for column, values in (
        ("archive", asked.archives), ("platform", asked.platforms), ("state", asked.states), ("category", asked.categories),
        ("page", asked.pages), ("advertiser", asked.advertisers), ("payer", asked.payers),
    ):  # fmt: skip
        if values:
            found = found.filter(**{f"{column}__in": values})
    if asked.countries:
        found = found.filter(countries__overlap=list(asked.countries))
    if asked.regions:
        found = found.filter(regions__overlap=list(asked.regions))
    if asked.currency:
        found = found.filter(currency=asked.currency)
    if asked.election is not None:
        found = found.filter(election=asked.election)
    if asked.first is not None:
        on = Q(ends__gte=asked.first) | Q(ends__isnull=True, starts__gte=asked.first)
        found = found.filter(on | Q(state__in=RUNNING, starts__isnull=False))
    if asked.last is not None:
        found = found.filter(starts__lte=asked.last)
    for column, low, high in (
        ("spend", asked.spend_from, asked.spend_to), ("impressions", asked.impressions_from, asked.impressions_to),
    ):  # fmt: skip
        if low is not None:
            found = found.filter(**{f"{column}__gte": low})
        if high is not None:
            found = found.filter(**{f"{column}__lte": high})
    if asked.hidden is not None:
        found = found.filter(hidden=asked.hidden)
    return found.order_by("-number").defer("search", "meta")


def with_words(found: QuerySet[Shown], asked: Asked) -> QuerySet[Shown]:
    """Those that hold the words, as written or by the stems of a language, and none of the unwanted ones in any form."""
    wanted, unwanted = terms_of(asked.words)
    if not wanted and not unwanted:
        return found.none()
    stemmers = [
        "simple",
        *sorted(
            {LANGUAGES[code] for code in ([asked.language] if asked.language else languages()) if code in LANGUAGES}
        ),
    ]
    if wanted:
        query = reduce(or_, (SearchQuery(" & ".join(wanted), config=one, search_type="raw") for one in stemmers))
        found = found.filter(search=query)
    for one in stemmers if unwanted else ():
        found = found.exclude(search=SearchQuery(" | ".join(unwanted), config=one, search_type="raw"))
    return found


def languages() -> list[str]:
    """The languages of the ads that are there."""
    return remembered("library languages", ask_languages)


def ask_languages() -> list[str]:
    """The same, asked of the database: a jump along the index from each language to the next."""
    with connection.cursor() as cursor:
        cursor.execute(LANGUAGES_THERE)
        return [row[0] for row in cursor.fetchall()]


def versions_of(number: int, *, at: int | None = None) -> QuerySet[Shown]:
    """Every version of a subject that there was at a place, the newest first."""
    found = Shown.objects.filter(number=number)
    return (found if at is None else found.filter(seq__lte=at)).order_by("-seq")
