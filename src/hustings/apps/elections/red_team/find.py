"""Reads about trials of a search: only of items that the reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from hustings.apps.elections.models import Election, RedTeamTrial
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, can, readable
from hustings.apps.sweeps.models import TraceTable
from hustings.policy.red_team import Share, share_of
from hustings.policy.sweep import State

__all__ = ["Row", "find_table", "find_trial", "rows_of", "tables", "to_second", "trials"]


def trials(seat: Seat, election: Election | None = None) -> QuerySet[RedTeamTrial]:
    """Trials that the reader may know, newest first; of one election, or of all."""
    known = RedTeamTrial.objects.filter(item__in=readable(seat).values("pk"))
    if election is not None:
        known = known.filter(election=election)
    return known.select_related(
        "item__label", "table__item", "election", "asked_by__person", "asked_by__position__organisation", "seconded_by__person"
    ).order_by("-item__made_at", "pk")  # fmt: skip


def find_trial(seat: Seat, key: UUID) -> RedTeamTrial:
    """One of them. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    found = trials(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def tables(seat: Seat) -> QuerySet[TraceTable]:
    """Tables in which a campaign can be planted: those that the reader may know."""
    known = TraceTable.objects.filter(item__in=readable(seat).values("pk"))
    return known.select_related("item__label").order_by("item__title", "pk")


def find_table(seat: Seat, key: UUID) -> TraceTable:
    """One of them. Raises NotKnown."""
    found = tables(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def to_second(seat: Seat) -> list[RedTeamTrial]:
    """Trials that somebody else asked for and this seat may agree to."""
    waiting = trials(seat).filter(state=State.ASKED.value).exclude(asked_by__person=seat.person)[:20]
    return [one for one in waiting if can(seat, "second a red-team trial", one.item, asked_by=one.asked_by)]


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is found of one style at one strength, over every trial of it."""

    style: str
    strength: float
    recall: Share
    precision: Share | None
    trials: int


def rows_of(done: Iterable[RedTeamTrial]) -> list[Row]:
    """Ended trials by style and strength, the campaigns of several taken together."""
    held: dict[tuple[str, float], list[RedTeamTrial]] = {}
    for one in done:
        if one.trial is not None:
            held.setdefault((one.style, one.strength), []).append(one)
    rows = []
    for (style, strength), of in sorted(held.items()):
        tries = [each for one in of if one.trial is not None for each in one.trial.tries]
        recall = share_of([each.recall for each in tries])
        assert recall is not None, "an ended trial planted one campaign at least"
        precision = share_of([each.precision for each in tries if each.precision is not None])
        rows.append(Row(style=style, strength=strength, recall=recall, precision=precision, trials=len(of)))
    return rows
