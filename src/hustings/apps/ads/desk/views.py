"""The pages of the desk: parse, call, render."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.ads.challenges.codes import answered
from hustings.apps.ads.desk import actions, find
from hustings.apps.ads.desk.forms import BehindForm, DecisionForm
from hustings.apps.ads.documents.keeping import open_document
from hustings.apps.ads.documents.sealing import CannotOpenDocument
from hustings.apps.ads.models import DocumentLook, Sponsor
from hustings.apps.ads.moving import CannotMoveAd
from hustings.apps.ads.portal.find import last_organisation, last_person
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.apps.review import actions as review
from hustings.apps.review.models import Appeal, Work
from hustings.errors import BadInput, HustingsError
from hustings.policy.advertising import SPONSOR, By, SponsorClass

__all__ = ["behind", "decide", "disclaimer", "document", "next_one", "sponsor", "sponsors", "step"]


@require_safe
@seated
def sponsors(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every advertiser of the door, and how many wait for this person."""
    require(seat, "list sponsors")
    table = Table(
        request=request,
        caption="Advertisers",
        rows=find.sponsors(seat),
        columns=[
            Column(key="registered_name", title="Name", link=lambda row: f"/desk/advertisers/{row.pk}/"),
            Column(key="state", title="State"),
            Column(key="sponsor_class", title="Class"),
            Column(key="kind", title="Kind"),
            Column(key="country", title="Country"),
            Column(key="person_until", title="Identity until"),
            Column(key="location_until", title="Location until"),
        ],
        find=["registered_name", "display_name", "state"],
        empty="Advertisers that handed something in appear here.",
    )
    if table.wants_csv:
        return table.csv()
    waits = find.waiting(seat).count()
    return render(
        request, "ads/desk/sponsors.html", {"table": table, "waits": waits, "may_take": can(seat, "verify sponsors")}
    )


