"""The share found by style and strength, drawn as plain SVG; the table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hustings.apps.elections.red_team.find import Row

__all__ = ["drawn"]

WIDTH, LEFT, RIGHT = 360, 8, 12
ROW, HEAD, FOOT = 40, 6, 24


def drawn(rows: Sequence[Row], name: str = "red-team") -> SafeString:
    """One line a row: the mean as a dot, the interval as a bar; nothing of nothing."""
    if not rows:
        return SafeString("")
    tall = HEAD + ROW * len(rows) + FOOT
    room = WIDTH - LEFT - RIGHT
    parts = []
    for share in (0, 25, 50, 75, 100):
        x = LEFT + room * share / 100
        anchor = "start" if share == 0 else "end" if share == 100 else "middle"
        parts.append(f'<line class="red-team-grid" x1="{x:g}" x2="{x:g}" y1="{HEAD}" y2="{tall - FOOT}"/>')
        parts.append(f'<text class="red-team-scale" x="{x:g}" y="{tall - 7}" text-anchor="{anchor}">{share} %</text>')
    for place, row in enumerate(rows):
        top = HEAD + ROW * place
        y = top + 29
        low, mean, high = (LEFT + room * part for part in (row.recall.low, row.recall.mean, row.recall.high))
        parts.append(f'<text x="{LEFT}" y="{top + 15}">{escape(words(row))}</text>')
        parts.append(f'<line class="red-team-bar" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle class="red-team-dot" cx="{mean:.1f}" cy="{y}" r="5"/>')
    said = "; ".join(f"{words(row)}: {row.recall.words}" for row in rows)
    return mark_safe(  # noqa: S308 - made here of figures and escaped words
        f'<svg class="red-team-picture" viewBox="0 0 {WIDTH} {tall}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">Share of the planted accounts that was found</title><desc id="{name}-words">{escape(said)}</desc>'
        f'{"".join(parts)}</svg>'
    )  # fmt: skip


def words(row: Row) -> str:
    """Which campaigns."""
    many = row.recall.campaigns
    return f"{row.style}, {row.strength:g} acts a day ({many} {'campaign' if many == 1 else 'campaigns'})"
