"""Asking for a search that an election makes due again and again, agreeing to it, refusing it, ending it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hustings.apps.audit.record import record
from hustings.apps.elections.models import StandingSearch, Watch
from hustings.apps.elections.planning import done_by_act
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sweeps.models import TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.searching import State, What
from hustings.policy.sweep import FEWEST_ACTORS, Asked, problems_of

__all__ = ["agree", "ask", "end", "newest_table", "refuse", "tables_known"]

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def tables_known(seat: Seat) -> QuerySet[TraceTable]:
    """The tables of posts that the seat may read, the newest first."""
    known = TraceTable.objects.filter(item__in=readable(seat).values("pk")).select_related("item__label")
    return known.order_by("-last", "-item__made_at", "pk")


def newest_table(seat: Seat, title: str) -> TraceTable | None:
    """The newest table of a title; nothing where there is none that the seat may read."""
    return tables_known(seat).filter(item__title=title).first()


@transaction.atomic
def ask(
    watch: Watch, *, what: What, source: str, languages: Sequence[str], purpose: str, legal_ground: str, population: str, by: Seat
) -> StandingSearch:  # fmt: skip
    """Ask for a standing search; it waits for a second person, like any sweep.

    Raises   BadInput with every problem at once
    """
    require(by, "ask for a sweep")
    election = watch.election
    table = newest_table(by, source) if what is What.POSTS else None
    actors = table.actors if table is not None else FEWEST_ACTORS
    problems = problems_of(
        Asked(purpose=purpose, legal_ground=legal_ground, election=election.name, election_on=election.on,
              population=population, actors=actors)
    )  # fmt: skip
    if what is What.POSTS and table is None:
        problems.append(
            Problem(where="source", found=repr(source), expected="the title of a registered table that you may read",
                    do="Register the first table of this collection, or choose another.")
        )  # fmt: skip
    spoken = [code.strip() for code in languages if code.strip()]
    wrong = [code for code in spoken if not LANGUAGE.fullmatch(code)]
    if wrong or not spoken:
        problems.append(
            Problem(where="languages", found=", ".join(wrong) or "nothing", expected="codes of languages, as da or es",
                    do="Say in which languages the source is.")
        )  # fmt: skip
    if problems:
        raise BadInput("The standing search cannot be asked for.", problems)
    made = StandingSearch.objects.create(
        watch=watch, what=what.value, source=source.strip(), languages=sorted(set(spoken)), purpose=purpose.strip(),
        legal_ground=legal_ground.strip(), population=population.strip(), asked_by=by.appointment,
    )  # fmt: skip
    record(
        "standing search asked for",
        by=by,
        subject=("standing search", made.pk),
        reason=purpose,
        facts={"what": what.value},
    )
    return made


def locked(key: UUID) -> StandingSearch:
    """The row as it stands now, held until the end of the transaction."""
    found = StandingSearch.objects.select_for_update(of=("self",)).select_related("watch__election", "asked_by__person")
    held = found.filter(pk=key).first()
    if held is None:
        raise NotKnown
    return held


def must_be(held: StandingSearch, *states: State) -> None:
    """Refuse a move from another state."""
    if held.state not in {state.value for state in states}:
        raise BadInput("The standing search has moved on.", [
            Problem(where="state", found=held.state, expected=" or ".join(state.value for state in states), do="Load the page again and look at it anew."),
        ])  # fmt: skip


def must_say(reason: str) -> str:
    """A reason, or one clear error."""
    if not reason.strip():
        raise BadInput("A reason is missing.", [
            Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log."),
        ])  # fmt: skip
    return reason.strip()[:500]


@transaction.atomic
def agree(standing: StandingSearch, *, by: Seat) -> StandingSearch:
    """Agree that purpose, ground and population hold for as long as the election's rhythm runs; never by who asked."""
    require(by, "second a sweep", asked_by=standing.asked_by)
    held = locked(standing.pk)
    must_be(held, State.ASKED)
    held.state, held.seconded_by, held.seconded_at = State.RUNNING.value, by.appointment, by.now
    held.save(update_fields=["state", "seconded_by", "seconded_at"])
    record("standing search agreed", by=by, subject=("standing search", held.pk))
    done_by_act(held.watch, "sweeps", f"Agreed to: {held.what} of {held.source or 'every archive'}.", by=by)
    from hustings.apps.elections.searching.jobs import run_standing

    run_standing.defer(standing=str(held.pk))
    return held


@transaction.atomic
def refuse(standing: StandingSearch, *, by: Seat, reason: str) -> StandingSearch:
    """Do not agree, and say why."""
    require(by, "second a sweep", asked_by=standing.asked_by)
    held = locked(standing.pk)
    must_be(held, State.ASKED)
    return close(held, State.REFUSED, by=by, reason=must_say(reason))


@transaction.atomic
def end(standing: StandingSearch, *, by: Seat, reason: str) -> StandingSearch:
    """Search no more, and say why; what was recorded stays."""
    require(by, "ask for a sweep")
    held = locked(standing.pk)
    must_be(held, State.ASKED, State.RUNNING)
    return close(held, State.ENDED, by=by, reason=must_say(reason))


def close(held: StandingSearch, state: State, *, by: Seat, reason: str) -> StandingSearch:
    """Write down that it is over."""
    held.state, held.reason, held.ended_by, held.ended_at = state.value, reason, by.appointment, by.now
    held.save(update_fields=["state", "reason", "ended_by", "ended_at"])
    record(f"standing search {state.value}", by=by, subject=("standing search", held.pk), reason=reason)
    return held
