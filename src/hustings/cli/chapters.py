"""The four chapters of the demo: bought, by whom, posted, handed over; on real data or on a made-up season."""

__all__ = ["CHAPTERS", "Book"]

import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hustings.cli.found import Found, against_labels, counted, deal_out_anew, detect, planted_accounts, planted_pages
from hustings.cli.walk import Walk
from hustings.report.story import Chapter, Fact, Run, Table
from hustings.screening.ad import AdsTable
from hustings.screening.payment import LIMITS, Flag, PaymentReview, review
from hustings.screening.targeting import SharedTargeting, shared_targeting

IRA, SNAP = "ira-ads/ads.jsonl", "snap-political-2018/PoliticalAds2018.csv"
GERMAN = "coordination/german_elections.parquet"
RELEASE = (
    "That these ads were the Internet Research Agency's is the word of Facebook, which found them, and of the committee "
    "of the US House of Representatives that released them on 10 May 2018. It is not a result of our method."
)
MADE_UP = "A season made up by hustings simulate: no real person, page, party or country is in it."
# Flagged ads shown in a table.
SHOWN = 5


@dataclass
class Book:
    """What one chapter leaves for the next."""

    walk: Walk
    simulated: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    ads: Path | None = None
    ads_run: Path | None = None


def bought(book: Book) -> Chapter:
    """What was bought: totals, and the payment rule beside advertisers where no operation is known."""
    from hustings.connectors.ads import read_ads
    from hustings.connectors.ira_ads import totals

    walk = book.walk
    if book.simulated or (place := walk.real(IRA)) is None:
        place = walk.sample("ads.parquet")
        return _bought_in_a_season(book, read_ads(place), place)
    walk.progress.step("reading the ads of 2015 to 2017")
    ads = read_ads(place)
    book.ads = place
    sums, payment = totals(ads), review(ads)
    american = payment.aimed_at("US")
    aimed = sum("US" in ad.target_countries for ad in ads)
    share = len(american.flagged) / max(len(american.considered), 1)
    facts = [
        Fact(label="ads", value=f"{sums.ads:,}", beside="3,519 were released; 21 could not be read from the release"),
        Fact(label="paid, RUB", value=f"{sums.spend_rub:,.2f}", beside=f"{sums.ads_rub:,} ads"),
        Fact(label="paid, USD", value=f"{sums.spend_usd_stated:,.2f}", beside=f"{sums.ads_usd_nonzero:,} ads"),
        Fact(label="together, about USD", value=f"{sums.spend_usd_equivalent:,.0f}",
             beside="at 0.016 USD a rouble; Facebook said about 100,000"),
        Fact(label="times shown", value=f"{sums.impressions:,}", beside=f"clicked {sums.clicks:,} times"),
        Fact(label="never shown", value=f"{sums.share_zero_impressions:.1%}", beside="Facebook: roughly 25 %"),
        Fact(label="under 3 USD", value=f"{sums.share_under_3_usd:.1%}", beside="Facebook: 50 %"),
        Fact(label="under 1,000 USD", value=f"{sums.share_under_1000_usd:.1%}", beside="Facebook: 99 %"),
        Fact(label="shown before the election's end", value=f"{sums.impression_share_up_to_election:.1%}",
             beside="counted on the day the ad was made; Facebook, by the day shown: 44 %"),
    ]  # fmt: skip
    rows = [("Internet Research Agency, 2015 to 2017", payment)]
    said = []
    if (snap := walk.real(SNAP)) is not None:
        others = review(read_ads(snap))
        rows.append(("Snap's political advertisers, 2018", others))
        said.append(
            f"The same rule flags {len(others.flagged):,} of {others.ads:,} political ads that Snap listed for 2018."
        )
    first = payment.first
    book.facts["bought"] = (
        f"{sums.ads:,} ads for about {sums.spend_usd_equivalent:,.0f} USD, most paid in roubles and aimed at the United States; "
        f"the payment rule flags {share:.1%} of those it can judge, the first created on {_day(first)}."
    )
    return Chapter(
        key="bought", title="Bought",
        sentences=(
            (f"In 2015 to 2017 somebody bought {sums.ads:,} ads on Facebook and Instagram, named the United States as "
            f"the place of {aimed:,} of them, and paid for {sums.ads_rub:,} in roubles."),
            (f"A rule that compares where the money comes from with where the ad is aimed flags {len(american.flagged):,} of "
            f"the {len(american.considered):,} paid ads aimed at the United States ({share:.1%}). It would have raised its hand "
            f"first on {_day(first)}: {first.sentence() if first else ''}"),
        ),
        sure=" ".join(["The rule counts; it estimates nothing.", *said, RELEASE]),
        not_shown=(
            ("All ads here come from one operation, so no precision can be given on them: there was nothing innocent to be "
            "flagged by mistake. The Snap ads stand beside them for that reason."),
            LIMITS,
            f"{sums.ads_without_spend:,} ads show no amount; for some of them it was lost.",
        ),
        source="Ads that Facebook found and the US House Permanent Select Committee on Intelligence released in 2018, as text "
        "read from redacted pages, with the slips of such reading.",
        simulated=False, facts=tuple(facts),
        tables=(_payment_table(rows), _flags_table(payment)),
        commands=("hustings demo",),
    )  # fmt: skip


