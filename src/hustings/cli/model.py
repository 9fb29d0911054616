"""The model that tells political ads, made once from the seeds and kept in the cache folder."""

__all__ = ["political_model", "read_seeds", "seeds_folder"]

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hustings.cli.data import data_folder
from hustings.errors import BadInput, Problem
from hustings.progress import Progress, Silent

if TYPE_CHECKING:
    from hustings.screening.political.politics import Politics
    from hustings.screening.political.seed import Seed

SEEDS = "political-text-seeds"
LABELS = {"political": True, "not_political": False}
MOST_PROBLEMS = 20
# What a model is made by: another version of any of these makes another one.
CODE = Path(__file__).resolve().parents[1] / "screening" / "political"


def political_model(
    progress: Progress | None = None, *, model: Path | None = None, seeds: Path | None = None
) -> "Politics | None":
    """Give the model: the file named by `model`, else the kept one, else made now from the seeds and kept.

    Where there are no seeds, one line on standard error says so and None is given: then nothing is known of what is
    political, and every ad goes to a person.
    """
    from hustings.screening.political.politics import Politics

    progress = progress or Silent()
    if model is not None:
        return Politics.load(model)
    folder = seeds or seeds_folder()
    if folder is None:
        click.echo(
            "No political model: the labelled texts are not here (HUSTINGS_DATA/political-text-seeds), and none was "
            "named with --model. Whether an ad is political is left to a person. Make one: hustings train political "
            "--seeds DIR --out FILE.",
            err=True,
        )
        return None
    kept = cache_folder() / f"political-{_digest(folder)}.npz"
    if kept.is_file():
        try:
            return Politics.load(kept)
        except BadInput:
            click.echo(f"The kept model {kept} is damaged; it is made again.", err=True)
    click.echo("Making the political model from the labelled texts, once; this takes a minute.", err=True)
    made = learnt(folder, progress)
    try:
        made.save(kept)
    except OSError as error:
        click.echo(f"The model could not be kept ({error}); it will be made again next time.", err=True)
    return made


def learnt(folder: Path, progress: Progress) -> "Politics":
    """A model from the seeds of a folder."""
    from hustings.screening.political.train import train

    progress.step("Reading labelled texts")
    return train(read_seeds(folder), progress=progress)


def seeds_folder() -> Path | None:
    """The folder of labelled texts in the data folder, or None."""
    data = data_folder()
    return data / SEEDS if data and (data / SEEDS).is_dir() else None


def cache_folder() -> Path:
    """Where what can be made again is kept: XDG_CACHE_HOME/hustings, else ~/.cache/hustings."""
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "hustings"


def read_seeds(folder: Path) -> list["Seed"]:
    """Labelled texts of a folder: one file a country (en-AU.jsonl), one JSON object a line with label, text, page.

    Raises BadInput with every problem, up to twenty.
    """
    from hustings.screening.political.seed import Seed

    seeds: list[Seed] = []
    problems: list[Problem] = []
    for place in _files(folder):
        try:
            lines = place.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(_problem(str(place), str(error), "a readable UTF-8 file"))
            continue
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                seeds.append(
                    Seed(
                        text=str(row["text"]), political=LABELS[row["label"]], country=place.stem, page=row.get("page")
                    )
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                problems.append(
                    _problem(
                        f"{place} line {number}", f"{type(error).__name__} {error}",
                        "a JSON object with text, label (political or not_political) and page",
                    )
                )  # fmt: skip
    if problems:
        more = f" (the first {MOST_PROBLEMS} of {len(problems):,})" if len(problems) > MOST_PROBLEMS else ""
        raise BadInput(f"The labelled texts cannot be read{more}.", problems[:MOST_PROBLEMS])
    return seeds


def _files(folder: Path) -> Sequence[Path]:
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    if not files:
        raise BadInput(
            "There are no labelled texts.",
            [_problem(str(folder), "no *.jsonl file", "a folder with one file a country, such as en-AU.jsonl")],
        )
    return files


def _problem(where: str, found: str, expected: str) -> Problem:
    return Problem(where=where, found=found, expected=expected, do="Mend it, or name another folder with --seeds.")


def _digest(folder: Path) -> str:
    """Of the seeds and of the code and lexicon that a model is made by."""
    told = sha256()
    for place in [*_files(folder), *sorted(CODE.glob("*.py")), *sorted(CODE.glob("*.toml"))]:
        told.update(place.name.encode())
        told.update(sha256(place.read_bytes()).digest())
    return told.hexdigest()[:20]
