"""`hustings train`: learn from labelled texts what is political."""

__all__ = ["train"]

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hustings.screening.political.politics import Politics


@click.group(short_help="Learn from labelled texts what is political.")
def train() -> None:
    """Make a model from labelled texts."""


@train.command(short_help="Learn what tells political ads from others.")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with one file a country, such as en-AU.jsonl: one JSON object a line with label, text and page. "
    "[default: political-text-seeds in the data folder]",
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File for the model.")
@click.option("--json", "as_json", is_flag=True, help="Say the error rates as JSON.")
def political(seeds: Path | None, out: Path, as_json: bool) -> None:
    """Make the model that `hustings screen --model FILE` judges by, and print its error rates by language.

    The rates are those on pages, and where pages are not known on whole countries, that were set aside while learning.
    The file holds numbers and no text of the seeds.
    """
    from hustings.cli.model import learnt, seeds_folder
    from hustings.cli.progress import shown_progress
    from hustings.errors import EnvironmentLacks

    began = time.perf_counter()
    folder = seeds or seeds_folder()
    if folder is None:
        raise EnvironmentLacks("The labelled texts are not here. Name their folder with --seeds, or set HUSTINGS_DATA.")
    with shown_progress(quiet=as_json) as progress:
        model = learnt(folder, progress)
    model.save(out)
    if as_json:
        click.echo(json.dumps({"out": str(out), "seconds": round(time.perf_counter() - began, 1), **model.facts}))
        return
    click.echo(f"{out}: learnt from {model.facts['texts']:,} texts in {time.perf_counter() - began:.0f} s.")
    for line in told(model):
        click.echo(line)


def told(model: "Politics") -> list[str]:
    """Error rates by language, as a table."""
    rows = [f"{'language':10}{'texts':>8}{'threshold':>11}{'precision':>11}{'recall':>8}{'misses':>8}{'Brier':>8}"]
    for name, each in model.facts["measured"].items():
        rows.append(
            f"{name:10}{each['texts']:>8,}{each['threshold']:>11.2f}{each['precision']:>11.3f}{each['recall']:>8.3f}"
            f"{each['miss_rate']:>8.3f}{each['brier']:>8.3f}"
        )
    rows.append("On pages, or countries, set aside. `other`: a language none of whose texts was learnt from.")
    carried = model.facts["carried"]
    if carried:
        misses = [each["miss_rate"] for each in carried.values()]
        rows.append(
            "Misses where the threshold too comes from other pages: "
            + ", ".join(f"{name} {each['miss_rate']:.3f}" for name, each in carried.items())
            + f"; worst to best {max(misses) / max(min(misses), 1e-9):.2f}."
        )
    precise = "; ".join(
        f"{title}: " + ", ".join(f"{name} {each['precision_at_80']:.3f}" for name, each in model.facts[kind].items())
        for title, kind in (("by text alone", "by_country"), ("with ten other ads of the sponsor", "beside"))
        if model.facts[kind]
    )
    rows.append(f"Highest precision at recall 0.80 {precise}.")
    return rows
