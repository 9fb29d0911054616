"""What happened, line by line in time: assets made, ads, gatherings, evidence, what people did in the case, and enforcement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F
from django.urls import reverse

from hustings.apps.cases import find
from hustings.apps.cases.models import Case, Member, Order, PlanMove
from hustings.apps.cases.whole.things import Thing, Whole
from hustings.apps.console import words
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable

__all__ = ["LANES", "Drawn", "Line", "drawn", "lines"]

# From what the campaign did to what was done about it, from above.
LANES = (
    "assets made",
    "ads",
    "posts and findings",
    "gatherings",
    "leads",
    "evidence",
    "work on the case",
    "enforcement",
)
WIDTH, LEFT, RIGHT, LANE = 640, 112, 8, 24
STEPS = [1, 2, 7, 14, 30, 91, 182, 365, 1_826, 3_652]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened.

    day    where a source tells a day alone, its beginning in UTC
    """

    at: datetime
    day: bool
    lane: str
    sentence: str
    page: str = ""
    item: Item | None = None


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Marks (x, y above, y below, words) in lanes and ticks (x, words), in points of a drawing 640 wide and `tall` high."""

    marks: list[tuple[float, float, float, str]]
    lanes: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    tall: int
    axis: int
    first: str
    last: str
    per: str


def lines(seat: Seat, case: Case, told: Whole) -> list[Line]:
    """Every line of a case, the earliest first."""
    parts = find.parts_of(seat, case)
    found = [*of_things(told), *of_work(seat, parts), *of_enforcement(seat, parts)]
    return sorted(found, key=lambda line: (line.at, LANES.index(line.lane), line.sentence))


LANE_OF = {
    "ad": ("ads", "first shown or made"), "gathering": ("gatherings", "called for this day"), "finding": ("posts and findings", "first acted together"),
    "evidence": ("evidence", "as it shows"), "lead": ("leads", "told"),
}  # fmt: skip


def of_things(told: Whole) -> Iterator[Line]:
    """When things are first and last known from."""
    for thing in told.things.values():
        lane, what = LANE_OF.get(thing.kind, ("assets made", "made"))
        if thing.first is not None:
            yield line(thing, thing.first, lane, what)
        if thing.last is not None and thing.kind in ("ad", "finding"):
            yield line(thing, thing.last, lane, "last shown" if thing.kind == "ad" else "last acted together")


def line(thing: Thing, at: datetime | date, lane: str, what: str) -> Line:
    """One line of a thing."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    return Line(at=moment, day=not isinstance(at, datetime), lane=lane, sentence=f"{thing.label}: {what}", page=thing.page, item=thing.item)  # fmt: skip


def of_work(seat: Seat, parts: Sequence[Case]) -> Iterator[Line]:
    """What people did in the case: opened it, noted, moved, decided on members, ended tasks, held."""
    lane = "work on the case"
    for part in parts:
        page = reverse("case", args=[part.pk])

        def told(at: datetime, sentence: str, page: str = page) -> Line:
            return Line(at=at, day=False, lane=lane, sentence=sentence, page=page)

        yield told(part.item.made_at, f"Case opened by {part.lead_by.person.name}")
        for note in part.notes.select_related("by__person"):
            yield told(note.at, f"Note by {note.by.person.name}: {note.text[:120]}")
        for move in part.moves.select_related("by__person"):
            yield told(move.at, f"{move.by.person.name}: {move.state}. {move.reason}")
        for hold in part.holds.select_related("by__person"):
            yield told(hold.at, f"Legal hold by {hold.by.person.name}: {hold.ground}")
        for task in part.tasks.filter(ended_at__isnull=False):
            yield told(task.ended_at or task.at, f"Task {task.state}: {task.title}")
    campaigns = find.campaigns(seat).filter(cases__case__in=parts).order_by().values("pk")
    for member in Member.objects.filter(campaign__in=campaigns, decided_at__isnull=False).order_by("decided_at", "id"):
        page = reverse("campaign", args=[member.campaign_id])
        if member.decided_at is not None:
            yield Line(at=member.decided_at, day=False, lane=lane, sentence=f"{member.kind} {member.name}: {member.state}", page=page)  # fmt: skip


