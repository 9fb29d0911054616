"""What people and the worker do with trials of a search; each asks `policy`, changes and records at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.elections.models import Election, RedTeamTrial
from hustings.apps.elections.planning import done_by_act, watch_of
from hustings.apps.items.actions import make_item
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, require
from hustings.apps.sweeps.actions import known_marking, own_marking
from hustings.apps.sweeps.models import TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.marking import least_upper_bound
from hustings.policy.red_team import LARGEST_SEED, MOST_SEEDS, Trial
from hustings.policy.scenario import ready
from hustings.policy.sweep import FEWEST_WORDS, State

__all__ = [
    "agree",
    "ask",
    "asker_of",
    "begin_again",
    "fail",
    "fail_running",
    "fail_unstarted",
    "finish",
    "refuse",
    "start",
    "withdraw",
]

ASK, SECOND = "ask for a red-team trial", "second a red-team trial"


@transaction.atomic
def ask(
    *, by: Seat, election: Election, table: TraceTable, scenario: str, purpose: str, legal_ground: str, seed: int = 1,
    seeds: int = 5, strength: float | None = None, size: int | None = None,
) -> RedTeamTrial:  # fmt: skip
    """Ask that the live search of a table is tried with planted campaigns. It waits for a second person.

    scenario         one of the ready ones, by name
    strength, size   instead of the scenario's
    Raises           BadInput with every problem at once
    """
    decision = allow(by, ASK, table.item)
    problems = [
        Problem(where=where, found=repr(said), expected=f"at least {FEWEST_WORDS} words: {example}", do="Say it in full.")
        for where, said, example in (
            ("purpose", purpose, "what the trial is to show, and why in this table"),
            ("legal_ground", legal_ground, "the law, contract or mandate that permits it, with its article"),
        )
        if len(said.split()) < FEWEST_WORDS
    ]  # fmt: skip
    if not 0 <= seed <= LARGEST_SEED:
        problems.append(Problem(where="seed", found=str(seed), expected=f"0 to {LARGEST_SEED:,}", do="Choose another."))
    if not 1 <= seeds <= MOST_SEEDS:
        problems.append(
            Problem(where="seeds", found=str(seeds), expected=f"1 to {MOST_SEEDS} campaigns, a search each", do="Choose another number.")
        )  # fmt: skip
    planted = None
    if scenario not in ready():
        problems.append(
            Problem(where="scenario", found=repr(scenario), expected=", ".join(ready()), do="Name one of these.")
        )
    else:
        try:
            planted = ready()[scenario].but(size=size, strength=strength)
        except BadInput as error:
            problems += [
                Problem(where=one.where.rpartition(", ")[2], found=one.found, expected=one.expected, do=one.do)
                for one in error.problems
            ]
    if problems or planted is None:
        raise BadInput("The trial cannot be asked for.", problems)
    item = make_item(
        kind="red-team trial", title=f"Red team: {planted.title}", text=purpose.strip(),
        marking=least_upper_bound([own_marking(by), known_marking(table.item)]), by=by, sources=[table.item],
    )  # fmt: skip
    made = RedTeamTrial.objects.create(
        item=item, election=election, table=table, name=planted.name, style=planted.style.value, strength=planted.strength,
        scenario=planted.as_json(), seed=seed, seeds=seeds, purpose=purpose.strip(), legal_ground=legal_ground.strip(),
        asked_by=by.appointment,
    )  # fmt: skip
    log(by, act(ASK), item, decision)
    record(
        "red-team trial asked for", by=by, about=item, reason=purpose, facts={"scenario": planted.name, "seeds": seeds}
    )
    return made


def locked(trial: RedTeamTrial) -> RedTeamTrial:
    """The row as it stands now, held until the end of the transaction."""
    found = RedTeamTrial.objects.select_for_update(of=("self",)).select_related(
        "item__label", "table__item", "asked_by__person"
    )
    held = found.filter(pk=trial.pk).first()
    if held is None:
        raise NotKnown
    return held


def must_be(trial: RedTeamTrial, state: State) -> None:
    """Refuse a move from another state, with what to do."""
    if trial.state != state.value:
        raise BadInput("The trial has moved on.", [Problem(
            where="state", found=trial.state, expected=state.value, do="Load the page again and look at it anew.")])  # fmt: skip


def must_say(reason: str) -> str:
    """A reason, or one clear error."""
    if not reason.strip():
        raise BadInput("A reason is missing.", [Problem(
            where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log.")])  # fmt: skip
    return reason.strip()[:500]


@transaction.atomic
def agree(trial: RedTeamTrial, *, by: Seat) -> RedTeamTrial:
    """Agree that this table is searched for this; the worker starts once this is committed. Never by who asked."""
    from hustings.apps.elections.red_team.jobs import run_red_team

    held = decided(trial, State.SECONDED, by=by)
    run_red_team.defer(trial=str(held.pk))
    return held


@transaction.atomic
def refuse(trial: RedTeamTrial, *, by: Seat, reason: str) -> RedTeamTrial:
    """Do not agree, and say why."""
    return decided(trial, State.REFUSED, by=by, reason=reason)


def decided(trial: RedTeamTrial, state: State, *, by: Seat, reason: str = "") -> RedTeamTrial:
    """A second person's decision on a trial that waits for one."""
    held = locked(trial)
    require(by, SECOND, held.item, asked_by=held.asked_by)
    must_be(held, State.ASKED)
    held.reason = must_say(reason) if state is State.REFUSED else ""
    held.state, held.seconded_by, held.seconded_at = state.value, by.appointment, by.now
    held.save(update_fields=["state", "seconded_by", "seconded_at", "reason"])
    record(f"red-team trial {state.value}", by=by, about=held.item, reason=held.reason)
    return held


