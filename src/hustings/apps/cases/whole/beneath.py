"""What lies beneath a statement: of an argument, a membership or a claim of origin, the items and rows it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hustings.apps.cases import find
from hustings.apps.cases.models import Argument, Campaign, Case, Member, MemberEvidence, OriginClaim
from hustings.apps.cases.whole.things import ads_beneath
from hustings.apps.findings import find as findings
from hustings.apps.findings.models import Finding
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable

__all__ = ["STATEMENTS", "Ground", "Statement", "beneath"]

ROWS = 200  # rows of a finding or ads that one page holds; their own pages hold all


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One item that a statement rests on, with the rows of it that are named, and for a finding its first rows of evidence."""

    item: Item
    rows: str = ""
    evidence: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What was said, by whom and when, and all it rests on.

    hidden   how many grounds the reader may not know
    ads      ads behind a member, the first of them
    member   the membership, where it is one
    """

    kind: str
    sentence: str
    by: str
    at: datetime
    grounds: list[Ground]
    hidden: int
    facts: list[tuple[str, str]] = field(default_factory=list)
    ads: list[Any] = field(default_factory=list)
    more_ads: bool = False
    campaign: Campaign | None = None
    member: Member | None = None


def beneath(seat: Seat, case: Case, what: str, key: UUID) -> Statement:
    """What lies beneath one statement of a case or of a campaign it studies. Raises NotKnown."""
    read = STATEMENTS.get(what)
    if read is None:
        raise NotKnown
    return read(seat, find.parts_of(seat, case), key)


def of_argument(seat: Seat, parts: list[Case], key: UUID) -> Statement:
    """An argument for or against a possible answer."""
    said = (
        Argument.objects.filter(pk=key, hypothesis__case__in=parts).select_related("by__person", "hypothesis").first()
    )
    if said is None:
        raise NotKnown
    on = [said.rests_on_id] if said.rests_on_id else []
    grounds = grounds_of(seat, dict.fromkeys(on, ""))
    return Statement(
        kind="argument", sentence=said.text, by=said.by.person.name, at=said.at, grounds=grounds, hidden=len(on) - len(grounds),
        facts=[("Speaks", f"{said.side}: {said.hypothesis.text}")],
    )  # fmt: skip


def of_member(seat: Seat, parts: list[Case], key: UUID) -> Statement:
    """That something belongs to a campaign."""
    campaigns = find.campaigns(seat).filter(cases__case__in=parts).order_by().values("pk")
    found = Member.objects.filter(pk=key, campaign__in=campaigns).select_related("by__person", "decided_by__person", "campaign__item__label")  # fmt: skip
    said = found.first()
    if said is None:
        raise NotKnown
    on = dict(MemberEvidence.objects.filter(member=said).order_by("at", "id").values_list("rests_on", "rows"))
    grounds = grounds_of(seat, on)
    ads = list(ads_beneath([said])[: ROWS + 1])
    facts = [("How found", said.method), ("Confidence", said.confidence), ("State", said.state)]
    if said.decided_by is not None:
        facts.append(("Decided by", f"{said.decided_by.person.name}: {said.reason}"))
    return Statement(
        kind="membership", sentence=f"{said.kind} {said.platform} {said.name} belongs to {said.campaign.item.title}.".replace("  ", " "),
        by=said.by.person.name, at=said.at, grounds=grounds, hidden=len(on) - len(grounds), facts=facts, ads=ads[:ROWS], more_ads=len(ads) > ROWS,
        campaign=said.campaign, member=said,
    )  # fmt: skip


def of_claim(seat: Seat, parts: list[Case], key: UUID) -> Statement:
    """Who may stand behind a campaign."""
    campaigns = find.campaigns(seat).filter(cases__case__in=parts).order_by().values("pk")
    said = OriginClaim.objects.filter(pk=key, campaign__in=campaigns).select_related("by__person", "campaign__item__label").first()  # fmt: skip
    if said is None:
        raise NotKnown
    grounds = grounds_of(seat, dict.fromkeys(said.rests_on, ""))
    facts = [("Confidence", said.confidence), ("Grounds", said.grounds), ("Who else it may be", said.alternatives)]
    facts += [(f"{one.by.person.name} disagrees", one.text) for one in said.dissents.select_related("by__person")]
    return Statement(
        kind="claim of origin", sentence=said.claim, by=said.by.person.name, at=said.at, grounds=grounds,
        hidden=len(said.rests_on) - len(grounds), facts=facts, campaign=said.campaign,
    )  # fmt: skip


STATEMENTS: dict[str, Callable[[Seat, list[Case], UUID], Statement]] = {
    "argument": of_argument,
    "member": of_member,
    "claim": of_claim,
}


def grounds_of(seat: Seat, named: dict[UUID, str]) -> list[Ground]:
    """The items that the reader may know, a finding with its first rows."""
    items = {item.pk: item for item in readable(seat).filter(pk__in=named).select_related("label")}
    held = {one.pk: one for one in findings.findings(seat).filter(pk__in=named)}
    return [ground(items[key], rows, held.get(key)) for key, rows in named.items() if key in items]


def ground(item: Item, rows: str, finding: Finding | None) -> Ground:
    """One ground."""
    if finding is None:
        return Ground(item=item, rows=rows)
    held = list(findings.evidence(finding, most=ROWS + 1))
    return Ground(item=item, rows=rows, evidence=held[:ROWS], more=len(held) > ROWS)
