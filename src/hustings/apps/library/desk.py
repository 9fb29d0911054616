"""The desk for expungements, and the library to take away: parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.library.export import export_tar
from hustings.apps.library.expunging import ask_to_expunge, covered, decide_expungement, find_expungements
from hustings.apps.library.models import GROUNDS, Shown
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput

__all__ = ["decide", "expungement", "expungements", "whole"]

TEXT = "text/plain; charset=utf-8"
MOST = 50  # of what goes with a record, on its page
ONE_AT_A_TIME = 0x11C  # any number that nobody else here locks by


class AskForm(forms.Form):
    """What is to go, on which ground."""

    number = forms.IntegerField(label="Number in the library", min_value=1, max_value=10**18)
    ground = forms.ChoiceField(label="Ground", choices=list(GROUNDS.items()))
    reference = forms.CharField(
        label="Reference", max_length=200, help_text="File number of the order, or of the report."
    )
    words = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


@require_http_methods(["GET", "POST"])
@seated
def expungements(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was asked and decided, and the form to ask."""
    require(seat, "ask to expunge")
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_to_expunge(**form.cleaned_data, by=seat)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Asked. Another person has to agree.")
            return redirect("library-expungement", asked.pk)
    table = Table(
        request=request,
        caption="Expungements",
        rows=find_expungements(),
        columns=[
            Column(key="asked_at", title="Asked", link=lambda row: reverse("library-expungement", args=[row.pk])),
            Column(key="subject_id", title="Number", number=True),
            Column(key="ground", title="Ground", value=lambda row: GROUNDS[row.ground]),
            Column(key="reference", title="Reference"),
            Column(key="outcome", title="Outcome", value=lambda row: row.outcome or "waits for another person"),
        ],
        empty="Nobody has asked that a record be made unreadable.",
    )
    if table.wants_csv:
        return table.csv()
    return render(
        request, "library/desk/expungements.html", {"table": table, "form": form}, status=422 if form.errors else 200
    )


@require_safe
@seated
def expungement(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One, with everything that goes with it."""
    require(seat, "ask to expunge")
    asked = find_expungements().filter(pk=key).first()
    if asked is None:
        raise Http404
    numbers = covered(asked.subject_id)
    rows = Shown.objects.filter(number__in=numbers[:MOST], until__isnull=True)
    shown = {
        "asked": asked,
        "ground": GROUNDS[asked.ground],
        "with_it": len(numbers) - 1,
        "rows": [(row.kind, row.number, says(row)) for row in rows.order_by("number").defer("search")],
        "may_decide": not asked.outcome and can(seat, "expunge", asked_by=asked.asked_by),
    }
    return render(request, "library/desk/expungement.html", shown)


def says(row: Shown) -> str:
    """What a record is known by."""
    return next((row.body[name] for name in ("title", "text", "name") if row.body.get(name)), "no words")


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Agree, or not."""
    asked = find_expungements().filter(pk=key).first()
    if asked is None:
        raise Http404
    agree = request.POST.get("move") == "agree"
    try:
        gone = decide_expungement(asked, agree=agree, by=seat, reason=request.POST.get("reason", "")[:500])
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"{gone} record{'' if gone == 1 else 's'} can never be read again." if agree else "It stays."
        )
    return redirect("library-expungement", key)


@require_safe
def whole(_: HttpRequest) -> HttpResponseBase:
    """For everybody: the library with its log as a .tar that `hustings verify-library` checks. One at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            busy = "Somebody else is taking the library away just now. Try again in a minute.\n"
            return HttpResponse(busy, status=503, content_type=TEXT, headers={"Retry-After": "60"})
    try:
        packed = export_tar()
    except BadInput as error:
        return HttpResponse(str(error), status=503, content_type=TEXT, headers={"Retry-After": "120"})
    return FileResponse(packed, as_attachment=True, filename="library.tar", content_type="application/x-tar")
