"""What everybody reads of a version: drawn from its record and, where nothing hides it, its content."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hustings.apps.library.models import Key, Shown, Version
from hustings.apps.library.sealing import open_content, salt_of, unwrap
from hustings.exchange.ads.prepared import prepared
from hustings.ledger.entry import written_moment
from hustings.screening.audience.places import regions_of
from hustings.screening.targeting_tree import from_json

__all__ = ["CREATIVE", "mask_earlier", "shown", "show_again"]

# What a removal hides. Who paid, whom it was aimed at and what the picture's digest was stay to be read.
CREATIVE = ("title", "text", "landing_url")


def shown(version: Version, content: Mapping[str, Any] | None, key: bytes, *, removed: bool | None = None) -> Shown:
    """The row of a version; without content it is expunged.

    key       of its subject, for the salt
    removed   whether its subject is removed now; None where this is the present version, which says it itself
    """
    record: dict[str, Any] = version.record
    removed = bool(record.get("removed")) if removed is None else removed
    hidden = "expunged" if content is None else "removed" if removed else ""
    told = visible(content, hidden)
    body = {
        **record,
        **told,
        "seq": version.seq,
        "at": written_moment(version.at),
        "digest": version.digest,
        "hidden": hidden,
    }
    return Shown(
        seq=version.seq,
        number=record["number"],
        kind=record["kind"],
        hidden=hidden,
        body=body,
        meta=prepared(body) if record["kind"] == "ad" and content is not None else None,
        salt="" if hidden else salt_of(key, version.version).hex(),
        archive=record.get("archive", ""),
        platform=record.get("platform", ""),
        state=record.get("state", ""),
        category=record.get("category", ""),
        language=record.get("language", ""),
        countries=record.get("countries", []),
        regions=regions(body),
        election=UUID(record["election"]["id"]) if record.get("election") else None,
        page=record.get("page"),
        advertiser=record.get("advertiser"),
        payer=record.get("payer"),
        currency=record.get("currency", ""),
        spend=None if record.get("spend") is None else Decimal(record["spend"]),
        impressions=record.get("impressions"),
        starts=day(record.get("starts")),
        ends=day(record.get("ends")),
    )


def regions(body: Mapping[str, Any]) -> list[str]:
    """Where an ad was shown or could be, as far as its record and its aim tell."""
    tree = body.get("targeting")
    try:
        aim = from_json(tree) if tree else None
    except ValueError:
        aim = None  # kept as it came; such an aim tells no place
    return list(regions_of(aim, [one[0] for one in body.get("by_region") or []], body.get("countries") or []))


def visible(content: Mapping[str, Any] | None, hidden: str) -> dict[str, Any]:
    """The content as anyone may read it."""
    if content is None:
        return {}
    if hidden != "removed":
        return dict(content)
    media = [
        {name: value for name, value in one.items() if name in ("sha256", "kind")} for one in content.get("media", [])
    ]
    return {**content, **dict.fromkeys(CREATIVE, ""), "media": media}


def mask_earlier(subjects: Collection[int]) -> None:
    """A removal hides the creative of every version, and putting back shows it again."""
    present = Shown.objects.filter(number__in=list(subjects), until__isnull=True).values_list("number", "hidden")
    now = dict(present)
    earlier = Shown.objects.filter(number__in=list(subjects), until__isnull=False).values_list("number", "hidden")
    for number in sorted({number for number, hidden in earlier if hidden != now[number]}):
        show_again(number)


def show_again(number: int) -> int:
    """Draw all rows of a subject anew from its versions; gives how many. Nothing of it can be read once its key is destroyed."""
    key = Key.objects.filter(subject=number).first()
    own = None if key is None else unwrap(bytes(key.wrapped), number=number)
    versions = list(Version.objects.filter(subject=number).order_by("version"))
    if not versions:
        return 0
    removed = bool(versions[-1].record.get("removed"))
    rows = []
    for place, version in enumerate(versions):
        content = (
            None if own is None else open_content(bytes(version.sealed), own, number=number, version=version.version)
        )
        row = shown(version, content, own or b"", removed=removed)
        row.until = versions[place + 1].seq if place + 1 < len(versions) else None
        rows.append(row)
    Shown.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["seq"],
        update_fields=["until", "hidden", "body", "meta", "salt", "regions"],
    )
    return len(rows)


def day(text: str | None) -> date | None:
    """A day as it was written."""
    return None if text is None else date.fromisoformat(text[:10])
