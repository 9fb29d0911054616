"""`hustings simulate`: make an election season with planted campaigns."""

__all__ = ["simulate"]

import json
from pathlib import Path

import click


@click.command(epilog="Everything is invented. Same seed and settings, same bytes. See docs/how-to/simulate.md.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write.")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Which season of all those possible.")
@click.option(
    "--actors", type=int, default=3_000, show_default=True, help="Ordinary people's accounts (about 20 rows each)."
)
@click.option("--campaigns", type=int, default=7, show_default=True, help="Planted campaigns; seven show every style.")
@click.option(
    "--strength", type=float, default=1.0, show_default=True, help="How often campaigns act; 0.25 is hard to see."
)
@click.option("--days", type=int, default=42, show_default=True, help="Length of the season; it ends on election day.")
@click.option(
    "--layout",
    "layouts",
    multiple=True,
    metavar="SOURCE",
    help="Also write the posts as that source would (a folder of its name); `hustings posts --list` tells which.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def simulate(
    out: Path,
    seed: int,
    actors: int,
    campaigns: int,
    strength: float,
    days: int,
    layouts: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make an election season on three platforms: people, newsrooms, parties, planted campaigns, ads."""
    import numpy as np

    from hustings.cli.progress import shown_progress
    from hustings.simulator import SeasonSettings
    from hustings.simulator import simulate as make
    from hustings.simulator.files import write_season
    from hustings.simulator.layouts import LAYOUTS

    if unknown := [name for name in layouts if name not in LAYOUTS]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(LAYOUTS)}.", param_hint="--layout")
    settings = SeasonSettings(actors=actors, campaigns=campaigns, strength=strength, days=days)
    with shown_progress(quiet=as_json) as progress:
        season = make(settings, np.random.default_rng(seed), progress)
        rows = write_season(season, out, seed=seed, layouts=[LAYOUTS[name] for name in dict.fromkeys(layouts)])
    if as_json:
        click.echo(json.dumps({"out": str(out), "seed": seed, "rows": rows}))
        return
    click.echo(f"{out}: a season of {days} days, seed {seed}.")
    for name, count in rows.items():
        click.echo(f"  {name:<18} {count:>10,} rows")
    click.echo(f"Look for the planted: hustings detect {out / 'traces.parquet'} --out {out / 'found'}")
