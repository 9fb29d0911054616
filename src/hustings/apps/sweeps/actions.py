"""What people and the worker do with tips, sweeps and tear-lines; each asks `policy`, changes and records at once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.items.actions import make_item
from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, require
from hustings.apps.sweeps.expansion import load_expansion
from hustings.apps.sweeps.models import Answer, ProtectedActor, Sweep, TearLine, Tip, TipStart, TraceTable
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp, least_upper_bound
from hustings.policy.role import Role
from hustings.policy.sweep import Asked, State, problems_of
from hustings.policy.sweep import TearLine as TearLineState

__all__ = [
    "answer_tip",
    "ask_for_sweep",
    "begin_again",
    "decide_tear_line",
    "fail_running",
    "fail_sweep",
    "fail_unstarted",
    "known_marking",
    "load_results",
    "own_marking",
    "propose_tear_line",
    "receive_tip",
    "refuse_sweep",
    "requester_of",
    "second_in_advance",
    "second_sweep",
    "start_sweep",
    "starts_of",
    "withdraw_sweep",
]

KEPT = timedelta(days=180)  # what no case adopts is deleted then; a setting of the installation once cases exist


@transaction.atomic
def receive_tip(
    *,
    by: Seat,
    title: str,
    text: str,
    reference: str,
    source: Organisation,
    marking: Marking,
    where_to_read: str = "",
    starts: list[tuple[str, str, str]] | None = None,
) -> Tip:
    """Record that somebody told us something, under the source's marking.

    starts   (what, platform, name): the accounts, traces or posts it names
    Raises   BadInput where a classified tip would be kept here: above unclassified only a pointer is
    """
    decision = allow(by, "receive tip")
    starts = starts or []
    problems = []
    if not reference.strip():
        problems.append(
            Problem(
                where="reference", found="nothing", expected="the source's own control number", do="Ask the source."
            )
        )
    if marking.level > Level.UNCLASSIFIED and not marking.kept_here:
        if not where_to_read.strip():
            problems.append(
                Problem(
                    where="where to read",
                    found="nothing",
                    expected="reading room and safe, for a pointer",
                    do="Say where a named person reads it.",
                )
            )
        if text.strip() or starts:
            problems.append(
                Problem(
                    where="content",
                    found="text or starting points",
                    expected="none: above unclassified this installation keeps a pointer only",
                    do="Leave it out. Ask the source for a tear-line that may be kept here.",
                )
            )
    if problems:
        raise BadInput("The tip cannot be recorded.", problems)
    item = make_item(kind="tip", title=title, text=text, marking=marking, by=by)
    tip = Tip.objects.create(
        item=item,
        source=source,
        reference=reference,
        received_by=by.appointment,
        received_at=by.now,
        where_to_read=where_to_read,
    )
    TipStart.objects.bulk_create(
        TipStart(tip=tip, what=what, platform=platform, name=name) for what, platform, name in starts
    )
    log(by, act("receive tip"), item, decision)
    record("tip received", by=by, about=item, facts={"starts": len(starts)})
    return tip


@transaction.atomic
def ask_for_sweep(
    *,
    by: Seat,
    tip: Tip | None,
    table: TraceTable,
    purpose: str,
    legal_ground: str,
    election: str,
    election_on: date,
    population: str,
) -> Sweep:
    """Ask for a search: from a tip (expand) or of everybody in a table (detect). It waits for a second person.

    The sweep is at least as restricted as the tip and the table, and belongs to the tip: who needs to know the tip
    needs to know what comes of it.
    """
    decision = allow(by, "ask for a sweep", table.item)
    if tip is not None:
        allow(by, "ask for a sweep", tip.item)
    starts = list(tip.starts.all()) if tip is not None else []
    protected = sum(
        ProtectedActor.objects.filter(platform=start.platform, actor=start.name).exists()
        for start in starts
        if start.what == "actor"
    )
    problems = problems_of(
        Asked(
            purpose=purpose,
            legal_ground=legal_ground,
            election=election,
            election_on=election_on,
            population=population,
            actors=table.actors,
            starts=len(starts),
            protected=protected,
            has_tip=tip is not None,
        )
    )
    if problems:
        raise BadInput("The sweep cannot be asked for.", problems)
    sources = [table.item] + ([tip.item] if tip else [])
    item = make_item(
        kind="sweep",
        title=f"Sweep for {election}",
        text=purpose,
        marking=least_upper_bound([own_marking(by), *(known_marking(source) for source in sources)]),
        by=by,
        case=tip.item if tip else None,
        sources=sources,
    )
    sweep = Sweep.objects.create(
        item=item,
        tip=tip,
        table=table,
        purpose=purpose,
        legal_ground=legal_ground,
        election=election,
        election_on=election_on,
        population=population,
        requested_by=by.appointment,
    )
    log(by, act("ask for a sweep"), item, decision)
    record("sweep asked for", by=by, about=item, reason=purpose, facts={"starts": len(starts)})
    return sweep


def known_marking(item: Item) -> Marking:
    """The marking of an item that the seat has read; one that cannot be read is not known to anybody."""
    marking = marking_of(item.label)
    assert marking is not None, "nobody reads an item whose marking is not understood"
    return marking


def own_marking(seat: Seat) -> Marking:
    """What somebody makes at work is for the people who search and review at their organisation."""
    return Marking(
        tlp=Tlp.AMBER_STRICT,
        owner=str(seat.appointment.position.organisation_id),
        need=Need.ROLE,
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.AUDITOR}),
    )


def locked(sweep: Sweep) -> Sweep:
    """The row as it stands now, held until the end of the transaction."""
    found = Sweep.objects.select_for_update(of=("self",)).select_related("item", "table", "tip")
    held = found.filter(pk=sweep.pk).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def second_sweep(sweep: Sweep, *, by: Seat) -> Sweep:
    """Agree that purpose, ground and population hold; the worker starts once this is committed."""
    from hustings.apps.sweeps.jobs import run_sweep

    sweep = decided(sweep, State.SECONDED, by=by)
    run_sweep.defer(sweep=str(sweep.pk))
    return sweep


@transaction.atomic
def second_in_advance(sweep: Sweep, standing: UUID, *, by: Seat) -> Sweep:
    """Give a sweep the agreement that somebody gave to the standing search it is made by; whoever calls starts it."""
    sweep = decided(sweep, State.SECONDED, by=by)
    record("sweep seconded in advance", by=by, about=sweep.item, subject=("standing search", standing))
    return sweep


@transaction.atomic
def refuse_sweep(sweep: Sweep, *, by: Seat, reason: str) -> Sweep:
    """Do not agree, and say why."""
    return decided(sweep, State.REFUSED, by=by, reason=reason)


def decided(sweep: Sweep, state: State, *, by: Seat, reason: str = "") -> Sweep:
    """A second person's decision on a sweep that waits for one."""
    sweep = locked(sweep)
    require(by, "second a sweep", sweep.item, asked_by=sweep.requested_by)
    must_be(sweep, State.ASKED)
    if state is State.REFUSED:
        must_say(reason)
    sweep.state, sweep.seconded_by, sweep.seconded_at, sweep.reason = state, by.appointment, by.now, reason
    sweep.save(update_fields=["state", "seconded_by", "seconded_at", "reason"])
    record(f"sweep {state.value}", by=by, about=sweep.item, reason=reason)
    return sweep


