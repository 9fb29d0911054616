"""What a search found, in sums: ads, money by currency, impressions, and how they spread; all from one walk over the rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from hustings.apps.library.find import newest_first
from hustings.apps.library.models import Shown
from hustings.apps.library.pages.question import Question
from hustings.apps.library.patience import LONGEST_MS, patiently

__all__ = ["Share", "Sums", "sums"]

# Of more, only the newest are summed up unless somebody asks for all; words are dearer to look for.
MOST, MOST_OF_WORDS = 2_000, 500
SHORT_MS = 700  # the ads themselves are worth waiting for, their sums less
FACETS = ("archive", "platform", "state", "category", "language", "currency", "year", "advertiser", "page", "election")
COLUMNS = (
    "number", "archive", "platform", "state", "category", "language", "currency", "starts", "advertiser", "page", "countries", "regions", "spend", "impressions",
    "election",
)  # fmt: skip

SUMS = """
WITH found AS MATERIALIZED ({found}),
dated AS (SELECT *, extract(year FROM starts)::int AS year, date_trunc('month', starts)::date AS month FROM found)
SELECT {which} AS facet, {value} AS value, count(*), count(spend), sum(spend), count(impressions), sum(impressions)
FROM dated GROUP BY GROUPING SETS ((), (month), (month, currency), {sets})
UNION ALL
SELECT 'country', code, count(*), count(spend), sum(spend), count(impressions), sum(impressions)
FROM found, unnest(CASE WHEN countries = '{{}}' THEN ARRAY[''] ELSE countries END) AS code GROUP BY code
UNION ALL
SELECT 'region', code, count(*), count(spend), sum(spend), count(impressions), sum(impressions)
FROM found, unnest(regions) AS code GROUP BY code
"""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of what was found: how many ads, how many tell what they cost and how often they were shown, and both sums."""

    value: str
    ads: int
    priced: int
    spend: Decimal | None
    counted: int
    impressions: int | None


@dataclass(kw_only=True)
class Sums:
    """All parts of what was found; `by` maps archive, platform, ... country, month to their parts, the largest first.

    bounded   there may be more: these are the sums of the newest
    """

    ads: int = 0
    bounded: bool = False
    counted: int = 0
    impressions: int | None = None
    by: dict[str, list[Share]] = field(default_factory=dict)

    @property
    def money(self) -> list[Share]:
        """Spend by currency, of the ads that tell it; nothing spent in no currency is no amount."""
        return [one for one in self.by.get("currency", []) if one.priced and (one.value or one.spend)]

    @property
    def priced(self) -> int:
        """How many ads tell exactly what they cost."""
        return sum(one.priced for one in self.by.get("currency", []))

    @property
    def months(self) -> list[tuple[date, Share]]:
        """Ads by the month they were first shown in; those of which that is not known are left out."""
        return sorted((date.fromisoformat(one.value), one) for one in self.by.get("month", []) if one.value)


def sums(question: Question, at: int | None) -> Sums | None:
    """Sum up what a question finds, or the newest of it; None where that takes longer than anybody waits.

    Costs    one walk over what is summed up, however many parts it is told by
    Limits   an ad shown in several countries counts in each
    """
    most = None if question.summed else MOST_OF_WORDS if question.asked.words else MOST
    rows = patiently(lambda: asked(question, at, most), LONGEST_MS if question.summed else SHORT_MS)
    if rows is None:
        return None
    told: dict[str, list[Share]] = defaultdict(list)
    whole = Sums()
    for facet, value, ads, priced, spend, counted, impressions in rows:
        share = Share(
            value=value or "",
            ads=ads,
            priced=priced,
            spend=spend,
            counted=counted,
            impressions=None if impressions is None else int(impressions),
        )
        if facet == "all":
            whole.ads, whole.counted, whole.impressions = share.ads, share.counted, share.impressions
        else:
            told[facet].append(share)
    for parts in told.values():
        parts.sort(key=lambda one: (-one.ads, one.value))
    whole.by, whole.bounded = dict(told), whole.ads == most
    return whole


def asked(question: Question, at: int | None, most: int | None) -> list[tuple[Any, ...]]:
    """The sums as the database gives them, of the newest so many."""
    found = question.found(at)
    if most is not None:  # which these are is read from an index alone, where no words are asked for
        found = Shown.objects.filter(seq__in=newest_first(found, most).values("seq"))
    try:
        statement, values = found.values(*COLUMNS).query.sql_with_params()
    except EmptyResultSet:  # nothing can fit
        return [("all", None, 0, 0, None, 0, None)]
    with connection.cursor() as cursor:
        cursor.execute(written(statement), values)
        return list(cursor.fetchall())


def written(found: str) -> str:
    """The statement around a search; every name in it is one of ours."""
    # A bit of grouping() is 0 where the column is grouped by.
    which = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in FACETS if name != "currency")
    value = " ".join(f"WHEN grouping({name}) = 0 THEN {name}::text" for name in FACETS if name != "currency")
    both = "grouping(month) = 0 AND grouping(currency) = 0"
    return SUMS.format(
        found=found,
        which=f"CASE WHEN {both} THEN 'spent' WHEN grouping(month) = 0 THEN 'month' WHEN grouping(currency) = 0 THEN 'currency' {which} ELSE 'all' END",
        value=f"CASE WHEN {both} THEN concat(month, ' ', currency) WHEN grouping(month) = 0 THEN month::text "
        f"WHEN grouping(currency) = 0 THEN currency {value} END",
        sets=", ".join(f"({name})" for name in FACETS),
    )
