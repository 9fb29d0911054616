"""What of elections waits for a person: tasks that are theirs, tasks that moved, tasks nobody took, assessments to approve."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.database import moment
from hustings.apps.elections import due
from hustings.apps.elections.models import Task
from hustings.apps.elections.red_team.attention import attention as trials_waiting
from hustings.apps.elections.room_attention import attention as rooms_waiting
from hustings.apps.elections.searching.attention import attention as searches_waiting
from hustings.apps.elections.threats import to_approve
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can

__all__ = ["attention"]

SHOWN = 20


def attention(seat: Seat) -> list[Attention]:
    """The reader's tasks by name; what moved, by election; what nobody took, as one."""
    if not can(seat, "see election work"):
        return []
    today = moment().date()
    waiting = rooms_waiting(seat)
    if can(seat, "work on election"):
        waiting += [yours(task) for task in due.mine(seat, today).order_by("due", "title", "pk")[:SHOWN]]
        told = set()
        for task in due.moved(seat).order_by("moved_at", "pk"):
            election = task.watch.election
            if election.pk not in told and task.moved_at is not None:
                told.add(election.pk)
                waiting.append(Attention(
                    sentence=f"{election.name}: day or status changed, and your tasks moved with it.", url=reverse("election", args=[election.pk]),
                    since=task.moved_at, act="See what moved",
                ))  # fmt: skip
        free = due.unowned(seat, today)
        if free:
            waiting.append(Attention(
                sentence=f"{len(free):,} {'task of an election is' if len(free) == 1 else 'tasks of elections are'} due, and nobody has taken {'it' if len(free) == 1 else 'them'}.",
                url=reverse("elections-today"), since=min(task.at for task in free), act="Take one", until=ends(free[0]),
            ))  # fmt: skip
    for version in to_approve(seat)[:SHOWN]:
        waiting.append(Attention(
            sentence=f"A threat assessment waits for a second person: {version.assessment.item.title}", since=version.at, act="Read it",
            url=reverse("threat-assessment", args=[version.assessment_id]), item=version.assessment.item,
        ))  # fmt: skip
    return waiting + searches_waiting(seat) + trials_waiting(seat)


def yours(task: Task) -> Attention:
    """One task of the reader."""
    return Attention(
        sentence=f"Yours to do: {task.title} ({task.watch.election.name})", url=reverse("election-task", args=[task.pk]), since=task.at, act="Open the task",
        until=ends(task),
    )  # fmt: skip


def ends(task: Task) -> datetime | None:
    """The last moment of the day until which it is due."""
    return datetime.combine(task.due, time(23, 59), UTC) if task.due else None
