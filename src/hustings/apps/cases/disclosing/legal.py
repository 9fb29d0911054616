"""What people do with a subpoena, warrant, order or request: receive it, question it, approve it as counsel, delay the notice, end it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hustings.apps.audit.record import record
from hustings.apps.cases import working
from hustings.apps.cases.disclosing import register
from hustings.apps.cases.models import Case, LegalAsset, LegalDelay, LegalNotice, LegalProcess, LegalStep, Teammate
from hustings.apps.cases.working import said
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.items.actions import make_item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable, require
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.policy.casework import MemberKind
from hustings.policy.disclosure import DisclosureKind
from hustings.policy.legal import LONGEST_DELAY, Asset, DataKind, LegalKind, LegalState, Scope, move_of, notice_due

__all__ = ["Asked", "delay", "delayed_until", "find_process", "make_notices_due", "move", "pass_on", "processes", "receive", "scope_of"]  # fmt: skip

KINDS = {one.value for one in MemberKind}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for, as their paper says it."""

    kind: LegalKind
    authority: str
    asked_by: str
    law: str
    reference: str
    received_on: date
    due_on: date
    since: date
    until: date
    kinds: Collection[DataKind]
    assets: Collection[Asset]


def processes(seat: Seat) -> QuerySet[LegalProcess]:
    """Processes this person may know, the next to be answered first."""
    known = LegalProcess.objects.filter(item__in=readable(seat).values("pk"))
    return known.select_related("item__label", "case__item__label", "by__person", "approved_by__person", "hold").order_by("due_on", "at", "pk")  # fmt: skip


