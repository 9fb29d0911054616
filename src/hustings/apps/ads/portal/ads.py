"""An advertiser's ads: handed in by form or table, their state with its reason, and an appeal."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.ads.advertiser import advertising
from hustings.apps.ads.asking import appeal_ad
from hustings.apps.ads.blockers import blockers_of
from hustings.apps.ads.handed import COLUMNS, Handed, from_cells
from hustings.apps.ads.models import Ad, Sponsor
from hustings.apps.ads.moving import CannotMoveAd, move_ad, paused_by_door
from hustings.apps.ads.pages.forms import AdForm, CsvForm
from hustings.apps.ads.portal import find
from hustings.apps.ads.submitting import election_of, hand_in
from hustings.apps.people.models import Person
from hustings.apps.people.moving import serving
from hustings.apps.permission import NotKnown
from hustings.apps.review.models import Reason
from hustings.errors import BadInput, Problem
from hustings.policy.advertising import AD, AdState, By

__all__ = ["act", "ad", "ads", "change", "new", "table"]

MOST_ROWS = 2_000
TOLD = 50  # problems that are told at once


@require_safe
@advertising
def ads(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Every ad of the sponsor, the newest first."""
    sponsor = find.find_sponsor(person, key)
    rows = sponsor.ads.select_related("creative").order_by("-made_at", "pk")
    return render(request, "ads/portal/ads.html", {"sponsor": sponsor, "ads": rows[:500]})


