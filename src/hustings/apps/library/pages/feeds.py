"""A search as a feed: the newest ads that fit it, for readers of Atom and RSS."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.views.decorators.http import require_safe

from hustings.apps.library.pages.question import Question, read
from hustings.apps.library.pages.telling import aimed_at, card, value_name
from hustings.apps.library.patience import patiently

__all__ = ["atom", "rss", "words_of"]

ENTRIES = 50
# What cannot stand in XML.
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), " ")


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """For everybody: a search as Atom."""
    return feed(request, Atom1Feed, "library-atom", "application/atom+xml; charset=utf-8")


@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    """For everybody: a search as RSS."""
    return feed(request, Rss201rev2Feed, "library-rss", "application/rss+xml; charset=utf-8")


atom.without_seat = True  # type: ignore[attr-defined]
rss.without_seat = True  # type: ignore[attr-defined]


def feed(request: HttpRequest, shape: type[SyndicationFeed], name: str, kind: str) -> HttpResponse:
    """The newest ads that fit, each once: an entry keeps its address and says when its present version was published."""
    question, wrong = read(request.GET)
    if wrong:
        return HttpResponse("\n".join(wrong) + "\n", status=400, content_type="text/plain; charset=utf-8")
    rows = patiently(lambda: Question(asked=question.asked, languages=question.languages, years=question.years,
                                      currencies=question.currencies).rows(None, ENTRIES))  # fmt: skip
    if rows is None:
        return HttpResponse(
            "This search takes longer than a feed waits. Narrow it.\n",
            status=400,
            content_type="text/plain; charset=utf-8",
        )
    search = "?" + urlencode(question.search_pairs()) if question.search_pairs() else ""
    made = shape(
        title=clean(f"Hustings library: {words_of(question)}"),
        link=request.build_absolute_uri(reverse("library") + search),
        description="Political ads that fit this search, the newest first.",
        feed_url=request.build_absolute_uri(reverse(name) + search),
        language="en-gb",
    )
    for row in rows[:ENTRIES]:
        shown = card(row.body)
        link = request.build_absolute_uri(reverse("library-ad", args=[row.number]))
        made.add_item(
            title=clean(shown.heading),
            link=link,
            unique_id=link,
            description=clean(" ".join(
                part for part in (shown.says, f"Spend: {shown.spend}. Impressions: {shown.impressions}. {shown.days}. {shown.countries}.",
                                  aimed_at(row.body) if row.hidden != "expunged" else "") if part
            )),
            updateddate=datetime.fromisoformat(row.body["at"]),
            pubdate=datetime.fromisoformat(row.body["at"]),
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type=kind)


def clean(text: str) -> str:
    """Text without the signs that XML does not know."""
    return text.translate(CONTROLS)


def words_of(question: Question) -> str:
    """A search in words."""
    told: list[str] = []
    for name, value in question.search_pairs():
        if name == "q":
            told.insert(0, f"“{value}”")
        else:
            told.append(f"{name.replace('_', ' ')} {value_name(name, '' if value == '-' else value)}")
    return ", ".join(told) or "every political ad"
