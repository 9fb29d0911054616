"""The story that the demo tells, as values: chapters of sentences, figures, pictures and tables, each with its limits.

`hustings demo` fills it, prints it, keeps it as `story.json` and hands it to `hustings.report.story_page` for the page.
"""

__all__ = [
    "Chapter",
    "Columns",
    "Dots",
    "Fact",
    "Network",
    "Node",
    "Run",
    "Series",
    "Story",
    "Table",
    "Tie",
    "read_story",
    "story_json",
]

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure: what it is, its value as it is read, and beside it what it rests on or is compared with."""

    label: str
    value: str
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows for people: cells are text as shown; `figures` are the columns that align right.

    first   rows that are shown at once; the others are one step away. None shows all
    aside   columns that a narrow terminal leaves to the page
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    caption: str = ""
    first: int | None = None
    aside: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row of columns in a picture: a value above each label."""

    name: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Columns over one axis, one panel a series.

    labels   what stands below each column; `ticks` are the places whose label is written
    marked   places set apart by colour and by a mark above them
    """

    title: str
    caption: str
    labels: tuple[str, ...]
    ticks: tuple[int, ...]
    series: tuple[Series, ...]
    table: Table
    marked: tuple[int, ...] = ()
    kind: str = "columns"


@dataclass(frozen=True, kw_only=True)
class Dots:
    """Per row what was seen and what chance would show, on one scale of tens."""

    title: str
    caption: str
    labels: tuple[str, ...]
    seen: tuple[float, ...]
    by_chance: tuple[float, ...]
    unit: str
    table: Table
    kind: str = "dots"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A page in a picture. `sort` decides its shape: page, event or website; `group` its colour, None for none."""

    label: str
    sort: str = "page"
    group: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Two nodes by place; `named` are ties beyond chance, others are drawn with dashes."""

    a: int
    b: int
    named: bool
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Who is tied to whom; the table in step with it holds a row a tie."""

    title: str
    caption: str
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    table: Table
    kind: str = "network"


Picture = Columns | Dots | Network


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
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    runs: tuple[Run, ...] = ()
    commands: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole walk. `summary` is what a person should know after one minute, a line a chapter.

    sure, not_shown   how sure the whole is, and what it leaves open; both stand on the first screen
    """

    title: str
    summary: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    version: str
    seed: int
    sure: str = ""
    not_shown: str = ""


def story_json(story: Story) -> str:
    """The story as JSON text, keys in the order of the dataclasses."""
    return json.dumps(asdict(story), ensure_ascii=False, indent=1) + "\n"


def read_story(place: Path) -> Story:
    """The story from its JSON file."""
    value: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return Story(**{**value, "summary": tuple(value["summary"]), "chapters": tuple(map(_chapter, value["chapters"]))})


def _chapter(value: dict[str, Any]) -> Chapter:
    texts = {name: tuple(value[name]) for name in ("sentences", "not_shown", "commands")}
    return Chapter(**{
        **value, **texts, "facts": tuple(Fact(**fact) for fact in value["facts"]),
        "pictures": tuple(map(_picture, value["pictures"])), "tables": tuple(map(_table, value["tables"])),
        "runs": tuple(Run(**run) for run in value["runs"]), "files": tuple(map(tuple, value["files"])),
    })  # fmt: skip


def _table(value: dict[str, Any]) -> Table:
    return Table(**{
        **value, "columns": tuple(value["columns"]), "rows": tuple(map(tuple, value["rows"])),
        "figures": tuple(value["figures"]), "aside": tuple(value["aside"]),
    })  # fmt: skip


def _picture(value: dict[str, Any]) -> Picture:
    value = {**value, "table": _table(value["table"])}
    if value["kind"] == "network":
        return Network(**{
            **value, "nodes": tuple(Node(**node) for node in value["nodes"]),
            "ties": tuple(Tie(**tie) for tie in value["ties"]),
        })  # fmt: skip
    if value["kind"] == "dots":
        return Dots(**{**value, **{name: tuple(value[name]) for name in ("labels", "seen", "by_chance")}})
    series = tuple(Series(**{**one, "values": tuple(one["values"])}) for one in value["series"])
    return Columns(
        **{**value, **{name: tuple(value[name]) for name in ("labels", "ticks", "marked")}, "series": series}
    )
