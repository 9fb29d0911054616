"""The days that a text names for something to come, resolved by when the text was written."""

__all__ = ["DaySaid", "days_said"]

import re
from dataclasses import dataclass
from datetime import date, timedelta

# Names of months as invitations write them, without accents; the first three letters stand for the month in English.
MONTHS = {
    1: "january jan januar janner janvier enero gennaio januari janeiro",
    2: "february feb februar fevrier febrero febbraio februari fevereiro",
    3: "march mar marz maerz mars marzo maart marco",
    4: "april apr avril abril aprile",
    5: "may mai mayo maggio mei maio",
    6: "june jun juni juin junio giugno junho",
    7: "july jul juli juillet julio luglio julho",
    8: "august aug aout agosto augustus",
    9: "september sep sept septembre septiembre settembre setembro",
    10: "october oct oktober octobre octubre ottobre outubro 0ctober",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember decembre diciembre dicembre dezembro",
}
MONTH = {name: number for number, names in MONTHS.items() for name in names.split()}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMES = "|".join(sorted(MONTH, key=lambda name: (-len(name), name)))
ORDINAL = r"(?:st|nd|rd|th|\.)?"
DAY = r"(?P<{}>[0-3]?\d)"
FORMS = (
    re.compile(
        rf"\b(?P<month>{NAMES})\.?,?\s+(?:the\s+)?{DAY.format('day')}{ORDINAL}\b(?!\s*:)(?:,?\s+(?P<year>20\d\d))?"
    ),
    re.compile(rf"\b{DAY.format('day')}{ORDINAL}\s+(?:of\s+|de\s+)?(?P<month>{NAMES})\b\.?(?:,?\s+(?P<year>20\d\d))?"),
)
ON_WEEKDAY = re.compile(rf"\b(?:on|this|next|coming)\s+(?P<weekday>{'|'.join(WEEKDAYS)})\b|\b(?P<alone>{'|'.join(WEEKDAYS)})[,\s]+(?:at\s+)?\d{{1,2}}(?::\d\d)?\s*[ap]\.?m\b")  # fmt: skip
# Invitations are written weeks ahead; what a text dates further away is what it remembers.
AHEAD = timedelta(days=100)
TEXT = 5_000


@dataclass(frozen=True, kw_only=True, order=True)
class DaySaid:
    """A day, and the words that say it."""

    day: date
    words: str


def days_said(text: str, written: date) -> tuple[DaySaid, ...]:
    """Days that a text names within a hundred days after it was written, the earliest first.

    Edges    a day without a year is the first such day from the one it was written on; a weekday alone ("on Saturday") the next
             one, and only where no day of a month is named
    Limits   the text may remember a day that returns within these weeks ("July 13 marks the anniversary"); days in digits
             (9/11) are not read, for people write them in two orders; eight languages' months
    """
    plain = " ".join(text[:TEXT].casefold().split())
    found: dict[date, str] = {}
    for form in FORMS:
        for match in form.finditer(plain):
            day = resolved(int(match["day"]), MONTH[match["month"]], match["year"], written)
            if day is not None:
                found.setdefault(day, match.group().strip(" ,."))
    if not found:
        for match in ON_WEEKDAY.finditer(plain):
            weekday = WEEKDAYS.index(match["weekday"] or match["alone"])
            found.setdefault(written + timedelta(days=(weekday - written.weekday()) % 7), match.group())
    return tuple(DaySaid(day=day, words=words) for day, words in sorted(found.items()))


def resolved(day: int, month: int, year: str | None, written: date) -> date | None:
    """The day meant, where there is one soon enough."""
    for guess in [int(year)] if year else [written.year, written.year + 1]:
        try:
            meant = date(guess, month, day)
        except ValueError:
            continue
        if written <= meant <= written + AHEAD:
            return meant
    return None
