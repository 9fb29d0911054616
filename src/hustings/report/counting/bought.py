"""Figures of what was bought: how many ads, for how much, when, and how often they were shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from hustings.connectors.rates import bundled_rates
from hustings.report.counting.assets import counted_by, keys
from hustings.report.counting.basis import Basis, Row
from hustings.report.counting.figure import Counted, no
from hustings.report.counting.registry import query

__all__ = ["dollars"]

ELECTION = {"election_day": "the day up to which counts as before, as 2016-11-08"}
TIMES = "Times shown, not people."


@query(title="Ads", reads=("ads",), unit="ads")
def ads(basis: Basis) -> Counted:
    """Ads that belong to the campaign: accepted themselves, or of an accepted page or buyer."""
    rows = basis.rows("ads")
    return Counted(value=len(rows), beneath=keys("ads", rows))


@query(
    title="Spent, by currency of the bill",
    reads=("ads", "ads.amount"),
    caveat="Exact amounts; ranges are not added up.",
)
def spend(basis: Basis) -> Counted:
    """The sum of the exact amounts, in each currency."""
    rows = [row for row in basis.rows("ads") if row.get("amount") is not None and row.get("currency")]
    if not rows:
        return no("no exact amount is held")
    unknown = len(basis.rows("ads")) - len(rows)
    return Counted(
        value=summed(rows, "currency"),
        beneath=keys("ads", rows),
        beside=f"{unknown:,} ads have no amount with its currency." if unknown else "",
    )


@query(title="Spent, by currency of the payment instrument", reads=("ads", "ads.amount", "ads.instrument_currency"),
       caveat="The currency in which the card or account is held; a bill can be in another.")  # fmt: skip
def spend_by_instrument(basis: Basis) -> Counted:
    """The sum of the exact amounts by the instrument's currency, and by the bill's within it."""
    rows = [row for row in basis.rows("ads") if row.get("amount") is not None and row.get("instrument_currency")]
    if not rows:
        return no("no payment instrument's currency is held")
    named = [
        {
            **row,
            "pair": f"{row['instrument_currency']} instrument, billed in {row.get('currency') or 'no known currency'}",
        }
        for row in rows
    ]
    return Counted(value=summed(named, "pair"), beneath=keys("ads", rows))


def summed(rows: Sequence[Row], by: str) -> dict[str, int | str]:
    """Exact sums by a column."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[str(row[by])] += Decimal(row["amount"])
    return {name: f"{sums[name]:.2f}" for name in sorted(sums)}


def day_of(row: Row) -> date | None:
    """The day on which an ad was made, where it was."""
    moment = row.get("created") or row.get("first")
    return datetime.fromisoformat(str(moment)).date() if moment else None


def dollars(rows: Sequence[Row]) -> tuple[list[Decimal] | None, str]:
    """Each ad's amount in dollars, one that was not billed as nothing, and the rates used; None where a rate is missing."""
    table, used, amounts = bundled_rates(), dict[str, None](), []
    for row in rows:
        amount = Decimal(row.get("amount") or 0)
        currency = row.get("currency")
        if amount and currency != "USD":
            rate = table.find(str(currency), "USD", day_of(row))
            if rate is None:
                return None, f"there is no rate for {currency or 'amounts without a currency'}"
            used[rate.sentence()] = None
            amount *= rate.rate
        amounts.append(amount)
    return amounts, "; ".join(used)


@query(title="Spent, in US dollars", reads=("ads", "ads.amount"), unit="USD",
       caveat="About: at one rate for the years, not each day's; an ad without an amount counts as nothing.")  # fmt: skip
def spend_in_dollars(basis: Basis) -> Counted:
    """The sum of the amounts, each at the rate that comes with Hustings, rounded to dollars."""
    rows = basis.rows("ads")
    amounts, said = dollars(rows)
    if amounts is None or not rows:
        return no(said or "there are no ads")
    return Counted(
        value=int(sum(amounts, Decimal(0)).to_integral_value()),
        beneath=keys("ads", rows),
        beside=f"At {said}." if said else "",
    )


def cheaper(basis: Basis, than: int) -> Counted:
    """Ads under so many dollars."""
    rows = basis.rows("ads")
    amounts, said = dollars(rows)
    if amounts is None or not rows:
        return no(said or "there are no ads")
    under = [row for row, amount in zip(rows, amounts, strict=True) if amount < than]
    return Counted(
        value=share(len(under), len(rows), "ads"), beneath=keys("ads", under), beside=f"At {said}." if said else ""
    )


def share(part: int, whole: int, of: str) -> dict[str, int | str]:
    """A part, what it is of, and the share."""
    return {of: part, "of": whole, "share": f"{100 * part / whole:.1f}%"}


@query(title="Ads under 3 dollars", reads=("ads", "ads.amount"), caveat="An ad without an amount counts as under it.")
def under_3_dollars(basis: Basis) -> Counted:
    """Ads that cost less than 3 US dollars at the rate that comes with Hustings."""
    return cheaper(basis, 3)


@query(
    title="Ads under 1,000 dollars", reads=("ads", "ads.amount"), caveat="An ad without an amount counts as under it."
)
def under_1000_dollars(basis: Basis) -> Counted:
    """Ads that cost less than 1,000 US dollars at the rate that comes with Hustings."""
    return cheaper(basis, 1000)


