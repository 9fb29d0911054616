"""What people do when they look back: write down what was missed, change something, have it searched again, settle it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Case, Change, LookBack, Missed, MissedActor, Replay
from hustings.apps.cases.working import said
from hustings.apps.elections.models import Election
from hustings.apps.items.actions import make_item, part_of
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sweeps.actions import known_marking
from hustings.apps.sweeps.models import TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.afteraction import Cause, MissState, ReplayState, Settings
from hustings.policy.casework import LeadSource

__all__ = [
    "agree", "ask_for_replay", "change", "done", "find_look_back", "look_back", "look_backs", "miss", "refuse", "settle",
]  # fmt: skip


def look_backs(seat: Seat) -> QuerySet[LookBack]:
    """Reviews that the reader may know, newest first."""
    found = LookBack.objects.filter(item__in=readable(seat).values("pk"))
    return found.select_related("item__label", "case__item__label", "election", "before", "by__person").order_by(
        "-at", "pk"
    )


def find_look_back(seat: Seat, key: UUID) -> LookBack:
    """One of them. Raises NotKnown."""
    found = look_backs(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


@transaction.atomic
def look_back(case: Case, *, by: Seat, title: str, election: Election | None = None, before: Election | None = None, text: str = "") -> LookBack:  # fmt: skip
    """Begin an after-action review of a case; it is at least as restricted as the case.

    election   the one it looks back on
    before     the one before which what it finds is to be closed
    """
    require(by, "look back", case.item)
    require(by, "read", case.item)
    said(title=title)
    if election is not None and before is not None and election.on and before.on and before.on <= election.on:
        raise BadInput("The review was not begun.", [
            Problem(where="before", found=f"an election of {before.on}", expected=f"one after {election.on}", do="Choose a later one, or none."),
        ])  # fmt: skip
    item = make_item(
        kind="after-action review", title=title.strip(), text=text.strip(), marking=known_marking(case.item), by=by, case=case.item,
        sources=[case.item],
    )  # fmt: skip
    made = LookBack.objects.create(item=item, case=case, election=election, before=before, by=by.appointment)
    record("look-back begun", by=by, about=item)
    return made


@transaction.atomic
def miss(
    found: LookBack, *, by: Seat, title: str, began_on: date, found_on: date, found_by: LeadSource, cause: Cause, why: str,
    actors: Sequence[tuple[str, str]] = (), rests_on: Item | None = None,
) -> Missed:  # fmt: skip
    """Write down what was missed, why, and which accounts, pages or buyers it was, as (platform, name)."""
    require(by, "look back", found.item)
    said(title=title, why=why)
    if found_on < began_on:
        raise BadInput("It was not written down.", [
            Problem(where="found on", found=f"{found_on}, before {began_on}", expected="a day after it began", do="Look the days up."),
        ])  # fmt: skip
    if rests_on is not None:
        require(by, "read", rests_on)
        part_of(found.item, rests_on, by=by)
    made = Missed.objects.create(
        look_back=found, title=title.strip(), began_on=began_on, found_on=found_on, found_by=found_by.value, cause=cause.value,
        why=why.strip(), rests_on=rests_on, by=by.appointment,
    )  # fmt: skip
    MissedActor.objects.bulk_create(
        MissedActor(missed=made, platform=platform.strip(), name=name.strip(), by=by.appointment)
        for platform, name in dict.fromkeys(actors)
    )
    record("miss written down", by=by, about=found.item, subject=("miss", made.pk), facts={"cause": cause.value})
    return made


@transaction.atomic
def change(
    missed: Missed, *, by: Seat, cause: Cause, was: str, becomes: str, owner: Appointment, due: date,
    settings_was: Settings | None = None, settings_becomes: Settings | None = None,
) -> Change:  # fmt: skip
    """Say what is done otherwise, by whom, until when; where a search can show it, how it was set and how it is.

    settings_was   None where nobody searched
    """
    require(by, "look back", missed.look_back.item)
    said(was=was, becomes=becomes)
    if settings_was is not None and settings_becomes is None:
        raise BadInput("The change was not written down.", [
            Problem(where="settings", found="how it was, and not how it is", expected="both", do="Say how it is searched from now on."),
        ])  # fmt: skip
    made = Change.objects.create(
        missed=missed, cause=cause.value, was=was.strip(), becomes=becomes.strip(), owner=owner, due=due, by=by.appointment,
        settings_was=settings_was.as_json() if settings_was else None,
        settings_becomes=settings_becomes.as_json() if settings_becomes else None,
    )  # fmt: skip
    record(
        "change planned", by=by, about=missed.look_back.item, subject=("change", made.pk), facts={"cause": cause.value}
    )
    return made


@transaction.atomic
def done(planned: Change, *, by: Seat, how: str) -> Change:
    """Say that a change is in force, and where that can be seen."""
    planned = (
        Change.objects.select_for_update(of=("self",)).select_related("missed__look_back__item").get(pk=planned.pk)
    )
    require(by, "look back", planned.missed.look_back.item)
    said(how=how)
    if planned.done_at is None:
        planned.done_by, planned.done_at, planned.done_how = by.appointment, by.now, how.strip()
        planned.save(update_fields=["done_by", "done_at", "done_how"])
        record(
            "change in force", by=by, about=planned.missed.look_back.item, subject=("change", planned.pk), reason=how
        )
    return planned


@transaction.atomic
def ask_for_replay(planned: Change, table: TraceTable, *, by: Seat, until: date | None = None) -> Replay:
    """Ask that a table is searched as it was set then and as it is set now; another person agrees.

    until    rows of before this day alone, so that it is seen whether it would have been found by then
    """
    item = planned.missed.look_back.item
    require(by, "look back", item)
    require(by, "read", table.item)
    problems = []
    if planned.settings_becomes is None:
        problems.append(Problem(where="change", found="one that no search shows", expected="settings of a search", do="Settle it by what it rests on."))  # fmt: skip
    if not planned.missed.actors.exists():
        problems.append(Problem(where="actors", found="none", expected="at least one that was missed", do="Write down whom it was about."))  # fmt: skip
    if until is not None and until <= table.first.date():
        problems.append(Problem(where="until", found=str(until), expected=f"a day after {table.first.date()}", do="Choose a later day."))  # fmt: skip
    if problems:
        raise BadInput("No replay was asked for.", problems)
    part_of(item, table.item, by=by)
    made = Replay.objects.create(change=planned, table=table, until=until, by=by.appointment)
    record("replay asked for", by=by, about=item, subject=("replay", made.pk))
    return made


def locked(replay: Replay) -> Replay:
    """The row as it stands now, held until the end of the transaction."""
    found = Replay.objects.select_for_update(of=("self",)).select_related(
        "change__missed__look_back__item__label", "table__item__label", "by__person"
    )
    held = found.filter(pk=replay.pk).first()
    if held is None:
        raise NotKnown
    return held


def decided(replay: Replay, state: ReplayState, *, by: Seat, reason: str) -> Replay:
    """A second person's decision on a replay that waits for one."""
    replay = locked(replay)
    item = replay.change.missed.look_back.item
    require(by, "second a replay", item, asked_by=replay.by)
    if replay.state != ReplayState.ASKED:
        raise BadInput(
            "The replay was decided before.",
            [Problem(where="state", found=replay.state, expected="asked for", do="Load the page again.")],
        )
    replay.state, replay.agreed_by, replay.agreed_at, replay.reason = state, by.appointment, by.now, reason
    replay.save(update_fields=["state", "agreed_by", "agreed_at", "reason"])
    record(f"replay {state.value}", by=by, about=item, subject=("replay", replay.pk), reason=reason)
    return replay


