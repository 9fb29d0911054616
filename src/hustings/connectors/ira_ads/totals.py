"""The totals that the release's description states, computed again from the rows."""

__all__ = ["RATE", "Totals", "totals"]

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta, timezone
from decimal import Decimal

from hustings.screening.ad import Ad

# Dollars for a rouble, as the release's description takes it: about the mean of the years.
RATE = Decimal("0.016")
ELECTION = date(2016, 11, 8)
# The release writes Pacific time; an ad created on election day there counts as up to it.
PACIFIC = timezone(timedelta(hours=-8))


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums over all ads. Shares are of all ads, except those that name impressions or clicks."""

    ads: int
    impressions: int
    clicks: int
    spend_rub: Decimal
    spend_usd_stated: Decimal
    ads_rub: int
    ads_usd_nonzero: int
    ads_without_spend: int
    ads_zero_impressions: int
    spend_usd_equivalent: Decimal
    share_zero_impressions: float
    share_under_3_usd: float
    share_under_1000_usd: float
    impression_share_up_to_election: float
    click_through: float
    ads_up_to_election: int
    targeting_criteria: int
    distinct_actors: int

    def rows(self) -> dict[str, int | float | Decimal]:
        """The same as a mapping, for printing and comparing."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """The totals for people."""
        return (
            f"{self.ads:,} ads, shown {self.impressions:,} times, clicked {self.clicks:,} times, for {self.spend_rub:,.2f} "
            f"RUB and {self.spend_usd_stated:,.2f} USD (about {self.spend_usd_equivalent:,.0f} USD at {RATE}); "
            f"{self.share_zero_impressions:.1%} never shown, {self.share_under_3_usd:.1%} under 3 USD, "
            f"{self.share_under_1000_usd:.1%} under 1,000 USD."
        )


def totals(ads: Iterable[Ad]) -> Totals:
    """Add up the ads; roubles at `RATE` where an amount in dollars is asked for."""
    every = tuple(ads)
    if not every:
        raise ValueError("totals of no ads")
    impressions = sum(ad.impressions or 0 for ad in every)
    clicks = sum(ad.clicks or 0 for ad in every)
    dollars = [_dollars(ad) for ad in every]
    before = [ad for ad in every if ad.created is not None and _day(ad) <= ELECTION]
    return Totals(
        ads=len(every), impressions=impressions, clicks=clicks,
        spend_rub=_sum(every, "RUB"), spend_usd_stated=_sum(every, "USD"),
        ads_rub=sum(ad.paid and ad.currency == "RUB" for ad in every),
        ads_usd_nonzero=sum(ad.paid and ad.currency == "USD" for ad in every),
        ads_without_spend=sum(not ad.paid for ad in every),
        ads_zero_impressions=sum(ad.impressions == 0 for ad in every),
        spend_usd_equivalent=sum(dollars, Decimal(0)).quantize(Decimal("0.01")),
        share_zero_impressions=sum(ad.impressions == 0 for ad in every) / len(every),
        share_under_3_usd=sum(amount < 3 for amount in dollars) / len(every),
        share_under_1000_usd=sum(amount < 1000 for amount in dollars) / len(every),
        impression_share_up_to_election=sum(ad.impressions or 0 for ad in before) / max(impressions, 1),
        click_through=clicks / max(impressions, 1),
        ads_up_to_election=len(before),
        targeting_criteria=sum(len(ad.targeting) for ad in every),
        distinct_actors=len({ad.actor for ad in every if ad.actor is not None}),
    )  # fmt: skip


def _sum(ads: tuple[Ad, ...], currency: str) -> Decimal:
    return sum((ad.spend for ad in ads if ad.spend is not None and ad.currency == currency), Decimal(0))


def _dollars(ad: Ad) -> Decimal:
    """An amount in dollars; an unknown one counts as nothing, as in the published shares."""
    if ad.spend is None:
        return Decimal(0)
    return ad.spend * RATE if ad.currency == "RUB" else ad.spend if ad.currency == "USD" else Decimal(0)


def _day(ad: Ad) -> date:
    assert ad.created is not None
    return ad.created.date() if ad.created.utcoffset() else ad.created.astimezone(PACIFIC).date()
