"""`hustings red-team`: plant a made-up campaign in a table and see whether the search finds it."""

__all__ = ["red_team"]

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hustings.policy.red_team import Trial
    from hustings.policy.scenario import Scenario
    from hustings.simulator.trying import Searched


@click.command(
    "red-team",
    short_help="Plant a made-up campaign and see whether the search finds it.",
    epilog="Nobody is named in what is said, and the table is not written to. See docs/explanation/red-team.md.",
)
@click.argument("table", required=False, metavar="TABLE", type=click.Path(path_type=Path))
@click.option(
    "--scenario",
    "which",
    metavar="NAME|FILE",
    help="A ready scenario, or a file with one (TOML; JSON as --json prints it).",
)
@click.option("--list", "listed", is_flag=True, help="Say which scenarios are ready, and stop.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the first campaign.")
@click.option(
    "--seeds", type=int, default=1, show_default=True, help="Campaigns, one search each; seeds follow one another."
)
@click.option("--strength", type=float, help="Acts a day, instead of the scenario's.")
@click.option("--size", type=int, help="Accounts, instead of the scenario's.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def red_team(
    table: Path | None, which: str | None, listed: bool, seed: int, seeds: int, strength: float | None, size: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Plant a made-up campaign in TABLE (Parquet, Arrow or CSV) and search it as a live sweep does."""
    from hustings.cli.progress import shown_progress
    from hustings.policy.red_team import LARGEST_SEED, MOST_SEEDS
    from hustings.policy.scenario import ready
    from hustings.simulator.trying import tried

    if listed:
        tell_ready(ready().values(), as_json=as_json)
        return
    if table is None or which is None:
        raise click.UsageError("Name a table, and a scenario with --scenario; --list says which are ready.")
    if not 1 <= seeds <= MOST_SEEDS or seed > LARGEST_SEED:
        raise click.BadParameter(
            f"1 to {MOST_SEEDS} campaigns, from a seed of at most {LARGEST_SEED:,}.", param_hint="--seeds"
        )
    scenario = named(which).but(size=size, strength=strength)
    with tempfile.TemporaryDirectory(prefix="hustings-red-team-") as folder, shown_progress(quiet=as_json) as progress:
        place = Path(folder)
        trial = tried(
            table, scenario, range(seed, seed + seeds), lambda tables: searched(tables, place), place, progress
        )
    if as_json:
        click.echo(json.dumps(trial.told(), ensure_ascii=False))
    else:
        tell(trial)


def named(which: str) -> "Scenario":
    """A ready scenario by its name, or that of a file. Raises BadInput."""
    from hustings.errors import BadInput, Problem
    from hustings.policy.scenario import Scenario, read_scenarios, ready

    if which in ready():
        return ready()[which]
    try:
        content = Path(which).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("There is no such scenario.", [Problem(
            where="--scenario", found=repr(which), expected=f"one of {', '.join(ready())}, or a file",
            do="See hustings red-team --list.")]) from error  # fmt: skip
    if Path(which).suffix == ".json":
        try:
            return Scenario.of(json.loads(content), which)
        except (json.JSONDecodeError, AttributeError, TypeError) as error:
            raise BadInput("The scenario cannot be read.", [Problem(
                where=which, found=str(error), expected="one JSON object", do="Mend the file.")]) from error  # fmt: skip
    held = read_scenarios(content, which)
    if len(held) > 1:
        raise BadInput("The file does not say which scenario.", [Problem(
            where=which, found=f"{len(held)} scenarios", expected="one", do="Keep one in the file.")])  # fmt: skip
    return held[0]


def searched(tables: list[Path], place: Path) -> "Searched":
    """What the live search finds, in a process of its own. Raises HustingsError with what that process said."""
    import pyarrow.parquet as pq

    from hustings.detection.live import live_search
    from hustings.errors import HustingsError
    from hustings.simulator.trying import Searched

    out = Path(tempfile.mkdtemp(dir=place))
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "hustings", *live_search(tables, out)],
        capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"}, check=False,
    )  # fmt: skip
    seconds = round(time.perf_counter() - began, 2)
    if ended.returncode != 0:
        failed = HustingsError(ended.stderr.strip().removeprefix("hustings: ") or "The search ended without a word.")
        failed.exit_code = ended.returncode if ended.returncode in (2, 3) else 3
        raise failed
    run = json.loads((out / "run.json").read_text("utf-8"))
    members = pq.read_table(out / "members.parquet", columns=["finding", "platform", "actor"]).to_pylist()
    return Searched(
        members=[(row["finding"], (row["platform"], row["actor"])) for row in members],
        version=run["version"], settings=run["settings"], seconds=seconds,
    )  # fmt: skip


def tell_ready(scenarios: "Iterable[Scenario]", *, as_json: bool) -> None:
    """Say which scenarios are ready."""
    from hustings.exchange.disarm import techniques

    if as_json:
        click.echo(json.dumps([scenario.as_json() for scenario in scenarios], ensure_ascii=False))
        return
    for scenario in scenarios:
        click.echo(f"{scenario.name}: {scenario.title}. {scenario.about}")
        click.echo(
            f"  {scenario.style}; {scenario.size} accounts, {scenario.strength:g} acts a day, {scenario.days} days; "
            + ", ".join(str(techniques()[number]) for number in scenario.techniques)
        )


def tell(trial: "Trial") -> None:
    """Say what came of it."""
    from hustings.policy.red_team import LIMITS

    scenario = trial.scenario
    click.echo(
        f"{scenario.title} ({scenario.name}): {scenario.style}, {scenario.size} accounts, {scenario.strength:g} acts a day, "
        f"{trial.days:.1f} days, on {', '.join(trial.platforms)}, by {', '.join(trial.kinds)}."
    )
    click.echo(
        f"Without a plant: {trial.alone.findings:,} findings with {trial.alone.members:,} of {trial.table['actors']:,} actors."
    )
    click.echo("  seed  planted  found  together  beside  of them anew  other findings  lost")
    for one in trial.tries:
        click.echo(
            f"  {one.seed:>4}  {one.planted:>7}  {one.found:>5}  {one.together:>8}  {one.beside:>6}  {one.beside_anew:>12}"
            f"  {one.others:>14}  {one.lost:>4}"
        )
    click.echo(trial.sentence)
    for limit in LIMITS:
        click.echo(f"  {limit}")
