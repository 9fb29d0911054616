"""The pages of registers: which editions are loaded, what stands in them, and loading another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hustings.apps.ads.desk.forms import RegisterForm
from hustings.apps.ads.models import RegisterEdition, RegisterEntry
from hustings.apps.ads.registers.finding import by_name, editions
from hustings.apps.ads.registers.loading import load_edition
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import allow, can, require
from hustings.connectors.registers import read_register
from hustings.errors import BadInput

__all__ = ["load", "registers"]


@require_safe
@seated
def registers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every edition that is loaded; with words to look for, the lines that bear that number or name."""
    require(seat, "list sponsors")
    door = seat.appointment.position.organisation_id
    table = Table(
        request=request,
        caption="Editions",
        rows=RegisterEdition.objects.filter(held_by=door),
        columns=[
            Column(key="name", title="Register"),
            Column(key="scheme", title="Kind of number"),
            Column(key="published", title="Published"),
            Column(key="entries_count", title="Entries", number=True),
            Column(key="loaded_at", title="Loaded"),
            Column(key="sha256", title="Digest", value=lambda row: row.sha256[:12]),
        ],
        empty="Load the registers against which advertisers are checked.",
    )
    if table.wants_csv:
        return table.csv()
    asked = request.GET.get("q", "").strip()[:200]
    found: list[RegisterEntry] = []
    if asked:
        for edition in editions(door):
            numbered = RegisterEntry.objects.filter(edition=edition, number__iexact=asked).order_by("id")[:20]
            found += list(numbered) or by_name(edition, asked)
    context = {"table": table, "asked": asked, "found": found, "may_load": can(seat, "load register")}
    return render(request, "ads/desk/registers.html", context)


@require_http_methods(["GET", "POST"])
@seated
def load(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Load an edition from a file."""
    allow(seat, "load register")
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, UploadedFile[Any] | None] = {name: form.cleaned_data[name] for name in ("file", "mapping")}
        with tempfile.TemporaryDirectory(prefix="register-") as folder:
            places = {name: written(Path(folder), name, file) for name, file in given.items() if file}
            try:
                edition = read_register(
                    places["file"], published=form.cleaned_data["published"], mapping=places.get("mapping")
                )
                loaded = load_edition(edition, by=seat)
            except BadInput as error:
                form.add_error(
                    "file",
                    str(error).replace(folder, "").replace("/file", "the file").replace("/mapping", "the mapping"),
                )
            else:
                words = (
                    "stood here already and was left as it is" if loaded.already else f"has {len(edition):,} entries"
                )
                messages.success(request, f"{edition.name} of {edition.published} {words}.")
                return redirect("desk-registers")
    return render(request, "ads/desk/load_register.html", {"form": form}, status=422 if form.errors else 200)


def written(folder: Path, name: str, file: UploadedFile[Any]) -> Path:
    """An uploaded file where a reader of files finds it; gone with the folder."""
    place = folder / name
    place.write_bytes(file.read())
    return place
