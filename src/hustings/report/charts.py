"""Pictures of the story as plain SVG: drawn here, without script, so that they print and open anywhere.

Each has a title and a description for who does not see it; the table in step with it is the page's matter.
Colours and type come from the page's style, by class.
"""

__all__ = ["drawn"]

from collections import defaultdict
from html import escape
from math import ceil, floor, log10, sqrt

from hustings.report.story import Columns, Dots, Network, Picture

WIDTH = 720
# Columns: room on the left for the scale, height of a panel's title, of its columns, of the labels below all.
LEFT, HEAD, TALL, FOOT = 74, 32, 96, 26
# Rows of dots and of names.
ROW = 24
# Half the width of the ellipse, and the letters of the longest name beside it.
ACROSS, LONGEST = 110, 32


def drawn(picture: Picture, name: str) -> str:
    """The picture as one `<svg>` element; `name` makes its ids differ from others' on the page."""
    if isinstance(picture, Columns):
        tall, body = _columns(picture)
    elif isinstance(picture, Dots):
        tall, body = _dots(picture)
    else:
        tall, body = _network(picture)
    return (
        f'<svg viewBox="0 0 {WIDTH} {tall}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">{escape(picture.title)}</title><desc id="{name}-words">{escape(picture.caption)}</desc>{body}</svg>'
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    cls = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{cls}>{escape(words)}</text>'


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1
    power: float = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= value - 1e-9)


def _columns(picture: Columns) -> tuple[int, str]:
    wide = (WIDTH - LEFT - 8) / max(len(picture.labels), 1)
    parts: list[str] = []
    for panel, series in enumerate(picture.series):
        top = panel * (HEAD + TALL) + HEAD
        most = _round_up(max(series.values, default=0))
        parts.append(_text(4, top - 14, f"{series.name} ({series.unit})" if series.unit else series.name, "strong"))
        for part in (0.5, 1.0):
            y = top + TALL * (1 - part)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(_text(LEFT - 6, y + 4, f"{most * part:,.10g}", "scale", "end"))
        for place, value in enumerate(series.values):
            tall = TALL * max(value, 0) / most
            x, y = LEFT + wide * place, top + TALL - tall
            cls = "marked" if place in picture.marked else "column"
            parts.append(
                f'<rect class="{cls}" x="{x + wide * 0.1:.1f}" y="{y:.1f}" width="{wide * 0.8:.1f}" height="{tall:.1f}">'
                f"<title>{escape(picture.labels[place])}: {value:,.10g} {escape(series.unit)}</title></rect>"
            )
            if place in picture.marked:
                parts.append(_text(x + wide / 2, max(y - 4, top - 2), "▾", "mark-above", "middle"))
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - 8}" y1="{top + TALL}" y2="{top + TALL}"/>')
    below = len(picture.series) * (HEAD + TALL)
    for place in picture.ticks:
        x = LEFT + wide * (place + 0.5)
        anchor = "end" if x > WIDTH - 30 else "middle"
        parts.append(_text(x, below + 17, picture.labels[place], "scale", anchor))
    return below + FOOT, "".join(parts)


def _dots(picture: Dots) -> tuple[int, str]:
    left = 150
    # A tenth is the least that is drawn: below, chance would show nothing at all.
    values = [max(value, 0.1) for value in (*picture.seen, *picture.by_chance)]
    low, high = floor(log10(min(values, default=1))), max(ceil(log10(max(values, default=1)) + 1e-9), 1)
    tall = ROW * len(picture.labels) + 44

    def x(value: float) -> float:
        return left + (WIDTH - left - 30) * (log10(max(value, 0.1)) - low) / max(high - low, 1)

    parts = []
    for power in range(low, high + 1):
        at = x(10.0**power)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="8" y2="{tall - 38}"/>')
        parts.append(_text(at, tall - 22, f"{10.0**power:,.10g}", "scale", "middle"))
    parts.append(_text(WIDTH - 8, tall - 5, picture.unit, "scale", "end"))
    for row, label in enumerate(picture.labels):
        y = 8 + ROW * (row + 0.5)
        seen, chance = x(picture.seen[row]), x(picture.by_chance[row])
        parts.append(_text(left - 14, y + 4, label, "", "end"))
        parts.append(f'<line class="tie" x1="{chance:.1f}" x2="{seen:.1f}" y1="{y:g}" y2="{y:g}"/>')
        words = f"{label}: {picture.seen[row]:,.10g} seen, {picture.by_chance[row]:,.3g} by chance"
        parts.append(
            f'<g><title>{escape(words)}</title><circle class="hollow" cx="{chance:.1f}" cy="{y:g}" r="5"/>'
            f'<circle class="marked" cx="{seen:.1f}" cy="{y:g}" r="6"/></g>'
        )
    return tall, "".join(parts)


def _network(picture: Network) -> tuple[int, str]:
    """Each set of tied nodes on an ellipse of its own, names at even steps on both sides, so that none covers another."""
    places: dict[int, tuple[float, float, bool]] = {}
    top = 14.0
    for nodes in _apart(picture):
        # Down the left side and up the right: who is tied stands side by side.
        half = (len(nodes) + 1) // 2
        sides = (nodes[:half], nodes[half:][::-1])
        tall = ROW * (half - 1)
        for right, side in enumerate(sides):
            for step, place in enumerate(side):
                down = ROW * (step + (half - len(side)) / 2)
                bend = sqrt(max(1 - ((down - tall / 2) / (tall / 2 + ROW)) ** 2, 0)) if tall else 1.0
                places[place] = (WIDTH / 2 + (1 if right else -1) * ACROSS * bend, top + down, bool(right))
        top += tall + ROW * 1.7
    parts = []
    for tie in sorted(picture.ties, key=lambda tie: tie.named):
        (ax, ay, _), (bx, by, _) = places[tie.a], places[tie.b]
        cls = "tie" if tie.named else "tie loose"
        parts.append(
            f'<line class="{cls}" x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}"><title>{escape(tie.title)}</title></line>'
        )
    for place, (x, y, right) in sorted(places.items()):
        node = picture.nodes[place]
        cls = "hollow" if node.group is None else f"group{node.group % 6 + 1}"
        parts.append(_shape(node.sort, cls, x, y))
        short = node.label if len(node.label) <= LONGEST else node.label[: LONGEST - 1] + "…"
        parts.append(_text(x + (12 if right else -12), y + 4, short, "", "start" if right else "end"))
    return ceil(top - ROW * 0.7), "".join(parts)


def _shape(sort: str, cls: str, x: float, y: float) -> str:
    if sort == "event":
        return f'<rect class="{cls}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
    if sort == "website":
        return f'<path class="{cls}" d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z"/>'
    return f'<circle class="{cls}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'


def _apart(picture: Network) -> list[list[int]]:
    """The sets of nodes that hang together, largest first; within each, neighbours close to one another."""
    beside: dict[int, set[int]] = defaultdict(set)
    for tie in picture.ties:
        beside[tie.a].add(tie.b)
        beside[tie.b].add(tie.a)
    left = set(range(len(picture.nodes)))
    sets = []
    while left:
        start = min(left, key=lambda node: (-len(beside[node]), node))
        order, waiting = [], [start]
        while waiting:
            node = waiting.pop(0)
            if node not in left:
                continue
            left.discard(node)
            order.append(node)
            waiting += sorted(beside[node] & left, key=lambda other: (-len(beside[other] & set(order)), other))
        sets.append(order)
    return sorted(sets, key=lambda order: (-len(order), order[0]))
