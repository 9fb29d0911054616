"""Numbers and days as archives write them: `1,234.56`, `1.234,56`, `≤100`, `10k-100k`, `3/10/2022`."""

__all__ = ["DayOrder", "Style", "amount", "day_order", "moment", "span", "style_of", "whole"]

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from hustings.screening.ranges import Range

# Digits before the point: what is larger is a slip, and fits no column of whole numbers.
LARGEST = 17
MULTIPLES = {
    "": 1,
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
}
NUMBER = re.compile(
    r"^(?P<sign>[-−]?)(?P<digits>\d[\d., '’_]*|\.\d+)(?P<power>[eE][-+]?\d+)?\s*(?P<multiple>[A-Za-z]*)$"
)
UP_TO = re.compile(r"^(?:≤|<=|=<|<|up to|under|less than)\s*(?P<top>.+)$", re.IGNORECASE)
FROM_ON = re.compile(r"^(?:(?:≥|>=|=>|>|over|more than|at least)\s*(?P<low>.+)|(?P<plus>.+?)\s*\+)$", re.IGNORECASE)
BETWEEN = re.compile(r"^(?P<low>[^-–—]*\d[^-–—]*?)\s*(?:-|–|—|\.\.|\bto\b|\bund\b)\s*(?P<high>\S.*)$")
SIGNS = re.compile(r"^(?:[A-Z]{3}\s|[$€£¥₹₪₽฿₩])|(?:\s[A-Z]{3}|[$€£¥₹₪₽฿₩])$")
POINTED = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d+|-?\d+\.(?:\d{1,2}|\d{4,})|-?0?\.\d+|-?\d{1,3}(?:,\d{3}){2,}")
COMMAS_SURE = re.compile(r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?:\.\d{3}){2,}|-?\d{1,3}(?: \d{3})+,\d{1,2}")
COMMAS = re.compile(COMMAS_SURE.pattern + r"|-?\d+,\d{1,2}")
GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}")
SLASHED = re.compile(
    r"^(?P<first>\d{1,4})[./-](?P<second>\d{1,2})[./-](?P<third>\d{1,4})"
    r"(?:[ T,]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?\s*(?P<zone>Z|UTC|GMT|[-+]\d{2}:?\d{2})?$"
)
MONTHS = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y")
EPOCH = re.compile(r"^\d{9,16}(?:\.\d+)?$")


class Style(StrEnum):
    """Which sign parts whole from fraction."""

    POINT = "."
    COMMA = ","


class DayOrder(StrEnum):
    """How `3/10/2022` is meant."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


def style_of(cells: Iterable[str], *, sure: bool = False) -> Style | None:
    """What a column's own numbers show: `1.234,56` or `12,5` speak for the comma, `1,234` alone does not.

    Several cells such as `1.234`, and none with another fraction, speak for the comma as well. Only what
    cannot be anything else counts where `sure` is asked for: `18,24` may be a list.
    """
    grouped = []
    for cell in cells:
        if "." not in cell and "," not in cell:
            continue
        text = _bare(cell).lstrip("≤≥<>= ")
        if POINTED.fullmatch(text):
            return Style.POINT
        if (COMMAS_SURE if sure else COMMAS).fullmatch(text):
            return Style.COMMA
        if "." in text:
            grouped.append(text)
    if not sure and len(grouped) > 1 and all(GROUP.fullmatch(text) for text in grouped):
        return Style.COMMA
    return None


def _bare(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).strip()
    text = SIGNS.sub("", SIGNS.sub("", text)).strip()
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def amount(cell: object, style: Style = Style.POINT) -> Decimal | None:
    """An exact number; None for an empty cell; ValueError for what is none."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, int | Decimal):
        return _within(Decimal(cell))
    if isinstance(cell, float):
        return None if math.isnan(cell) else _within(Decimal(repr(cell)))
    if isinstance(cell, str) and cell.isascii() and cell.isdigit():
        return _within(Decimal(cell))  # most cells of most files
    text = _bare(str(cell))
    if not text or text.casefold() in {"null", "none", "nan", "n/a", "na", "-"}:
        return None
    match = NUMBER.match(text)
    multiple = MULTIPLES.get(match["multiple"].casefold()) if match is not None else None
    if match is None or multiple is None:
        raise ValueError(f"{str(cell)[:60]!r} is no number")
    digits = re.sub(r"[ '’_]", "", match["digits"])
    digits = digits.replace(".", "").replace(",", ".") if style is Style.COMMA else _grouped(digits, str(cell))
    try:
        value = Decimal(digits + (match["power"] or "")) * multiple
    except InvalidOperation as error:
        raise ValueError(f"{str(cell)[:60]!r} is no number") from error
    return _within(-value if match["sign"] else value)


