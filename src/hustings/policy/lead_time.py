"""What is done ahead of an election and after it: when, by whom, for which tier; and what a change of its day does to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hustings.policy.election import Status
from hustings.policy.risk_tier import Tier
from hustings.policy.role import Role

__all__ = ["FIRST", "LAST", "STEPS", "Going", "Plan", "Step", "TaskState", "plan", "step_of"]


class TaskState(StrEnum):
    """Where one task stands."""

    OPEN = "open"
    SUSPENDED = "suspended"
    DONE = "done"
    DROPPED = "dropped"


class Going(StrEnum):
    """What the plan of an election does."""

    ON = "goes on"
    SUSPENDED = "rests: postponed, and no later day is known"
    CLOSED = "is closed: the election is cancelled"
    WAITING = "waits: no day is known"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do. `day` counts from the day of voting: -90 is ninety days before."""

    code: str
    day: int
    title: str
    whom: Role
    tiers: frozenset[Tier]
    why: str


EVERY = frozenset(Tier)
UPPER = frozenset({Tier.FIRST, Tier.SECOND})
TOP = frozenset({Tier.FIRST})


def steps(*rows: tuple[str, int, Role, frozenset[Tier], str, str]) -> tuple[Step, ...]:
    """Rows as steps, in the order of their days."""
    made = tuple(
        Step(code=code, day=day, whom=whom, tiers=tiers, title=title, why=why)
        for code, day, whom, tiers, title, why in rows
    )
    assert len({step.code for step in made}) == len(made), "two steps have one code"
    assert list(made) == sorted(made, key=lambda step: step.day), "steps stand in the order of their days"
    return made


STEPS = steps(
    ("day", -180, Role.ANALYST, EVERY, "Confirm the day with the electoral authority",
     "Every later day is counted from it; press and lists err by weeks and by years."),
    ("tier", -180, Role.LIAISON, EVERY, "Judge the risk tier",
     "It decides how much of this plan is done."),
    ("languages", -150, Role.SUPERVISOR, UPPER, "Say which languages are searched and reviewed, and who is missing",
     "People who read a language cannot be hired in the last month."),
    ("contacts", -120, Role.LIAISON, UPPER, "Find and verify contacts: platforms, agencies, state and local election offices",
     "A telephone number is worth something only if somebody tried it."),
    ("assessment", -90, Role.ANALYST, UPPER, "Write the threat assessment", "What is looked for follows from who may do what."),
    ("rules", -90, Role.ANALYST, EVERY, "Record how people may vote, with the source",
     "Screening of false claims about voting goes by it."),
    ("approve", -80, Role.REVIEWER, UPPER, "Approve the threat assessment", "A second person has asked what is missing."),
    ("registers", -75, Role.VERIFIER, EVERY, "Load registers of parties, candidates and officials for the place",
     "Advertisers and look-alike pages are checked against them."),
    ("sweeps", -60, Role.ANALYST, EVERY, "Set the searches: sources, languages, how often",
     "A search leaves a record also where it finds nothing."),
    ("staffing", -60, Role.SUPERVISOR, UPPER, "Say how many people review needs around the day, and until when",
     "Hiring and training take six weeks."),
    ("red team", -45, Role.ANALYST, TOP, "Run the red-team scenarios on the live configuration",
     "What a planted campaign is not found by, a real one will not be either."),
    ("coverage", -30, Role.ANALYST, EVERY, "Look at where nobody searched, and close what can be closed",
     "Silence from where nobody looked is no finding."),
    ("returns", -30, Role.ANALYST, UPPER, "Compare new pages, payers and buyers with what was removed before",
     "Those who come back come early."),
    ("exercise", -14, Role.LIAISON, TOP, "Play the day through with platforms and agencies", "Who calls whom is found out then, not at night."),
    ("roster", -7, Role.SUPERVISOR, UPPER, "Fill the roster of the operations room; verify the contacts again",
     "Gaps are seen while they can be filled."),
    ("open room", -3, Role.LIAISON, UPPER, "Open the operations room", "From here on somebody is there."),
    ("voting day", 0, Role.LIAISON, EVERY, "Watch for false claims about how, where and whether to vote; report the situation",
     "They do their harm within hours."),
    ("results", 2, Role.ANALYST, UPPER, "Look at claims about the count and at what begins after it",
     "Operations do not end with the polls."),
    ("close room", 7, Role.LIAISON, UPPER, "Close the operations room with a hand-over note", "Whoever comes next time begins with it."),
    ("held", 7, Role.ANALYST, EVERY, "Record whether it was held, and whether a run-off follows", "A run-off has a plan of its own."),
    ("look back", 14, Role.REVIEWER, EVERY, "Look back: what was missed, and what is done otherwise", "What was not found is known now."),
)  # fmt: skip

FIRST, LAST = STEPS[0].day, STEPS[-1].day
OF_CODE = {step.code: step for step in STEPS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The plan of one election: what it does, and which step is due when."""

    going: Going
    due: dict[str, date]


def step_of(code: str) -> Step | None:
    """The step of this code; nothing for a task that somebody made by hand, and for a step that this edition lacks."""
    return OF_CODE.get(code)


def plan(on: date | None, status: Status, tier: Tier | None, begun: date, today: date) -> Plan:
    """What is to be done for an election, and when.

    tier     without one, only what every election needs
    begun    the day on which somebody took the election on; what was due before it is due then
    Rule     due is the day of voting plus the step's days, and never before `begun`
    Edges    postponed to a later day that is known: the plan goes on by it. Postponed without one, or with the day that is
             over: it rests. Cancelled: it is closed. Without a day: it waits. Held: what comes after the day goes on.
    """
    if status is Status.CANCELLED:
        return Plan(going=Going.CLOSED, due={})
    if status is Status.POSTPONED and (on is None or on <= today):
        return Plan(going=Going.SUSPENDED, due={})
    if on is None:
        return Plan(going=Going.WAITING, due={})
    wanted = [step for step in STEPS if (step.tiers == EVERY if tier is None else tier in step.tiers)]
    return Plan(going=Going.ON, due={step.code: max(on + timedelta(days=step.day), begun) for step in wanted})
