"""How many more people a season of elections needs, of which kind, by when; and whether they would be enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from hustings.errors import BadInput, Problem
from hustings.progress import Progress
from hustings.staffing.forecast import Coming, Expected, Model, week_of
from hustings.staffing.plan_shifts import Crew, Day, Rules, fewest, needs, rota, work_of
from hustings.staffing.simulation import Floor, Kind, simulate

__all__ = [
    "Answer",
    "Assumptions",
    "Everyday",
    "Plan",
    "Scheduled",
    "Week",
    "check",
    "make",
    "refuse",
    "simulated",
    "surge",
]

WEEK = timedelta(weeks=1)
# A plan that eight rounds of more people do not mend lacks something else.
ROUNDS = 8
MORE = 1.08


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduled:
    """An election of the calendar."""

    name: str
    day: date
    coming: Coming


@dataclass(frozen=True, kw_only=True, slots=True)
class Everyday:
    """Work that comes without any election."""

    kind: str
    language: str
    a_day: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """All that a plan takes for granted and people may change."""

    kinds: tuple[Kind, ...]
    crews: tuple[Crew, ...]
    elections: tuple[Scheduled, ...] = ()
    everyday: tuple[Everyday, ...] = ()
    rules: Rules = field(default_factory=Rules)
    level: float = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """People of a crew in a week: how many there will be, and how many are needed if little, middling or much comes."""

    crew: str
    have: float
    low: int
    middle: int
    high: int

    @property
    def short(self) -> int:
        """How many are missing where much comes."""
        return max(ceil(self.high - self.have - 1e-9), 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """A week from a Monday on. `days` are items by kind and language, day by day, where much comes; `day` its posts."""

    monday: date
    crowds: tuple[Crowd, ...]
    days: tuple[Mapping[tuple[str, str], float], ...]
    day: Day

    @property
    def items(self) -> dict[tuple[str, str], float]:
        """Items of the week by kind and language, where much comes."""
        keys = sorted({key for day in self.days for key in day})
        return {key: sum(day.get(key, 0.0) for day in self.days) for key in keys}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How many more of a crew, by when.

    low, middle, more    at the worst of all weeks, if little, middling or much comes
    first, by            the Monday from which the first is missing, and that by which all are; None where nobody is
    begin                the day on which hiring has to begin so that the first is there; it may have passed
    """

    crew: str
    low: int
    middle: int
    more: int
    first: date | None
    by: date | None
    begin: date | None

    def sentence(self, today: date) -> str:
        """For people."""
        if self.first is None or self.begin is None:
            return f"{self.crew}: nobody more is needed."
        lead = (self.first - self.begin).days // 7
        start = f"Hiring and training take {lead} weeks: begin by {self.begin}."
        if self.begin < today:
            start = (
                f"Hiring and training take {lead} weeks, so nobody hired now is there before {today + lead * WEEK}: until "
                "then borrow people or promise less."
            )
        first = "" if self.first == self.by else f", the first of them by {self.first}"
        return f"{self.crew}: {self.more} more by {self.by} ({self.low} to {self.more}, middle {self.middle}){first}. {start}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The weeks, and what follows; `limits` say what the figures do not show."""

    weeks: tuple[Week, ...]
    answers: tuple[Answer, ...]
    margins: Mapping[str, float]
    limits: tuple[str, ...]
    floors: tuple[Floor, ...] = ()


def make(
    assumptions: Assumptions, model: Model | None, *, today: date, weeks: int = 30,
    margins: Mapping[str, float] | None = None, progress: Progress | None = None,
) -> Plan:  # fmt: skip
    """Plan so many weeks from the Monday of `today` on.

    For each week the busiest day is staffed, once for the lower end of the forecast, once for its middle and once for
    its upper end; what is missing at the upper end is what the plan asks for.

    Costs    some tenths of a second a week
    Limits   kinds, languages and elections are taken to be high together, which is on the safe side; people who leave
             go evenly; who is hired stays
    Raises   BadInput
    """
    refuse(assumptions, model, weeks)
    margins = dict(margins or {})
    kinds = {kind.name: kind for kind in assumptions.kinds}
    monday = today - timedelta(days=today.weekday())
    forecasts = [
        (each, model.forecast(each.coming, level=assumptions.level))
        for each in assumptions.elections
        if model is not None
    ]
    rows = [(each.day, told.by_week()) for each, told in forecasts]
    lacking = sorted({row.kind for _, told in forecasts for row in told.rows} - set(kinds))
    if lacking:
        raise BadInput("The work cannot be planned.", [Problem(
            where="kinds", found=f"nothing about {', '.join(map(repr, lacking))}", expected="each kind of the history",
            do="Say how long it takes and when it is due, or leave it out of the history.") ])  # fmt: skip
    made: list[Week] = []
    for number in range(weeks):
        begins = monday + number * WEEK
        if progress is not None:
            progress.at(number, weeks)
        have = {crew.name: crew.people * (1 - crew.leaves) ** number for crew in assumptions.crews}
        days: dict[str, Day] = {}
        of: dict[str, tuple[dict[tuple[str, str], float], ...]] = {}
        for end in ("low", "middle", "high"):
            of[end] = by_day(begins, rows, assumptions.everyday, end)
            asked = [
                needs(
                    kinds[kind], language, max(day.get((kind, language), 0.0) for day in of[end]), assumptions.rules,
                    margin=margins.get(kind, 1.0),
                )
                for kind, language in sorted({key for day in of[end] for key in day})
            ]  # fmt: skip
            days[end] = fewest(asked, assumptions.crews, assumptions.rules, have)
        crowds = []
        for crew in assumptions.crews:
            low, middle, high = (days[end].people[crew.name] for end in ("low", "middle", "high"))
            crowds.append(Crowd(crew=crew.name, have=have[crew.name], low=low, middle=middle, high=high))
        made.append(Week(monday=begins, crowds=tuple(crowds), days=of["high"], day=days["high"]))
    limits = [told.limits for _, told in forecasts[:1]]
    limits.append(
        f"Much means the upper end of an interval that holds {assumptions.level:.0%} of such weeks: more comes in one of "
        f"{round(2 / (1 - assumptions.level))}."
    )
    limits.append(
        "Every week is staffed for its busiest day, and all kinds and elections are taken to be high together."
    )
    return Plan(
        weeks=tuple(made),
        answers=tuple(answer(crew, made) for crew in assumptions.crews),
        margins=margins,
        limits=tuple(limits),
    )


