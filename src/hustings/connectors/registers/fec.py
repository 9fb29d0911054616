"""The committee master file of the US Federal Election Commission (`cm.txt`, one of each two-year cycle)."""

__all__ = ["looks_like_fec", "read_fec"]

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hustings.connectors.registers.text import bad_rows, read_text
from hustings.errors import Problem
from hustings.screening.register.edition import Contact, Edition, Entry, digest_of

COLUMNS = 15
NOBODY = frozenset({"", "NONE", "N/A", "NA", "NOT APPLICABLE", "NULL"})
# What the one-letter type says of a committee whose candidate runs.
TYPES = {"H": "house candidate", "S": "senate candidate", "P": "presidential candidate"}


def looks_like_fec(line: str) -> bool:
    """A committee's ID first, separated by bars."""
    return re.match(r"C\d{8}\|", line) is not None


def read_fec(path: Path, published: date, *, older: Sequence[Path] = ()) -> Edition:
    """Read a master file; names that the same number had in `older` ones stand beside as former names.

    Gives    one entry a committee: name, address, treasurer, connected organisation (`also`), candidate's ID
             (`related`), kind as house, senate or presidential candidate, else committee.
    Limits   a committee renamed after the file's day stands under its old name.
    """
    text, raw = read_text(path)
    former: dict[str, list[str]] = {}
    parts = [raw]
    for other in older:
        old, more = read_text(other)
        parts.append(more)
        for cells in _rows(other, old):
            former.setdefault(cells[0], []).append(cells[1])
    entries = tuple(_entry(cells, former.get(cells[0], ())) for cells in _rows(path, text))
    return Edition(
        name="FEC committee master file", scheme="fec", published=published, digest=digest_of(parts), entries=entries,
        source="https://www.fec.gov/campaign-finance-data/committee-master-file-description/",
    )  # fmt: skip


def _rows(path: Path, text: str) -> list[list[str]]:
    rows, problems = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.rstrip("\r").split("|")]
        if len(cells) != COLUMNS or not re.fullmatch(r"C\d{8}", cells[0]) or not cells[1]:
            problems.append(
                Problem(
                    where=f"{path}, line {number}",
                    found=f"{len(cells)} columns, {cells[0][:20]!r} first",
                    expected=f"{COLUMNS} columns separated by |, a committee's ID first and a name",
                    do="Get the file again; it may be cut.",
                )
            )
            continue
        rows.append(cells)
    if problems:
        raise bad_rows(path, problems)
    return rows


def _entry(cells: list[str], former: Sequence[str]) -> Entry:
    number, name, treasurer, street, street2, city, state, code, _, kind, _, _, _, connected, candidate = cells
    also = [one for one in (connected, *former) if one.upper() not in NOBODY and one != name]
    return Entry(
        number=number, name=name, country="US", kind=TYPES.get(kind, "committee"), also=tuple(dict.fromkeys(also)),
        contacts=(Contact(street=" ".join(filter(None, (street, street2))), city=city, state=state, postal_code=code,
                          country="US"),),
        people=(treasurer,) if treasurer.upper() not in NOBODY else (),
        related=(candidate,) if candidate.upper() not in NOBODY else (),
    )  # fmt: skip
