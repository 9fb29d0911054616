"""The pages of rights audits: parse, call, render."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.refused import say
from hustings.apps.console.table import Column
from hustings.apps.console.table import Table as Shown
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can
from hustings.apps.review.models import Policy
from hustings.apps.rights import actions, find
from hustings.apps.rights.forms import AuditForm, TableForm
from hustings.apps.rights.models import Override
from hustings.errors import BadInput, Problem
from hustings.screening.fairness.screened import rules_digest

__all__ = ["agree", "ask", "audit", "published", "release", "rights", "sample_table", "start", "table"]

SEE = "see rights audits"
LARGEST = 2**20


@require_safe
@seated
def rights(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was audited, and what waits for it."""
    allow(seat, SEE)
    return page(request, seat)


def page(request: HttpRequest, seat: Seat, status: int = 200, **forms: Form) -> HttpResponse:
    """The page of audits, with a form that came back wrong in its place."""
    audits = Shown(
        request=request, name="audits", caption="Audits", rows=find.audits(seat), default="-at", filterable=False,
        empty="Nothing was audited yet.",
        columns=[
            Column(key="at", title="Asked", link=lambda row: f"/rights/audits/{row.pk}/"),
            Column(key="table", title="Table", order=False),
            Column(key="stage", title="Through"),
            Column(key="policy", title="For", order=False),
            Column(key="blocks", title="Found", value=lambda row: "not done" if row.blocks is None else "a gap over twofold" if row.blocks else "no such gap"),
            Column(key="by.person.name", title="By", order=False),
        ],
    )  # fmt: skip
    if audits.wants_csv:
        return audits.csv()
    last = find.audits(seat).filter(blocks__isnull=False).first()
    shown = {
        "audits": audits, "waiting": [
            (each, each.asked is not None and can(seat, actions.OVERRIDE, asked_by=each.asked.by))
            for each in find.waiting(seat)
        ], "tables": find.tables(seat)[:20],
        "may_audit": can(seat, actions.AUDIT), "may_release": can(seat, actions.RELEASE),
        "stale": last is not None and last.rules != rules_digest(),
        "table_form": TableForm(auto_id="table_%s"), "audit_form": AuditForm(auto_id="audit_%s", seat=seat),
    }  # fmt: skip
    return render(request, "rights/rights.html", shown | forms, status=status)


@require_safe
@seated
def audit(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One audit: its sentences, figures by side, and each text."""
    allow(seat, SEE)
    found = find.find_audit(seat, key)
    texts = Shown(
        request=request, name="texts", caption="Texts", rows=found.figures["texts"] if found.figures else [], per_page=200,
        columns=[
            Column(key="swap", title="Swap"),
            Column(key="key", title="Text"),
            Column(key="side", title="Side"),
            Column(key="should", title="Should"),
            Column(key="stopped", title="Did", value=lambda row: "stop" if row["stopped"] else "pass"),
            Column(key="text", title="Words"),
            Column(key="rules", title="Rules", value=lambda row: " ".join(row["rules"])),
        ],
    )  # fmt: skip
    if texts.wants_csv and not can(seat, "review ads"):
        return texts.csv()
    decided = many = 0
    if found.figures is None:
        many = found.variants.count()
        decided = found.variants.filter(stopped__isnull=False).count() if can(seat, actions.AUDIT) else 0
    # Who reviews must not know a text of a test when it lies before them.
    reviews = can(seat, "review ads")
    shown = {
        "audit": found,
        "texts": texts,
        "shows_texts": bool(found.figures and found.figures["texts"]) and not reviews,
        "many": many,
        "decided": decided,
        "current": found.rules == rules_digest(),
    }
    return render(request, "rights/audit.html", shown)


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """For everybody: policy versions released in spite of a gap, who stands for it, and why."""
    return render(request, "rights/published.html", {"releases": find.overridden()[:200]})


@require_safe
@seated
def sample_table(request: HttpRequest, seat: Seat) -> HttpResponse:  # noqa: ARG001 - what a view is handed
    """The table that comes with the package."""
    allow(seat, SEE)
    content = files("hustings.screening.fairness").joinpath("sample.toml").read_bytes()
    answer = HttpResponse(content, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="matched-texts.toml"'
    return answer


@require_POST
@seated
def table(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take in a table of swaps and texts."""
    form = TableForm(request.POST, request.FILES, auto_id="table_%s")
    if form.is_valid():
        try:
            actions.keep_table(document(form.cleaned_data["file"].read(LARGEST + 1)), by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Kept. It can be tested now.")
            return redirect("rights")
    allow(seat, SEE)
    return page(request, seat, 422, table_form=form)


def document(content: bytes) -> dict[str, object]:
    """A document in TOML or JSON.

    Raises   BadInput
    """
    try:
        if len(content) > LARGEST:
            raise ValueError("more than 1 MiB")
        text = content.decode("utf-8-sig")
        said = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("The table cannot be read.", [Problem(
            where="file", found=str(error)[:200], expected="TOML or JSON of at most 1 MiB", do="Mend the file.")]) from error  # fmt: skip
    if not isinstance(said, dict):
        raise BadInput("The table cannot be read.", [Problem(
            where="file", found=type(said).__name__, expected="a document", do="Mend the file.")])  # fmt: skip
    return said


@require_POST
@seated
def start(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Audit a policy version by a table."""
    form = AuditForm(request.POST, auto_id="audit_%s", seat=seat)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            if asked["stage"] == "screening":
                made = actions.audit_screening(asked["table"], asked["policy"], country=asked["country"], by=seat)
            elif asked["stage"] == "review":
                made = actions.audit_review(asked["table"], asked["policy"], by=seat)
            else:
                made = actions.audit_detection(asked["table"], asked["policy"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            return redirect("rights-audit", made.pk)
    allow(seat, SEE)
    return page(request, seat, 422, audit_form=form)


def policy_of(key: UUID) -> Policy:
    """A policy version. Raises NotKnown."""
    found = Policy.objects.filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def tell(request: HttpRequest, error: BadInput) -> None:
    """Say what was wrong on top of the next page."""
    messages.error(request, " ".join(str(problem) for problem in error.problems) or error.what)


@require_POST
@seated
def release(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Put a version in force on its audits."""
    try:
        actions.release(policy_of(key), by=seat)
    except BadInput as error:
        tell(request, error)
    else:
        messages.success(request, "In force. Work that is asked about from now on is decided by it.")
    return redirect("rights")


@require_POST
@seated
def ask(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Ask for a release in spite of a gap."""
    try:
        actions.ask_to_override(policy_of(key), reason=request.POST.get("reason", ""), by=seat)
    except BadInput as error:
        tell(request, error)
    else:
        messages.success(request, "Asked. Another person has to agree; then both names and the reason are published.")
    return redirect("rights")


@require_POST
@seated
def agree(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Agree to a release in spite of a gap."""
    allow(seat, SEE)
    asked = (
        Override.objects.filter(pk=key, held_by=seat.appointment.position.organisation_id)
        .select_related("by", "policy")
        .first()
    )
    if asked is None:
        raise NotKnown
    try:
        actions.override(asked, by=seat)
    except BadInput as error:
        tell(request, error)
    else:
        messages.success(request, "In force, and published.")
    return redirect("rights")