@require_POST
@seated
def next_one(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take the advertiser whose turn it is."""
    taken = review.claim(seat, "sponsors")
    if taken is None:
        messages.success(request, "Nobody waits for you now.")
        return redirect("desk-sponsors")
    return redirect("desk-sponsor", Work.objects.get(pk=taken.work).subject_id)


@require_safe
@seated
def sponsor(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One advertiser: what was handed in, what registers say, what fails, and one decision."""
    require(seat, "list sponsors")
    found = actions.find_sponsor(seat, key)
    return render(request, "ads/desk/sponsor.html", sponsor_page(seat, found))


def sponsor_page(seat: Seat, found: Sponsor, form: DecisionForm | None = None) -> dict[str, Any]:
    """What the desk shows of an advertiser."""
    work = find.held_work(seat, found)
    checks = list(found.checks.filter(superseded_at=None).select_related("edition", "checked_by__person"))
    person, organisation = last_person(found), last_organisation(found)
    possible = {move.code for move in SPONSOR.possible(found.state, By.VERIFIER)}
    documents = list(found.documents.defer("sealed").order_by("-uploaded_at"))
    looks = DocumentLook.objects.filter(document__in=documents).select_related("by__person").order_by("-at")
    return {
        "sponsor": found,
        "class_sentence": SponsorClass(found.sponsor_class).sentence if found.sponsor_class else "",
        "person": person,
        "home": answered(found, "post", person.place) if person else None,
        "organisation": organisation,
        "mail": answered(found, "mail", organisation.mail) if organisation else None,
        "website": answered(found, "website", organisation.website) if organisation else None,
        "fails": [
            check for check in checks if check.verdict != "accepted" and (check.people or check.result != "fits")
        ],
        "fits": [
            check for check in checks if check.verdict == "accepted" or (not check.people and check.result == "fits")
        ],
        "documents": documents,
        "looks": looks,
        "behind": found.behind.filter(superseded_at=None),
        "disclaimers": found.disclaimers.order_by("-made_at"),
        "members": found.members.filter(ended=None).select_related("person"),
        "changes": [
            {
                "at": each.at,
                "sentence": SPONSOR.move(each.move).sentence,
                "document": each.reason_code,
                "note": each.note,
            }
            for each in found.changes.order_by("-at", "-id")
        ],
        "work": work,
        "snapshot": work.snapshot if work else None,
        "appeal": Appeal.objects.filter(work=work).select_related("decision__reason").first() if work else None,
        "form": form or (DecisionForm(work=work) if work else None),
        "open": find.open_work(found).first(),
        "behind_form": BehindForm(auto_id="behind_%s"),
        "may_verify": can(seat, "verify sponsors"),
        "may_open": can(seat, "open document"),
        "may_suspend": "suspend" in possible and can(seat, "suspend sponsor"),
        "may_lift": "lift" in possible and can(seat, "suspend sponsor"),
        "may_revoke": "revoke" in possible and can(seat, "verify sponsors"),
    }


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Decide about the advertiser that this person holds."""
    found = actions.find_sponsor(seat, key)
    work = find.held_work(seat, found)
    if work is None:
        messages.error(
            request, "You no longer hold this: the time ran out, or it changed. Nothing was decided; take it again."
        )
        return redirect("desk-sponsor", found.pk)
    form = DecisionForm(request.POST, work=work)
    if form.is_valid():
        outcome, _, reason = form.cleaned_data["decision"].partition("|")
        claim = review.Claimed(work=work.pk, fence=form.cleaned_data["fence"], digest=work.digest)
        try:
            made = review.decide(claim, outcome, reason, form.cleaned_data["note"], by=seat)
        except BadInput as error:
            form.add_error(None, f"{error.what} {error.problems[0].do if error.problems else ''}")
        except (CannotMoveAd, HustingsError) as error:
            messages.error(request, str(error))
            return redirect("desk-sponsor", found.pk)
        else:
            messages.success(
                request, "Decided." if made.settles else "Kept. A second person decides without seeing yours."
            )
            return redirect("desk-sponsor", found.pk)
    return render(request, "ads/desk/sponsor.html", sponsor_page(seat, found, form), status=422)


@require_POST
@seated
def document(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Open a sealed document: a picture on a page, so that no file of it is left behind; a PDF as a download."""
    try:
        found, content = open_document(key, by=seat, reason=request.POST.get("reason", ""))
    except (BadInput, CannotOpenDocument) as error:
        messages.error(request, str(error).splitlines()[0])
        return redirect("desk-sponsors")
    if found.media_type.startswith("image/"):
        picture = f"data:{found.media_type};base64,{base64.b64encode(content).decode()}"
        return render(
            request, "ads/desk/document.html", {"document": found, "picture": picture, "sponsor": found.sponsor}
        )
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="document-{found.pk}.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@seated
def step(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Suspend, lift, propose to revoke, or check again."""
    found = actions.find_sponsor(seat, key)
    reason = request.POST.get("reason", "")[:500]
    try:
        match request.POST.get("step"):
            case "suspend":
                actions.suspend(found, by=seat, reason=reason)
                messages.success(request, "Suspended. Its running ads are paused.")
            case "lift":
                actions.lift(found, by=seat, reason=reason)
                messages.success(request, "Lifted. Ads that the suspension paused run again.")
            case "revoke":
                actions.propose_revocation(found, by=seat, reason=reason)
                messages.success(request, "Proposed. Two people decide.")
            case "check":
                many = actions.check_again(found, by=seat)
                messages.success(request, f"{many} checks were made against the registers that are loaded now.")
            case other:
                messages.error(request, f"There is no step '{(other or '')[:20]}'. Use the buttons of the page.")
    except HustingsError as error:
        messages.error(request, str(error).splitlines()[0])
    return redirect("desk-sponsor", found.pk)


@require_POST
@seated
def behind(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Record who pays or controls."""
    found = actions.find_sponsor(seat, key)
    form = BehindForm(request.POST, auto_id="behind_%s")
    if form.is_valid():
        try:
            actions.record_behind(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            messages.error(request, f"{error.what} {error.problems[0].do}")
        else:
            messages.success(request, "Recorded.")
    else:
        messages.error(request, "Choose a part, and give name and evidence together.")
    return redirect("desk-sponsor", found.pk)


@require_POST
@seated
def disclaimer(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Approve or refuse a disclaimer."""
    try:
        approve = request.POST.get("decision") == "approve"
        made = actions.decide_disclaimer(key, by=seat, approve=approve, reason=request.POST.get("reason", ""))
    except BadInput as error:
        messages.error(request, f"{error.what} {error.problems[0].do}")
        return redirect("desk-sponsors")
    messages.success(
        request,
        "Approved: it is in force while the sponsor is authorised." if approve else "Refused, with your reason.",
    )
    return redirect("desk-sponsor", made.sponsor_id)
