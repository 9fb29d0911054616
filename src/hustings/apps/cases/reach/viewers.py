"""People of a sealed table of viewers, counted one by one: who asked and why stands in its custody, who the people are nowhere."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from hustings.apps.cases import find
from hustings.apps.cases.models import Case, Evidence
from hustings.apps.cases.sealing import look_at
from hustings.apps.cases.store import store
from hustings.apps.people.seat import Seat
from hustings.connectors.viewers import read_viewers
from hustings.errors import BadInput, Problem
from hustings.screening.reach_table import Counted, count_views

__all__ = ["LARGEST", "count_sealed", "tables_of"]

LARGEST = 64 * 1024 * 1024  # read while somebody waits; larger ones by `hustings reach`


def tables_of(seat: Seat, case: Case) -> QuerySet[Evidence]:
    """The sealed objects of a case that may be tables, by their names."""
    named = Q(name__iendswith=".csv") | Q(name__iendswith=".parquet") | Q(name__iendswith=".pq")
    return find.evidence(seat).filter(named, case__in=find.parts_of(seat, case)).order_by("name", "pk")


@transaction.atomic
def count_sealed(kept: Evidence, *, by: Seat, why: str, day: date | None = None) -> list[Counted]:
    """Count who saw at least one ad of a sealed table, each once, under a key that is thrown away.

    Raises   BadInput for a table that is too large, gone or changed since it was sealed, or cannot be read; a refusal leaves no row
    """
    if kept.size > LARGEST:
        raise BadInput("The table is too large to be counted here.", [
            Problem(where=kept.name, found=f"{kept.size:,} bytes", expected=f"{LARGEST:,} at most", do="Use `hustings reach` on a copy."),
        ])  # fmt: skip
    look_at(kept, by=by, why=why)
    if not store().intact(kept.sha256):
        raise BadInput("The table is not as it was sealed.", [
            Problem(where=kept.name, found="bytes gone or changed", expected=f"SHA-256 {kept.sha256}", do="Tell the administrator now."),
        ])  # fmt: skip
    with store().open(kept.sha256) as file:
        return count_views(read_viewers(file, kept.name), secrets.token_bytes(32), day=day)
