"""Reads about audits: tables, audits, what waits for release, and what was released in spite of a gap."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown
from hustings.apps.review.models import Policy
from hustings.apps.rights.models import Audit, Override, Release, Table
from hustings.screening.fairness.gaps import Comparison

__all__ = ["Waiting", "audits", "find_audit", "overridden", "tables", "told", "waiting"]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A policy version that is not in force, and what stands before its release.

    audits    the last audit of each stage
    clear     at least one audit, and none of the last ones found a gap
    """

    policy: Policy
    audits: tuple[Audit, ...]
    asked: Override | None

    @property
    def clear(self) -> bool:
        """Whether it can be released on its audits."""
        return bool(self.audits) and not any(audit.blocks for audit in self.audits)

    @property
    def gap(self) -> bool:
        """Whether an audit found a gap."""
        return any(audit.blocks for audit in self.audits)


def ours(seat: Seat) -> UUID:
    """The reader's organisation."""
    return seat.appointment.position.organisation_id


def tables(seat: Seat) -> QuerySet[Table]:
    """Tables of matched texts, newest first."""
    return (
        Table.objects.filter(held_by=ours(seat)).select_related("recorded_by__person").order_by("-recorded_at", "-pk")
    )


def audits(seat: Seat) -> QuerySet[Audit]:
    """Audits, newest first."""
    rows = Audit.objects.filter(held_by=ours(seat)).select_related("table", "policy", "by__person")
    return rows.order_by("-at", "-pk")


def find_audit(seat: Seat, key: UUID) -> Audit:
    """One audit. Raises NotKnown."""
    found = audits(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def waiting(seat: Seat) -> list[Waiting]:
    """Policy versions that are not in force, by name and version."""
    told = []
    for policy in Policy.objects.filter(release__isnull=True).order_by("name", "version"):
        last: dict[str, Audit] = {}
        for audit in audits(seat).filter(policy=policy, blocks__isnull=False):
            last.setdefault(audit.stage, audit)
        asked = (
            Override.objects.filter(policy=policy, held_by=ours(seat), release__isnull=True)
            .select_related("by__person")
            .order_by("-at", "-pk")
            .first()
        )
        told.append(Waiting(policy=policy, audits=tuple(last.values()), asked=asked))
    return told


def overridden() -> QuerySet[Release]:
    """Versions released in spite of a gap, with who stands for it and why; for everybody."""
    rows = Release.objects.filter(override__isnull=False).select_related(
        "policy", "override__by__person", "override__by__position__organisation", "by__person"
    )
    return rows.order_by("-at", "-pk")


def told(comparison: Comparison) -> list[dict[str, Any]]:
    """A comparison for keeping and for programs."""
    return [{**asdict(error), "sentence": error.sentence} for error in comparison.errors]
