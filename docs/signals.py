"""Write docs/reference/signals/*.md, a page per signal, and the table of docs/reference/signals.md, from their docstrings.

    .venv/bin/python docs/signals.py

A test sees that the pages hold what the docstrings say, and another that their examples come out as they are told.
"""

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

from hustings.detection.signals import SIGNALS, Signal

REFERENCE = Path(__file__).parent / "reference"
INDEX = REFERENCE / "signals.md"
PAGES = REFERENCE / "signals"
SECTION = re.compile(r"^([A-Z][a-z]+)  +(.*)$")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a docstring says: its first sentence, its sections, and its example as two tables of text."""

    first: str
    sections: dict[str, str]
    settings: dict[str, str]
    posts: list[dict[str, str]]
    traces: list[dict[str, str]]
    example: str


def told(signal: Signal) -> Told:
    """The docstring of a signal, taken apart."""
    text = inspect.cleandoc(signal.make.__doc__ or "")
    before, _, after = text.partition("\nExample")
    given, _, result = after.partition("\ngives\n")
    heading, _, posts = given.partition("\n")
    lines = before.splitlines()
    sections: dict[str, list[str]] = {}
    for line in lines[1:]:
        if match := SECTION.match(line):
            sections[match[1]] = [match[2]]
        elif line.strip() and sections:
            sections[list(sections)[-1]].append(line.strip())
    settings = dict(part.split(" = ") for part in heading.lstrip(", ").split(", ") if part)
    return Told(
        first=lines[0], sections={name: " ".join(part) for name, part in sections.items()}, settings=settings,
        posts=rows(posts), traces=rows(result), example=inspect.cleandoc(posts) + "\n\ngives\n\n" + inspect.cleandoc(result),
    )  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a table of text."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


NAMES = {
    "Reads": "Reads", "Alike": "What is alike", "Burst": "What a burst is", "Trace": "The trace", "At": "When, and which grounds",
    "Limits": "What it does not show", "Source": "Source",
}  # fmt: skip


def page(signal: Signal) -> str:
    """The page of one signal."""
    said = told(signal)
    needs = ", ".join(f"`{name}`" for name in signal.needs)
    how = "" if signal.default else f" Made only if asked for: `--with {signal.kind}`."
    parts = [
        f"<!-- Written by docs/signals.py from src/{signal.make.__module__.replace('.', '/')}.py: change it there. -->",
        f"# `{signal.kind}`: {signal.title[0].lower()}{signal.title[1:]}",
        f"{said.first} It needs {needs} of the posts table.{how}",
        *(f"**{NAMES[name]}.** {text[0].upper()}{text[1:]}" for name, text in said.sections.items()),
        "## Example" + "".join(f", {name} = {value}" for name, value in said.settings.items()),
        f"```\n{said.example}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The table of all signals."""
    lines = [
        f"| [`{s.kind}`](signals/{s.kind}.md) | {s.title} | {', '.join(f'`{name}`' for name in s.needs)} | {'yes' if s.default else 'no'} |"
        for s in SIGNALS.values()
    ]
    return (
        "\n".join(["| kind | what two actors share | needs | by default |", "| --- | --- | --- | --- |", *lines]) + "\n"
    )


def drawn(text: str) -> str:
    """The index with its table drawn again."""
    before, found, rest = text.partition("<!-- signals -->\n")
    assert found, "the page has no mark 'signals'"
    return before + found + index() + "<!-- end signals -->" + rest.partition("<!-- end signals -->")[2]


def main() -> None:
    """Rewrite the pages."""
    PAGES.mkdir(exist_ok=True)
    for old in PAGES.glob("*.md"):
        old.unlink()
    for signal in SIGNALS.values():
        (PAGES / f"{signal.kind}.md").write_text(page(signal), "utf-8")
    INDEX.write_text(drawn(INDEX.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
