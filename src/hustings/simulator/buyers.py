"""Who buys ads: shops, charities, parties, an agency with clients, and campaigns that pay from afar."""

__all__ = ["AFAR_CURRENCY", "HOME", "Buyer", "all_buyers"]

from dataclasses import dataclass

import numpy as np

from hustings.screening.ad import Criterion
from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.covert import Campaign
from hustings.simulator.names import PLACES, TOPICS, Names, handle
from hustings.simulator.overt import Group
from hustings.simulator.settings import SeasonSettings

# Codes that ISO 3166 leaves to users, so that no real country is meant: the season's country, the
# covert buyers', and where some of its people live abroad. (XA, XB and XK are taken by the CLDR.)
HOME, AFAR, ABROAD = "XH", "XF", "XN"
# ISO 4217 keeps XTS for tests; the home country pays in EUR.
HOME_CURRENCY, AFAR_CURRENCY = "EUR", "XTS"

# What ads are aimed by, beside place and age, as buyers pick them from a list.
HOBBIES = "angling,choir music,allotments,motorbikes,old maps,handball,baking,birdwatching,street art,folk dance"
MORE_HOBBIES = "radio plays,hiking,chess,football,gospel,hunting,pottery,sailing,model trains,crosswords"
HABITS = "commutes by rail,new parent,rents a flat,moved last year,small firm owner,shares news daily"
CRITERIA = (
    *(Criterion(value=one, dimension="interest", category="interests") for one in TOPICS),
    *(Criterion(value=one, dimension="interest", category="interests") for one in HOBBIES.split(",")),
    *(Criterion(value=one, dimension="interest", category="interests") for one in MORE_HOBBIES.split(",")),
    *(Criterion(value=one, dimension="behavior", category="behaviors") for one in HABITS.split(",")),
)
TRADES = ("Bakery", "Cycles", "Garden Centre", "Opticians", "Outdoor Store", "Books")
CANDIDATES = ("for Council", "for Parliament")


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who pays: one account with one payment instrument and the pages it administers.

    pages      (platform, handle, name shown) of each
    targeting  the sets it aims by
    zone       hours from UTC of the office the ads are made in
    declared   whether its ads say who paid
    campaign   the covert campaign it buys for, if any
    """

    name: str
    kind: str
    pages: list[tuple[str, str, str]]
    instrument: str
    address: str
    domain: str
    topics: list[int]
    targeting: list[tuple[Criterion, ...]]
    zone: int = 1
    currency: str = HOME_CURRENCY
    billing_country: str | None = HOME
    declared: bool = True
    campaign: int | None = None


def all_buyers(
    campaigns: list[Campaign],
    parties: list[Group],
    cast: Cast,
    settings: SeasonSettings,
    names: Names,
    random: np.random.Generator,
) -> list[Buyer]:
    """Everybody who buys; every second campaign does."""
    buying = [campaign for campaign in campaigns if campaign.number % 2 == 0]
    return [
        *_ordinary_buyers(settings, names, random),
        *(_party_buyer(party, cast, random) for party in parties),
        *_agencies(settings, names, random),
        *(buyer for campaign in buying for buyer in _covert_buyers(campaign, cast, random)),
    ]


def _ordinary_buyers(settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Buyer]:
    """Shops, charities, candidates: one account, one page, mostly paid at home."""
    buyers = []
    for _ in range(max(20, settings.actors // 60)):
        kind = str(random.choice(("shop", "charity", "candidate", "initiative"), p=(0.5, 0.2, 0.15, 0.15)))
        if kind in {"shop", "candidate"}:
            page = names.new(f"{names.place()} {names.one(TRADES if kind == 'shop' else CANDIDATES)}")
        else:
            page = names.page()
        targeting = [_targeting(random, int(random.integers(0, 6))) for _ in range(int(random.integers(1, 4)))]
        if random.random() < 0.2:
            targeting.append((*targeting[0], _followers(page, excluded=True)))
        buyers.append(
            Buyer(
                name=page,
                kind=kind,
                pages=[(PLATFORMS[0], handle(page), page)],
                instrument=_instrument(random),
                address=_address(random),
                domain=_domain(page),
                topics=random.integers(len(TOPICS), size=2).tolist(),
                targeting=targeting,
                # Some who may lawfully speak at home live abroad, and pay from there.
                billing_country=ABROAD if random.random() < 0.02 else HOME,
                declared=kind != "initiative",
            )
        )
    return buyers


def _party_buyer(party: Group, cast: Cast, random: np.random.Generator) -> Buyer:
    """A party's office buys for its head office and some local pages, from the same sets."""
    own = party.actors[: 2 + int(random.integers(2, 6))].tolist()
    return Buyer(
        name=party.owner,
        kind="party",
        pages=[(PLATFORMS[cast.platform[a]], cast.name[a], _shown(cast.name[a])) for a in own],
        instrument=_instrument(random),
        address=_address(random),
        domain=party.domain,
        topics=random.integers(len(TOPICS), size=6).tolist(),
        targeting=[_targeting(random, int(random.integers(2, 6))) for _ in range(5)],
    )


