"""What sources say of an election's day, and which of them the plan goes by: chosen by a person, or by the stated rule."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.elections.models import Claim, Election, Followed
from hustings.apps.elections.planning import replan
from hustings.apps.elections.stated import ACT, sourced
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.election import Authority, Status, followed

__all__ = ["choose_claim", "claims_of", "dayless", "follow", "follow_the_rule", "record_claim"]


def claims_of(election: Election) -> list[Claim]:
    """Everything that was said of it, in the order in which it was recorded."""
    return list(election.claims.select_related("recorded_by__person", "load").order_by("recorded_at", "pk"))


def dayless(on: date | None, status: Status, problems: list[Problem]) -> None:
    """What is called or held is so on a day."""
    if on is None and status in {Status.CALLED, Status.HELD}:
        problems.append(
            Problem(where="on", found="no day", expected=f"the day of an election that is {status}", do="Give the day.")
        )


@transaction.atomic
def record_claim(
    election: Election, *, on: date | None, status: Status, source: str, by: Seat, source_url: str = "",
    authority: Authority = Authority.UNSTATED, said_on: date | None = None, said: str = "",
) -> Claim:  # fmt: skip
    """Record what a source now says of the day and of whether it is held. The plan follows it where the rule says so.

    Raises   BadInput with every problem at once, and where the day is that of another election of the kind
    """
    require(by, ACT)
    problems: list[Problem] = []
    said_by = sourced(source, problems)
    dayless(on, status, problems)
    if said_on is not None and said_on > by.now.date():
        problems.append(Problem(where="said_on", found=str(said_on), expected="a day that has come", do="Give the day for which the source speaks."))  # fmt: skip
    if problems:
        raise BadInput("The claim cannot be recorded.", problems)
    locked = Election.objects.select_for_update().get(pk=election.pk)
    made = Claim.objects.create(
        election=locked, on=on, status=status.value, authority=authority.value, said_on=said_on, said=said.strip(), source=said_by,
        source_url=source_url.strip(), recorded_by=by.appointment,
    )  # fmt: skip
    follow(locked, by=by)
    election.on, election.status, election.sequence = locked.on, locked.status, locked.sequence
    return made


@transaction.atomic
def choose_claim(claim: Claim, *, by: Seat, why: str) -> Followed:
    """Say that the plan goes by this claim, whatever the rule says, until somebody says otherwise."""
    require(by, ACT, reason=why)
    if not why.strip():
        raise BadInput("No claim was chosen.", [Problem(where="why", found="nothing", expected="why this source and not the others", do="Say why.")])  # fmt: skip
    locked = Election.objects.select_for_update().get(pk=claim.election_id)
    made = Followed.objects.create(election=locked, claim=claim, chosen=True, why=why.strip(), by=by.appointment)
    record("claim chosen", by=by, subject=("election", locked.pk), reason=why, facts={"claim": str(claim.pk)})
    go_by(locked, claim, by=by)
    return made


@transaction.atomic
def follow_the_rule(election: Election, *, by: Seat, why: str) -> Election:
    """Take a person's choice back: the plan goes by the rule again."""
    require(by, ACT, reason=why)
    if not why.strip():
        raise BadInput("The choice stays.", [Problem(where="why", found="nothing", expected="why the rule is right after all", do="Say why.")])  # fmt: skip
    locked = Election.objects.select_for_update().get(pk=election.pk)
    record("claim by rule", by=by, subject=("election", locked.pk), reason=why)
    follow(locked, by=by, anew=f"{why.strip()} ")
    return locked


def follow(locked: Election, *, by: Seat, anew: str = "") -> None:
    """Let the plan go by the claim that the rule names, unless a person chose another; `anew` takes that choice back.

    Whoever calls holds the election's row.
    """
    claims = claims_of(locked)
    last = locked.followed.order_by("-at", "-pk").first()
    if last is not None and last.chosen and not anew:
        return
    choice = followed([claim.as_said for claim in claims])
    claim = next(each for each in claims if str(each.pk) == choice.key)
    if last is not None and not last.chosen and last.claim_id == claim.pk:
        return
    Followed.objects.create(
        election=locked, claim=claim, chosen=False, why=f"{anew}{choice.why}"[:500], by=by.appointment if anew else None
    )
    go_by(locked, claim, by=by)


def go_by(locked: Election, claim: Claim, *, by: Seat) -> None:
    """Set day and status to those of a claim; a change is a new edition for calendars of others, and moves every plan at once."""
    if (locked.on, locked.status) == (claim.on, claim.status):
        return
    locked.on, locked.status, locked.sequence = claim.on, claim.status, locked.sequence + 1
    try:
        with transaction.atomic():
            locked.save(update_fields=["on", "status", "sequence"])
    except IntegrityError as error:
        raise BadInput("The plan cannot go by this claim.", [Problem(
            where="on", found=f"another {locked.kind} election of {locked.country} {locked.place} on {claim.on}",
            expected="a day on which no other of the kind is recorded", do="Look into the calendar: it may be the same.")]) from error  # fmt: skip
    replan(locked, claim=claim, by=by)
