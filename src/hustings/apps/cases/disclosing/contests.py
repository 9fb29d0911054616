"""Evidence shown to whom a plan acts against, at the address of their notice; and what follows when they say it is wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from hustings.apps.audit.record import record
from hustings.apps.cases import find
from hustings.apps.cases.disclosing import register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.models import Custody, Evidence, MemberEvidence, Redaction, ShownEvidence, Target
from hustings.apps.cases.working import said
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.errors import BadInput, Problem
from hustings.policy.disclosure import CORRECTED_WITHIN, DisclosureKind, Thing
from hustings.policy.level import Level
from hustings.policy.marking import Tlp

__all__ = ["Shown", "about", "contest", "opened", "show", "shown", "undone", "upheld"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A piece of evidence as whom it concerns sees it."""

    number: int
    called: str
    sha256: str
    size: int
    at: datetime


def about(target: Target, *, by: Seat) -> QuerySet[Evidence]:
    """The sealed objects about a target that this person knows: they name it, the membership rests on them, or their original does."""
    rests_on = MemberEvidence.objects.filter(member=target.member_id).values("rests_on")
    named = Q(what=target.kind, platform=target.platform, of=target.name)
    named |= Q(pk__in=rests_on) | Q(made_from__in=rests_on) | Q(pk=target.evidence_id)
    return find.evidence(by).filter(named)


@transaction.atomic
def show(target: Target, evidence: Evidence, *, by: Seat, called: str, why: str) -> ShownEvidence:
    """Let whom a target belongs to see a sealed object, original or redacted copy, once they were sent their notice.

    called   what it is called there: the name it has here may tell more than it should

    Raises   BadInput for what is not about the target, is too restricted to leave this way, or is shown already
    """
    require(by, "show evidence", target.plan.item, reason=why)
    require(by, "export", evidence.item, reason=why)
    said(called=called, why=why)
    label, problems = evidence.item.label, []
    if not about(target, by=by).filter(pk=evidence.pk).exists():
        problems.append(Problem(where="evidence", found=evidence.name, expected=f"something about the {target.kind} {target.name}",
                                do="Choose what names it, or what its membership rests on."))  # fmt: skip
    if label.level > Level.UNCLASSIFIED or Tlp.RED.value in (label.tlp, *(circle["tlp"] for circle in label.also)):
        problems.append(Problem(where="marking", found="one for named readers alone", expected="one that may leave, such as TLP:AMBER",
                                do="Redact it, and let another person release the copy."))  # fmt: skip
    if ShownEvidence.objects.filter(target=target, evidence=evidence).exists():
        problems.append(Problem(where="evidence", found="one that is shown already", expected="another", do="Choose another."))  # fmt: skip
    if problems:
        raise BadInput("It is not shown.", problems)
    last = ShownEvidence.objects.filter(target=target).aggregate(last=Max("number"))["last"] or 0
    made = ShownEvidence.objects.create(
        target=target,
        evidence=evidence,
        number=last + 1,
        called=called.strip()[:200],
        why=why.strip(),
        by=by.appointment,
    )
    Custody.objects.create(
        evidence=evidence, act="export", by=by.appointment, why=why.strip(), to="whom the notice concerns"
    )
    codes = [part["code"] for one in Redaction.objects.filter(copy=evidence) for part in one.parts]
    register.enter(
        by=by, kind=DisclosureKind.SHOWN, what=called.strip(), to=f"whom the {target.kind} {target.name} belongs to", ground=why,
        marked=[evidence.item], case=target.plan.case, digest=evidence.sha256, subject=target.pk,
        redactions={code: codes.count(code) for code in sorted(set(codes))},
        holds=[Told(thing=Thing.EVIDENCE, key=str(evidence.pk), name=evidence.name)],
    )  # fmt: skip
    record("evidence shown", by=by, about=target.plan.item, subject=("evidence", evidence.pk), reason=why)
    return made


def shown(code: str) -> list[Shown]:
    """What the holder of a notice's number may see; nothing before the notice was sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM enforcement_evidence(%s)", [code])
        return [
            Shown(number=number, called=called, sha256=sha256, size=size, at=at)
            for number, called, sha256, size, at in cursor.fetchall()
        ]


def opened(code: str, number: int) -> tuple[str, int]:
    """Digest and length of one piece, once it stands in its custody that it was opened. Raises NotKnown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM enforcement_evidence_opened(%s, %s)", [code, number])
        found = cursor.fetchone()
    if found is None:
        raise NotKnown
    sha256, size = found
    return sha256, size


def contest(appeal: UUID, code: str, numbers: Collection[int]) -> None:
    """Keep which pieces an appeal says are wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT enforcement_contest(%s, %s, %s)", [appeal, code, sorted(numbers)])


def upheld(appeal: UUID) -> int:
    """Owe everybody who was told of the target, or of evidence that was contested, that it was wrong; gives how many."""
    return owed("correction_of_contest", appeal)


def undone(appeal: UUID) -> int:
    """Call off what nobody was sent, and owe the others that the answer was taken back; gives how many."""
    return owed("correction_of_contest_undone", appeal)


def owed(function: str, appeal: UUID) -> int:
    """Ask one of the two functions."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, make_interval(secs => %s))", [appeal, CORRECTED_WITHIN.total_seconds()])
        many: int = cursor.fetchone()[0]
        return many
