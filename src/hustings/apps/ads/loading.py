"""Archives read into the platform: every row in, or named with its reason; a second time changes nothing.

A file is known by its digest. Batches are committed one by one with how far they got, so that a run that was stopped
goes on where it was; what an ad says anew is another version of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.apps import database
from hustings.apps.ads.content import digest_of as digest_of_content
from hustings.apps.ads.content import domain_of, near_keys
from hustings.apps.ads.models import (
    Ad,
    AdVersion,
    ArchiveImport,
    ArchiveRow,
    Check,
    Creative,
    Page,
    PageName,
    Payer,
    SetAside,
    Sponsor,
)
from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.connectors.archive import ArchiveReader, FileRead, Placed, Skipped
from hustings.connectors.mapped_ads import AdsMapping
from hustings.errors import BadInput
from hustings.policy.advertising import AdState
from hustings.screening.ad import Ad as Read
from hustings.screening.archive import Advertiser
from hustings.screening.table_form import row_of
from hustings.screening.targeting_tree import to_json

__all__ = ["Loaded", "load_archive"]

LONGEST = {"name": 300, "number": 200, "url": 2000, "disclaimer": 500}


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of one file.

    before   rows that an earlier, interrupted run had committed
    again    the file was read whole before; nothing was done
    """

    name: str
    about: str
    rows: int
    rows_in: int
    aside: int
    before: int
    again: bool
    new: int = 0
    changed: int = 0
    same: int = 0


def load_archive(
    paths: list[Path],
    *,
    held_by: Organisation,
    by: Seat | None,
    kind: str | None = None,
    mapping: AdsMapping | None = None,
    progress: Callable[[str, int], None] = lambda _name, _rows: None,
) -> list[Loaded]:
    """Read files, folders or zips of an archive into the platform.

    by    the seat that reads them in; None for the owner's command
    Raises   BadInput, with every file that cannot be read; the others are in by then
    """
    if by is not None:
        with acting(by):
            require(by, "take ads in")
    reader = ArchiveReader(paths, kind, mapping)
    told: list[Loaded] = []
    for file, batches in by_file(reader):
        if file.kind is None:  # a text beside the tables, or a problem that the reader names
            continue
        told.append(load_file(file, batches, held_by=held_by, by=by, progress=progress))
    if reader.problems:
        raise BadInput("Some files of the archive cannot be read; the others are in.", reader.problems)
    return told


def by_file(reader: ArchiveReader) -> Iterator[tuple[FileRead, Iterator[list[Placed]]]]:
    """Each file with its batches."""
    stream = reader.batches()
    waiting = next(stream, None)
    while waiting is not None:
        file, first = waiting
        following: list[tuple[FileRead, list[Placed]] | None] = [None]

        def batches(
            file: FileRead = file, first: list[Placed] = first, rest: list[Any] = following
        ) -> Iterator[list[Placed]]:
            yield first
            for other, batch in stream:
                if other is not file:
                    rest[0] = (other, batch)
                    return
                yield batch

        each = batches()
        yield file, each
        for _ in each:  # whoever did not want them: the next file begins after the last batch
            pass
        waiting = following[0]


def load_file(
    file: FileRead,
    batches: Iterator[list[Placed]],
    *,
    held_by: Organisation,
    by: Seat | None,
    progress: Callable[[str, int], None],
) -> Loaded:
    """One file, batch by batch, each in a transaction of its own with how far it got."""
    first = next(batches)
    assert file.kind is not None
    archive = file.kind.split("-")[0]
    with acting(by):
        into, made = ArchiveImport.objects.select_for_update().get_or_create(
            held_by=held_by, archive=archive, sha256=file.sha256,
            defaults={"name": file.name[-300:], "by": by.appointment if by else None},
        )  # fmt: skip
    if into.ended_at is not None:
        for _ in batches:
            pass
        return Loaded(
            name=file.name,
            about=file.about,
            rows=file.rows,
            rows_in=into.rows_in,
            aside=into.rows_aside,
            before=0,
            again=True,
        )
    before, place = into.done_up_to, 0
    counts = {"new": 0, "changed": 0, "same": 0}
    beside = Beside(held_by)
    for batch in chain(first, batches):
        start, place = place, place + len(batch)
        wanted = batch[max(0, before - start) :]
        if not wanted:
            continue
        with acting(by):
            take(wanted, into, archive, held_by, beside, counts)
            into.done_up_to, into.rows_in = place, file.rows_in
            into.save(update_fields=["done_up_to", "rows_in"])
        progress(file.name, place)
    with acting(by):
        put_aside(into, file.skipped)
        into.rows_read, into.rows_in, into.rows_aside = file.rows, file.rows_in, len(file.skipped)
        into.totals = {name: str(value) for name, value in sorted(file.totals.sums.items())}
        into.ended_at = database.moment()
        into.save()
        record(
            "archive read in", by=by, subject=("import", into.pk),
            facts={"rows": file.rows, "in": file.rows_in, "aside": len(file.skipped), "sha256": file.sha256, "first": made, **counts},
        )  # fmt: skip
    return Loaded(
        name=file.name,
        about=file.about,
        rows=file.rows,
        rows_in=file.rows_in,
        aside=len(file.skipped),
        before=before,
        again=False,
        **counts,
    )


