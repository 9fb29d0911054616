"""Sealing evidence, and what is done with it: each step says who, when and why, in the object's custody."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Case, Custody, Evidence
from hustings.apps.cases.pictures import hash_of
from hustings.apps.cases.store import store
from hustings.apps.cases.working import said, working
from hustings.apps.items.actions import make_item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, log, require
from hustings.apps.sweeps.actions import known_marking
from hustings.ledger.verify_log import canonical
from hustings.policy.act import act
from hustings.policy.marking import Marking

__all__ = ["look_at", "seal", "seal_rows"]


@transaction.atomic
def seal(
    source: BinaryIO,
    *,
    by: Seat,
    name: str,
    media_type: str,
    how: str,
    tool: str,
    captured_at: datetime,
    case: Case | None = None,
    marking: Marking | None = None,
    about: tuple[str, str, str] = ("", "", ""),
    source_url: str = "",
    made_from: Evidence | None = None,
    why: str = "",
) -> Evidence:
    """Seal an original, or a working copy made from one. The bytes are on disk before the row is.

    marking   what it carries; left out, the case's
    about     (what, platform, name) of the account, page, ad or address that it shows

    Edges     where the transaction is undone, bytes without a row may stay; nobody can reach them
    """
    decision = allow(by, "seal evidence")
    said(name=name, tool=tool)
    if case is not None:
        case = working(case, by=by)
    if marking is None:
        assert case is not None, "evidence outside a case says its marking"
        marking = known_marking(case.item)
    sealed = store().seal(source)
    perceptual = ""
    if media_type.startswith("image/"):
        with store().open(sealed.sha256) as picture:
            perceptual = hash_of(picture)
    what, platform, of = about
    item = make_item(
        kind="evidence", title=name, text=f"{what} {platform} {of} {source_url}".strip(), marking=marking, by=by,
        case=case.item if case is not None else None,
        sources=[made_from.item] if made_from is not None else [],
    )  # fmt: skip
    kept = Evidence.objects.create(
        item=item, case=case, sha256=sealed.sha256, size=sealed.size, media_type=media_type, name=name, how=how,
        tool=tool, what=what, platform=platform, of=of, source_url=source_url, captured_at=captured_at, made_from=made_from,
        perceptual=perceptual,
    )  # fmt: skip
    log(by, act("seal evidence"), item, decision)
    Custody.objects.create(evidence=kept, act="collect", by=by.appointment, why=why)
    record("evidence sealed", by=by, about=item, facts={"sha256": sealed.sha256, "size": sealed.size})
    return kept


def seal_rows(rows: Any, *, name: str, **said_of: Any) -> Evidence:
    """Seal a platform's own record as canonical JSON: the same record has the same bytes whoever writes it."""
    return seal(io.BytesIO(canonical(rows)), name=name, media_type="application/json", how="platform export", **said_of)


@transaction.atomic
def look_at(kept: Evidence, *, by: Seat, why: str, act_of_custody: str = "view", to: str = "") -> Evidence:
    """Write down that somebody looks at an object, copies or hands it over, before they do."""
    require(by, "read", kept.item, reason=why)
    said(why=why)
    Custody.objects.create(evidence=kept, act=act_of_custody, by=by.appointment, why=why.strip(), to=to)
    record("evidence " + act_of_custody, by=by, about=kept.item, reason=why)
    return kept
