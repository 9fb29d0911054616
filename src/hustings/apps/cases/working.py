"""What people do in a case: open it, add to it, weigh answers, hand out tasks, end it, read two as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases import find
from hustings.apps.cases.leads import locked as locked_lead
from hustings.apps.cases.models import (
    Argument,
    Case,
    CaseItem,
    CaseLead,
    CaseMove,
    Hold,
    Hypothesis,
    Lead,
    Merge,
    Note,
    Task,
    Teammate,
)
from hustings.apps.items.actions import make_item, part_of
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, require
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.casework import CaseState, LeadState, Outcome, Side, TaskState, move_of
from hustings.policy.marking import Marking

__all__ = [
    "OF_THEIR_OWN", "add_hypothesis", "add_material", "add_note", "add_task", "add_teammate", "argue", "end_hold", "end_task",
    "end_teammate", "give_up", "hold", "merge", "move", "open_case", "take_up", "undo_merge",
]  # fmt: skip

OF_THEIR_OWN = ("case", "campaign", "plan", "report")  # kinds of items that are tied to a case by acts of their own


def said(**texts: str) -> None:
    """Refuse empty words, all of them at once."""
    empty = [
        Problem(where=where.replace("_", " "), found="nothing", expected="a sentence", do="Write it.")
        for where, text in texts.items()
        if not text.strip()
    ]
    if empty:
        raise BadInput("Something is missing.", empty)


def locked(case: Case) -> Case:
    """The row as it stands now, held until the end of the transaction."""
    held = Case.objects.select_for_update(of=("self",)).select_related("item__label").filter(pk=case.pk).first()
    if held is None:
        raise NotKnown
    return held


def working(case: Case, *, by: Seat, closed: bool = False) -> Case:
    """The case, held, for somebody who may add to it; a closed one is opened again first."""
    case = locked(case)
    require(by, "work on case", case.item)
    if case.state == CaseState.CLOSED and not closed:
        raise BadInput(
            "The case is closed.",
            [Problem(where="state", found="closed", expected="open or waiting", do="Open it again, with the reason.")],
        )
    return case


@transaction.atomic
def open_case(
    *, by: Seat, title: str, question: str, marking: Marking, scope: str = "", leads: Sequence[Lead] = ()
) -> Case:
    """Open a case on a question, with the leads that ask it; it is at least as restricted as each of them."""
    decision = allow(by, "open case")
    said(title=title, question=question)
    item = make_item(kind="case", title=title.strip(), text=question, marking=marking, by=by)
    case = Case.objects.create(item=item, question=question.strip(), scope=scope.strip(), lead_by=by.appointment)
    log(by, act("open case"), item, decision)
    record("case opened", by=by, about=item, facts={"leads": len(leads)})
    for lead in leads:
        take_up(case, lead, by=by)
    return case


@transaction.atomic
def take_up(case: Case, lead: Lead, *, by: Seat) -> CaseLead:
    """Look at a lead in a case, and at what the lead is about. A lead can be looked at in several."""
    case, lead = working(case, by=by), locked_lead(lead)
    require(by, "dispose of lead", lead.item)
    if lead.state == LeadState.DISMISSED:
        raise BadInput(
            "The lead was dismissed.",
            [Problem(where="lead", found="dismissed", expected="open or taken up", do="Record it anew, with what changed.")],
        )  # fmt: skip
    taken = CaseLead.objects.filter(case=case, lead=lead).first()
    if taken is not None:
        return taken
    part_of(case.item, lead.item, by=by)
    taken = CaseLead.objects.create(case=case, lead=lead, by=by.appointment)
    if lead.state == LeadState.OPEN:
        lead.state = LeadState.TAKEN
        lead.save(update_fields=["state"])
    record("lead taken up", by=by, about=case.item, subject=("lead", lead.pk))
    for about in lead.about.filter(item__isnull=False).select_related("item__label"):
        if about.item is not None:
            add_material(case, about.item, by=by, why="the lead is about it")
    return taken


@transaction.atomic
def add_material(case: Case, material: Item, *, by: Seat, why: str) -> CaseItem:
    """Make a finding, tip, sweep or other item part of the case; it is kept as long as the case."""
    case = working(case, by=by)
    require(by, "read", material)
    said(why=why)
    if material.kind in OF_THEIR_OWN:
        raise BadInput(
            "It cannot be material of a case.",
            [Problem(where="item", found=f"a {material.kind}", expected="a finding, run, sweep, tip or the like",
                     do="Add what it rests on; read two cases as one, study a campaign in this case.")],
        )  # fmt: skip
    held = CaseItem.objects.filter(case=case, material=material).first()
    if held is not None:
        return held
    part_of(case.item, material, by=by)
    held = CaseItem.objects.create(case=case, material=material, why=why.strip(), by=by.appointment)
    record("material added", by=by, about=case.item, subject=("item", material.pk))
    return held


@transaction.atomic
def add_teammate(case: Case, appointment: Appointment, *, by: Seat, part: str) -> Teammate:
    """Say that somebody works on the case; where its marking asks for named people, name them beside."""
    case = working(case, by=by)
    said(part=part)
    mate, _ = Teammate.objects.get_or_create(
        case=case, appointment=appointment, ended_at=None, defaults={"part": part.strip(), "by": by.appointment}
    )
    record("teammate added", by=by, about=case.item, subject=("appointment", appointment.pk))
    return mate


@transaction.atomic
def end_teammate(mate: Teammate, *, by: Seat) -> Teammate:
    """Say that somebody works on the case no longer; a need to know that was granted beside it ends beside it."""
    case = working(mate.case, by=by)
    if mate.ended_at is None:
        mate.ended_at = by.now
        mate.save(update_fields=["ended_at"])
        record("teammate ended", by=by, about=case.item, subject=("appointment", mate.appointment_id))
    return mate


@transaction.atomic
def add_hypothesis(case: Case, *, by: Seat, text: str) -> Hypothesis:
    """Put a possible answer forward."""
    case = working(case, by=by)
    said(hypothesis=text)
    made = Hypothesis.objects.create(case=case, text=text.strip(), by=by.appointment)
    record("hypothesis added", by=by, about=case.item, subject=("hypothesis", made.pk))
    return made


@transaction.atomic
def argue(hypothesis: Hypothesis, side: Side, *, by: Seat, text: str, rests_on: Item | None = None) -> Argument:
    """Say what speaks for or against an answer, and the item it rests on."""
    case = working(hypothesis.case, by=by)
    said(argument=text)
    if rests_on is not None:
        require(by, "read", rests_on)
        part_of(case.item, rests_on, by=by)
    made = Argument.objects.create(
        hypothesis=hypothesis, side=side, text=text.strip(), rests_on=rests_on, by=by.appointment
    )
    record("argument added", by=by, about=case.item, subject=("hypothesis", hypothesis.pk), facts={"side": side.value})
    return made


@transaction.atomic
def give_up(hypothesis: Hypothesis, *, by: Seat, why: str) -> Hypothesis:
    """Say that an answer is no longer held; it stays to be read."""
    case = working(hypothesis.case, by=by)
    said(why=why)
    hypothesis.given_up_at, hypothesis.given_up_why = by.now, why.strip()
    hypothesis.save(update_fields=["given_up_at", "given_up_why"])
    record("hypothesis given up", by=by, about=case.item, subject=("hypothesis", hypothesis.pk), reason=why)
    return hypothesis


@transaction.atomic
def add_task(case: Case, *, by: Seat, title: str, for_whom: Appointment | None = None, due: date | None = None) -> Task:
    """Write down what is to be done, by whom, until when."""
    case = working(case, by=by)
    said(task=title)
    task = Task.objects.create(case=case, title=title.strip(), for_whom=for_whom, due=due, by=by.appointment)
    record("task added", by=by, about=case.item, subject=("task", task.pk))
    return task


@transaction.atomic
def end_task(task: Task, state: TaskState, *, by: Seat, result: str = "") -> Task:
    """Say that a task is done or not needed."""
    case = working(task.case, by=by)
    task.state, task.result = state, result.strip()
    task.ended_by, task.ended_at = by.appointment, by.now
    task.save(update_fields=["state", "result", "ended_by", "ended_at"])
    record(f"task {state.value}", by=by, about=case.item, subject=("task", task.pk))
    return task


@transaction.atomic
def add_note(case: Case, *, by: Seat, text: str) -> Note:
    """Write a line into the case's log."""
    case = working(case, by=by)
    said(note=text)
    note = Note.objects.create(case=case, text=text.strip(), by=by.appointment)
    record("note added", by=by, about=case.item, subject=("note", note.pk))
    return note