def by_day(
    monday: date, rows: Sequence[tuple[date, Mapping[int, Sequence[Expected]]]], everyday: Sequence[Everyday], end: str
) -> tuple[dict[tuple[str, str], float], ...]:
    """Items of each day of a week by kind and language, over all elections and what comes anyway."""
    told = []
    for offset in range(7):
        day = monday + timedelta(days=offset)
        here: dict[tuple[str, str], float] = {}
        for each in everyday:
            here[each.kind, each.language] = here.get((each.kind, each.language), 0.0) + each.a_day
        for voting, weeks in rows:
            away = (day - voting).days
            for row in weeks.get(week_of(away), ()):
                a_day = getattr(row, end) * row.parts[away % 7]
                here[row.kind, row.language] = here.get((row.kind, row.language), 0.0) + a_day
        told.append(dict(sorted(here.items())))
    return tuple(told)


def answer(crew: Crew, weeks: Sequence[Week]) -> Answer:
    """How many more of a crew the weeks ask for, and by when."""
    mine = [(week.monday, crowd) for week in weeks for crowd in week.crowds if crowd.crew == crew.name]
    short = [(monday, crowd) for monday, crowd in mine if crowd.short]

    def most(end: str) -> int:
        return max((max(ceil(getattr(crowd, end) - crowd.have - 1e-9), 0) for _, crowd in mine), default=0)

    low, middle, more = sorted((most("low"), most("middle"), most("high")))
    first = short[0][0] if short else None
    return Answer(
        crew=crew.name,
        low=low,
        middle=middle,
        more=more,
        first=first,
        by=next((monday for monday, crowd in short if crowd.short == max(each.short for _, each in short)), None),
        begin=None if first is None else first - (crew.hire + crew.train) * WEEK,
    )


def check(
    assumptions: Assumptions, model: Model | None, *, today: date, weeks: int = 30, seed: int, around: int = 2,
    progress: Progress | None = None,
) -> Plan:  # fmt: skip
    """A plan whose busiest weeks a simulation has held: where a kind is late, it gets more people until it is not.

    The busiest week and `around` before and after it are simulated on three seeds, with the people the plan asks for
    and as many items as come where much comes.

    Raises   BadInput where many rounds of more people do not help: somebody who has to be there is not in any shift
    """
    margins: dict[str, float] = {}
    for turn in range(ROUNDS):
        if progress is not None:
            progress.step(f"planning, round {turn + 1}")
        plan = make(assumptions, model, today=today, weeks=weeks, margins=margins, progress=progress)
        floors = tuple(simulated(plan, assumptions, seed=seed + number, around=around) for number in range(3))
        late = {kind for floor in floors for kind, _, kept in floor.weeks() if kept < assumptions.rules.in_time}
        if not late:
            return Plan(weeks=plan.weeks, answers=plan.answers, margins=margins, limits=plan.limits, floors=floors)
        for kind in late:
            margins[kind] = margins.get(kind, 1.0) * MORE
    raise BadInput("No plan was found whose busiest weeks keep the promise.", [Problem(
        where=", ".join(sorted(late)), found=f"late in simulation with {MORE**ROUNDS - 1:.0%} more people",
        expected=f"{assumptions.rules.in_time:.0%} in time", do="Promise less, or look at shifts, breaks and handling times.")])  # fmt: skip


