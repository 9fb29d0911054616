"""`hustings traces`: a foreign table made into the trace table."""

__all__ = ["traces"]

import json
from pathlib import Path

import click

from hustings.cli.progress import shown_progress
from hustings.connectors.bundled import BUNDLED, find_mapping
from hustings.connectors.tracing import Told, write_traces


@click.command(short_help="Turn a foreign table into the trace table.")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "name",
    required=True,
    metavar="NAME_OR_FILE",
    help=f"A bundled mapping ({', '.join(BUNDLED)}) or a TOML file of yours.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the trace table goes: .parquet, .arrow or .csv.",
)
@click.option("--platform", metavar="NAME", help="The platform, instead of what the mapping says.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def traces(inputs: tuple[Path, ...], name: str, out: Path, platform: str | None, as_json: bool) -> None:
    """Turn tables of posts or ads into the trace table that all other commands read.

    INPUT is Parquet, Arrow, CSV or JSON Lines, the last two also packed (.gz, .zst). Several files are
    read as one. What takes no part is counted, with the reason and the first rows.
    """
    mapping = find_mapping(name)
    with shown_progress(quiet=as_json) as progress:
        made = write_traces(inputs, mapping, out, platform=platform, progress=progress)
    if as_json:
        click.echo(json.dumps(_said(made, mapping.name, out), ensure_ascii=False, indent=2))
    else:
        _print(made, out)


def _said(made: Told, mapping: str, out: Path) -> dict[str, object]:
    return {
        "out": str(out),
        "mapping": mapping,
        "read": made.read,
        "traces": made.events,
        "kinds": made.kinds,
        "repeats": made.repeats,
        "skipped": [{"reason": skip.reason, "count": skip.count, "first": list(skip.first)} for skip in made.skipped],
        "notes": list(made.notes),
    }


def _print(made: Told, out: Path) -> None:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in made.kinds.items())
    click.echo(f"{out}: {made.events:,} trace events ({kinds}) from {made.read:,} rows.")
    if made.repeats:
        click.echo(f"  {made.repeats:,} exact repeats count once.")
    for skip in made.skipped:
        click.echo(f"  Skipped {skip.reason}: {skip.count:,}; first: {', '.join(skip.first)}.")
    for note in made.notes:
        click.echo(f"  Note: {note}")
