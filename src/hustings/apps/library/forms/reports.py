"""Sums over the library as ZIP files in the layout of Meta's report and of Google's bundle."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.library.archive_api.view import address as public_address
from hustings.apps.library.bulk.csv_zip import FAST, Gathered, plain, written
from hustings.apps.library.bulk.export import FORMS, portions
from hustings.apps.library.find import Asked, present, search
from hustings.apps.permission import NotKnown
from hustings.exchange.ads.reports import CREATIVES, GoogleBundle, Table, meta_report

__all__ = ["google", "meta"]

MARK = b"\xef\xbb\xbf"  # the byte-order mark that the originals have
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of ZIP: equal rows give equal bytes
SPANS = {"yesterday": 1, "last-7-days": 7, "last-30-days": 30, "last-90-days": 90}
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
CHUNK = 2_000


@require_safe
def meta(request: HttpRequest, country: str, currency: str, span: str) -> HttpResponse:  # noqa: ARG001 - a view
    """For everybody: spend by page and disclaimer and by region, in a country and currency.

    span   lifelong; yesterday, last-7-days ... of today's date; or a day (YYYY-MM-DD), which alone gives the same bytes for ever
    """
    first, last = days_of(span)
    if not COUNTRY.fullmatch(country) or not CURRENCY.fullmatch(currency):
        raise NotKnown
    report = meta_report(
        bodies(Asked(countries=(country,), currency=currency, first=first, last=last)),
        currency=currency,
        first=first,
        last=last,
    )
    name = f"HustingsAdLibraryReport_{country}_{currency}_{span}"
    said = (
        f"Political ads shown in {country} and paid in {currency}, {span}: {report.ads} ads.\n"
        f"{report.left_out} more are left out, since what was spent on them is not known by day or not at all.\n"
        "Amounts are exact. Regions are known over the whole time of an ad alone: reports of some days have no locations.\n"
    )
    tables = {f"{name}_advertisers.csv": report.advertisers, f"{name}_locations.csv": report.locations}
    return packed(f"{name}.zip", tables, said)


@require_safe
def google(request: HttpRequest) -> StreamingHttpResponse:
    """For everybody: every ad and advertiser, weeks and regions, in the layout of Google's bundle; sent while it is read."""
    address = f"{public_address(request)}{reverse('library')}ads/"
    return StreamingHttpResponse(
        bundled(address, present()),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="hustings-political-ads.zip"'},
    )


def bundled(address: str, at: int) -> Iterator[bytes]:
    """The ZIP in parts. Ads pass by in portions; only sums are kept."""
    with in_role(WEB):
        named = (
            search(Asked(), at=at)
            .exclude(currency="")
            .order_by("currency")
            .values_list("currency", flat=True)
            .distinct()
        )
        bundle = GoogleBundle(currencies=list(named), address=address)
    out = Gathered()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        with archive.open(zipfile.ZipInfo(CREATIVES, FIRST_DAY), "w", force_zip64=True) as file:
            file.write(MARK + cells([bundle.creatives_heading]))
            for batch in portions(lambda: search(Asked(), at=at), form=FORMS["jsonl"]):
                file.write(cells([bundle.add(json.loads(body)) for body in batch]))
                yield out.take()
        for name, (heading, rows) in bundle.tables().items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), MARK + cells([heading, *rows]))
    yield out.take()


def cells(rows: Iterable[list[str]]) -> bytes:
    """Rows as lines of CSV that a spreadsheet takes for text."""
    return written([[plain(cell) for cell in row] for row in rows])


def days_of(span: str) -> tuple[date | None, date | None]:
    """First and last day. Raises NotKnown."""
    if span == "lifelong":
        return None, None
    if span in SPANS:
        last = database.moment().date() - timedelta(days=1)
        return last - timedelta(days=SPANS[span] - 1), last
    try:
        day = date.fromisoformat(span)
    except ValueError as error:
        raise NotKnown from error
    if span != day.isoformat():
        raise NotKnown
    return day, day


def bodies(asked: Asked) -> Iterable[dict[str, Any]]:
    """The records of the ads that fit, a portion at a time."""
    return search(asked).values_list("body", flat=True).iterator(chunk_size=CHUNK)


def packed(name: str, tables: dict[str, Table], said: str) -> HttpResponse:
    """The tables in a ZIP, each with the byte-order mark that the originals have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, (heading, rows) in tables.items():
            archive.writestr(zipfile.ZipInfo(file, FIRST_DAY), MARK + cells([heading, *rows]))
        archive.writestr(zipfile.ZipInfo("README.txt", FIRST_DAY), said)
    return HttpResponse(
        out.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


meta.without_seat = True  # type: ignore[attr-defined]
google.without_seat = True  # type: ignore[attr-defined]
