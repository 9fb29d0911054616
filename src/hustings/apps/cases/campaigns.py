"""What people establish: campaigns, what belongs to them on which evidence, and who may stand behind them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Campaign, CampaignCase, Case, Dissent, Member, MemberEvidence, OriginClaim
from hustings.apps.cases.working import said, working
from hustings.apps.items.actions import make_item, part_of
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.exchange.disarm import unknown
from hustings.policy.casework import Confidence, MemberKind, MemberState

__all__ = ["accept_member", "claim_origin", "describe", "dissent", "open_campaign", "propose_member", "rest_on", "study", "withdraw_member"]  # fmt: skip


@transaction.atomic
def open_campaign(
    case: Case,
    *,
    by: Seat,
    name: str,
    aims_at: Sequence[str] = (),
    narratives: Sequence[str] = (),
    tactics: Sequence[str] = (),
) -> Campaign:
    """Say that there is a campaign, in a case; who belongs to it is said one by one, on evidence."""
    case = working(case, by=by)
    said(name=name)
    of_framework(tactics)
    item = make_item(
        kind="campaign",
        title=name.strip(),
        marking=known_marking(case.item),
        by=by,
        case=case.item,
        sources=[case.item],
    )
    campaign = Campaign.objects.create(
        item=item, aims_at=sorted(set(aims_at)), narratives=list(narratives), tactics=sorted(set(tactics))
    )
    CampaignCase.objects.create(campaign=campaign, case=case, by=by.appointment)
    record("campaign opened", by=by, about=item)
    return campaign


def of_framework(tactics: Sequence[str]) -> None:
    """Refuse numbers that are no technique of the framework, all of them at once."""
    problems = unknown(tactics)
    if problems:
        raise BadInput("A technique is not known.", problems)


@transaction.atomic
def describe(
    campaign: Campaign, *, by: Seat, aims_at: Sequence[str], narratives: Sequence[str], tactics: Sequence[str]
) -> Campaign:
    """Say anew at whom a campaign aims, what it tells people, and by which techniques; the log keeps what was said before."""
    held = Campaign.objects.select_for_update(of=("self",)).select_related("item__label").filter(pk=campaign.pk).first()
    if held is None:
        raise NotKnown
    require(by, "work on case", held.item)
    # A number that an edition before this one had may stay; none comes in.
    of_framework([one for one in tactics if one not in held.tactics])
    before: dict[str, str | int | None] = {
        "aimed at": ", ".join(held.aims_at), "narratives": len(held.narratives), "tactics": ", ".join(held.tactics),
    }  # fmt: skip
    held.aims_at, held.narratives, held.tactics = sorted(set(aims_at)), list(narratives), sorted(set(tactics))
    held.save(update_fields=["aims_at", "narratives", "tactics"])
    record("campaign described", by=by, about=held.item, facts=before)
    return held


@transaction.atomic
def study(campaign: Campaign, case: Case, *, by: Seat) -> CampaignCase:
    """Study a campaign in another case too."""
    case = working(case, by=by)
    part_of(case.item, campaign.item, by=by)
    held, _ = CampaignCase.objects.get_or_create(campaign=campaign, case=case, defaults={"by": by.appointment})
    record("campaign studied", by=by, about=case.item, subject=("campaign", campaign.pk))
    return held


@transaction.atomic
def propose_member(
    campaign: Campaign,
    *,
    by: Seat,
    kind: MemberKind,
    platform: str,
    name: str,
    confidence: Confidence,
    method: str,
    part: str = "",
    rests_on: Sequence[Item] = (),
) -> Member:
    """Propose that something belongs to a campaign, and on what that rests; another person accepts it.

    Raises   BadInput where it is proposed or accepted already
    """
    require(by, "work on case", campaign.item)
    said(name=name, method=method)
    try:
        with transaction.atomic():
            member = Member.objects.create(
                campaign=campaign, kind=kind, platform=platform.strip(), name=name.strip(), part=part.strip(),
                confidence=confidence, method=method.strip(), by=by.appointment,
            )  # fmt: skip
    except IntegrityError:
        raise BadInput(
            "It is a member already.",
            [Problem(where="name", found=name.strip(), expected="something not proposed before",
                     do="Add your evidence to the member that is there.")],
        ) from None  # fmt: skip
    record("member proposed", by=by, about=campaign.item, subject=("member", member.pk), facts={"kind": kind.value})
    for item in rests_on:
        rest_on(member, item, by=by)
    return member


@transaction.atomic
def rest_on(member: Member, item: Item, *, by: Seat, rows: str = "") -> MemberEvidence:
    """Say that a membership rests on a piece of evidence or a finding, and on which rows of it."""
    require(by, "work on case", member.campaign.item)
    require(by, "read", item)
    if item.kind not in {"evidence", "finding", "run", "sweep"}:
        raise BadInput(
            "A membership cannot rest on that.",
            [Problem(where="rests on", found=item.kind, expected="evidence, a finding, a run or a sweep",
                     do="Seal what shows it as evidence first.")],
        )  # fmt: skip
    part_of(member.campaign.item, item, by=by)
    held, _ = MemberEvidence.objects.get_or_create(
        member=member, rests_on=item, defaults={"rows": rows.strip(), "by": by.appointment}
    )
    record("member rests on", by=by, about=member.campaign.item, subject=("item", item.pk))
    return held


def locked(member: Member) -> Member:
    """The row as it stands now, held until the end of the transaction."""
    found = Member.objects.select_for_update(of=("self",)).select_related("campaign__item__label", "by__person")
    held = found.filter(pk=member.pk).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def accept_member(member: Member, *, by: Seat, reason: str) -> Member:
    """Accept on its evidence that it belongs; never by who proposed it, never without evidence."""
    member = locked(member)
    require(by, "accept member", member.campaign.item, asked_by=member.by, reason=reason)
    said(reason=reason)
    problems = []
    if member.state != MemberState.PROPOSED:
        problems.append(Problem(where="state", found=member.state, expected="proposed", do="Load the page again."))
    if not member.evidence.exists():
        problems.append(
            Problem(where="evidence", found="none", expected="at least one piece of it",
                    do="Say what it rests on; until then it stays proposed.")
        )  # fmt: skip
    if problems:
        raise BadInput("The member was not accepted.", problems)
    return settle(member, MemberState.ACCEPTED, by=by, reason=reason)


@transaction.atomic
def withdraw_member(member: Member, *, by: Seat, reason: str) -> Member:
    """Say that it does not belong, or that we were wrong; the row stays, and what rests on it has to be corrected."""
    member = locked(member)
    require(by, "work on case", member.campaign.item, reason=reason)
    said(reason=reason)
    if member.state == MemberState.WITHDRAWN:
        return member
    return settle(member, MemberState.WITHDRAWN, by=by, reason=reason)


def settle(member: Member, state: MemberState, *, by: Seat, reason: str) -> Member:
    """Write the decision down."""
    member.state, member.reason = state, reason.strip()
    member.decided_by, member.decided_at = by.appointment, by.now
    member.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(f"member {state.value}", by=by, about=member.campaign.item, subject=("member", member.pk), reason=reason)
    return member


@transaction.atomic
def claim_origin(
    campaign: Campaign,
    *,
    by: Seat,
    claim: str,
    confidence: Confidence,
    grounds: str,
    alternatives: str,
    rests_on: Sequence[Item] = (),
) -> OriginClaim:
    """Say in one's own name who may stand behind a campaign, how sure one is, on which grounds, and who else it may be."""
    require(by, "work on case", campaign.item)
    said(claim=claim, grounds=grounds, alternatives=alternatives)
    for item in rests_on:
        require(by, "read", item)
        part_of(campaign.item, item, by=by)
    made = OriginClaim.objects.create(
        campaign=campaign, claim=claim.strip(), confidence=confidence, grounds=grounds.strip(),
        alternatives=alternatives.strip(), rests_on=[item.pk for item in rests_on], by=by.appointment,
    )  # fmt: skip
    record(
        "origin claimed", by=by, about=campaign.item, subject=("claim", made.pk), facts={"confidence": confidence.value}
    )
    return made


@transaction.atomic
def dissent(claim: OriginClaim, *, by: Seat, text: str) -> Dissent:
    """Disagree with a claim of origin; it stands beside it wherever it is told."""
    require(by, "work on case", claim.campaign.item)
    said(dissent=text)
    made = Dissent.objects.create(claim=claim, text=text.strip(), by=by.appointment)
    record("dissent", by=by, about=claim.campaign.item, subject=("claim", claim.pk))
    return made