def _bought_in_a_season(book: Book, ads: AdsTable, place: Path) -> Chapter:
    """The same on the simulator's ads, where the planted buyers are known."""
    book.ads = place
    payment = review(ads)
    planted = planted_pages(place.parent)
    right = sum((flag.ad.platform, flag.ad.actor) in planted for flag in payment.flagged)
    theirs = sum((ad.platform, ad.actor) in planted for ad in payment.considered)
    shown = sum(ad.impressions or 0 for ad in ads)
    book.facts["bought"] = (
        f"{len(ads):,} made-up ads; the payment rule flags {len(payment.flagged):,} of {len(payment.considered):,}, "
        f"{right:,} of them bought by planted campaigns."
    )
    return Chapter(
        key="bought", title="Bought",
        sentences=(
            f"In a made-up election season {len(ads):,} ads were bought and shown {shown:,} times.",
            f"{payment.sentence} The first: {payment.first.sentence() if payment.first else 'none.'}",
        ),
        sure=f"Here we know who was planted: {right:,} of the {len(payment.flagged):,} flagged ads are theirs, and they bought "
        f"{theirs:,} of the ads the rule can judge. What a season says of a rule is what the rule can do, not what it "
        "will do on a real platform.",
        not_shown=(LIMITS,),
        source=MADE_UP, simulated=True,
        facts=(
            Fact(label="ads", value=f"{len(ads):,}"),
            Fact(label="times shown", value=f"{shown:,}"),
            Fact(label="flagged", value=f"{len(payment.flagged):,}", beside=f"of {len(payment.considered):,} it can judge"),
            Fact(label="flagged and planted", value=f"{right:,}", beside=f"of {theirs:,} planted ads it can judge"),
        ),
        tables=(_payment_table([("the season", payment)]), _flags_table(payment)),
        commands=tuple(book.walk.commands),
    )  # fmt: skip


