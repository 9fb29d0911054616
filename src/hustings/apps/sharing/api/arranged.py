"""What is arranged with a partner besides agreements, for programs: its name in control sets, mail, what becomes a lead."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.permission import require
from hustings.apps.sharing import arranging, find
from hustings.apps.sharing.api.words import SEE
from hustings.apps.sharing.models import ControlSetName, DigestSent, DigestWish, LeadRule
from hustings.apps.sharing.models.arranged import ACS_NAME
from hustings.apps.tokens.scope import Scope
from hustings.policy.marking import Tlp

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_SHARING))
WRITES = needs(Scope.WRITE_SHARING)
LAST = 200  # rows of each kind that are told
LARGEST = 32_000  # of a count
Document = Annotated[
    str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$", description="What says so, and where it is kept.")
]


class ControlSetNameIn(Schema):
    """By which name access control sets (ACS 3.0) mean a partner."""

    name: Annotated[
        str, Field(max_length=100, pattern=f"^$|{ACS_NAME}", description="As in USA.DHS.CISA; empty for none any more.")
    ]
    document: Document


class ControlSetNameOut(ControlSetNameIn):
    """A name as it was recorded."""

    id: UUID
    at: datetime


class DigestWishIn(Schema):
    """A partner asked for mail of what is new for it."""

    every: Literal["day", "week", ""] = Field(description="Empty for no more mail.")
    address: Annotated[str, Field(max_length=254, pattern=r"^[^\x00]*$")] = ""
    up_to: Literal["clear", "green", "amber"] = Field(
        "green", description="The strictest traffic light that goes by mail; what is stricter is counted in it."
    )
    document: Document


class DigestWishOut(DigestWishIn):
    """A wish as it was recorded."""

    id: UUID
    at: datetime


class DigestSentOut(Schema):
    """A mail that went out, or did not, and why."""

    wish: UUID
    at: datetime
    since: datetime
    until: datetime
    objects_told: int
    held_back: int
    problem: str = Field(description="Empty where it went out.")


class LeadRuleIn(Schema):
    """Which objects of a partner become leads by themselves, and while how much of what it sent held up."""

    types: Annotated[list[str], Field(max_length=len(arranging.LEADABLE))] = Field(
        description=f"Of {', '.join(arranging.LEADABLE)}; none: nothing does any more."
    )
    held_up: Annotated[int, Field(ge=1, le=LARGEST)] = 5
    refuted: Annotated[int, Field(ge=0, le=LARGEST)] = 0
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class LeadRuleOut(LeadRuleIn):
    """A rule as it was recorded."""

    id: UUID
    at: datetime


class ArrangedOut(Schema):
    """What was arranged with a partner, the newest first: of each kind the first counts."""

    control_set_names: list[ControlSetNameOut]
    digest_wishes: list[DigestWishOut]
    digests_sent: list[DigestSentOut]
    lead_rules: list[LeadRuleOut]


def named(row: ControlSetName) -> ControlSetNameOut:
    """A name as programs read it."""
    return ControlSetNameOut(id=row.pk, at=row.at, name=row.name, document=row.document)


def wished(row: DigestWish) -> DigestWishOut:
    """A wish as programs read it."""
    return DigestWishOut.model_validate(
        {name: getattr(row, name) for name in ("at", "every", "address", "up_to", "document")} | {"id": row.pk}
    )


def ruled(row: LeadRule) -> LeadRuleOut:
    """A rule as programs read it."""
    return LeadRuleOut(
        id=row.pk, at=row.at, types=row.types, held_up=row.held_up, refuted=row.refuted, reason=row.reason
    )


@router.get("/{partner}/arranged", response=ArrangedOut, summary="What is arranged", operation_id="partner_arranged")
def arranged(request: HttpRequest, partner: UUID) -> ArrangedOut:
    """Besides agreements, with the mails that went out; what was before stays on record."""
    seat = caller(request)
    require(seat, SEE)
    found = find.find_partner(seat, partner)
    names = ControlSetName.objects.filter(partner=found).order_by("-at", "-pk")[:LAST]
    wishes = DigestWish.objects.filter(partner=found).order_by("-at", "-pk")[:LAST]
    rules = LeadRule.objects.filter(partner=found).order_by("-at", "-pk")[:LAST]
    sent = DigestSent.objects.filter(wish__partner=found).order_by("-at", "-pk")[:LAST]
    return ArrangedOut(
        control_set_names=[named(row) for row in names],
        digest_wishes=[wished(row) for row in wishes],
        digests_sent=[
            DigestSentOut(
                wish=row.wish_id, at=row.at, since=row.since, until=row.until, objects_told=row.objects_told,
                held_back=row.held_back, problem=row.problem,
            )
            for row in sent
        ],
        lead_rules=[ruled(row) for row in rules],
    )  # fmt: skip


@router.post("/{partner}/control-set-name", auth=WRITES, response={201: ControlSetNameOut}, summary="Name it in control sets", operation_id="call_partner_in_acs")  # fmt: skip
def call_in_acs(request: HttpRequest, partner: UUID, given: ControlSetNameIn) -> Status[ControlSetNameOut]:
    """No two of one's partners bear the same."""
    seat = caller(request)
    made = arranging.call_in_acs(find.find_partner(seat, partner), name=given.name, document=given.document, by=seat)
    made.refresh_from_db()
    return Status(201, named(made))


@router.post("/{partner}/digests", auth=WRITES, response={201: DigestWishOut}, summary="Send it mail of what is new", operation_id="send_partner_digests")  # fmt: skip
def send_digests(request: HttpRequest, partner: UUID, given: DigestWishIn) -> Status[DigestWishOut]:
    """Where it asked for that."""
    seat = caller(request)
    made = arranging.send_digests(
        find.find_partner(seat, partner), every=given.every, address=given.address, up_to=Tlp(given.up_to),
        document=given.document, by=seat,
    )  # fmt: skip
    made.refresh_from_db()
    return Status(201, wished(made))


@router.post("/{partner}/lead-rule", auth=WRITES, response={201: LeadRuleOut}, summary="Let what it sends become leads", operation_id="rule_for_partner_leads")  # fmt: skip
def rule_for_leads(request: HttpRequest, partner: UUID, given: LeadRuleIn) -> Status[LeadRuleOut]:
    """While what it sent held up."""
    seat = caller(request)
    made = arranging.rule_for_leads(
        find.find_partner(seat, partner), types=given.types, held_up=given.held_up, refuted=given.refuted,
        reason=given.reason, by=seat,
    )  # fmt: skip
    made.refresh_from_db()
    return Status(201, ruled(made))
