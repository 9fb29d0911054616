"""Rates in words, and as a picture: what was found, and the interval that it may be in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hustings.staffing.quality_interval import Rate

__all__ = ["Bar", "chart", "end_of", "interval", "percent", "start_of"]

WIDTH = 100.0  # of the picture, in parts of a hundred


def percent(share: float) -> str:
    """A share in percent, as exactly as it is of use."""
    return f"{share * 100:.2g} %" if share < 0.1 else f"{share * 100:.0f} %"


def interval(rate: Rate | None) -> str | None:
    """A rate with its interval; None where there is none to tell."""
    if rate is None:
        return None
    return f"{percent(rate.share)} ({percent(rate.low).removesuffix(' %')} to {percent(rate.high)})"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of the picture: where the interval begins and how long it is, and where the rate stands, of 100."""

    name: str
    start: float
    length: float
    at: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars on one scale, and what its end stands for."""

    bars: list[Bar]
    end: str


def chart(rows: Sequence[tuple[str, Rate | None]]) -> Chart | None:
    """A picture of rates that can be told; None where none can."""
    there = [(name, rate) for name, rate in rows if rate is not None]
    if not there:
        return None
    end = next((each for each in (0.05, 0.1, 0.2, 0.5) if max(rate.high for _, rate in there) <= each), 1.0)
    bars = [
        Bar(
            name=name,
            start=round(WIDTH * rate.low / end, 2),
            length=round(max(WIDTH * (rate.high - rate.low) / end, 0.4), 2),
            at=round(WIDTH * rate.share / end, 2),
            words=interval(rate) or "",
        )
        for name, rate in there
    ]
    return Chart(bars=bars, end=percent(end))


def end_of(day: date, now: datetime) -> datetime:
    """The moment before a day begins; of tomorrow what has passed of today, so that today can be asked about."""
    return min(start_of(day), now) if day == now.date() + timedelta(days=1) else start_of(day)


def start_of(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)
