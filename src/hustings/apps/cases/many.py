"""Many members at once: proposed from a list or from the pages behind ads, accepted together by another person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hustings.apps.ads.models import Ad
from hustings.apps.audit.record import record
from hustings.apps.cases.marks import COMMON
from hustings.apps.cases.models import Campaign, Member, MemberEvidence
from hustings.apps.cases.working import said
from hustings.apps.items.actions import part_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.casework import Confidence, MemberKind, MemberState

__all__ = ["GROUNDS", "MOST", "Named", "Proposed", "accept_proposed", "pages_behind", "propose_many", "proposed"]

MOST = 20_000
GROUNDS = ("evidence", "finding", "sweep", "run")  # kinds of items that a membership can rest on


@dataclass(frozen=True, kw_only=True, order=True)
class Named:
    """What may belong to a campaign."""

    kind: MemberKind
    platform: str
    name: str
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """How many were proposed now, and how many stood there before."""

    made: int
    before: int


def pages_behind(*, query: str = "", archive: str = "") -> list[Named]:
    """The pages behind the ads that this seat may read and that fit, each once, as their platform numbers them.

    A site where anybody may have a page is left out: that ads lead there ties nothing.
    """
    rows = Ad.objects.filter(page__isnull=False)
    if archive.strip():
        rows = rows.filter(archive=archive.strip())
    if query.strip():
        rows = rows.extra(where=["search @@ websearch_to_tsquery('simple', %s)"], params=[query.strip()])
    pages = rows.order_by("page__platform", "page__number").values_list("page__platform", "page__number").distinct()
    return [
        Named(kind=MemberKind.PAGE, platform=platform, name=number)
        for platform, number in pages[: MOST + 1]
        if number.removeprefix("web:") not in COMMON
    ]


@transaction.atomic
def propose_many(
    campaign: Campaign, named: Sequence[Named], *, by: Seat, confidence: Confidence, method: str, rests_on: Sequence[Item]
) -> Proposed:  # fmt: skip
    """Propose that each of these belongs, on the same grounds; what stands there already is left as it is.

    Raises   BadInput with everything that is wrong
    """
    require(by, "work on case", campaign.item)
    said(method=method)
    wanted = list({(one.kind, one.platform, one.name): one for one in named}.values())
    problems = []
    if not wanted:
        problems.append(
            Problem(where="names", found="none", expected="at least one", do="Name them, or an archive with ads.")
        )
    if len(wanted) > MOST:
        problems.append(
            Problem(
                where="names", found=f"{len(wanted):,}", expected=f"at most {MOST:,} at once", do="Send them in parts."
            )
        )
    if not rests_on:
        problems.append(Problem(where="rests on", found="nothing", expected="evidence, a finding, a sweep or a run", do="Seal what shows it first."))  # fmt: skip
    for item in rests_on:
        require(by, "read", item)
        if item.kind not in GROUNDS:
            problems.append(Problem(where="rests on", found=item.kind, expected="evidence, a finding, a sweep or a run", do="Seal what shows it first."))  # fmt: skip
    if problems:
        raise BadInput("Nothing was proposed.", problems)
    # One at a time: whoever proposes the same beside this waits, and finds it there.
    Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    there = set(
        Member.objects.filter(campaign=campaign).exclude(state=MemberState.WITHDRAWN).order_by().values_list("kind", "platform", "name")
    )  # fmt: skip
    fresh = [one for one in wanted if (one.kind.value, one.platform, one.name) not in there]
    for item in rests_on:
        part_of(campaign.item, item, by=by)
    made = Member.objects.bulk_create(
        [
            Member(campaign=campaign, kind=one.kind, platform=one.platform, name=one.name, part=one.part, confidence=confidence,
                   method=method.strip(), by=by.appointment)
            for one in fresh
        ],
        batch_size=1000,
    )  # fmt: skip
    MemberEvidence.objects.bulk_create(
        [MemberEvidence(member=member, rests_on=item, by=by.appointment) for member in made for item in rests_on], batch_size=1000
    )  # fmt: skip
    record("members proposed", by=by, about=campaign.item, facts={"made": len(made), "before": len(wanted) - len(made)})
    return Proposed(made=len(made), before=len(wanted) - len(made))


def proposed(campaign: Campaign, *, by: Seat, until: datetime | None = None) -> QuerySet[Member]:
    """What waits for this person to accept it: proposed by another, with something it rests on."""
    waiting = Member.objects.filter(campaign=campaign, state=MemberState.PROPOSED).exclude(by__person=by.person)
    if until is not None:
        waiting = waiting.filter(at__lte=until)
    rests = MemberEvidence.objects.filter(member=OuterRef("pk"))
    return waiting.filter(Exists(rests)).select_related("by__person").order_by("kind", "platform", "name", "at")


@transaction.atomic
def accept_proposed(campaign: Campaign, *, by: Seat, reason: str, until: datetime, many: int) -> int:
    """Accept all that waited at a moment, as they stood on the page; gives how many.

    until   the newest of those that the page showed: what was proposed since is not among them
    many    how many the page showed
    Raises  BadInput where it is not as many any more
    """
    require(by, "work on case", campaign.item)
    said(reason=reason)
    waiting = list(
        Member.objects.select_for_update(of=("self",)).filter(pk__in=proposed(campaign, by=by, until=until).order_by().values("pk")).select_related("by__person").order_by("pk")
    )  # fmt: skip
    for proposer in {member.by_id: member.by for member in waiting}.values():
        require(by, "accept member", campaign.item, asked_by=proposer, reason=reason)
    if len(waiting) != many or not many:
        raise BadInput("Nothing was accepted.", [
            Problem(where="members", found=f"{len(waiting):,} that wait", expected=f"the {many:,} that you saw", do="Load the page again."),
        ])  # fmt: skip
    Member.objects.filter(pk__in=[member.pk for member in waiting]).update(
        state=MemberState.ACCEPTED, decided_by=by.appointment, decided_at=by.now, reason=reason.strip()
    )
    record("members accepted", by=by, about=campaign.item, reason=reason, facts={"members": len(waiting)})
    return len(waiting)
