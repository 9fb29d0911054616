"""What a thing does while it waits for a person, and whose turn it is by that: worked out when asked, and again each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.review.models import State, Work

__all__ = ["Grave", "Harm", "move_turns"]

Grave = Literal["NUISANCE", "DECEPTION", "VOTING", "VIOLENCE"]  # names of `staffing.priority.Severity`

ENOUGH = timedelta(minutes=5)  # a turn that moves by less stays where it is: each move writes the row anew
MOST = 20_000  # works of one run, those whose turn comes next first


@dataclass(frozen=True, kw_only=True)
class Harm:
    """What is known of the harm that something does while it waits.

    probability     that it violates, by machine or report; 0.5 where nobody said
    views_an_hour   as counted or forecast at `counted_at`
    half_life       after which it is seen half as often
    election_on     the day of the election that it touches, if any
    Limits          attention that comes back is not foreseen until views are counted anew
    """

    probability: float
    views_an_hour: float
    half_life: timedelta
    severity: Grave
    election_on: date | None
    counted_at: datetime

    def turn_at(self, asked_at: datetime, due_at: datetime, now: datetime | None = None) -> datetime:
        """Its turn: between when it was asked and a stated part of the way to when it is due."""
        # Brings numpy along, which no page needs that asks about nothing.
        from hustings.staffing.priority import Severity, Waiting, turn_at, views_left

        now = now or asked_at
        hours = self.half_life.total_seconds() / 3600
        rate = self.views_an_hour * 0.5 ** max((now - self.counted_at) / self.half_life, 0.0)
        days = (self.election_on - now.date()).days if self.election_on is not None else None
        return turn_at(
            Waiting(
                probability=self.probability,
                views_left=float(views_left(rate, hours)),
                severity=Severity[self.severity],
                election_in=days,
                asked_at=asked_at,
                limit_at=due_at,
            )
        )

    def said(self) -> dict[str, Any]:
        """As it is kept with the work."""
        return {
            "probability": self.probability,
            "views_an_hour": self.views_an_hour,
            "half_life_hours": self.half_life.total_seconds() / 3600,
            "severity": self.severity,
            "election_on": self.election_on.isoformat() if self.election_on is not None else None,
            "counted_at": self.counted_at.isoformat(),
        }

    @classmethod
    def read(cls, said: dict[str, Any]) -> Harm:
        """What `said` wrote."""
        return cls(
            probability=said["probability"],
            views_an_hour=said["views_an_hour"],
            half_life=timedelta(hours=said["half_life_hours"]),
            severity=said["severity"],
            election_on=date.fromisoformat(said["election_on"]) if said["election_on"] else None,
            counted_at=datetime.fromisoformat(said["counted_at"]),
        )


def move_turns(most: int = MOST) -> int:
    """Work out the turns of what waits anew; gives how many moved. What somebody is just taking is left as it is.

    A turn never moves behind what priority alone gives, nor beyond the bound of `staffing.priority.turn_at`.
    """
    from hustings.apps.review.asking import STEP

    with in_role(WORKER):
        now = moment()
        works: list[UUID] = []
        turns: list[datetime] = []
        waiting = Work.objects.filter(state=State.OPEN, harm__isnull=False).order_by("turn_at", "id")
        for key, harm, asked_at, due_at, priority, turn in waiting.values_list(
            "pk", "harm", "asked_at", "due_at", "priority", "turn_at"
        )[:most]:
            assert harm is not None
            anew = min(due_at - priority * STEP, Harm.read(harm).turn_at(asked_at, due_at, now))
            if abs(anew - turn) >= ENOUGH:
                works.append(key)
                turns.append(anew)
        if not works:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT review_move_turns(%s::uuid[], %s::timestamptz[])", [works, turns])
            return int(cursor.fetchone()[0])
