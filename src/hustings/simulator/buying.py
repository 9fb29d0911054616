"""Who buys ads: shops, charities, parties, an agency with clients, and campaigns that pay from afar."""

__all__ = ["Market", "open_market"]

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.covert import Campaign
from hustings.simulator.names import CLOSINGS, OPENINGS, PLACES, SLOGANS, TOPICS, Names, handle
from hustings.simulator.overt import Group
from hustings.simulator.posting import DAY, HOUR, SECOND
from hustings.simulator.settings import SeasonSettings

# Codes that ISO 3166 leaves to users, so that no real country is meant: the season's country, the
# covert buyers', and where some of its people live abroad.
HOME, AFAR, ABROAD = "XA", "XB", "XC"
# ISO 4217 keeps XTS for tests; the home country pays in EUR.
HOME_CURRENCY, AFAR_CURRENCY = "EUR", "XTS"
MICROSECONDS = pa.timestamp("us", "UTC")


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who pays: one account with one payment instrument and the pages it administers."""

    name: str
    kind: str
    pages: list[tuple[str, str, str]]
    currency: str
    billing_country: str | None
    instrument: str
    zone: int
    domain: str
    topics: list[int]
    targeting: list[list[str]]
    declared: bool
    campaign: int | None = None


@dataclass(frozen=True, kw_only=True)
class Market:
    """ads, ad_traces and buyers of a season."""

    ads: pa.Table
    ad_traces: pa.Table
    buyers: pa.Table


def open_market(
    campaigns: list[Campaign],
    parties: list[Group],
    cast: Cast,
    settings: SeasonSettings,
    names: Names,
    random: np.random.Generator,
) -> Market:
    """Buyers place ads through the season, in their own office hours."""
    buyers = [
        *_ordinary_buyers(settings, names, random),
        *(_party_buyer(party, cast, random) for party in parties),
        *_agencies(settings, names, random),
        *(
            buyer
            for campaign in campaigns
            if campaign.number % 2 == 0
            for buyer in _covert_buyers(campaign, cast, random)
        ),
    ]
    rows = [row for buyer in buyers for row in _ads(buyer, settings, random)]
    rows.sort(key=lambda row: (row["created"], row["page"], row["text"]))
    for number, row in enumerate(rows):
        row["ad_id"] = f"ad_{100_001 + number}"
    return Market(ads=_ads_table(rows), ad_traces=_ad_traces(rows), buyers=_buyers_table(buyers))


# What ads are aimed by, beside place and age: `interest` and `behaviour`, as buyers pick them from a list.
CRITERIA = tuple(
    [f"interest: {topic}" for topic in TOPICS]
    + [
        f"interest: {hobby}"
        for hobby in (
            "angling",
            "choir music",
            "allotments",
            "motorbikes",
            "old maps",
            "handball",
            "baking",
            "birdwatching",
            "street art",
            "folk dance",
            "radio plays",
            "hiking",
            "chess",
            "football",
            "gospel",
            "hunting",
        )
    ]
    + [
        f"behaviour: {habit}"
        for habit in (
            "commutes by rail",
            "new parent",
            "rents a flat",
            "moved last year",
            "small firm owner",
            "shares news daily",
        )
    ]
)


def _targeting(random: np.random.Generator, count: int) -> list[str]:
    """Place, an age span and some criteria; seldom the same twice by chance."""
    youngest = int(random.choice((18, 18, 18, 21, 25, 30, 35)))
    oldest = int(random.choice((45, 54, 65, 65, 65)))
    chosen = random.choice(len(CRITERIA), count, replace=False)
    places = [f"location: {PLACES[int(random.integers(len(PLACES)))]}"] if random.random() < 0.4 else []
    return sorted([f"age: {youngest}-{oldest}", f"location: {HOME}", *places, *(CRITERIA[n] for n in chosen.tolist())])


def _instrument(random: np.random.Generator) -> str:
    """The fingerprint a platform keeps of a card or account, never the number."""
    return f"card_{int(random.integers(16**10)):010x}"


def _ordinary_buyers(settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Buyer]:
    """Shops, charities, candidates: one account, one or two pages, mostly paid at home."""
    buyers = []
    for _ in range(max(20, settings.actors // 60)):
        kind = str(random.choice(("shop", "charity", "candidate", "initiative"), p=(0.5, 0.2, 0.15, 0.15)))
        page = (
            names.page()
            if kind in ("initiative", "charity")
            else names.new(f"{names.place()} {names.one(TRADES[kind])}")
        )
        abroad = random.random() < 0.02
        buyers.append(
            Buyer(
                name=page,
                kind=kind,
                pages=[(PLATFORMS[0], handle(page), page)],
                zone=1,
                currency=HOME_CURRENCY,
                billing_country=ABROAD if abroad else HOME,
                instrument=_instrument(random),
                domain=f"{handle(page).replace('_', '-')}.example",
                topics=random.integers(len(TOPICS), size=2).tolist(),
                targeting=[_targeting(random, int(random.integers(0, 6))) for _ in range(int(random.integers(1, 4)))],
                declared=kind != "initiative",
            )
        )
    return buyers


TRADES = {
    "shop": ("Bakery", "Cycles", "Garden Centre", "Opticians", "Outdoor Store", "Books"),
    "candidate": ("for Council", "for Parliament"),
}


def _party_buyer(party: Group, cast: Cast, random: np.random.Generator) -> Buyer:
    """A party's office buys for its head office and some local pages, from the same sets."""
    own = party.actors[: 2 + int(random.integers(2, 6))].tolist()
    return Buyer(
        name=party.owner,
        kind="party",
        zone=1,
        currency=HOME_CURRENCY,
        billing_country=HOME,
        pages=[(PLATFORMS[cast.platform[a]], cast.name[a], _shown(cast.name[a])) for a in own],
        instrument=_instrument(random),
        domain=party.domain,
        topics=random.integers(len(TOPICS), size=6).tolist(),
        targeting=[_targeting(random, int(random.integers(2, 6))) for _ in range(5)],
        declared=True,
    )


