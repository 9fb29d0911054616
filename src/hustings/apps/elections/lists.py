"""The pages of lists of elections: what was loaded, what was wrong in it, and loading one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.elections.asked import Asked, read_and_match
from hustings.apps.elections.forms import ListForm
from hustings.apps.elections.loading import calendar, load_list
from hustings.apps.elections.models import Load
from hustings.apps.elections.stated import ACT
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.connectors.elections.reading import LARGEST
from hustings.connectors.elections.row import FaultCode
from hustings.errors import BadInput

__all__ = ["lists", "one"]

SHOWN = 200  # faults of a list that is tried: nothing is kept of it, so there are no further pages


@require_http_methods(["GET", "POST"])
@seated
def lists(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was loaded; load one, or see first what would become of it."""
    allow(seat, "see election work")
    form = ListForm(request.POST or None, request.FILES or None)
    tried = None
    if request.method == "POST":
        allow(seat, ACT)
        if form.is_valid():
            try:
                asked = asked_by(form)
                if "try" in request.POST:
                    tried = read_and_match(asked, calendar)
                else:
                    done = load_list(asked, by=seat)
                    messages.success(
                        request,
                        "This very file was loaded before; nothing was added."
                        if done.already
                        else "The list is in the calendar.",
                    )
                    return redirect("election-list", done.load)
            except BadInput as error:
                form.add_error(None, error.what)
                for problem in error.problems:
                    form.add_error(None, str(problem))
    table = Table(
        request=request, name="lists", caption="Lists that were loaded", rows=Load.objects.select_related("by__person"), default="-at", find=["source", "file_name"],
        columns=[
            Column(key="source", title="List", link=lambda row: f"/elections/lists/{row.pk}/"),
            Column(key="at", title="Loaded"),
            Column(key="as_of", title="Speaks for"),
            Column(key="lines", title="Lines", number=True),
            Column(key="new", title="New", value=lambda row: row.became["new"], number=True, order=False),
            Column(key="joined", title="Joined", value=lambda row: row.became["joined"], number=True, order=False),
            Column(key="set_aside", title="Set aside", number=True),
        ],
        empty="No list was loaded. Elections come by hand until one is.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    shown = {
        "table": table,
        "form": form,
        "tried": tried,
        "faults": tried.faults[:SHOWN] if tried else [],
        "may_keep": can(seat, ACT),
    }
    return render(request, "elections/lists.html", shown, status=422 if form.errors else 200)


def asked_by(form: ListForm) -> Asked:
    """What the form asks for."""
    data = form.cleaned_data
    file = data["file"]
    if file.size > LARGEST:
        raise BadInput(f"The file has {file.size:,} bytes; at most {LARGEST:,} are read. Split it by country or year.")
    return Asked(
        body=file.read(), name=file.name, layout=data["layout"], source=data["source"], as_of=data["as_of"], authority=data["authority"]
    )  # fmt: skip


def fault_table(request: HttpRequest, rows: Sequence[Mapping[str, str | int]]) -> Table:
    """Faults as a table."""
    return Table(
        request=request, name="faults", caption="What is wrong with it", rows=rows, default="row",
        columns=[
            Column(key="row", title="Line", number=True),
            Column(key="fault", title="Fault"),
            Column(key="found", title="Found"),
            Column(key="expected", title="Expected"),
            Column(key="do", title="What to do", order=False),
        ],
        empty="Nothing is wrong with it.",
    )  # fmt: skip


@require_safe
@seated
def one(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One list: what became of its lines, and every fault."""
    allow(seat, "see election work")
    load = Load.objects.select_related("by__person").filter(pk=key).first()
    if load is None:
        raise NotKnown
    rows: list[dict[str, str | int]] = [
        {"row": fault.row, "fault": fault.code, "column": fault.column, "found": fault.found, "expected": fault.expected, "do": fault.do}
        for fault in load.faults.order_by("row", "code", "pk")
    ]  # fmt: skip
    table = fault_table(request, rows)
    if table.wants_csv:
        return table.csv()
    counts = {code: sum(row["fault"] == code for row in rows) for code in FaultCode}
    return render(
        request,
        "elections/list.html",
        {"load": load, "table": table, "counts": {k.value: v for k, v in counts.items() if v}},
    )
