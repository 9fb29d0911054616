"""The search of the library, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.console.words import day as day_words
from hustings.apps.elections.models import Election
from hustings.apps.library.audiences.people import MOST, people_of
from hustings.apps.library.bulk.export import FORMS, export
from hustings.apps.library.models import Shown, Version
from hustings.apps.library.pages.drawing import Columns, columns, every_month, month_name
from hustings.apps.library.pages.question import UNKNOWN, Question, read
from hustings.apps.library.pages.suggesting import suggestion
from hustings.apps.library.pages.summing import Share, Sums, sums
from hustings.apps.library.pages.telling import card, money, value_name
from hustings.apps.library.pages.tiles import tile_maps
from hustings.apps.library.patience import patiently

__all__ = ["search"]

PAGE = 20
REGIONS = 60  # rows of the table of regions
LISTED = 8  # values of a facet that are shown at once
FACETS = {
    "platform": "Platform", "archive": "Archive", "country": "Shown in", "region": "Region", "year": "Year",
    "election": "Election", "state": "State", "category": "Category",
    "language": "Language", "currency": "Paid in", "advertiser": "Advertiser", "page": "Page",
}  # fmt: skip
SORTS = {"newest": "Newest in the library", "spend": "Most spent", "impressions": "Most often shown"}
# Months beyond which a chart is by year.
MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value to narrow by, or one that the search is narrowed by and can be let go."""

    words: str
    many: int
    link: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow."""

    title: str
    taken: list[Choice]
    more: list[Choice]
    rest: int


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """For everybody: every political ad that ran here or that another archive told of."""
    question, wrong = read(request.GET)
    if wrong:
        return render(
            request, "library/search.html", {"wrong": wrong, "question": question, "form": form(question)}, status=400
        )
    place = question.at()
    at = place if question.place is not None or question.as_of is not None else None
    if "csv" in request.GET:
        return as_csv(question, place)
    found = patiently(lambda: question.rows(at, PAGE))
    # Of nothing the sums are known.
    told = None if found is None else sums(question, at) if found or question.after is not None else Sums()
    rows = found or []
    base = question.fixed(place)
    stood = Version.objects.filter(seq=place).values_list("at", flat=True).first()
    context: dict[str, Any] = {
        "question": question,
        "form": form(question),
        "sorts": [
            (name, words, question.link(sort=None if name == "newest" else name)) for name, words in SORTS.items()
        ],
        "cards": [card(row.body) for row in rows[:PAGE]],
        "too_much": found is None,
        "further": base.link(after=base.next_after(rows[PAGE - 1])) if len(rows) > PAGE else None,
        "first_page": base.link() if question.after is not None else None,
        "permanent": base.link(),
        "csv": base.link(csv="ads"),
        "feed": "?" + urlencode(question.search_pairs()) if question.search_pairs() else "",
        "place": place,
        "stood": stood,
        "past": at is not None,
        "now": question.link(at=None, as_of=None),
        "audiences": reverse("library-audiences") + question.link(after=None, sort=None, sums=None),
        "opposed": reverse("library-opposed") + question.link(after=None, sort=None, sums=None),
        "sums": told,
        "sum_all": question.link(sums="all"),
        "sum_newest": question.link(sums=None),
    }
    if question.asked.words and (told is None or told.ads == 0):
        context["suggestion"] = suggestion(question, at)
    if told is not None:
        context |= {
            "money": [(money(one.spend, one.value), one.priced) for one in told.money],
            "unpriced": told.ads - told.priced,
            "uncounted": told.ads - told.counted,
            "facets": facets(question, told, place),
            "charts": charts(told),
            "months": [(month_name(day), one, of_month(told, one.value)) for day, one in told.months],
            "places": [
                (value_name("country", one.value), one, question.narrowed_by("country", one.value)) for one in told.by.get("country", [])
            ],
            "regions": [
                (value_name("region", one.value), one, question.narrowed_by("region", one.value)) for one in told.by.get("region", [])[:REGIONS]
            ],
            "other_regions": max(len(told.by.get("region", [])) - REGIONS, 0),
            "maps": tile_maps(*(
                [(one.value, one.ads, question.narrowed_by(name, one.value)) for one in told.by.get(name, [])] for name in ("country", "region")
            )),
            "people": people_of(question.found(at), stood if at is not None else None) if told.ads and not told.bounded and told.ads <= MOST else None,
            "undated": next((one.ads for one in told.by.get("month", []) if not one.value), 0),
        }  # fmt: skip
    return render(request, "library/search.html", context)


search.without_seat = True  # type: ignore[attr-defined]


def form(question: Question) -> dict[str, Any]:
    """What the form carries along, and what stands in its boxes."""
    boxes = {"q", "from", "to", "as_of", "sort", "at", "spend_from", "spend_to"}
    pairs = question.pairs()
    return {
        "carried": [pair for pair in pairs if pair[0] not in boxes],
        "q": question.asked.words,
        "from": question.asked.first,
        "to": question.asked.last,
        "spend_from": question.asked.spend_from,
        "spend_to": question.asked.spend_to,
        "as_of": "" if question.as_of is None else question.as_of.strftime("%Y-%m-%dT%H:%M"),
        "sort": question.sort,
        "opened": any(
            (question.asked.first, question.asked.last, question.as_of)
        ) or question.asked.spend_from is not None or question.asked.spend_to is not None,
    }  # fmt: skip


def elections_of(values: set[str]) -> dict[str, str]:
    """What elections are called, by their keys."""
    found = Election.objects.filter(pk__in=values)
    return {str(one.pk): one.name if one.on is None else f"{one.name}, {day_words(one.on)}" for one in found}


def facets(question: Question, told: Sums, place: int) -> list[Facet]:
    """The ways to narrow that would narrow, with how many ads each leaves."""
    given = {(name, value) for name, value in question.pairs() if name in FACETS}
    names = names_of(
        {int(one.value) for part in ("advertiser", "page") for one in shares(told, part, given) if one.value}, place
    )
    names |= elections_of({one.value for one in told.by.get("election", []) if one.value})
    made = []
    for name, title in FACETS.items():
        parts = [one for one in told.by.get(name, []) if one.value or name != "election"]
        taken = [
            Choice(
                words=named(name, "" if value == UNKNOWN else value, names), many=0, link=question.let_go(name, value)
            )
            for each, value in sorted(given)
            if each == name
        ]  # fmt: skip
        open_ones = [one for one in parts if (name, one.value or UNKNOWN) not in given]
        # What all have narrows nothing, but an election that only some ads name.
        if not taken and len(open_ones) < (1 if name == "election" else 2):
            continue
        more = [
            Choice(words=named(name, one.value, names), many=one.ads, link=question.narrowed_by(name, one.value))
            for one in (open_ones if not taken or name in ("country", "region") else [])[:LISTED]
        ]
        made.append(Facet(title=title, taken=taken, more=more, rest=max(len(open_ones) - LISTED, 0) if more else 0))
    return made


def shares(told: Sums, part: str, given: set[tuple[str, str]]) -> list[Share]:
    """The parts of which a name will be shown."""
    return [*told.by.get(part, [])[:LISTED], *(one for one in told.by.get(part, []) if (part, one.value) in given)]


def names_of(numbers: set[int], place: int) -> dict[str, str]:
    """The names of advertisers and pages as they were at a place."""
    rows = Shown.objects.filter(number__in=numbers, seq__lte=place).order_by("number", "-seq").distinct("number")
    found = rows.values_list("number", "body__name", "body__archive_number")
    return {str(number): name or there or f"number {number}" for number, name, there in found}


def named(facet: str, value: str, names: dict[str, str]) -> str:
    """What a choice is called."""
    return (
        names.get(value, value or "not known")
        if facet in ("advertiser", "page", "election")
        else value_name(facet, value)
    )


def charts(told: Sums) -> list[Columns]:
    """Ads over time, and what they cost in each currency."""
    months = told.months
    if len(months) < 2:
        return []
    days = every_month(months[0][0], months[-1][0])
    if len(days) > MONTHS:
        years = {str(year): 0 for year in range(days[0].year, days[-1].year + 1)}
        for day, one in months:
            years[str(day.year)] += one.ads
        return [columns("Ads by the year in which they were first shown", "ads", list(years.items()))]
    ads = {day: one.ads for day, one in months}
    drawn = [
        columns(
            "Ads by the month in which they were first shown",
            "ads",
            [(month_name(day), ads.get(day, 0)) for day in days],
        )
    ]
    for each in told.money[:2]:
        spent = {
            one.value.split(" ")[0]: one.spend
            for one in told.by.get("spent", [])
            if one.value.endswith(f" {each.value}")
        }
        title = f"Spent on these ads, by the month in which they were first shown ({each.value})"
        drawn.append(columns(title, each.value, [(month_name(day), spent.get(day.isoformat())) for day in days]))
    return drawn


def of_month(told: Sums, month: str) -> str:
    """What the ads of a month cost, by currency."""
    parts = [one for one in told.by.get("spent", []) if one.value.startswith(f"{month} ") and one.priced]
    return ", ".join(money(one.spend, one.value.split(" ", 1)[1]) for one in parts) or "not known"


def as_csv(question: Question, place: int) -> StreamingHttpResponse:
    """The result as a file: one row an ad, newest first, as it stood at the place that the file's name says."""
    form = FORMS["csv"]
    response = StreamingHttpResponse(export(lambda: question.found(place), form=form), content_type=form.media)
    response["Content-Disposition"] = f'attachment; filename="library-{place}.csv"'
    return response
