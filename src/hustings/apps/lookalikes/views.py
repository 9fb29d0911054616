"""The pages of look-alikes and protected names: parse, call, render."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps import database
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.lookalikes import deciding, find, protecting
from hustings.apps.lookalikes.forms import AllowForm, ListForm, ProtectForm, ReasonForm, TryForm
from hustings.apps.lookalikes.models import Protected
from hustings.apps.lookalikes.searching import hold_against
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.errors import BadInput, Problem
from hustings.policy.lookalike import HitState, ProtectedStep

__all__ = [
    "allowed", "decide", "hold", "let_stand", "load", "lookalike", "lookalikes", "protected", "protected_name", "suspect", "take_back",
    "written",
]  # fmt: skip

SEE, DECIDE, PROTECT, CHECK = "see look-alikes", "decide a look-alike", "protect a name", "check a protected name"
LARGEST = 2**20


def tell(request: HttpRequest, error: BadInput) -> None:
    """Say what was wrong on top of the next page."""
    messages.error(request, " ".join(str(problem) for problem in error.problems) or error.what)


def score(row: object) -> str:
    """A score to two places."""
    return f"{getattr(row, 'score', 0):.2f}"


@require_safe
@seated
def lookalikes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What waits for a person, and what was decided."""
    allow(seat, SEE)
    columns = [
        Column(key="observed", title="Seen", link=lambda row: f"/lookalikes/hits/{row.pk}/"),
        Column(key="protected.value", title="Looks like"),
        Column(key="relations", title="By", value=lambda row: ", ".join(row.relations), order=False),
        Column(key="score", title="Score", value=score, number=True),
        Column(key="found_at", title="First seen"),
    ]
    among = ["observed", "protected__value"]
    waiting = Table(
        request=request, name="open", caption="Waiting", rows=find.hits(seat).filter(state=HitState.OPEN.value), columns=columns, find=among,
        default="-score", marking=lambda row: row.item, empty="Nothing that looks like a protected name waits.",
    )  # fmt: skip
    decided = Table(
        request=request, name="decided", caption="Decided", rows=find.hits(seat).exclude(state=HitState.OPEN.value),
        columns=[*columns, Column(key="state", title="Decided")], find=among, default="-found_at", marking=lambda row: row.item,
        empty="Nothing was decided yet.",
    )  # fmt: skip
    for table in (waiting, decided):
        if table.wants_csv:
            return table.csv()
    today = database.moment().date()
    shown = {"waiting": waiting, "decided": decided, "in_force": find.in_force(find.own(seat), today).count(), "form": TryForm(auto_id="try_%s"), "page_marking": [*waiting.shown, *decided.shown] or OWN}  # fmt: skip
    return render(request, "lookalikes/lookalikes.html", shown)


