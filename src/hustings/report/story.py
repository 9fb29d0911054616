"""The story that the demo tells, as values: chapters of sentences, figures and tables, each with its limits.

`hustings demo` fills it, prints it, keeps it as `story.json` and hands it to `write` for the page.
"""

__all__ = ["Chapter", "Fact", "Run", "Story", "Table", "read_story", "story_json"]

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
    seconds: float | None = None


def story_json(story: Story) -> str:
    """The story as JSON text, keys in the order of the dataclasses."""
    return json.dumps(asdict(story), ensure_ascii=False, indent=1) + "\n"


def read_story(place: Path) -> Story:
    """The story from its JSON file."""
    value: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return Story(
        title=value["title"], summary=tuple(value["summary"]), chapters=tuple(map(_chapter, value["chapters"])),
        version=value["version"], seed=value["seed"], seconds=value["seconds"],
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
