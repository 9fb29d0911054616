"""Foreign buyers planted among real advertisers, each with one way around the checks: who is found, by what.

    python benchmarks/buyers.py
    python benchmarks/buyers.py --seeds 1-20

Into the Snap ads of 2018 one operation of eight pages is planted at a time, shaped like the IRA's (its own ads' aims
and texts), with one evasion. What a platform knows and the archive leaves out (card, account, administrators) is made
up for the real advertisers: one of each an organisation, as Snap names the organisation that pays beside the page that
shows. Claims to a register are tried against the FEC's committees. Google's advertisers of 2019 show no card, aim or
page; they measure how often register, names and foreign agents disturb the real ones. Prints one JSON document: recall
for each evasion and means, the pages that nothing finds, false alarms on the real advertisers.
"""

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import planted

from hustings.cli.data import data_folder
from hustings.connectors.ads import read_ads
from hustings.connectors.buyers import buyer_of, find_buyers, traces_of
from hustings.connectors.registers import read_register
from hustings.connectors.registers.officials import from_committees, sponsors_of
from hustings.detection.folding import folded_ocr
from hustings.screening.ad import Ad, AdsTable
from hustings.screening.belonging import Trace, belonging
from hustings.screening.chain import Sponsor, reasons
from hustings.screening.names import Names
from hustings.screening.payment import review
from hustings.screening.register.check import Claim, check
from hustings.screening.register.edition import Contact, Edition
from hustings.screening.register.foreign import foreign_ties
from hustings.screening.targeting import targeting_key

DAY = date(2018, 11, 6)
LARGE = 5
PAGES, ADS_A_PAGE, LONE_PAGES = 8, 7, 24
# Evasion -> what the operation does about it.
EVASIONS = {
    "none": "pays in its own money, billed at home, from one card",
    "local currency": "pays in the target's money, no billing country; two cards for all pages",
    "reseller": "buys through an agency in the target country, which also buys for three real advertisers",
    "stolen identity": "bears a registered committee's name and number; a stolen card of the target country a page",
    "one page per ad": "twenty-four pages with one ad and one card each; the site and the aims are shared",
    "cloaked landing page": "a site a page, shown harmless to whoever reviews it; paid in the target's money, two cards",
    "edit after approval": "harmless texts and sites until approved, then edited; paid in the target's money, two cards",
    "clean accounts": "own card, administrator and account a page; sites, aims, texts and sittings are shared",
    "clean accounts and sites": "likewise, and an own site a page; aims, texts and sittings are shared",
    "one analytics account": "as all at once, but the address of every ad names one analytics account",
    "one network block": "as all at once, but every page is paid from one network block",
    "all at once": "own card, site, administrator, aims, texts and hours a page, paid in the target's money",
}
# Nothing shared, or one thing only.
ALL_AT_ONCE = ("all at once", "one analytics account", "one network block")
# Draws of tables with moved clocks.
MOVED = 3
DEALT = 20
MEANS = ("payment", "register", "names", "shared facts", "shared traces", "detection", "edit")
WORD = "harbor prairie lantern cedar summit river beacon granite meadow copper sparrow orchard canyon willow anchor".split()
CAUSE = "Voices Families Neighbors Veterans Patriots Workers Students Mothers Farmers Believers".split()


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=["1-5"])
    a = parser.parse_args()
    planted.show(measure(planted.parse_seeds(a.seeds)))