@require_http_methods(["GET", "POST"])
@advertising
def new(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Hand one in."""
    return form_page(request, person, find.find_sponsor(person, key), None)


@require_http_methods(["GET", "POST"])
@advertising
def change(request: HttpRequest, person: Person, key: UUID, which: UUID) -> HttpResponse:
    """Change one: a new version, which goes through the door again."""
    sponsor = find.find_sponsor(person, key)
    return form_page(request, person, sponsor, find_ad(sponsor, which))


def form_page(request: HttpRequest, person: Person, sponsor: Sponsor, one: Ad | None) -> HttpResponse:
    """The form of an ad, filled with its present version where there is one."""
    form = AdForm(
        request.POST or None,
        initial=filled(one)
        if one is not None
        else {"page_name": str(sponsor), "payer": sponsor.registered_name, "payer_country": sponsor.country},
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = hand_in(form.handed(), sponsor, by_person=person, through="portal")
        except BadInput as error:
            for problem in error.problems:
                field = problem.where.rpartition(", ")[2]
                form.add_error(field if field in form.fields else None, f"Expected {problem.expected}. {problem.do}")
        except CannotMoveAd as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said(done.ad))
            return redirect("advertise-ad", sponsor.pk, done.ad.pk)
    context = {"form": form, "sponsor": sponsor, "ad": one}
    return render(request, "ads/portal/new_ad.html", context, status=422 if form.errors else 200)


def filled(one: Ad) -> dict[str, Any]:
    """The form as it was last handed in. Who pays from where is asked again: it stands with the payer."""
    import json

    content = dict(one.versions.get(version=one.version).content)
    payer = one.payer
    return content | {
        "pictures": "\n".join(each["sha256"] for each in content["media"]),
        "countries": "; ".join(content["countries"]),
        "targeting": "" if content["targeting"] is None else json.dumps(content["targeting"]),
        "synthetic": {True: "yes", False: "no"}.get(content["synthetic"], ""),
        "starts": one.starts,
        "ends": one.ends,
        "payer_country": payer.country if payer else "",
        "payer_kind": payer.kind if payer else "",
        "instrument": payer.instrument if payer else "",
        "issuing_country": payer.issuing_country if payer else "",
    }


def said(one: Ad) -> str:
    """What became of it, in a sentence."""
    return {
        AdState.RETURNED: "A part of the form is empty: look below, complete it and hand it in again.",
        AdState.IN_REVIEW: "It is handed in. A person looks at it.",
        AdState.APPROVED: "It is approved; see below what still keeps it from being shown.",
        AdState.SCHEDULED: "It is approved and waits for its first day.",
    }.get(AdState(one.state), "It is handed in.")


@require_http_methods(["GET", "POST"])
@advertising
def table(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Hand in a table: all of it, or nothing with every problem named."""
    sponsor = find.find_sponsor(person, key)
    form = CsvForm(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        handed, problems = read_table(form.cleaned_data["file"].read())
        problems += [problem for one in handed for problem in election_of(one)[1]]
        if not problems:
            try:
                with transaction.atomic():
                    counts = take(handed, sponsor, person)
            except BadInput as error:
                problems = list(error.problems)
            except CannotMoveAd as refused:
                problems = [
                    Problem(where="table", found=str(refused), expected="ads that can be changed", do="Take it out.")
                ]
            else:
                messages.success(request, ", ".join(f"{count:,} {became}" for became, count in counts.items()) + ".")
                return redirect("advertise-ads", sponsor.pk)
    wrong = bool(problems or form.errors)
    context = {
        "form": form,
        "sponsor": sponsor,
        "problems": problems[:TOLD],
        "more": max(0, len(problems) - TOLD),
        "columns": COLUMNS,
    }
    return render(request, "ads/portal/table.html", context, status=422 if wrong else 200)


def read_table(body: bytes) -> tuple[list[Handed], list[Problem]]:
    """The ads of a table, or everything that is wrong with it."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [
            Problem(where=f"byte {error.start}", found="no UTF-8", expected="a table in UTF-8", do="Save it as UTF-8.")
        ]
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        return [], [Problem(where="table", found=str(error), expected="CSV with a heading", do="Mend the quotes.")]
    if not rows:
        return [], [Problem(where="table", found="no rows", expected="a heading and one row an ad", do="Fill it.")]
    if len(rows) > MOST_ROWS:
        return [], [
            Problem(
                where="table",
                found=f"{len(rows):,} rows",
                expected=f"at most {MOST_ROWS:,}",
                do="Divide it, or use the interface.",
            )
        ]
    handed, problems, seen = [], [], set()
    for place, row in enumerate(rows, 2):
        if None in row:
            problems.append(
                Problem(
                    where=f"row {place}",
                    found="more cells than the heading has",
                    expected="as many",
                    do="Mend the row.",
                )
            )
            continue
        one, wrong = from_cells(row, f"row {place}")
        problems += wrong
        if one is not None and one.number in seen:
            problems.append(
                Problem(
                    where=f"row {place}, number",
                    found=repr(one.number),
                    expected="a number of its own",
                    do="Number it anew.",
                )
            )
        if one is not None:
            seen.add(one.number)
            handed.append(one)
    return handed, problems


def take(handed: list[Handed], sponsor: Sponsor, person: Person) -> dict[str, int]:
    """Hand all of them in, or none."""
    counts: dict[str, int] = {}
    problems: list[Problem] = []
    for one in handed:
        try:
            became = hand_in(one, sponsor, by_person=person, through="portal").became
        except BadInput as error:
            problems += error.problems
        else:
            counts[became] = counts.get(became, 0) + 1
    if problems:
        raise BadInput("The table cannot be taken in.", problems)
    return counts


def find_ad(sponsor: Sponsor, which: UUID) -> Ad:
    """One ad of the sponsor. Raises NotKnown."""
    found = (
        sponsor.ads.select_related("creative", "payer", "disclaimer__sponsor", "election", "page", "sponsor")
        .filter(pk=which)
        .first()
    )
    if found is None:
        raise NotKnown
    return found


@require_safe
@advertising
def ad(request: HttpRequest, person: Person, key: UUID, which: UUID) -> HttpResponse:
    """One ad: its state, why, and what can be done."""
    sponsor = find.find_sponsor(person, key)
    one = find_ad(sponsor, which)
    changes = list(one.changes.order_by("-at", "-id"))
    told = {
        reason.code: reason.told
        for reason in Reason.objects.filter(code__in={change.reason_code for change in changes}).order_by(
            "policy__version"
        )
    }
    with serving(None):  # screening is the door's to read; what blocks the ad is for the advertiser too
        blocked = blockers_of(one) if one.state in {AdState.APPROVED, AdState.SCHEDULED, AdState.PAUSED} else ()
    context = {
        "sponsor": sponsor,
        "ad": one,
        "content": one.versions.get(version=one.version).content,
        "why": next(
            (told.get(change.reason_code) or change.note for change in changes if change.state == one.state), ""
        ),
        "changes": [(change, told.get(change.reason_code, "")) for change in changes],
        "blocked": blocked,
        "possible": {move.code for move in AD.possible(one.state, By.ADVERTISER)}
        - ({"resume"} if paused_by_door(one) else set()),
    }
    return render(request, "ads/portal/ad.html", context)


@require_POST
@advertising
def act(request: HttpRequest, person: Person, key: UUID, which: UUID) -> HttpResponse:
    """Pause, end, run again, or appeal."""
    sponsor = find.find_sponsor(person, key)
    one = find_ad(sponsor, which)
    wanted = request.POST.get("act", "")
    try:
        if wanted == "appeal":
            with serving(None):
                appeal_ad(one, request.POST.get("words", "").replace("\x00", "")[:4000], by_person=person)
            messages.success(request, "Somebody who has not decided before looks again.")
        elif wanted in {"pause", "end", "resume"}:
            with serving(None):
                move_ad(one, wanted, by_person=person)
            messages.success(
                request, {"pause": "It is paused.", "end": "It has ended.", "resume": "It is shown again."}[wanted]
            )
        else:
            raise BadInput("This cannot be done with an ad.")
    except (CannotMoveAd, BadInput) as refused:
        messages.error(request, str(refused).splitlines()[0])
    return redirect("advertise-ad", sponsor.pk, one.pk)
