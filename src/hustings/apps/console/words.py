"""Days, moments and numbers as every page writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

__all__ = ["colour_of", "day", "moment", "number"]

# Not by the machine's locale: a page reads the same wherever the server stands.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def day(of: date) -> str:
    """26 Sep 2021."""
    return f"{of.day} {MONTHS[of.month - 1]} {of.year}"


def moment(of: datetime) -> str:
    """26 Sep 2021, 14:03 UTC."""
    at = of.astimezone(UTC)
    return f"{day(at.date())}, {at:%H:%M} UTC"


def number(of: float | Decimal | None) -> str:
    """218,971; of a fraction four digits are shown (an export has them all); nothing is a dash."""
    if of is None:
        return "–"
    if isinstance(of, float):
        return f"{of:,.0f}" if abs(of) >= 1000 else f"{of:.4g}"
    return f"{of:,}"


def colour_of(marking: str) -> str:
    """The class of a marking given as words, as in TLP:AMBER+STRICT."""
    upper = marking.upper()
    return next((name for name in ("red", "amber", "green", "clear") if f"TLP:{name.upper()}" in upper), "plain")
