"""The package that answers legal process: it holds what the scope covers and nothing else, or it is not made."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.cases import find, packing
from hustings.apps.cases.disclosing import legal, register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.models import Custody, Evidence, LegalProcess, Redaction
from hustings.apps.cases.packing import Packed
from hustings.apps.cases.sealing import seal_rows
from hustings.apps.cases.store import store
from hustings.apps.cases.working import said
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, HustingsError, Problem
from hustings.ledger.verify_log import canonical
from hustings.policy.disclosure import DisclosureKind, Thing
from hustings.policy.legal import Asset, DataKind, LegalKind, LegalState, Outside, Piece, Scope, move_of, outside

__all__ = ["Covered", "OutsideScope", "answer", "covered", "prepare"]

EXPORT = "legal export"

# What the tables of ads hold about assets, one row a thing that a window can hold; each table's own row rules decide.
# A buyer is known by the payer's name, as in plans.
ADS = """
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest(%(kinds)s::text[], %(platforms)s::text[], %(names)s::text[]) AS a (kind, platform, name)
), touched AS MATERIALIZED (
  SELECT n.kind, n.platform, n.name, a.id FROM asked n JOIN ad_page p ON p.platform = n.platform AND p.number = n.name
  JOIN ad a ON a.page_id = p.id WHERE n.kind IN ('page', 'account')
  UNION
  SELECT n.kind, n.platform, n.name, a.id FROM asked n JOIN ad a ON a.archive = n.platform AND a.number = n.name WHERE n.kind = 'ad'
  UNION
  SELECT n.kind, n.platform, n.name, a.id FROM asked n JOIN ad_payer y ON y.name = n.name JOIN ad a ON a.payer_id = y.id WHERE n.kind = 'ad buyer'
)
"""
QUERIES = {
    DataKind.ADS: """
SELECT t.kind, t.platform, t.name, (coalesce(a.starts, a.created) AT TIME ZONE 'UTC')::date AS day,
  jsonb_build_object('archive', a.archive, 'number', a.number, 'state', a.state, 'page', p.number, 'starts', a.starts,
    'title', c.title, 'text', c.text, 'landing', c.landing_url, 'disclaimer', a.disclaimer_text, 'countries', a.countries) AS told
FROM touched t JOIN ad a ON a.id = t.id LEFT JOIN ad_page p ON p.id = a.page_id LEFT JOIN ad_creative c ON c.id = a.creative_id
ORDER BY t.kind, t.platform, t.name, day, a.archive, a.number
""",
    DataKind.DELIVERY: """
SELECT t.kind, t.platform, t.name, d.day,
  jsonb_build_object('archive', a.archive, 'number', a.number, 'region', d.region, 'age', d.age, 'gender', d.gender,
    'impressions', d.impressions, 'clicks', d.clicks, 'spend', d.spend::text, 'currency', d.currency) AS told
FROM touched t JOIN ad a ON a.id = t.id JOIN ad_delivery d ON d.ad_id = a.id
ORDER BY t.kind, t.platform, t.name, d.day, a.archive, a.number, d.region, d.age, d.gender
""",
    DataKind.PAYERS: """
SELECT t.kind, t.platform, t.name, (coalesce(a.starts, a.created) AT TIME ZONE 'UTC')::date AS day,
  jsonb_build_object('archive', a.archive, 'number', a.number, 'payer', y.name, 'country', y.country, 'currency', coalesce(nullif(a.currency, ''), y.currency)) AS told
