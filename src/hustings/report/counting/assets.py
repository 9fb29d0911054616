"""Figures of what belongs to a campaign: how much of it, and how many people followed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hustings.report.counting.basis import Basis, Row
from hustings.report.counting.figure import Counted, no
from hustings.report.counting.registry import query

__all__ = ["accepted"]

SMALL = 10  # fewer people than this are not told exactly: a reader may know each of them
PEOPLE = "Followers are accounts, not people; who follows and never looks counts too."


def accepted(basis: Basis) -> list[Row]:
    """What was accepted on evidence."""
    return [row for row in basis.rows("assets") if row.get("state") == "accepted"]


def keys(table: str, rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Rows as a figure names them."""
    return [(table, str(row["key"])) for row in rows]


def counted_by(values: Sequence[str]) -> dict[str, int]:
    """How many of each, the most first, then by name."""
    return dict(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))


@query(title="Assets", reads=("assets",), unit="assets", caveat="Those that a second person accepted on evidence.")
def assets(basis: Basis) -> Counted:
    """Accepted members of the campaign, by platform and kind."""
    rows = accepted(basis)
    return Counted(
        value=counted_by([f"{row.get('platform') or ''} {row['kind']}".strip() for row in rows]), beneath=keys("assets", rows)
    )  # fmt: skip


@query(
    title="Assets in all", reads=("assets",), unit="assets", caveat="Those that a second person accepted on evidence."
)
def assets_in_all(basis: Basis) -> Counted:
    """Accepted members of the campaign."""
    rows = accepted(basis)
    return Counted(value=len(rows), beneath=keys("assets", rows))


@query(
    title="Proposed and not accepted",
    reads=("assets",),
    unit="assets",
    caveat="Nobody has found on evidence that these belong.",
)
def assets_proposed(basis: Basis) -> Counted:
    """Members that somebody proposed and nobody accepted."""
    rows = [row for row in basis.rows("assets") if row.get("state") == "proposed"]
    return Counted(value=len(rows), beneath=keys("assets", rows))


@query(title="Followers of at least one", reads=("assets",), unit="accounts", caveat=PEOPLE)
def followers(basis: Basis) -> Counted:
    """The union over the followers of accepted assets where each follower is known; otherwise the bounds: at least the
    largest number of one asset, at most the sum. Not derivable where some asset's number is not known.
    """
    rows = [row for row in accepted(basis) if row["kind"] in {"account", "page", "channel"}]
    if not rows:
        return no("no page, account or channel was accepted")
    return of_people(basis, rows, "followers")


@query(
    title="Members of at least one group",
    reads=("assets",),
    unit="accounts",
    caveat="Members are accounts, not people.",
)
def group_members(basis: Basis) -> Counted:
    """As followers, of groups."""
    rows = [row for row in accepted(basis) if row["kind"] == "group"]
    return of_people(basis, rows, "members") if rows else no("no group was accepted")


def of_people(basis: Basis, rows: Sequence[Row], column: str) -> Counted:
    """A union where people are told apart, bounds where only numbers are known."""
    known: dict[str, set[str]] = {}
    for row in basis.tables.get("followers", ()):
        known.setdefault(str(row["asset"]), set()).add(str(row["person"]))
    if all(str(row["key"]) in known for row in rows):
        names = {str(row["key"]) for row in rows}
        union = len(set().union(*(known[name] for name in names)))
        beneath = keys("followers", [row for row in basis.rows("followers") if row["asset"] in names])
        value: int | str = union if union >= SMALL or not union else f"fewer than {SMALL}"
        return Counted(value=value, beneath=beneath, beside="Counted over pseudonyms.")
    numbers: list[int] = [row[column] for row in rows if row.get(column) is not None]
    if len(numbers) < len(rows):
        missing = len(rows) - len(numbers)
        return no(f"how many follow is not held for {missing:,} of {len(rows):,} of them")
    value_of = {"at least": max(numbers), "at most": sum(numbers)}
    if len(numbers) == 1:
        return Counted(value=numbers[0], beneath=keys("assets", rows))
    return Counted(value=value_of, beneath=keys("assets", rows), beside="Bounds: who follows several is not known.")


