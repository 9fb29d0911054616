"""Chapter 1: what was bought, and the payment rule beside advertisers where no operation is known."""

__all__ = ["bought"]

from collections import Counter
from datetime import UTC
from pathlib import Path

from hustings.cli.found import planted_pages
from hustings.cli.telling.book import IRA, MADE_UP, RELEASE, SNAP, Book, day
from hustings.cli.telling.pages import page_names
from hustings.connectors.ira_ads.totals import Totals
from hustings.report.story import Chapter, Columns, Fact, Series, Table
from hustings.screening.ad import AdsTable
from hustings.screening.payment import LIMITS, PaymentReview, review

# Flagged ads shown at once, and one step away.
FIRST, ROWS = 5, 50
# After so many months without an ad, a few that follow bear a misread year.
EMPTY_MONTHS, FEW = 3, 5


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
    rows = [("Internet Research Agency, 2015 to 2017", payment)]
    said = []
    if (snap := walk.real(SNAP)) is not None:
        others = review(read_ads(snap))
        rows.append(("Snap's political advertisers, 2018", others))
        said.append(
            f"The same rule flags {len(others.flagged):,} of {others.ads:,} political ads that Snap listed for 2018."
        )
    first = payment.first
    book.title = f"{sums.ads:,} ads, most paid in roubles and aimed at the United States"
    book.facts["bought"] = (
        f"{sums.ads:,} ads for about {sums.spend_usd_equivalent:,.0f} USD, most paid in roubles and aimed at the United States; "
        f"the payment rule flags {share:.1%} of those it can judge, the first created on {day(first.ad.created if first else None)}."
    )
    book.sure["bought"] = " ".join(["The payment rule counts and estimates nothing.", *said])
    book.left_open["bought"] = "All ads are of one operation, so no precision is given on them."
    return Chapter(
        key="bought", title="Bought",
        sentences=(
            (f"In 2015 to 2017 somebody bought {sums.ads:,} ads on Facebook and Instagram, named the United States as "
            f"the place of {aimed:,} of them, and paid for {sums.ads_rub:,} in roubles."),
            (f"A rule that compares where the money comes from with where the ad is aimed flags {len(american.flagged):,} of "
            f"the {len(american.considered):,} paid ads aimed at the United States ({share:.1%}). It would have raised its hand "
            f"first on {day(first.ad.created if first else None)}: {first.sentence() if first else ''}"),
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
        simulated=False,
        facts=(
            Fact(label="ads", value=f"{sums.ads:,}", beside="3,519 were released; 21 could not be read from the release"),
            Fact(label="paid, RUB", value=f"{sums.spend_rub:,.2f}", beside=f"{sums.ads_rub:,} ads"),
            Fact(label="paid, USD", value=f"{sums.spend_usd_stated:,.2f}", beside=f"{sums.ads_usd_nonzero:,} ads"),
            Fact(label="times shown", value=f"{sums.impressions:,}", beside=f"clicked {sums.clicks:,} times"),
            Fact(label="flagged, aimed at the US", value=f"{share:.1%}",
                 beside=f"{len(american.flagged):,} of {len(american.considered):,} paid ads"),
        ),
        pictures=(_by_month(ads, payment), *_by_hour(ads)),
        tables=(_totals_table(sums), _payment_table(rows), _flags_table(payment, ads)),
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
    book.title = "A made-up election season: what was bought, by whom, and how sure that is"
    book.facts["bought"] = (
        f"{len(ads):,} made-up ads; the payment rule flags {len(payment.flagged):,} of {len(payment.considered):,}, "
        f"{right:,} of them bought by planted campaigns."
    )
    book.sure["bought"] = (
        f"In a made-up season we know who was planted: {right:,} of the {len(payment.flagged):,} flagged ads are theirs."
    )
    book.left_open["bought"] = "A season says what a method can do, not what it will do on a real platform."
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
        pictures=(_by_month(ads, payment), *_by_hour(ads)),
        tables=(_payment_table([("the season", payment)]), _flags_table(payment, ads)),
        commands=tuple(book.walk.commands),
    )  # fmt: skip


def _by_month(ads: AdsTable, payment: PaymentReview) -> Columns:
    """Ads and the money most of them were paid in, by month of creation; the month of the first flag is marked."""
    made = Counter((at.year, at.month) for at in (ad.created.astimezone(UTC) for ad in ads if ad.created))
    currency = min(
        Counter(ad.currency for ad in ads if ad.paid and ad.currency).items(),
        key=lambda one: (-one[1], one[0]),
        default=("", 0),
    )[0]
    spent: Counter[tuple[int, int]] = Counter()
    flagged: Counter[tuple[int, int]] = Counter()
    for ad in ads:
        if ad.created and ad.paid and ad.currency == currency and ad.spend is not None:
            at = ad.created.astimezone(UTC)
            spent[at.year, at.month] += int(ad.spend * 100)
    for flag in payment.flagged:
        if flag.ad.created:
            at = flag.ad.created.astimezone(UTC)
            flagged[at.year, at.month] += 1
    months, outside = _months(made)
    names = tuple(f"{MONTHS[month - 1]} {year}" for year, month in months)
    begins = min(flagged, default=None)
    step = max(1, -(-len(months) // 8))
    left = f" {outside:,} ads far outside these months bear a misread year and are left out." if outside else ""
    return Columns(
        title="Ads and spend by month",
        caption=f"Months of creation, UTC; spend in {currency}, the currency of most ads, others left out. ▾ marks the month of the "
        f"first ad that the payment rule flags.{left}",
        labels=names, ticks=tuple(range(0, len(months), step)),
        series=(
            Series(name="Ads created", unit="ads", values=tuple(float(made[month]) for month in months)),
            Series(name="Spend", unit=currency, values=tuple(spent[month] / 100 for month in months)),
        ),
        marked=tuple(place for place, month in enumerate(months) if month == begins),
        table=Table(
            title="Ads and spend by month", columns=("month", "ads", "flagged", f"spend, {currency}"), figures=(1, 2, 3),
            rows=tuple(
                (name, f"{made[month]:,}", f"{flagged[month]:,}", f"{spent[month] / 100:,.2f}")
                for name, month in zip(names, months, strict=True)
            ),
        ),
    )  # fmt: skip


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _months(made: Counter[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """Every month from the first to the last, without a few stray ads long before or after; and how many those are."""
    numbers = sorted(year * 12 + month - 1 for year, month in made)
    count = {year * 12 + month - 1: ads for (year, month), ads in made.items()}
    kept = list(numbers)
    for turn in (1, -1):
        kept = kept[::turn]
        for place in range(1, len(kept)):
            if abs(kept[place] - kept[place - 1]) > EMPTY_MONTHS and sum(count[one] for one in kept[:place]) <= FEW:
                kept = kept[place:]
                break
        kept = kept[::turn]
    if not kept:
        return [], 0
    outside = sum(count.values()) - sum(count[one] for one in kept)
    return [(one // 12, one % 12 + 1) for one in range(kept[0], kept[-1] + 1)], outside


def _by_hour(ads: AdsTable) -> tuple[Columns, ...]:
    """When in the day ads were created, working days and weekends apart."""
    known = [ad.created.astimezone(UTC) for ad in ads if ad.created]
    if not known:
        return ()
    week = Counter(at.hour for at in known if at.weekday() < 5)
    end = Counter(at.hour for at in known if at.weekday() >= 5)
    labels = tuple(f"{hour} h" for hour in range(24))
    return (
        Columns(
            title="Ads by hour of the day",
            caption=f"Hours of creation, UTC, of {len(known):,} ads. What clock the buyers may have gone by is asked in the second chapter.",
            labels=labels, ticks=tuple(range(0, 24, 3)),
            series=(
                Series(name="Monday to Friday", unit="ads", values=tuple(float(week[hour]) for hour in range(24))),
                Series(name="Saturday and Sunday", unit="ads", values=tuple(float(end[hour]) for hour in range(24))),
            ),
            table=Table(
                title="Ads by hour", columns=("hour, UTC", "Monday to Friday", "Saturday and Sunday"), figures=(1, 2),
                rows=tuple((label, f"{week[hour]:,}", f"{end[hour]:,}") for hour, label in enumerate(labels)),
            ),
        ),
    )  # fmt: skip


def _totals_table(sums: Totals) -> Table:
    """The totals of the release's description, computed again, beside what was published."""
    return Table(
        title="Totals, beside what was published",
        columns=("what", "computed here", "published", "by whom"),
        figures=(1,),
        rows=(
            ("ads", f"{sums.ads:,}", "3,519", "committee, 2018; 21 could not be read"),
            ("spend, about USD", f"{sums.spend_usd_equivalent:,.0f}", "about 100,000", "Facebook, September 2017; here at 0.016 USD a rouble"),
            ("never shown", f"{sums.share_zero_impressions:.1%}", "roughly 25 %", "Facebook, 2 October 2017"),
            ("under 3 USD", f"{sums.share_under_3_usd:.1%}", "50 %", "Facebook"),
            ("under 1,000 USD", f"{sums.share_under_1000_usd:.1%}", "99 %", "Facebook"),
            ("shown before the election's end", f"{sums.impression_share_up_to_election:.1%}", "44 %",
             "Facebook, by the day shown; here all of an ad's on the day it was made"),
            ("times shown", f"{sums.impressions:,}", "", "not published in 2017"),
            ("times clicked", f"{sums.clicks:,}", "", "not published in 2017"),
            ("people reached", "not in the data", "more than 11.4 million", "committee, 2018"),
        ),
    )  # fmt: skip


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


def _flags_table(payment: PaymentReview, ads: AdsTable) -> Table:
    names = page_names(ads)
    shown = payment.flagged[:ROWS]
    return Table(
        title="The first that the rule flags",
        columns=("created", "ad", "page", "paid", "aimed at"),
        figures=(3,),
        rows=tuple(
            (
                day(flag.ad.created), flag.ad.ad,
                names.get((flag.ad.platform or "", flag.ad.actor or ""), flag.ad.actor or "not known"),
                f"{flag.ad.spend:,.2f} {flag.ad.currency}" if flag.ad.spend is not None else flag.paid_from,
                ", ".join(flag.ad.target_countries),
            )
            for flag in shown
        ),
        caption=f"The first {len(shown)} of {len(payment.flagged):,}, by day; all stand in the package's payments.csv.",
        first=FIRST,
    )  # fmt: skip