@transaction.atomic
def withdraw(trial: RedTeamTrial, *, by: Seat, reason: str) -> RedTeamTrial:
    """Who asked takes a trial back that nobody has agreed to yet."""
    held = locked(trial)
    require(by, ASK, held.item)
    if held.asked_by_id != by.id:
        raise BadInput("The trial is somebody else's.", [Problem(
            where="asked by", found="another person", expected="who asked for it", do="Ask them, or refuse it.")])  # fmt: skip
    must_be(held, State.ASKED)
    held.reason, held.state = must_say(reason), State.WITHDRAWN.value
    held.save(update_fields=["state", "reason"])
    record("red-team trial withdrawn", by=by, about=held.item, reason=held.reason)
    return held


def asker_of(key: UUID) -> Appointment | None:
    """Who asked for a trial that may start now; the worker learns nothing else of it."""
    with in_role(WORKER):
        trial = (
            RedTeamTrial.objects.filter(pk=key, state=State.SECONDED.value).select_related("asked_by__person").first()
        )
        return trial.asked_by if trial else None


@transaction.atomic
def start(key: UUID, *, by: Seat) -> RedTeamTrial | None:
    """Begin, if who asked may still read the table; two workers start it once."""
    trial = RedTeamTrial.objects.filter(pk=key).first()
    if trial is None:
        return None
    held = locked(trial)
    if held.state != State.SECONDED.value:
        return None
    require(by, ASK, held.item)
    require(by, "read", held.table.item)
    held.state, held.started_at = State.RUNNING.value, by.now
    held.save(update_fields=["state", "started_at"])
    record("red-team trial running", by=by, about=held.item)
    return held


def begin_again(key: UUID) -> None:
    """Let a trial start anew whose worker was ended in the middle; what two people agreed to stands."""
    with in_role(WORKER):
        RedTeamTrial.objects.filter(pk=key, state=State.RUNNING.value).update(state=State.SECONDED.value)


def fail_running(key: UUID, reason: str) -> None:
    """Say that a trial ended with its worker."""
    with in_role(WORKER):
        RedTeamTrial.objects.filter(pk=key, state=State.RUNNING.value).update(
            state=State.FAILED.value, reason=reason, ended_at=moment()
        )


def fail_unstarted(key: UUID, reason: str) -> None:
    """Say that an agreed trial could not start."""
    with in_role(WORKER):
        RedTeamTrial.objects.filter(pk=key, state=State.SECONDED.value).update(
            state=State.FAILED.value, reason=reason, ended_at=moment()
        )


@transaction.atomic
def fail(trial: RedTeamTrial, reason: str, *, by: Seat) -> None:
    """Say that a trial ended without a result, and why."""
    end(trial, by=by, state=State.FAILED, reason=reason[:500])


@transaction.atomic
def finish(trial: RedTeamTrial, told: dict[str, Any], *, by: Seat) -> None:
    """Keep the counts of what was found and missed; nothing else of the searches is kept."""
    read = Trial.read(told)
    end(
        trial,
        by=by,
        state=State.DONE,
        outcome=read.as_json(),
        facts={"campaigns": len(read.tries), "found": read.found},
    )
    watch = watch_of(by, trial.election)
    if watch is not None:
        # No figure: the plan is read by more people than the trial.
        done_by_act(watch, "red team", "A trial is done; its figures stand beside what was searched.", by=by)


def end(trial: RedTeamTrial, *, by: Seat, state: State, facts: dict[str, int] | None = None, **said: Any) -> None:
    """The last move."""
    held = locked(trial)
    must_be(held, State.RUNNING)
    held.state, held.ended_at = state.value, moment()
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=["state", "ended_at", *said])
    record(f"red-team trial {state.value}", by=by, about=held.item, reason=held.reason, facts=facts or {})
