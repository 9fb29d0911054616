"""Rounds over what is sealed: every night a part of it is read again, so that all of it is within thirty days."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Custody, Evidence
from hustings.apps.cases.store import Store, store
from hustings.apps.database import moment
from hustings.apps.dated import ClockTimestamp

__all__ = ["WITHIN", "Round", "check_round", "damage_of", "damaged", "overdue"]

WITHIN = timedelta(days=30)
# What is this old is read tonight whatever its number; a thirtieth each night would leave none for a night that failed.
DUE = timedelta(days=27)
NIGHTS = 25
MISSING, CHANGED = "missing", "changed"


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a night found."""

    checked: int
    missing: int
    changed: int


def check_round(*, now: datetime | None = None) -> Round:
    """Read again what was checked longest ago, and write down what was found; what is wrong stands in its custody.

    Gives    how many objects were read, and how many are missing or changed
    Limits   an object that is wrong is told of once, and read again every night until it is whole
    """
    given, now = now, now or moment()
    held = store()
    wrong = {MISSING: 0, CHANGED: 0}
    told: dict[str, str] = {}  # the same bytes are read once, however often they were sealed
    due = tonight(now)
    for kept in due:
        if kept.sha256 not in told:
            told[kept.sha256] = state_of(held, kept.sha256)
        state = told[kept.sha256]
        with transaction.atomic():
            if state:
                wrong[state] += 1
                tell(kept, state)
            else:
                Evidence.objects.filter(pk=kept.pk).update(checked_at=given or ClockTimestamp())
    found = Round(checked=len(due), missing=wrong[MISSING], changed=wrong[CHANGED])
    bad = found.missing + found.changed
    with transaction.atomic():
        # How many, for everybody; which, in the log of each object: its digest alone tells who has the same bytes.
        record("evidence round", by=None, outcome="failed" if bad else "done",
               facts={"checked": found.checked, "missing": found.missing, "changed": found.changed})  # fmt: skip
    if bad:
        logging.getLogger(__name__).error("%d sealed objects are missing, %d changed", found.missing, found.changed)
    return found


def tonight(now: datetime) -> list[Evidence]:
    """What is read: all that is due, and at least one part in 25 of everything, longest unchecked first."""
    last = Coalesce("checked_at", "sealed_at")
    ordered = Evidence.objects.annotate(last=last).order_by("last", "pk")
    due = ordered.filter(last__lte=now - DUE).count()
    return list(ordered[: max(due, math.ceil(ordered.count() / NIGHTS))])


def state_of(held: Store, sha256: str) -> str:
    """What is wrong with the bytes; empty where nothing is."""
    if not held.there(sha256):
        return MISSING
    return "" if held.intact(sha256) else CHANGED


def tell(kept: Evidence, state: str) -> None:
    """Write into the custody of an object that it is not whole, unless that stands there already."""
    last = damage_of(kept)
    if last is not None and last.why == state:
        return
    Custody.objects.create(evidence=kept, act="check", by=None, why=state)
    record("evidence " + state, by=None, about=kept.item, outcome="failed", facts={"sha256": kept.sha256})


def damage_of(kept: Evidence) -> Custody | None:
    """What the last look at an object found wrong; None where it found nothing."""
    since = kept.custody.filter(act="check", at__gt=kept.checked_at or kept.sealed_at)
    return since.order_by("-at", "-pk").first()


def damaged() -> QuerySet[Evidence]:
    """What the last look at it found missing or changed."""
    since = Custody.objects.filter(
        evidence=OuterRef("pk"), act="check", at__gt=Coalesce(OuterRef("checked_at"), OuterRef("sealed_at"))
    )
    return Evidence.objects.filter(Exists(since))


def overdue(now: datetime) -> QuerySet[Evidence]:
    """What nobody has read again within thirty days."""
    return Evidence.objects.annotate(last=Coalesce(F("checked_at"), F("sealed_at"))).filter(last__lt=now - WITHIN)