def _within(value: Decimal) -> Decimal:
    if not value.is_finite() or value.adjusted() >= LARGEST:
        raise ValueError(f"{str(value)[:60]!r} is beyond any amount")
    return value


def _grouped(digits: str, cell: str) -> str:
    whole_part, point, fraction = digits.partition(".")
    if (
        "," in fraction
        or "." in fraction
        or ("," in whole_part and not re.fullmatch(r"\d{1,3}(?:,\d{2,3})*", whole_part))
    ):
        raise ValueError(f"{cell[:60]!r} is no number")  # `1,2,3` or a comma where the file's other numbers have points
    return whole_part.replace(",", "") + point + fraction


def whole(cell: object, style: Style = Style.POINT) -> int | None:
    """A count; ValueError where it is no whole number of zero or more."""
    value = amount(cell, style)
    if value is None:
        return None
    if value != value.to_integral_value() and GROUP.fullmatch(str(cell).strip()):
        return int(str(cell).strip().replace(".", ""))  # a count has no fraction, so the point parts thousands
    if value != value.to_integral_value() or value < 0:
        raise ValueError(f"{str(cell)[:60]!r} is no whole number")
    return int(value)


def span(cell: object, style: Style = Style.POINT) -> Range | None:
    """A range from a bucket's name, a pair of bounds, or a single number."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, dict):
        low = amount(_first(cell, "lower_bound", "lowerBound", "min", "low", "from"), style)
        high = amount(_first(cell, "upper_bound", "upperBound", "max", "high", "to"), style)
        return _span(low, high)
    if isinstance(cell, int | float | Decimal):
        value = amount(cell)
        return _span(value, value)
    text = str(cell).strip()
    if (up_to := UP_TO.match(text)) is not None:
        return _span(Decimal(0), amount(up_to["top"], style))
    if (on := FROM_ON.match(text)) is not None:
        return _span(amount(on["low"] or on["plus"], style), None)
    if (between := BETWEEN.match(text)) is not None:
        low_text, high_text = between["low"], between["high"]
        return _span(amount(low_text, style), amount(high_text, style))
    value = amount(text, style)
    return _span(value, value)


def _first(cell: dict[str, object], *names: str) -> object:
    return next((cell[name] for name in names if cell.get(name) not in {None, ""}), None)


def _span(low: Decimal | None, high: Decimal | None) -> Range | None:
    if low is None and high is None:
        return None
    return Range(low=low if low is not None else Decimal(0), high=high)


def day_order(cells: Iterable[str]) -> DayOrder | None:
    """What a column of days shows of its own order; None where no cell decides."""
    for cell in cells:
        match = SLASHED.match(cell.strip())
        if match is None or len(match["first"]) > 2:
            continue
        if "." in cell.split()[0] or int(match["first"]) > 12:
            return DayOrder.DAY_FIRST
        if int(match["second"]) > 12:
            return DayOrder.MONTH_FIRST
    return None


def moment(cell: object, order: DayOrder | None = None) -> datetime | None:
    """A moment with its zone (UTC where none is written); None for an empty cell; ValueError for what is none."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=UTC)
    if hasattr(cell, "isoformat"):
        return datetime.fromisoformat(cell.isoformat()).replace(tzinfo=UTC)
    text = str(cell).strip()
    if not text or text.casefold() in {"null", "none", "nat", "nan"}:
        return None
    if EPOCH.match(text):
        number = Decimal(text)
        while number > 100_000_000_000:
            number /= 1_000
        return datetime.fromtimestamp(float(number), UTC)
    try:
        found = datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "+00:00", text))
    except ValueError:
        found = _written(text, order)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _written(text: str, order: DayOrder | None) -> datetime:
    match = SLASHED.match(text)
    if match is not None:
        first, second, third = match["first"], match["second"], match["third"]
        if len(first) == 4:
            year, month, day = first, second, third
        elif order is DayOrder.DAY_FIRST or "." in text.split(maxsplit=1)[0]:
            day, month, year = first, second, third
        elif order is DayOrder.MONTH_FIRST:
            month, day, year = first, second, third
        else:
            raise ValueError(f"{text[:60]!r} may be two days; no other row of the column shows which comes first")
        if len(year) == 2:
            year = "20" + year
        clock = match["time"] or "00:00"
        hour, _, rest = clock.partition(":")
        if match["half"]:
            hour = str(int(hour) % 12 + (12 if match["half"][0] in "pP" else 0))
        zone = match["zone"] or ""
        zone = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
        return datetime.fromisoformat(f"{int(year):04}-{int(month):02}-{int(day):02}T{int(hour):02}:{rest}{zone}")
    for form in MONTHS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"{text[:60]!r} is no day or time that we can read")