def measure(seeds: list[int]) -> dict[str, Any]:
    """All figures."""
    data = data_folder()
    if data is None:
        sys.exit("The real ads are not here. Set HUSTINGS_DATA.")
    begun = time.perf_counter()
    snap = [
        replace(
            ad,
            actor=ad.payer or ad.actor,
            page_name=ad.payer or ad.actor,
            account=_key("account", ad.sponsor),
            instrument=_key("card", ad.sponsor),
            rest=(("administrators", _key("admin", ad.sponsor)),),
        )
        for ad in read_ads(data / "snap-political-2018" / "PoliticalAds2018.csv", "snap-ads")
    ]
    ira = _different(list(read_ads(data / "ira-ads" / "ads.parquet", "ira-ads")))
    fec = read_register(data / "fec-committees" / "cm.txt", "fec", published=date(2015, 9, 19))
    names = Names(officials=from_committees(fec, ("senate candidate",)), sponsors=sponsors_of(fec))
    world = World(snap=snap, ira=ira, fec=fec, names=names)
    found = {evasion: [world.try_one(evasion, seed) for seed in seeds] for evasion in EVASIONS}
    real = world.alone()
    google = _google(data, fec, names)
    operation = _operation(list(read_ads(data / "ira-ads" / "ads.parquet", "ira-ads")))
    apart = _operation([replace(ad, instrument=None, account=None, rest=()) for ad in snap])
    recall = {evasion: _recall(runs) for evasion, runs in found.items()}
    goals = {
        "none, by payment": planted.goal(recall["none"]["by"]["payment"], least=0.998),
        "snap_ads_flagged": planted.goal(float(real["payment"]["ads"]), most=13),
        "snap_advertisers_in_a_finding": planted.goal(apart["in_findings"]["share_of_all"], most=0.02),
    }
    return {
        "benchmark": "buyers", "goals": goals, "reached": all(goal["reached"] for goal in goals.values()), "seeds": seeds,
        "evasions": {evasion: {"does": EVASIONS[evasion], **recall[evasion]} for evasion in EVASIONS},
        "payment_rule_alone": {evasion: recall[evasion]["by"]["payment"] for evasion in EVASIONS},
        "false_alarms": {"snap_2018": real, "google_2019": google},
        "ira": operation, "snap_2018_by_the_same": apart,
        "not_measured": (
            "Whether a landing page is shown to reviewers otherwise than to people: a fetcher meets it in life, not in a "
            "file. An edit is noticed by construction: the platform holds the digest that was approved. Ages under 90 days "
            "are left out: no file says how old the real advertisers were."
        ),
        "wall_s": round(time.perf_counter() - begun, 2),
    }  # fmt: skip


class World:
    """The real advertisers, and an operation planted among them at a time."""

    def __init__(self, *, snap: list[Ad], ira: list[Ad], fec: Edition, names: Names) -> None:
        self.snap, self.ira, self.fec, self.names = snap, ira, fec, names
        self.sponsors = [
            Sponsor(
                key=f"snapchat:{page}",
                name=page,
                instruments=(_key("card", who),),
                administrators=(_key("admin", who),),
                owner=who,
            )
            for page, who in sorted({(ad.actor or "", ad.sponsor or "") for ad in snap})
        ]

    def try_one(self, evasion: str, seed: int) -> dict[str, Any]:
        """Plant one operation and let every means look."""
        ads, sponsors, claims = plant(evasion, self, np.random.default_rng([seed, list(EVASIONS).index(evasion)]))
        pages = {ad.actor or "" for ad in ads}
        by: dict[str, set[str]] = {means: set() for means in MEANS}
        by["payment"] = {flag.ad.actor or "" for flag in review(ads).flagged}
        for page, claim in claims.items():
            if claim.number and check(claim, self.fec).needs_people:
                by["register"].add(page)
            if self.names.near(claim.name):
                by["names"].add(page)
        everybody = [*self.sponsors, *sponsors.values()]
        for page, sponsor in sponsors.items():
            if any(reason.needs_person for reason in reasons(sponsor, everybody, on=DAY)):
                by["shared facts"].add(page)
        table = AdsTable(ads=(*self.snap, *ads), source="planted")
        result = find_buyers(table, by="page")
        by["shared traces"] = {page for page in pages if f"snapchat:{page}" in result.belonging.joined}
        by["detection"] = set(result.detection.members["actor"].to_pylist()) & pages
        by["edit"] = pages if evasion == "edit after approval" else set()
        return {"pages": pages, "by": by, "seed": seed}

    def alone(self) -> dict[str, Any]:
        """What the same means say of the real advertisers with nobody planted."""
        pages = {ad.actor or "" for ad in self.snap}
        flagged = review(self.snap).flagged
        found = find_buyers(AdsTable(ads=tuple(self.snap), source="snap"), by="page", draws=5)
        declared = {sponsor.key: sponsor.owner or "" for sponsor in self.sponsors}
        agencies = Counter(ad.sponsor for ad in {ad.actor: ad for ad in self.snap}.values())
        joined = found.belonging.joined
        undeclared = [
            tie
            for tie in found.belonging.ties
            if declared.get(tie.a) is None or declared.get(tie.a) != declared.get(tie.b)
        ]
        apart = {buyer for tie in undeclared for buyer in (tie.a, tie.b)}
        return {
            "advertisers": len(pages), "ads": len(self.snap),
            "payment": {"ads": len(flagged), "advertisers": len({flag.ad.actor for flag in flagged})},
            "shared traces": {"advertisers": len(joined), "share": round(len(joined) / len(pages), 4),
                              "groups": [list(group.buyers) for group in found.belonging.groups][:8],
                              "without those of one declared organisation": sorted(apart)},
            "shared traces alone": {"pairs": found.belonging.by_habit, "by_chance": found.belonging.by_chance},
            "detection": {"findings": len(found.detection.findings), "members": len(found.detection.members)},
            "organisations that buy for several": sum(count > 1 for count in agencies.values()),
        }  # fmt: skip


