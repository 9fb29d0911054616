"""The payment rule: an ad paid from elsewhere than the country it is aimed at goes to a person."""

__all__ = ["Flag", "PaymentReview", "foreign_money", "review"]

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hustings.screening.ad import Ad
from hustings.screening.countries import country_name, own_currencies

# Money that buyers everywhere use: it says nothing about where they sit.
COMMON = frozenset({"USD", "EUR"})
# For an ad without a date: only countries that changed their money are affected.
UNDATED = date(2020, 1, 1)
LIMITS = (
    "The rule does not see who pays through an agency, a reseller, a local front or a stolen card, nor who pays in "
    "the country's own money, dollars or euros without a billing country. It hits people abroad who may lawfully "
    "speak at home, and international agencies. A flag sends an ad to a person; it is never a refusal."
)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One flagged ad: the ground (`billing` or `currency`) and what stood against what."""

    ad: Ad
    ground: str
    paid_from: str

    def sentence(self) -> str:
        """What the rule saw, for people."""
        aim = ", ".join(country_name(code) for code in self.ad.target_countries)
        if self.ground == "billing":
            return f"Ad {self.ad.ad} is aimed at {aim} and billed to {country_name(self.paid_from)}."
        return f"Ad {self.ad.ad} is aimed at {aim} and paid in {self.paid_from}."


@dataclass(frozen=True, kw_only=True)
class PaymentReview:
    """What the payment rule says of a table of ads.

    ads          how many ads there were
    paid         ads with an amount above zero
    considered   ads that the rule can judge: they name a country they aim at, and either the billing
                 country is known or an amount above zero was paid in a stated currency
    flagged      in order of time, undated last
    """

    ads: int
    paid: int
    considered: tuple[Ad, ...]
    flagged: tuple[Flag, ...]
    limits: str = LIMITS

    @property
    def first(self) -> Flag | None:
        """The earliest flagged ad: the day on which the rule would have raised its hand."""
        return self.flagged[0] if self.flagged else None

    @property
    def share(self) -> float | None:
        """Flagged among considered; None where the rule could judge nothing."""
        return len(self.flagged) / len(self.considered) if self.considered else None

    def aimed_at(self, country: str) -> "PaymentReview":
        """The same, of the ads that name this country among those they aim at."""
        return PaymentReview(
            ads=self.ads,
            paid=self.paid,
            considered=tuple(ad for ad in self.considered if country in ad.target_countries),
            flagged=tuple(flag for flag in self.flagged if country in flag.ad.target_countries),
        )

    def outside(self, currency: str) -> "PaymentReview":
        """The same, of the ads aimed only at countries where `currency` is not the money."""
        return PaymentReview(
            ads=self.ads,
            paid=self.paid,
            considered=tuple(ad for ad in self.considered if not _is_money_of(currency, ad)),
            flagged=tuple(flag for flag in self.flagged if not _is_money_of(currency, flag.ad)),
        )

    @property
    def sentence(self) -> str:
        """The result for people."""
        if not self.considered:
            return f"The payment rule can judge none of {self.ads:,} ads: no payer's country or currency beside an aim."
        text = (
            f"The payment rule flags {len(self.flagged):,} of the {len(self.considered):,} ads it can judge "
            f"({len(self.flagged) / len(self.considered):.1%})"
        )
        if self.first is not None and self.first.ad.created is not None:
            text += f", the first created on {self.first.ad.created.astimezone(UTC):%-d %B %Y}"
        return text + "."


def review(ads: Iterable[Ad]) -> PaymentReview:
    """Say which ads are paid from elsewhere than the countries they aim at.

    Reads    ads: billing_country, spend, currency, target_countries, created.
    Gives    the ads it could judge, those flagged with the ground, and the first by date.
    Edges    where the billing country is known it alone decides, whatever the currency: it must be
             one of the countries aimed at. Else a stated currency decides: flagged if it is the
             legal money of none of these countries on the day of the ad, and neither USD nor EUR.
             An ad aimed at several countries is at home in each. Places named, not lookalikes, count
             as aimed at.
    Limits   see `LIMITS`; docs/explanation/payment-rule.md.
    """
    every = tuple(ads)
    considered, flagged = [], []
    for ad in every:
        if not ad.target_countries:
            continue
        if ad.billing_country is not None:
            considered.append(ad)
            if ad.billing_country not in ad.target_countries:
                flagged.append(Flag(ad=ad, ground="billing", paid_from=ad.billing_country))
        elif ad.currency is not None and ad.paid:
            considered.append(ad)
            if foreign_money(ad.currency, ad.target_countries, ad.created):
                flagged.append(Flag(ad=ad, ground="currency", paid_from=ad.currency))
    last = datetime.max.replace(tzinfo=UTC)
    flagged.sort(key=lambda flag: (flag.ad.created or last, flag.ad.ad))
    return PaymentReview(
        ads=len(every), paid=sum(ad.paid for ad in every), considered=tuple(considered), flagged=tuple(flagged)
    )


def foreign_money(currency: str, countries: Iterable[str], at: datetime | None) -> bool:
    """Whether a currency is the legal money of none of these countries on that day, and neither dollars nor euros."""
    return currency not in COMMON and not _money_of(currency, countries, at)


def _is_money_of(currency: str, ad: Ad) -> bool:
    return _money_of(currency, ad.target_countries, ad.created)


def _money_of(currency: str, countries: Iterable[str], at: datetime | None) -> bool:
    on = at.astimezone(UTC).date() if at is not None else UNDATED
    return any(currency in own_currencies(country, on) for country in countries)
