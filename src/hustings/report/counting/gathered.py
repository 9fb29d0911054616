"""Figures of gatherings that people were called to."""

from __future__ import annotations

from hustings.report.counting.assets import counted_by, keys
from hustings.report.counting.basis import Basis
from hustings.report.counting.figure import Counted, no
from hustings.report.counting.registry import query

__all__ = ["FEW"]

FEW = 100  # interested; the bound that a platform's report of July 2018 used
ANNOUNCED = "That it was announced does not say that it took place."
EACH = "Sums over gatherings: who saw two counts twice."


@query(title="Gatherings", reads=("gatherings",), unit="gatherings", caveat=ANNOUNCED)
def gatherings(basis: Basis) -> Counted:
    """Gatherings in the case, by the address or number of their announcement."""
    rows = basis.rows("gatherings")
    return Counted(value=len(rows), beneath=keys("gatherings", rows))


@query(title="Ads that called to gatherings", reads=("gatherings", "gatherings.ads"), unit="ads", caveat=ANNOUNCED)
def gathering_ads(basis: Basis) -> Counted:
    """The sum over gatherings of the ads that lead to their announcement."""
    rows = [row for row in basis.rows("gatherings") if row.get("ads")]
    return Counted(value=sum(row["ads"] for row in rows), beneath=keys("gatherings", rows))


@query(title="Earliest gathering", reads=("gatherings",), caveat="Of those whose day is held.")
def first_gathering(basis: Basis) -> Counted:
    """The first day for which people were called."""
    rows = sorted(
        (row for row in basis.rows("gatherings") if row.get("day")), key=lambda row: (str(row["day"]), str(row["key"]))
    )
    return (
        Counted(value=str(rows[0]["day"]), beneath=keys("gatherings", rows[:1]))
        if rows
        else no("no gathering's day is held")
    )


def added(basis: Basis, column: str) -> Counted:
    """The sum of a source's numbers over gatherings."""
    rows = [row for row in basis.rows("gatherings") if row.get(column) is not None]
    if not rows:
        return no(
            f"no source says how many were {column}" if column != "viewers" else "no source says how many saw them"
        )
    whole = len(basis.rows("gatherings"))
    beside = f"Known for {len(rows):,} of {whole:,}." if len(rows) < whole else ""
    return Counted(value=sum(row[column] for row in rows), beneath=keys("gatherings", rows), beside=beside)


@query(title="Viewers of gatherings", reads=("gatherings",), caveat=EACH)
def gathering_viewers(basis: Basis) -> Counted:
    """The sum of what sources count as viewers of each announcement."""
    return added(basis, "viewers")


@query(title="Interested in gatherings", reads=("gatherings",), caveat=EACH)
def gathering_interested(basis: Basis) -> Counted:
    """The sum of who said that they were interested."""
    return added(basis, "interested")


@query(title="Said they would go", reads=("gatherings",), caveat=EACH + " Nobody counted who came.")
def gathering_going(basis: Basis) -> Counted:
    """The sum of who said that they would go."""
    return added(basis, "going")


@query(title="Gatherings with under 100 interested", reads=("gatherings",), unit="gatherings", caveat=ANNOUNCED)
def small_gatherings(basis: Basis) -> Counted:
    """Gatherings in which fewer than 100 said they were interested, of those where it is known."""
    known = [row for row in basis.rows("gatherings") if row.get("interested") is not None]
    if not known:
        return no("no source says how many were interested")
    rows = [row for row in known if row["interested"] < FEW]
    return Counted(value={"gatherings": len(rows), "of": len(known)}, beneath=keys("gatherings", rows))


@query(title="Largest gathering", reads=("gatherings",), unit="interested", caveat=ANNOUNCED)
def largest_gathering(basis: Basis) -> Counted:
    """The most who said they were interested in one gathering."""
    known = [row for row in basis.rows("gatherings") if row.get("interested") is not None]
    if not known:
        return no("no source says how many were interested")
    top = max(known, key=lambda row: (row["interested"], str(row["key"])))
    return Counted(value=top["interested"], beneath=keys("gatherings", [top]))


@query(
    title="Whether they took place",
    reads=("gatherings", "gatherings.held"),
    unit="gatherings",
    caveat="Took place and did not: as somebody says on evidence.",
)
def gatherings_held(basis: Basis) -> Counted:
    """Gatherings by whether they were held."""
    rows = basis.rows("gatherings")
    return Counted(
        value=counted_by([str(row.get("held") or "unknown") for row in rows]), beneath=keys("gatherings", rows)
    )


@query(
    title="Gatherings against each other",
    reads=("opposed",),
    unit="pairs",
    caveat="Who opposes another calls to one place by themselves: a pair alone is no sign of one hand.",
)
def opposed_gatherings(basis: Basis) -> Counted:
    """Pairs of gatherings on opposite sides of a matter, at one place at about one time."""
    rows = basis.rows("opposed")
    sure = sum(bool(row.get("sure")) for row in rows)
    return Counted(
        value=len(rows), beneath=keys("opposed", rows), beside=f"{sure:,} of them name the day and the place in both."
    )
