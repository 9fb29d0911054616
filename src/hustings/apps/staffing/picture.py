"""A plan as pictures: for each crew, week by week, how many are needed (a band with its middle) and how many are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil
from typing import Any

from django.utils.safestring import SafeString

__all__ = ["Crowded", "crowds", "drawn"]

WIDTH, TALL, LEFT, TOP, FOOT = 520, 200, 48, 12, 30


@dataclass(frozen=True, kw_only=True)
class Crowded:
    """One crew over the weeks of a plan."""

    crew: str
    sentence: str
    mondays: tuple[str, ...]
    have: tuple[float, ...]
    low: tuple[int, ...]
    middle: tuple[int, ...]
    high: tuple[int, ...]
    picture: SafeString


def crowds(said: Mapping[str, Any]) -> list[Crowded]:
    """The crews of a told plan, each with its picture."""
    told = []
    for number, answer in enumerate(said["answers"]):
        mine = [
            (week["monday"], crew) for week in said["weeks"] for crew in week["crews"] if crew["crew"] == answer["crew"]
        ]
        columns: dict[str, Any] = {
            name: tuple(crew[name] for _, crew in mine) for name in ("have", "low", "middle", "high")
        }
        mondays = tuple(monday for monday, _ in mine)
        told.append(Crowded(
            crew=answer["crew"], sentence=answer["sentence"], mondays=mondays, **columns,
            picture=drawn(answer["crew"], answer["sentence"], mondays, columns, f"crew-{number}"),
        ))  # fmt: skip
    return told


def drawn(crew: str, sentence: str, mondays: tuple[str, ...], columns: Mapping[str, Any], name: str) -> SafeString:
    """One crew as an `<svg>` element; the table in step with it stands on the page."""
    most = max([*columns["high"], *columns["have"], 1])
    step = next(each * power for power in (1, 10, 100, 1000, 10000) for each in (1, 2, 5) if most / (each * power) <= 5)
    top = ceil(most / step) * step

    def x(place: int) -> float:
        return LEFT + (WIDTH - LEFT - 12) * place / max(len(mondays) - 1, 1)

    def y(value: float) -> float:
        return TOP + (TALL - TOP - FOOT) * (1 - value / top)

    def line(values: tuple[float, ...]) -> str:
        return " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in enumerate(values))

    parts = []
    for value in range(0, top + 1, step):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 12}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(f'<text class="scale" x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,}</text>')
    band = line(columns["high"]) + " " + " ".join(reversed(line(columns["low"]).split(" ")))
    parts.append(f'<polygon class="band" points="{band}"/>')
    parts.append(f'<polyline class="middle" points="{line(columns["middle"])}"/>')
    parts.append(f'<polyline class="have" points="{line(columns["have"])}"/>')
    # Four or five labels, so that they stay apart on a phone.
    for place in range(0, len(mondays), max(-(-len(mondays) // 4), 1)):
        parts.append(
            f'<text class="scale" x="{x(place):.1f}" y="{TALL - 8}">{date.fromisoformat(mondays[place]):%-d %b}</text>'
        )
    return SafeString(
        f'<svg class="crowd" viewBox="0 0 {WIDTH} {TALL}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">{escape(crew)}: people needed and there, week by week</title>'
        f'<desc id="{name}-words">{escape(sentence)}</desc>{"".join(parts)}</svg>'
    )
