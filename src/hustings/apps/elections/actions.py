"""Recording elections and how people may vote in them; what was recorded before stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.db import IntegrityError, transaction

from hustings.apps.elections.claims import dayless, follow
from hustings.apps.elections.models import Claim, Election, VotingRule
from hustings.apps.elections.stated import ACT, placed, sourced
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.election import Authority, Kind, Level, Method, Status

__all__ = ["record_election", "record_voting_rule"]


@transaction.atomic
def record_election(
    *, country: str, name: str, level: Level, kind: Kind, on: date | None, status: Status, source: str, by: Seat,
    place: str = "", source_url: str = "", body: str = "", authority: Authority = Authority.UNSTATED, said_on: date | None = None,
) -> Election:  # fmt: skip
    """Record an election with the first claim about it.

    Raises   BadInput with every problem at once, and where the same election stands there already
    """
    require(by, ACT)
    problems: list[Problem] = []
    code, said_by = placed(country, problems), sourced(source, problems)
    if not name.strip():
        problems.append(Problem(where="name", found="nothing", expected="what people call it", do="Name it."))
    dayless(on, status, problems)
    if said_on is not None and said_on > by.now.date():
        problems.append(Problem(where="said_on", found=str(said_on), expected="a day that has come", do="Give the day for which the source speaks."))  # fmt: skip
    if problems:
        raise BadInput("The election cannot be recorded.", problems)
    try:
        with transaction.atomic():
            election = Election.objects.create(
                country=code,
                place=place.strip(),
                body=body.strip(),
                name=name.strip(),
                level=level.value,
                kind=kind.value,
                on=on,
                status=status.value,
            )
    except IntegrityError as error:
        raise BadInput("The election is recorded already.", [Problem(
            where="on", found=f"{kind} election of {code} {place} on {on}", expected="one that is not there",
            do="Open it in the calendar and record what changed.")]) from error  # fmt: skip
    Claim.objects.create(
        election=election, on=on, status=status.value, authority=authority.value, said_on=said_on, source=said_by,
        source_url=source_url.strip(), recorded_by=by.appointment,
    )  # fmt: skip
    follow(election, by=by)
    return election


@transaction.atomic
def record_voting_rule(
    *,
    country: str,
    valid_from: date,
    source: str,
    by: Seat,
    place: str = "",
    election: Election | None = None,
    valid_to: date | None = None,
    polls_open: time | None = None,
    polls_close: time | None = None,
    methods: Sequence[Method] | None = None,
    phone_vote: bool | None = None,
    online_vote: bool | None = None,
    id_required: bool | None = None,
    registration_ends: date | None = None,
    source_url: str = "",
) -> VotingRule:
    """Record how people may vote in a place, or in one election; None is what the source does not say."""
    require(by, ACT)
    problems: list[Problem] = []
    code, said_by = placed(country, problems), sourced(source, problems)
    if valid_to is not None and valid_to < valid_from:
        problems.append(
            Problem(
                where="valid_to", found=str(valid_to), expected=f"not before {valid_from}", do="Mend one of the two."
            )
        )
    if polls_open is not None and polls_close is not None and polls_close <= polls_open:
        problems.append(
            Problem(
                where="polls_close", found=str(polls_close), expected=f"after {polls_open}", do="Mend one of the two."
            )
        )
    if problems:
        raise BadInput("The rule cannot be recorded.", problems)
    return VotingRule.objects.create(
        country=code, place=place.strip(), election=election, valid_from=valid_from, valid_to=valid_to, polls_open=polls_open,
        polls_close=polls_close, methods=None if methods is None else [method.value for method in methods], phone_vote=phone_vote,
        online_vote=online_vote, id_required=id_required, registration_ends=registration_ends, source=said_by,
        source_url=source_url.strip(), recorded_by=by.appointment,
    )  # fmt: skip
