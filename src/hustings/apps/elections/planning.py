"""The work on an election: taking it on, its risk tier, and a plan that moves with its day and keeps what is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.elections.models import Claim, Election, Task, TaskMove, TierJudgement, Watch
from hustings.apps.people.models import Appointment, AppointmentChange
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, can, require
from hustings.errors import BadInput, Problem
from hustings.policy.election import Status
from hustings.policy.lead_time import LAST, Going, Plan, TaskState, plan, step_of
from hustings.policy.risk_tier import Factor, Tier, proposed, unknown_answers
from hustings.policy.state import Held

__all__ = [
    "add_task", "colleagues", "done_by_act", "drop", "finish", "give", "in_force", "judge_tier", "keep_plans", "open_task", "plan_of", "replan", "reopen", "seen", "set_languages",
    "take_on", "tier_of", "watch_of",
]  # fmt: skip

OPEN = (TaskState.OPEN.value, TaskState.SUSPENDED.value)


def organisation_of(seat: Seat) -> UUID:
    """Whose plan it is."""
    key: UUID = seat.appointment.position.organisation_id
    return key


def watch_of(seat: Seat | None, election: Election) -> Watch | None:
    """The own organisation's work on an election; nothing where it did not take it on, or this seat may not see it."""
    if seat is None or not can(seat, "see election work"):
        return None
    return Watch.objects.filter(election=election, held_by=organisation_of(seat)).select_related("election").first()


def tier_of(watch: Watch) -> Tier | None:
    """The latest judgement; nothing while nobody judged."""
    last = watch.tiers.order_by("-at", "-pk").values_list("tier", flat=True).first()
    return None if last is None else Tier(last)


def plan_of(watch: Watch, today: date) -> Plan:
    """What the table says of this election now."""
    election = watch.election
    return plan(election.on, Status(election.status), tier_of(watch), watch.at.date(), today)


def colleagues(seat: Seat) -> QuerySet[Appointment]:
    """Who can own a task or be on duty: whoever is in a position at the own organisation now."""
    here = in_force(Appointment.objects.filter(position__organisation=organisation_of(seat)))
    return here.select_related("person", "position").order_by("person__name", "position__title", "pk")


