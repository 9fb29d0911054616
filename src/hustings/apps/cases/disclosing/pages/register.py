"""The pages of the register: everybody who was told, one of them, whoever was told of one thing, and what they are owed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.cases import find as cases
from hustings.apps.cases.disclosing import find, register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.forms import long
from hustings.apps.cases.models import Case, CorrectionDue, Disclosure, DisclosureHolds, Evidence
from hustings.apps.console.context import OWN
from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, can, require
from hustings.errors import BadInput
from hustings.policy.disclosure import DisclosureKind, Removed, Thing

__all__ = ["about", "disclosure", "disclosures", "of_case", "say_of_disclosure"]


class HandForm(forms.Form):
    """Somebody was told by another way than a package."""

    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in DisclosureKind if one.by_hand], label="How")
    to = forms.CharField(max_length=300, label="Who was told", help_text="The person and where they work.")
    what = forms.CharField(max_length=300, label="What they were told, in a line")
    ground = forms.CharField(
        max_length=1000, label="On which ground", help_text="The law, order, agreement or consent that allows it."
    )
    evidence = forms.ModelMultipleChoiceField(
        Evidence.objects.none(), required=False, label="Sealed objects they were told of"
    )

    def __init__(self, *args: Any, evidence: QuerySet[Evidence], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["evidence"].queryset = evidence  # type: ignore[attr-defined]
        self.fields["evidence"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """What the recipient gave in return."""

    words = forms.CharField(
        max_length=500, label="Receipt", help_text="Signature, number of the letter, answer by mail."
    )


class CorrectForm(forms.Form):
    """What was told is not so."""

    what = forms.ModelChoiceField(
        DisclosureHolds.objects.none(),
        required=False,
        label="What is not so",
        empty_label="what this entry says itself",
    )
    old = long(max_length=2000, label="As it was told")
    new = long(max_length=2000, label="As it is")
    reason = forms.CharField(max_length=1000, label="Why it is told otherwise now", help_text="Recipients read this.")

    def __init__(self, *args: Any, told: Disclosure, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["what"].queryset = told.holds.order_by("thing", "name", "pk")  # type: ignore[attr-defined]
        self.fields["what"].label_from_instance = lambda one: f"{one.thing}: {one.name}"  # type: ignore[attr-defined]


class SentForm(forms.Form):
    """A recipient has a correction, or does not get it any more."""

    due = forms.ModelChoiceField(CorrectionDue.objects.none(), label="Which correction", empty_label=None)
    how = forms.CharField(max_length=300, label="How they were told, or why they are not")
    receipt = forms.CharField(max_length=500, required=False, label="Receipt", help_text="Needed where they were told.")
    called_off = forms.BooleanField(required=False, label="It is not sent any more")

    def __init__(self, *args: Any, told: Disclosure, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["due"].queryset = told.corrections.filter(sent=None).select_related("correction")  # type: ignore[attr-defined]
        self.fields["due"].label_from_instance = lambda one: f"{one.correction.name}: {one.correction.new}"[:120]  # type: ignore[attr-defined]


def table_of(request: HttpRequest, rows: QuerySet[Disclosure], empty: str) -> Table:
    """Entries as a list."""
    counted = rows.annotate(owed=Count("corrections", filter=Q(corrections__sent=None), distinct=True))
    return Table(
        request=request,
        caption="Disclosures",
        rows=counted,
        columns=[
            Column(key="at", title="When", link=lambda row: reverse("disclosure", args=[row.pk])),
            Column(key="kind", title="How"),
            Column(key="to", title="Who was told"),
            Column(key="what", title="What"),
            Column(key="ground", title="Ground"),
            Column(key="marking", title="Marking then"),
            Column(key="case", title="Case", value=lambda row: row.case.item.title if row.case else "", order=False),
            Column(key="owed", title="Corrections owed", number=True),
            Column(key="digest", title="SHA-256 begins", value=lambda row: row.digest[:16], order=False),
        ],
        find=["to", "what", "ground", "kind", "digest"],
        empty=empty,
    )


def marked(rows: Table) -> Any:
    """What the rows of a page are, for its marking."""
    return [row.case.item for row in rows.page if row.case is not None] or OWN


@require_safe
@seated
def disclosures(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everybody who was told something, as far as the reader may know it."""
    require(seat, "list disclosures")
    table = table_of(request, find.disclosures(seat), "Nobody outside was told anything that you may know of.")
    if table.wants_csv:
        return table.csv()
    owed = find.owed(seat)
    context = {
        "table": table, "page_marking": marked(table), "owed": owed[:50], "owed_count": owed.count(),
        "may_see_legal": can(seat, "list legal process"),
    }  # fmt: skip
    return render(request, "cases/disclosing/disclosures.html", context)