@query(title="Most followed", reads=("assets", "assets.followers"), unit="followers", caveat=PEOPLE)
def most_followed(basis: Basis) -> Counted:
    """The three accepted assets with the most followers, of those whose number is known."""
    rows = [row for row in accepted(basis) if row.get("followers") is not None]
    if not rows:
        return no("how many follow is held for none of them")
    top = sorted(rows, key=lambda row: (-row["followers"], str(row["name"])))[:3]
    return Counted(value={str(row["name"]): row["followers"] for row in top}, beneath=keys("assets", top))


@query(
    title="Renamed",
    reads=("assets", "assets.names"),
    unit="assets",
    caveat="Earlier names are known only where a platform's records tell them.",
)
def renamed(basis: Basis) -> Counted:
    """Accepted assets that are known to have borne more than one name."""
    known = [row for row in accepted(basis) if row.get("names") is not None]
    if not known:
        return no("no asset's earlier names are held")
    rows = [row for row in known if row["names"] > 1]
    return Counted(value=len(rows), beneath=keys("assets", rows), beside=f"Of {len(known):,} whose names are held.")


@query(
    title="Posts",
    reads=("assets", "assets.posts"),
    unit="posts",
    caveat="As the platform's own sealed records count them; deleted posts may be missing.",
)
def posts(basis: Basis) -> Counted:
    """The sum of posts over accepted accounts, pages, groups and channels; or accepted posts themselves, where none says a number."""
    makers = [row for row in accepted(basis) if row["kind"] in {"account", "page", "group", "channel"}]
    numbered = [row for row in makers if row.get("posts") is not None]
    if numbered and len(numbered) == len(makers):
        return Counted(value=sum(row["posts"] for row in numbered), beneath=keys("assets", numbered))
    if numbered:
        return no(f"how many posts they made is held for {len(numbered):,} of {len(makers):,} of them")
    single = [row for row in accepted(basis) if row["kind"] == "post"]
    if single:
        return Counted(
            value=len(single), beneath=keys("assets", single), beside="Only posts that were accepted one by one."
        )
    return no("nothing sealed says how many posts they made")


def said(basis: Basis, what: str) -> Counted:
    """What people wrote of a campaign, in order."""
    rows: list[Any] = [row for row in basis.rows("says") if row["what"] == what]
    return Counted(
        value="; ".join(str(row["value"]) for row in rows) or "none written down", beneath=keys("says", rows)
    )


@query(title="Narratives", reads=("says",), caveat="In the words of who works on the case; no verdict on what is true.")
def narratives(basis: Basis) -> Counted:
    """The narratives written down for the campaign."""
    return said(basis, "narrative")


@query(title="Tactics", reads=("says",), caveat="Techniques of the DISARM framework, as people chose them.")
def tactics(basis: Basis) -> Counted:
    """The techniques written down for the campaign."""
    return said(basis, "tactic")


@query(title="Aims at", reads=("says",), caveat="Countries whose people it addresses, as people wrote them down.")
def aims_at(basis: Basis) -> Counted:
    """The countries written down for the campaign."""
    return said(basis, "country aimed at")


@query(
    title="Who may stand behind it",
    reads=("origins",),
    caveat="A claim of a named person, apart from whether it acts as one.",
)
def origin(basis: Basis) -> Counted:
    """Claims that were not withdrawn: each with its confidence, how many disagree, and who else it may be."""
    rows = basis.rows("origins")
    if not rows:
        return no("nobody has claimed who stands behind it")
    value = {
        str(
            row["claim"]
        ): f"{row['confidence']} confidence, {row['dissents']:,} disagree; else it may be: {row['alternatives']}"
        for row in rows
    }
    return Counted(value=value, beneath=keys("origins", rows))


@query(
    title="Indicators",
    reads=("indicators",),
    unit="names",
    caveat="A name that was used does not stay in the same hands.",
)
def indicators(basis: Basis) -> Counted:
    """Accepted assets that others can look for, by kind; the names stand in indicators.csv and stix.json."""
    rows = basis.rows("indicators")
    return Counted(value=counted_by([str(row["kind"]) for row in rows]), beneath=keys("indicators", rows))
