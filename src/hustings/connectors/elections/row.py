"""One row of a list of elections as we read it, and what was wrong with rows of the list."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hustings.policy.election import Authority, Kind, Level, Status

__all__ = ["MOST_ROWS", "Chamber", "Fault", "FaultCode", "List", "Row", "chamber_of", "plain"]

MOST_ROWS = 200_000
UPPER = re.compile(
    r"\b(?:senate?|senad[ou]?r?|senato|senatul|senaat|senators?|councillors|sangi-?in|council of states|house of lords|"
    r"upper house|states council|federation council|house of elders|meshrano|national council of provinces|rajya)",
    re.IGNORECASE,
)


class Chamber(StrEnum):
    """Which house of a parliament is elected: a list that names none is read as the lower one."""

    NONE = ""
    LOWER = "lower"
    UPPER = "upper"


class FaultCode(StrEnum):
    """What can be wrong with a row."""

    NO_DATE = "no date"
    BAD_DATE = "no day of the calendar"
    NO_COUNTRY = "unknown country"
    OTHER_COUNTRY = "legislature of another country"
    STALE = "status not brought up to date"
    REPEATED = "said twice in the list"
    UNKNOWN_WORD = "word that we do not know"
    TOO_LONG = "longer than the calendar holds"
    CONFLICT = "another day than other sources"
    LACKING = "the list lacks it"

    @property
    def sets_aside(self) -> bool:
        """Whether the row is not taken in: a person enters it by hand, if it is so."""
        return self in SETS_ASIDE


SETS_ASIDE = {
    FaultCode.NO_DATE, FaultCode.BAD_DATE, FaultCode.NO_COUNTRY, FaultCode.OTHER_COUNTRY, FaultCode.UNKNOWN_WORD, FaultCode.TOO_LONG,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong in a list. `row` counts lines from the first after the header; 0 is the list as a whole."""

    row: int
    code: FaultCode
    column: str
    found: str
    expected: str
    do: str

    def cells(self) -> dict[str, str | int]:
        """For a table."""
        return {"row": self.row, "fault": self.code.value, "column": self.column, "found": self.found, "expected": self.expected, "do": self.do}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What one row of a list says.

    number    the line it stands on; several rows may come from one line
    body      what is elected or asked, as the list names it; "" where it names nothing
    key       what the list itself calls the election by; "" where it has no keys
    """

    number: int
    country: str
    name: str
    level: Level
    kind: Kind
    on: date | None
    status: Status
    place: str = ""
    body: str = ""
    chamber: Chamber = Chamber.NONE
    key: str = ""
    source: str = ""
    source_url: str = ""
    authority: Authority | None = None
    said_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class List:
    """A list as it was read: its rows in its order, and its faults. `lines` are all lines, those set aside included."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    lines: int
    authority: Authority
    licence: str
    source: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def set_aside(self) -> int:
        """How many lines were not taken in."""
        return len({fault.row for fault in self.faults if fault.code.sets_aside})


def plain(text: str) -> str:
    """Words without accents, capitals and signs, to compare names by."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
    return " ".join(kept.split())


def chamber_of(kind: Kind, body: str) -> Chamber:
    """Which house a name speaks of."""
    if kind is not Kind.LEGISLATIVE:
        return Chamber.NONE
    letters = unicodedata.normalize("NFKD", body)
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return Chamber.UPPER if UPPER.search(bare) else Chamber.LOWER
