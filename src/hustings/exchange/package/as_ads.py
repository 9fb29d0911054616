"""The rows of a package as the table of ads that the searches read: they find in it what its reader can see, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hustings.exchange.package.cut import CutTables
from hustings.screening.ad import Ad, AdsTable, Criterion

__all__ = ["as_ads"]


def as_ads(cut: CutTables, source: str) -> AdsTable:
    """The ads of a cut."""
    aims = {row["ad"]: row["criteria"] or () for row in cut.rows["targeting"]}
    payments = {row["ad"]: row for row in cut.rows["payments"]}
    makers = {
        (row["platform"], row["page"]): [one["fingerprint"] for one in row["administrators"] or ()]
        for row in cut.rows["accounts"]
        if "administrators" in row
    }
    return AdsTable(
        ads=tuple(_ad(row, payments[row["ad"]], aims.get(row["ad"], ()), makers) for row in cut.rows["ads"]), source=source
    )  # fmt: skip


def _ad(
    row: Mapping[str, Any], paid: Mapping[str, Any], aim: Sequence[Mapping[str, Any]],
    makers: Mapping[tuple[str, str], Sequence[str]],
) -> Ad:  # fmt: skip
    who = makers.get((row["platform"] or "", row["page"] or ""), ())
    return Ad(
        platform=row["platform"], actor=row["page"], ad=row["ad"], page_name=row["page_name"], text=row["text"] or row["title"] or None,
        landing_url=row["landing_url"] or None, created=_moment(row["created"] or row["starts"]), ended=_moment(row["ends"]),
        spend=None if row["spend"] is None else Decimal(row["spend"]), currency=row["currency"] or None,
        impressions=row["impressions"], clicks=row["clicks"], billing_country=paid.get("issuing_country") or paid["payer_country"],
        target_countries=tuple(row["countries"] or ()), sponsor=row["advertiser_name"], payer=row["payer_name"],
        account=paid.get("account"), instrument=paid.get("instrument") or paid.get("instrument_pseudonym"),
        targeting=tuple(
            Criterion(value=one["value"], dimension=one["dimension"], category=one["category"], path=tuple(one["path"]), excluded=one["excluded"])
            for one in aim
        ),
        rest=(("administrators", json.dumps(list(who))),) if who else (),
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    """A moment or day as it was written."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
