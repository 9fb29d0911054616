"""The page on which somebody takes parts out of a copy of a sealed original, each for a reason."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hustings.apps.cases import find
from hustings.apps.cases.disclosing import redacting
from hustings.apps.cases.forms import long
from hustings.apps.cases.models import Redaction
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.ledger.bag import NotAsSealed
from hustings.policy.disclosure import Removed

__all__ = ["redact"]

CODES = {one.value for one in Removed}


class RedactForm(forms.Form):
    """What is taken out of the copy."""

    parts = long(label="What is taken out", help_text="One a line: reason; words as they stand in the original, wherever they do; or bytes, such as 120-240. "
                                                     "For example: PERSON; Nora Example")  # fmt: skip
    why = forms.CharField(max_length=500, min_length=3, label="Why a copy is made, and for whom")

    def clean_parts(self) -> list[tuple[Removed, str]]:
        """The lines, all wrong ones told at once."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["parts"].splitlines(), 1):
            code, split, what = (part.strip() for part in line.partition(";"))
            if not (code or what):
                continue
            if code not in CODES or not split or not what:
                wrong.append(
                    f"Line {number} reads '{line.strip()[:80]}'; it needs one of {', '.join(sorted(CODES))}; what is taken out."
                )
            else:
                found.append((Removed(code), what))
        if wrong:
            raise forms.ValidationError(wrong)
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def redact(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Make a redacted copy of an original, and see those that were made."""
    found = find.find_evidence(seat, key)
    require(seat, "read", found.item)
    form = RedactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            copy = redacting.make_copy(found, form.cleaned_data["parts"], by=seat, why=form.cleaned_data["why"])
        except BadInput as error:
            for problem in error.problems:
                form.add_error(
                    "parts", f"{problem.where.capitalize()}: {problem.found}; expected {problem.expected}. {problem.do}"
                )
        except NotAsSealed as error:
            form.add_error(None, f"{error} Tell the administrator now; no copy was made.")
        else:
            messages.success(
                request, "Sealed. Look at the copy before it leaves: words that are written otherwise are still in it."
            )
            return redirect("evidence", copy.pk)
    copies = Redaction.objects.filter(original=found, copy__in=find.evidence(seat).order_by().values("pk"))
    context = {
        "evidence": found, "item": found.item, "page_marking": found.item, "form": form, "reasons": list(Removed),
        "copies": copies.select_related("copy", "by__person").order_by("at", "pk"),
        "may_redact": found.made_from_id is None and can(seat, "redact evidence", found.item),
    }  # fmt: skip
    return render(request, "cases/disclosing/redact.html", context, status=422 if form.errors else 200)