@transaction.atomic
def withdraw_sweep(sweep: Sweep, *, by: Seat, reason: str) -> Sweep:
    """The requester takes a sweep back that nobody has agreed to yet."""
    sweep = locked(sweep)
    require(by, "ask for a sweep", sweep.item)
    if sweep.requested_by_id != by.id:
        raise BadInput(
            "The sweep is somebody else's.",
            [
                Problem(
                    where="requester", found="another person", expected="who asked for it", do="Ask them, or refuse it."
                )
            ],
        )
    must_be(sweep, State.ASKED)
    must_say(reason)
    sweep.state, sweep.reason = State.WITHDRAWN, reason
    sweep.save(update_fields=["state", "reason"])
    record("sweep withdrawn", by=by, about=sweep.item, reason=reason)
    return sweep


def must_be(sweep: Sweep, state: State) -> None:
    """Refuse a move from another state, with what to do."""
    if sweep.state != state:
        raise BadInput(
            "The sweep has moved on.",
            [
                Problem(
                    where="state",
                    found=sweep.state,
                    expected=state.value,
                    do="Load the page again and look at it anew.",
                )
            ],
        )


def must_say(reason: str) -> None:
    """Refuse a step without its reason."""
    if not reason.strip():
        raise BadInput(
            "A reason is missing.",
            [
                Problem(
                    where="reason", found="nothing", expected="why, in a sentence", do="Write it; it stands in the log."
                )
            ],
        )


def requester_of(sweep_id: UUID) -> Appointment | None:
    """Who asked for a sweep that may start now; the worker learns nothing else of it."""
    with in_role(WORKER):
        sweep = Sweep.objects.filter(pk=sweep_id, state=State.SECONDED).select_related("requested_by__person").first()
        return sweep.requested_by if sweep else None


@transaction.atomic
def start_sweep(sweep_id: UUID, *, by: Seat) -> Sweep | None:
    """Begin, if the requester may still read what it is about; two workers start it once."""
    sweep = Sweep.objects.filter(pk=sweep_id).first()
    if sweep is None:
        return None
    sweep = locked(sweep)
    if sweep.state != State.SECONDED:
        return None
    require(by, "ask for a sweep", sweep.item)
    sweep.state, sweep.started_at = State.RUNNING, by.now
    sweep.save(update_fields=["state", "started_at"])
    record("sweep running", by=by, about=sweep.item)
    return sweep


def begin_again(sweep_id: UUID) -> None:
    """Let a sweep start anew whose worker was ended in the middle; what two people agreed to stands."""
    with in_role(WORKER):
        Sweep.objects.filter(pk=sweep_id, state=State.RUNNING).update(state=State.SECONDED)