def find_process(seat: Seat, key: UUID) -> LegalProcess:
    """One process. Raises NotKnown for one that is not there or not for this reader."""
    found = processes(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def scope_of(process: LegalProcess) -> Scope:
    """What it covers."""
    return Scope(
        assets=frozenset(Asset(kind=one.kind, platform=one.platform, name=one.name) for one in process.assets.all()),
        kinds=frozenset(DataKind(one) for one in process.kinds), since=process.since, until=process.until,
    )  # fmt: skip


@transaction.atomic
def receive(case: Case, *, by: Seat, asked: Asked) -> LegalProcess:
    """Record what was asked. Its scope is never changed: what asks for something else is another process.

    An order to keep data holds the case from now on, before counsel has looked: what is deleted meanwhile is gone.
    Refused, withdrawn or ended, its hold ends.

    Raises   BadInput with everything that is wrong at once
    """
    case = working.locked(case)
    require(by, "receive legal process", case.item)
    said(authority=asked.authority, asked_by=asked.asked_by, law=asked.law, reference=asked.reference)
    problems = wrong(asked, by.now.astimezone(UTC).date())
    if problems:
        raise BadInput("It was not recorded.", problems)
    title = f"{asked.kind.value.capitalize()} of {asked.authority.strip()}, {asked.reference.strip()}"[:300]
    item = make_item(kind="legal process", title=title, marking=known_marking(case.item), by=by, case=case.item,
                     state=LegalState.RECEIVED, sources=[case.item])  # fmt: skip
    hold = working.hold(case, by=by, ground=title) if asked.kind.keeps else None
    process = LegalProcess.objects.create(
        item=item, case=case, held_by=by.appointment.position.organisation, kind=asked.kind, authority=asked.authority.strip(),
        asked_by=asked.asked_by.strip(), law=asked.law.strip(), reference=asked.reference.strip(), received_on=asked.received_on,
        due_on=asked.due_on, since=asked.since, until=asked.until, kinds=sorted(set(asked.kinds)), by=by.appointment, hold=hold,
    )  # fmt: skip
    LegalAsset.objects.bulk_create(
        LegalAsset(process=process, kind=one.kind, platform=one.platform, name=one.name)
        for one in sorted(set(asked.assets))
    )
    record(
        "legal process received", by=by, about=item, facts={"kind": asked.kind.value, "assets": len(set(asked.assets))}
    )
    return process


def wrong(asked: Asked, today: date) -> list[Problem]:
    """What does not go together."""
    found = []
    if asked.until < asked.since:
        found.append(Problem(where="window", found=f"{asked.since} to {asked.until}", expected="an end that is not before the beginning", do="Look the days up."))  # fmt: skip
    if asked.received_on > today:
        found.append(Problem(where="received on", found=str(asked.received_on), expected=f"{today} or earlier", do="Write the day on which it came."))  # fmt: skip
    if asked.due_on < asked.received_on:
        found.append(Problem(where="due on", found=str(asked.due_on), expected=f"{asked.received_on} or later", do="Look the day up."))  # fmt: skip
    if not asked.kinds:
        found.append(Problem(where="kinds of data", found="none", expected="at least one", do="Choose what it asks for."))  # fmt: skip
    if not asked.assets:
        found.append(Problem(where="assets", found="none", expected="at least one", do="Name what it asks about; what names nothing covers nothing."))  # fmt: skip
    found += [
        Problem(where="assets", found=f"{one.kind}; {one.platform}; {one.name}"[:100], expected=f"one of {', '.join(sorted(KINDS))}; a platform; a name",
                do="Write kind, platform and name with semicolons between.")
        for one in sorted(set(asked.assets)) if one.kind not in KINDS or not one.name.strip() or len(one.name) > 500 or len(one.platform) > 40
    ]  # fmt: skip
    return found


def locked(process: LegalProcess) -> LegalProcess:
    """The row as it stands now, held until the end of the transaction."""
    found = LegalProcess.objects.select_for_update(of=("self",)).select_related(
        "item__label", "case__item__label", "hold", "by__person"
    )
    held = found.filter(pk=process.pk).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def move(process: LegalProcess, code: str, *, by: Seat, reason: str) -> LegalProcess:
    """Take one step of the table; what hands over is done by packing alone.

    Counsel is who the team of the case names so, and another person than who received it.

    Raises   BadInput for a step that is not open from here or where counsel is not named, NotKnown, Refused
    """
    step = move_of(code)
    counsels = step.act == "approve legal process"
    require(by, step.act, process.item, reason=reason, **({"asked_by": process.by} if counsels else {}))  # type: ignore[arg-type]
    process = locked(process)
    said(reason=reason)
    problems = []
    if process.state not in step.sources or step.keeps not in (None, LegalKind(process.kind).keeps) or code == "answer":
        problems.append(Problem(where="state", found=f"{process.state} {process.kind}", expected=" or ".join(step.sources), do="Load the page again."))  # fmt: skip
    if counsels and not counsel(process.case, by):
        problems.append(Problem(where="counsel", found="somebody else", expected="who works on the case as counsel", do="Add them to the team of the case, with the part counsel."))  # fmt: skip
    if problems:
        raise BadInput("It did not move.", problems)
    return moved(process, code, by=by, reason=reason)


def counsel(case: Case, by: Seat) -> bool:
    """Whether this person is counsel in a case."""
    return Teammate.objects.filter(
        case=case, appointment=by.appointment, part__icontains="counsel", ended_at=None
    ).exists()


def moved(process: LegalProcess, code: str, *, by: Seat, reason: str) -> LegalProcess:
    """Write a step down that is allowed and open, and what follows from it at once."""
    step = move_of(code)
    process.state = step.target
    changed = ["state"]
    if code == "approve":
        process.approved_by, process.approved_at = by.appointment, by.now
        changed += ["approved_by", "approved_at"]
    process.save(update_fields=changed)
    process.item.state = process.state
    process.item.save(update_fields=["state"])
    LegalStep.objects.create(process=process, code=code, state=process.state, reason=reason.strip(), by=by.appointment)
    if step.releases and process.hold is not None and process.hold.ended_at is None:
        working.end_hold(process.hold, by=by, why=f"{process.item.title}: {process.state}"[:300])
    record(f"legal process: {code}", by=by, about=process.item, reason=reason)
    make_notices(process)
    return process


def delayed_until(process: LegalProcess) -> date | None:
    """The last day on which those whose data it is are not told; None where nothing delays it."""
    newest = process.delays.order_by("-at", "-id").first()
    return newest.until if newest else None


@transaction.atomic
def delay(process: LegalProcess, until: date, *, by: Seat, ground: str) -> LegalDelay:
    """Tell nobody whose data it is before the end of a day, on a ground. There is always an end; the newest counts.

    Raises   BadInput for a day that is over or farther away than a ground may reach, and where all were told
    """
    require(by, "answer legal process", process.item, reason=ground)
    process = locked(process)
    said(ground=ground)
    today = by.now.astimezone(UTC).date()
    problems = []
    if not today <= until <= today + LONGEST_DELAY:
        problems.append(Problem(where="until", found=str(until), expected=f"{today} to {today + LONGEST_DELAY}", do="Choose a day; who needs longer says so again."))  # fmt: skip
    if LegalKind(process.kind).keeps:
        problems.append(Problem(where="kind", found=process.kind, expected="one that hands something over", do="Nothing is to be told of an order to keep data."))  # fmt: skip
    if process.state in {LegalState.REFUSED, LegalState.WITHDRAWN, LegalState.ENDED}:
        problems.append(Problem(where="state", found=process.state, expected="one that goes on", do="Load the page again."))  # fmt: skip
    if problems:
        raise BadInput("The notice was not delayed.", problems)
    made = LegalDelay.objects.create(process=process, until=until, ground=ground.strip(), by=by.appointment)
    record("legal notice delayed", by=by, about=process.item, reason=ground, facts={"until": until.isoformat()})
    return made


def make_notices(process: LegalProcess) -> int:
    """Make what those concerned are told, where it is due now; gives how many notices were made."""
    today = moment().astimezone(UTC).date()
    if not notice_due(LegalKind(process.kind), LegalState(process.state), delayed_until(process), today):
        return 0
    with in_role(WORKER):  # the web may pass a notice on, and write none
        due = process.assets.filter(notice=None).order_by("kind", "platform", "name")
        made = LegalNotice.objects.bulk_create(
            LegalNotice(process=process, asset=asset, text=words(process, asset)) for asset in due
        )
    return len(made)


def make_notices_due() -> int:
    """Make every notice that is due: counsel approved and no delay stands any more. Run again it makes none twice."""
    with in_role(WORKER):
        acting = LegalProcess.objects.filter(state__in=[LegalState.APPROVED, LegalState.ANSWERED], assets__notice=None)
        return sum(make_notices(process) for process in acting.distinct().order_by("at", "pk"))


def words(process: LegalProcess, asset: LegalAsset) -> str:
    """The notice about one asset. It says nothing of any other asset, of the case, or of who decided."""
    handed = process.state == LegalState.ANSWERED
    delays = process.delays.order_by("at", "id")
    waited = "".join(
        f"\nWe were not to tell you before the end of {one.until.isoformat()}: {one.ground}" for one in delays
    )
    return (
        f"{process.authority} asked us for data about your {asset.kind} {asset.name}, by a {process.kind} ({process.law}; {process.reference}).\n\n"
        f"What was asked for: {', '.join(process.kinds)}, of the days from {process.since.isoformat()} to {process.until.isoformat()}.\n"
        f"{'It was handed over.' if handed else 'Nothing has been handed over yet.'}{waited}\n\n"
        "You may ask us what was given about you, and you may ask a court or a supervisory authority whether it was lawful."
    )  # fmt: skip


@transaction.atomic
def pass_on(notice: LegalNotice, *, by: Seat, how: str) -> LegalNotice:
    """Write down that whom an asset belongs to was told, and how. It enters the register.

    Raises   BadInput where they were told before, and while a delay stands
    """
    require(by, "answer legal process", notice.process.item)
    said(how=how)
    process = locked(notice.process)  # by which no two pass the same on
    notice = LegalNotice.objects.select_related("asset").get(pk=notice.pk)
    delayed, problems = delayed_until(process), []
    if notice.told_at is not None:
        problems.append(Problem(where="notice", found="one that was passed on before", expected="one that waits", do="Load the page again."))  # fmt: skip
    if delayed is not None and by.now.astimezone(UTC).date() <= delayed:
        problems.append(Problem(where="notice", found=f"delayed until the end of {delayed}", expected="no delay that stands", do="Wait for its end."))  # fmt: skip
    if problems:
        raise BadInput("It was not written down.", problems)
    notice.told_at, notice.told_by, notice.told_how = by.now, by.appointment, how.strip()[:300]
    notice.save(update_fields=["told_at", "told_by", "told_how"])
    register.enter(
        by=by, kind=DisclosureKind.NOTICE, what=process.item.title, to=f"whom the {notice.asset.kind} {notice.asset.name} belongs to",
        ground="Who is asked about is told.", marking="for whom it concerns", case=process.case, digest=hashlib.sha256(notice.text.encode()).hexdigest(),
        subject=notice.pk,
    )  # fmt: skip
    record("legal notice passed on", by=by, about=process.item, subject=("notice", notice.pk))
    return notice
