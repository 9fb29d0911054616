"""Keeping assumptions, earlier work and shifts, and asking for a plan; what was kept before stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.staffing import find
from hustings.apps.staffing.models import Assumed, History, Plan, Roster
from hustings.apps.staffing.shifts import read_shifts
from hustings.errors import BadInput, Problem
from hustings.staffing import plan_document
from hustings.staffing.plan import refuse

__all__ = ["ask_for_plan", "keep_assumptions", "keep_history", "keep_roster"]

ACT = "plan staffing"
LARGEST = 4 * 2**20
MOST_WEEKS = 60


def named(source: str, where: str) -> str:
    """Raises   BadInput where nobody says where it comes from."""
    if not source.strip():
        raise BadInput("It cannot be kept.", [Problem(
            where=where, found="nothing", expected="where it comes from, or on which ground", do="Say it.")])  # fmt: skip
    return source.strip()


@transaction.atomic
def keep_assumptions(document: Mapping[str, Any], *, why: str, by: Seat) -> Assumed:
    """Keep assumptions from now on; they are read before, and every fault is told.

    Raises   BadInput
    """
    require(by, ACT)
    read = plan_document.assumptions(document)
    # What contradicts itself is told now, not when a plan is asked for; a history may still come.
    refuse(read, None, 1, history=False)
    return Assumed.objects.create(
        held_by=by.appointment.position.organisation,
        document=plan_document.document(read),
        why=named(why, "why"),
        recorded_by=by.appointment,
    )


@transaction.atomic
def keep_history(content: bytes, *, source: str, by: Seat) -> History:
    """Keep what came in around earlier elections, from a CSV file.

    Raises   BadInput
    """
    require(by, ACT)
    text = decoded(content)
    rows = plan_document.history(text.splitlines())
    if not rows:
        raise BadInput("The history cannot be read.", [Problem(
            where="file", found="no row", expected="at least one", do="Hand in a table with rows.")])  # fmt: skip
    return History.objects.create(
        held_by=by.appointment.position.organisation, table=text, source=named(source, "source"), rows=len(rows),
        elections=len({row.election for row in rows}), recorded_by=by.appointment,
    )  # fmt: skip


@transaction.atomic
def keep_roster(content: bytes, *, source: str, by: Seat) -> Roster:
    """Keep shifts that were planned elsewhere, from CSV or iCalendar.

    Raises   BadInput
    """
    require(by, ACT)
    shifts = read_shifts(decoded(content))
    return Roster.objects.create(
        held_by=by.appointment.position.organisation, shifts=shifts, source=named(source, "source"),
        recorded_by=by.appointment,
    )  # fmt: skip


@transaction.atomic
def ask_for_plan(*, weeks: int, by: Seat, seed: int = 1) -> Plan:
    """Ask the worker for a plan from the newest assumptions and history, from today on.

    Raises   BadInput where there are no assumptions, or a plan is being made already
    """
    from hustings.apps.staffing.jobs import run_plan

    require(by, ACT)
    wrong = []
    assumed = find.assumed(by)
    if assumed is None:
        wrong.append(
            Problem(where="assumptions", found="none", expected="assumptions to plan from", do="Write them first.")
        )
    if not 1 <= weeks <= MOST_WEEKS:
        wrong.append(Problem(where="weeks", found=str(weeks), expected=f"1 to {MOST_WEEKS}", do="Plan for fewer."))
    if find.under_way(by) is not None:
        wrong.append(
            Problem(where="plan", found="one that is being made", expected="none", do="Wait until it is there.")
        )
    if wrong or assumed is None:
        raise BadInput("No plan can be made.", wrong)
    made = Plan.objects.create(
        held_by=by.appointment.position.organisation, assumptions=assumed, history=find.history(by),
        day=moment().date(), weeks=weeks, seed=seed, recorded_by=by.appointment,
    )  # fmt: skip
    run_plan.defer(plan=str(made.pk))
    return made


def decoded(content: bytes) -> str:
    """Raises   BadInput for what is too large or no text."""
    if len(content) > LARGEST:
        raise BadInput("The file cannot be read.", [Problem(
            where="file", found=f"{len(content):,} bytes", expected=f"{LARGEST:,} at most", do="Hand in a part.")])  # fmt: skip
    try:
        text = content.decode("utf-8-sig")
        json.dumps(text).encode("utf-8")
    except UnicodeError as error:
        raise BadInput("The file cannot be read.", [Problem(
            where="file", found=str(error), expected="text in UTF-8", do="Save it so.")]) from error  # fmt: skip
    if "\x00" in text:
        raise BadInput("The file cannot be read.", [Problem(
            where="file", found="a null byte", expected="text", do="Save it as text.")])  # fmt: skip
    return text
