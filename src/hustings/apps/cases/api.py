"""The interface to leads, cases, campaigns and the register of disclosures: those that the caller may know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Count, F, Q
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.cases import find
from hustings.apps.cases.disclosing import find as told
from hustings.apps.cases.leads import About, record_lead
from hustings.apps.cases.models import Campaign, Case, Disclosure, Evidence, Lead, Member
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.items.api import MarkingOut, marking
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope
from hustings.policy.casework import LeadSource, MemberKind

__all__ = ["campaigns_router", "cases_router", "disclosures_router", "leads_router"]

leads_router = Router(auth=needs(Scope.READ_CASES))
cases_router = Router(auth=needs(Scope.READ_CASES))
campaigns_router = Router(auth=needs(Scope.READ_CASES))
disclosures_router = Router(auth=needs(Scope.READ_CASES))

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Word = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class AboutOut(Schema):
    """What a lead is about: something with a name, or another item."""

    what: str
    platform: str
    name: str
    item: UUID | None = Field(description="Another item; null where it is something with a name.")


class LeadOut(Schema):
    """Something that should be looked at, who said so, and what became of it."""

    id: UUID
    title: str
    source: str
    state: str
    score: float | None = Field(description="How much it matters by its source, 0 to 1; null where that says nothing.")
    why: list[str] = Field(description="The reasons behind the score.")
    disposition: str
    made_at: datetime
    told_again: int = Field(description="How often the same was told again.")
    about: list[AboutOut]
    cases: list[UUID] = Field(description="Cases that took it up, of those you may know.")
    marking: MarkingOut


class LeadPage(Schema):
    """Leads, newest first."""

    leads: list[LeadOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class AboutIn(Schema):
    """Something with a name on a platform."""

    what: Literal["account", "page", "ad", "address"]
    platform: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] = ""
    name: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class LeadIn(Schema):
    """A lead to record. The same key is the same lead while that is open or taken up."""

    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    source: Literal["public", "press", "partner", "agency", "fact-check", "rule"]
    text: Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")] = ""
    key: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    score: float | None = None
    why: Annotated[list[Word], Field(max_length=20)] = []
    about: Annotated[list[AboutIn], Field(max_length=200)] = []
    tlp: Literal["clear", "green", "amber", "amber+strict", "red"] | None = None


class CaseOut(Schema):
    """A question under study."""

    id: UUID
    title: str
    question: str
    scope: str
    state: str
    outcome: str
    lead_by: str
    opened_at: datetime
    leads: int = Field(description="Of those you may know.")
    campaigns: list[UUID] = Field(description="Of those you may know.")
    marking: MarkingOut


class CasePage(Schema):
    """Cases, newest first."""

    cases: list[CaseOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class SealedOut(Schema):
    """A sealed object. Its bytes are on its page and in the package of its case, each time with an entry of custody."""

    id: UUID
    name: str
    sha256: str
    size: int
    media_type: str
    how: str
    what: str
    platform: str
    of: str
    captured_at: datetime
    sealed_at: datetime
    checked_at: datetime | None = Field(description="When its bytes were last found unchanged.")
    made_from: UUID | None = Field(description="The original of a working copy.")


class SealedPage(Schema):
    """Sealed objects, newest first."""

    evidence: list[SealedOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class CampaignOut(Schema):
    """Assets that act as one, as people established it. It says nothing of who ordered it."""

    id: UUID
    title: str
    aims_at: list[str]
    tactics: list[str] = Field(description="DISARM techniques.")
    narratives: list[str]
    made_at: datetime
    proposed: int
    accepted: int
    withdrawn: int
    marking: MarkingOut


class CampaignPage(Schema):
    """Campaigns, newest first."""

    campaigns: list[CampaignOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class CampaignMemberOut(Schema):
    """Something that belongs to a campaign, or is proposed to."""

    id: UUID
    kind: str
    platform: str
    name: str
    part: str
    confidence: str
    method: str
    state: str
    at: datetime
    decided_at: datetime | None
    rests_on: int = Field(description="How many pieces of evidence it rests on.")


class CampaignMemberPage(Schema):
    """Members, newest first."""

    members: list[CampaignMemberOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class DisclosureOut(Schema):
    """Somebody outside was told something."""

    id: UUID
    at: datetime
    kind: str
    to: str
    what: str
    ground: str
    marking: str = Field(description="Words of the marking as it was when it left.")
    case: UUID | None
    digest: str = Field(description="SHA-256 by which what left is known.")
    redactions: dict[str, int] = Field(description="How many parts were taken out, by reason.")
    left_out: int = Field(description="Objects held back whole.")
    corrections_owed: int


class DisclosurePage(Schema):
    """Disclosures, newest first."""

    disclosures: list[DisclosureOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


def lead_out(lead: Lead, cases: set[UUID]) -> LeadOut:
    """A lead as programs read it."""
    about = [
        AboutOut(what=one.what, platform=one.platform, name=one.name, item=one.item_id) for one in lead.about.all()
    ]
    return LeadOut(
        id=lead.pk, title=lead.item.title, source=lead.source, state=lead.state, score=lead.score, why=lead.why,
        disposition=lead.disposition, made_at=lead.item.made_at, told_again=lead.told.count(), about=about,
        cases=sorted(one.case_id for one in lead.cases.all() if one.case_id in cases), marking=marking(lead.item.label),
    )  # fmt: skip


def known_cases(request: HttpRequest, leads: list[Lead]) -> set[UUID]:
    """Those of the leads' cases that the caller may know."""
    keys = {one.case_id for lead in leads for one in lead.cases.all()}
    return set(find.cases(caller(request)).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


@leads_router.get("", response=LeadPage, summary="Leads that you may know", operation_id="leads")
def leads(
    request: HttpRequest,
    state: Annotated[str | None, Query(max_length=20, pattern=r"^[^\x00]*$", description="Only in this state.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LeadPage:
    """Newest first."""
    require(caller(request), "list leads")
    rows = find.leads(caller(request)).annotate(made_at=F("item__made_at")).prefetch_related("about", "cases")
    if state is not None:
        rows = rows.filter(state=state)
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    cases = known_cases(request, found)
    return LeadPage(leads=[lead_out(lead, cases) for lead in found], next=following)


@leads_router.get("/{lead}", response=LeadOut, summary="One lead", operation_id="lead")
def lead(request: HttpRequest, lead: UUID) -> LeadOut:
    """A lead that you may know. Hidden and never there are answered alike."""
    found = find.find_lead(caller(request), lead)
    require(caller(request), "read", found.item)
    return lead_out(found, known_cases(request, [found]))


@leads_router.post(
    "", auth=needs(Scope.WRITE_LEADS), response={201: LeadOut}, summary="Record a lead", operation_id="record_lead"
)
def record(request: HttpRequest, said: LeadIn) -> Status[LeadOut]:
    """Record that something should be looked at; what is known by its key already is told again of the same lead."""
    seat = caller(request)
    made = record_lead(
        by=seat, source=LeadSource(said.source), title=said.title, text=said.text, key=said.key, score=said.score,
        why=said.why, marking=marking_asked(Asked(tlp=said.tlp), seat),
        about=[About(what=one.what, platform=one.platform, name=one.name) for one in said.about],
    )  # fmt: skip
    found = find.find_lead(seat, made.pk)
    return Status(201, lead_out(found, known_cases(request, [found])))


def case_out(request: HttpRequest, case: Case) -> CaseOut:
    """A case as programs read it."""
    seat = caller(request)
    campaigns = find.campaigns(seat).filter(cases__case=case).order_by("pk").values_list("pk", flat=True).distinct()
    return CaseOut(
        id=case.pk, title=case.item.title, question=case.question, scope=case.scope, state=case.state, outcome=case.outcome,
        lead_by=case.lead_by.person.name, opened_at=case.item.made_at,
        leads=find.leads(seat).filter(cases__case=case).distinct().count(), campaigns=list(campaigns),
        marking=marking(case.item.label),
    )  # fmt: skip


@cases_router.get("", response=CasePage, summary="Cases that you may know", operation_id="cases")
def cases(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None) -> CasePage:
    """Newest first."""
    require(caller(request), "list cases")
    rows = find.cases(caller(request)).annotate(made_at=F("item__made_at"))
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return CasePage(cases=[case_out(request, case) for case in found], next=following)


@cases_router.get("/{case}", response=CaseOut, summary="One case", operation_id="case")
def case(request: HttpRequest, case: UUID) -> CaseOut:
    """A case that you may know. Hidden and never there are answered alike."""
    found = find.find_case(caller(request), case)
    require(caller(request), "read", found.item)
    return case_out(request, found)


@cases_router.get("/{case}/evidence", response=SealedPage, summary="Its sealed objects", operation_id="case_evidence")
def evidence(request: HttpRequest, case: UUID, limit: Limit = 50, cursor: Cursor = None) -> SealedPage:
    """What was sealed for the case, newest first: by digest, without the bytes."""
    found = find.find_case(caller(request), case)
    require(caller(request), "read", found.item)
    rows = find.evidence(caller(request)).filter(case=found)
    held, following = page(request, rows, newest_by="sealed_at", limit=limit, cursor=cursor)
    return SealedPage(evidence=[evidence_out(one) for one in held], next=following)


def evidence_out(one: Evidence) -> SealedOut:
    """A sealed object as programs read it."""
    return SealedOut(
        id=one.pk, name=one.name, sha256=one.sha256, size=one.size, media_type=one.media_type, how=one.how, what=one.what,
        platform=one.platform, of=one.of, captured_at=one.captured_at, sealed_at=one.sealed_at, checked_at=one.checked_at,
        made_from=one.made_from_id,
    )  # fmt: skip


def campaign_out(campaign: Campaign) -> CampaignOut:
    """A campaign as programs read it."""
    counted = dict(Member.objects.filter(campaign=campaign).order_by().values_list("state").annotate(Count("pk")))
    return CampaignOut(
        id=campaign.pk, title=campaign.item.title, aims_at=campaign.aims_at, tactics=campaign.tactics,
        narratives=campaign.narratives, made_at=campaign.item.made_at, marking=marking(campaign.item.label),
        **{state: counted.get(state, 0) for state in ("proposed", "accepted", "withdrawn")},
    )  # fmt: skip


@campaigns_router.get("", response=CampaignPage, summary="Campaigns that you may know", operation_id="campaigns")
def campaigns(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None) -> CampaignPage:
    """Newest first."""
    require(caller(request), "list cases")
    rows = find.campaigns(caller(request)).annotate(made_at=F("item__made_at"))
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return CampaignPage(campaigns=[campaign_out(one) for one in found], next=following)


@campaigns_router.get("/{campaign}", response=CampaignOut, summary="One campaign", operation_id="campaign")
def campaign(request: HttpRequest, campaign: UUID) -> CampaignOut:
    """A campaign that you may know. Hidden and never there are answered alike."""
    found = find.find_campaign(caller(request), campaign)
    require(caller(request), "read", found.item)
    return campaign_out(found)


@campaigns_router.get(
    "/{campaign}/members", response=CampaignMemberPage, summary="Its members", operation_id="campaign_members"
)
def members(
    request: HttpRequest,
    campaign: UUID,
    kind: Annotated[MemberKind | None, Query(description="Only of this kind.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CampaignMemberPage:
    """Newest first, withdrawn ones among them."""
    found = find.find_campaign(caller(request), campaign)
    require(caller(request), "read", found.item)
    rows = find.members(caller(request), found)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    held, following = page(request, rows, newest_by="at", limit=limit, cursor=cursor)
    return CampaignMemberPage(
        members=[
            CampaignMemberOut(
                id=one.pk, kind=one.kind, platform=one.platform, name=one.name, part=one.part, confidence=one.confidence,
                method=one.method, state=one.state, at=one.at, decided_at=one.decided_at, rests_on=one.rests_on,
            )
            for one in held
        ],
        next=following,
    )  # fmt: skip


@disclosures_router.get("", response=DisclosurePage, summary="The register of disclosures", operation_id="disclosures")
def disclosures(
    request: HttpRequest,
    case: Annotated[UUID | None, Query(description="Only of this case.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DisclosurePage:
    """Who outside was told what, on which ground, newest first; of cases that you may know."""
    require(caller(request), "list disclosures")
    rows = told.disclosures(caller(request))
    if case is not None:
        rows = rows.filter(case=case)
    rows = rows.annotate(owed=Count("corrections", filter=Q(corrections__sent=None), distinct=True))
    found, following = page(request, rows, newest_by="at", limit=limit, cursor=cursor)
    return DisclosurePage(disclosures=[disclosure_out(one) for one in found], next=following)


def disclosure_out(one: Disclosure) -> DisclosureOut:
    """An entry as programs read it."""
    return DisclosureOut(
        id=one.pk, at=one.at, kind=one.kind, to=one.to, what=one.what, ground=one.ground, marking=one.marking, case=one.case_id,
        digest=one.digest, redactions=one.redactions, left_out=one.left_out, corrections_owed=one.owed,  # type: ignore[attr-defined]
    )  # fmt: skip