def _agencies(settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Buyer]:
    """An agency pays for clients that have nothing to do with each other: shared instrument, shared sets."""
    agencies = []
    for _ in range(1 + settings.actors // 5_000):
        name = names.new(f"{names.place()} Media Buying")
        clients = [names.new(f"{names.place()} {names.one(TRADES)}") for _ in range(int(random.integers(4, 8)))]
        agencies.append(
            Buyer(
                name=name,
                kind="agency",
                pages=[(PLATFORMS[0], handle(client), client) for client in clients],
                instrument=_instrument(random),
                address=_address(random),
                domain=_domain(name),
                topics=random.integers(len(TOPICS), size=3).tolist(),
                targeting=[_targeting(random, int(random.integers(1, 5))) for _ in range(4)],
            )
        )
    return agencies


def _covert_buyers(campaign: Campaign, cast: Cast, random: np.random.Generator) -> list[Buyer]:
    """The campaign's pages buy from one to three accounts that share sets, an office and mostly cards."""
    actors = campaign.actors[: (len(campaign.actors) + 1) // 2].tolist()
    pages = [(PLATFORMS[cast.platform[a]], cast.name[a], _shown(cast.name[a])) for a in actors]
    sets = [_targeting(random, int(random.integers(4, 8))) for _ in range(6)]
    # Pages recruit each other's followers: they know of each other, or have the same hands.
    sets += [(*one, _followers(page[2], excluded=False)) for one, page in zip(sets, pages[:3], strict=False)]
    cards, address = [_instrument(random) for _ in range(2)], _address(random)
    accounts = int(random.integers(1, min(3, len(pages)) + 1))
    return [
        Buyer(
            name=pages[account][2],
            kind="initiative",
            pages=pages[account::accounts],
            instrument=cards[account % 2],
            address=address,
            domain=campaign.domain,
            topics=[campaign.topic, int(random.integers(len(TOPICS)))],
            targeting=sets,
            zone=campaign.office,
            # Some accounts are bought from locals: they pay in the home currency, and no rule sees them.
            currency=AFAR_CURRENCY if account == 0 or random.random() < 0.8 else HOME_CURRENCY,
            billing_country=AFAR if random.random() < 0.4 else None,
            declared=False,
            campaign=campaign.number,
        )
        for account in range(accounts)
    ]


def _targeting(random: np.random.Generator, count: int) -> tuple[Criterion, ...]:
    """The country, an age span and some criteria; seldom the same twice by chance."""
    youngest = int(random.choice((18, 18, 18, 21, 25, 30, 35)))
    oldest = int(random.choice((45, 54, 65, 65, 65)))
    chosen = random.choice(len(CRITERIA), count, replace=False)
    town = PLACES[int(random.integers(len(PLACES)))]
    towns = [Criterion(value=town, dimension="location", category="location")] if random.random() < 0.4 else []
    return (
        Criterion(value=HOME, dimension="location", category="location"),
        *towns,
        Criterion(value=f"{youngest} - {oldest}", dimension="age", category="age"),
        *(CRITERIA[n] for n in sorted(chosen.tolist())),
    )


def _followers(page: str, *, excluded: bool) -> Criterion:
    """Those who follow a page, or all but those."""
    said = f"People who like {page}"
    return Criterion(value=said, dimension="connection", category="people_who_match", excluded=excluded)


def _instrument(random: np.random.Generator) -> str:
    """The fingerprint a platform keeps of a card or account, never the number."""
    return f"card_{int(random.integers(2**40)):010x}"


def _address(random: np.random.Generator) -> str:
    """A network block in the range that RFC 3849 keeps for examples."""
    return f"2001:db8:{int(random.integers(1, 65_536)):x}::/48"


def _domain(name: str) -> str:
    return f"{handle(name).replace('_', '-')}.example"


def _shown(name: str) -> str:
    """A handle as the page shows it."""
    return name.replace("_", " ").title()
