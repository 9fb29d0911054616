"""Deliveries read from files: every row checked before the first is taken, and a run that was stopped goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from uuid import UUID

from hustings.apps import database
from hustings.apps.ads.delivery import Fact, deliver, wrong
from hustings.apps.ads.models import Ad, ArchiveImport
from hustings.apps.audit.record import record
from hustings.apps.database import WEB, in_role
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.connectors.reading import read_foreign
from hustings.errors import BadInput, Problem

__all__ = ["COLUMNS", "Taken", "take_deliveries"]

COLUMNS = ("ad", "day", "region", "age", "gender", "impressions", "clicks", "spend", "currency", "viewers")
NEEDED = ("ad", "day")
LONGEST = {"region": 120, "age": 20, "gender": 20}
BATCH = 1_000
LARGEST = 2**63 - 1
MOST_MONEY = Decimal(10) ** 12
ARCHIVE = "deliveries"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a file; `before` rows were in from an earlier run that was stopped."""

    rows: int
    ads: int
    before: int
    again: bool = False


def take_deliveries(path: Path, *, by: Seat, progress: Callable[[int], None] = lambda _: None) -> Taken:
    """Record what a file says was delivered, in the order of days, batch by batch with how far it got.

    Reads    CSV, TSV, JSON Lines or Parquet with the columns of COLUMNS; `ad` is the key of an ad of one's own door, its
             number there, or the advertiser's own number where only one ad has it. Viewers are opaque keys with ; between
    Raises   BadInput with every problem of the whole file; then nothing is taken
    Limits   other columns are not read
    """
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    table = read_foreign(path)
    lacking = [name for name in NEEDED if name not in table.column_names]
    if lacking:
        raise BadInput("These are no deliveries.", [Problem(
            where=str(path), found=", ".join(table.column_names)[:300], expected="the columns " + ", ".join(lacking),
            do="Name the columns so; see docs/reference/ads-door.md.")])  # fmt: skip
    rows = table.select([name for name in COLUMNS if name in table.column_names]).to_pylist()
    with acting(by):
        require(by, "take ads in")
        facts = read(rows, by)
        into, _ = ArchiveImport.objects.get_or_create(
            held_by=by.appointment.position.organisation, archive=ARCHIVE, sha256=sha256,
            defaults={"name": path.name[-300:], "by": by.appointment},
        )  # fmt: skip
    facts.sort(key=lambda fact: (fact.day, fact.ad, fact.region, fact.age, fact.gender))
    ads = len({fact.ad for fact in facts})
    before = into.done_up_to
    if into.ended_at is not None:
        return Taken(rows=len(facts), ads=ads, before=before, again=True)
    for start in range(before, len(facts), BATCH):
        with acting(by):
            deliver(facts[start : start + BATCH], by=by)
            into.done_up_to = into.rows_in = min(start + BATCH, len(facts))
            into.save(update_fields=["done_up_to", "rows_in"])
        progress(into.done_up_to)
    with acting(by):
        into.rows_read, into.ended_at = len(facts), database.moment()
        into.save(update_fields=["rows_read", "ended_at"])
        record(
            "deliveries read in", by=by, subject=("import", into.pk),
            facts={"rows": len(facts), "ads": ads, "sha256": sha256},
        )  # fmt: skip
    return Taken(rows=len(facts), ads=ads, before=before)


@contextmanager
def acting(by: Seat) -> Iterator[None]:
    """One batch: a transaction of its own, in the seat, held to the rights of the web."""
    with in_role(WEB):
        database.seat(by.id, strong=by.strong)
        yield


def read(rows: list[dict[str, Any]], by: Seat) -> list[Fact]:
    """The facts of all rows. Raises BadInput with everything that is wrong in any of them."""
    door = by.appointment.position.organisation_id
    known = {ad.pk: ad for ad in Ad.objects.filter(held_by=door).only("pk", "number")}
    named = names_of(known)
    problems: list[Problem] = []
    facts: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    for place, row in enumerate(rows, 2):
        found = fact_of(row, named, f"row {place}", problems)
        if found is None:
            continue
        key = (found.ad, found.day, found.region, found.age, found.gender)
        amiss = wrong(found, known, key in seen)
        seen.add(key)
        if amiss:
            problems.append(
                Problem(where=f"row {place}, {amiss[0]}", found=amiss[1], expected=amiss[2], do="Mend the row.")
            )
        facts.append(found)
    if problems:
        raise BadInput("The deliveries cannot be taken in; nothing was.", problems)
    return facts


def names_of(known: Mapping[UUID, Ad]) -> dict[str, UUID | None]:
    """By what an ad may be called; None where several are called so."""
    named: dict[str, UUID | None] = {}
    for key, ad in known.items():
        for name in {str(key), ad.number, ad.number.partition(":")[2]} - {""}:
            named[name] = None if name in named else key
    return named


def fact_of(
    row: Mapping[str, Any], named: Mapping[str, UUID | None], where: str, problems: list[Problem]
) -> Fact | None:
    """One row; None where it cannot be read, with what is wrong added to the problems."""
    before = len(problems)

    def amiss(column: str, expected: str) -> None:
        said = repr(row.get(column))[:100]
        problems.append(Problem(where=f"{where}, {column}", found=said, expected=expected, do="Mend the row."))

    def words(column: str) -> str:
        cell = row.get(column)
        return "" if cell is None else str(cell).strip()

    ad = named.get(words("ad"))
    if ad is None:
        several = words("ad") in named
        amiss(
            "ad",
            "the key of one ad: several have this number" if several else "the key or number of an ad of this door",
        )
    try:
        day = date.fromisoformat(words("day")[:10])
    except ValueError:
        amiss("day", "a day as 2026-11-22")
        day = date.min
    for column, longest in LONGEST.items():
        if len(words(column)) > longest or "\x00" in words(column):
            amiss(column, f"at most {longest} characters")
    counts: dict[str, int | None] = {}
    for column in ("impressions", "clicks"):
        text = words(column).removesuffix(".0")
        counts[column] = int(text) if text.isascii() and text.removeprefix("-").isdigit() else None
        if (text and counts[column] is None) or abs(counts[column] or 0) > LARGEST:
            amiss(column, "a whole number, or nothing where it is not known")
    spend = None
    if words("spend"):
        try:
            spend = Decimal(words("spend"))
        except InvalidOperation:
            amiss("spend", "an amount as 12.50")
        if spend is not None and (not spend.is_finite() or abs(spend) >= MOST_MONEY):
            amiss("spend", "an amount below 10^12")
            spend = None
    currency = words("currency")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        amiss("currency", "a code as EUR")
    viewers = row.get("viewers")
    if isinstance(viewers, str):
        viewers = [one.strip() for one in viewers.split(";") if one.strip()]
    if len(problems) > before or ad is None:
        return None
    return Fact(
        ad=ad, day=day, region=words("region"), age=words("age"), gender=words("gender"), spend=spend, currency=currency,
        viewers=[str(one) for one in viewers] if viewers else None, impressions=counts["impressions"], clicks=counts["clicks"],
    )  # fmt: skip
