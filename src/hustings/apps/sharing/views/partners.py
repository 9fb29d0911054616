"""Partners, drills and sharing groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.items.models import SharingMember
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.apps.sharing import arranging, find
from hustings.apps.sharing import partners as acts
from hustings.apps.sharing.arranged_forms import ControlSetForm, DigestForm, LeadRuleForm
from hustings.apps.sharing.forms import (
    WAY_WORDS,
    AgreementForm,
    CapacityForm,
    CheckForm,
    ContactForm,
    DrillForm,
    GroupForm,
    MemberForm,
    PartnerForm,
)
from hustings.apps.sharing.models import Agreement, CapacityChange, DigestSent
from hustings.errors import BadInput
from hustings.policy.capacity import CAPACITIES, Capacity, Matter, Sort
from hustings.policy.marking import Tlp

__all__ = ["chosen", "drill", "drills", "groups", "partner", "partners"]

BOTH = ["GET", "HEAD", "POST"]
OWN_WORDS = "it is your own"


def chosen(request: HttpRequest, name: str, made: Any, **named: Any) -> Any:
    """The form of this name, filled with what was sent where it is the one that was."""
    sent = request.POST if request.method == "POST" and request.POST.get("form") == name else None
    return made(sent, auto_id=f"{name}_%s", **named)


def wrong(*forms: Form | None) -> int:
    """What a page with these forms answers."""
    return 422 if any(form is not None and form.is_bound and form.errors for form in forms) else 200


@require_http_methods(BOTH)
@seated
def partners(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Whom we work with, and a form for another."""
    require(seat, "list exchanges")
    form = chosen(request, "partner", PartnerForm)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.keep_partner(
                data["organisation"], by=seat, way=data["way"], capacity=Capacity(data["capacity"]), document=data["document"],
                address=data["address"], identity=data["identity"],
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded. Now record what was agreed on, and whom to call.")
            return redirect("partner", made.pk)
    # Of several agreements in force the one that lasts longest stands last.
    until = {row.partner_id: row.ends_on for row in find.agreements(seat, on=seat.now.date())}
    own = find.organisation_of(seat).pk
    table = Table(
        request=request, caption="Partners", rows=find.partners(seat), find=["organisation__name", "capacity"],
        columns=[
            Column(key="organisation.name", title="Organisation", link=lambda row: reverse("partner", args=[row.pk])),
            Column(key="capacity", title="Capacity", value=lambda row: row.capacity or "none"),
            Column(key="organisation.kind", title="Kind"),
            Column(key="way", title="Reached", value=lambda row: OWN_WORDS if row.organisation_id == own else WAY_WORDS[row.way]),
            Column(key="until", title="Agreed until", order=False,
                   value=lambda row: None if row.organisation_id == own else until.get(row.pk, "nothing agreed")),
            Column(key="at", title="Since"),
        ],
        empty="Nobody is recorded as a partner. Begin with your own organisation, so that its capacity is known.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    context = {
        "table": table,
        "form": form,
        "may_keep": can(seat, "keep partners"),
        "capacities": CAPACITIES,
        "page_marking": OWN,
    }
    return render(request, "sharing/partners.html", context, status=wrong(form))


@require_http_methods(BOTH)
@seated
def partner(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One partner: what it is, what was agreed, whom to call, what passed, and how that turned out."""
    require(seat, "list exchanges")
    found = find.find_partner(seat, key)
    calls = find.contacts(seat, found)
    forms = {
        "capacity": chosen(request, "capacity", CapacityForm), "agreement": chosen(request, "agreement", AgreementForm),
        "contact": chosen(request, "contact", ContactForm, contacts=calls), "check": chosen(request, "check", CheckForm, contacts=calls),
        "acs": chosen(request, "acs", ControlSetForm), "digest": chosen(request, "digest", DigestForm), "leads": chosen(request, "leads", LeadRuleForm),
    }  # fmt: skip
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid():
        try:
            did(sent, found, forms[sent].cleaned_data, seat)
        except BadInput as error:
            say(forms[sent], error)
        else:
            messages.success(request, "Recorded.")
            return redirect("partner", found.pk)
    if request.method == "POST" and "end" in request.POST:
        return ended(request, seat, found.pk)
    rows = [
        one
        for sort in Sort
        for one in find.passed(seat, sort)
        if found.organisation_id in (one.sender_id, one.receiver_id)
    ]
    rows.sort(key=lambda one: (one.sent_at, str(one.pk)), reverse=True)
    context = {
        "partner": found, "contacts": calls, "trust": find.trust(seat, found), "exchanges": rows[:50], "forms": forms,
        "capacities": CapacityChange.objects.filter(partner=found).select_related("by__person").order_by("-since", "-at", "-pk"),
        "agreements": find.agreements(seat).filter(partner=found), "now": seat.now,
        "dealing": CAPACITIES.get(Capacity(found.capacity)) if found.capacity else None,  # type: ignore[attr-defined]
        "past": Agreement.objects.filter(partner=found, ended__isnull=False).select_related("ended").order_by("-ends_on", "pk"),
        "acs_names": found.acs_names.order_by("-at", "-pk"), "digest_wishes": found.digest_wishes.order_by("-at", "-pk"),
        "lead_rules": found.lead_rules.select_related("by__person").order_by("-at", "-pk"),
        "digests": DigestSent.objects.filter(wish__partner=found).order_by("-at", "-pk")[:10],
        "own": found.organisation_id == find.organisation_of(seat).pk,
        "may_keep": can(seat, "keep partners"), "may_send": can(seat, "send to partners"),
        "may_exchange": can(seat, "see exchange"), "page_marking": [one.item for one in rows[:50]] or OWN,
    }  # fmt: skip
    return render(request, "sharing/partner.html", context, status=wrong(*forms.values()))


def did(name: str, found: Any, data: dict[str, Any], seat: Seat) -> None:
    """Do what a form of a partner's page asks."""
    if name == "capacity":
        acts.change_capacity(
            found,
            Capacity(data["capacity"]) if data["capacity"] else None,
            by=seat,
            since=data["since"],
            document=data["document"],
        )
    elif name == "agreement":
        acts.agree(
            found, by=seat, title=data["title"], reference=data["reference"], starts_on=data["starts_on"], ends_on=data["ends_on"],
            sorts=[Sort(one) for one in data["sorts"]], matters=[Matter(one) for one in data["matters"]], up_to=Tlp(data["up_to"]),
        )  # fmt: skip
    elif name == "contact":
        acts.name_contact(
            found, by=seat, name=data["name"], office=data["office"], reach=data["reach"], above=data["above"]
        )
    elif name == "acs":
        arranging.call_in_acs(found, name=data["name"], document=data["document"], by=seat)
    elif name == "digest":
        arranging.send_digests(
            found,
            every=data["every"],
            address=data["address"],
            up_to=Tlp(data["up_to"]),
            document=data["document"],
            by=seat,
        )
    elif name == "leads":
        arranging.rule_for_leads(found, by=seat, **data)
    else:
        acts.check_contact(data["contact"], by=seat, on=data["on"], how=data["how"], right=data["right"])


def ended(request: HttpRequest, seat: Seat, partner: UUID) -> HttpResponse:
    """End an agreement before its time."""
    try:
        key = UUID(request.POST["end"])
    except ValueError:
        raise NotKnown from None
    agreement = find.agreements(seat).filter(pk=key, partner=partner).first()
    if agreement is None:
        raise NotKnown
    try:
        acts.end_agreement(agreement, by=seat, why=request.POST.get("reason", ""))
    except BadInput as error:
        messages.error(request, " ".join(str(problem) for problem in error.problems))
    else:
        messages.success(request, "The agreement has ended: nothing passes by default under it.")
    return redirect("partner", partner)


@require_http_methods(BOTH)
@seated
def drills(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Drills, and a form for another."""
    require(seat, "list exchanges")
    calls = find.contacts(seat)
    form = chosen(request, "drill", DrillForm, contacts=calls)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.record_drill(
                by=seat, title=data["title"], on=data["on"], scenario=data["scenario"],
                calls=[acts.Called(contact=contact, minutes=minutes) for contact, minutes in form.calls()],
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            return redirect("drill", made.pk)
    table = Table(
        request=request, caption="Drills", rows=find.drills(seat), find=["title", "scenario"],
        columns=[
            Column(key="title", title="Drill", link=lambda row: reverse("drill", args=[row.pk])),
            Column(key="on", title="On"),
            Column(key="called", title="Called"),
            Column(key="reached", title="Answered"),
        ],
        empty="The contacts were not tried yet.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    context = {
        "table": table,
        "form": form,
        "contacts": calls,
        "may_keep": can(seat, "keep partners"),
        "page_marking": OWN,
    }
    return render(request, "sharing/drills.html", context, status=wrong(form))


@require_http_methods(["GET", "HEAD"])
@seated
def drill(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One drill: who was called, and who answered."""
    require(seat, "list exchanges")
    found, calls = find.find_drill(seat, key)
    return render(request, "sharing/drill.html", {"drill": found, "calls": calls, "page_marking": OWN})


@require_http_methods(BOTH)
@seated
def groups(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Sharing groups that our organisation is in, and forms for those that it owns."""
    require(seat, "list exchanges")
    known = find.groups()
    own = known.filter(owner=find.organisation_of(seat))
    forms = {"group": chosen(request, "group", GroupForm), "member": chosen(request, "member", MemberForm, groups=own)}
    sent = next((name for name, form in forms.items() if form.is_bound), "")
    if sent and forms[sent].is_valid():
        data = forms[sent].cleaned_data
        try:
            if sent == "group":
                acts.make_group(data["name"], by=seat)
            else:
                acts.change_group(
                    data["group"], data["organisation"], by=seat, member=data["member"], document=data["document"]
                )
        except BadInput as error:
            say(forms[sent], error)
        else:
            messages.success(request, "Recorded.")
            return redirect("sharing-groups")
    told = []
    for group in known:
        last: dict[UUID, SharingMember] = {}
        rows = SharingMember.objects.filter(group=group, at__lte=seat.now).select_related("organisation")
        for row in rows.order_by("at", "recorded_at", "pk"):
            last[row.organisation_id] = row
        told.append(
            (
                group,
                sorted(
                    (row for row in last.values() if row.state == "in force"), key=lambda row: row.organisation.name
                ),
            )
        )
    context = {
        "groups": told,
        "forms": forms,
        "may_keep": can(seat, "keep partners"),
        "owns": own.exists(),
        "page_marking": OWN,
    }
    return render(request, "sharing/groups.html", context, status=wrong(*forms.values()))
