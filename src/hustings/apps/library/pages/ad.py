"""The page of one ad: all that is public of it, in every version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe

from hustings.apps.console import words
from hustings.apps.library.find import versions_of
from hustings.apps.library.models import Shown, Subject
from hustings.apps.library.pages.changes import Change, changes
from hustings.apps.library.pages.drawing import Columns, columns
from hustings.apps.library.pages.telling import aimed_at, card, language_name, money, value_name
from hustings.apps.permission import NotKnown
from hustings.policy.advertising import AD, SponsorClass

__all__ = ["Told", "ad", "subject_of", "told_of", "versions_in"]

LARGEST = 2**63 - 1
VERSIONS = 200  # of one record that a page lists; the interface has all


@dataclass(frozen=True, kw_only=True)
class Told:
    """One version as the list of versions tells it."""

    version: int
    seq: int
    at: datetime
    digest: str
    here: bool
    changes: list[Change]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One step of an ad with its ground."""

    at: datetime
    sentence: str
    reason: str
    policy: str


def versions_in(number: int, kind: str) -> list[Shown]:
    """The versions of a subject, newest first.

    Raises   NotKnown where there is no such subject of this kind
    """
    rows = list(versions_of(number).filter(kind=kind)[:VERSIONS]) if number <= LARGEST else []
    if not rows:
        raise NotKnown
    return rows


def chosen(request: HttpRequest, rows: Sequence[Shown]) -> Shown:
    """The version that the address names, else the present one."""
    asked = request.GET.get("version", "")
    if not asked:
        return rows[0]
    for row in rows:
        if str(row.body["version"]) == asked:
            return row
    raise NotKnown


def told_of(rows: Sequence[Shown], here: Shown) -> list[Told]:
    """Every version with what it says otherwise than the one before."""
    earlier = [*rows[1:], None]
    return [
        Told(
            version=row.body["version"],
            seq=row.seq,
            at=datetime.fromisoformat(row.body["at"]),
            digest=row.body["digest"],
            here=row.seq == here.seq,
            changes=[] if before is None else changes(before.body, row.body),
        )
        for row, before in zip(rows, earlier, strict=True)
    ]


@require_safe
def ad(request: HttpRequest, number: int) -> HttpResponse:
    """For everybody: one ad."""
    rows = versions_in(number, "ad")
    row = chosen(request, rows)
    body = row.body
    decisions = decided(body.get("decisions") or [])
    context = {
        "card": card(body),
        "body": body,
        "row": row,
        "present": row.until is None,
        "aimed": aimed_at(body),
        "language": language_name(body.get("language", ""))
        + (" (told by its words)" if body.get("language_told_by") == "its words" else ""),
        "category": value_name("category", body.get("category", "")),
        "election": body.get("election"),
        "decisions": decisions,
        "removed_because": next((one for one in reversed(decisions) if one.reason), None)
        if row.hidden == "removed"
        else None,
        "advertiser_class": SponsorClass(body["advertiser_class"]).sentence if body.get("advertiser_class") else "",
        "checks": checks_of(body.get("advertiser")),
        "money_from": money_from(body.get("money")),
        "late": late(body),
        "budget": money(body.get("budget"), body.get("currency", "")) if body.get("budget") else "",
        "days": by_day(body),
        "day_rows": [figures(one, 1, body) for one in body.get("by_day") or []],
        "region_rows": [figures(one, 1, body) for one in body.get("by_region") or []],
        "group_rows": [figures(one, 2, body) for one in body.get("by_age_and_gender") or []],
        "media": body.get("media") or [],
        "versions": told_of(rows, row),
        "proof": proof_of("ads", number),
    }
    return render(request, "library/ad.html", context)


ad.without_seat = True  # type: ignore[attr-defined]


def decided(moves: Sequence[Mapping[str, Any]]) -> list[Decided]:
    """What happened to it, in the words of the table of moves."""
    sentences = {move.code: move.sentence for move in AD.moves}
    return [
        Decided(
            at=datetime.fromisoformat(one["at"]), sentence=sentences.get(one["move"], one["move"]), reason=one["reason"],
            policy=one["policy"],
        )
        for one in moves
    ]  # fmt: skip


def subject_of(number: int) -> Subject | None:
    """The subject of a number."""
    return Subject.objects.filter(pk=number).first()


def checks_of(advertiser: int | None) -> str | None:
    """Where it is published what was checked of the advertiser; nothing where it never was authorised at this door."""
    if advertiser is None:
        return None
    row = Shown.objects.filter(number=advertiser, until__isnull=True).first()
    if row is None or not row.body.get("authorised"):
        return None
    subject = subject_of(advertiser)
    return None if subject is None else reverse("published-checks", args=[subject.source])


def money_from(told: Mapping[str, Any] | None) -> str:
    """Where the money is from, as coarsely as the public is told."""
    if told is None:
        return "not known"
    public = {True: "public money", False: "private money"}.get(told.get("public"))  # type: ignore[arg-type]
    inside = {True: "from a country where the ad was shown", False: "from outside the countries where the ad was shown"}.get(
        told.get("inside")  # type: ignore[arg-type]
    )  # fmt: skip
    return ", ".join(part for part in (public, inside) if part) or "not known"


def late(body: Mapping[str, Any]) -> str:
    """That it was found to be political only after it ran, and what that meant."""
    found = body.get("found_late")
    if not found:
        return ""
    days, shown = found.get("days_without"), found.get("impressions_without")
    parts = [f"Found to be political on {words.day(datetime.fromisoformat(found['at']).date())}"]
    parts.append("how long it ran without saying who paid is not known" if days is None
                 else f"after {days:,} day{'' if days == 1 else 's'} without saying who paid")  # fmt: skip
    if shown is not None:
        parts.append(f"in which it was shown {shown:,} times")
    how = f" It was found by {body['found_how']}." if body.get("found_how") else ""
    return ", ".join(parts) + "." + how


def by_day(body: Mapping[str, Any]) -> list[Columns]:
    """Impressions and spend by day."""
    days = [(words.day(date.fromisoformat(one[0])), one) for one in body.get("by_day") or []]
    if len(days) < 2:
        return []
    drawn = [columns("Impressions by day", "impressions", [(name, amount(one[1])) for name, one in days])]
    if any(one[3] is not None for _, one in days):
        currency = body.get("currency", "")
        drawn.append(columns(f"Spent by day ({currency})", currency, [(name, amount(one[3])) for name, one in days]))
    return drawn


def amount(text: str | None) -> Decimal | None:
    """A number as it is written."""
    return None if text is None else Decimal(text)


def figures(line: Sequence[Any], names: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a cut: its name, then impressions, clicks and spend."""
    shown, clicks, spent = line[names : names + 3]
    of = [part or "not known" for part in line[:names]]
    return {
        "name": words.day(date.fromisoformat(of[0]))
        if names == 1 and of[0][:4].isdigit() and len(of[0]) == 10
        else ", ".join(of),
        "impressions": None if shown is None else int(Decimal(shown)),
        "clicks": None if clicks is None else int(Decimal(clicks)),
        "spend": money(spent, body.get("currency", "")),
    }


def proof_of(plural: str, number: int) -> str | None:
    """Where the proof is that the log holds this record; nothing where this installation gives none."""
    address = f"/api/library/{plural}/{number}/proof"
    try:
        resolve(address)
    except Resolver404:
        return None
    return address
