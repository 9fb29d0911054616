"""What the page of an election's coverage says of trials: when it was last tried, what was found, what was missed."""

from __future__ import annotations

from typing import Any

from hustings.apps.elections.models import Election
from hustings.apps.elections.red_team.find import rows_of, trials
from hustings.apps.elections.red_team.picture import drawn
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.policy.red_team import LIMITS
from hustings.policy.sweep import State

__all__ = ["told"]


def told(seat: Seat | None, election: Election) -> dict[str, Any] | None:
    """The context of `elections/red_team/block.html` under the name `red_team`; nothing for who may not see trials.

    Whoever shows it takes `page_marking` from its `items`: what is shown is as restricted as these.
    """
    if seat is None or not can(seat, "list red-team trials"):
        return None
    every = list(trials(seat, election))
    done = [one for one in every if one.state == State.DONE.value]
    last = max(done, key=lambda one: (one.ended_at or one.item.made_at, str(one.pk)), default=None)
    rows = rows_of(done)
    return {
        "election": election,
        "last": last,
        "found": [row for row in rows if row.recall.mean > 0.5],
        "missed": [row for row in rows if row.recall.mean <= 0.5],
        "rows": rows,
        "picture": drawn(rows),
        "waiting": sum(one.state == State.ASKED.value for one in every),
        "under_way": sum(one.state in (State.SECONDED.value, State.RUNNING.value) for one in every),
        "limits": LIMITS,
        "items": [one.item for one in done],
    }