def by_whom(book: Book) -> Chapter:
    """Which buyers' pages act as one, beside shuffled data and other advertisers at the same setting."""
    from hustings.connectors.ads import read_ads
    from hustings.connectors.folding import folded_ocr
    from hustings.screening.working_hours import working_hours

    walk = book.walk
    real = None if book.simulated else walk.real(IRA)
    simulated = real is None
    place = real or walk.sample("ads.parquet")
    folder = walk.out / "by-whom"
    traces = folder / "traces.parquet"
    walk.run("traces", place, "--mapping", "bought-ads" if simulated else "ira-ads", "--out", traces)
    found = detect(walk, traces, folder / "found")
    walk.progress.step("dealing the same traces out anew")
    shuffled = folder / "dealt-out-anew.parquet"
    deal_out_anew(traces, shuffled, seed=walk.seed)
    dealt = detect(walk, shuffled, folder / "dealt-out-anew")
    beside = [("These ads", found), ("The same traces dealt out anew", dealt)]
    said = [f"The same traces dealt out anew give {counted(len(dealt.findings), 'group')} at the same setting."]
    if not simulated and (snap := walk.real(SNAP)) is not None:
        walk.run("traces", snap, "--mapping", "snap-ads", "--out", folder / "snap.parquet")
        others = detect(walk, folder / "snap.parquet", folder / "snap")
        beside.append(("Snap's political advertisers, 2018", others))
        said.append(
            f"Snap's {others.actors:,} political advertisers of 2018 give {counted(len(others.findings), 'group')}; agencies "
            "that buy for several clients are to be expected there."
        )
    walk.progress.step("comparing targeting sets and working hours")
    ads = read_ads(place)
    sets = shared_targeting(ads, folded_ocr, seed=walk.seed)
    by_chance = (
        f"at least 3 in common; by chance {sets.by_chance:.1f}, at most {sets.most_by_chance} in {sets.shuffles} draws"
    )
    hours = working_hours(ad.created for ad in ads)
    book.ads, book.ads_run = place, folder / "found"
    names = _page_names(ads)
    book.facts["by-whom"] = (
        f"{counted(len(found.findings), 'group')} of pages, {len(found.named):,} pages in all, act as one by what their ads "
        f"share{_surest(found, names)}. The same traces dealt out anew give {len(dealt.findings):,}. "
        + (
            "The season says who planted them."
            if simulated
            else "Whose they were says the release: the Internet Research Agency's."
        )
    )
    return Chapter(
        key="by-whom", title="By whom",
        sentences=(*_grouped(found, "pages, events and websites", "made their ads"), *_first_sentence(found)),
        sure=" ".join([f"Links are named at a false discovery rate of {found.fdr:.0%}.", *said,
                       *([against_labels(found, planted_pages(place.parent))] if simulated else [RELEASE])]),
        not_shown=(
            ("A finding says that pages behaved as one, not who ordered it. Agencies, parties and franchises share aims, "
            "texts and office hours too."),
            *([] if simulated else ["The ads are all of one operation, so no precision is claimed on them."]),
        ),
        source=MADE_UP if simulated else "The same ads as in the first chapter.", simulated=simulated,
        facts=(
            Fact(label="pages, events, websites", value=f"{found.actors:,}"),
            Fact(label="tied in groups", value=f"{len(found.named):,}", beside=counted(len(found.findings), "group")),
            Fact(label="exact targeting sets", value=f"{sets.found:,} pairs of pages", beside=by_chance),
            *([Fact(label="working hours", value=f"UTC{hours.by_offset[0][0]:+d}", beside=hours.sentence)] if hours else []),
        ),
        tables=(_beside_table(beside), *_found_tables(found, names), *_sets_table(sets, names)),
        runs=(Run(title="Pages tied by their ads", folder="by-whom/found"),),
        commands=tuple(walk.commands),
        files=(("Trace table", "by-whom/traces.parquet"), ("Findings", "by-whom/found/findings.json"),
               ("Evidence", "by-whom/found/evidence.parquet")),
    )  # fmt: skip


def posted(book: Book) -> Chapter:
    """Which accounts posted as one."""
    walk = book.walk
    place = None if book.simulated else walk.real(GERMAN)
    simulated = place is None
    folder = walk.out / "posted"
    if place is None:
        traces = walk.sample("traces.parquet")
    else:
        traces = folder / "traces.parquet"
        walk.run("traces", place, "--mapping", "german-elections", "--out", traces)
    found = detect(walk, traces, folder / "found")
    grounds = found.grounds()
    where = "a made-up season" if simulated else "the German election campaign of 2021"
    groups, accounts = found.on("timing")
    book.facts["posted"] = (
        f"In {where} {accounts:,} accounts in {counted(groups, 'group')} posted together in time; {len(found.findings) - groups:,} further groups only share rare things."
    )
    sure = f"Links are named at a false discovery rate of {found.fdr:.0%}, over all pairs tested."
    if simulated:
        sure += " " + against_labels(found, planted_accounts(traces.parent))
    return Chapter(
        key="posted", title="Posted",
        sentences=(f"This is {where}.", *_grouped(found, "accounts", "posted"), *_first_sentence(found)),
        sure=sure,
        not_shown=(
            ("Acting together is not wrong: newsrooms with several pages, parties and their offices, fan groups and "
            "scheduling tools do it in the open."),
            *([] if simulated else [("The accounts are anonymised at the source and nobody labelled them: this shows families of "
                                    "pages and what they share, not names, and it cannot say which of them are covert.")]),
        ),
        source=MADE_UP if simulated else "Facebook and Twitter posts of the 2021 German election campaign, anonymised "
        "(Righetti and others 2022, as shipped with CooRTweet).",
        simulated=simulated,
        facts=(
            Fact(label="trace events", value=f"{found.rows:,}"),
            Fact(label="accounts", value=f"{found.actors:,}"),
            Fact(label="in groups", value=f"{len(found.named):,}", beside=counted(len(found.findings), "group")),
            *(Fact(label=f"groups on {basis}", value=f"{count:,}") for basis, count in grounds),
        ),
        tables=_found_tables(found),
        runs=(Run(title="Accounts that posted together", folder="posted/found"),),
        commands=tuple(walk.commands),
        files=(("Findings", "posted/found/findings.json"), ("Evidence", "posted/found/evidence.parquet")),
    )  # fmt: skip


