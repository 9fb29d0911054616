"""Recording elections and how people may vote in them; what was recorded before stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.db import IntegrityError, transaction

from hustings.apps.elections.models import Election, ElectionChange, VotingRule
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.election import Kind, Level, Method, Status
from hustings.screening.countries import country_code

__all__ = ["record_change", "record_election", "record_voting_rule"]

ACT = "keep elections"
# The European Union votes as one; it is no country of ISO 3166.
UNION = "EU"


def sourced(source: str, problems: list[Problem]) -> str:
    """A statement names who says so."""
    if not source.strip():
        problems.append(
            Problem(where="source", found="nothing", expected="who says so: title, edition, section", do="Name it.")
        )
    return source.strip()


def placed(country: str, problems: list[Problem]) -> str:
    """A country by its code."""
    code = country.strip().upper()
    if code != UNION and country_code(code) != code:
        problems.append(
            Problem(
                where="country",
                found=repr(country),
                expected="an ISO 3166 code of two letters, or EU",
                do="Use the code.",
            )
        )
    return code


@transaction.atomic
def record_election(
    *, country: str, name: str, level: Level, kind: Kind, on: date | None, status: Status, source: str, by: Seat,
    place: str = "", source_url: str = "",
) -> Election:  # fmt: skip
    """Record an election with its first statement.

    Raises   BadInput with every problem at once, and where the same election stands there already
    """
    require(by, ACT)
    problems: list[Problem] = []
    code, said_by = placed(country, problems), sourced(source, problems)
    if not name.strip():
        problems.append(Problem(where="name", found="nothing", expected="what people call it", do="Name it."))
    if on is None and status in {Status.CALLED, Status.HELD}:
        problems.append(
            Problem(where="on", found="no day", expected=f"the day of an election that is {status}", do="Give the day.")
        )
    if problems:
        raise BadInput("The election cannot be recorded.", problems)
    try:
        with transaction.atomic():
            election = Election.objects.create(
                country=code,
                place=place.strip(),
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
    ElectionChange.objects.create(
        election=election,
        on=on,
        status=status.value,
        source=said_by,
        source_url=source_url.strip(),
        recorded_by=by.appointment,
    )
    return election


@transaction.atomic
def record_change(
    election: Election, *, on: date | None, status: Status, source: str, by: Seat, source_url: str = ""
) -> ElectionChange:
    """Record what a source now says of the day and of whether it is held."""
    require(by, ACT)
    problems: list[Problem] = []
    said_by = sourced(source, problems)
    if on is None and status in {Status.CALLED, Status.HELD}:
        problems.append(
            Problem(where="on", found="no day", expected=f"the day of an election that is {status}", do="Give the day.")
        )
    if problems:
        raise BadInput("The change cannot be recorded.", problems)
    locked = Election.objects.select_for_update().get(pk=election.pk)
    locked.on, locked.status = on, status.value
    try:
        with transaction.atomic():
            locked.save(update_fields=["on", "status"])
    except IntegrityError as error:
        raise BadInput("The change cannot be recorded.", [Problem(
            where="on", found=f"another {locked.kind} election of {locked.country} {locked.place} on {on}",
            expected="a day on which no other of the kind is recorded", do="Look into the calendar: it may be the same.")]) from error  # fmt: skip
    election.on, election.status = locked.on, locked.status
    return ElectionChange.objects.create(
        election=locked,
        on=on,
        status=status.value,
        source=said_by,
        source_url=source_url.strip(),
        recorded_by=by.appointment,
    )


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
