"""Ads over time and money over time as drawings that a page holds, without script; the table beneath says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10

from hustings.apps.console import words

__all__ = ["Column", "Columns", "columns"]

WIDTH, TOP, BASE, LEFT, RIGHT = 720, 14, 124, 92, 8
NAMES = 7  # so many labels fit below


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: where it stands, how wide and tall, and what it says."""

    x: str
    y: str
    wide: str
    tall: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A drawing 720 wide and 148 high: columns, lines of the scale (y, words), and names below (x, words, anchor)."""

    title: str
    columns: list[Column]
    scale: list[tuple[str, str]]
    names: list[tuple[str, str, str]]


def columns(title: str, unit: str, told: Sequence[tuple[str, Decimal | int | None]]) -> Columns:
    """Draw one column for each (name, value); what is not known has none."""
    most = above(max((float(value) for _, value in told if value is not None), default=0.0))
    wide = (WIDTH - LEFT - RIGHT) / max(len(told), 1)
    drawn = []
    for place, (name, value) in enumerate(told):
        tall = 0.0 if value is None else (BASE - TOP) * float(value) / most
        drawn.append(
            Column(
                x=f"{LEFT + wide * (place + 0.1):.1f}", y=f"{BASE - tall:.1f}", wide=f"{max(wide * 0.8, 0.6):.1f}", tall=f"{tall:.1f}",
                says=f"{name}: not known" if value is None else f"{name}: {value:,} {unit}",
            )
        )  # fmt: skip
    step = max(1, -(-len(told) // NAMES))
    names = []
    for place in range(0, len(told), step):
        x = LEFT + wide * (place + 0.5)
        names.append((f"{x:.1f}", told[place][0], "end" if x > WIDTH - 40 else "middle"))
    scale = [(f"{BASE - (BASE - TOP) * part:.1f}", f"{most * part:,.10g}") for part in (0.5, 1.0)]
    return Columns(title=title, columns=drawn, scale=scale, names=names)


def above(value: float) -> float:
    """The next of 1, 2, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value - 1e-9)


def every_month(first: date, last: date) -> list[date]:
    """The months from one to the other, the empty ones too."""
    months = [first]
    while months[-1] < last:
        before = months[-1]
        months.append(date(before.year + before.month // 12, before.month % 12 + 1, 1))
    return months


def month_name(of: date) -> str:
    """Sep 2021."""
    return f"{words.MONTHS[of.month - 1]} {of.year}"
