"""Amounts and ranges as archives publish them: exact decimals, and "between a and b" with an open top."""

__all__ = ["Money", "MoneyRange", "Range"]

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Range:
    """From `low` to `high`, both included; `high` is None where the archive leaves the top open."""

    low: Decimal
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise ValueError(f"a range that ends before it begins ({self.low} to {self.high})")

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low:,} or more"
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True, kw_only=True)
class Money:
    """An exact amount; the currency is a code of three letters, None where the archive does not state it."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class MoneyRange:
    """A range of money in one currency (None: not stated)."""

    range: Range
    currency: str | None