def _agencies(settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Buyer]:
    """An agency pays for clients that have nothing to do with each other: shared instrument, shared sets."""
    agencies = []
    for _ in range(1 + settings.actors // 5_000):
        name = names.new(f"{names.place()} Media Buying")
        clients = [names.new(f"{names.place()} {names.one(TRADES['shop'])}") for _ in range(int(random.integers(4, 8)))]
        agencies.append(
            Buyer(
                name=name,
                kind="agency",
                pages=[(PLATFORMS[0], handle(client), client) for client in clients],
                zone=1,
                currency=HOME_CURRENCY,
                billing_country=HOME,
                instrument=_instrument(random),
                domain=f"{handle(name).replace('_', '-')}.example",
                topics=random.integers(len(TOPICS), size=3).tolist(),
                targeting=[_targeting(random, int(random.integers(1, 5))) for _ in range(4)],
                declared=True,
            )
        )
    return agencies


def _covert_buyers(campaign: Campaign, cast: Cast, random: np.random.Generator) -> list[Buyer]:
    """The campaign's pages buy from one to three accounts that share sets, and mostly cards."""
    pages = [
        (PLATFORMS[cast.platform[a]], cast.name[a], _shown(cast.name[a]))
        for a in campaign.actors[: (len(campaign.actors) + 1) // 2].tolist()
    ]
    sets = [_targeting(random, int(random.integers(4, 8))) for _ in range(6)]
    cards = [_instrument(random) for _ in range(2)]
    buyers = []
    accounts = int(random.integers(1, min(3, len(pages)) + 1))
    for account in range(accounts):
        known = random.random() < 0.4
        buyers.append(
            Buyer(
                name=pages[account][2],
                kind="initiative",
                pages=pages[account::accounts],
                zone=campaign.office,
                # A few accounts are bought from others: they pay in the home currency, and no rule sees them.
                currency=AFAR_CURRENCY if account == 0 or random.random() < 0.8 else HOME_CURRENCY,
                billing_country=AFAR if known else None,
                instrument=cards[account % 2],
                domain=campaign.domain,
                topics=[campaign.topic, int(random.integers(len(TOPICS)))],
                targeting=sets,
                declared=False,
                campaign=campaign.number,
            )
        )
    return buyers


def _shown(name: str) -> str:
    """A handle as the page shows it."""
    return name.replace("_", " ").title()


def _working_moments(count: int, zone: int, settings: SeasonSettings, random: np.random.Generator) -> np.ndarray:
    """Monday to Friday nine to seven where the buyer sits; one in fourteen at another time."""
    day = random.integers(settings.days, size=count)
    # The season starts on a Monday: from a weekend, move to the Friday before.
    day = np.where(day % 7 >= 5, day - day % 7 + 4, day)
    hour = np.clip(random.normal(14, 2.3, count), 9, 18.9) - zone
    at = settings.start + day * DAY + (hour * HOUR).astype(np.int64)
    odd = settings.start + random.integers(0, settings.days * DAY, count)
    at = np.where(random.random(count) < 0.07, odd, at) // SECOND * SECOND
    return np.clip(at, settings.start, settings.end - SECOND)


def _ads(buyer: Buyer, settings: SeasonSettings, random: np.random.Generator) -> list[dict[str, object]]:
    """All ads of a buyer, spread over its pages."""
    count = int(np.clip(random.pareto(1.3) * 8 + 4, 3, 80)) + 6 * (len(buyer.pages) - 1)
    created = _working_moments(count, buyer.zone, settings, random)
    lasting = (random.lognormal(np.log(3), 0.8, count) * DAY).astype(np.int64) // SECOND * SECOND
    # A quarter never runs; the rest is heavy-tailed, as what platforms have disclosed is.
    impressions = np.where(random.random(count) < 0.2, 0, random.lognormal(7.5, 1.8, count)).astype(np.int64)
    clicks = random.binomial(impressions, np.minimum(random.lognormal(np.log(0.03), 0.9, count), 0.5))
    cents = impressions * random.lognormal(np.log(0.4), 0.5, count) * (30 if buyer.currency == AFAR_CURRENCY else 1)
    rows: list[dict[str, object]] = []
    for n in range(count):
        platform, page, shown = buyer.pages[int(random.integers(len(buyer.pages)))]
        topic = buyer.topics[int(random.integers(len(buyer.topics)))]
        if buyer.campaign is not None and random.random() < 0.6:
            text = SLOGANS[int(random.integers(len(SLOGANS)))].format(topic=TOPICS[topic])
        else:
            words = (OPENINGS, PLACES, CLOSINGS)
            opening, place, closing = (part[int(random.integers(len(part)))] for part in words)
            text = f"{opening} {TOPICS[topic]} in {place}: {closing}"
        path = handle(TOPICS[topic]) if buyer.kind != "agency" else page
        rows.append(
            {
                "platform": platform,
                "page": page,
                "page_name": shown,
                "buyer": buyer.name,
                "text": text,
                "landing_url": f"https://{buyer.domain}/{path}",
                "landing_domain": buyer.domain,
                "created": int(created[n]),
                "ended": int(created[n] + lasting[n]),
                "impressions": int(impressions[n]),
                "clicks": int(clicks[n]),
                "spend_cents": int(cents[n]),
                "currency": buyer.currency,
                "billing_country": buyer.billing_country,
                "instrument": buyer.instrument,
                "targeting": buyer.targeting[int(random.integers(len(buyer.targeting)))],
                "paid_by": (shown if buyer.kind == "agency" else buyer.name) if buyer.declared else None,
            }
        )
    return rows


def _ads_table(rows: list[dict[str, object]]) -> pa.Table:
    """One row per ad, in the order they were made."""
    text = pa.string()
    columns = {
        "ad_id": text,
        "platform": text,
        "page": text,
        "page_name": text,
        "text": text,
        "landing_url": text,
        "landing_domain": text,
        "created": MICROSECONDS,
        "ended": MICROSECONDS,
        "impressions": pa.int64(),
        "clicks": pa.int64(),
        "currency": text,
        "billing_country": text,
        "targeting": pa.list_(text),
        "paid_by": text,
        "instrument": text,
        "buyer": text,
    }
    table = {name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()}
    cents = [int(str(row["spend_cents"])) for row in rows]
    table["spend_amount"] = pa.array([f"{amount // 100}.{amount % 100:02d}" for amount in cents], text)
    table["countries"] = pa.array([[HOME]] * len(rows), pa.list_(text))
    return pa.table(table)


def _ad_traces(rows: list[dict[str, object]]) -> pa.Table:
    """What ads share, as a trace table: targeting sets of four criteria or more, links, domains, texts, cards."""
    out: list[tuple[object, ...]] = []
    for row in rows:
        targeting = row["targeting"]
        traces = [
            ("link", row["landing_url"]),
            ("domain", row["landing_domain"]),
            ("instrument", row["instrument"]),
            ("text", hashlib.sha256(str(row["text"]).encode()).hexdigest()[:16]),
        ]
        if isinstance(targeting, list) and len(targeting) >= 4:
            traces.append(("targeting", " & ".join(targeting)))
        out += [
            (row["platform"], row["page"], kind, trace, row["ad_id"], row["created"]) for kind, trace in sorted(traces)
        ]
    columns = list(zip(*out, strict=True)) if out else [()] * 6
    kinds = (pa.string(),) * 5 + (MICROSECONDS,)
    names = ("platform", "actor", "kind", "trace", "content", "at")
    return pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})


def _buyers_table(buyers: list[Buyer]) -> pa.Table:
    """One row per account that pays, as a platform knows it: who, how, for which pages."""
    text = pa.string()
    return pa.table(
        {
            "buyer": pa.array([b.name for b in buyers], text),
            "kind": pa.array([b.kind for b in buyers], text),
            "declared": pa.array([b.declared for b in buyers], pa.bool_()),
            "billing_country": pa.array([b.billing_country for b in buyers], text),
            "currency": pa.array([b.currency for b in buyers], text),
            "instrument": pa.array([b.instrument for b in buyers], text),
            "pages": pa.array([" ".join(f"{platform}:{page}" for platform, page, _ in b.pages) for b in buyers], text),
            "campaign": pa.array([b.campaign for b in buyers], pa.int64()),
        }
    )
