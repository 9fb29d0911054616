"""A report as one HTML page: text with its figures, and for each figure how it was made; no request leaves, no script runs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib import resources

from hustings.report.counting.figure import Figure, shown
from hustings.report.documents.document import Corrected, Document, Part, pieces
from hustings.report.run_page import seen

__all__ = ["body", "clock", "page", "value"]

MOST_PARTS = 40  # of one figure; all stand in figures.csv
PARAGRAPH = re.compile(r"\n\s*\n")
CHECK = "hustings report rerun report.json --rows rows.json"


def page(document: Document, *, published: str = "", paper: bool = False) -> str:
    """The whole page.

    published   the moment, in UTC; empty for a draft, and then the page says so
    paper       to be drawn on paper: without what screens alone understand
    """
    style = "".join(
        resources.files("hustings.report.documents").joinpath(name).read_text(encoding="utf-8")
        for name in (("report.css",) if paper else ("report.css", "screen.css"))
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'<meta name="author" content="{seen(document.holder)}"><meta name="description" content="{seen(document.kind.sentence)}">'
        f"<title>{seen(document.title)}</title><style>{style}</style></head><body>"
        f'<header><span>{seen(document.holder)}</span> <span class="mark">{seen(document.marking)}</span></header>'
        f"<main><h1>{seen(document.title)}</h1>{body(document, published=published)}</main></body></html>\n"
    )


def body(document: Document, *, published: str = "") -> str:
    """What stands below the heading of a page."""
    figures = {one.name: one for one in document.figures}
    state = (
        f"Version {document.version:,}, published {clock(published)}."
        if published
        else f"Version {document.version:,}, not published."
    )
    of = "" if document.scope == document.title else f", of {seen(document.scope)}"
    return (
        f'<p class="lede">{seen(document.kind.sentence)} {state} The figures are as they stood {clock(document.as_of)}{of}.</p>'
        f"{corrections(document.corrections)}"
        f"{''.join(section(part, figures) for part in document.parts)}"
        f"{made(document)}"
    )


def clock(moment: str) -> str:
    """A moment for people."""
    return seen(moment[:16].replace("T", " ") + " UTC")


def corrections(corrected: tuple[Corrected, ...]) -> str:
    """What was wrong in earlier versions, before anything else."""
    if not corrected:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{seen(one.title)}</th><td>{seen(one.old)}</td><td>{seen(one.new)}</td><td>{seen(one.reason)}</td>'
        f"<td>{one.version:,}</td><td>{clock(one.at)}</td></tr>"
        for one in corrected
    )
    return (
        '<section class="note"><h2>Corrections</h2><div class="scroll" role="region" aria-label="Corrections" tabindex="0"><table>'
        '<thead><tr><th scope="col">Figure</th><th scope="col">Was</th><th scope="col">Is</th><th scope="col">Why</th>'
        f'<th scope="col">In version</th><th scope="col">Corrected</th></tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def section(part: Part, figures: Mapping[str, Figure]) -> str:
    """One section: its text, then its figures."""
    paragraphs = "".join(f'<p dir="auto">{told(one, figures)}</p>' for one in PARAGRAPH.split(part.text.strip()) if one)
    listed = [figures[name] for name in part.figures if name in figures]
    terms = "".join(
        f'<div><dt><a href="#made-{one.name}">{seen(one.title)}</a></dt><dd>{value(one)}</dd></div>' for one in listed
    )
    return f'<section id="section-{part.key}"><h2>{seen(part.title)}</h2>{paragraphs}<dl>{terms}</dl></section>'


def told(text: str, figures: Mapping[str, Figure]) -> str:
    """Text, in which each figure leads to how it was made."""
    return "".join(
        seen(words).replace("\n", "<br>")
        if figure is None
        else f'<a class="figure" href="#made-{figure.name}">{seen(words)}</a>'
        for words, figure in pieces(text, figures)
    )


def value(figure: Figure) -> str:
    """A figure's value: a number, several by name, or why there is none."""
    if figure.value is None:
        return f'<span class="quiet">not derivable: {seen(figure.why_not)}</span>'
    unit = f' <span class="quiet">{seen(figure.unit)}</span>' if figure.unit else ""
    if not isinstance(figure.value, Mapping):
        return f"{seen(shown(figure.value))}{unit}"
    if not figure.value:
        return f"none{unit}"
    parts = list(figure.value.items())
    items = "".join(f"<li>{seen(name)}: <b>{seen(shown(one))}</b></li>" for name, one in parts[:MOST_PARTS])
    more = (
        f'<li class="quiet">and {len(parts) - MOST_PARTS:,} more in figures.csv</li>' if len(parts) > MOST_PARTS else ""
    )
    return f"<ul>{items}{more}</ul>"


def made(document: Document) -> str:
    """How each figure was made, what it does not say, and how to ask it again."""
    figures = "".join(
        f'<section class="made" id="made-{one.name}"><h3>{seen(one.title)}</h3><p>{value(one)}</p>'
        f"<dl><div><dt>Query</dt><dd><code>{seen(one.name)}</code>{with_parameters(one)}</dd></div><div><dt>How</dt><dd>{seen(one.how)}</dd></div>"
        f"<div><dt>As it stood</dt><dd>{clock(one.as_of)}</dd></div><div><dt>Rows beneath</dt><dd>{one.rows:,}</dd></div>"
        f"<div><dt>What it does not say</dt><dd>{seen(one.caveat or 'Nothing is known that it leaves out.')}</dd></div></dl></section>"
        for one in document.figures
    )
    return (
        f"<section><h2>How each figure was made</h2><p>Each figure is a stored query over rows that were sealed with the report. Who holds both files "
        f"asks all of them again: <code>{CHECK}</code>. The rows have the SHA-256 <code>{document.rows}</code>.</p>{figures}"
        f'<p class="quiet">{seen(document.software)}. Report {seen(document.report)}.</p></section>'
    )


def with_parameters(figure: Figure) -> str:
    """The parameters of a figure."""
    return "".join(f", {seen(name.replace('_', ' '))} {seen(given)}" for name, given in figure.parameters.items())
