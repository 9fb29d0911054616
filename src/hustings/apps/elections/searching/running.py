"""Making the standing searches that are due: in the name of who asked, as long as both people still may, each with a record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hustings.apps.cases.leads import About, record_lead
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.elections.models import Election, Search, StandingSearch
from hustings.apps.elections.searching.ads import search_ads
from hustings.apps.elections.searching.standing import newest_table
from hustings.apps.items.models import Item
from hustings.apps.people.find import seat_for
from hustings.apps.people.seat import Seat
from hustings.apps.sweeps.actions import ask_for_sweep, known_marking, own_marking, second_in_advance
from hustings.apps.sweeps.jobs import work
from hustings.apps.sweeps.models import Sweep, TraceTable
from hustings.errors import HustingsError
from hustings.policy.casework import LeadSource
from hustings.policy.marking import least_upper_bound
from hustings.policy.searching import Outcome, State, What, due_now, settled_days
from hustings.policy.sweep import State as SweepState

__all__ = ["due", "make_one"]


def due(today: date) -> list[tuple[UUID, date]]:
    """Standing searches that are due, with the day each stands for, the longest overdue first."""
    with in_role(WORKER):
        running = StandingSearch.objects.filter(state=State.RUNNING.value).select_related("watch__election")
        found = []
        for standing in running.order_by("asked_at", "pk"):
            election: Election = standing.watch.election
            if election.status == "cancelled":
                continue
            made = [(day, Outcome(outcome)) for day, outcome in standing.searches.values_list("due_on", "outcome")]
            day = due_now(election.on, today, settled_days(made))
            if day is not None:
                found.append((day, standing.pk))
    return [(key, day) for day, key in sorted(found)]


def make_one(key: UUID) -> Search | None:
    """Make one standing search, if it is due; nothing where it is not."""
    today = moment().date()
    day = next((day for one, day in due(today) if one == key), None)
    if day is None:
        return None
    with in_role(WORKER):
        standing = StandingSearch.objects.select_related(
            "watch__election", "asked_by__person", "seconded_by__person"
        ).get(pk=key)
        began = moment()
    with in_role(WEB):
        asker = seat_for(standing.asked_by, strong=True)
        assert standing.seconded_by is not None, "a running search was agreed to"
        seconder = seat_for(standing.seconded_by, strong=True)
    if asker is None or seconder is None:
        who = standing.asked_by if asker is None else standing.seconded_by
        reason = f"{who.person.name} no longer holds the position in which this was {'asked for' if asker is None else 'agreed to'}."
        return put(standing, day, began, Outcome.NOT_ALLOWED, reason=reason)
    if standing.what == What.POSTS.value:
        return posts(standing, day, began, asker, seconder)
    return ads(standing, day, began, asker)


def put(standing: StandingSearch, day: date, began: datetime, outcome: Outcome, **more: Any) -> Search:
    """Record how a search ended."""
    with in_role(WORKER):
        return Search.objects.create(
            **{"watch": standing.watch, "standing": standing, "what": standing.what, "source": standing.source,
               "languages": standing.languages, "due_on": day, "began_at": began, "ended_at": max(moment(), began), "outcome": outcome.value} | more
        )  # fmt: skip


def posts(standing: StandingSearch, day: date, began: datetime, asker: Seat, seconder: Seat) -> Search:
    """Search the newest table of the title, as a sweep like any other."""
    with in_role(WEB, asker.id, strong=True):
        table = newest_table(asker, standing.source)
    if table is None:
        reason = f"No table named “{standing.source}” is registered that {standing.asked_by.person.name} may read."
        return put(standing, day, began, Outcome.NO_SOURCE, reason=reason)
    of_table = {"about": table.pk, "platforms": table.platforms, "first": table.first, "last": table.last}
    with in_role(WORKER):
        looked = [one.value for one in Outcome if one.looked]
        before = standing.searches.filter(about=table.pk, outcome__in=looked).order_by("-began_at").first()
    if before is not None:
        reason = (
            f"The newest table is the one searched on {before.began_at:%-d %B %Y}; it ends on {table.last:%-d %B %Y}."
        )
        return put(standing, day, began, Outcome.OLD, reason=reason, **of_table)
    try:
        key = agreed_sweep(standing, table, asker, seconder)
    except HustingsError as error:
        return put(standing, day, began, Outcome.FAILED, reason=str(error).splitlines()[0][:500], **of_table)
    work(key)
    with in_role(WEB, asker.id, strong=True):
        sweep = Sweep.objects.select_related("run").filter(pk=key).first()
        if sweep is None or sweep.state != SweepState.DONE.value:
            reason = (sweep.reason if sweep is not None else "") or "The search did not end."
        elif sweep.found:
            tell(
                standing, asker, f"{sweep.found:,} groups of accounts act as one in {standing.source}"[:300], sweep.run
            )
    if sweep is None or sweep.state != SweepState.DONE.value:
        return put(standing, day, began, Outcome.FAILED, reason=reason, sweep=key, **of_table)
    outcome = Outcome.FOUND if sweep.found else Outcome.NOTHING
    return put(
        standing,
        day,
        began,
        outcome,
        sweep=key,
        looked_at=sweep.looked_at or 0,
        found=sweep.found or 0,
        told={"posts": table.rows},
        **of_table,
    )


def agreed_sweep(standing: StandingSearch, table: TraceTable, asker: Seat, seconder: Seat) -> UUID:
    """A sweep by the terms of the standing search, with the agreement that was given to it; both people are asked about anew."""
    election = standing.watch.election
    assert election.on is not None, "a search is due by the day of voting"
    with in_role(WEB, asker.id, strong=True):
        sweep = ask_for_sweep(
            by=asker, tip=None, table=table, purpose=standing.purpose, legal_ground=standing.legal_ground,
            election=election.name, election_on=election.on, population=standing.population,
        )  # fmt: skip
    with in_role(WEB, seconder.id, strong=True):
        second_in_advance(sweep, standing.pk, by=seconder)
    return sweep.pk


def ads(standing: StandingSearch, day: date, began: datetime, asker: Seat) -> Search:
    """Search the ads that are aimed at the place of the election."""
    try:
        with in_role(WEB, asker.id, strong=True):
            looked = search_ads(standing.watch.election, standing.source, standing.languages)
            if looked.ads and looked.found:
                for title, key, names in looked.leads:
                    about = [About(what="ad", platform=platform, name=name) for platform, name in names]
                    record_lead(
                        by=asker, source=LeadSource.SWEEP, title=title, key=key, marking=own_marking(asker), about=about
                    )
    except HustingsError as error:
        return put(standing, day, began, Outcome.FAILED, reason=str(error).splitlines()[0][:500])
    if not looked.ads:
        reason = f"No ad aimed at {standing.watch.election.country} in these languages is held{f' from {standing.source}' if standing.source else ''}."
        return put(standing, day, began, Outcome.NO_SOURCE, reason=reason, platforms=looked.platforms)
    return put(
        standing, day, began, Outcome.FOUND if looked.found else Outcome.NOTHING, looked_at=looked.ads, found=looked.found,
        platforms=looked.platforms, first=looked.first, last=looked.last, told=looked.told,
    )  # fmt: skip


def tell(standing: StandingSearch, asker: Seat, title: str, run: Item | None) -> None:
    """A lead for what a sweep found, of its run."""
    if run is None:
        return
    record_lead(by=asker, source=LeadSource.SWEEP, title=title, key=f"item {run.pk}", marking=least_upper_bound([own_marking(asker), known_marking(run)]),
                about=[About(what="run", item=run)], text=f"Standing search for {standing.watch.election.name}.")  # fmt: skip
