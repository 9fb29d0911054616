"""The page of `hustings sensitivity`: one picture of how findings change with window and participation."""

__all__ = ["as_time", "sensitivity_page"]

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any

from hustings.detection.sensitivity import SAME, Cell, Found, Kept
from hustings.report.run_page import hashed, part, seen

MOST_ROWS = 60
STYLE = """
.grid td, .grid th { text-align: center; min-width: 5.5rem; } .grid tbody th { text-align: left; } .grid b { font-size: 1.25rem; display: block; }
.grid td[aria-current] { outline: 3px solid var(--signal); outline-offset: -3px; }
thead th { padding: 6px 8px; } .wide .whole { white-space: nowrap; min-width: 0; }
.cell { fill: var(--signal); } .none { fill: none; stroke: var(--line); } .frame { fill: none; stroke: var(--signal); stroke-width: 2; }
svg text { font-size: 12px; fill: var(--ink); } svg text.quiet { fill: var(--quiet); } svg { min-width: 640px; }
.picture { overflow-x: auto; } .wide { max-height: 34rem; } .again { margin-top: var(--s4); } main { max-width: 1200px; margin: 0 auto; }
@media print { .wide { max-height: none; overflow: visible; } }
"""


def as_time(window: timedelta) -> str:
    """A window as people write it: 5 s, 15 min, 1 h."""
    seconds = window.total_seconds()
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def sensitivity_page(
    base: Found, cells: Sequence[Found], kept: Mapping[Cell, Sequence[Kept]], about: Mapping[str, Any]
) -> str:
    """The whole page as text; nothing in it runs, nothing is fetched.

    base    what the base setting found; cells: every cell of the grid, the base among them, in order
    kept    per cell what became of each finding of the base
    about   version, seed, inputs, command and rate, for running it again
    """
    style = part("screen.css") + part("print.css") + STYLE
    policy = f"default-src 'none'; style-src '{hashed(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
    body = (
        _lede(base, cells, kept)
        + _grid(base, cells, kept)
        + _picture(base, cells, kept)
        + _rows(base, cells, kept)
        + _again(about)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>Sensitivity - Hustings</title><style>{style}</style></head><body>"
        '<a class="skip" href="#main">To the picture</a><header class="bar"><strong>Hustings</strong>'
        '<span class="quiet small">How findings change with the settings</span><span class="mark">Not marked</span></header>'
        f'<main id="main" tabindex="-1">{body}</main></body></html>\n'
    )


def _stays(kept: Sequence[Kept]) -> int:
    return sum(one.jaccard >= SAME for one in kept)


def _everywhere(base: Found, kept: Mapping[Cell, Sequence[Kept]]) -> list[int]:
    """Per finding of the base, in how many cells it is still there."""
    return [sum(mine[n].jaccard >= SAME for mine in kept.values()) for n in range(len(base.groups))]


def _lede(base: Found, cells: Sequence[Found], kept: Mapping[Cell, Sequence[Kept]]) -> str:
    number, there = len(base.groups), _everywhere(base, kept)
    steady = sum(n == len(cells) for n in there)
    window = as_time(base.cell.window)
    along = [found for found in cells if found.cell.fewest == base.cell.fewest and found.cell != base.cell]
    told = ", ".join(f"{_stays(kept[found.cell])} at {as_time(found.cell.window)}" for found in along)
    sentence = (
        f"With a window of {window}, {number:,} groups acted together beyond chance; {steady:,} of them are found in each of "
        f"{len(cells)} settings." if number else f"With a window of {window} no group acted together beyond chance."
    )  # fmt: skip
    return (
        f'<h1>How much hangs on the window</h1><div class="claim"><div><p class="lede">{sentence}</p>'
        + (f'<p class="sure"><b>Of these {number:,} there are still</b> {told}.</p>' if told and number else "")
        + '</div><aside class="note" aria-label="What this does not show"><p><b>What this does not show.</b></p><ul>'
        "<li>Which setting is right: each window asks another question, how close together they acted.</li>"
        "<li>That a finding which comes and goes is chance: those who follow each other by minutes are not seen in seconds, and in an "
        "hour everybody shares what is in the news.</li><li>The error rate holds for each setting on its own. Who picks the setting with the findings "
        "wanted has no error rate: choose first, and report the rest.</li></ul></aside></div>"
    )