def plant(
    evasion: str, world: World, random: np.random.Generator
) -> tuple[list[Ad], dict[str, Sponsor], dict[str, Claim]]:
    """Ads of one operation, what the platform knows of its pages, and what each claims to a register."""
    count = LONE_PAGES if evasion == "one page per ad" else PAGES
    alone = evasion in {"one page per ad", "clean accounts", "clean accounts and sites", *ALL_AT_ONCE}
    own_site = evasion in {"cloaked landing page", "clean accounts and sites", *ALL_AT_ONCE}
    # Each text and each aim once: the IRA's own repeat from page to page, which is what the careful do not do.
    model = [world.ira[n] for n in random.permutation(len(world.ira)).tolist()]
    sets, texts = [ad.targeting for ad in model[:6]], [ad.text or "" for ad in model[6:18]]
    cards, people, domains = ([_made(random, kind) for _ in range(2)] for kind in ("card", "admin", "site"))
    reseller = random.choice(sorted({ad.sponsor or "" for ad in world.snap if ad.billing_country == "US"}))
    committees = [entry for entry in world.fec.entries if entry.kind == "committee"]
    ads: list[Ad] = []
    sponsors: dict[str, Sponsor] = {}
    claims: dict[str, Claim] = {}
    start = datetime(2018, 9, 3, 8, tzinfo=UTC)
    # The office makes ads in sittings: pages one after the other, two minutes or less apart.
    sittings = [start + timedelta(days=int(day), minutes=int(random.integers(0, 480))) for day in range(0, 56, 7)]
    for page_number in range(count):
        page = f"{_title(random)} {random.choice(CAUSE)}"
        while page in sponsors:
            page = f"{_title(random)} {random.choice(CAUSE)}"
        card, person = cards[page_number % 2], people[page_number % 2]
        billing, currency, claim = None, "USD", Claim(scheme="fec", number="", name=page, contact=Contact())
        site = domains[page_number % 2]
        if evasion == "none":
            billing, currency, card = "RU", "RUB", cards[0]
        elif evasion == "reseller":
            billing, card, person = "US", _key("card", reseller), _key("admin", reseller)
        elif evasion == "stolen identity":
            committee = committees[int(random.integers(len(committees)))]
            billing, card = "US", _made(random, "card")
            mine = Contact(
                street=f"{int(random.integers(1, 999))} Main Street",
                city="Wilmington",
                postal_code="19801",
                country="US",
            )
            claim = Claim(
                scheme="fec", number=committee.number, name=committee.name, contact=mine, advertiser_class="A"
            )
        if alone:
            billing, card, person = (
                ("US" if evasion == "one page per ad" else None),
                _made(random, "card"),
                _made(random, "admin"),
            )
        if own_site:
            site = _made(random, "site")
        sponsors[page] = Sponsor(
            key=f"snapchat:{page}",
            name=page,
            instruments=(card,),
            administrators=(person,),
            domains=(f"{site}.example",),
        )
        claims[page] = claim
        for number in range(1 if evasion == "one page per ad" else ADS_A_PAGE):
            # 18 + 24 pages of one or 8 of seven: fewer than the 200 and more that are left.
            other = model[18 + ADS_A_PAGE * page_number + number]
            own = evasion in ALL_AT_ONCE
            counter = "?utm_source=ads&tid=UA-53319204-1" if evasion == "one analytics account" else ""
            hour = (
                timedelta(seconds=int(random.integers(1, 56 * 86_400)))
                if own
                else timedelta(seconds=95 * page_number + int(random.integers(0, 40)))
            )
            ads.append(
                Ad(
                    platform="snapchat", actor=page, ad=f"planted {page_number}-{number}", page_name=page,
                    text=(other.text if own else texts[int(random.integers(len(texts)))]),
                    landing_url=f"https://{site}.example/{'' if own else page_number}{counter}",
                    created=(start if own else sittings[number % len(sittings)]) + hour, spend=Decimal(40), currency=currency,
                    billing_country=billing, target_countries=("US",),
                    targeting=other.targeting if own else sets[int(random.integers(len(sets)))],
                    sponsor=page, payer=page, account=_key("account", page), instrument=card,
                    address=f"45.12.7.{page_number}" if evasion == "one network block" else None, rest=(("administrators", person),),
                )
            )  # fmt: skip
    return ads, sponsors, claims


