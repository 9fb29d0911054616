"""Reading the library: what is asked, as of which moment, in an order that nothing published later can disturb."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Max, Q, QuerySet, Value

from hustings.apps.items.words import terms_of
from hustings.apps.library.models import Shown, Version
from hustings.apps.library.patience import patiently
from hustings.apps.library.protection import LANGUAGES
from hustings.apps.remembered import remembered
from hustings.policy.advertising import AdState

__all__ = ["Asked", "as_it_stood", "newest", "newest_first", "present", "rows_of", "search", "versions_of"]

RUNNING = (AdState.DELIVERING.value, AdState.PAUSED.value)

LANGUAGES_THERE = """
WITH RECURSIVE found AS (
  (SELECT language FROM library_shown WHERE language <> '' ORDER BY language LIMIT 1)
  UNION ALL
  SELECT (SELECT s.language FROM library_shown s WHERE s.language > found.language ORDER BY s.language LIMIT 1)
  FROM found WHERE found.language IS NOT NULL
) SELECT language FROM found WHERE language IS NOT NULL
"""

# The terms by each stemmer, each form once, as one query. A stemmer of whose language every term is too common has none.
FORMS = """
SELECT coalesce(string_agg('(' || form || ')', ' | ' ORDER BY form), '') FROM (
  SELECT DISTINCT to_tsquery(stemmer::regconfig, %s)::text AS form FROM unnest(%s::text[]) AS stemmer) AS forms WHERE form <> ''
"""
DEARER, FEW_OF_DAYS = 2, 50_000
SOON_MS = 700

DAYS = Func(F("starts"), F("ends"), F("state"), function="library_days", output_field=DateRangeField())


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
    if (asked.first or asked.last) and (asked.first or date.min) <= (asked.last or date.max):
        # Says no more than what follows, in the words of an index.
        found = found.annotate(days=DAYS).filter(days__overlap=DateRange(asked.first, asked.last, "[]"))
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
    if asked.words:  # last: the conditions are tried in this order, and the words of an ad are the dearest to read
        found = with_words(found, asked)
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
        found = found.filter(search=any_form(" & ".join(wanted), stemmers))
    if unwanted:
        found = found.exclude(search=any_form(" | ".join(unwanted), stemmers))
    return found


class Forms(SearchQuery):
    """A query of words that the database has parsed already."""

    template = "%(expressions)s::tsquery"


def any_form(terms: str, stemmers: Sequence[str]) -> Forms:
    """Terms as they stand or by any of the stemmers, each form once: the database takes two that are equal for twice as many ads."""
    with connection.cursor() as cursor:
        cursor.execute(FORMS, [terms, list(stemmers)])
        return Forms(Value(cursor.fetchone()[0]))


def newest(found: QuerySet[Shown], many: int) -> list[int]:
    """The `seq` of the first rows by number, newest first.

    Where the way that seemed to suit has not led there in time, the statistics were wrong, and the other is gone.
    """
    found_soon = patiently(lambda: seqs(newest_first(found, many)), SOON_MS)
    return seqs(newest_first(found, many, otherwise=True)) if found_soon is None else found_soon


def seqs(rows: QuerySet[Shown]) -> list[int]:
    """The places of some rows."""
    return list(rows.values_list("seq", flat=True))


def newest_first(found: QuerySet[Shown], many: int, *, otherwise: bool = False) -> QuerySet[Shown]:
    """The first rows by number, newest first, in the way that suits how many fit, or the other way.

    Where many fit, the newest stand near the end of the index by number. Where few do, walking back along it would read
    all there is; what the words or days lead to is sorted instead. How many fit, the planner's statistics tell.
    """
    try:
        planned = found.order_by().values("seq").explain(format="json")
    except EmptyResultSet:
        planned = ""
    if not planned:  # nothing can fit, so there is no statement
        return found.none()
    fit = json.loads(planned)[0]["Plan"]["Plan Rows"]
    # A walk passes `many * all / fit` rows, and reads words in each that takes so many times what one to be sorted does.
    few = fit * fit <= DEARER * many * remembered("library size", ask_size)
    # Ads of the same days have numbers near each other, so that a walk may find them all at its end.
    few = few or ("days" in found.query.annotations and fit <= FEW_OF_DAYS)
    # By an expression, so that no index gives the order.
    return found.order_by((F("number") + Value(0)).desc() if few is not otherwise else F("number").desc())[:many]


def ask_size() -> int:
    """About how many rows the library shows, as statistics tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 1)::bigint FROM pg_class WHERE oid = 'library_shown'::regclass")
        return int(cursor.fetchone()[0])


def rows_of(seqs: Sequence[int]) -> QuerySet[Shown]:
    """The rows that `newest` named, in its order."""
    return Shown.objects.filter(seq__in=list(seqs)).order_by("-number").defer("search", "meta")


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