@contextmanager
def acting(by: Seat | None) -> Iterator[None]:
    """One batch: a transaction of its own, as the worker, in the name of who reads the archive in."""
    with in_role(WORKER):
        database.seat(by.id if by else None, strong=by.strong if by else False)
        yield


def chain(first: list[Placed], batches: Iterator[list[Placed]]) -> Iterator[list[Placed]]:
    """The first batch and the others."""
    yield first
    yield from batches


def put_aside(into: ArchiveImport, skipped: list[Skipped]) -> None:
    """Name every row that is not in."""
    SetAside.objects.bulk_create(
        [SetAside(of=into, line=one.line[:60], reason=one.reason[:500]) for one in skipped], batch_size=2_000
    )


class Beside:
    """Pages, sponsors and payers of one import, each looked up once."""

    def __init__(self, held_by: Organisation) -> None:
        self.held_by = held_by
        self.pages: dict[tuple[str, str], Page] = {}
        self.sponsors: dict[tuple[str, str], Sponsor] = {}
        self.payers: dict[tuple[object, ...], Payer] = {}

    def page(self, ad: Read, sponsor: Sponsor | None) -> Page | None:
        """The page of an ad, with the name it bears there."""
        if ad.actor is None:
            return None
        key = (ad.platform or "unknown", ad.actor[:300])
        name = (ad.page_name or "")[: LONGEST["name"]]
        if key not in self.pages:
            self.pages[key], _ = Page.objects.get_or_create(
                held_by=self.held_by, platform=key[0][:40], number=key[1], defaults={"name": name, "sponsor": sponsor}
            )
        page = self.pages[key]
        if name and page.name != name:
            PageName.objects.get_or_create(page=page, name=name, since=ad.created or database.moment())
            page.name = name
            page.save(update_fields=["name"])
        return page

    def sponsor(self, archive: str, number: str, name: str, **more: Any) -> Sponsor:
        """The sponsor of this number in this archive; where it gives none, of this name."""
        key = (archive, (number or f"name:{name}")[: LONGEST["number"]])
        if key not in self.sponsors:
            self.sponsors[key], _ = Sponsor.objects.get_or_create(
                held_by=self.held_by,
                archive=key[0],
                number=key[1],
                defaults={"registered_name": name[: LONGEST["name"]], **more},
            )
        return self.sponsors[key]

    def payer(self, ad: Read, sponsor: Sponsor | None) -> Payer | None:
        """Whose money it is, as far as the archive tells."""
        name = ad.payer or ad.sponsor or ""
        if not name and ad.instrument is None and ad.billing_country is None:
            return None
        key = (
            name[: LONGEST["name"]],
            ad.billing_country or "",
            ad.instrument or "",
            ad.currency or "",
            sponsor and sponsor.pk,
        )
        if key not in self.payers:
            values = {"name": key[0], "country": key[1], "instrument": key[2], "currency": key[3], "sponsor": sponsor}
            found = Payer.objects.filter(held_by=self.held_by, issuing_country="", **values).first()
            self.payers[key] = found or Payer.objects.create(held_by=self.held_by, **values)
        return self.payers[key]


def take(
    batch: list[Placed],
    into: ArchiveImport,
    archive: str,
    held_by: Organisation,
    beside: Beside,
    counts: dict[str, int],
) -> None:
    """The records of one batch."""
    rows = []
    numbers = [number_of(placed.record) for placed in batch if isinstance(placed.record, Read)]
    there = {ad.number: ad for ad in Ad.objects.filter(held_by=held_by, archive=archive, number__in=numbers)}
    latest = {
        version.ad_id: version.digest
        for version in AdVersion.objects.filter(ad__in=there.values()).order_by("version").only("ad_id", "digest")
    }
    for placed in batch:
        record_ = placed.record
        if isinstance(record_, Read):
            counts[take_ad(record_, into, archive, beside, there, latest)] += 1
            continue
        if isinstance(record_, Advertiser):
            take_advertiser(record_, archive, beside)
        rows.append(
            ArchiveRow(of=into, kind=type(record_).__name__, line=placed.line[:60], content=plain(row_of(record_)))
        )
    ArchiveRow.objects.bulk_create(rows, batch_size=2_000)


