"""Everything that is held about the ads that somebody asked for, before it is cut for anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hustings.exchange.package.cut import known
from hustings.exchange.package.tables import row_for

__all__ = ["Held", "Row", "accounts_of", "distinct", "paid_by_currency", "pseudonyms", "written"]

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a package is made from.

    tables   rows with every field of `FIELDS`, in a fixed order
    about    what the manifest says of where they come from: question, moment, source, place and root of the log
    reach    how many people saw at least one of the ads, or in words why nobody can say
    moment   up to when it holds, as written; None for a file that does not say
    proofs   per ad its record, and what leads from it to the root of the library's log
    notes    sentences on how the ads were read
    """

    tables: Mapping[str, Sequence[Row]]
    about: Mapping[str, Any]
    reach: Mapping[str, Any]
    moment: str | None = None
    proofs: Sequence[Row] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def written(value: datetime | None) -> str | None:
    """UTC, with parts of a second only where there are any."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def pseudonyms(instruments: Iterable[str | None]) -> dict[str, str]:
    """A name for each instrument in the order in which it first pays: nothing of the fingerprint is in it."""
    names: dict[str, str] = {}
    for one in instruments:
        if one:
            names.setdefault(one, f"instrument {len(names) + 1}")
    return names


def paid_by_currency(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Sums of exact amounts whose currency is known, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["spend"] is not None and row["currency"]:
            sums[row["currency"]] += Decimal(row["spend"])
    return {currency: f"{total:f}" for currency, total in sorted(sums.items())}


def distinct(values: Iterable[Any]) -> list[str]:
    """Each value that is known once, in order of its bytes."""
    return sorted({str(value) for value in values if known(value)}, key=str.encode)


def accounts_of(ads: Sequence[Row], beside: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Row]:
    """One row a page or account, with what its ads add up to.

    beside   what is known of a page itself, by platform and page
    """
    of_page: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for ad in ads:
        if ad["page"] is not None:
            of_page[ad["platform"] or "", ad["page"]].append(ad)
    rows = []
    for (platform, page), own in sorted(of_page.items(), key=lambda one: tuple(part.encode() for part in one[0])):
        moments = sorted(ad["created"] or ad["starts"] for ad in own if ad["created"] or ad["starts"])
        names = distinct(ad["page_name"] for ad in own)
        rows.append(
            row_for(
                "accounts",
                **{
                    "platform": platform, "page": page, "name": names[0] if names else None,
                    "advertisers": distinct(ad["advertiser_name"] for ad in own), "payers": distinct(ad["payer_name"] for ad in own),
                    "ads": len(own), "first": moments[0] if moments else None, "last": moments[-1] if moments else None,
                    "impressions": sum(ad["impressions"] or 0 for ad in own), "clicks": sum(ad["clicks"] or 0 for ad in own),
                    "paid": [f"{total} {currency}" for currency, total in paid_by_currency(own).items()],
                    "accounts": distinct(ad["account"] for ad in own),
                }
                | dict(beside.get((platform, page), {})),
            )
        )  # fmt: skip
    return rows
