"""Ads as they are bought: when, by whom, for how much, aimed at whom."""

__all__ = ["Market", "open_market"]

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from hustings.screening.ad import Ad, AdsTable
from hustings.screening.targeting import audience_named, targeting_key
from hustings.simulator.buyers import AFAR_CURRENCY, HOME, Buyer
from hustings.simulator.names import CLOSINGS, OPENINGS, PLACES, SLOGANS, TOPICS, handle
from hustings.simulator.posting import DAY, HOUR, SECOND
from hustings.simulator.settings import SeasonSettings

MICROSECONDS = pa.timestamp("us", "UTC")


@dataclass(frozen=True, kw_only=True)
class Market:
    """Ads (the ads table of `screening`), what they share (a trace table), and who paid."""

    ads: pa.Table
    ad_traces: pa.Table
    buyers: pa.Table


def open_market(buyers: list[Buyer], settings: SeasonSettings, random: np.random.Generator) -> Market:
    """Buyers place ads through the season, in their own office hours."""
    ads = [ad for buyer in buyers for ad in _ads(buyer, settings, random)]
    ads.sort(key=lambda ad: (ad.created or settings.first_day, ad.actor or "", ad.text or "", ad.spend or 0))
    ads = [replace(ad, ad=f"ad_{100_001 + number}") for number, ad in enumerate(ads)]
    table = AdsTable(ads=tuple(ads), source="simulator").arrow()
    return Market(ads=table, ad_traces=_ad_traces(ads), buyers=_buyers_table(buyers))


def _ads(buyer: Buyer, settings: SeasonSettings, random: np.random.Generator) -> list[Ad]:
    """All ads of a buyer, spread over its pages."""
    count = int(np.clip(random.pareto(1.3) * 8 + 4, 3, 80)) + 6 * (len(buyer.pages) - 1)
    created = _working_moments(count, buyer.zone, settings, random)
    ended = created + (random.lognormal(np.log(3), 0.8, count) * DAY).astype(np.int64) // SECOND * SECOND
    # A fifth never runs; the rest is heavy-tailed, as what platforms have disclosed is.
    impressions = np.where(random.random(count) < 0.2, 0, random.lognormal(7.5, 1.8, count)).astype(np.int64)
    clicks = random.binomial(impressions, np.minimum(random.lognormal(np.log(0.03), 0.9, count), 0.5))
    # Spend follows impressions; a coin of afar is worth a thirtieth.
    worth = 30 if buyer.currency == AFAR_CURRENCY else 1
    cents = (impressions * random.lognormal(np.log(0.4), 0.5, count) * worth).astype(np.int64)
    ads = []
    for n in range(count):
        platform, page, shown = buyer.pages[int(random.integers(len(buyer.pages)))]
        topic = buyer.topics[int(random.integers(len(buyer.topics)))]
        path = page if buyer.kind == "agency" else handle(TOPICS[topic])
        sponsor = shown if buyer.kind == "agency" else buyer.name
        ads.append(
            Ad(
                platform=platform,
                actor=page,
                ad="",
                page_name=shown,
                text=_text(buyer, topic, random),
                landing_url=f"https://{buyer.domain}/{path}",
                created=_moment(created[n]),
                ended=_moment(ended[n]),
                spend=Decimal(int(cents[n])) / 100,
                currency=buyer.currency,
                impressions=int(impressions[n]),
                clicks=int(clicks[n]),
                billing_country=buyer.billing_country,
                target_countries=(HOME,),
                targeting=buyer.targeting[int(random.integers(len(buyer.targeting)))],
                sponsor=sponsor if buyer.declared else None,
                payer=buyer.name if buyer.declared else None,
                account=_account(buyer),
                instrument=buyer.instrument,
                address=buyer.address,
            )
        )
    return ads


def _working_moments(count: int, zone: int, settings: SeasonSettings, random: np.random.Generator) -> np.ndarray:
    """Monday to Friday nine to seven where the buyer sits; one in fourteen at another time."""
    day = random.integers(settings.days, size=count)
    # The season starts on a Monday: from a weekend, move to the Friday before.
    day = np.where(day % 7 >= 5, day - day % 7 + 4, day)
    hour = np.clip(random.normal(14.2, 2.3, count), 9, 18.9) - zone
    at = settings.start + day * DAY + (hour * HOUR).astype(np.int64)
    odd = settings.start + random.integers(0, settings.days * DAY, count)
    at = np.where(random.random(count) < 0.07, odd, at) // SECOND * SECOND
    return np.clip(at, settings.start, settings.end - SECOND)


def _text(buyer: Buyer, topic: int, random: np.random.Generator) -> str:
    """Campaigns have few sentences, everybody else many."""
    if buyer.campaign is not None and random.random() < 0.6:
        return SLOGANS[int(random.integers(len(SLOGANS)))].format(topic=TOPICS[topic])
    opening, place, closing = (part[int(random.integers(len(part)))] for part in (OPENINGS, PLACES, CLOSINGS))
    return f"{opening} {TOPICS[topic]} in {place}: {closing}"


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(int(microseconds) // SECOND, UTC)


def _account(buyer: Buyer) -> str:
    """The paying account's id: a platform knows it, an archive does not."""
    return f"account_{hashlib.sha256(buyer.name.encode()).hexdigest()[:8]}"


def _ad_traces(ads: list[Ad]) -> pa.Table:
    """One row per ad and thing another ad can share: how it is aimed, where it leads, what it says, who pays."""
    out: list[tuple[object, ...]] = []
    for ad in ads:
        key = targeting_key(ad, str.casefold)
        traces = [
            ("targeting", None if key is None else " + ".join(("not " if no else "") + value for no, value in key)),
            *(("audience", audience_named(one)) for one in ad.targeting),
            ("link", ad.landing_url),
            ("domain", (ad.landing_url or "").split("/")[2]),
            ("text", hashlib.sha256((ad.text or "").encode()).hexdigest()[:16]),
            ("account", ad.account),
            ("instrument", ad.instrument),
            ("address", ad.address),
        ]
        out += [(ad.platform, ad.actor, kind, trace, ad.ad, ad.created) for kind, trace in traces if trace is not None]
    columns = list(zip(*out, strict=True)) if out else [()] * 6
    kinds = (pa.string(),) * 5 + (MICROSECONDS,)
    names = ("platform", "actor", "kind", "trace", "content", "at")
    return pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})


def _buyers_table(buyers: list[Buyer]) -> pa.Table:
    """One row per account that pays, as a platform knows it: who, how, for which pages."""
    text = pa.string()
    return pa.table(
        {
            "account": pa.array([_account(b) for b in buyers], text),
            "buyer": pa.array([b.name for b in buyers], text),
            "kind": pa.array([b.kind for b in buyers], text),
            "declared": pa.array([b.declared for b in buyers], pa.bool_()),
            "billing_country": pa.array([b.billing_country for b in buyers], text),
            "currency": pa.array([b.currency for b in buyers], text),
            "instrument": pa.array([b.instrument for b in buyers], text),
            "address": pa.array([b.address for b in buyers], text),
            "pages": pa.array([" ".join(f"{platform}:{page}" for platform, page, _ in b.pages) for b in buyers], text),
            "campaign": pa.array([b.campaign for b in buyers], pa.int64()),
        }
    )
