"""`hustings staffing`: how many people the work of elections needs."""

__all__ = ["staffing"]

import json
import tomllib
from datetime import date, datetime
from pathlib import Path

import click

from hustings.errors import BadInput, Problem


@click.group()
def staffing() -> None:
    """How many people review needs, of which kind, by when."""


@staffing.command(epilog="The files are described in docs/explanation/staffing.md.")
@click.argument("assumptions", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--history", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV of earlier elections' work."
)
@click.option("--from", "today", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day from which to plan.")
@click.option("--weeks", type=click.IntRange(1, 104), default=30, show_default=True, help="How many weeks.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the simulated weeks.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def plan(assumptions: Path, history: Path | None, today: datetime, weeks: int, seed: int, as_json: bool) -> None:
    """Plan from ASSUMPTIONS (TOML or JSON): how many more people, of which kind, by when.

    The busiest weeks of the plan are simulated, and it asks for more where something would be late.
    """
    from hustings.cli.progress import shown_progress
    from hustings.staffing import plan_document
    from hustings.staffing.forecast import learn
    from hustings.staffing.plan import check

    asked = plan_document.assumptions(read(assumptions))
    model = None
    if history is not None:
        with history.open(encoding="utf-8-sig", newline="") as lines:
            model = learn(plan_document.history(lines))
    day: date = today.date()
    with shown_progress(quiet=as_json) as progress:
        made = check(asked, model, today=day, weeks=weeks, seed=seed, progress=progress)
    said = plan_document.told(made, day)
    if as_json:
        click.echo(json.dumps(said))
        return
    for each in said["answers"]:
        click.echo(each["sentence"])
    worst = min(each["worst"] for each in said["simulated"])
    click.echo(
        f"Simulated: the busiest weeks, {len(made.floors)} times, with the people of the plan where much comes: in the "
        f"worst week of the worst kind {worst:.1%} were in time; people were busy {said['simulated'][0]['occupancy']:.0%}."
    )
    for each in said["limits"]:
        click.echo(f"  {each}")


def read(path: Path) -> dict[str, object]:
    """A document in TOML or JSON.

    Raises   BadInput
    """
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput("The assumptions cannot be read.", [Problem(
            where=str(path), found=str(error), expected="TOML, or JSON where the name ends so", do="Mend the file.")]) from error  # fmt: skip
    if not isinstance(said, dict):
        raise BadInput("The assumptions cannot be read.", [Problem(
            where=str(path), found=type(said).__name__, expected="an object", do="Mend the file.")])  # fmt: skip
    return said
