"""The ads that fit a query in Meta's words."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from hustings.apps.items.words import PARTING, terms_of
from hustings.apps.library.find import RUNNING, Asked, newest, rows_of, search
from hustings.apps.library.models import Shown
from hustings.exchange.ads.asked import BIGGEST, Query

__all__ = ["ads", "page"]

# Stand in a statement that is kept for those of a request: no number that is asked for is below zero.
AT, BELOW = -7, -8
KEPT = 500
UNREADY = Case(When(meta__isnull=True, then=Cast("body", TextField())))

SIGNS = str.maketrans(PARTING, " " * len(PARTING))


def page(query: Query, *, at: int, below: int) -> list[tuple[int, str | None, str | None]]:
    """The next ads, and one more where there are more: number, what was made ready or the record it has to be made of.

    below   0 is the first page
    """
    if query.words or query.bylines or query.first or query.last:
        found = ads(query, at=at)
        seqs = newest(found.filter(number__lt=below) if below else found, query.limit + 1)
        return list(rows_of(seqs).values_list("number", "meta", UNREADY))
    try:
        sql, params = statement(replace(query, after="", limit=1, fields=()))
    except EmptyResultSet:  # nothing can fit, so there is no statement
        return []
    said = {AT: at, BELOW: below or BIGGEST}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} LIMIT %s",
            [*(said.get(one, one) if isinstance(one, int) else one for one in params), query.limit + 1],
        )
        return list(cursor.fetchall())


@lru_cache(maxsize=KEPT)
def statement(query: Query) -> tuple[str, tuple[Any, ...]]:
    """The SQL of a query: every page of a walk asks it again, and putting it together takes longer than answering it."""
    found = ads(query, at=AT).filter(number__lt=BELOW)
    found = found.values_list("number", "meta", UNREADY)
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)


def ads(query: Query, *, at: int) -> QuerySet[Shown]:
    """Newest number first, as at a place.

    Signs are no words: of `.`, which one client sends for "all", nothing is left, and so everything fits.
    """
    words = query.words.translate(SIGNS).split()
    asked = Asked(
        words=f'"{" ".join(words)}"' if query.phrase and words else " ".join(words),
        countries=query.countries,
        pages=query.pages,
        first=query.first,
        last=query.last,
    )
    found = search(asked, at=at)
    if query.active is not None:
        found = found.filter(state__in=RUNNING) if query.active else found.exclude(state__in=RUNNING)
    if query.languages:
        found = found.filter(language__in=query.languages)
    if query.platforms:
        found = found.filter(platform__in=query.platforms)
    if query.bylines:
        found = with_bylines(found, query.bylines)
    if query.regions:
        found = found.filter(
            path('strict $.by_region[*] ? (@[0] == $given[*] && @[1] != "0")', given=list(query.regions))
        )
    if query.media != "ALL":
        found = with_media(found, query.media)
    for ending, bound in (("gte", query.audience_from), ("lte", query.audience_to)):
        if bound is not None:
            found = found.filter(**{f"body__reach__people__{ending}": bound})
    return found


def with_bylines(found: QuerySet[Shown], bylines: tuple[str, ...]) -> QuerySet[Shown]:
    """Those whose disclaimer says exactly one of these; its words are asked of the index first."""
    terms = [term for line in bylines for term in terms_of(f'"{line.translate(SIGNS)}"')[0]]
    if not terms:
        return found.none()
    indexed = reduce(or_, (SearchQuery(term, config="simple", search_type="raw") for term in terms))
    return found.filter(search=indexed, body__disclaimer__in=bylines)


def with_media(found: QuerySet[Shown], media: str) -> QuerySet[Shown]:
    """Those with a picture, a picture with words in it, a film, or none of these."""
    match media:
        case "NONE":
            return found.filter(Q(body__media=[]) | Q(body__media__isnull=True))
        case "MEME":
            return found.filter(path('$.media[*] ? (@.kind == "image" && @.recognised_text != "")'))
        case _:
            return found.filter(path("$.media[*] ? (@.kind == $given)", given=media.lower()))


def path(said: str, **given: object) -> Func:
    """Whether anything in the record is found by a path of SQL/JSON."""
    return Func(
        F("body"), Func(Value(said), template="%(expressions)s::jsonpath"), Func(Value(json.dumps(given)), template="%(expressions)s::jsonb"),
        Value(True), function="jsonb_path_exists", output_field=BooleanField(),
    )  # fmt: skip
