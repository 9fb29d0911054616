"""How people may vote in an election, for programs: what sources say, which screening of ads goes by."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.elections import actions, find
from hustings.apps.elections.api.words import Name, Strict, Web
from hustings.apps.elections.models import VotingRule
from hustings.apps.tokens.scope import Scope
from hustings.policy.election import Method

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))

Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time, as 07:30.")]
SAID = {"id", "country", "place", "valid_from", "valid_to", "methods", "phone_vote", "online_vote", "id_required",
        "registration_ends", "source", "source_url", "recorded_at"}  # fmt: skip


class VotingRuleIn(Strict):
    """What a source says of how people may vote; null is what it does not say."""

    valid_from: date
    valid_to: date | None = Field(None, description="The last day.")
    polls_open: Hour | None = None
    polls_close: Hour | None = None
    methods: Annotated[list[Method], Field(min_length=1, max_length=len(Method))] | None = Field(
        None, description="All ways that are open."
    )
    phone_vote: bool | None = None
    online_vote: bool | None = None
    id_required: bool | None = None
    registration_ends: date | None = None
    source: Name
    source_url: Web = ""


class VotingRuleOut(Schema):
    """A rule as it was recorded; without an election it is of all in its place."""

    id: UUID
    election: UUID | None
    country: str
    place: str
    valid_from: date
    valid_to: date | None
    polls_open: str | None
    polls_close: str | None
    methods: list[str] | None
    phone_vote: bool | None
    online_vote: bool | None
    id_required: bool | None
    registration_ends: date | None
    source: str
    source_url: str
    recorded_at: datetime


class VotingRuleList(Schema):
    """Rules, the closest to the election first."""

    items: list[VotingRuleOut]


def rule_out(row: VotingRule) -> VotingRuleOut:
    """A rule as programs read it."""
    hours = {"polls_open": row.polls_open, "polls_close": row.polls_close}
    said = {name: getattr(row, name) for name in SAID} | {"election": row.election_id}
    return VotingRuleOut.model_validate(said | {name: hour and f"{hour:%H:%M}" for name, hour in hours.items()})


@router.get(
    "/{election}/voting-rules", response=VotingRuleList, summary="How people may vote", operation_id="voting_rules"
)
def voting_rules(request: HttpRequest, election: UUID) -> VotingRuleList:
    """Rules of the election itself, of its place and of its country; what none says is unknown."""
    caller(request)  # whoever is signed in reads the calendar
    return VotingRuleList(items=[rule_out(row) for row in find.rules_for(find.find_election(election))])


@router.post(
    "/{election}/voting-rules",
    response={201: VotingRuleOut},
    auth=needs(Scope.WRITE_ELECTIONS),
    summary="Record how people may vote",
    operation_id="record_voting_rule",
)
def record_voting_rule(request: HttpRequest, election: UUID, body: VotingRuleIn) -> Status[VotingRuleOut]:
    """Ads about this election are read by it from now on."""
    found = find.find_election(election)
    said = body.model_dump()
    for name in ("polls_open", "polls_close"):
        said[name] = time.fromisoformat(said[name]) if said[name] is not None else None
    made = actions.record_voting_rule(
        country=found.country, place=found.place, election=found, **said, by=caller(request)
    )
    made.refresh_from_db()
    return Status(201, rule_out(made))
