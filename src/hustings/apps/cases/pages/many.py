"""The page on which many members of a campaign are proposed at once, and accepted by another person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import find, many
from hustings.apps.cases.forms import long
from hustings.apps.cases.models import Campaign
from hustings.apps.cases.pages.campaigns import material, tabs_of_campaign
from hustings.apps.console.refused import say
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.policy.casework import Confidence, MemberKind

__all__ = ["accept_all", "many_members", "propose_all"]

SHOWN = 500  # of those that wait; the rest are counted
TOLD = 20


class ManyForm(forms.Form):
    """Who is proposed, on which grounds."""

    names = long(required=False, label="A list",
        help_text="One a line: kind; platform; name; part. For example: page; meridian; 17; posts. The part may be left out.")  # fmt: skip
    archive = forms.CharField(max_length=30, required=False, label="Or the pages behind the ads of an archive", help_text="Such as ira, portal or api.")  # fmt: skip
    query = forms.CharField(max_length=200, required=False, label="With these words")
    confidence = forms.ChoiceField(choices=[(one.value, f"{one.value}: {one.sentence}") for one in Confidence])
    method = forms.CharField(max_length=200, label="How they were found to belong")
    rests_on = forms.ModelMultipleChoiceField(Item.objects.none(), label="They rest on")

    def __init__(self, *args: Any, grounds: QuerySet[Item], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["rests_on"].queryset = grounds.filter(kind__in=many.GROUNDS)  # type: ignore[attr-defined]
        self.fields["rests_on"].label_from_instance = lambda item: f"{item.kind}: {item.title}"  # type: ignore[attr-defined]

    def clean_names(self) -> list[many.Named]:
        """The lines, all wrong ones told at once."""
        found, wrong = [], []
        kinds = {one.value for one in MemberKind}
        for number, line in enumerate(self.cleaned_data["names"].splitlines(), 1):
            parts = [part.strip() for part in line.split(";", 3)]
            if not any(parts):
                continue
            parts += [""] * (4 - len(parts))
            if (
                parts[0] not in kinds
                or not parts[2]
                or len(parts[1]) > 40
                or len(parts[2]) > 500
                or len(parts[3]) > 100
            ):
                wrong.append(
                    f"Line {number} reads '{line.strip()[:80]}'; it needs {', '.join(sorted(kinds))}; platform; name."
                )
            else:
                found.append(many.Named(kind=MemberKind(parts[0]), platform=parts[1], name=parts[2], part=parts[3]))
        if wrong:
            raise forms.ValidationError(
                [*wrong[:TOLD], *([f"{len(wrong) - TOLD:,} more."] if len(wrong) > TOLD else [])]
            )
        return found

    def clean(self) -> dict[str, Any]:
        """A list, or ads: one of the two."""
        data: dict[str, Any] = super().clean() or {}
        ads = bool(data.get("archive") or data.get("query"))
        if "names" in data and bool(data["names"]) == ads:
            raise forms.ValidationError("Give a list, or say behind which ads the pages are: one of the two.")
        return data


class AcceptForm(forms.Form):
    """All that waited when the page was made."""

    until = forms.CharField(max_length=40)
    many = forms.IntegerField(min_value=0)
    reason = forms.CharField(max_length=500, label="Why")

    def clean_until(self) -> Any:
        """The moment."""
        try:
            found = parse_datetime(self.cleaned_data["until"])
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise forms.ValidationError("Load the page again.")
        return found


@require_safe
@seated
def many_members(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The page."""
    return render(request, "cases/many.html", page(seat, opened(seat, key)))


def opened(seat: Seat, key: UUID) -> Campaign:
    """The campaign, for who may read it."""
    found = find.find_campaign(seat, key)
    require(seat, "read", found.item)
    return found


def page(seat: Seat, found: Campaign, **sent: forms.Form) -> dict[str, Any]:
    """What the page shows, with a form that came back wrong in its place."""
    waiting = many.proposed(found, by=seat)
    newest = waiting.order_by("-at").first()
    return {
        "campaign": found,
        "item": found.item,
        "tabs": tabs_of_campaign(found),
        "page_marking": found.item,
        "waiting": waiting[:SHOWN],
        "many": waiting.count(),
        "until": newest.at.isoformat() if newest else "",
        "may_work": can(seat, "work on case", found.item),
        "may_accept": newest is not None and can(seat, "accept member", found.item, asked_by=newest.by),
        "many_form": ManyForm(grounds=material(seat, found), auto_id="many_%s"),
        "accept_form": AcceptForm(auto_id="accept_%s"),
    } | sent  # fmt: skip


@require_POST
@seated
def propose_all(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Propose a list, or the pages behind ads."""
    found = opened(seat, key)
    if not can(seat, "work on case", found.item):
        raise Http404("There is nothing of this name to do.")
    form = ManyForm(request.POST, grounds=material(seat, found), auto_id="many_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            named = data["names"] or many.pages_behind(query=data["query"], archive=data["archive"])
            told = many.propose_many(
                found, named, by=seat, confidence=Confidence(data["confidence"]), method=data["method"], rests_on=list(data["rests_on"])
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            before = f"; {told.before:,} stood there before" if told.before else ""
            messages.success(request, f"{told.made:,} proposed{before}. Another person accepts them.")
            return redirect("campaign-many", found.pk)
    return render(request, "cases/many.html", page(seat, found, many_form=form), status=422)


@require_POST
@seated
def accept_all(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Accept all that the page showed."""
    found = opened(seat, key)
    form = AcceptForm(request.POST, auto_id="accept_%s")
    if form.is_valid():
        try:
            count = many.accept_proposed(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"{count:,} belong, by your decision.")
            return redirect("campaign", found.pk)
    return render(request, "cases/many.html", page(seat, found, accept_form=form), status=422)
