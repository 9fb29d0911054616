"""What the ads of a package add up to, as the verifier that travels with it adds it up again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from hustings.connectors.rates import bundled_rates
from hustings.exchange.package.held import paid_by_currency

__all__ = ["Dollars", "Figures", "figures"]


@dataclass(frozen=True, kw_only=True)
class Dollars:
    """All exact amounts in dollars, at the rates of the table that comes with Hustings."""

    amount: Decimal
    under_3: int
    under_1000: int
    rates: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sums and counts over the ads of a package.

    paid, paid_ads   by currency: the exact amounts that are known, and how many ads paid more than nothing
    by_instrument    by pseudonym and currency; empty in a cut without pseudonyms
    never_shown      ads with no impressions; an ad whose impressions are not known is not among them
    dollars          None where some currency has no rate
    """

    ads: int
    pages: int
    impressions: int
    clicks: int
    criteria: int
    never_shown: int
    without_amount: int
    flagged_payments: int
    paid: Mapping[str, str]
    paid_ads: Mapping[str, int]
    by_instrument: Mapping[str, Mapping[str, str]]
    dollars: Dollars | None

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "ads": self.ads, "pages": self.pages, "impressions": self.impressions, "clicks": self.clicks, "criteria": self.criteria,
            "never_shown": self.never_shown, "without_amount": self.without_amount, "flagged_payments": self.flagged_payments,
            "paid": dict(self.paid), "paid_ads": dict(self.paid_ads),
            "paid_by_instrument": {name: dict(sums) for name, sums in self.by_instrument.items()},
        }  # fmt: skip

    def sentences(self) -> list[str]:
        """The totals for people."""
        share = f"{self.clicks / self.impressions:.1%}" if self.impressions else "none"
        paid = " and ".join(
            f"{Decimal(total):,.2f} {currency} ({self.paid_ads.get(currency, 0):,} ads)"
            for currency, total in self.paid.items()
        )
        lines = [
            f"{self.ads:,} ads of {self.pages:,} pages and accounts, shown {self.impressions:,} times, clicked {self.clicks:,} times ({share}).",
            f"Paid: {paid or 'no exact amount is known'}; {self.without_amount:,} ads without an amount above zero.",
            f"{self.never_shown:,} ads ({self.never_shown / self.ads:.1%}) were never shown.",
        ]
        if self.dollars is not None and self.dollars.rates:
            lines.append(
                f"In dollars about {self.dollars.amount:,.0f} USD; {self.dollars.under_3 / self.ads:.1%} of the ads under 3 USD, "
                f"{self.dollars.under_1000 / self.ads:.1%} under 1,000 USD (" + "; ".join(self.dollars.rates) + ")."
            )
        return lines


def figures(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figures:
    """Add up the rows of a cut."""
    ads, payments = rows["ads"], rows["payments"]
    paid_ads = Counter(row["currency"] for row in ads if row["currency"] and row["spend"] and Decimal(row["spend"]) > 0)
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in payments:
        if row.get("instrument_pseudonym") and row["amount"] and row["currency"]:
            sums[row["instrument_pseudonym"]][row["currency"]] += Decimal(row["amount"])
    return Figures(
        ads=len(ads), pages=len(rows["accounts"]), impressions=sum(row["impressions"] or 0 for row in ads),
        clicks=sum(row["clicks"] or 0 for row in ads), criteria=sum(len(row["criteria"] or ()) for row in rows["targeting"]),
        never_shown=sum(row["impressions"] == 0 for row in ads), without_amount=len(ads) - paid_ads.total(),
        flagged_payments=sum(bool(row["flagged"]) for row in payments), paid=paid_by_currency(ads),
        paid_ads=dict(sorted(paid_ads.items())),
        by_instrument={name: {one: f"{total:f}" for one, total in sorted(of.items())} for name, of in sums.items()},
        dollars=_dollars(ads),
    )  # fmt: skip


def _dollars(ads: Sequence[Mapping[str, Any]]) -> Dollars | None:
    table, used, amounts = bundled_rates(), dict[str, None](), []
    for row in ads:
        amount, currency = Decimal(row["spend"] or 0), row["currency"]
        if not amount:
            amounts.append(Decimal(0))
            continue
        on = row["created"] or row["starts"]
        day = datetime.fromisoformat(on).date() if on else None
        found = table.find(currency or "", "USD", day)
        if currency != "USD" and found is None:
            return None
        if found is not None:
            used[found.sentence()] = None
        amounts.append(amount if found is None else amount * found.rate)
    return Dollars(
        amount=sum(amounts, Decimal(0)), under_3=sum(one < 3 for one in amounts), under_1000=sum(one < 1000 for one in amounts),
        rates=tuple(used),
    )  # fmt: skip