def in_force(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Those of them whose people are in their positions now."""
    changes = AppointmentChange.objects.filter(appointment=OuterRef("pk"), at__lte=moment())
    last = changes.order_by("-at", "-recorded_at", "-pk").values("state")[:1]
    return appointments.alias(state=Subquery(last)).filter(state=Held.IN_FORCE.value)


@transaction.atomic
def take_on(election: Election, *, by: Seat, languages: str = "") -> Watch:
    """Say that the own organisation works on an election; its plan is made at once. Said again, it is the same."""
    allow(by, "take election on")
    try:
        with transaction.atomic():
            made = Watch.objects.create(
                election=election, held_by_id=organisation_of(by), languages=languages.strip(), by=by.appointment
            )
    except IntegrityError:
        return Watch.objects.select_related("election").get(election=election, held_by=organisation_of(by))
    made = Watch.objects.select_related("election").get(pk=made.pk)  # the database says when
    record("election taken on", by=by, subject=("election", election.pk))
    with in_role(WORKER):
        bring_up_to_date(made, by.now.date())
    return made


@transaction.atomic
def set_languages(watch: Watch, languages: str, *, by: Seat) -> Watch:
    """Say which languages voters read; searches and review are counted by these."""
    require(by, "take election on")
    watch.languages = languages.strip()
    watch.save(update_fields=["languages"])
    record("election languages", by=by, subject=("election", watch.election_id))
    return watch


@transaction.atomic
def judge_tier(watch: Watch, tier: Tier, *, factors: Mapping[str, str], why: str, by: Seat) -> TierJudgement:
    """Judge how much an election is worth. The table's proposal for these factors stands beside it.

    Raises   BadInput for answers that the table does not have, and for a tier without a reason
    """
    require(by, "judge risk tier", reason=why)
    problems = [
        Problem(where=factor, found=repr(answer), expected="one of the answers of the table", do="Choose one of them.")
        for factor, answer in unknown_answers(factors)
    ]
    if not why.strip():
        problems.append(Problem(where="why", found="nothing", expected="what the judgement rests on", do="Say it."))
    if problems:
        raise BadInput("The tier was not judged.", problems)
    told = {Factor(factor): answer for factor, answer in factors.items()}
    made = TierJudgement.objects.create(
        watch=watch, tier=tier.value, proposed=proposed(told).tier.value, factors={factor.value: told[factor] for factor in Factor if factor in told},
        why=why.strip(), by=by.appointment,
    )  # fmt: skip
    record("tier judged", by=by, subject=("election", watch.election_id), reason=why, facts={"tier": tier.value, "proposed": made.proposed})  # fmt: skip
    with in_role(WORKER):
        bring_up_to_date(watch, by.now.date())
    done_by_act(watch, "tier", f"Tier {tier.value}: {why.strip()}"[:1000], by=by)
    return made


def replan(election: Election, *, claim: Claim | None, by: Seat | None) -> None:
    """Move every open task of every organisation that works on the election; what is done stays.

    As the worker: other organisations' plans are hidden from who records a day, and have to move all the same.
    """
    today = moment().date()
    with in_role(WORKER):
        for watch in Watch.objects.filter(election=election).order_by("pk"):
            watch.election = election
            bring_up_to_date(watch, today, claim=claim, by=by)


def keep_plans() -> int:
    """The worker's daily round: plans of all elections that are not long over are as the table has them. How many."""
    with in_role(WORKER):
        today = moment().date()
        long_over = Q(election__on__isnull=False, election__on__lt=today - timedelta(days=LAST + 30))
        near = list(Watch.objects.exclude(long_over).select_related("election").order_by("pk"))
        for watch in near:
            bring_up_to_date(watch, today)
    return len(near)


def bring_up_to_date(watch: Watch, today: date, *, claim: Claim | None = None, by: Seat | None = None) -> None:
    """Make what the plan lacks, and move, rest, end or take up again what it has."""
    wanted = plan_of(watch, today)
    now, mover = moment(), by.appointment if by is not None else None
    tasks = list(Task.objects.select_for_update(of=("self",)).filter(watch=watch).order_by("pk"))
    known = {task.step for task in tasks if task.step}
    for task in tasks:
        state, due, what = becomes(task, wanted, watch.election.on, today)
        if what and (state, due) != (task.state, task.due):
            move(task, state, due, what, now, claim=claim, by=mover)
    for code, day in wanted.due.items():
        step = step_of(code)
        if code not in known and step is not None:
            made = Task.objects.create(watch=watch, step=code, title=step.title, due=max(day, today))
            TaskMove.objects.create(task=made, what="made", due=made.due, by=mover, why=step.why)


def becomes(task: Task, wanted: Plan, on: date | None, today: date) -> tuple[str, date | None, str]:
    """State and due day of a task under a plan, and the word for what happened; "" where it stays as it is."""
    stays = task.state, task.due, ""
    ended = task.state == TaskState.DROPPED and task.moves.order_by("-at", "-pk").values_list("what", flat=True).first()
    if task.state == TaskState.DONE or (task.state == TaskState.DROPPED and ended not in {"cancelled", "another tier"}):
        return stays
    if wanted.going is Going.CLOSED:
        return (TaskState.DROPPED, task.due, "cancelled") if task.state != TaskState.DROPPED else stays
    if wanted.going in {Going.SUSPENDED, Going.WAITING}:
        return TaskState.SUSPENDED, None, "put off"
    if task.step and task.step not in wanted.due:
        return (TaskState.DROPPED, task.due, "another tier") if task.state != TaskState.DROPPED else stays
    if task.step:
        due: date | None = wanted.due[task.step]
    elif task.day is not None and on is not None:
        due = on + timedelta(days=task.day)
    elif task.state == TaskState.SUSPENDED:
        due = task.moves.filter(what="put off").order_by("-at", "-pk").values_list("due_was", flat=True).first()
    else:
        due = task.due
    # A day that comes nearer asks nobody to have done something yesterday; what was overdue before stays so.
    if due is not None and due < today:
        due = today if task.due is None or task.due >= today else max(due, task.due)
    return TaskState.OPEN, due, "moved" if task.state == TaskState.OPEN else "taken up again"


def move(
    task: Task, state: str, due: date | None, what: str, now: datetime, *, claim: Claim | None, by: Appointment | None
) -> None:
    """Change a task because the election changed; its owner is told until they have seen it."""
    TaskMove.objects.create(task=task, what=what, due_was=task.due, due=due, owner=task.owner, claim=claim, by=by)
    task.state, task.due, task.moved_at, task.seen_at = state, due, now, None
    task.save(update_fields=["state", "due", "moved_at", "seen_at"])


def locked(task: Task, seat: Seat) -> Task:
    """A task of the own organisation as it stands now, held."""
    require(seat, "work on election")
    held = Task.objects.select_for_update(of=("self",)).select_related("watch__election", "owner__person").filter(
        pk=task.pk, watch__held_by=organisation_of(seat)
    ).first()  # fmt: skip
    if held is None:
        raise NotKnown
    return held


def still_open(task: Task) -> None:
    """Refuse what was ended before."""
    if task.state not in OPEN:
        raise BadInput("The task is ended.", [Problem(where="task", found=task.state, expected="open", do="Open it again first.")])  # fmt: skip


@transaction.atomic
def add_task(watch: Watch, *, title: str, due: date | None, by: Seat, owner: Appointment | None = None, with_day: bool = True) -> Task:  # fmt: skip
    """Add something to do that the table does not have. `with_day`: it moves with the day of voting."""
    require(by, "work on election")
    if not title.strip():
        raise BadInput("No task was added.", [Problem(where="title", found="nothing", expected="what is to be done", do="Say it.")])  # fmt: skip
    on = watch.election.on
    day = (due - on).days if with_day and due is not None and on is not None and abs((due - on).days) < 30_000 else None
    made = Task.objects.create(watch=watch, title=title.strip(), due=due, day=day, owner=owner, by=by.appointment)
    TaskMove.objects.create(task=made, what="made", due=due, owner=owner, by=by.appointment)
    record("election task added", by=by, subject=("election task", made.pk))
    return made


@transaction.atomic
def give(task: Task, owner: Appointment | None, *, by: Seat) -> Task:
    """Say whose it is; nobody's, where nobody is named."""
    task = locked(task, by)
    still_open(task)
    if owner is not None and not colleagues(by).filter(pk=owner.pk).exists():
        raise BadInput("The task was not given.", [Problem(where="owner", found="somebody elsewhere, or whose position ended", expected="a colleague", do="Choose one of the list.")])  # fmt: skip
    TaskMove.objects.create(task=task, what="given", due=task.due, owner=owner, by=by.appointment)
    task.owner = owner
    task.seen_at = by.now if task.moved_at is not None else None  # who takes it now reads the day as it is
    task.save(update_fields=["owner", "seen_at"])
    record(
        "election task given", by=by, subject=("election task", task.pk), facts={"to": str(owner.pk) if owner else ""}
    )
    return task


def ended(task: Task, state: TaskState, note: str, *, by: Seat) -> Task:
    """End a task, with a note."""
    task = locked(task, by)
    still_open(task)
    if not note.strip():
        raise BadInput("The task is as it was.", [Problem(where="note", found="nothing", expected="what came of it, or why it is dropped", do="Write a line.")])  # fmt: skip
    task.state, task.note, task.ended_by, task.ended_at = state.value, note.strip(), by.appointment, by.now
    task.save(update_fields=["state", "note", "ended_by", "ended_at"])
    TaskMove.objects.create(task=task, what=state.value, due=task.due, owner=task.owner, why=note.strip(), by=by.appointment)  # fmt: skip
    record(f"election task {state.value}", by=by, subject=("election task", task.pk), text={"note": note.strip()})
    return task


@transaction.atomic
def finish(task: Task, *, by: Seat, note: str) -> Task:
    """Say that it is done, and what came of it."""
    return ended(task, TaskState.DONE, note, by=by)


def done_by_act(watch: Watch, step: str, note: str, *, by: Seat) -> None:
    """What a step asks for was done by an act of its own: the task needs no second entry."""
    task = open_task(watch, step)
    if task is not None:
        ended(task, TaskState.DONE, note, by=by)


def open_task(watch: Watch, step: str) -> Task | None:
    """The task of a step that is still to be done; nothing where it was ended or is not in the plan."""
    return Task.objects.filter(watch=watch, step=step, state__in=OPEN).first()


@transaction.atomic
def drop(task: Task, *, by: Seat, note: str) -> Task:
    """Say that it is not done, and why."""
    return ended(task, TaskState.DROPPED, note, by=by)


@transaction.atomic
def reopen(task: Task, *, by: Seat, why: str) -> Task:
    """Take up again what was ended; its day is that of the plan."""
    task = locked(task, by)
    if task.state in OPEN:
        return task
    if not why.strip():
        raise BadInput("The task is as it was.", [Problem(where="why", found="nothing", expected="why it is open again", do="Write a line.")])  # fmt: skip
    task.state, task.note, task.ended_by, task.ended_at = TaskState.OPEN.value, "", None, None
    task.save(update_fields=["state", "note", "ended_by", "ended_at"])
    TaskMove.objects.create(task=task, what="opened again", due=task.due, owner=task.owner, why=why.strip(), by=by.appointment)  # fmt: skip
    record("election task opened again", by=by, subject=("election task", task.pk), reason=why)
    with in_role(WORKER):
        bring_up_to_date(task.watch, by.now.date())
    task.refresh_from_db()
    return task


@transaction.atomic
def seen(watch: Watch, *, by: Seat) -> int:
    """Say that one has seen how one's tasks moved. How many."""
    require(by, "work on election")
    return Task.objects.filter(watch=watch, owner=by.appointment, moved_at__isnull=False, seen_at=None).update(
        seen_at=by.now
    )