def _grid(base: Found, cells: Sequence[Found], kept: Mapping[Cell, Sequence[Kept]]) -> str:
    windows = sorted({found.cell.window for found in cells})
    by = {found.cell: found for found in cells}
    head = "".join(f'<th scope="col">{as_time(window)}</th>' for window in windows)
    rows = ""
    for fewest in sorted({found.cell.fewest for found in cells}):
        row = ""
        for window in windows:
            found = by.get(Cell(window=window, fewest=fewest))
            if found is None:
                row += "<td>not run</td>"
                continue
            current = ' aria-current="true"' if found.cell == base.cell else ""
            row += (
                f'<td{current}><b>{found.counts["findings"]:,}</b><span class="small quiet">{found.counts["members"]:,} members<br>'
                f"{found.counts['links']:,} links<br>{_stays(kept[found.cell]):,} of the {len(base.groups):,}</span></td>"
            )
        name = "all actors" if fewest == 1 else f"{fewest:,} posts or more"
        rows += f'<tr><th scope="row">{name}</th>{row}</tr>'
    return (
        "<h2>Findings by window and participation</h2><p class=small>Each cell is a run of its own; the horizon is 30 windows. "
        "The framed one is what the rest is compared with.</p>"
        f'<div class="wide" tabindex="0" role="region" aria-label="Findings by window and participation"><table class="grid">'
        f'<thead><tr><th scope="col">Actors with</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _order(base: Found, kept: Mapping[Cell, Sequence[Kept]]) -> list[int]:
    """Findings of the base, those that hold in most settings first."""
    mean = [sum(mine[n].jaccard for mine in kept.values()) for n in range(len(base.groups))]
    there = _everywhere(base, kept)
    return sorted(range(len(base.groups)), key=lambda n: (-there[n], -round(mean[n], 9), n))


def _picture(base: Found, cells: Sequence[Found], kept: Mapping[Cell, Sequence[Kept]]) -> str:
    shown = _order(base, kept)[:MOST_ROWS]
    if not shown:
        return ""
    left, top, high, gap = 190, 46, 16, 18
    floors = sorted({found.cell.fewest for found in cells})
    wide = min(56.0, (980 - left - gap * len(floors)) / len(cells))
    parts, x, place = [], float(left), {}
    for fewest in floors:
        mine = [found.cell for found in cells if found.cell.fewest == fewest]
        name = "all actors" if fewest == 1 else f"{fewest:,} posts or more"
        parts.append(f'<text x="{x:.1f}" y="14">{name}</text>')
        for cell in mine:
            place[cell] = x
            parts.append(
                f'<text class="quiet" x="{x + wide / 2:.1f}" y="34" text-anchor="middle">{as_time(cell.window)}</text>'
            )
            x += wide
        x += gap
    for row, number in enumerate(shown):
        y = top + row * (high + 2)
        _, group = base.groups[number]
        parts.append(
            f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">Finding {number}, {len(group):,} members</text>'
        )
        for cell, at in place.items():
            one = kept[cell][number]
            told = escape(
                f"Finding {number} at {as_time(cell.window)}, {cell.fewest} posts: {one.jaccard:.0%} in common"
            )
            box = f'x="{at + 1:.1f}" y="{y}" width="{wide - 2:.1f}" height="{high}"'
            # Size tells what shade tells, so that it needs no colour.
            tall = high * one.jaccard
            parts.append(
                f'<g><title>{told}</title><rect class="none" {box}/><rect class="cell" fill-opacity="{0.25 + 0.75 * one.jaccard:.2f}" '
                f'x="{at + 1:.1f}" y="{y + high - tall:.2f}" width="{wide - 2:.1f}" height="{tall:.2f}"/></g>'
            )
    tall_all = top + len(shown) * (high + 2) + 6
    frame = place[base.cell]
    parts.append(f'<rect class="frame" x="{frame:.1f}" y="{top - 3}" width="{wide:.1f}" height="{tall_all - top}"/>')
    rest = (
        f" The {len(base.groups) - len(shown):,} that hold least are in the table only."
        if len(base.groups) > len(shown)
        else ""
    )
    caption = (
        f"Each row is a finding of the framed setting, each column a setting. A full bar: the same members are found there; half a bar: half of "
        f"all members of either are in both; empty: none. Those that hold longest come first.{rest}"
    )
    return (
        '<h2>What becomes of each finding</h2><figure><div class="picture" tabindex="0" role="region" aria-label="Picture, scrolls sideways">'
        f'<svg viewBox="0 0 {max(x, 640):.0f} {tall_all}" role="img" aria-labelledby="picture-title picture-words"><title id="picture-title">'
        f'What becomes of each finding</title><desc id="picture-words">{escape(caption)} The table below has the same figures.</desc>'
        f"{''.join(parts)}</svg></div><figcaption>{escape(caption)}</figcaption></figure>"
    )


def _rows(base: Found, cells: Sequence[Found], kept: Mapping[Cell, Sequence[Kept]]) -> str:
    if not base.groups:
        return ""
    there = _everywhere(base, kept)
    head = "".join(
        f'<th scope="col" class="number">{as_time(found.cell.window)}{"" if found.cell.fewest == 1 else f", {found.cell.fewest}+"}</th>'
        for found in cells
    )
    rows = "".join(
        f'<tr><th scope="row" class="whole">Finding {n}</th><td class="number">{len(base.groups[n][1]):,}</td><td class="whole">{seen(base.groups[n][0])}</td>'
        f'<td class="number">{there[n]} of {len(cells)}</td>'
        + "".join(f'<td class="number">{kept[found.cell][n].jaccard:.2f}</td>' for found in cells)
        + "</tr>"
        for n in _order(base, kept)
    )
    return (
        "<h2>The same as a table</h2><p class=small>The part in common (members in both of members in either) with the most alike finding of each "
        f"setting; the same from {SAME:g} on. Also in findings.csv.</p>"
        '<div class="wide" tabindex="0" role="region" aria-label="Every finding in every setting"><table><thead><tr>'
        '<th scope="col">Finding</th><th scope="col" class="number">Members</th><th scope="col">Basis</th>'
        f'<th scope="col" class="number">Still there</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _again(about: Mapping[str, Any]) -> str:
    rows = [("Version", about["version"]), ("Seed", about["seed"]), ("False discovery rate", f"{about['fdr']:g}")]
    rows += [(f"Input {entry['file']}", f"sha256 {entry['sha256']}") for entry in about["inputs"]]
    body = "".join(f'<tr><th scope="row">{seen(key)}</th><td>{seen(value)}</td></tr>' for key, value in rows)
    return (
        '<section class="again" aria-labelledby="again"><h2 id="again">How to run it again</h2>'
        f"<pre>{seen(about['command'])}</pre><p class=small>Equal input, settings, seed and version give equal files.</p>"
        f"<table><tbody>{body}</tbody></table></section>"
    )