def _different(ads: list[Ad]) -> list[Ad]:
    """Ads of which none shares its text or its aim with one before it."""
    texts: set[str] = set()
    aims: set[object] = set()
    kept = []
    for ad in ads:
        text, aim = folded_ocr(ad.text or ""), targeting_key(ad, folded_ocr)
        if len(text) > 30 and aim is not None and text not in texts and aim not in aims:
            kept.append(ad)
            texts.add(text)
            aims.add(aim)
    return kept


def _operation(ads: list[Ad]) -> dict[str, Any]:
    """What `hustings buyers` says of one archive as it is, and where every page's clock is moved.

    A page's whole calendar is moved by up to sixty days and to any hour, holidays with it: what is left then rests on
    what pages share, not on when. Pages with five ads or more could be found; those with fewer leave little.
    """

    def look(some: list[Ad], draws: int = 0) -> dict[str, Any]:
        found = find_buyers(AdsTable(ads=tuple(some), source="archive"), by="page", draws=draws)
        detected = {f"{row['platform']}:{row['actor']}" for row in found.detection.members.to_pylist()}
        groups = [set(group.buyers) for group in found.belonging.groups]
        counts = Counter(f"{ad.platform}:{ad.actor}" for ad in some if ad.actor)
        large = {page for page, count in counts.items() if count >= LARGE}
        either = found.belonging.joined | detected
        result: dict[str, Any] = {
            "pages": len(counts), "large": len(large), "in_findings": {
                "large": len(either & large), "share_of_large": round(len(either & large) / len(large), 4),
                "all": len(either), "share_of_all": round(len(either) / len(counts), 4)},
            "largest_of_large": round(max((len(group & large) for group in groups), default=0) / len(large), 4),
            "by detect alone": {"findings": len(found.detection.findings), "large": len(detected & large)},
        }  # fmt: skip
        if draws:
            result["pairs_by_habit"], result["by_chance"] = found.belonging.by_habit, found.belonging.by_chance
            result["groups"] = [
                {"pages": sorted(group.buyers), "reason": group.sentence()} for group in found.belonging.groups
            ][:8]
        return result

    moved = []
    for seed in range(MOVED):
        random = np.random.default_rng(seed)
        off = {
            page: timedelta(days=int(random.integers(-60, 61)), seconds=int(random.integers(86_400)))
            for page in sorted({(ad.platform or "", ad.actor or "") for ad in ads})
        }
        moved.append(look([
            replace(ad, created=ad.created + off[ad.platform or "", ad.actor or ""]) if ad.created else ad for ad in ads
        ]))  # fmt: skip
    return {**look(ads, draws=10), "clocks_moved": moved, "dealt_anew": _dealt(ads)}


