"""Reads about tips and sweeps: only of items that the reader may know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.apps.sweeps.models import Sweep, TearLine, Tip, TraceTable
from hustings.policy.sweep import State

__all__ = ["FLOOR", "find_sweep", "find_tear_line", "find_tip", "published", "sweeps", "tables", "tips", "unpublished"]

FLOOR = 5  # fewer sweeps than this are told as "fewer than five", so that no single one shows


def known(seat: Seat | None) -> QuerySet[Item, Any]:
    """The keys of the items behind a list."""
    return readable(seat).values("pk")


def tips(seat: Seat) -> QuerySet[Tip]:
    """Tips, newest first."""
    return Tip.objects.filter(item__in=known(seat)).select_related("item__label", "source").order_by("-received_at")


def sweeps(seat: Seat) -> QuerySet[Sweep]:
    """Sweeps, newest first."""
    return (
        Sweep.objects.filter(item__in=known(seat))
        .select_related("item__label", "requested_by__person", "table__item")
        .order_by("-item__made_at")
    )


def tables(seat: Seat) -> QuerySet[TraceTable]:
    """Tables that may be searched."""
    return TraceTable.objects.filter(item__in=known(seat)).select_related("item__label").order_by("item__title")


def find_tip(seat: Seat, key: UUID) -> Tip:
    """One tip. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    found = tips(seat).filter(pk=key).select_related("item__label", "source", "received_by__person").first()
    if found is None:
        raise NotKnown
    return found


def find_sweep(seat: Seat, key: UUID) -> Sweep:
    """One sweep. Raises NotKnown as above."""
    found = (
        sweeps(seat)
        .filter(pk=key)
        .select_related("item__label", "tip__item", "requested_by__position__organisation", "seconded_by__person")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def find_tear_line(seat: Seat, key: UUID) -> TearLine:
    """One tear-line. Raises NotKnown as above."""
    found = (
        TearLine.objects.filter(pk=key, item__in=known(seat))
        .select_related("item__label", "proposed_by__person", "decided_by__person")
        .first()
    )
    if found is None:
        raise NotKnown
    return found


def source_of(seat: Seat, tear_line: TearLine) -> Item | None:
    """What a tear-line is taken from; nothing for who may know the words only."""
    return readable(seat).filter(pk=tear_line.of_id).select_related("label").first()


def published() -> list[dict[str, object]]:
    """Sweeps whose election is over and whose marking does not forbid it: what anybody may read.

    The figures come from a function of the database that gives these columns of these rows and nothing else.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT purpose, legal_ground, election, election_on, population, organisation, looked_at, found "
            "FROM published_sweeps() ORDER BY election_on DESC, purpose"
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def unpublished() -> int | None:
    """How many finished sweeps of past elections are not published because their marking forbids; none below the floor.

    Counted once a quarter, at its first moment, so that neither a new tip nor its end shows in the figure.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT unpublished_sweeps(%s)", [FLOOR])
        row = cursor.fetchone()
        return row[0] if row else None


def waiting_for_second(seat: Seat) -> QuerySet[Sweep]:
    """Sweeps that somebody else asked for and nobody has agreed to."""
    return sweeps(seat).filter(state=State.ASKED).exclude(requested_by__person=seat.person)


def count_by_state(seat: Seat) -> dict[str, int]:
    """How many sweeps stand where, of those the reader may know."""
    counted = sweeps(seat).order_by().values("state").annotate(many=Count("pk"))
    return {row["state"]: row["many"] for row in counted}


def run_of(seat: Seat, sweep: Sweep) -> Item | None:
    """What the sweep found: its own run, or an equal one that stood there already."""
    return readable(seat).filter(pk=sweep.run_id).select_related("label").first() if sweep.run_id else None
