"""The report of a finished run: one page that needs nothing but itself."""

__all__ = ["hashed", "page", "part", "seen", "write_report"]

import base64
import hashlib
import json
import re
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from hustings.report.layout import places
from hustings.report.run_data import Caps, FindingData, RunData, read_run
from hustings.report.sentences import declared, facts, grounds, how_sure, listed, named, office_lines, title
from hustings.writing import whole_file

STYLES = ("screen.css", "print.css")
SCRIPTS = ("words.js", "table.js", "network.js", "timeline.js", "evidence.js", "page.js")
# Signs that turn or hide other signs; the page's scripts have the same list.
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
MOST_LED = 40


def write_report(folder: Path, place: Path) -> None:
    """Write the page of the run in `folder` to `place`; whole or not at all, equal bytes for equal files."""
    text = page(read_run(folder))
    with whole_file(place) as part:
        part.write_text(text, encoding="utf-8")


def page(run: RunData, caps: Caps | None = None) -> str:
    """The whole page as text."""
    caps = caps or Caps()
    style = "".join(part(name) for name in STYLES)
    script = '"use strict";\n(() => {\n' + "\n".join(part(name) for name in SCRIPTS) + "})();\n"
    # Nothing may be fetched, and nothing runs but what stands here.
    policy = (
        f"default-src 'none'; script-src '{hashed(script)}'; style-src '{hashed(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    groups = _groups(run)
    ordered = [finding for _, held in groups for finding in held]
    articles = "".join(_article(run, finding, place, len(ordered)) for place, finding in enumerate(ordered, 1))
    body = (
        f'<a class="skip" href="#main">To the findings</a>{_header(run)}<div class="shell">{_list(run, groups)}'
        f'<main id="main" tabindex="-1">{articles or _nothing(run)}{_again(run)}</main></div>'
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>Report - Hustings</title><style>{style}</style></head><body>{body}"
        '<p id="spoken" class="unseen" role="status" aria-live="polite"></p><svg id="svg-space" hidden></svg>'
        f'<script type="application/json" id="run">{_inlined(_data(run, ordered, caps))}</script><script>{script}</script></body></html>\n'
    )


def part(name: str) -> str:
    """One of the page's own files."""
    return resources.files("hustings.report").joinpath("page", name).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """What a content security policy calls a style or script that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _inlined(value: object) -> str:
    """JSON that cannot end its own script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def seen(text: object) -> str:
    """Text for HTML: signs with a meaning escaped, signs that turn or hide others shown by number."""
    return escape(HIDDEN.sub(lambda sign: f"⟨U+{ord(sign[0]):04X}⟩", str(text)))


def _groups(run: RunData) -> list[tuple[str, list[FindingData]]]:
    """The findings under their headings: on timing, on content alone, known to act as one."""
    open_ = [finding for finding in run.findings if declared(finding.record)]
    rest = [finding for finding in run.findings if not declared(finding.record)]
    heads = (
        ("On timing", [finding for finding in rest if "timing" in grounds(finding.record)]),
        ("On shared content alone", [finding for finding in rest if "timing" not in grounds(finding.record)]),
        ("Known to act as one", open_),
    )
    return [(head, held) for head, held in heads if held]


def _header(run: RunData) -> str:
    search = (
        '<div class="search"><input id="search" type="search" aria-label="Search actors and traces in all findings" '
        'placeholder="Search actors and traces  ( / )"></div>' if run.findings else ""
    )  # fmt: skip
    return f'<header class="bar"><strong>Hustings</strong><span class="quiet small">Report of a run</span>{search}<span class="mark">Not marked</span></header>'


def _list(run: RunData, groups: list[tuple[str, list[FindingData]]]) -> str:
    counts = run.about.get("counts", {})
    number = len(run.findings)
    read = f"{int(counts.get('rows', 0)):,} trace events of {int(counts.get('actors', 0)):,} actors"
    items = ""
    for head, held in groups:
        rows = "".join(
            f'<li><a href="#finding-{f.record["finding"]}" data-finding="{f.record["finding"]}"><b>Finding {f.record["finding"]}</b> '
            f'<span class="quiet small">{f.record["members"]:,} actors</span><br><span class="small quiet">{_short(f)}</span></a></li>'
            for f in held
        )
        items += f'<h2>{head} <span class="quiet">({len(held)})</span></h2><ol>{rows}</ol>'
    return (
        f'<nav class="list" aria-label="Findings"><details open><summary>{number:,} findings</summary>'
        f'<p class="small quiet">{number:,} findings, surest first, from {read}.</p><p class="small" id="matched" role="status"></p>{items}</details></nav>'
    )


def _short(finding: FindingData) -> str:
    record = finding.record
    if "timing" in grounds(record):
        return f"{record.get('acts', 0):,} times together, {listed([seen(named(p)) for p in record['platforms']])}"
    return f"{record['traces']:,} rare things, {listed([seen(named(p)) for p in record['platforms']])}"


def _article(run: RunData, finding: FindingData, place: int, number: int) -> str:
    record, name = finding.record, finding.record["finding"]
    rate = float(run.about.get("settings", {}).get("fdr", 0.05))
    sentence, sure = how_sure(record, rate)
    told = "".join(
        f"<div><dt>{seen(fact.label)}</dt><dd{' class=words' if fact.words else ''}>{seen(fact.value)}</dd></div>"
        for fact in facts(record, finding.median_gap_s)
    )
    limits = "".join(f"<li>{seen(line)}</li>" for line in record.get("limits", ()))
    known = declared(record)
    over = f"Finding {name}, {place} of {number}; on {listed(grounds(record))}" + (
        "; known to act as one" if known else ""
    )
    return (
        f'<article class="finding" id="finding-{name}" data-finding="{name}" aria-labelledby="title-{name}">'
        f'<p class="quiet small over">{seen(over)}</p><h1 id="title-{name}" tabindex="-1">{seen(title(record, run.window_s))}</h1>'
        f'<div class="claim"><div><p class="lede">{seen(sentence)}</p><p class="sure"><b>How sure.</b> {seen(sure)}</p>'
        + (f'<p class="sure"><b>Known to act as one.</b> {seen(known)}. Set apart, not hidden.</p>' if known else "")
        + f'</div><aside class="note" aria-label="What this does not show"><p><b>What this does not show.</b></p><ul>{limits}</ul></aside></div>'
        f'<dl class="facts">{told}</dl>{_joined(record)}{_kinds(record)}{_leads(record, rate)}{_led(record)}{_office(record)}'
        '<div class="do"><button type="button" class="first save" hidden>Evidence as CSV<kbd>E</kbd></button>'
        '<button type="button" data-step="-1" hidden>Previous finding<kbd>K</kbd></button>'
        '<button type="button" data-step="1" hidden>Next finding<kbd>J</kbd></button></div>'
        '<div class="drawn"></div><noscript><p>Picture, timeline and tables need scripts; the same rows are in members.parquet and '
        "evidence.parquet beside this page.</p></noscript>"
        f'<p class="small quiet">Digest of the evidence rows, whatever their order: <code>{seen(record.get("rows_digest", "none"))}</code></p></article>'
    )


def _led(record: dict[str, Any]) -> str:
    led = record.get("led") or []
    if not led:
        return ""
    names = "".join(
        f"<li><bdi>{seen(a['actor'])}</bdi> <span class=quiet>{seen(named(a['platform']))}</span></li>"
        for a in led[:MOST_LED]
    )
    rest = f'<p class="small quiet">{len(led) - MOST_LED:,} more in findings.json.</p>' if len(led) > MOST_LED else ""
    return (
        '<section class="led"><h2>Ahead of them, not members</h2><p class="small">Tied to the group, but more often before it than after it: '
        f"whoever leads a group and whoever is copied by it look the same from here.</p><ul>{names}</ul>{rest}</section>"
    )


def _joined(record: dict[str, Any]) -> str:
    """Members that are one person's by stated evidence."""
    rows = "".join(
        f"<tr><th scope=row>{seen(one['person'])}</th><td><bdi>{seen(account['actor'])}</bdi> <span class=quiet>{seen(named(account['platform']))}</span></td>"
        f"<td>{seen(account['evidence'])}</td><td>{seen(account['author'])}</td></tr>"
        for one in record.get("joined_by") or ()
        for account in one["accounts"]
    )
    if not rows:
        return ""
    return (
        f'<section class="led"><h2>Accounts of one person</h2><p class="small">{record["members"]:,} accounts of {record["persons"]:,} persons, by '
        "evidence that somebody states; names alone join nothing.</p><table><thead><tr><th scope=col>Person</th><th scope=col>Account</th>"
        f"<th scope=col>Evidence</th><th scope=col>Stated by</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _leads(record: dict[str, Any], rate: float) -> str:
    """Who comes first more often than by lot, or that nobody does; runs of earlier versions say nothing."""
    leads = record.get("leads")
    if not leads:
        return ""
    first = sorted((one for one in leads if one["q"] <= rate), key=lambda one: one["p"])
    rows = "".join(
        f"<tr><th scope=row><bdi>{seen(one['actor'])}</bdi> <span class=quiet>{seen(named(one['platform']))}</span></th>"
        f"<td>{one['led']:,} of {one['acts']:,}</td><td>{one['due']:.1f}</td><td>{one['p']:.2g}</td><td>{one['q']:.2g}</td></tr>"
        for one in first[:MOST_LED]
    )
    if not first:
        most = max(leads, key=lambda one: one["acts"])
        return (
            '<section class="led"><h2>Who leads</h2><p class="small">Nobody of them comes first more often than an order drawn by '
            f"lot explains (up to {most['acts']:,} acts of one actor were compared).</p></section>"
        )
    rest = (
        f'<p class="small quiet">{len(first) - MOST_LED:,} more in findings.json.</p>' if len(first) > MOST_LED else ""
    )
    return (
        '<section class="led"><h2>Who leads</h2><p class="small">First in an act more often than an order drawn by lot explains. Being first '
        "is not giving orders: who reads the source sooner leads too.</p><table><thead><tr><th scope=col>Actor</th><th scope=col>Led</th>"
        f"<th scope=col>Due by lot</th><th scope=col>p</th><th scope=col>q</th></tr></thead><tbody>{rows}</tbody></table>{rest}</section>"
    )


def _kinds(record: dict[str, Any]) -> str:
    """Which kinds of traces carry the finding, where there are several."""
    layers = record.get("layers") or {}
    if len(layers) < 2:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{seen(kind)}</th><td>{layer['share']:.0%}</td><td>{layer['links']:,}</td><td>{layer['p']:.2g}</td></tr>"
        for kind, layer in sorted(layers.items(), key=lambda item: (-item[1]["share"], item[0]))
    )
    return (
        '<section class="led"><h2>Which kinds of traces carry it</h2><table><thead><tr><th scope=col>Kind</th><th scope=col>Of the evidence</th>'
        f"<th scope=col>Links with a part</th><th scope=col>p, this kind alone</th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _office(record: dict[str, Any]) -> str:
    if not record.get("office"):
        return ""
    lines = "".join(f"<p>{seen(line)}</p>" for line in office_lines(record["office"]))
    return f'<section class="led"><h2>When they were at work</h2>{lines}</section>'


def _nothing(run: RunData) -> str:
    counts = run.about.get("counts", {})
    tests = sum(int(value) for key, value in counts.items() if key.startswith("tests_"))
    return (
        '<section class="none"><h1>No group acted together beyond chance</h1>'
        f'<p class="lede">{int(counts.get("rows", 0)):,} trace events of {int(counts.get("actors", 0)):,} actors were read and {tests:,} tests made; '
        "at the error rate of this run no group held together.</p>"
        '<aside class="note" aria-label="What this does not show"><p><b>What this does not show.</b></p><ul>'
        "<li>That nobody acted together: who acts seldom, slowly, or on traces that this table lacks is not seen.</li>"
        "<li>That the table is whole: a source that leaves out deleted posts leaves out those who made them.</li></ul></aside>"
        "<h2>What may help</h2><ul><li>More kinds of traces of the same actors, or a longer time.</li>"
        "<li>A wider <code>--window</code>, where members follow each other by minutes.</li>"
        "<li>A tip: <code>hustings expand</code> looks for those who are tied to actors that you name.</li></ul></section>"
    )


def _again(run: RunData) -> str:
    """Settings, seed, inputs and version: all it takes to get the same bytes."""
    about = run.about
    settings = about.get("settings", {})
    inputs = about.get("inputs", [])
    command = " ".join([
        "hustings detect", *(_quoted(str(entry["file"])) for entry in inputs if "option" not in entry), "--out DIR",
        *(f"--{flag} {settings[key]:g}{unit}" for flag, key, unit in (("window", "window_s", "s"), ("horizon", "horizon_s", "s"), ("fdr", "fdr", ""))
          if key in settings),
        f"--seed {about.get('seed', 0)}",
        *(f"--{entry['option']} {_quoted(str(entry['file']))}" for entry in inputs if "option" in entry),
    ])  # fmt: skip
    rows = [("Version", about.get("version", "")), ("Seed", about.get("seed", 0))]
    rows += [(f"Input {entry['file']}", f"sha256 {entry['sha256']}") for entry in inputs]
    rows += [
        (key.replace("_", " "), f"{value:g}" if isinstance(value, float) else value)
        for key, value in settings.items()
        if key != "seed"
    ]
    rows += [
        (f"{key.replace('_', ' ')} (count)", f"{value:,}" if isinstance(value, int) else value)
        for key, value in about.get("counts", {}).items()
    ]
    body = "".join(f'<tr><th scope="row">{seen(key)}</th><td>{seen(value)}</td></tr>' for key, value in rows)
    return (
        '<section class="again" aria-labelledby="again"><h2 id="again">How to run it again</h2>'
        f"<pre>{seen(command)}</pre><p class=small>Equal input, settings, seed and version give equal files.</p><table><tbody>{body}</tbody></table></section>"
    )


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w./@%+=:,-]+", name) else "'" + name.replace("'", "'\\''") + "'"


def _data(run: RunData, findings: list[FindingData], caps: Caps) -> dict[str, Any]:
    platforms = sorted({member[0] for finding in findings for member in finding.members})
    return {"window_s": run.window_s, "platforms": platforms, "findings": [_one(finding, caps) for finding in findings]}


def _one(finding: FindingData, caps: Caps) -> dict[str, Any]:
    drawn = min(len(finding.members), caps.actors_drawn)
    edges = np.array(finding.edges, dtype=np.int64).reshape(-1, 3)[:, :2]
    keys = (
        "members", "others", "members_in_all", "edges", "edges_in_all", "things", "traces", "traces_in_all", "moments",
        "moments_in_all", "rows", "rows_in_all",
    )  # fmt: skip
    return {
        "number": finding.record["finding"], "timed": "timing" in grounds(finding.record),
        "led": [[a["platform"], a["actor"]] for a in finding.record.get("led", ())],
        "places": places(drawn, edges), **{key: getattr(finding, key) for key in keys},
    }  # fmt: skip