def handed_over(book: Book) -> Chapter:
    """The package for an investigator, and its own check: once as it is, once with a byte changed."""
    from hustings.connectors.ads import read_ads
    from hustings.exchange.missing import wishes

    walk = book.walk
    if book.ads is None or book.ads_run is None or not (book.ads_run / "findings.json").exists():
        by_whom(book)
    assert book.ads is not None
    assert book.ads_run is not None
    package = walk.out / "package"
    walk.run("handover", book.ads_run, "--ads", book.ads, "--out", package)
    walk.progress.step("checking the package, and a copy with one byte changed")
    good, said = _verified(package)
    noticed = not _verified_when_changed(package, walk.out / ".changed")
    files = sorted(path for path in package.rglob("*") if path.is_file())
    ads = read_ads(book.ads)
    absent = tuple(wish for wish, unknown in wishes(ads) if unknown == len(ads))
    book.facts["handed-over"] = (
        f"{len(files)} files with their digests and a check in plain Python, which "
        + ("passes" if good else "FAILS")
        + (" and notices one changed byte." if noticed else " and does NOT notice a change.")
    )
    return Chapter(
        key="handed-over", title="Handed over",
        sentences=(
            (f"An investigator gets one folder of {len(files)} files: the ads, how they were paid, whom they were aimed at, the "
            "accounts, their links with how surprising each is, a timeline, and what is missing."),
            "The same input gives the same bytes, and a check that needs nothing but Python says whether anything was changed.",
        ),
        sure=("The check passes" if good else f"The check fails: {said}") + (
            "; with one byte changed it fails, as it should." if noticed else "; with one byte changed it does not fail."),
        not_shown=(
            "The package holds what the source holds; what it lacks stands in a table here and in missing.md.",
            "The digests show that nothing was changed since the package was made, not that what went into it was true.",
        ),
        source=MADE_UP if _is_sample(book) else "The ads and findings of the first two chapters.", simulated=_is_sample(book),
        tables=(
            Table(title="The package", columns=("file", "bytes"), figures=(1,),
                  rows=tuple((str(path.relative_to(package)), f"{path.stat().st_size:,}") for path in files)),
            Table(title="What an investigator would want and the data does not hold", columns=("what", "why", "who may hold it"),
                  rows=tuple((wish.name, wish.why, wish.holder) for wish in absent)),
        ),
        commands=(*walk.commands, f"python3 {walk.shown(package / 'verify.py')}"),
        files=(("Package", "package"), ("What is missing", "package/missing.md")),
    )  # fmt: skip


CHAPTERS: tuple[tuple[str, str, Callable[[Book], Chapter]], ...] = (
    ("bought", "Bought", bought), ("by-whom", "By whom", by_whom),
    ("posted", "Posted", posted), ("handed-over", "Handed over", handed_over),
)  # fmt: skip


def _day(flag: Flag | None) -> str:
    moment = flag.ad.created if flag is not None else None
    return f"{moment:%-d %B %Y}" if moment is not None else "no known day"


def _sets_table(sets: SharedTargeting, names: dict[tuple[str, str], str]) -> tuple[Table, ...]:
    """Pairs of pages by how many exact targeting sets they share."""
    if not sets.pairs:
        return ()

    def shown(page: str) -> str:
        platform, _, actor = page.partition(":")
        return names.get((platform, actor), actor)

    return (
        Table(
            title="Pages that share exact targeting sets",
            columns=("page", "and", "sets in common"),
            figures=(2,),
            rows=tuple((shown(a), shown(b), f"{count:,}") for a, b, count in sets.pairs[: 2 * SHOWN]),
            caption=f"The first {min(2 * SHOWN, len(sets.pairs))} of {counted(len(sets.pairs), 'pair')}. {sets.sentence}",
        ),
    )