@require_safe
@seated
def about(request: HttpRequest, seat: Seat, thing: str, key: str) -> HttpResponse:
    """Everybody who was told of one thing."""
    require(seat, "list disclosures")
    if thing not in {one.value for one in Thing}:
        raise Http404("There is nothing of this kind to be told of.")
    rows = find.told_of(seat, Thing(thing), key)
    named = DisclosureHolds.objects.filter(thing=thing, key=key, disclosure__in=rows.order_by().values("pk")).first()
    if named is None:
        raise NotKnown
    table = table_of(request, rows, "Nobody was told of it.")
    if table.wants_csv:
        return table.csv()
    context = {"table": table, "page_marking": marked(table), "named": named}
    return render(request, "cases/disclosing/about.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def of_case(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Who was told what of a case, and a form for what left by another way."""
    found = cases.find_case(seat, key)
    require(seat, "list disclosures", found.item)
    table = table_of(
        request, find.disclosures(seat).filter(case__in=cases.parts_of(seat, found)), "Nothing of this case has left."
    )
    if table.wants_csv:
        return table.csv()
    sealed = cases.evidence(seat).filter(case__in=cases.parts_of(seat, found))
    form = HandForm(request.POST or None, evidence=sealed)
    if request.method == "POST" and form.is_valid():
        try:
            made = by_hand(found, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Entered. It stays as it is; keep the receipt here when it comes.")
            return redirect("disclosure", made.pk)
    context = {
        "case": found, "item": found.item, "page_marking": [found.item], "table": table, "form": form, "may_tell": can(seat, "share", found.item),
    }  # fmt: skip
    return render(request, "cases/disclosing/of_case.html", context, status=422 if form.errors else 200)


def by_hand(found: Case, data: dict[str, Any], seat: Seat) -> Disclosure:
    """What a form says was told."""
    told = [Told(thing=Thing.EVIDENCE, key=str(one.pk), name=one.name) for one in data["evidence"]]
    return register.tell_by_hand(
        found,
        by=seat,
        kind=DisclosureKind(data["kind"]),
        what=data["what"],
        to=data["to"],
        ground=data["ground"],
        holds=told,
    )


@require_safe
@seated
def disclosure(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One entry: what they were told, receipts, corrections."""
    return render(request, "cases/disclosing/disclosure.html", page(request, seat, find.find_disclosure(seat, key)))


def page(request: HttpRequest, seat: Seat, told: Disclosure, **forms_of: forms.Form) -> dict[str, Any]:
    """What the page of an entry shows, with a form that came back wrong in its place."""
    item = told.case.item if told.case else None
    require(seat, "list disclosures", item)
    holds = Table(
        request=request,
        caption="What it told of",
        name="h",
        rows=told.holds.order_by("thing", "name", "pk"),
        columns=[
            Column(key="thing", title="What"),
            Column(
                key="name", title="Name then", link=lambda row: reverse("disclosed-about", args=[row.thing, row.key])
            ),
        ],
        find=["name"],
        empty="Nothing of it is kept one by one.",
    )
    corrections = told.corrections.select_related("correction", "sent__by__person").order_by("at", "pk")
    return {
        "told": told, "item": item, "page_marking": [item] if item else OWN, "holds": holds,
        "redactions": [(Removed(code), many) for code, many in sorted(told.redactions.items())],
        "receipts": told.receipts.select_related("by__person").order_by("at", "pk"), "corrections": corrections,
        "waiting": any(not hasattr(one, "sent") for one in corrections), "may_keep": can(seat, "keep register", item),
        "receipt_form": ReceiptForm(auto_id="receipt_%s"), "correct_form": CorrectForm(told=told, auto_id="correct_%s"),
        "sent_form": SentForm(told=told, auto_id="sent_%s"),
    } | forms_of  # fmt: skip


@require_POST
@seated
def say_of_disclosure(request: HttpRequest, seat: Seat, key: UUID, what: str) -> HttpResponse:
    """Keep a receipt, correct something, or write down that a recipient has a correction."""
    told = find.find_disclosure(seat, key)
    form: forms.Form
    match what:
        case "receipt":
            form = ReceiptForm(request.POST, auto_id="receipt_%s")
        case "correct":
            form = CorrectForm(request.POST, told=told, auto_id="correct_%s")
        case "sent":
            form = SentForm(request.POST, told=told, auto_id="sent_%s")
        case _:
            raise Http404("There is nothing of this name to say.")
    if form.is_valid():
        try:
            done = do(told, what, form.cleaned_data, seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, done)
            return redirect("disclosure", told.pk)
    context = page(request, seat, told, **{f"{what}_form": form})
    return render(request, "cases/disclosing/disclosure.html", context, status=422)


def do(told: Disclosure, what: str, data: dict[str, Any], seat: Seat) -> str:
    """Do what a form asks, and say what was done."""
    match what:
        case "receipt":
            register.receipt(told, by=seat, words=data["words"])
            return "Kept."
        case "correct":
            held = data["what"]
            named = (
                Told(thing=Thing(held.thing), key=held.key, name=held.name)
                if held else Told(thing=Thing.DISCLOSURE, key=str(told.pk), name=told.what)
            )  # fmt: skip
            _, many = register.correct(
                named, by=seat, case=told.case, old=data["old"], new=data["new"], reason=data["reason"]
            )
            return f"Corrected. {many:,} {'recipient is' if many == 1 else 'recipients are'} owed it, each by its own entry."
        case _:
            if data["called_off"]:
                register.call_off(data["due"], by=seat, why=data["how"])
                return "Called off, with your reason."
            register.sent(data["due"], by=seat, how=data["how"], receipt=data["receipt"])
            return "Written down."
