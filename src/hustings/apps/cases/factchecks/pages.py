"""The page of fact-checks: what was loaded, what matches, and forms to load a feed and to look again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import find
from hustings.apps.cases.factchecks import acts
from hustings.apps.cases.models import FactCheck, FactCheckFeed, FactCheckMatch
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput, Problem
from hustings.exchange.claimreview import LARGEST

__all__ = ["fact_checks", "load_or_look"]

TOLD = 20  # problems of a feed that the page names; the command names all


class FeedForm(forms.Form):
    """A file of fact-checks."""

    feed = forms.FileField(
        label="File",
        help_text="ClaimReview as JSON-LD: one, a list, a graph, a data feed, or one a line; at most 64 MB.",
    )

    def clean_feed(self) -> UploadedFile[bytes]:
        """Within the size."""
        sent: UploadedFile[bytes] = self.cleaned_data["feed"]
        if (sent.size or 0) > LARGEST:
            raise forms.ValidationError(f"It has {sent.size:,} bytes; at most {LARGEST:,} are read. Split it.")
        return sent


@require_safe
@seated
def fact_checks(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every fact-check that one's organisation loaded."""
    require(seat, "list leads")
    context = page_of(request, seat)
    if context["table"].wants_csv:
        answer: HttpResponse = context["table"].csv()
        return answer
    return render(request, "cases/factchecks/fact_checks.html", context)


def page_of(request: HttpRequest, seat: Seat, form: FeedForm | None = None) -> dict[str, Any]:
    """What the page shows, with a form that came back wrong in its place."""
    known = {str(one) for one in find.leads(seat).values_list("pk", flat=True)}
    newest = FactCheckMatch.objects.filter(check_of=OuterRef("pk")).order_by("-at", "-id")
    rows = FactCheck.objects.annotate(found=Count("matches"), lead=Subquery(newest.values("lead")[:1])).order_by("-at", "id")  # fmt: skip
    table = Table(
        request=request,
        caption="Fact-checks",
        rows=rows,
        columns=[
            Column(key="claim", title="Claim, in the checker's words", link=lambda row: row.url),
            Column(key="checker", title="Checked by"),
            Column(key="rating", title="What they call it"),
            Column(key="published", title="On"),
            Column(key="found", title="Ads and findings that say it", number=True),
            Column(key="told", title="Lead", value=lambda row: "its lead" if str(row.lead) in known else "", order=False,
                   link=lambda row: reverse("lead", args=[row.lead]) if str(row.lead) in known else None),
        ],
        find=["claim", "checker", "rating"],
        empty="Load a feed of fact-checks.",
    )  # fmt: skip
    return {
        "table": table, "page_marking": OWN, "feeds": FactCheckFeed.objects.select_related("by__person")[:10],
        "checks": FactCheck.objects.count(), "may_load": can(seat, "load fact-checks"), "form": form or FeedForm(auto_id="feed_%s"),
    }  # fmt: skip


@require_POST
@seated
def load_or_look(request: HttpRequest, seat: Seat, what: str) -> HttpResponse:
    """Load a feed, or compare what is loaded with the ads and findings of now."""
    require(seat, "load fact-checks")
    if what == "look":
        looked = acts.look(by=seat)
        messages.success(request, said(looked))
        return redirect("fact-checks")
    if what != "load":
        raise Http404("There is nothing of this name to do.")
    form = FeedForm(request.POST, request.FILES, auto_id="feed_%s")
    if form.is_valid():
        sent = form.cleaned_data["feed"]
        try:
            loaded = acts.load_feed(sent.read(), sent.name or "feed", by=seat)
        except BadInput as error:
            say(form, BadInput(error.what, few(error.problems)))
        else:
            messages.success(
                request, f"{loaded.new:,} fact-checks are new, {loaded.known:,} were known. {said(loaded.looked)}"
            )
            for problem in few(loaded.problems):
                messages.warning(request, f"Left out: {problem}")
            return redirect("fact-checks")
    return render(request, "cases/factchecks/fact_checks.html", page_of(request, seat, form), status=422)


def said(looked: acts.Looked) -> str:
    """What a look found, in a sentence."""
    text = f"{looked.matches:,} ads and findings say what was checked, told as {looked.leads:,} leads."
    return text + (f" {looked.waiting:,} more fact-checks have matches: look again." if looked.waiting else "")


def few(problems: tuple[Problem, ...]) -> list[Problem]:
    """The first problems, and how many more there are."""
    if len(problems) <= TOLD:
        return list(problems)
    more = Problem(where="further on", found=f"{len(problems) - TOLD:,} more problems", expected="none",
                   do="`hustings fact-checks FILE` tells all.")  # fmt: skip
    return [*problems[:TOLD], more]
