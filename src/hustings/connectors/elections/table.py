"""Any list of elections as CSV, in the columns that our own export writes."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from hustings.connectors.elections.reading import code_of, day_of, lines_of
from hustings.connectors.elections.row import Fault, FaultCode, List, Row, chamber_of
from hustings.policy.election import Authority, Kind, Level, Status

__all__ = ["COLUMNS", "read_table"]

NEEDED = ("country", "on", "kind", "name")
# In this order our own export writes them; all but the first four may be missing.
COLUMNS = (*NEEDED, "place", "level", "body", "status", "key", "source", "source_url", "authority", "said_on")
LONGEST = {"name": 300, "place": 80, "body": 200, "key": 200, "source": 300, "source_url": 500}
LICENCE = "As the list's maker says; it was given with it."

Word = TypeVar("Word", bound=StrEnum)


def read_table(body: bytes, name: str, as_of: date | None = None) -> List:
    """Read it. What a row leaves out: the whole country, national, expected; a day may be missing where the status allows."""
    faults: list[Fault] = []
    rows = []
    lines = lines_of(body, name, NEEDED)
    for number, cells in lines:
        before = len(faults)
        country = code_of(number, cells["country"], cells["country"], faults, "country")
        kind = word_of(number, cells, "kind", Kind, None, faults)
        level = word_of(number, cells, "level", Level, Level.NATIONAL, faults)
        status = word_of(number, cells, "status", Status, Status.EXPECTED, faults)
        authority = word_of(number, cells, "authority", Authority, Authority.UNSTATED, faults)
        dayless = not cells["on"] and status not in {Status.CALLED, Status.HELD}
        on = None if dayless else day_of(number, cells, "on", faults)
        said_on = day_of(number, cells, "said_on", faults) if cells.get("said_on") else as_of
        faults += [
            Fault(row=number, code=FaultCode.TOO_LONG, column=column, found=f"{len(cells[column]):,} characters", expected=f"at most {most}", do="Shorten it.")
            for column, most in LONGEST.items() if len(cells.get(column, "")) > most
        ]  # fmt: skip
        if not cells["name"]:
            faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column="name", found="nothing", expected="what people call it", do="Name it."))  # fmt: skip
        if cells.get("source_url", "") and not cells["source_url"].startswith(("https://", "http://")):
            faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column="source_url", found=repr(cells["source_url"][:60]),
                                expected="an address that begins with https://", do="Mend the address, or leave it out."))  # fmt: skip
        if (
            len(faults) > before
            or country is None
            or kind is None
            or level is None
            or status is None
            or authority is None
        ):
            continue
        elected = cells.get("body", "")
        rows.append(Row(
            number=number, country=country, name=cells["name"], level=level, kind=kind, on=on, status=status, place=cells.get("place", ""),
            body=elected, chamber=chamber_of(kind, elected), key=cells.get("key", ""), source=cells.get("source", ""),
            source_url=cells.get("source_url", ""), authority=authority, said_on=said_on,
        ))  # fmt: skip
    return List(rows=tuple(rows), faults=tuple(faults), lines=len(lines), authority=Authority.UNSTATED, licence=LICENCE)


def word_of(
    number: int, cells: dict[str, str], column: str, words: type[Word], default: Word | None, faults: list[Fault]
) -> Word | None:
    """One of a few words; another one is noted as a fault."""
    cell = cells.get(column, "").lower()
    if not cell and default is not None:
        return default
    try:
        return words(cell)
    except ValueError:
        faults.append(Fault(row=number, code=FaultCode.UNKNOWN_WORD, column=column, found=repr(cells.get(column, "")[:60]),
                            expected=", ".join(words), do="Use one of these words."))  # fmt: skip
        return None
