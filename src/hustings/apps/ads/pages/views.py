"""The pages of ads for the people of the door: parse, call, render."""

from __future__ import annotations

import difflib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.ads import find, found
from hustings.apps.ads.blockers import blockers_of
from hustings.apps.ads.content import domain_of, words_of
from hustings.apps.ads.delivery import reach_of
from hustings.apps.ads.models import Ad, ArchiveImport, Page, Sponsor
from hustings.apps.ads.moving import CannotMoveAd, move_ad, paused_by_door
from hustings.apps.ads.pages.forms import FoundForm, HoldForm
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.apps.review.policies import newest
from hustings.errors import BadInput
from hustings.policy.advertising import AD, AdState, By
from hustings.screening.hit import VOTING
from hustings.screening.targeting_tree import from_json, sentence

__all__ = ["act", "ad", "ads", "found_late", "taken_in"]

POLICY = "ads at the door"
# Categories of the screening to narrow by; a first part stands for all of it.
HITS = [
    ("voting", "Voting"),
    *((name, name.partition(".")[2].replace("_", " ").capitalize()) for name in VOTING),
    ("name", "Names"),
    ("payment", "Payment"),
    ("landing", "Landing page"),
    ("creative", "Creative"),
    ("law", "Law"),
    ("targeting", "Targeting"),
    ("disclaimer", "Disclaimer"),
    ("political", "Undeclared"),
]
SHOWN = 200  # characters of a text in a list
HEADING = 70  # and in the heading of its page


def money(ad: Ad) -> str:
    """What an ad cost, exactly or as a range."""
    if ad.spend is not None:
        return f"{ad.spend:,.2f} {ad.currency}".strip()
    if ad.spend_low is not None:
        top = f" to {ad.spend_high:,.0f}" if ad.spend_high is not None else " or more"
        return f"{ad.spend_low:,.0f}{top} {ad.currency}".strip()
    return "not known"


def shown(ad: Ad) -> str:
    """How often it was shown, exactly or as a range."""
    if ad.impressions is not None:
        return f"{ad.impressions:,}"
    if ad.impressions_low is not None:
        top = f" to {ad.impressions_high:,}" if ad.impressions_high is not None else " or more"
        return f"{ad.impressions_low:,}{top}"
    return "not known"


def says(ad: Ad) -> str:
    """The beginning of what it says."""
    text = (ad.creative.text or ad.creative.title) if ad.creative is not None else ""
    text = " ".join(text.split())
    return (text[:SHOWN] + "…") if len(text) > SHOWN else text or without_words(ad)


def without_words(ad: Ad) -> str:
    """What is known of an ad that says nothing: its pictures, where it leads, its number."""
    parts = []
    if ad.creative is not None:
        kinds = [str(one.get("kind") or "file") if isinstance(one, dict) else "file" for one in ad.creative.media]
        parts += [f"{kinds.count(kind)} {kind}{'s' if kinds.count(kind) > 1 else ''}" for kind in dict.fromkeys(kinds)]
        site = ad.creative.landing_domain or domain_of(ad.creative.landing_url)
        parts += [f"leads to {site}"] if site else []
    return ", ".join([*parts, f"number {ad.number.partition(':')[2] or ad.number}"]) + " (no words)"


def heading(ad: Ad) -> str:
    """The first words of what it says."""
    said = says(ad)
    return said if len(said) <= HEADING else said[:HEADING].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


