"""Rows of law: which rule holds where, since when, until when, and where it is written."""

__all__ = ["MEMBERS", "Law", "Provision", "bundled_law"]

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from hustings.errors import BadInput, Problem

COLUMNS = ("jurisdiction", "rule", "value", "valid_from", "valid_to", "source", "where")
RULES = frozenset({
    "ban_days", "silence_days", "third_country_days", "special_category_targeting", "minimum_age", "complaint_hours",
    "disclaimer", "disclaimer_says", "disclaimer_short_form", "disclaimer_short_form_share", "retention_years",
    "register_hours", "authorisation_named",
})  # fmt: skip
# Members of the European Union: its rules hold there too, after the country's own.
MEMBERS = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


@dataclass(frozen=True, kw_only=True)
class Provision:
    """One row; an open end is None. Where no beginning is known the rule is held to have always been there."""

    jurisdiction: str
    rule: str
    value: str
    valid_from: date | None
    valid_to: date | None
    source: str
    where: str


@dataclass(frozen=True)
class Law:
    """All rows at hand."""

    provisions: tuple[Provision, ...]

    def at(self, jurisdiction: str, on: date) -> Mapping[str, Provision]:
        """What holds in a jurisdiction on a day: its own rows, then those of what it belongs to."""
        named = jurisdiction.upper()
        above = [named]
        if "-" in named:
            above.append(named.split("-")[0])
        if above[-1] in MEMBERS:
            above.append("EU")
        found: dict[str, Provision] = {}
        for place in above:
            for row in self.provisions:
                if row.jurisdiction != place or row.rule in found:
                    continue
                if (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on <= row.valid_to):
                    found[row.rule] = row
        return found

    @classmethod
    def read(cls, text: str, name: str) -> "Law":
        """Read a table with the columns of the bundled one; all problems are told at once."""
        reader = csv.DictReader(io.StringIO(text))
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadInput(
                f"{name} is not a table of law.",
                [
                    Problem(
                        where=name,
                        found=", ".join(reader.fieldnames or ()),
                        expected=", ".join(COLUMNS),
                        do="Name the columns so, in this order.",
                    )
                ],
            )
        problems: list[Problem] = []
        rows = [_row(row, f"{name}, row {number}", problems) for number, row in enumerate(reader, 2)]
        if problems:
            raise BadInput(f"{name} cannot be used.", problems)
        return cls(tuple(rows))

    def with_rows(self, more: Iterable[Provision]) -> "Law":
        """These rows before the others: what an operator adds goes first."""
        return Law((*more, *self.provisions))


def _row(row: Mapping[str, str | None], where: str, problems: list[Problem]) -> Provision:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    days: dict[str, date | None] = {}
    for column in ("valid_from", "valid_to"):
        try:
            days[column] = date.fromisoformat(cells[column]) if cells[column] else None
        except ValueError:
            problems.append(
                Problem(
                    where=f"{where}, {column}",
                    found=cells[column],
                    expected="a day as YYYY-MM-DD",
                    do="Mend it, or leave it empty.",
                )
            )
            days[column] = None
    if cells["rule"] not in RULES:
        problems.append(
            Problem(
                where=f"{where}, rule",
                found=cells["rule"] or "nothing",
                expected=", ".join(sorted(RULES)),
                do="Use one of these.",
            )
        )
    for column in ("jurisdiction", "value", "source", "where"):
        if not cells[column]:
            problems.append(
                Problem(
                    where=f"{where}, {column}",
                    found="nothing",
                    expected="a text",
                    do="A rule without its source is not taken in.",
                )
            )
    if cells["rule"].endswith(("_days", "_hours", "_years", "_share")) and not cells["value"].isdigit():
        problems.append(
            Problem(where=f"{where}, value", found=cells["value"], expected="a whole number", do="Write it in digits.")
        )
    return Provision(
        jurisdiction=cells["jurisdiction"].upper(), rule=cells["rule"], value=cells["value"],
        valid_from=days["valid_from"], valid_to=days["valid_to"], source=cells["source"], where=cells["where"],
    )  # fmt: skip


@cache
def bundled_law() -> Law:
    """The rows that come with the package."""
    return Law.read(files("hustings.screening.law").joinpath("rules.csv").read_text("utf-8"), "rules.csv")
