"""The story that the demo tells, as values: chapters of sentences, figures and tables, each with its limits.

`hustings demo` fills it, prints it, keeps it as `story.json` and hands it to `write` for the page.
"""

__all__ = ["Chapter", "Fact", "Run", "Story", "Table", "read_story", "story_json", "write"]

import json
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from hustings.writing import whole_file


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure: what it is, its value as it is read, and beside it what it rests on or is compared with."""

    label: str
    value: str
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows for people: cells are text as shown; `figures` are the columns that align right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished `hustings detect`, whose own files and report lie in a folder beside the story.

    folder      relative to the story; holds links, members, findings.json, evidence, run.json, report.html
    findings    how many findings are worth opening with, surest first; the rest is one step away
    """

    title: str
    folder: str
    findings: int = 5


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One step of the story.

    key          bought, by-whom, posted or handed-over
    sentences    what is the case, in words that minister, reporter and accused would read the same way
    sure         how sure that is, and what says so
    not_shown    what it does not show; stands beside the claim
    source       where the rows come from, in a sentence; `simulated` tells whether they are made up
    commands     how to get every figure again
    files        name -> path relative to the story, for whom wants the rows
    """

    key: str
    title: str
    sentences: tuple[str, ...]
    sure: str
    not_shown: tuple[str, ...]
    source: str
    simulated: bool
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    runs: tuple[Run, ...] = ()
    commands: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole walk. `summary` is what a person should know after one minute."""

    title: str
    summary: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    version: str
    seed: int


def story_json(story: Story) -> str:
    """The story as JSON text, keys in the order of the dataclasses."""
    return json.dumps(asdict(story), ensure_ascii=False, indent=1) + "\n"


def read_story(place: Path) -> Story:
    """The story from its JSON file."""
    value: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return Story(
        title=value["title"], summary=tuple(value["summary"]), chapters=tuple(map(_chapter, value["chapters"])),
        version=value["version"], seed=value["seed"],
    )  # fmt: skip


def _chapter(value: dict[str, Any]) -> Chapter:
    tables = tuple(
        Table(**{**table, "columns": tuple(table["columns"]), "rows": tuple(map(tuple, table["rows"])),
                 "figures": tuple(table["figures"])})
        for table in value["tables"]
    )  # fmt: skip
    texts = {name: tuple(value[name]) for name in ("sentences", "not_shown", "commands")}
    return Chapter(**{
        **value, **texts, "tables": tables, "facts": tuple(Fact(**fact) for fact in value["facts"]),
        "runs": tuple(Run(**run) for run in value["runs"]), "files": tuple(map(tuple, value["files"])),
    })  # fmt: skip


# Ballot paper, ink and one signal colour; contrast on paper at least 5.7 to 1, on the dark sheet more.
STYLE = """
:root{--paper:#faf8f3;--sheet:#fff;--line:#ddd8cb;--ink:#1d2433;--quiet:#5b6372;--signal:#0b6b66;--warn:#9a4a00;--soft:#fbeedd}
@media(prefers-color-scheme:dark){:root{--paper:#14181f;--sheet:#1b212b;--line:#333c4a;--ink:#e9e6dd;--quiet:#a3abb8;--signal:#5cc7bd;
--warn:#f0b070;--soft:#3a2a17}}
*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:24px;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-feature-settings:"tnum","lnum"}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 8px}h2{font-size:1.3rem;margin:40px 0 8px;border-top:2px solid var(--ink);padding-top:16px}
h3{font-size:1.05rem;margin:24px 0 8px}a{color:var(--signal)}:focus-visible{outline:3px solid var(--signal);outline-offset:2px}
.lede{font-size:1.1rem;max-width:66ch;margin:0 0 12px}.quiet{color:var(--quiet);font-size:.875rem}
dl{display:grid;grid-template-columns:max-content max-content 1fr;gap:2px 16px}dt,.beside{color:var(--quiet)}
dd{margin:0}.value{font-weight:600;text-align:right}
.note{border-left:4px solid var(--warn);background:var(--soft);padding:8px 16px;max-width:72ch}.note ul{margin:4px 0;padding-left:20px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;background:var(--sheet)}
caption{text-align:left;font-weight:600;padding:8px 0}th{text-align:left;border-bottom:2px solid var(--line);padding:6px 8px}
td{border-bottom:1px solid var(--line);padding:6px 8px;vertical-align:top}.number{text-align:right;white-space:nowrap}
pre{white-space:pre-wrap;background:var(--sheet);border:1px solid var(--line);padding:8px 16px}
.mark{border:1px solid var(--warn);color:var(--warn);border-radius:99px;padding:0 8px;font-size:.8rem}
@media(max-width:700px){dl{grid-template-columns:1fr 1fr}.beside{grid-column:1/-1}}
@media print{body{max-width:none}nav{display:none}a[href^="#"]{color:inherit}}
"""