FROM touched t JOIN ad a ON a.id = t.id JOIN ad_payer y ON y.id = a.payer_id
ORDER BY t.kind, t.platform, t.name, day, a.archive, a.number
""",
}  # fmt: skip


class OutsideScope(HustingsError):
    """Something that the scope does not cover was about to leave. Nothing left."""

    code = "outside_scope"
    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the tables of ads, and what it is a piece of."""

    piece: Piece
    told: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What a process would be given: sealed objects and rows; and why other things about the case stay here, counted."""

    objects: Sequence[Evidence]
    rows: Sequence[Row]
    stays: dict[Outside, int]
    kept_back: int


def covered(process: LegalProcess, *, by: Seat, redacted: bool = False) -> Covered:
    """What the scope covers of what this person may know and take out.

    redacted   of what was redacted the copies, and not the originals
    Limits     an object is known by the asset it is sealed under and the moment at which it was as it shows: what else
               can be seen in it, people have to look for, and redact
    """
    scope, stays = legal.scope_of(process), Counter[Outside]()
    takes, inside, kept_back = packing.permitted(by), [], 0
    known = find.evidence(by).filter(case__in=find.parts_of(by, process.case)).order_by("sealed_at", "pk")
    for kept in known.exclude(how="platform export", tool__startswith=EXPORT):
        reasons = outside(scope, piece_of(kept))
        stays.update(reasons[:1])
        if reasons:
            continue
        if takes(kept.item):
            inside.append(kept)
        else:
            kept_back += 1
    if redacted:
        originals = set(Redaction.objects.filter(copy__in=inside).values_list("original", flat=True))
        inside = [kept for kept in inside if kept.pk not in originals]
    rows = []
    for row in rows_about(scope):
        reasons = outside(scope, row.piece)
        stays.update(reasons[:1])
        if not reasons:
            rows.append(row)
    return Covered(objects=inside, rows=rows, stays=dict(stays), kept_back=kept_back)


def piece_of(kept: Evidence) -> Piece:
    """What a sealed object is a piece of."""
    return Piece(
        asset=Asset(kind=kept.what, platform=kept.platform, name=kept.of), kind=DataKind.SEALED, on=day_of(kept.captured_at)
    )  # fmt: skip


def day_of(at: datetime) -> date:
    """The day of a moment, as windows count days."""
    return at.astimezone(UTC).date()


def rows_about(scope: Scope) -> Iterator[Row]:
    """Every row that the tables of ads hold about the assets, of the kinds that are asked for, of any day."""
    assets = sorted(scope.assets)
    asked = {
        "kinds": [one.kind for one in assets],
        "platforms": [one.platform for one in assets],
        "names": [one.name for one in assets],
    }
    for kind, query in QUERIES.items():
        if kind not in scope.kinds:
            continue
        with connection.cursor() as cursor:
            cursor.execute(ADS + query, asked)
            for what, platform, name, day, told in cursor.fetchall():
                yield Row(
                    piece=Piece(asset=Asset(kind=what, platform=platform, name=name), kind=kind, on=day),
                    told=json.loads(told) if isinstance(told, str) else told,
                )


@transaction.atomic
def answer(process: LegalProcess, *, by: Seat, reason: str, redacted: bool = False) -> Packed:
    """Seal the rows, pack what the scope covers, and write down that it left; the process is answered by it.

    Raises   BadInput where counsel has not approved it, those concerned are neither told nor to be told later, or
             nothing is covered; OutsideScope, NotAsSealed, NotKnown, Refused
    """
    require(by, "answer legal process", process.item, reason=reason)
    require(by, "export", process.case.item, reason=reason)
    process = legal.locked(process)
    said(reason=reason)
    began, problems = register.clock(), hindrances(process, by)
    found = covered(process, by=by, redacted=redacted)
    if not found.objects and not found.rows:
        problems.append(Problem(where="scope", found="nothing that it covers and you may take out", expected="at least one object or row",
                                do="Say so to who asks, and question it."))  # fmt: skip
    if problems:
        raise BadInput("Nothing was handed over.", problems)
    objects = sorted(
        [*found.objects, *exports(process, found.rows, by)], key=lambda kept: (kept.sealed_at, str(kept.pk))
    )
    guard(legal.scope_of(process), objects)
    packed = packing.write_package(
        process.case, objects, by=by, at=by.now,
        told={"legal process": about(process), "objects": len(objects)}, called=process.item.title, key=process.pk,
    )  # fmt: skip
    to = f"{process.authority}: {process.asked_by}"[:300]
    Custody.objects.bulk_create(
        Custody(evidence=kept, act="export", by=by.appointment, why=reason.strip(), to=to) for kept in objects
    )
    register.enter(
        by=by, kind=DisclosureKind.REPLY, what=process.item.title, to=to, ground=f"{process.law}; {process.reference}",
        marked=[process.item, *(kept.item for kept in objects)], case=process.case, digest=packed.tagmanifest,
        redactions=packing.redactions_in(objects), left_out=found.kept_back, subject=process.pk, read_from=began,
        holds=[Told(thing=Thing.EVIDENCE, key=str(kept.pk), name=kept.name) for kept in objects],
    )  # fmt: skip
    legal.moved(process, "answer", by=by, reason=reason)
    record("legal process answered", by=by, about=process.item, reason=reason,
           facts={"objects": packed.objects, "rows": len(found.rows), "tagmanifest": packed.tagmanifest})  # fmt: skip
    return packed


def hindrances(process: LegalProcess, by: Seat) -> list[Problem]:
    """What keeps a process from being answered, whatever its scope covers."""
    found = []
    if process.state not in move_of("answer").sources or LegalKind(process.kind).keeps:
        found.append(Problem(where="state", found=f"{process.state} {process.kind}", expected="approved by counsel", do="Let counsel look at it."))  # fmt: skip
    delayed = legal.delayed_until(process)
    untold = process.assets.exclude(notice__told_at__isnull=False).count()
    if process.state == LegalState.APPROVED and untold and (delayed is None or day_of(by.now) > delayed):
        found.append(Problem(where="notice", found=f"{untold} of those concerned not told", expected="all told, or a delay with its ground and end",
                             do="Pass the notices on, or write down what forbids it and until when."))  # fmt: skip
    return found


def about(process: LegalProcess) -> dict[str, Any]:
    """What a recipient reads of the process: their own words and the scope."""
    return {
        "kind": process.kind, "authority": process.authority, "asked by": process.asked_by, "law": process.law, "reference": process.reference,
        "received on": process.received_on.isoformat(), "since": process.since.isoformat(), "until": process.until.isoformat(),
        "kinds of data": list(process.kinds),
        "assets": [{"kind": one.kind, "platform": one.platform, "name": one.name} for one in process.assets.all()],
    }  # fmt: skip


@transaction.atomic
def prepare(process: LegalProcess, *, by: Seat) -> int:
    """Seal the rows that the scope covers now, a while before they leave; gives how many objects there are.

    The log proves to a recipient what was sealed before its newest checkpoint, about a minute ago.
    """
    require(by, "answer legal process", process.item)
    process = legal.locked(process)
    if process.state != LegalState.APPROVED or LegalKind(process.kind).keeps:
        raise BadInput("Nothing was sealed.", [
            Problem(where="state", found=f"{process.state} {process.kind}", expected="approved by counsel", do="Let counsel look at it."),
        ])  # fmt: skip
    return len(exports(process, covered(process, by=by).rows, by))


def exports(process: LegalProcess, rows: Sequence[Row], by: Seat) -> list[Evidence]:
    """Rows as sealed objects of their own, one an asset and kind of data; those that were sealed before with the same bytes."""
    grouped: dict[tuple[Asset, DataKind], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.piece.asset, row.piece.kind].append(row)
    tool, found = f"{EXPORT} {process.reference}"[:200], []
    for (asset, kind), group in sorted(grouped.items()):
        told = {
            "asset": {"kind": asset.kind, "platform": asset.platform, "name": asset.name}, "kind": kind.value,
            "rows": [{"day": str(row.piece.on)} | row.told for row in group],
        }  # fmt: skip
        digest = hashlib.sha256(canonical(told)).hexdigest()
        before = Evidence.objects.filter(case=process.case, sha256=digest, how="platform export", tool=tool)
        found.append(
            before.select_related("item__label").order_by("sealed_at", "pk").first()
            or seal_rows(
                told, name=f"{kind.value} of {asset.kind} {asset.name}"[:300], by=by, case=process.case, tool=tool, captured_at=by.now,
                about=(asset.kind, asset.platform, asset.name), why=process.item.title[:500],
            )
        )  # fmt: skip
    return found


def guard(scope: Scope, objects: Sequence[Evidence]) -> None:
    """Look once more at everything that is about to leave, rows as they lie in the sealed bytes.

    Raises   OutsideScope
    """
    for kept in objects:
        for piece in pieces_in(kept):
            reasons = outside(scope, piece)
            if reasons:
                why = ", ".join(reasons)
                raise OutsideScope(f"The object {kept.sha256} holds something {why}. Nothing was handed over; tell the administrator.")  # fmt: skip


def pieces_in(kept: Evidence) -> Iterator[Piece]:
    """What is in an object: itself, or every row of an export that was made for this."""
    if not (kept.how == "platform export" and kept.tool.startswith(EXPORT)):
        yield piece_of(kept)
        return
    with store().open(kept.sha256) as file:
        held = json.load(file)
    asset, kind = Asset(**held["asset"]), DataKind(held["kind"])
    if asset != Asset(kind=kept.what, platform=kept.platform, name=kept.of):
        raise OutsideScope(f"The object {kept.sha256} is sealed under another asset than its rows are of.")
    for row in held["rows"]:
        yield Piece(asset=asset, kind=kind, on=date.fromisoformat(row["day"]))
