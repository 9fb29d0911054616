"""The page of a campaign: what belongs to it on which evidence; apart from that, who may stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import campaigns, find
from hustings.apps.cases.forms import ClaimForm, DescribeForm, DissentForm, MemberDecisionForm, MemberForm
from hustings.apps.cases.models import Campaign, Gathering, ImpactJudgement, Member, MemberEvidence
from hustings.apps.cases.pages.case import material_of
from hustings.apps.cases.reach.assets import ads_of
from hustings.apps.cases.whole.bought import bought
from hustings.apps.console.refused import say
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, readable, require
from hustings.errors import BadInput
from hustings.exchange.disarm import SOURCE, by_tactic, techniques
from hustings.policy.casework import Confidence, MemberKind, MemberState
from hustings.policy.impact import category

__all__ = ["campaign", "material", "say_of_campaign", "tabs_of_campaign"]


PER_PAGE = 100  # members that the page holds at once, with a form to decide on each
SHOWN = 10  # gatherings that the page names; the case's own list has all


def tabs_of_campaign(found: Campaign) -> list[tuple[str, str]]:
    """The parts of the page of a campaign, with their addresses."""
    parts = (("The campaign", "campaign"), ("Reach", "campaign-reach"), ("Impact", "campaign-impact"), ("Enforcement", "campaign-plans"), ("Many at once", "campaign-many"))  # fmt: skip
    return [(title, reverse(name, args=[found.pk])) for title, name in parts]


@require_safe
@seated
def campaign(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One campaign."""
    found = find.find_campaign(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/campaign.html", campaign_page(seat, found, page=request.GET.get("page", "1")))


def material(seat: Seat, found: Campaign) -> Any:
    """What a membership may rest on: the material of the cases that study the campaign."""
    keys = [item.pk for case in find.cases(seat).filter(campaigns__campaign=found) for item in material_of(seat, case)]
    return readable(seat).filter(pk__in=keys).select_related("label").order_by("kind", "title", "pk")


def campaign_page(
    seat: Seat, found: Campaign, forms: Mapping[str, Form] | None = None, page: str = "1"
) -> dict[str, Any]:
    """What the page of a campaign shows, some members at a time, with a form that came back wrong in its place."""
    listed = Paginator(find.members(seat, found).order_by("kind", "platform", "name", "at", "pk"), PER_PAGE).get_page(
        page
    )
    members = list(listed.object_list)
    counted = dict(Member.objects.filter(campaign=found).order_by().values_list("state").annotate(Count("pk")))
    resting = MemberEvidence.objects.filter(member__in=members).order_by("at", "id")
    known: dict[UUID, Item] = {
        item.pk: item for item in readable(seat).filter(pk__in=resting.values("rests_on")).select_related("label")
    }
    grounds: dict[UUID, list[Item]] = {}
    for one in resting:
        if one.rests_on_id in known:
            grounds.setdefault(one.member_id, []).append(known[one.rests_on_id])
    claims = found.origins.select_related("by__person", "by__position__organisation").prefetch_related(
        "dissents__by__person"
    )
    cases = list(find.cases(seat).filter(campaigns__campaign=found))
    judged = ImpactJudgement.objects.filter(campaign=found).order_by("-at", "-id").first()
    gatherings = Gathering.objects.filter(case__in=cases)
    return {
        "campaign": found,
        "item": found.item,
        "tabs": tabs_of_campaign(found),
        "page_marking": [found.item, *known.values()],
        "cases": cases,
        "bought": bought(ads_of(seat, found)),
        "tactics": by_tactic(found.tactics),
        "other_tactics": [one for one in found.tactics if one not in techniques()],
        "framework": SOURCE,
        "gatherings": gatherings.order_by(F("day").asc(nulls_last=True), "id")[:SHOWN],
        "gatherings_in_all": gatherings.count(),
        "category": category(judged.category) if judged else None,
        "describe_form": DescribeForm(campaign=found, auto_id="describe_%s"),
        "members": [
            {
                "member": member,
                "rests_on": grounds.get(member.pk, []),
                "may_accept": member.state == MemberState.PROPOSED and can(seat, "accept member", found.item, asked_by=member.by),
            }
            for member in members
        ],
        "listed": listed,
        "accepted": counted.get(MemberState.ACCEPTED.value, 0),
        "proposed": counted.get(MemberState.PROPOSED.value, 0),
        "claims": claims,
        "may_work": can(seat, "work on case", found.item),
        "member_form": MemberForm(material=material(seat, found), auto_id="member_%s"),
        "claim_form": ClaimForm(auto_id="claim_%s"),
        "decision_form": MemberDecisionForm(auto_id="decision_%s"),
    } | dict(forms or {})  # fmt: skip


@require_POST
@seated
def say_of_campaign(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Propose a member, decide on one, claim an origin, disagree with a claim, describe the campaign anew."""
    found = find.find_campaign(seat, key)
    match what:
        case "member":
            form: Form = MemberForm(request.POST, material=material(seat, found), auto_id="member_%s")
        case "decide":
            form = MemberDecisionForm(request.POST, auto_id="decision_%s")
        case "origin":
            form = ClaimForm(request.POST, auto_id="claim_%s")
        case "dissent":
            form = DissentForm(request.POST)
        case "describe":
            form = DescribeForm(request.POST, campaign=found, auto_id="describe_%s")
        case _:
            raise Http404("There is nothing of this name to say.")
    if form.is_valid():
        try:
            said(found, what, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("campaign", found.pk)
    name = {
        "member": "member_form",
        "decide": "decision_form",
        "origin": "claim_form",
        "dissent": "dissent_form",
        "describe": "describe_form",
    }[what]
    return render(request, "cases/campaign.html", campaign_page(seat, found, {name: form}), status=422)


def said(found: Campaign, what: str, data: dict[str, Any], seat: Seat) -> None:
    """Do what a form asks."""
    match what:
        case "member":
            campaigns.propose_member(
                found, by=seat, kind=MemberKind(data["kind"]), platform=data["platform"], name=data["name"],
                part=data["part"], confidence=Confidence(data["confidence"]), method=data["method"],
                rests_on=list(data["rests_on"]),
            )  # fmt: skip
        case "decide":
            member = Member.objects.filter(campaign=found, pk=data["member"]).first()
            if member is None:
                raise Http404("There is no such member.")
            do = campaigns.accept_member if data["decision"] == "accept" else campaigns.withdraw_member
            do(member, by=seat, reason=data["reason"])
        case "origin":
            campaigns.claim_origin(found, by=seat, **data | {"confidence": Confidence(data["confidence"])})
        case "dissent":
            claim = found.origins.filter(pk=data["claim"]).first()
            if claim is None:
                raise Http404("There is no such claim.")
            campaigns.dissent(claim, by=seat, text=data["text"])
        case "describe":
            campaigns.describe(found, by=seat, **data)