def _dealt(ads: list[Ad]) -> dict[str, Any]:
    """The share of large pages that are joined where the traces of each kind are dealt out anew over the pages."""
    counts = Counter(f"{ad.platform}:{ad.actor}" for ad in ads if ad.actor)
    large = {page for page, count in counts.items() if count >= LARGE}
    by_kind: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in traces_of(AdsTable(ads=tuple(ads), source="archive")).to_pylist():
        by_kind[row["kind"]].add((buyer_of(row), row["trace"]))
    shares, largest = [], []
    for seed in range(DEALT):
        random = np.random.default_rng(seed)
        dealt = []
        for kind, held in sorted(by_kind.items()):
            rows = sorted(held)
            order = random.permutation(len(rows)).tolist()
            dealt += [Trace(buyer=rows[n][0], kind=kind, trace=rows[place][1]) for n, place in enumerate(order)]
        found = belonging(dealt)
        shares.append(len(found.joined & large) / len(large))
        largest.append(max((len(set(group.buyers) & large) for group in found.groups), default=0) / len(large))
    return {
        "draws": DEALT,
        "share_of_large": round(float(np.mean(shares)), 4),
        "largest_of_large": round(float(np.mean(largest)), 4),
    }


def _recall(runs: list[dict[str, Any]]) -> dict[str, Any]:
    pages = sum(len(run["pages"]) for run in runs)
    by = {means: round(sum(len(run["by"][means]) for run in runs) / pages, 4) for means in MEANS}
    missed: dict[str, list[str]] = defaultdict(list)
    operations = 0
    for run in runs:
        seen = set().union(*run["by"].values())
        operations += bool(seen)
        if left := sorted(run["pages"] - seen):
            missed[f"seed {run['seed']}"] = left
    lost = sum(map(len, missed.values()))
    return {"pages": pages, "recall": round(1 - lost / pages, 4), "operations": round(operations / len(runs), 4), "by": by,
            "missed": lost, "missed_names": {seed: names[:8] for seed, names in missed.items()}}  # fmt: skip


def _google(data: Path, fec: Edition, names: Names) -> dict[str, Any]:
    """Register, names and foreign agents on real advertisers, none of whom is known to be wrong."""
    place = data / "google-political-2019" / "google-political-ads-advertiser-stats.csv"
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fara = read_register(data / "fara", "fara", published=date(2023, 8, 3))
    asked, people, near, how = 0, [], [], Counter()
    for row in rows:
        number = next(
            (one.strip()[7:] for one in row["Public_IDs_List"].split(",") if one.strip().startswith("FEC ID ")), ""
        )
        if number in fec.by_number:
            asked += 1
            result = check(Claim(scheme="fec", number=number, name=row["Advertiser_Name"]), fec)
            if result.needs_people:
                people.append(row["Advertiser_Name"])
        if hits := names.near(row["Advertiser_Name"], own_number=number):
            near.append(row["Advertiser_Name"])
            how[hits[0].how] += 1
    ties = foreign_ties([row["Advertiser_Name"] for row in rows], fara, on=date(2019, 6, 28))
    return {
        "advertisers": len(rows),
        "register": {"with_a_number_in_the_file": asked, "to_a_person": len(people), "share": round(len(people) / asked, 4), "names": people},
        "names": {"to_a_person": len(near), "share": round(len(near) / len(rows), 4), "by": dict(how.most_common())},
        "foreign agents": {"active": [tie.name for tie in ties if tie.active], "history": len([tie for tie in ties if not tie.active])},
    }  # fmt: skip


def _key(kind: str, name: str | None) -> str:
    return f"{kind} of {name}"


def _made(random: np.random.Generator, kind: str) -> str:
    return f"{kind}-{int(random.integers(2**40)):010x}"


def _title(random: np.random.Generator) -> str:
    return " ".join(str(word).title() for word in random.choice(WORD, 2, replace=False))


if __name__ == "__main__":
    main()
