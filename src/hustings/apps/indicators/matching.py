"""Looks for indicators in what an organisation holds: what is new of either side, once.

Each round looks at the ads that came or changed since the last with all indicators, and at all ads with the indicators that
came since. What is written twice is one row, so a round that is killed is made again. Nobody is told of a match but who
may know the indicator, at the organisation that holds the ad.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from hustings.apps.ads.models import Ad
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.indicators.models import Indicator, Match, Progress
from hustings.apps.indicators.observed import of_actor, of_ad, of_trace, shown
from hustings.apps.sweeps.models import TraceTable
from hustings.exchange.indicator.lookup import Lookup, Watched
from hustings.exchange.indicator.seen import Seen

__all__ = ["Looked", "look"]

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# A transaction that began before the last round may be there only now: so far back each round looks again.
OVERLAP = timedelta(minutes=15)
PORTION = 2000


@dataclass
class Looked:
    """What one round did."""

    ads: int = 0
    tables: int = 0
    matches: int = 0


def look(held_by: UUID) -> Looked:
    """One round for one organisation."""
    looked = Looked()
    with in_role(WORKER):
        counted = Indicator.objects.filter(held_by=held_by, tree__isnull=False, revoked=False, replaced_by=None)
        new = counted.filter(looked_at=None)
        keys = list(new.values_list("pk", flat=True))
        now = moment()
        done: dict[UUID | None, datetime] = dict(Progress.objects.filter(held_by=held_by).values_list("table", "until"))
        since = done[None] - OVERLAP if None in done else BEGINNING
        fresh = Ad.objects.filter(held_by=held_by, changed_at__gt=since)
        tables = TraceTable.objects.filter(item__made_by__position__organisation=held_by).order_by("pk")
        unseen = [table for table in tables if table.pk not in done]
        if unseen or fresh.exists():
            everything = lookup(counted)
            through(held_by, fresh, everything, looked)
            for table in unseen:
                in_table(held_by, table, everything, looked)
        if keys:
            asked = lookup(new.filter(pk__in=keys))
            through(held_by, Ad.objects.filter(held_by=held_by).exclude(pk__in=fresh.values("pk")), asked, looked)
            for table in tables:
                if table not in unseen:
                    in_table(held_by, table, asked, looked)
            Indicator.objects.filter(pk__in=keys).update(looked_at=now)
        for table_key in (None, *(table.pk for table in unseen)):
            Progress.objects.update_or_create(held_by_id=held_by, table_id=table_key, defaults={"until": now})
    return looked


def through(held_by: UUID, ads: QuerySet[Ad], asked: Lookup[UUID], looked: Looked) -> None:
    """Look at these ads, portion by portion."""
    if not asked.patterns:
        return
    rows: list[Match] = []
    for ad in shown(ads):
        looked.ads += 1
        rows += [
            Match(indicator_id=hit.key, held_by_id=held_by, ad_id=ad.key, seen=hit.seen.as_json(), at=ad.at)
            for hit in asked.hits(list(of_ad(ad)), ad.at)
        ]
        if len(rows) >= PORTION:
            looked.matches += written(rows)
            rows = []
    looked.matches += written(rows)


def in_table(held_by: UUID, table: TraceTable, asked: Lookup[UUID], looked: Looked) -> None:
    """Look at a table; a pattern counts for the rows of the time at which it says it does, by their first moment."""
    place = Path(settings.TABLES) / table.path
    if not asked.patterns or not place.exists():
        return
    looked.tables += 1
    found: dict[UUID, Match] = {}
    for thing, many, first in things_of(place):
        for hit in asked.hits(thing, first):
            row = found.setdefault(
                hit.key,
                Match(indicator_id=hit.key, held_by_id=held_by, table=table, seen=hit.seen.as_json(), at=first, rows=0),
            )
            row.rows += many
            row.at = min(row.at or first, first)
    looked.matches += written(list(found.values()))


def things_of(place: Path) -> Iterator[tuple[list[Seen], int, datetime]]:
    """What a trace table shows: each trace and each actor of a portion once, with how many rows and since when."""
    file = pq.ParquetFile(place)
    for batch in file.iter_batches(batch_size=1 << 18, columns=["platform", "actor", "kind", "trace", "at"]):
        rows = pa.table([batch[name] for name in batch.schema.names], batch.schema.names)
        rows = rows.set_column(rows.schema.get_field_index("at"), "at", rows["at"].cast(pa.timestamp("us", "UTC")))
        for names in (("kind", "trace"), ("platform", "actor")):
            # Dictionaries of one portion are not those of the next, and grouping wants plain text.
            plain = rows.select([*names, "at"])
            for name in names:
                plain = plain.set_column(plain.schema.get_field_index(name), name, pc.cast(plain[name], pa.string()))
            grouped = plain.group_by(list(names)).aggregate([("at", "count"), ("at", "min")])
            for row in grouped.to_pylist():
                if row["at_min"] is None or row[names[0]] is None or row[names[1]] is None:
                    continue
                seen = (
                    of_trace(row["kind"], row["trace"])
                    if names[0] == "kind"
                    else [of_actor(row["platform"], row["actor"])]
                )
                yield list(seen), row["at_count"], row["at_min"]


def lookup(rows: QuerySet[Indicator]) -> Lookup[UUID]:
    """Indicators, ready to be asked."""
    told = rows.values_list("pk", "tree", "since", "until")
    return Lookup(Watched(key, tree, begin, end) for key, tree, begin, end in told.iterator() if tree is not None)


@transaction.atomic
def written(rows: list[Match]) -> int:
    """Write matches that are not there yet; gives how many these are."""
    there = set(
        Match.objects.filter(indicator__in=[row.indicator_id for row in rows]).values_list("indicator", "ad", "table")
    )
    new = [row for row in rows if (row.indicator_id, row.ad_id, row.table_id) not in there]
    Match.objects.bulk_create(new, ignore_conflicts=True, batch_size=PORTION)
    return len(new)
