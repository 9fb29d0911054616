"""`hustings demo`: the whole story once, in the terminal and as a page, on real data where it is there."""

__all__ = ["demo", "told"]

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

from hustings import __version__
from hustings.cli.chapters import CHAPTERS, Book
from hustings.cli.data import data_folder
from hustings.cli.progress import shown_progress
from hustings.cli.walk import Walk
from hustings.errors import EnvironmentLacks, HustingsError
from hustings.report.story import Chapter, Fact, Story, Table, story_json
from hustings.report.story_page import write
from hustings.writing import whole_file

TITLE = "What was bought, by whom, what was posted, and what an investigator gets"
# Columns of text where nobody says how wide the page is.
WIDTH = 110
# Columns that wrap, so that names have room.
NARROW = {"grounds": 9, "by chance": 6, "when": 10}


@click.command(epilog="Real data: HUSTINGS_DATA, else ../shared/data beside the checkout, else the simulator's season.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/demo"),
    show_default=True,
    help="Folder to write: report.html, story.json and every file the story rests on.",
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Folder of real data.")
@click.option("--simulated", is_flag=True, help="Take the simulator's season even where real data is there.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Fixes all chance.")
@click.option(
    "--load/--no-load",
    "load",
    default=True,
    show_default=True,
    help="Load what was found into the installation that `hustings up` serves.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the story as JSON instead.")
def demo(out: Path, data: Path | None, simulated: bool, seed: int, load: bool, as_json: bool) -> None:
    """Tell the whole story once: bought, by whom, posted, handed over.

    It ends by itself. A chapter whose real data is missing is told on a made-up season, and says so.
    """
    from hustings.serving.demo import TABLES

    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    console = Console(quiet=as_json, highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    book = Book(walk=Walk(out=out, data=None if simulated else data or data_folder(), seed=seed))
    console.print(f"\n[bold]Hustings.[/bold] {TITLE}.")
    chapters = []
    for number, (_, title, tell) in enumerate(CHAPTERS, 1):
        console.rule(f"[bold]{number}. {title}", align="left", style="dim")
        with shown_progress(quiet=as_json) as progress:
            book.walk.progress = progress
            chapter = told(tell, book)
        chapters.append(chapter)
        _print_chapter(console, chapter)
    story = Story(
        title=book.title or TITLE, summary=tuple(book.facts[key] for key, _, _ in CHAPTERS), chapters=tuple(chapters),
        version=__version__, seed=seed, sure=" ".join(book.sure.values()), not_shown=" ".join(book.left_open.values()),
    )  # fmt: skip
    with whole_file(out / "story.json") as part:
        part.write_text(story_json(story), encoding="utf-8")
    write(story, out / "report.html")
    with whole_file(out / TABLES) as part:
        searched = [
            (str(table.absolute()), title, rule, str(run.absolute())) for table, title, rule, run in book.walk.searched
        ]
        part.write_text(json.dumps(searched, indent=1, ensure_ascii=False), encoding="utf-8")
    loaded = load_into_installation(out / TABLES, quiet=as_json) if load else ""
    if as_json:
        click.echo(story_json(story), nl=False)
        return
    console.rule("[bold]In short", align="left", style="dim")
    short = Grid.grid(padding=(0, 2))
    for (_, title, _), line in zip(CHAPTERS, story.summary, strict=True):
        short.add_row(f"[bold]{title}", escape(line))
    console.print(short)
    console.print(f"\nThe report: {out / 'report.html'} ({time.monotonic() - began:.0f} s)")
    if loaded:
        console.print(escape(loaded))


def load_into_installation(tables: Path, *, quiet: bool) -> str:
    """Load what was found where `hustings up` serves it; gives what to say about it.

    Where that cannot be (no database to be had, or it is running), the story stands all the same.
    """
    from hustings.serving.demo import load_results
    from hustings.serving.folder import default_folder

    folder = default_folder()
    with shown_progress(quiet=quiet) as progress:
        progress.step("loading it into the platform")
        try:
            load_results(folder, tables, lambda _: None)
        except EnvironmentLacks as lack:
            return f"Not loaded into the platform: {lack}"
    return "Loaded into the platform: ./run up (or hustings up --demo) serves it, with people of a demo season to sign in as."


def told(tell: Callable[[Book], Chapter], book: Book) -> Chapter:
    """Tell a chapter; where the real data cannot be used, on the made-up season, saying why."""
    book.walk.forget()
    book.simulated = False
    try:
        return tell(book)
    except (HustingsError, FileNotFoundError) as error:
        if book.walk.data is None:
            raise
        why = str(error).splitlines()[0]
    # What is wrong with the real data is its owner's to mend; the story goes on, and says so.
    book.walk.forget()
    book.simulated = True
    chapter = tell(book)
    return replace(chapter, source=f"{chapter.source} The real data could not be used: {why}")


def _print_chapter(console: Console, chapter: Chapter) -> None:
    for sentence in chapter.sentences:
        console.print(escape(sentence))
    if chapter.facts:
        console.print()
        console.print(_facts(chapter.facts))
    for table in chapter.tables:
        console.print()
        console.print(_table(table))
        if table.caption:
            console.print(Padding(escape(table.caption), (0, 0, 0, 1)), style="dim")
    console.print()
    console.print(f"[bold]How sure.[/bold] {escape(chapter.sure)}")
    console.print("[bold]What this does not show.[/bold]")
    for line in chapter.not_shown:
        point = Grid.grid(padding=(0, 1))
        point.add_row(" -", escape(line))
        console.print(point)
    console.print(f"[bold]From.[/bold] {escape(chapter.source)}")
    console.print("[bold]Again:[/bold]")
    for command in chapter.commands:
        console.print(f"  {escape(command)}", style="dim", soft_wrap=True)
    console.print()


def _facts(facts: tuple[Fact, ...]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(justify="right", style="bold", no_wrap=True)
    grid.add_column(style="dim", ratio=1)
    for fact in facts:
        grid.add_row(*map(escape, (fact.label, fact.value, fact.beside)))
    return grid


def _table(table: Table) -> Grid:
    grid = Grid(title=table.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    shown = [place for place in range(len(table.columns)) if place not in table.aside]
    for place in shown:
        column = table.columns[place]
        side: Literal["left", "right"] = "right" if place in table.figures else "left"
        grid.add_column(column, justify=side, overflow="fold", max_width=NARROW.get(column))
    for row in table.rows[: table.first]:
        grid.add_row(*(escape(row[place]) for place in shown))
    return grid