@transaction.atomic
def move(case: Case, code: str, *, by: Seat, reason: str, outcome: Outcome | None = None) -> Case:
    """Put a case aside, go on, close it or open it again.

    Raises   BadInput for a step that is not open from here, without a reason, or a close without its outcome
    """
    case = working(case, by=by, closed=True)
    step = move_of(code)
    problems = []
    if case.state not in step.sources:
        problems.append(
            Problem(where="state", found=case.state, expected=" or ".join(step.sources), do="Load the page again.")
        )
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    if step.outcome != (outcome is not None):
        problems.append(
            Problem(where="outcome", found=outcome.value if outcome else "nothing",
                    expected="how it ended" if step.outcome else "none", do="Say it where a case is closed, only there.")
        )  # fmt: skip
    if problems:
        raise BadInput("The case did not move.", problems)
    case.state, case.outcome = step.target, outcome.value if outcome else ""
    case.save(update_fields=["state", "outcome"])
    case.item.state = step.target
    case.item.save(update_fields=["state"])
    CaseMove.objects.create(
        case=case, code=code, state=step.target, outcome=case.outcome, reason=reason.strip(), by=by.appointment
    )
    record(f"case {step.target.value}", by=by, about=case.item, reason=reason, facts={"outcome": case.outcome})
    return case


