"""The interface to trials with planted campaigns: read, and ask for one. Agreeing is done by a person on the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.elections.find import find_election
from hustings.apps.elections.models import RedTeamTrial
from hustings.apps.elections.red_team import actions, find
from hustings.apps.items.api import MarkingOut, marking
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope
from hustings.policy.red_team import LARGEST_SEED, MOST_SEEDS
from hustings.policy.scenario import LARGEST, MOST_ACTS_A_DAY

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))
WRITES = needs(Scope.WRITE_ELECTIONS)

Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class TrialIn(Schema):
    """A trial that is asked for; it waits for a second person."""

    model_config = ConfigDict(extra="forbid")

    election: UUID
    table: UUID
    scenario: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
    purpose: Text
    legal_ground: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 1
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] = 5
    strength: Annotated[float, Field(gt=0, le=MOST_ACTS_A_DAY)] | None = None
    size: Annotated[int, Field(ge=3, le=LARGEST)] | None = None


class TrialOut(Schema):
    """A trial as it stands."""

    id: UUID
    election: UUID
    table: UUID
    scenario: dict[str, Any]
    seed: int
    seeds: int
    purpose: str
    legal_ground: str
    state: str
    reason: str
    asked_at: datetime
    ended_at: datetime | None
    outcome: dict[str, Any] | None = Field(
        description="Counts of what was found and missed, with intervals and limits; null until it is done."
    )
    marking: MarkingOut


class TrialList(Schema):
    """Trials, newest first."""

    items: list[TrialOut]


def out(trial: RedTeamTrial) -> TrialOut:
    """A trial as programs read it."""
    return TrialOut(
        id=trial.pk, election=trial.election_id, table=trial.table_id, scenario=trial.scenario, seed=trial.seed, seeds=trial.seeds,
        purpose=trial.purpose, legal_ground=trial.legal_ground, state=trial.state, reason=trial.reason, asked_at=trial.item.made_at,
        ended_at=trial.ended_at, outcome=trial.trial.told() if trial.trial is not None else None, marking=marking(trial.item.label),
    )  # fmt: skip


@router.get("", response=TrialList, summary="Trials with planted campaigns", operation_id="red_team_trials")
def trials(
    request: HttpRequest, election: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> TrialList:
    """Those that you may know, of one election or of all."""
    seat = caller(request)
    require(seat, "list red-team trials")
    of = find_election(election) if election is not None else None
    found = list(find.trials(seat, of)[:limit])
    for one in found:
        require(seat, "read", one.item)
    return TrialList(items=[out(one) for one in found])


@router.get("/{trial}", response=TrialOut, summary="One trial", operation_id="red_team_trial")
def one(request: HttpRequest, trial: UUID) -> TrialOut:
    """What was planted, and what was found and missed."""
    seat = caller(request)
    found = find.find_trial(seat, trial)
    require(seat, "read", found.item)
    return out(found)


@router.post(
    "", response={201: TrialOut}, auth=WRITES, summary="Ask for a trial", operation_id="ask_for_red_team_trial"
)
def ask(request: HttpRequest, body: TrialIn) -> Status[TrialOut]:
    """A second person has to agree on the page before it runs."""
    seat = caller(request)
    asked = actions.ask(
        by=seat, election=find_election(body.election), table=find.find_table(seat, body.table),
        **body.model_dump(exclude={"election", "table"}),
    )  # fmt: skip
    return Status(201, out(find.find_trial(seat, asked.pk)))