def key_in(text: str) -> UUID | None:
    """The key that an address names; nothing where it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_safe
@seated
def ads(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every ad at this door, with what to narrow by."""
    asked = {
        name: request.GET.get(name, "").strip()[:200].replace("\x00", "")
        for name in ("state", "archive", "country", "hit", "words", "sponsor", "page")
    }
    sponsor, of_page = key_in(asked["sponsor"]), key_in(asked["page"])
    rows = find.ads(
        seat,
        state=asked["state"],
        archive=asked["archive"],
        country=asked["country"].upper()[:2],
        hit=asked["hit"],
        words=asked["words"],
        sponsor=sponsor,
        page=of_page,
    )
    table = Table(
        request=request,
        caption="Ads",
        rows=rows,
        columns=[
            Column(key="creative.text", title="Says", value=says, link=lambda row: f"/ads/{row.pk}/", order=False),
            Column(key="page.name", title="Page", value=lambda row: str(row.page) if row.page else "not known"),
            Column(
                key="sponsor.registered_name",
                title="Sponsor",
                value=lambda row: str(row.sponsor) if row.sponsor else "not known",
            ),
            Column(key="state", title="State"),
            Column(key="archive", title="From"),
            Column(key="created", title="Created", value=lambda row: row.created),
            Column(key="spend", title="Spent", value=money, number=True),
            Column(key="impressions", title="Shown", value=shown, number=True),
        ],
        filterable=False,
        empty="No ad fits. Advertisers hand ads in under Run political ads; archives are read in with `hustings manage take_ads`.",
        hidden={name: value for name, value in asked.items() if value},
    )
    if table.wants_csv:
        return table.csv()
    door = seat.appointment.position.organisation_id
    context = {
        "table": table,
        "asked": asked,
        "states": [state.value for state in AdState],
        "archives": Ad.objects.filter(held_by=door).order_by("archive").values_list("archive", flat=True).distinct(),
        "hits": HITS,
        "of_page": Page.objects.filter(pk=of_page, held_by=door).first() if of_page else None,
        "of_sponsor": Sponsor.objects.filter(pk=sponsor, held_by=door).first() if sponsor else None,
    }
    return render(request, "ads/pages/ads.html", context)


@require_safe
@seated
def ad(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One ad: what it says, who stands behind it, what the rules say, what happened."""
    return page(request, seat, find.find_ad(seat, key))


def page(request: HttpRequest, seat: Seat, one: Ad, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of an ad, with a form that came back wrong in its place."""
    versions = list(one.versions.order_by("version"))
    screening = one.screenings.filter(version=one.version).order_by("-at", "-id").first()
    policy = newest(POLICY)
    grounds = [(reason.code, reason.title) for reason in policy.reasons.all() if "refuse" in reason.outcomes]
    may_hold = can(seat, "hold ads")
    possible = {move.code for move in AD.possible(one.state, By.REVIEWER)} if may_hold else set()
    if not paused_by_door(one):
        possible.discard("resume")
    handed = one.archive in {"portal", "api", "csv"}
    content = versions[-1].content if versions else {}
    context = {
        "ad": one,
        "called": heading(one),
        "text": words_of(content) if handed else (one.creative.text if one.creative else ""),
        "screening": screening,
        "hits": screening.hits if screening is not None else [],
        "could_see": None if one.targeting is None else sentence(from_json(one.targeting)),
        "money": money(one),
        "shown": shown(one),
        "reach": reach_of(Ad.objects.filter(pk=one.pk)),
        "delivery": one.delivery.order_by("day", "region", "age", "gender")[:SHOWN],
        "changes": one.changes.select_related("by__person", "by_person").order_by("-at", "-id"),
        "versions": differences(versions),
        "captures": one.captures.order_by("-at"),
        "late": getattr(one, "found_late", None),
        "blocked": blockers_of(one) if one.state in {AdState.APPROVED, AdState.SCHEDULED, AdState.PAUSED} else (),
        "sees_money": bool(seat.roles & {"verifier", "reviewer", "auditor"}),
        "possible": possible,
        "hold_form": HoldForm(reasons=grounds, auto_id="hold_%s"),
        "remove_form": HoldForm(reasons=grounds, auto_id="remove_%s"),
        "found_form": FoundForm(auto_id="found_%s"),
    }
    return render(request, "ads/pages/ad.html", context | forms, status=status)


def differences(versions: list[Any]) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it changed in the one before."""
    told = []
    for place, one in enumerate(versions):
        before = versions[place - 1].content if place else None
        changed = []
        if before is not None:
            for name in sorted(set(before) | set(one.content)):
                old, new = before.get(name), one.content.get(name)
                if old != new:
                    changed.append((name.replace("_", " "), parts(old, new)))
        told.append({"version": one, "changed": changed})
    return told[::-1]


def parts(old: Any, new: Any) -> list[tuple[str, str]]:
    """What was taken out and put in, word by word."""
    a, b = str("" if old is None else old).split(), str("" if new is None else new).split()
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", " ".join(a[i:j])))
        else:
            found += [(how, " ".join(words)) for how, words in (("out", a[i:j]), ("in", b[k:m])) if words]
    return found


@require_POST
@seated
def act(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hold, remove, put back or pause an ad, for a reason of the policy, or let it run again."""
    one = find.find_ad(seat, key)
    wanted = request.POST.get("act", "")
    if wanted not in {"hold", "remove", "put back", "pause", "resume"}:
        raise BadInput("This cannot be done with an ad.")
    grounds = [(reason.code, reason.title) for reason in newest(POLICY).reasons.all() if "refuse" in reason.outcomes]
    form = HoldForm(request.POST, reasons=grounds, auto_id=f"{wanted.split()[0]}_%s")
    if wanted not in {"pause", "resume"} and not form.is_valid():
        return page(request, seat, one, 422, **{"remove_form" if wanted == "remove" else "hold_form": form})
    require(seat, "hold ads")
    data = form.cleaned_data if form.is_valid() else {"reason": "", "note": ""}
    try:
        if wanted == "remove":
            found.remove(one, by=seat, reason_code=data["reason"], note=data["note"])
        elif wanted == "put back":
            found.put_back(one, by=seat, reason_code=data["reason"], note=data["note"])
        else:
            move_ad(one, wanted, by=seat, reason_code=data["reason"], note=data["note"])
    except CannotMoveAd as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            {
                "remove": "It is removed.",
                "put back": "It is shown in the library again.",
                "pause": "It is paused.",
                "resume": "It is shown again.",
            }.get(wanted, "It is held."),
        )
    return redirect("ad", one.pk)


