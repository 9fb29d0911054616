"""Reading the text of a list of elections: bytes to cells, and cells to days, countries and words."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from babel.core import get_global

from hustings.connectors.elections.row import MOST_ROWS, Fault, FaultCode
from hustings.errors import BadInput, Problem
from hustings.screening.countries import country_code

__all__ = ["Lines", "body_of", "code_of", "day_of", "lines_of"]

LARGEST = 50 * 2**20
# Codes of three letters that the CLDR leads nowhere, or to several heirs.
ALSO = {"XKX": "XK", "SCG": "CS"}
UNION = "EU"

Lines = list[tuple[int, dict[str, str]]]


def body_of(path: Path) -> bytes:
    """The bytes of a list.

    Raises   BadInput where there is no such file, or it is larger than any list of elections
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BadInput("The list is not read.", [Problem(
                where=str(path), found=f"{size:,} bytes", expected=f"at most {LARGEST:,}", do="Split it by country or year.")])  # fmt: skip
        return path.read_bytes()
    except OSError as error:
        raise BadInput("The list cannot be read.", [Problem(
            where=str(path), found=str(error.strerror), expected="a file", do="Look at its name.")]) from error  # fmt: skip


def lines_of(body: bytes, name: str, needed: Sequence[str]) -> Lines:
    """The lines of a CSV file as cells by column, numbered from 1 after the header.

    Raises   BadInput for text that is not UTF-8, a header that lacks columns, and lines that do not fit it
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("The list cannot be read.", [Problem(
            where=f"{name}, byte {error.start:,}", found=repr(body[error.start : error.start + 4]), expected="text in UTF-8",
            do="Save the table as CSV in UTF-8.")]) from error  # fmt: skip
    if "\x00" in text:
        raise BadInput("The list cannot be read.", [Problem(
            where=name, found="a NUL character", expected="text", do="Save the table as CSV in UTF-8.")])  # fmt: skip
    reader = csv.reader(io.StringIO(text, newline=""))
    problems: list[Problem] = []
    found: Lines = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        lacking = [column for column in needed if column not in header]
        if lacking:
            raise BadInput("The list cannot be read.", [Problem(
                where=f"{name}, header", found=", ".join(header)[:300] or "nothing", expected=f"also {', '.join(lacking)}",
                do="Look whether --as names the right layout.")])  # fmt: skip
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                problems.append(Problem(where=name, found=f"more than {MOST_ROWS:,} lines", expected="fewer", do="Split it by country or year."))  # fmt: skip
                break
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                problems.append(Problem(where=f"{name}, line {number}", found=f"{len(cells)} cells", expected=f"{len(header)}, as in the header",
                                        do="Put text with commas into quotation marks."))  # fmt: skip
                continue
            found.append((number, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}))
    except csv.Error as error:
        raise BadInput("The list cannot be read.", [Problem(
            where=f"{name}, line {reader.line_num}", found=str(error), expected="CSV", do="Save the table as CSV anew.")]) from error  # fmt: skip
    if problems:
        raise BadInput("The list cannot be read.", problems[:20])
    return found


def code_of(number: int, cell: str, name: str, faults: list[Fault], column: str = "iso3") -> str | None:
    """The code of two letters of a country given by code or name; none is noted as a fault."""
    said = cell.strip().upper()
    if said == UNION or (not said and "european union" in name.casefold()):
        return UNION
    if len(said) == 3:
        heirs = get_global("territory_aliases").get(said, [])
        code = ALSO.get(said) or (heirs[0] if len(heirs) == 1 else None)
        if code is not None and (said in ALSO or country_code(str(code)) == code):
            return str(code)
    code = country_code(cell) if cell else None
    if code is None and not said:
        code = country_code(name)
    if code is None:
        faults.append(Fault(row=number, code=FaultCode.NO_COUNTRY, column=column, found=repr(cell or name), expected="an ISO 3166 code, or EU",
                            do="Mend the code, or record the election by hand."))  # fmt: skip
    return code


def day_of(number: int, cells: Mapping[str, str], column: str, faults: list[Fault]) -> date | None:
    """The day in a cell; one that is missing or none is noted as a fault."""
    cell = cells.get(column, "")
    if not cell:
        faults.append(Fault(row=number, code=FaultCode.NO_DATE, column=column, found="nothing", expected="a day such as 2017-11-19",
                            do="Record the election by hand once a source names its day."))  # fmt: skip
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        faults.append(Fault(row=number, code=FaultCode.BAD_DATE, column=column, found=repr(cell[:60]), expected="a day such as 2017-11-19",
                            do="Mend the day."))  # fmt: skip
        return None