def fail_running(sweep_id: UUID, reason: str) -> None:
    """Say that a sweep ended with its worker."""
    with in_role(WORKER):
        Sweep.objects.filter(pk=sweep_id, state=State.RUNNING).update(
            state=State.FAILED, reason=reason, ended_at=moment()
        )


def fail_unstarted(sweep_id: UUID, reason: str) -> None:
    """Say that an agreed sweep could not start."""
    with in_role(WORKER):
        Sweep.objects.filter(pk=sweep_id, state=State.SECONDED).update(
            state=State.FAILED, reason=reason, ended_at=moment()
        )


@transaction.atomic
def fail_sweep(sweep: Sweep, reason: str, *, by: Seat) -> None:
    """Say that a search ended without findings, and why."""
    sweep = locked(sweep)
    must_be(sweep, State.RUNNING)
    sweep.state, sweep.reason, sweep.ended_at = State.FAILED, reason[:500], moment()
    sweep.save(update_fields=["state", "reason", "ended_at"])
    record("sweep failed", by=by, about=sweep.item, reason=reason)


def starts_of(sweep: Sweep) -> list[tuple[str, str, str]]:
    """What the tip names: (what, platform, name)."""
    return list(sweep.tip.starts.values_list("what", "platform", "name")) if sweep.tip else []


@transaction.atomic
def load_results(sweep: Sweep, place: Path, *, by: Seat) -> None:
    """Load what was found under the sweep's marking, beside the sweep in the same case.

    place   holds `detect`, a run's folder, and for a search from a tip `expand`
    """
    from hustings.apps.findings.load import load_run  # brings compiled code along, which no page needs

    sweep = locked(sweep)
    must_be(sweep, State.RUNNING)
    if sweep.tip is not None:
        load_expansion(sweep, place / "expand")
    loaded = load_run(
        place / "detect",
        marking=known_marking(sweep.item),
        by=by,
        case=sweep.item.case,
        sources=[sweep.item],
        expires_at=by.now + KEPT,
    )
    sweep.state, sweep.ended_at, sweep.run = State.DONE, moment(), loaded.run
    sweep.found, sweep.looked_at = loaded.findings, sweep.table.actors
    sweep.save(update_fields=["state", "ended_at", "run", "found", "looked_at"])
    record("sweep done", by=by, about=sweep.item, facts={"findings": loaded.findings})


@transaction.atomic
def propose_tear_line(of: Item, *, by: Seat, text: str, target: Marking) -> TearLine:
    """Put words forward that may be told of an item under a lower marking; until agreed, they are as restricted as it."""
    require(by, "propose tear-line", of)
    must_say(text)
    item = make_item(
        kind="tear-line",
        title="Tear-line",
        text=text,
        marking=known_marking(of),
        by=by,
        case=of.case or of,
        sources=[of],
    )
    tear_line = TearLine.objects.create(item=item, of=of, target=canonical(target), proposed_by=by.appointment)
    record("tear-line proposed", by=by, about=item)
    return tear_line


@transaction.atomic
def decide_tear_line(tear_line: TearLine, *, by: Seat, approve: bool, reason: str) -> TearLine:
    """A releasing authority of the item's owner agrees, or not; agreed, the words carry the lower marking."""
    found = TearLine.objects.select_for_update(of=("self",)).select_related("item")
    held = found.filter(pk=tear_line.pk).first()
    if held is None:
        raise NotKnown
    tear_line = held
    require(by, "release", tear_line.of, asked_by=tear_line.proposed_by)
    if tear_line.state != TearLineState.PROPOSED:
        raise BadInput(
            "The tear-line is decided already.",
            [Problem(where="state", found=tear_line.state, expected="proposed", do="Propose another one.")],
        )
    must_say(reason)
    tear_line.state = TearLineState.APPROVED if approve else TearLineState.REFUSED
    tear_line.decided_by, tear_line.decided_at, tear_line.reason = by.appointment, by.now, reason
    tear_line.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record(f"tear-line {tear_line.state}", by=by, about=tear_line.item, reason=reason)
    if approve:
        from hustings.apps.items.actions import relabel

        target = marking_of(tear_line.asked)
        assert target is not None, "the marking asked for was made from words that are understood"
        relabel(tear_line.item, target, by=by, reason=reason, released_from=tear_line.of)
    return tear_line


@transaction.atomic
def answer_tip(tip: Tip, *, by: Seat, opinion: str, text: str) -> Answer:
    """Tell the source what came of its tip, under the tip's marking."""
    require(by, "answer tip", tip.item)
    must_say(text)
    item = make_item(
        kind="answer",
        title=f"Answer to {tip.reference}",
        text=text,
        marking=known_marking(tip.item),
        by=by,
        case=tip.item,
        sources=[tip.item],
    )
    answer = Answer.objects.create(item=item, tip=tip, opinion=opinion, sent_by=by.appointment, sent_at=by.now)
    record("tip answered", by=by, about=item, facts={"opinion": opinion})
    return answer
