"""Exchange rates as a dated table that the user supplies; nothing is looked up, and no rate is made up."""

__all__ = ["Rate", "Rates", "bundled_rates", "read_rates"]

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

from hustings.errors import BadInput, Problem

COLUMNS = ("from", "to", "rate", "valid_from", "valid_to", "source")


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One unit of `currency` is `rate` units of `into`, from the first to the last day, by `source`."""

    currency: str
    into: str
    rate: Decimal
    first_day: date
    last_day: date
    source: str

    def sentence(self) -> str:
        """The rate for people."""
        return f"{self.rate} {self.into} for 1 {self.currency}, {self.first_day} to {self.last_day} ({self.source})"


@dataclass(frozen=True, kw_only=True)
class Rates:
    """All rates of a table; days of one pair do not overlap."""

    rows: tuple[Rate, ...]
    name: str

    def find(self, currency: str, into: str, on: date | None) -> Rate | None:
        """The rate on a day; without a day, the pair's only rate where it has just one."""
        pair = [row for row in self.rows if (row.currency, row.into) == (currency, into)]
        if on is None:
            return pair[0] if len(pair) == 1 else None
        return next((row for row in pair if row.first_day <= on <= row.last_day), None)

    def convert(self, amount: Decimal, currency: str, into: str, on: date | None) -> Decimal | None:
        """The amount in another currency, not rounded; None where the table has no rate for it."""
        if currency == into:
            return amount
        found = self.find(currency, into, on)
        return None if found is None else amount * found.rate


def bundled_rates() -> Rates:
    """The rates that come with Hustings, for the demo: each names its source."""
    text = (files("hustings.connectors") / "rates.csv").read_text(encoding="utf-8")
    return _parsed(text, "the bundled rates")


def read_rates(path: Path) -> Rates:
    """A table of your own: CSV with the columns from, to, rate, valid_from, valid_to, source."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(where=str(path), found=str(error), expected="a CSV file in UTF-8", do="Check the name.")
        raise BadInput("The rates cannot be read.", [problem]) from error
    return _parsed(text, str(path))


def _parsed(text: str, name: str) -> Rates:
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    problems = [
        Problem(where=name, found=f"no column {column!r}", expected=", ".join(COLUMNS), do="Add it.")
        for column in missing
    ]
    rates: list[Rate] = []
    for row in reader if not missing else ():
        where = f"{name}, line {reader.line_num}"
        try:
            rate = Rate(
                currency=_code(row["from"]), into=_code(row["to"]), rate=Decimal(row["rate"]),
                first_day=date.fromisoformat(row["valid_from"]), last_day=date.fromisoformat(row["valid_to"]),
                source=(row["source"] or "").strip(),
            )  # fmt: skip
            if not rate.rate.is_finite() or rate.rate <= 0 or rate.last_day < rate.first_day or not rate.source:
                raise ValueError("a rate above zero, days in order and a source are needed")
        except (ValueError, TypeError, InvalidOperation) as error:
            found = f"{error}" if not isinstance(error, InvalidOperation) else f"{row['rate']!r}, which is no number"
            problems.append(
                Problem(
                    where=where,
                    found=found,
                    expected="a row such as RUB,USD,0.016,2015-01-01,2015-12-31,...",
                    do="Mend it.",
                )
            )
            continue
        other = next((one for one in rates if _overlap(one, rate)), None)
        if other is not None:
            problems.append(
                Problem(
                    where=where,
                    found=f"days that also stand in {other.sentence()}",
                    expected="one rate a day",
                    do="Part them.",
                )
            )
        rates.append(rate)
    if problems:
        raise BadInput("The rates cannot be used.", problems)
    return Rates(rows=tuple(rates), name=name)


def _code(text: str) -> str:
    code = (text or "").strip().upper()
    if len(code) != 3 or not code.isalpha():
        raise ValueError(f"{text!r} is no currency of three letters")
    return code


def _overlap(a: Rate, b: Rate) -> bool:
    return (a.currency, a.into) == (b.currency, b.into) and a.first_day <= b.last_day and b.first_day <= a.last_day


def used(rates: Rates, currencies: Iterable[str]) -> tuple[Rate, ...]:
    """The rows of the table that amounts in these currencies may have been converted by."""
    return tuple(row for row in rates.rows if row.currency in set(currencies))
