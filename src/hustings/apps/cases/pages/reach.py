"""The pages on how many people a campaign or a case reached, and how far a campaign broke out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.ads.models import Ad
from hustings.apps.cases import find
from hustings.apps.cases.forms import day as day_field
from hustings.apps.cases.impact import acts
from hustings.apps.cases.impact.forms import JudgeForm, ObserveForm
from hustings.apps.cases.impact.read import impact_of
from hustings.apps.cases.models import Campaign, Case, Evidence
from hustings.apps.cases.pages.campaigns import material, tabs_of_campaign
from hustings.apps.cases.pages.whole import day_asked, tabs_of
from hustings.apps.cases.reach.assets import ads_of, behind, members_of
from hustings.apps.cases.reach.people import Parting, reach_of_ads
from hustings.apps.cases.reach.viewers import count_sealed, tables_of
from hustings.apps.cases.whole.bought import bought
from hustings.apps.console.refused import say
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.policy.casework import MemberKind
from hustings.policy.impact import SOURCE, Step

__all__ = ["campaign_reach", "case_reach", "count_table", "impact", "say_of_impact"]

# Of these the tables hold who or how many saw them only where they are ads.
NEVER_COUNTED = {MemberKind.POST, MemberKind.GROUP, MemberKind.CHANNEL}


@require_safe
@seated
def case_reach(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """How many people the campaigns of a case reached."""
    found = find.find_case(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/reach/reach.html", case_context(request, seat, found))


class CountForm(forms.Form):
    """Which sealed table of viewers is counted, and why."""

    table = forms.ModelChoiceField(Evidence.objects.none(), empty_label=None, label="Sealed table of viewers",
        help_text="CSV or Parquet with the columns ad and viewer, and day and country where it has them.",
    )  # fmt: skip
    part_at = day_field(required=False, label="Part it at this day")
    why = forms.CharField(max_length=500, min_length=3, label="Why you count it", help_text="It stands in its custody.")

    def __init__(self, *args: Any, tables: QuerySet[Evidence], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["table"].queryset = tables  # type: ignore[attr-defined]
        self.fields["table"].label_from_instance = lambda one: f"{one.name}, {one.sha256[:12]}"  # type: ignore[attr-defined]


def case_context(request: HttpRequest, seat: Seat, found: Case, form: CountForm | None = None) -> dict[str, Any]:
    """What the page of a case shows, with a form to count a sealed table where it has one."""
    tables = tables_of(seat, found)
    offered = form or (CountForm(tables=tables, auto_id="count_%s") if tables.exists() else None)
    more = {"tabs": tabs_of(found), "home": reverse("case", args=[found.pk]), "case": found, "count_form": offered}
    return reach_page(request, seat, found) | more


@require_POST
@seated
def count_table(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Count the people of a sealed table of viewers, and show them once; nothing of it is kept but who asked and why."""
    found = find.find_case(seat, key)
    require(seat, "read", found.item)
    form = CountForm(request.POST, tables=tables_of(seat, found), auto_id="count_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            counted = count_sealed(data["table"], by=seat, why=data["why"], day=data["part_at"])
        except BadInput as error:
            say(form, error)
        else:
            return render(request, "cases/reach/reach.html", case_context(request, seat, found) | {"counted": counted, "table_counted": data["table"]})  # fmt: skip
    return render(request, "cases/reach/reach.html", case_context(request, seat, found, form), status=422)


@require_safe
@seated
def campaign_reach(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """How many people a campaign reached."""
    found = find.find_campaign(seat, key)
    require(seat, "read", found.item)
    context = reach_page(request, seat, found)
    context |= {"tabs": tabs_of_campaign(found), "home": reverse("campaign", args=[found.pk])}
    return render(request, "cases/reach/reach.html", context)


def reach_page(request: HttpRequest, seat: Seat, found: Campaign | Case) -> dict[str, Any]:
    """The answer over all accepted members or those chosen, by country, before and after a day."""
    members = list(members_of(seat, found).select_related("campaign__item"))
    asked = {one for one in request.GET.getlist("member") if one in {str(member.pk) for member in members}}
    chosen = [member for member in members if str(member.pk) in asked]
    ads = ads_of(seat, found)
    if chosen:
        ads = Ad.objects.filter(behind([(one.kind, one.platform, one.name) for one in chosen])).order_by("archive", "number", "pk")  # fmt: skip
    day = day_asked(request, "day") or election_day(ads)
    bare = [one for one in (chosen or members) if one.kind in NEVER_COUNTED]
    countries, days = Parting.by_country(), Parting.at(day) if day else None
    answer = reach_of_ads(ads, parted=[countries, days] if days else [countries])
    return {
        "item": found.item, "page_marking": [found.item, *{one.campaign.item for one in members}], "answer": answer,
        "bought": bought(ads), "day": day, "days": days.cuts(ads) if days else [], "countries": countries.cuts(ads),
        "members": [(member, member in chosen) for member in members], "chosen": chosen, "bare": len(bare),
    }  # fmt: skip


def election_day(ads: QuerySet[Ad]) -> date | None:
    """The day of the election that most of these ads name, the earliest of several; None where none does."""
    named = ads.order_by().filter(election__on__isnull=False).values_list("election__on", flat=True)
    counted = Counter(day for day in named if day is not None)
    return min(counted, key=lambda day: (-counted[day], day)) if counted else None


@require_safe
@seated
def impact(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """How far a campaign broke out."""
    found = find.find_campaign(seat, key)
    require(seat, "read", found.item)
    return render(request, "cases/reach/impact.html", impact_page(seat, found))


def impact_page(seat: Seat, found: Campaign, **forms: Form) -> dict[str, Any]:
    """What the page of impact shows, with a form that came back wrong in its place."""
    told = impact_of(seat, found)
    return {
        "campaign": found, "item": found.item, "tabs": tabs_of_campaign(found), "page_marking": [found.item, *told.items],
        "impact": told, "source": SOURCE, "may_work": can(seat, "work on case", found.item),
        "observe_form": ObserveForm(material=material(seat, found), auto_id="observe_%s"),
        "judge_form": JudgeForm(auto_id="judge_%s"),
    } | forms  # fmt: skip


@require_POST
@seated
def say_of_impact(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Write down what was seen, or judge."""
    found = find.find_campaign(seat, key)
    if what == "observe":
        form: Form = ObserveForm(request.POST, material=material(seat, found), auto_id="observe_%s")
    elif what == "judge":
        form = JudgeForm(request.POST, auto_id="judge_%s")
    else:
        raise Http404("There is nothing of this name to say.")
    if form.is_valid():
        data = form.cleaned_data
        try:
            if what == "observe":
                acts.observe(found, Step(data.pop("step")), by=seat, **data)
            else:
                acts.judge(found, data["category"], by=seat, reason=data["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Written down, in your name.")
            return redirect("campaign-impact", found.pk)
    return render(request, "cases/reach/impact.html", impact_page(seat, found, **{f"{what}_form": form}), status=422)
