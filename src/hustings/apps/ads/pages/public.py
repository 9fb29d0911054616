"""The pages of ads that need no sign-in: what was found late, figures about the door, and the law it goes by."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps import database
from hustings.apps.ads.figures import ENOUGH, Figures, figures
from hustings.apps.ads.figures import found_late as every_found_late
from hustings.apps.ads.undeclared import look_for_undeclared
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat, seat_of
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.apps.review.registry import QUEUES
from hustings.policy.advertising import AD
from hustings.screening.countries import country_name
from hustings.screening.law import bundled_law
from hustings.screening.law.table import MEMBERS, RULES
from hustings.screening.missed import Share

__all__ = ["draw", "found_late", "law", "statistics"]

# Rules of the tables in the words of somebody who looks one up.
RULE_WORDS = {
    "ban_days": "Days before voting on which no political ad runs",
    "silence_days": "Days of silence before voting",
    "third_country_days": "Days before voting on which sponsors from outside are barred",
    "special_category_targeting": "Aiming by religion, health, origin and other special categories",
    "minimum_age": "Youngest who may be aimed at",
    "complaint_hours": "Hours within which a complaint is answered",
    "disclaimer": "Saying who paid",
    "disclaimer_says": "What the disclaimer says",
    "disclaimer_short_form": "What a short form says",
    "disclaimer_short_form_share": "Percent of the ad from which the short form is allowed",
    "retention_years": "Years for which the record is kept",
    "register_hours": "Hours until an ad stands in the register",
    "authorisation_named": "Naming who authorised the ad",
}


class DrawForm(forms.Form):
    """How many ads are put before people."""

    per_language = forms.IntegerField(
        label="By lot, of each language", min_value=0, max_value=1000, initial=50,
        help_text="Of ads that the screening holds to be not political.",
    )  # fmt: skip
    suspected = forms.IntegerField(
        label="Suspected, at most", min_value=0, max_value=1000, initial=50,
        help_text="Of undeclared ads that it holds to be political.",
    )  # fmt: skip


@require_safe
def found_late(request: HttpRequest) -> HttpResponse:
    """For everybody: ads that ran as if they were not political, and how that was found."""
    rows = every_found_late()
    table = Table(
        request=request,
        name="late",
        caption="Ads found late",
        rows=rows,
        columns=[
            Column(key="says", title="Says", value=lambda row: row["says"] or ("taken down" if row["masked"] else "no words")),
            Column(key="page", title="Page", value=lambda row: row["page"] or "not known"),
            Column(key="sponsor", title="Sponsor", value=lambda row: row["sponsor"] or "not established"),
            Column(key="countries", title="Shown in", value=lambda row: ", ".join(row["countries"]) or "not known"),
            Column(key="how", title="How it was found"),
            Column(key="found_at", title="Found"),
            Column(key="days_without", title="Days without disclaimer", number=True,
                   value=lambda row: "not known" if row["days_without"] is None else row["days_without"]),
            Column(key="impressions_without", title="Impressions without", number=True,
                   value=lambda row: "not known" if row["impressions_without"] is None else row["impressions_without"]),
            Column(key="told", title="Who is told", value=lambda row: ", ".join(row["told"]) or "nobody was named"),
            Column(key="state", title="Now"),
        ],
        default="-found_at",
        empty="No ad was found late. One that is stands here from that moment, with how it was found.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    counted = [row["impressions_without"] for row in rows if row["impressions_without"] is not None]
    context = {"table": table, "many": len(rows), "impressions": sum(counted), "unknown": len(rows) - len(counted)}
    return render(request, "ads/public/found_late.html", context)


def percent(share: Share | None) -> str:
    """A share with its interval."""
    if share is None:
        return "nobody has read any"
    return f"{100 * share.share:.1f} ({100 * share.low:.1f} to {100 * share.high:.1f})"


def place(code: str) -> str:
    """A country in words."""
    return country_name(code) if code else "several or none"


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """For everybody: what the screening misses, how far people agree, and which reasons were given."""
    seat = seat_of(request)
    return figures_page(request, seat, DrawForm() if seat is not None and can(seat, "hold ads") else None)


def figures_page(request: HttpRequest, seat: Seat | None, form: DrawForm | None, status: int = 200) -> HttpResponse:
    """The page of figures, with the form to draw for who may."""
    told = figures()
    tables = tables_of(request, told)
    for table in tables.values():
        if table.wants_csv:
            return table.csv()
    context: dict[str, Any] = {
        "told": told,
        "tables": tables,
        "enough": ENOUGH,
        "form": form,
        "seat_known": seat is not None,
    }
    return render(request, "ads/public/statistics.html", context, status=status)


def tables_of(request: HttpRequest, told: Figures) -> dict[str, Table]:
    """The figures as tables."""
    return {
        "languages": Table(
            request=request, name="languages", caption="What is missed, by language", rows=told.languages, filterable=False,
            columns=[
                Column(key="language", title="Language"),
                Column(key="held_not", title="Held not political", number=True),
                Column(key="read", title="Read by lot", number=True, value=lambda row: row.sample.of if row.sample else 0),
                Column(key="sample", title="Political among these", unit="%", number=True, value=lambda row: percent(row.sample)),
                Column(key="suspected", title="Held political", number=True),
                Column(key="confirmed", title="People agree", unit="%", number=True, value=lambda row: percent(row.confirmed)),
                Column(key="missed", title="Missed of all", unit="%", number=True, value=lambda row: "not to be told yet" if row.missed is None
                       else f"{100 * row.missed.rate:.1f} ({100 * row.missed.low:.1f} to {100 * row.missed.high:.1f})"),
                Column(key="waiting", title="Waiting", number=True),
            ],
            empty="Figures come when two people have read ads by lot: `hustings manage look_for_undeclared`, or the button below for reviewers.",
        ),
        "places": Table(
            request=request, name="places", caption="Political among those held not to be, by language and country", rows=told.places,
            filterable=False,
            columns=[
                Column(key="language", title="Language"),
                Column(key="country", title="Country", value=lambda row: place(row.country)),
                Column(key="read", title="Read by lot", number=True, value=lambda row: row.sample.of),
                Column(key="sample", title="Political among these", unit="%", number=True, value=lambda row: percent(row.sample)),
            ],
            empty="By country, figures come with the first ads that two people have read.",
        ),
        "agreement": Table(
            request=request, name="agreement", caption="Agreement of two people who did not see each other's answer",
            rows=[each for each in told.languages if each.pairs], filterable=False,
            columns=[
                Column(key="language", title="Language"),
                Column(key="pairs", title="Read by two", number=True),
                Column(key="alpha", title="Beyond chance (alpha)", number=True,
                       value=lambda row: "not to be told" if row.alpha is None else f"{row.alpha:.2f}"),
            ],
            empty="Agreement is told when two people have read the same ads.",
        ),
        "reasons": Table(
            request=request, name="reasons", caption="Decisions by reason", rows=told.reasons,
            columns=[
                Column(key="queue", title="Queue", value=lambda row: QUEUES[row["queue"]].title),
                Column(key="title", title="Reason"),
                Column(key="code", title="Code"),
                Column(key="outcome", title="Outcome"),
                Column(key="version", title="Policy of"),
                Column(key="many", title="Decisions", number=True),
                Column(key="appealed", title="Appealed", number=True),
                Column(key="undone", title="Undone", number=True),
            ],
            empty="Decisions of people about ads are counted here by their reason code.",
        ),
        "moves": Table(
            request=request, name="moves", caption="What happened to ads", rows=told.moves, filterable=False,
            columns=[
                Column(key="move", title="Step"),
                Column(key="sentence", title="In words", value=lambda row: AD.move(row["move"]).sentence, order=False),
                Column(key="many", title="Times", number=True),
            ],
            empty="Steps of ads are counted here.",
        ),
    }  # fmt: skip


@require_POST
@seated
def draw(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put undeclared ads before two people each."""
    require(seat, "hold ads")
    form = DrawForm(request.POST)
    if not form.is_valid():
        return figures_page(request, seat, form, 422)
    drawn = look_for_undeclared(
        seat.appointment.position.organisation, key=secrets.token_hex(16), by=seat, **form.cleaned_data
    )
    messages.success(
        request,
        f"{drawn.suspected + drawn.sampled:,} ads wait for two people each; nobody is told which were drawn by lot.",
    )
    return redirect("ads-statistics")


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """For everybody: what law asks of political ads in each place, row by row with its source, and what is not known."""
    today = database.moment().date()
    rows = bundled_law().provisions
    places = sorted({row.jurisdiction for row in rows}, key=lambda code: (code != "EU", jurisdiction(code)))
    table = Table(
        request=request, name="law", caption="Rows of law", rows=sorted(rows, key=lambda row: places.index(row.jurisdiction)), per_page=200,
        columns=[
            Column(key="jurisdiction", title="Place", value=lambda row: jurisdiction(row.jurisdiction)),
            Column(key="rule", title="What", value=lambda row: RULE_WORDS[row.rule]),
            Column(key="value", title="Says", value=lambda row: row.value.replace("_", " ").replace(";", ", ")),
            Column(key="valid_from", title="From", value=lambda row: row.valid_from or "not stated"),
            Column(key="valid_to", title="Until", value=lambda row: row.valid_to or "still holds"),
            Column(key="source", title="Source"),
            Column(key="where", title="Where", value=where, link=address, order=False),
        ],
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    unknown: dict[frozenset[str], list[str]] = {}
    for code in places:
        unknown.setdefault(RULES - set(bundled_law().at(code, today)), []).append(jurisdiction(code))
    told = [(", ".join(of), "; ".join(sorted(RULE_WORDS[rule] for rule in rules))) for rules, of in unknown.items()]
    members = ", ".join(sorted(map(country_name, MEMBERS)))
    return render(request, "ads/public/law.html", {"table": table, "unknown": told, "members": members})


def jurisdiction(code: str) -> str:
    """A jurisdiction in words."""
    if code == "EU":
        return "European Union"
    country, _, part = code.partition("-")
    return f"{country_name(country)}, {part}" if part else country_name(country)


def where(row: Any) -> str | None:
    """The place in the source, without its address."""
    words, _, link = row.where.rpartition("; ")
    return words or (urlsplit(link).hostname if link.startswith("https://") else link)


def address(row: Any) -> str | None:
    """The address of the source."""
    link = row.where.rpartition("; ")[2]
    return link if link.startswith("https://") else None


found_late.without_seat = True  # type: ignore[attr-defined]
statistics.without_seat = True  # type: ignore[attr-defined]
law.without_seat = True  # type: ignore[attr-defined]