def take_advertiser(row: Advertiser, archive: str, beside: Beside) -> None:
    """An advertiser as a sponsor, with the numbers the archive shows; what a register says of them is checked apart."""
    regions = [code for code in row.regions if len(code) == 2]
    sponsor = beside.sponsor(
        archive,
        row.advertiser,
        row.name or row.declared_name or row.advertiser,
        country=regions[0] if len(regions) == 1 else "",
    )
    for public in row.public_ids:
        if not Check.objects.filter(
            sponsor=sponsor, what="number", scheme=public.scheme[:40], value=public.value[:200]
        ).exists():
            Check.objects.create(
                sponsor=sponsor, what="number", scheme=public.scheme[:40], value=public.value[:200], name_given=sponsor.registered_name,
                result="unknown", people=1, sentences=["The archive states this number; nobody here has checked it."],
            )  # fmt: skip


def number_of(ad: Read) -> str:
    """The key of an ad in its archive."""
    return f"{ad.platform or 'unknown'}:{ad.ad}"[: LONGEST["number"]]


def take_ad(
    ad: Read, into: ArchiveImport, archive: str, beside: Beside, there: dict[str, Ad], latest: dict[Any, str]
) -> str:
    """One ad: new, changed or the same."""
    content = plain(row_of(ad))
    digest = digest_of_content(content)
    number = number_of(ad)
    found = there.get(number)
    if found is not None and latest.get(found.pk) == digest:
        return "same"
    name = ad.sponsor or ad.disclaimer or ad.page_name or ""
    sponsor = beside.sponsor(archive, ad.advertiser or "", name) if (ad.advertiser or ad.sponsor) else None
    money = next((one for one in ad.spend_ranges if one.currency), ad.spend_ranges[0] if ad.spend_ranges else None)
    shown = ad.impressions_range
    values: dict[str, Any] = {
        "page": beside.page(ad, sponsor),
        "sponsor": sponsor,
        "payer": beside.payer(ad, sponsor),
        "creative": creative_of(ad, into.held_by_id),
        "disclaimer_text": (ad.disclaimer or "")[: LONGEST["disclaimer"]],
        "countries": [code for code in ad.target_countries if len(code) == 2],
        "targeting": None if ad.tree is None else to_json(ad.tree),
        "currency": (ad.currency or (money.currency if money else None) or "")[:3],
        "created": ad.created,
        "starts": ad.created,
        "ends": ad.ended,
        "spend": ad.spend,
        "spend_low": money.range.low if money else None,
        "spend_high": money.range.high if money else None,
        "impressions": ad.impressions,
        "impressions_low": int(shown.low) if shown else None,
        "impressions_high": int(shown.high) if shown and shown.high is not None else None,
        "clicks": ad.clicks,
        "defects": [one[:300] for one in (*ad.defects, *ad.tree_lost)],
        "rest": dict(ad.rest),
        "words": "\n".join(filter(None, (text_of(ad), ad.page_name, ad.sponsor, ad.disclaimer))).replace("\x00", ""),
    }
    if found is None:
        found = Ad.objects.create(
            held_by_id=into.held_by_id, archive=archive, number=number, state=AdState.RECORDED, **values
        )
        there[number] = found
        became = "new"
    else:
        found.version += 1
        for field, value in values.items():
            setattr(found, field, value)
        found.changed_at = database.moment()
        found.save()
        became = "changed"
    AdVersion.objects.create(
        ad=found,
        version=found.version,
        content=content,
        digest=digest,
        source=f"{into.name} ({into.sha256[:16]})"[-300:],
    )
    latest[found.pk] = digest
    return became


def text_of(ad: Read) -> str:
    """All that the ad says."""
    parts = dict.fromkeys(part for part in (ad.text, *ad.titles, *ad.texts, *ad.descriptions, *ad.captions) if part)
    return "\n".join(parts)


def creative_of(ad: Read, held_by: Any) -> Creative:
    """The creative, shared by ads that show the same."""
    url = (ad.landing_url or "")[: LONGEST["url"]]
    title, text = (ad.titles[0] if ad.titles else "")[:500], text_of(ad).replace("\x00", "")
    shown = {"title": title, "text": text, "landing_url": url, "media": [ad.media_url] if ad.media_url else []}
    creative, _ = Creative.objects.get_or_create(
        held_by_id=held_by,
        digest=digest_of_content(shown),
        defaults={
            "title": title,
            "text": text,
            "near": near_keys(text),
            "landing_url": url,
            "landing_domain": domain_of(url)[:253] if url else "",
            "media": [{"address": ad.media_url, "kind": ad.media_type or ""}] if ad.media_url else [],
            "language": (ad.languages[0] if ad.languages else "")[:8],
        },
    )
    return creative


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON can say it, without NUL, which PostgreSQL keeps nowhere."""
    return {name: said(value) for name, value in row.items() if value is not None}


def said(value: Any) -> Any:
    """A value of a cell."""
    if isinstance(value, list):
        return [said(one) for one in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, int | bool | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
