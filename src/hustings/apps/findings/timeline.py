"""When members acted together, as a drawing that a page holds: one line a time, taller with more actors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hustings.apps.console import words

__all__ = ["Timeline", "timeline"]

WIDTH, BASE, LEFT = 640, 96, 8
DAY = 86_400
STEPS = [
    60,
    300,
    900,
    3_600,
    10_800,
    21_600,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    91 * DAY,
    182 * DAY,
    365 * DAY,
    1_826 * DAY,
]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Lines (x, y, words) and ticks (x, words), in points of a drawing 640 wide and 120 high."""

    lines: list[tuple[float, float, str]]
    ticks: list[tuple[float, str]]
    tallest: int
    shown: int
    in_all: int
    first: str
    last: str
    rows: list[dict[str, Any]]


def timeline(body: dict[str, Any]) -> Timeline | None:
    """Draw the moments of a finding's picture; nothing where there are none."""
    moments = body.get("moments") or []
    if not moments:
        return None
    first = moments[0][0] / 1e6
    last = max(first + 60, moments[-1][0] / 1e6)
    most = max(row[1] for row in moments)

    def across(at: float) -> float:
        return round(LEFT + (at - first) / (last - first) * (WIDTH - 2 * LEFT), 1)

    lines = []
    rows = []
    for at, actors, kind, shown, posts in moments:
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
        said = f"{words.day(when)} {when:%H:%M:%S} UTC: {actors:,} actors, {kind} {shown}"
        lines.append((across(at / 1e6), round(BASE - 8 - (actors - 1) / max(1, most - 1) * 68, 1), said))
        rows.append(
            {"at": f"{words.day(when)} {when:%H:%M:%S}", "actors": actors, "posts": posts, "kind": kind, "trace": shown}
        )
    step = next((size for size in STEPS if (last - first) / size <= 7), STEPS[-1])
    ticks = []
    at = -(-first // step) * step
    while at <= last:
        when = datetime.fromtimestamp(at, UTC)
        said = (
            f"{when:%H:%M}"
            if step < DAY
            else f"{when.day} {words.MONTHS[when.month - 1]}"
            if step < 300 * DAY
            else f"{when:%Y}"
        )
        x = across(at)
        ticks.append((x, said if 20 < x < WIDTH - 24 else ""))
        at += step
    return Timeline(
        lines=lines, ticks=ticks, tallest=most, shown=len(moments), in_all=int(body.get("moments_in_all", len(moments))),
        first=words.day(datetime.fromtimestamp(first, UTC)), last=words.day(datetime.fromtimestamp(last, UTC)), rows=rows,
    )  # fmt: skip