def _grouped(found: Found, who: str, did: str) -> tuple[str, ...]:
    """How many act together on which ground; content alone is set apart, since it may be innocent."""
    groups, actors = found.on("timing", "office")
    alone = len(found.findings) - groups
    more = len(found.named) - actors
    said = [
        (
            f"{actors:,} of {found.actors:,} {who} {did} together, in {counted(groups, 'group')}: closer in time, or in the same "
            "office hours, than others who share the same things."
        )
    ]
    if alone:
        said.append(
            f"{counted(alone, 'further group')} ({more:,} {who}) share rare things beyond chance without being close in time: "
            "common interest may be enough to explain them."
        )
    return tuple(said)


def _found_tables(found: Found, names: dict[tuple[str, str], str] | None = None) -> tuple[Table, ...]:
    return (found.table(names), found.shared()) if found.findings else ()


def _first_sentence(found: Found) -> tuple[str, ...]:
    return (f"The surest: {found.findings[0]['sentence']}",) if found.findings else ()


def _surest(found: Found, names: dict[tuple[str, str], str]) -> str:
    if not found.findings:
        return ""
    # Pages that have a name first: a number tells a reader nothing.
    members = sorted(found.members[0], key=lambda member: member not in names)
    return "; the surest: " + ", ".join(dict.fromkeys(names.get(member, member[1]) for member in members[:4]))


def _page_names(ads: AdsTable) -> dict[tuple[str, str], str]:
    """What the ads call each page most often."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ad in ads:
        if ad.platform and ad.actor and ad.page_name:
            seen[ad.platform, ad.actor][ad.page_name] += 1
    return {actor: min(names, key=lambda name: (-names[name], name)) for actor, names in seen.items()}


def _payment_table(rows: list[tuple[str, PaymentReview]]) -> Table:
    return Table(
        title="The payment rule",
        columns=("ads of", "ads", "it can judge", "flagged", "share", "by billing country", "by currency"),
        figures=(1, 2, 3, 4, 5, 6),
        rows=tuple(
            (
                name, f"{one.ads:,}", f"{len(one.considered):,}", f"{len(one.flagged):,}",
                "" if one.share is None else f"{one.share:.1%}",
                *(f"{sum(flag.ground == ground for flag in one.flagged):,}" for ground in ("billing", "currency")),
            )
            for name, one in rows
        ),
        caption="Flagged: paid from elsewhere than the countries aimed at, by billing country where it is known, else by a "
        "currency that is neither theirs nor USD nor EUR.",
    )  # fmt: skip


def _flags_table(payment: PaymentReview) -> Table:
    return Table(
        title="The first that the rule flags",
        columns=("created", "ad", "page", "paid", "aimed at"),
        figures=(3,),
        rows=tuple(
            (
                _day(flag), flag.ad.ad, flag.ad.page_name or flag.ad.actor or "not known",
                f"{flag.ad.spend:,.2f} {flag.ad.currency}" if flag.ad.spend is not None else flag.paid_from,
                ", ".join(flag.ad.target_countries),
            )
            for flag in payment.flagged[:SHOWN]
        ),
        caption=f"The first {min(SHOWN, len(payment.flagged))} of {len(payment.flagged):,}, by day.",
    )  # fmt: skip


def _beside_table(runs: list[tuple[str, Found]]) -> Table:
    return Table(
        title="The same search, side by side",
        columns=("rows of", "trace events", "actors", "links named", "groups", "actors in groups"),
        figures=(1, 2, 3, 4, 5),
        rows=tuple(
            (
                name,
                f"{run.rows:,}",
                f"{run.actors:,}",
                f"{run.links:,}",
                f"{len(run.findings):,}",
                f"{len(run.named):,}",
            )
            for name, run in runs
        ),
    )


def _verified(package: Path) -> tuple[bool, str]:
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=package, capture_output=True, text=True, check=False, timeout=600
    )
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _verified_when_changed(package: Path, copy: Path) -> bool:
    """Tell whether the check passes on a copy of which one byte was changed."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(package, copy)
    try:
        victim = copy / "payments.csv"
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(bytes(content))
        return _verified(copy)[0]
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _is_sample(book: Book) -> bool:
    return book.ads is not None and book.ads.parent.name == "season"