def of_enforcement(seat: Seat, parts: Sequence[Case]) -> Iterator[Line]:
    """Steps of plans, and what the platform's systems answered, counted by day."""
    plans = {
        plan: reverse("plan", args=[plan])
        for plan in readable(seat).filter(plan__case__in=parts).order_by("pk").values_list("pk", flat=True)
    }
    for step in PlanMove.objects.filter(plan__in=list(plans)).order_by("at", "id"):
        yield Line(at=step.at, day=False, lane="enforcement", sentence=f"Plan: {step.code}, {step.state}", page=plans[step.plan_id])  # fmt: skip
    answered = Order.objects.filter(plan__in=list(plans), answered_at__isnull=False)
    counted: Counter[tuple[date, UUID, str, str]] = Counter()
    for plan, at, what, answer in answered.values_list("plan", F("answered_at__date"), "what", "answer"):
        counted[at, plan, what, answer] += 1
    for (at, plan, what, answer), count in sorted(counted.items(), key=str):
        yield Line(
            at=datetime.combine(at, time(), UTC), day=True, lane="enforcement",
            sentence=f"{count:,} {what} {'order' if count == 1 else 'orders'}: {answer}", page=plans[plan],
        )  # fmt: skip


def drawn(found: Sequence[Line]) -> Drawn | None:
    """Lanes with a mark a day or a longer step, higher with more lines; nothing where there are none."""
    if not found:
        return None
    first, last = found[0].at, max(found[-1].at, found[0].at + timedelta(days=1))
    whole = (last - first).total_seconds()
    # One mark a point at most, so that a year of days does not lie on top of itself.
    step = next((days for days in STEPS if whole / 86_400 / days <= (WIDTH - LEFT) / 2), STEPS[-1])
    counted: Counter[tuple[int, str]] = Counter()
    one: dict[tuple[int, str], Line] = {}
    for each in found:
        key = (int((each.at - first).total_seconds() // (86_400 * step)), each.lane)
        counted[key] += 1
        one.setdefault(key, each)
    held = [lane for lane in LANES if any(key[1] == lane for key in counted)]

    def across(days: float) -> float:
        return round(LEFT + days * 86_400 / whole * (WIDTH - LEFT - RIGHT), 1)

    most = max(counted.values())
    marks = []
    for (place, lane), count in sorted(counted.items()):
        floor = (held.index(lane) + 1) * LANE
        tall = 5 + (LANE - 9) * (count / most) ** 0.5
        when = first + timedelta(days=place * step)
        said = (
            f"{words.day(when)}: {one[place, lane].sentence}"
            if count == 1
            else f"{words.day(when)}: {count:,} of {lane}"
        )
        marks.append((across(place * step), round(floor - tall, 1), float(floor), said))
    axis = len(held) * LANE
    return Drawn(
        marks=marks, lanes=[(float((at + 1) * LANE), lane) for at, lane in enumerate(held)], ticks=ticks(first, last, across), tall=axis + 22,
        axis=axis, first=words.day(first), last=words.day(last), per="day" if step == 1 else f"{step:,} days",
    )  # fmt: skip


def ticks(first: datetime, last: datetime, across: Callable[[float], float]) -> list[tuple[float, str]]:
    """At most seven days or years below the axis."""
    whole = (last - first).total_seconds() / 86_400
    step = next((days for days in STEPS if whole / days <= 7), STEPS[-1])
    found, at = [], 0.0
    while at <= whole:
        when = first + timedelta(days=at)
        x = across(at)
        said = f"{when.day} {words.MONTHS[when.month - 1]}" + ("" if step < 14 else f" {when:%Y}")
        found.append((x, said if x < WIDTH - 28 else ""))
        at += step
    return found