def write(story: Story, place: Path) -> None:
    """Write the story as one page that needs no other file; links lead to the files beside it."""
    chapters = "".join(_section(number, chapter, place.parent) for number, chapter in enumerate(story.chapters, 1))
    short = "".join(
        f'<li><a href="#{chapter.key}">{escape(chapter.title)}</a>. {escape(line)}</li>'
        for chapter, line in zip(story.chapters, story.summary, strict=True)
    )
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(story.title)}</title><style>{STYLE}</style><main><h1>{escape(story.title)}</h1>"
        f'<ol class="lede">{short}</ol><p class="quiet">Made by Hustings {escape(story.version)}, seed {story.seed}.</p>{chapters}</main></html>\n'
    )
    with whole_file(place) as part:
        part.write_text(page, encoding="utf-8")


def _section(number: int, chapter: Chapter, beside: Path) -> str:
    """A chapter: the sentences, how sure, what is not shown, then figures and rows."""
    mark = ' <span class="mark">made up</span>' if chapter.simulated else ""
    sentences = "".join(f'<p class="lede">{escape(sentence)}</p>' for sentence in chapter.sentences)
    limits = "".join(f"<li>{escape(line)}</li>" for line in chapter.not_shown)
    facts = "".join(
        f'<dt>{escape(fact.label)}</dt><dd class="value">{escape(fact.value)}</dd><dd class="beside">{escape(fact.beside)}</dd>'
        for fact in chapter.facts
    )
    pages = [(f"{run.title}: the report", f"{run.folder}/report.html") for run in chapter.runs]
    links = [*((name, path) for name, path in pages if (beside / path).exists()), *chapter.files]
    files = ", ".join(f'<a href="{escape(path)}">{escape(name)}</a>' for name, path in links)
    return (
        f'<section id="{escape(chapter.key)}"><h2>{number}. {escape(chapter.title)}{mark}</h2>{sentences}'
        f"<p><b>How sure.</b> {escape(chapter.sure)}</p>"
        f'<div class="note"><b>What this does not show.</b><ul>{limits}</ul></div>'
        + (f"<dl>{facts}</dl>" if facts else "")
        + "".join(map(_rows, chapter.tables))
        + f'<p class="quiet">From: {escape(chapter.source)}</p>'
        + (f"<p>Rows and reports: {files}.</p>" if files else "")
        + f"<h3>Again</h3><pre>{escape(chr(10).join(chapter.commands))}</pre></section>"
    )


def _rows(table: Table) -> str:
    side = [' class="number"' if number in table.figures else "" for number in range(len(table.columns))]
    head = "".join(
        f'<th scope="col"{cls}>{escape(column)}</th>' for cls, column in zip(side, table.columns, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(f"<td{cls}>{escape(cell)}</td>" for cls, cell in zip(side, row, strict=True)) + "</tr>"
        for row in table.rows
    )
    caption = f'<p class="quiet">{escape(table.caption)}</p>' if table.caption else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.title)}"><table><caption>{escape(table.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{caption}"
    )