@transaction.atomic
def agree(replay: Replay, *, by: Seat) -> Replay:
    """Agree that the table is searched again; the worker starts once this is committed."""
    from hustings.apps.cases.afteraction.replaying import run_replay

    replay = decided(replay, ReplayState.AGREED, by=by, reason="")
    run_replay.defer(replay=str(replay.pk))
    return replay


@transaction.atomic
def refuse(replay: Replay, *, by: Seat, reason: str) -> Replay:
    """Refuse it, for a reason."""
    said(reason=reason)
    return decided(replay, ReplayState.REFUSED, by=by, reason=reason.strip())


@transaction.atomic
def settle(missed: Missed, state: MissState, *, by: Seat, why: str, rests_on: Item | None = None) -> Missed:
    """Say that a vulnerability is closed, or why it stays.

    Closed is what every planned change of is in force and shown: by a replay where a search can show it, by an item
    (a drill, a sweep, a finding) where it cannot.

    Raises   BadInput with everything that is missing
    """
    held = Missed.objects.select_for_update(of=("self",)).select_related("look_back__item__label", "by__person")
    missed = held.get(pk=missed.pk)
    item = missed.look_back.item
    require(by, "settle a miss", item, asked_by=missed.by, reason=why)
    said(why=why)
    problems = []
    if missed.state != MissState.OPEN:
        problems.append(Problem(where="state", found=missed.state, expected="open", do="Load the page again."))
    if state == MissState.CLOSED:
        problems += hindrances(missed, rests_on or missed.rests_on)
    if problems:
        raise BadInput("It was not settled.", problems)
    if rests_on is not None:
        require(by, "read", rests_on)
        part_of(item, rests_on, by=by)
        missed.rests_on = rests_on
    missed.state, missed.settled_by, missed.settled_at, missed.settled_why = state, by.appointment, by.now, why.strip()
    missed.save(update_fields=["state", "settled_by", "settled_at", "settled_why", "rests_on"])
    record(f"miss {state.value}", by=by, about=item, subject=("miss", missed.pk), reason=why)
    return missed


def hindrances(missed: Missed, rests_on: Item | None) -> list[Problem]:
    """Everything that keeps a vulnerability from being called closed."""
    changes = list(missed.changes.all())
    found = []
    if not changes:
        found.append(Problem(where="changes", found="none", expected="at least one in force", do="Say what is done otherwise, or why it stays."))  # fmt: skip
    for one in changes:
        if one.done_at is None:
            found.append(Problem(where="changes", found=f"'{one.becomes}' not in force", expected="each in force", do="Say when and how it came into force."))  # fmt: skip
        if one.settings_becomes is not None and not one.replays.filter(shown=True).exists():
            found.append(Problem(where="replay", found=f"none that shows '{one.becomes}'", expected="a replay that finds what was missed",
                                 do="Ask for one, or say why the vulnerability stays."))  # fmt: skip
    if changes and all(one.settings_becomes is None for one in changes) and rests_on is None:
        found.append(Problem(where="rests on", found="nothing", expected="a drill, sweep or finding that shows it", do="Name the item that shows it."))  # fmt: skip
    return found