@transaction.atomic
def hold(case: Case, *, by: Seat, ground: str) -> Hold:
    """Keep everything of the case for a proceeding, whatever its time."""
    case = locked(case)
    require(by, "hold case", case.item, reason=ground)
    said(ground=ground)
    made = Hold.objects.create(case=case, ground=ground.strip(), by=by.appointment)
    record("case held", by=by, about=case.item, reason=ground)
    return made


@transaction.atomic
def end_hold(held: Hold, *, by: Seat, why: str) -> Hold:
    """End a legal hold."""
    require(by, "hold case", held.case.item, reason=why)
    said(why=why)
    held.ended_by, held.ended_at, held.ended_why = by.appointment, by.now, why.strip()
    held.save(update_fields=["ended_by", "ended_at", "ended_why"])
    record("case hold ended", by=by, about=held.case.item, reason=why)
    return held


@transaction.atomic
def merge(case: Case, into: Case, *, by: Seat, reason: str) -> Merge:
    """Read a case as part of another. Nothing moves, so nothing can be lost; the other is at least as restricted.

    Raises   BadInput for a case into itself, into one of its own parts, or twice
    """
    for key in sorted({case.pk, into.pk}):  # always in this order, so that two merges wait for each other
        locked(Case(pk=key))
    case, into = locked(case), locked(into)
    require(by, "merge cases", case.item, reason=reason)
    require(by, "merge cases", into.item, reason=reason)
    said(reason=reason)
    if into in find.parts_of(by, case):
        raise BadInput(
            "The cases were not merged.",
            [Problem(where="into", found="the case itself or a part of it", expected="another case", do="Choose another.")],
        )  # fmt: skip
    part_of(into.item, case.item, by=by)
    try:
        with transaction.atomic():
            made = Merge.objects.create(case=case, into=into, reason=reason.strip(), by=by.appointment)
    except IntegrityError:
        raise BadInput(
            "The cases were not merged.",
            [Problem(where="case", found="one that is part of another", expected="one that stands alone", do="Undo that first.")],
        ) from None  # fmt: skip
    record("case merged", by=by, about=into.item, subject=("case", case.pk), reason=reason)
    return made


@transaction.atomic
def undo_merge(made: Merge, *, by: Seat, reason: str) -> Merge:
    """Let a case stand alone again, with everything it had and everything that was added to it since."""
    require(by, "merge cases", made.into.item, reason=reason)
    said(reason=reason)
    made.undone_by, made.undone_at, made.undone_why = by.appointment, by.now, reason.strip()
    made.save(update_fields=["undone_by", "undone_at", "undone_why"])
    record("merge undone", by=by, about=made.into.item, subject=("case", made.case_id), reason=reason)
    return made