def simulated(
    plan: Plan, assumptions: Assumptions, *, seed: int, around: int, a_day: Sequence[Mapping[tuple[str, str], float]] | None = None
) -> Floor:  # fmt: skip
    """The busiest weeks of a plan with the people it asks for; `a_day` are other items, day by day, than it reckons with."""
    kinds = {kind.name: kind for kind in assumptions.kinds}
    weeks = surge(plan, around)
    days = a_day if a_day is not None else [day for week in weeks for day in week.days]
    keys = sorted({key for day in days for key in day})
    watch: dict[tuple[str, str], list[float]] = {}
    for key in sorted({key for week in weeks for key in week.day.watch}):
        watch[key] = [hour for week in weeks for hour in week.day.watch.get(key, (0.0,) * 24) * 7]
    return simulate(
        [work_of(kinds[kind], language, [day.get((kind, language), 0.0) for day in days], assumptions.rules) for kind, language in keys],
        rota([week.day for week in weeks], assumptions.crews, assumptions.rules),
        hours=len(weeks) * 168.0, seed=seed, rest=assumptions.rules.rest, absent=assumptions.rules.ill, watch=watch,
    )  # fmt: skip


def surge(plan: Plan, around: int) -> tuple[Week, ...]:
    """The week with the most people and so many on each side of it."""
    place = max(range(len(plan.weeks)), key=lambda each: sum(crowd.high for crowd in plan.weeks[each].crowds))
    return plan.weeks[max(place - around, 0) : place + around + 1]


def refuse(assumptions: Assumptions, model: Model | None, weeks: int, *, history: bool = True) -> None:
    """Raises   BadInput with all that contradicts itself; without `history` none needs to be there yet."""
    wrong = []

    def say(where: str, found: object, expected: str) -> None:
        wrong.append(Problem(where=where, found=str(found), expected=expected, do="Mend the assumptions."))

    kinds = [kind.name for kind in assumptions.kinds]
    for name in sorted({each for each in kinds if kinds.count(each) > 1}):
        say("kinds", f"{name!r} twice", "each kind once")
    crews = [crew.name for crew in assumptions.crews]
    for name in sorted({each for each in crews if crews.count(each) > 1}):
        say("crews", f"{name!r} twice", "each crew once")
    for kind in assumptions.kinds:
        if kind.spread < 0 or not (0 <= kind.second_looks <= 1 and 0 <= kind.differ <= 1):
            say(f"kind {kind.name!r}", f"spread {kind.spread:g}, second looks {kind.second_looks:g}, differ {kind.differ:g}",
                "a spread of 0 or more, parts between 0 and 1")  # fmt: skip
    for crew in assumptions.crews:
        if crew.people < 0 or crew.hire < 0 or crew.train < 0 or not 0 <= crew.leaves < 1 or not crew.languages:
            say(f"crew {crew.name!r}", crew.people, "people and weeks of 0 or more, a part that leaves, a language")
    for each in assumptions.everyday:
        if each.kind not in kinds or each.a_day < 0:
            say("everyday", f"{each.kind!r}, {each.a_day:g} a day", "a kind that is described, 0 or more a day")
    rules = assumptions.rules
    for name, value, open_end in (
        ("occupancy", rules.occupancy, False), ("in_time", rules.in_time, False), ("level", assumptions.level, False),
        ("absent", rules.absent, True), ("ill", rules.ill, True),
    ):  # fmt: skip
        if not (0 <= value < 1 if open_end else 0 < value < 1):
            say(name, value, "a part between 0 and 1")
    if rules.ill > rules.absent:
        say("ill", rules.ill, f"no more than all that is missed, {rules.absent:g}")
    if len(rules.by_hour) != 24 or any(part < 0 for part in rules.by_hour) or not sum(rules.by_hour):
        say("by_hour", f"{len(rules.by_hour)} figures", "24 figures, 0 or more, not all 0")
    covered = {hour for begins in rules.shifts for hour in rules.covers(begins)}
    hours = set(rules.shifts)
    if not 1 <= rules.shift_hours <= 12 or not hours <= set(range(24)) or not hours or len(hours) < len(rules.shifts):
        say(
            "shifts",
            f"{rules.shifts} of {rules.shift_hours} hours",
            "different hours of the day, shifts of 1 to 12 hours",
        )
    elif any(kind.urgent for kind in assumptions.kinds) and len(covered) < 24:
        say("shifts", f"nobody at {min(set(range(24)) - covered)} o'clock", "all hours, where something is urgent")
    if not 1 <= weeks <= 104:
        say("weeks", weeks, "1 to 104")
    if history and assumptions.elections and model is None:
        say("history", "none", "earlier elections to learn from, where elections are planned for")
    if history and not assumptions.elections and not assumptions.everyday:
        say("elections", "none, and nothing that comes every day", "some work to plan for")
    if not assumptions.crews or not assumptions.kinds:
        say("crews and kinds", "none", "at least one of each")
    if wrong:
        raise BadInput("The work cannot be planned.", wrong)