@require_POST
@seated
def hold(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Hold something against what is protected; nothing is kept."""
    allow(seat, SEE)
    form = TryForm(request.POST, auto_id="try_%s")
    found = hold_against(**form.cleaned_data, by=seat) if form.is_valid() else ()
    shown = {"form": form, "found": found, "asked": form.is_valid()}
    return render(request, "lookalikes/try.html", shown, status=200 if form.is_valid() else 422)


@require_safe
@seated
def lookalike(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One look-alike: what it looks like, by what, where it was seen, and what may be done."""
    allow(seat, SEE)
    return hit_page(request, seat, key)


def hit_page(request: HttpRequest, seat: Seat, key: UUID, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of a look-alike, with a form that came back wrong in its place."""
    hit = find.find_hit(seat, key)
    shown = {
        "hit": hit, "places": hit.places.order_by("place", "reference", "pk"), "may_decide": hit.state == HitState.OPEN and can(seat, DECIDE, hit.item),
        "allow_form": AllowForm(auto_id="allow_%s"), "suspect_form": ReasonForm(auto_id="suspect_%s"), "page_marking": hit.item,
    }  # fmt: skip
    return render(request, "lookalikes/lookalike.html", shown | forms, status=status)


@require_POST
@seated
def let_stand(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Let it stand."""
    hit = find.find_hit(seat, key)
    form = AllowForm(request.POST, auto_id="allow_%s")
    if form.is_valid():
        try:
            deciding.allow_hit(hit, **form.cleaned_data, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It stands, and is not told again.")
            return redirect("lookalike", hit.pk)
    allow(seat, SEE)
    return hit_page(request, seat, key, 422, allow_form=form)


@require_POST
@seated
def suspect(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Make it a lead."""
    hit = find.find_hit(seat, key)
    form = ReasonForm(request.POST, auto_id="suspect_%s")
    if form.is_valid():
        try:
            deciding.suspect(hit, **form.cleaned_data, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It is a lead now.")
            return redirect("lookalike", hit.pk)
    allow(seat, SEE)
    return hit_page(request, seat, key, 422, suspect_form=form)


@require_safe
@seated
def allowed(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is let stand, and why."""
    allow(seat, SEE)
    table = Table(
        request=request, name="allowed", caption="Let stand", rows=find.allowed(seat), find=["value", "reason"], default="-at",
        empty="Nothing was let stand yet.",
        columns=[
            Column(key="value", title="What", value=lambda row: f"{row.value}{f' on {row.platform}' if row.platform else ''}"),
            Column(key="ground", title="It is"), Column(key="reason", title="Why", order=False), Column(key="by.person.name", title="By", order=False),
            Column(key="at", title="Since"),
        ],
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    shown = {"table": table, "rows": find.allowed(seat)[:100] if can(seat, DECIDE) else []}
    return render(request, "lookalikes/allowed.html", shown)


@require_POST
@seated
def take_back(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Let it stand no longer."""
    allow(seat, SEE)
    found = find.allowed(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    try:
        deciding.take_back(found, by=seat, reason=request.POST.get("reason", ""))
    except BadInput as error:
        tell(request, error)
    else:
        messages.success(request, "It no longer stands by itself; its look-alikes wait again.")
    return redirect("allowed-lookalikes")


def state_of(row: Protected) -> str:
    """How protection stands, in a word."""
    steps = {one.step for one in row.decisions.all()}
    if ProtectedStep.REFUSED.value in steps:
        return "refused"
    if ProtectedStep.WITHDRAWN.value in steps:
        return "given up"
    today = database.moment().date()
    if ProtectedStep.CHECKED.value not in steps:
        return "waits for a check"
    return "in force" if row.starts <= today <= row.ends else "over" if today > row.ends else "to come"


def list_page(request: HttpRequest, seat: Seat, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of protected names, with a form that came back wrong in its place."""
    table = Table(
        request=request, name="protected", caption="Protected names", rows=find.protected(seat), find=["value", "asked_by"], default="value",
        empty="Nothing is protected yet.",
        columns=[
            Column(key="value", title="Name", link=lambda row: f"/lookalikes/protected/{row.pk}/"), Column(key="kind", title="What"),
            Column(key="state", title="State", value=state_of, order=False), Column(key="asked_by", title="Asked by"),
            Column(key="election", title="Election", value=lambda row: row.election.name if row.election else "every", order=False),
            Column(key="ends", title="Until"),
        ],
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    shown = {"table": table, "may_protect": can(seat, PROTECT), "form": ProtectForm(auto_id="protect_%s"), "list_form": ListForm(auto_id="list_%s")}  # fmt: skip
    return render(request, "lookalikes/protected.html", shown | forms, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def protected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list, and recording one more."""
    if request.method != "POST":
        allow(seat, SEE)
        return list_page(request, seat)
    form = ProtectForm(request.POST, auto_id="protect_%s")
    if form.is_valid():
        try:
            made = protecting.protect(**form.cleaned_data, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded. It is sought once another person has checked who asked.")
            return redirect("protected-name", made.pk)
    allow(seat, SEE)
    return list_page(request, seat, 422, form=form)


@require_safe
@seated
def written(request: HttpRequest, seat: Seat) -> HttpResponse:  # noqa: ARG001 - what a view is handed
    """The list as CSV, as it can be handed in."""
    allow(seat, SEE)
    answer = HttpResponse(protecting.written(find.protected(seat)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="protected-names.csv"'
    return answer


@require_POST
@seated
def load(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take in a list: all of it or nothing."""
    form = ListForm(request.POST, request.FILES, auto_id="list_%s")
    if form.is_valid():
        try:
            content = form.cleaned_data["file"].read(LARGEST + 1)
            new, there = protecting.load(text_of(content), by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"{new:,} recorded, {there:,} were there. Each waits for a check by another person.")  # fmt: skip
            return redirect("protected-names")
    allow(seat, SEE)
    return list_page(request, seat, 422, list_form=form)


def text_of(content: bytes) -> str:
    """The text of a file. Raises BadInput for one too large or not in UTF-8."""
    try:
        if len(content) > LARGEST:
            raise ValueError("more than 1 MiB")
        return content.decode("utf-8-sig")
    except ValueError as error:
        raise BadInput("The list cannot be read.", [Problem(
            where="file", found=str(error)[:200], expected="CSV in UTF-8 of at most 1 MiB", do="Mend the file.")]) from error  # fmt: skip


@require_safe
@seated
def protected_name(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One protected name: who asked, what shows that they may, and who checked it."""
    allow(seat, SEE)
    found = find.find_protected(seat, key)
    state = state_of(found)
    hits = list(find.hits(seat).filter(protected=found)[:50])
    shown = {
        "protected": found, "state": state, "decisions": found.decisions.select_related("by__person").order_by("at", "pk"),
        "may_check": state == "waits for a check" and can(seat, CHECK, asked_by=found.registered_by),
        "may_withdraw": state not in {"refused", "given up"} and can(seat, PROTECT),
        "hits": hits, "page_marking": [hit.item for hit in hits] or OWN,
    }  # fmt: skip
    return render(request, "lookalikes/protected_name.html", shown)


@require_POST
@seated
def decide(request: HttpRequest, seat: Seat, key: UUID, do: str) -> HttpResponse:
    """Check, refuse or give up."""
    allow(seat, SEE)
    found = find.find_protected(seat, key)
    try:
        if do == "check":
            protecting.check(found, by=seat)
        elif do == "refuse":
            protecting.refuse(found, by=seat, reason=request.POST.get("reason", ""))
        elif do == "withdraw":
            protecting.withdraw(found, by=seat, reason=request.POST.get("reason", ""))
        else:
            raise NotKnown
    except BadInput as error:
        tell(request, error)
    else:
        messages.success(request, "Recorded.")
    return redirect("protected-name", found.pk)