def days_of(basis: Basis) -> list[tuple[str, Row]]:
    """Each ad with the day it was first shown, or made where that is not known."""
    found = [(str(row.get("first") or row.get("created") or "")[:10], row) for row in basis.rows("ads")]
    return sorted((one for one in found if one[0]), key=lambda one: (one[0], str(one[1]["key"])))


@query(
    title="First ad", reads=("ads",), caveat="By its first day shown, or the day it was made where that is not held."
)
def first_ad(basis: Basis) -> Counted:
    """The first day of the first ad."""
    found = days_of(basis)
    return Counted(value=found[0][0], beneath=keys("ads", [found[0][1]])) if found else no("no ad's day is held")


@query(title="Last ad", reads=("ads",), caveat="By its first day shown, or the day it was made where that is not held.")
def last_ad(basis: Basis) -> Counted:
    """The first day of the last ad."""
    found = days_of(basis)
    return Counted(value=found[-1][0], beneath=keys("ads", [found[-1][1]])) if found else no("no ad's day is held")


@query(title="Times shown", reads=("ads", "ads.impressions"), unit="times", caveat=TIMES)
def impressions(basis: Basis) -> Counted:
    """The sum over ads whose number is known."""
    return of_ads(basis, "impressions")


@query(title="Clicks", reads=("ads", "ads.clicks"), unit="clicks", caveat="Clicks, not people.")
def clicks(basis: Basis) -> Counted:
    """The sum over ads whose number is known."""
    return of_ads(basis, "clicks")


def of_ads(basis: Basis, column: str) -> Counted:
    """The sum of a column over ads."""
    rows = [row for row in basis.rows("ads") if row.get(column) is not None]
    if not rows:
        return no(f"no ad's {column} are held")
    unknown = len(basis.rows("ads")) - len(rows)
    beside = f"{unknown:,} ads are not in it: nobody counted." if unknown else ""
    return Counted(value=sum(row[column] for row in rows), beneath=keys("ads", rows), beside=beside)


@query(
    title="Ads never shown",
    reads=("ads", "ads.impressions"),
    caveat="An ad whose impressions are not known is not among them.",
)
def never_shown(basis: Basis) -> Counted:
    """Ads with no impressions, of all ads."""
    rows = [row for row in basis.rows("ads") if row.get("impressions") == 0]
    whole = len(basis.rows("ads"))
    return Counted(value=share(len(rows), whole, "ads"), beneath=keys("ads", rows)) if whole else no("there are no ads")


@query(title="Times shown by election day", reads=("ads", "ads.impressions"), takes=ELECTION, caveat=TIMES)
def shown_before(basis: Basis, election_day: str) -> Counted:
    """Impressions on the days up to election day, of all. Where no day's number is held, an upper bound: all impressions of
    the ads made by that day, in the day of their own time zone.
    """
    try:
        day = date.fromisoformat(election_day)
    except ValueError:
        return no(f"the election day is no day: {election_day[:40]}")
    days = [row for row in basis.tables.get("days", ()) if row.get("impressions") is not None]
    known = [row for row in basis.rows("ads") if row.get("impressions") is not None]
    whole = sum(row["impressions"] for row in known)
    if not whole:
        return no("no ad's impressions are held")
    if {row["ad"] for row in days} >= {row["key"] for row in known if row["impressions"]}:
        by = [row for row in days if date.fromisoformat(str(row["day"])) <= day]
        in_days = sum(row["impressions"] for row in days)
        return Counted(value=share(sum(row["impressions"] for row in by), in_days, "times"), beneath=keys("days", by))
    made = [row for row in known if (on := day_of(row)) is not None and on <= day]
    return Counted(
        value=share(sum(row["impressions"] for row in made), whole, "times"), beneath=keys("ads", made),
        beside="An upper bound: it is not held on which day an ad was shown, so all of it counts on the day it was made.",
    )  # fmt: skip


@query(title="People by election day", reads=("days", "reach"), unit="people", caveat="People, not times shown.")
def people_before(basis: Basis) -> Counted:
    """How many people saw at least one ad by the election day for which reach was counted."""
    rows = [row for row in basis.rows("reach") if row["key"] == "by election day"]
    return reached(rows[0]) if rows else no("no viewer is known by day")


@query(title="People who saw at least one", reads=("reach",), unit="people", caveat="People, not times shown.")
def people(basis: Basis) -> Counted:
    """The union over the viewers of all ads, with its interval, as reach is told."""
    rows = [row for row in basis.rows("reach") if row["key"] == "all"]
    return reached(rows[0]) if rows else no("no viewer identities, no daily reach")


def reached(row: Row) -> Counted:
    """A union as a value."""
    if row.get("people") is None and row.get("low") is None:
        return no(str(row.get("method") or "no viewer identities, no daily reach"))
    value = {name: row[name] for name in ("people", "low", "high") if row.get(name) is not None}
    modelled = "Modelled: not counted. " if row.get("modelled") else ""
    return Counted(
        value=value, beneath=[("reach", str(row["key"]))], beside=f"{modelled}{row.get('method') or ''}".strip()
    )


@query(title="Ads, by month", reads=("ads",), unit="ads", caveat="By the first day shown, or the day it was made.")
def ads_by_month(basis: Basis) -> Counted:
    """How many ads began in each month."""
    found = days_of(basis)
    if not found:
        return no("no ad's day is held")
    months = counted_by([day[:7] for day, _ in found])
    return Counted(value=dict(sorted(months.items())), beneath=keys("ads", [row for _, row in found]))
