"""The hearing book as a file: a page that asks nobody for anything, and a table."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC
from importlib import resources

from hustings.apps.cases.disclosing.hearings import Compared, Line
from hustings.apps.cases.models import Hearing, HearingAnswer
from hustings.apps.console.marking import of_label
from hustings.apps.console.table import safe
from hustings.report.run_page import seen

__all__ = ["page", "table"]

COLUMNS = (
    "number", "question", "asked by", "due", "kind", "who", "answer or definition", "figure", "as of", "value", "unit", "rows", "query",
    "caveat", "source", "approved by",
)  # fmt: skip


def moment(said_so: HearingAnswer) -> str:
    """As of when a figure was asked."""
    return said_so.figure_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if said_so.figure_at else ""


def table(hearing: Hearing, lines: Sequence[Line]) -> str:
    """A line for each answer, then one for each company's figure and for what differs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, "marking"])
    marking = of_label(hearing.case.item.label).words
    for line in lines:
        asked = [line.question.number, line.question.text, line.question.asked_by, line.question.due_on or ""]
        rows: list[list[object]] = [["answer", "", "nobody has answered", *[""] * 9]]
        if line.answer is not None:
            one = line.answer
            rows = [["answer", one.by.person.name, one.text, one.figure, moment(one), one.value, "", "" if one.rows is None else one.rows,
                     one.query, one.caveat, "", line.approval.by.person.name if line.approval else ""]]  # fmt: skip
        for group in line.companies:
            rows += [["company", one.company, one.definition, "", one.said_on, f"{one.value.normalize():f}", one.unit, "", "", "", one.source, ""]
                     for one in group.figures]  # fmt: skip
        if line.reconciled is not None:
            rows.append(["what differs", line.reconciled.by.person.name, line.reconciled.words, *[""] * 9])
        for row in rows:
            writer.writerow([*(safe(cell) for cell in [*asked, *row]), marking])
    return text.getvalue()


def page(hearing: Hearing, lines: Sequence[Line]) -> str:
    """The whole book as one page without script; equal books give equal bytes."""
    style = resources.files("hustings.report.documents").joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    marking = of_label(hearing.case.item.label).words
    on = f" On {hearing.on.isoformat()}." if hearing.on else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{seen(hearing.title)}</title><style>{style}</style></head><body>"
        f'<header><span>Hearing book</span> <span class="mark">{seen(marking)}</span></header>'
        f'<main><h1>{seen(hearing.title)}</h1><p class="lede">Asked by {seen(hearing.body)}.{on} Every number is a stored query with its moment, the rows beneath it and '
        "what it does not say; what a second person has not approved is marked so.</p>"
        f"{''.join(section(line) for line in lines)}</main></body></html>\n"
    )


def section(line: Line) -> str:
    """One question."""
    one, parts = line.question, []
    said = "".join(
        [
            f" Asked by {seen(one.asked_by)}." if one.asked_by else "",
            f" Due {one.due_on.isoformat()}." if one.due_on else "",
        ]
    )
    parts.append(f"<section><h2>{one.number}. {seen(one.text)}</h2>{f'<p>{said.strip()}</p>' if said else ''}")
    if line.answer is None:
        parts.append("<p>Nobody has answered it.</p>")
    else:
        by = f"Approved by {seen(line.approval.by.person.name)}." if line.approval else "Not approved."
        parts.append(
            f"<p>{seen(line.answer.text)}</p><p>{seen(line.answer.by.person.name)}. {by}</p>{figure(line.answer)}"
        )
    parts += [companies(group) for group in line.companies]
    if line.reconciled is not None:
        parts.append(f"<p>What differs: {seen(line.reconciled.words)} ({seen(line.reconciled.by.person.name)})</p>")
    return "".join([*parts, "</section>"])


def figure(said_so: HearingAnswer) -> str:
    """The figure of an answer."""
    if not said_so.figure:
        return ""
    rows = [
        ("Figure", said_so.value),
        ("As of", moment(said_so)),
        ("Rows beneath", f"{said_so.rows or 0:,}"),
        ("Query", said_so.query),
        ("What it does not say", said_so.caveat),
    ]
    return "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{seen(value)}</dd></div>" for name, value in rows) + "</dl>"


def companies(group: Compared) -> str:
    """What companies say in one unit."""
    head = "".join(
        f'<th scope="col">{one}</th>' for one in ("Company", seen(group.unit), "What it counts", "Said on", "Where")
    )
    body = "".join(
        f'<tr><th scope="row">{seen(one.company)}</th><td>{one.shown}</td><td>{seen(one.definition)}</td><td>{one.said_on.isoformat()}</td><td>{seen(one.source)}</td></tr>'
        for one in group.figures
    )
    alike = (
        "All count by the same words."
        if group.alike
        else f"They count by {group.definitions} different definitions: the numbers cannot be added or put in order as they are."
    )
    return f'<div class="scroll" role="region" aria-label="In {seen(group.unit)}" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div><p>From {group.span}. {alike}</p>'
