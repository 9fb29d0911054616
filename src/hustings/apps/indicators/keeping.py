"""Taking indicators in: what a partner sent as STIX, and what somebody writes down or hands in as a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.indicators.models import Indicator
from hustings.apps.indicators.observed import normal
from hustings.apps.items.actions import label_of, whole
from hustings.apps.items.models import Item
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, log, require
from hustings.errors import BadInput, Problem
from hustings.exchange.indicator.compiled import NotMatched, compile_pattern
from hustings.policy.act import act
from hustings.policy.marking import Marking

__all__ = ["COLUMNS", "Given", "from_stix", "keep_indicator", "read_list", "record_list"]

KEEP = "keep indicators"
COLUMNS = {"domain": "domain-name:value", "url": "url:value", "account": "user-account:account_login", "email": "email-addr:value",
           "ip": "ipv4-addr:value", "ipv6": "ipv6-addr:value", "sha256": "file:hashes.'SHA-256'", "md5": "file:hashes.MD5"}  # fmt: skip
MOST, LARGEST = 100_000, 20_000_000  # rows of one list, and bytes
PORTION = 2000


@dataclass(frozen=True, kw_only=True)
class Given:
    """One indicator as somebody gave it."""

    pattern: str
    title: str
    stix_id: str = ""
    version: datetime | None = None
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    revoked: bool = False


def keep_indicator(given: Given, item: Item, *, held_by: Organisation, given_by: Organisation) -> Indicator:
    """Keep what is described by an item; a newer version takes the place of older ones of the same giver.

    What cannot be matched is kept, and says why.
    """
    looked_for = read_pattern(given)
    version = given.version or moment()
    versions = Indicator.objects.filter(held_by=held_by, given_by=given_by, stix_id=given.stix_id)
    newer = versions.filter(version__gt=version).order_by("-version").first() if given.stix_id else None
    kept, made_now = Indicator.objects.get_or_create(
        held_by=held_by, given_by=given_by, stix_id=given.stix_id or f"indicator--{uuid4()}", version=version,
        defaults={
            "item": item, "pattern": given.pattern, "kinds": list(given.kinds), "revoked": given.revoked, "replaced_by": newer,
            **known(looked_for),
        },
    )  # fmt: skip
    if made_now and given.stix_id and newer is None:
        versions.exclude(pk=kept.pk).filter(replaced_by=None).update(replaced_by=kept)
    return kept


def read_list(content: bytes, name: str) -> list[Given]:
    """Indicators of a CSV file with the columns `kind` and `value`, and if it likes `title`, `since`, `until`.

    Raises   BadInput with everything that is wrong with the file
    """
    problems: list[Problem] = []
    if len(content) > LARGEST:
        problems.append(
            Problem(
                where=name, found=f"{len(content):,} bytes", expected=f"at most {LARGEST:,}", do="Hand it in in parts."
            )
        )
        raise BadInput("The list was not read.", problems)
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            "The list was not read.",
            [Problem(where=name, found=str(error), expected="CSV in UTF-8", do="Save it as that.")],
        ) from error
    if not rows or not {"kind", "value"} <= set(rows[0]):
        found = ", ".join(str(one) for one in rows[0]) if rows else "no rows"
        raise BadInput(
            "The list was not read.",
            [Problem(where=name, found=found, expected="columns kind and value", do="Name them so in the first line.")],
        )
    if len(rows) > MOST:
        problems.append(
            Problem(where=name, found=f"{len(rows):,} rows", expected=f"at most {MOST:,}", do="Hand it in in parts.")
        )
    made = []
    for number, row in enumerate(rows, 2):
        kind, value = (row.get("kind") or "").strip().lower(), (row.get("value") or "").strip()
        if kind not in COLUMNS:
            problems.append(
                Problem(
                    where=f"{name}, line {number}, kind",
                    found=repr(kind),
                    expected=", ".join(COLUMNS),
                    do="Write one of these.",
                )
            )
        if not value or len(value) > 2000:
            problems.append(
                Problem(
                    where=f"{name}, line {number}, value",
                    found=repr(value[:40]),
                    expected="1 to 2,000 signs",
                    do="Write what is to be looked for.",
                )
            )
        times: dict[str, datetime | None] = {}
        for each in ("since", "until"):
            try:
                times[each] = _moment(row.get(each) or "")
            except ValueError:
                problems.append(
                    Problem(
                        where=f"{name}, line {number}, {each}",
                        found=repr(row.get(each)),
                        expected="a day or moment as 2027-03-01 or 2027-03-01T12:00:00Z",
                        do="Write it so.",
                    )
                )
        if len(problems) > 50:
            break
        if kind in COLUMNS and value:
            made.append(Given(
                pattern=_pattern(COLUMNS[kind], value), title=(row.get("title") or f"{kind} {value}")[:300],
                since=times.get("since"), until=times.get("until"),
            ))  # fmt: skip
    if problems:
        raise BadInput("The list was not read.", problems)
    return made


@transaction.atomic
def record_list(given: Iterable[Given], *, marking: Marking, by: Seat) -> list[Indicator]:
    """Record indicators of one's own under one marking.

    Raises   BadInput where a pattern is none
    """
    require(by, KEEP)
    organisation = by.appointment.position.organisation
    asked = list(given)
    looked_for = [read_pattern(each) for each in asked]
    problems = [
        Problem(where=f"indicator {number}", found=each.pattern[:80], expected="a pattern of STIX 2.1", do=f"Mend it: {read['not_matched']}")
        for number, (each, read) in enumerate(zip(asked, looked_for, strict=True), 1)
        if read["wrong"]
    ]  # fmt: skip
    if problems:
        raise BadInput("Nothing was recorded.", problems)
    decision = allow(by, "make item")
    label, now = label_of(whole(marking)), moment()
    items = Item.objects.bulk_create(
        [Item(kind="indicator", label=label, title=each.title.strip(), text=each.pattern, made_by=by.appointment) for each in asked], batch_size=PORTION
    )  # fmt: skip
    kept = Indicator.objects.bulk_create(
        [
            Indicator(
                item=item, held_by=organisation, given_by=organisation, stix_id=f"indicator--{item.pk}", version=now, pattern=each.pattern,
                kinds=list(each.kinds), revoked=each.revoked, **known(read),
            )
            for item, each, read in zip(items, asked, looked_for, strict=True)
        ],
        batch_size=PORTION,
    )  # fmt: skip
    log(by, act("make item"), None, decision)
    record("indicators recorded", by=by, facts={"indicators": len(kept)})
    return kept


def read_pattern(given: Given) -> dict[str, Any]:
    """What is looked for and when, or why nothing is; `wrong` where it is no pattern at all."""
    since, until = given.since, given.until
    try:
        made = compile_pattern(given.pattern, normal)
    except NotMatched as error:
        return {"tree": None, "not_matched": str(error)[:500], "since": since, "until": until, "wrong": False}
    except ValueError as error:
        return {"tree": None, "not_matched": str(error)[:500], "since": since, "until": until, "wrong": True}
    since = max((one for one in (since, made.since) if one is not None), default=None)
    until = min((one for one in (until, made.until) if one is not None), default=None)
    return {"tree": made.tree, "not_matched": "", "since": since, "until": until, "wrong": False}


def known(read: Mapping[str, Any]) -> dict[str, Any]:
    """What of it stands in the row."""
    return {name: value for name, value in read.items() if name != "wrong"}


def from_stix(told: Mapping[str, Any]) -> Given:
    """An indicator object of STIX 2.1. What is not a STIX pattern (YARA, Snort) is kept and never matched."""
    pattern = str(told.get("pattern", ""))
    kind = told.get("pattern_type", "stix")
    return Given(
        pattern=pattern if kind == "stix" else f"{kind}: {pattern}", title=str(told.get("name") or pattern)[:300], stix_id=str(told["id"]),
        version=_moment(str(told.get("modified") or "")), kinds=tuple(str(one)[:100] for one in told.get("indicator_types", ())),
        since=_moment(str(told.get("valid_from") or "")), until=_moment(str(told.get("valid_until") or "")), revoked=bool(told.get("revoked", False)),
    )  # fmt: skip


def _pattern(path: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{path} = '{escaped}']"


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    found = datetime.fromisoformat(text.strip())
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
