"""`hustings posts`: foreign exports made the posts table."""

__all__ = ["posts", "signals_of"]

import json
from pathlib import Path

import click

from hustings.cli.progress import shown_progress
from hustings.connectors.post_source import PostSource
from hustings.connectors.post_sources import POST_SOURCES, find_source
from hustings.connectors.posting import ToldPosts, write_posts


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    for source in POST_SOURCES.values():
        click.echo(f"{source.name}\n  {source.title}\n  reads    {source.files}\n  gives    {', '.join(source.gives)}")
        if source.extra:
            click.echo(f"  beside   {', '.join(source.extra)}")
        click.echo(f"  signals  {', '.join(signals_of(source))}")
    click.echo("docs/reference/sources.md tells of each what it lacks.")
    context.exit()


def signals_of(source: PostSource) -> list[str]:
    """The signals that can be asked of a source: those whose columns it can fill."""
    from hustings.detection.signals import SIGNALS

    return [
        kind for kind, signal in SIGNALS.items() if set(signal.needs) <= set(source.gives) and kind not in source.never
    ]


@click.command(short_help="Turn exports of platforms into the posts table.")
@click.argument("inputs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as",
    "name",
    required=True,
    metavar="SOURCE",
    help=f"What the files are: {', '.join(POST_SOURCES)}, or a TOML file of yours.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the posts go: .parquet or .arrow.",
)
@click.option("--platform", metavar="NAME", help="The platform, instead of the source's own.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="Show the sources, and end."
)
def posts(inputs: tuple[Path, ...], name: str, out: Path, platform: str | None, as_json: bool) -> None:
    """Turn exports of a platform, as its interfaces and programs write them, into the posts table.

    All files are of one source and become one table; they may be packed (.gz, .zst), and a folder or a zip stands for
    the tables or JSON in it. A post that stands in several is one row. What is no post is counted, with the reason
    and the first places. Nothing is fetched.
    """
    source = find_source(name)
    with shown_progress(quiet=as_json) as progress:
        made = write_posts(inputs, source, out, platform=platform, progress=progress)
    if as_json:
        click.echo(json.dumps(_said(made, name, out), ensure_ascii=False, indent=2))
    else:
        _print(made, out)


def _said(made: ToldPosts, name: str, out: Path) -> dict[str, object]:
    return {
        "out": str(out),
        "source": name,
        "read": made.read,
        "posts": made.posts,
        "repeats": made.repeats,
        "filled": made.filled,
        "skipped": [{"reason": skip.reason, "count": skip.count, "first": list(skip.first)} for skip in made.skipped],
        "notes": list(made.notes),
    }


def _print(made: ToldPosts, out: Path) -> None:
    click.echo(f"{out}: {made.posts:,} posts.")
    needed = {"platform", "actor", "content", "at"}
    click.echo(
        "  With " + ", ".join(f"{name} {count:,}" for name, count in made.filled.items() if name not in needed) + "."
    )
    if made.repeats:
        click.echo(f"  {made.repeats:,} posts stood there more than once and count once.")
    for skip in made.skipped:
        click.echo(f"  Skipped {skip.reason}: {skip.count:,}; first: {', '.join(skip.first)}.")
    for note in made.notes:
        click.echo(f"  Note: {note}")
