"""The pages of sealed evidence: what it is, what was done with it, and its bytes once a reason is given."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.cases import find, fixity, packing, pictures, sealing
from hustings.apps.cases.capture import capture
from hustings.apps.cases.forms import CaptureForm, OpenForm, PackForm, SealForm
from hustings.apps.cases.models import Stamp
from hustings.apps.cases.pages.case import case_page
from hustings.apps.cases.store import store
from hustings.apps.console.refused import say
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.ledger.bag import NotAsSealed

__all__ = ["capture_address", "evidence", "open_evidence", "pack", "seal"]


@require_POST
@seated
def seal(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Seal a file as evidence of a case."""
    found = find.find_case(seat, key)
    form = SealForm(request.POST, request.FILES, auto_id="seal_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            kept = sealing.seal(
                data["file"], by=seat, case=found, name=data["file"].name[:300], how="upload", tool=data["tool"],
                media_type=(data["file"].content_type or "application/octet-stream")[:100], captured_at=data["captured_at"],
                about=(data["what"], data["platform"], data["of"]), source_url=data["source_url"], why=data["why"],
            )  # fmt: skip
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Sealed. Its digest stands in the log; the bytes never change.")
            return redirect("evidence", kept.pk)
    return render(request, "cases/case.html", case_page(seat, found, seal_form=form), status=422)


@require_POST
@seated
def capture_address(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Ask an address of the open web and seal what it answers."""
    found = find.find_case(seat, key)
    form = CaptureForm(request.POST, auto_id="capture_%s")
    if form.is_valid():
        try:
            kept = capture(form.cleaned_data["url"], found, by=seat, why=form.cleaned_data["why"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Captured and sealed, with what was asked and what answered.")
            return redirect("evidence", kept.pk)
    return render(request, "cases/case.html", case_page(seat, found, capture_form=form), status=422)


@require_safe
@seated
def evidence(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One sealed object."""
    found = find.find_evidence(seat, key)
    require(seat, "read", found.item)
    context = {
        "evidence": found,
        "item": found.item,
        "page_marking": found.item,
        "custody": found.custody.select_related("by__person", "by__position"),
        "alike": pictures.alike(seat, found)[:50],
        "renditions": find.evidence(seat).filter(made_from=found),
        "damage": fixity.damage_of(found),
        "stamps": Stamp.objects.filter(head__leaves__evidence=found),
        "form": OpenForm(),
        "may_state": can(seat, "state evidence", found.item),
    }
    return render(request, "cases/evidence.html", context)


@require_POST
@seated
def open_evidence(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hand the bytes out, after who and why is written down. Always as a file: nothing of it runs in the page."""
    found = find.find_evidence(seat, key)
    form = OpenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why you open it; it stands in its custody.")
        return redirect("evidence", found.pk)
    if not store().intact(found.sha256):
        messages.error(
            request,
            "The bytes are gone or changed since they were sealed. Tell the administrator now; nothing was opened.",
        )
        return redirect("evidence", found.pk)
    sealing.look_at(found, by=seat, why=form.cleaned_data["why"], act_of_custody="copy")
    answer = StreamingHttpResponse(store().read(found.sha256), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{found.sha256[:16]}.sealed"'
    answer["Content-Length"] = str(found.size)
    return answer  # type: ignore[return-value] # a stream is a response in all that middleware and browser ask


@require_POST
@seated
def pack(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Hand out a package of a case's evidence, after who and why is written down. Its name begins its digest."""
    found = find.find_case(seat, key)
    form = PackForm(request.POST, auto_id="pack_%s")
    if form.is_valid():
        try:
            packed = packing.pack(found, by=seat, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        except NotAsSealed as error:
            form.add_error(None, f"{error} Tell the administrator now; nothing was packed.")
        else:
            name = f"{packed.name}-{packed.tagmanifest[:16]}.tar"
            answer = FileResponse(packed.file, as_attachment=True, filename=name, content_type="application/x-tar")
            return answer  # type: ignore[return-value] # a stream is a response in all that middleware and browser ask
    return render(request, "cases/case.html", case_page(seat, found, pack_form=form), status=422)
