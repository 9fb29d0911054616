"""A short list of elections made by hand, as a source names them: several kinds may stand in one row, and a round."""

from __future__ import annotations

import re
from datetime import date

from hustings.connectors.elections.reading import code_of, day_of, lines_of
from hustings.connectors.elections.row import Fault, FaultCode, List, Row, chamber_of
from hustings.policy.election import Authority, Kind, Level, Status
from hustings.screening.countries import country_name

__all__ = ["read_named"]

COLUMNS = ("iso3", "country", "election_date", "kind", "round")
LICENCE = "As the list's maker says; it was given with it."
PART = re.compile(r"^(?P<kind>[a-z]+)\s*(?:\((?P<body>.+)\))?$", re.IGNORECASE)
MIDTERMS = {"midterms"}


def read_named(body: bytes, name: str, as_of: date | None = None) -> List:
    """Read it. A row "presidential+legislative" is two elections of one day; "(House of Councillors)" is what is elected.

    as_of    days after it are called, those before it held; without, nothing is said of being held (planned)
    """
    faults: list[Fault] = []
    rows = []
    lines = lines_of(body, name, COLUMNS)
    for number, cells in lines:
        country = code_of(number, cells["iso3"], cells["country"], faults)
        on = day_of(number, cells, "election_date", faults)
        kinds = kinds_of(number, cells["kind"], faults)
        if country is None or on is None or kinds is None:
            continue
        status = Status.PLANNED if as_of is None else Status.HELD if on <= as_of else Status.CALLED
        second = cells["round"] not in {"", "1"}
        for kind, elected in kinds:
            words = f"{'Run-off of the ' if second else ''}{kind.value} election".capitalize()
            rows.append(Row(
                number=number, country=country, name=f"{words}, {country_name(country)}", level=Level.NATIONAL, kind=kind, on=on, status=status,
                body=elected, chamber=chamber_of(kind, elected), note=cells.get("why_named", "")[:200],
            ))  # fmt: skip
    return List(rows=tuple(rows), faults=tuple(faults), lines=len(lines), authority=Authority.UNSTATED, licence=LICENCE)


def kinds_of(number: int, cell: str, faults: list[Fault]) -> list[tuple[Kind, str]] | None:
    """The kinds in a cell, each with what is elected."""
    found = []
    for part in cell.split("+"):
        said = PART.match(part.strip())
        word = said["kind"].lower() if said else ""
        if said is None or word not in set(Kind):
            faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column="kind", found=repr(cell[:80]),
                                expected=f"one of {', '.join(Kind)}, several with + between", do="Mend the word."))  # fmt: skip
            return None
        body = (said["body"] or "").strip()
        found.append((Kind(word), "" if body.lower() in MIDTERMS else body[:200]))
    return found