@require_POST
@seated
def found_late(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Say that an ad ran as if it were not political."""
    one = find.find_ad(seat, key)
    form = FoundForm(request.POST, auto_id="found_%s")
    if not form.is_valid():
        return page(request, seat, one, 422, found_form=form)
    try:
        found.find_political(one, by=seat, **form.cleaned_data)
    except CannotMoveAd as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "It is published with how it was found.")
    return redirect("ad", one.pk)


@require_safe
@seated
def taken_in(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The archives that were read in, and every row that was not taken, with its reason."""
    require(seat, "see ads")
    door = seat.appointment.position.organisation_id
    imports = ArchiveImport.objects.filter(held_by=door)
    aside_of = request.GET.get("of", "")
    tables = [
        Table(
            request=request,
            name="imports",
            caption="Files of archives",
            rows=imports,
            columns=[
                Column(key="name", title="File", link=lambda row: f"/ads/taken-in/?of={row.pk}#table-aside"),
                Column(key="archive", title="Archive"),
                Column(key="rows_read", title="Rows", number=True),
                Column(key="rows_in", title="In", number=True),
                Column(key="rows_aside", title="Set aside", number=True),
                Column(key="began_at", title="Began"),
                Column(key="ended_at", title="Ended", value=lambda row: row.ended_at or "not ended: run it again"),
            ],
            find=["name", "archive"],
            default="-began_at",
            empty="No archive was read in yet: `hustings manage take_ads PATH --by EMAIL`.",
        )
    ]
    chosen = None
    try:
        chosen = imports.filter(pk=UUID(aside_of)).first() if aside_of else None
    except ValueError:
        chosen = None
    if chosen is not None:
        tables.append(
            Table(
                request=request,
                name="aside",
                caption=f"Rows of {chosen.name} that are not in",
                rows=chosen.aside.annotate(file=F("of__name")),
                columns=[Column(key="line", title="Where"), Column(key="reason", title="Why")],
                find=["reason", "line"],
                empty="Every row is in.",
                hidden={"of": str(chosen.pk)},
            )
        )
    for table in tables:
        if table.wants_csv:
            return table.csv()
    return render(request, "ads/pages/taken_in.html", {"tables": tables, "chosen": chosen})
