"""For whom a package is made, and the rows as they may go there: what is left out is named, with its ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["WITHHELD", "Cut", "CutTables", "Field", "Withheld", "cut_tables", "known"]

Row = dict[str, Any]


class Cut(StrEnum):
    """A circle of readers; each holds all that the one before it holds."""

    PUBLIC = "public"
    COMMITTEE = "committee"
    LAW_ENFORCEMENT = "law-enforcement"

    @property
    def sentence(self) -> str:
        """What it holds, for people."""
        return SENTENCES[self]

    def holds(self, first: Cut | None) -> bool:
        """Whether it holds what `first` is the narrowest to hold; None is held by none."""
        return first is not None and ORDER.index(self) >= ORDER.index(first)


ORDER = tuple(Cut)
SENTENCES = {
    Cut.PUBLIC: "What the public library shows of these ads, and nothing else.",
    Cut.COMMITTEE: "What the public library shows, and the amounts by payment instrument under a pseudonym, the paying accounts and the administrators' countries.",
    Cut.LAW_ENFORCEMENT: "All that is held about these ads, payment instruments and administrators by their fingerprints.",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of one table.

    first    the narrowest cut that holds it; None where no cut does
    ground   why narrower cuts do not
    """

    name: str
    first: Cut | None = Cut.PUBLIC
    ground: str = ""


@dataclass(frozen=True)
class Withheld:
    """A value that is there and was not even given to who makes the package."""


WITHHELD = Withheld()

# Of a row: which of its values may not go, whatever the field, and why.
CONTENT = ("title", "text", "landing_url", "landing_domain")
OTHERS = "That somebody else was handed more is not told to who gets less; how often is not told either."
REMOVED = "The creative was removed under a policy; its numbers, states and hashes stay."
EXPUNGED = "Expunged by two people, on a court's order or for a private person's safety."


@dataclass(frozen=True, kw_only=True)
class CutTables:
    """The tables as they go out, and for each field what was left out: the file `redactions.json`."""

    cut: Cut
    rows: Mapping[str, Sequence[Row]]
    redactions: Sequence[Mapping[str, Any]]


def known(value: Any) -> bool:
    """Whether a cell tells anything."""
    return value is not None and value != "" and value != [] and value != {}  # noqa: PLR1714 - lists have no hash


def cut_tables(
    tables: Mapping[str, Sequence[Row]], fields: Mapping[str, Sequence[Field]], cut: Cut
) -> CutTables:  # fmt: skip
    """The same rows for one circle of readers.

    Reads    rows with every field of their table; `hidden` of the ads says "removed" or "expunged"
    Gives    rows without the fields that the cut does not hold, and without the content of hidden ads: of removed ones
             in the public cut, of expunged ones in any
    Raises   KeyError for a field that the table does not have: what nobody described goes nowhere
    """
    hidden = {row["ad"]: row["hidden"] for row in tables["ads"] if row["hidden"]}
    redactions: list[dict[str, Any]] = []
    out: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        described = {field.name: field for field in fields[name]}
        kept = [field.name for field in fields[name] if cut.holds(field.first)]
        left: Counter[str] = Counter()
        by_row: Counter[tuple[str, str]] = Counter()
        told = []
        for row in rows:
            if name == "custody" and row["cut"] and not cut.holds(Cut(row["cut"])):
                continue
            ground = _ground(hidden.get(row.get("ad"), ""), cut)
            for field in row:
                described[field]
            new = {field: row[field] for field in kept}
            for field in row.keys() - set(kept):
                left[field] += known(row[field])
            for field in _taken(name, new, ground):
                by_row[field, ground] += 1
                new[field] = [] if isinstance(new[field], list) else None
            told.append(new)
        out[name] = told
        for one in fields[name]:
            if one.first is not Cut.PUBLIC:
                redactions.append({
                    "table": name, "field": one.name, "ground": one.ground, "left_out": not cut.holds(one.first), "rows": left[one.name],
                    "left_out_in": [other.value for other in ORDER if not other.holds(one.first)],
                })  # fmt: skip
        if name == "custody" and cut is not Cut.LAW_ENFORCEMENT:
            redactions.append({"table": name, "field": "hand-overs of a wider cut", "ground": OTHERS, "left_out": True, "rows": None,
                               "left_out_in": [Cut.PUBLIC.value, Cut.COMMITTEE.value]})  # fmt: skip
        for (which, why), count in sorted(by_row.items()):
            redactions.append({
                "table": name, "field": which, "ground": why, "left_out": True, "rows": count,
                "left_out_in": [Cut.PUBLIC.value] if why == REMOVED else [one.value for one in ORDER],
            })  # fmt: skip
    return CutTables(cut=cut, rows=out, redactions=redactions)


def _ground(hidden: str, cut: Cut) -> str:
    if hidden == "expunged":
        return EXPUNGED
    return REMOVED if hidden == "removed" and cut is Cut.PUBLIC else ""


def _taken(table: str, row: Mapping[str, Any], ground: str) -> Iterable[str]:
    """Which values of a row go because its ad is hidden."""
    if not ground:
        return ()
    wanted = WHEN_EXPUNGED.get(table, ()) if ground == EXPUNGED else WHEN_REMOVED.get(table, ())
    return [field for field in wanted if field in row and known(row[field])]


WHEN_REMOVED = {"ads": CONTENT}
WHEN_EXPUNGED = {
    "ads": (*CONTENT, "media", "disclaimer", "page_name", "advertiser_name", "payer_name", "found_how", "told", "rest", "account"),
    "targeting": ("tree", "sentence", "criteria", "lost"),
    "payments": ("payer_name", "payer_country", "issuing_country", "instrument", "instrument_currency", "account", "address"),
    "decisions": ("note",),
}  # fmt: skip
