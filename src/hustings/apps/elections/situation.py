"""The figures of a situation report: stored questions, each with its moment and what it does not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from hustings.apps.ads.models import Ad, AdChange
from hustings.apps.elections.models import Incident, Task, Watch
from hustings.apps.elections.planning import organisation_of
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.review.models import Work
from hustings.policy.advertising import AdState
from hustings.policy.lead_time import TaskState
from hustings.policy.operations import IncidentState, Severity
from hustings.report.counting.figure import Figure

__all__ = ["QUESTIONS", "Question", "clock", "figures"]

DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """For which election, by whom, at which moment it is asked."""

    watch: Watch
    seat: Seat
    then: datetime


@dataclass(frozen=True, kw_only=True)
class Question:
    """A stored question about what the platform holds.

    act      who may not do this is not told the figure, and the report says so
    caveat   what it does not say
    """

    name: str
    title: str
    unit: str
    caveat: str
    count: Callable[[Asking], int]
    act: str = ""


def incidents_open(asked: Asking) -> int:
    """Incidents that were not closed."""
    return (
        Incident.objects.filter(watch=asked.watch, at__lte=asked.then).exclude(state=IncidentState.CLOSED.value).count()
    )


def incidents_serious(asked: Asking) -> int:
    """Of these the serious and critical ones."""
    rows = Incident.objects.filter(watch=asked.watch, at__lte=asked.then, severity__gte=Severity.SERIOUS.value)
    return rows.exclude(state=IncidentState.CLOSED.value).count()


def incidents_new(asked: Asking) -> int:
    """Incidents of the last day."""
    return Incident.objects.filter(watch=asked.watch, at__lte=asked.then, at__gt=asked.then - DAY).count()


def tasks_overdue(asked: Asking) -> int:
    """Tasks whose day is over."""
    return Task.objects.filter(watch=asked.watch, state=TaskState.OPEN.value, due__lt=asked.then.date()).count()


def ads_running(asked: Asking) -> int:
    """Ads at the own door that name this election and are delivered."""
    return Ad.objects.filter(
        held_by=organisation_of(asked.seat), election=asked.watch.election_id, state=AdState.DELIVERING.value
    ).count()


def ads_stopped(asked: Asking) -> int:
    """Ads aimed at the country that were removed or refused in the last day."""
    stopped = AdChange.objects.filter(
        at__lte=asked.then, at__gt=asked.then - DAY, state__in=[AdState.REMOVED.value, AdState.REJECTED.value]
    )
    rows = stopped.filter(
        ad__held_by=organisation_of(asked.seat), ad__countries__contains=[asked.watch.election.country]
    )
    return rows.order_by().values("ad").distinct().count()


def reviews_waiting(asked: Asking) -> int:
    """What waits for a decision."""
    return Work.objects.filter(held_by=organisation_of(asked.seat), state="open", asked_at__lte=asked.then).count()


def reviews_late(asked: Asking) -> int:
    """Of it what is past its due time."""
    return Work.objects.filter(
        held_by=organisation_of(asked.seat), state="open", asked_at__lte=asked.then, due_at__lt=asked.then
    ).count()


def leads_new(asked: Asking) -> int:
    """Leads of the last day."""
    from hustings.apps.cases import find

    return find.leads(asked.seat).filter(item__made_at__lte=asked.then, item__made_at__gt=asked.then - DAY).count()


QUESTIONS = (
    Question(name="incidents open", title="Incidents not closed", unit="incidents", count=incidents_open,
             caveat="Incidents that somebody wrote down; what nobody saw is not among them."),
    Question(name="incidents serious", title="Of these serious or critical", unit="incidents", count=incidents_serious,
             caveat="By the latest judgement of who wrote on it."),
    Question(name="incidents new", title="Incidents written down in the last 24 hours", unit="incidents", count=incidents_new,
             caveat="Counted by when they were written down, not by when they happened."),
    Question(name="tasks overdue", title="Tasks of the plan that are overdue", unit="tasks", count=tasks_overdue,
             caveat="Counts days, not how much is left of a task."),
    Question(name="ads running", title="Ads that name this election and run", unit="ads", act="see ads", count=ads_running,
             caveat="Ads at our own door whose sponsor named this election; ads elsewhere and undeclared ones are not among them."),
    Question(name="ads stopped", title="Ads aimed at the country stopped in the last 24 hours", unit="ads", act="see ads", count=ads_stopped,
             caveat="Removed or refused, for any reason, whatever election they were about; put back since or not."),
    Question(name="reviews waiting", title="Reviews that wait", unit="works", act="list reviews", count=reviews_waiting,
             caveat="Of all elections and countries: works do not say which election they are about."),
    Question(name="reviews late", title="Of these past their due time", unit="works", act="list reviews", count=reviews_late,
             caveat="The same."),
    Question(name="leads new", title="Leads recorded in the last 24 hours", unit="leads", act="list leads", count=leads_new,
             caveat="Those that who reports may know; another may count more or fewer."),
)  # fmt: skip


def clock() -> datetime:
    """The moment of asking by the clock that decides: by it, whoever wrote before in this transaction has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hustings_now() + (clock_timestamp() - transaction_timestamp())")
        now: datetime = cursor.fetchone()[0]
        return now


def figures(watch: Watch, *, by: Seat, then: datetime) -> list[Figure]:
    """Every stored question, answered at one moment as this seat may know it; what it may not know is said, and not guessed."""
    as_of = then.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    asked = Asking(watch=watch, seat=by, then=then)
    found = []
    for question in QUESTIONS:
        may = not question.act or can(by, question.act)
        value = question.count(asked) if may else None
        found.append(Figure(
            name=question.name, title=question.title, value=value, unit=question.unit, as_of=as_of, rows=value or 0, caveat=question.caveat,
            how=(question.count.__doc__ or "").strip(), why_not="" if may else "Who reported may not see what it counts.",
        ))  # fmt: skip
    return found
