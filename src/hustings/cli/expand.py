"""`hustings expand`: search from a tip."""

__all__ = ["expand"]

import csv
import json
import resource
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hustings.cli.links import Duration

if TYPE_CHECKING:
    from hustings.detection.seeds import Seed


@click.command(short_help="Search from a tip: who is tied to these beyond chance.")
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path(path_type=Path))
@click.option(
    "--seeds",
    "tip",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The tip: one actor, trace or content a line, or a CSV with the header what,id.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the result.")
@click.option(
    "--hops", type=click.IntRange(1, 20), default=3, show_default=True, help="How often to search on from those found."
)
@click.option(
    "--on",
    "ground",
    type=click.Choice(["timing", "content", "both"]),
    default="timing",
    show_default=True,
    help="What ties: closeness in time, rare things shared, or both.",
)
@click.option(
    "--window", type=Duration(), default="60s", show_default=True, metavar="TIME", help="Closer than this is close."
)
@click.option(
    "--fdr",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.05,
    show_default=True,
    help="False discovery rate over the candidates looked at.",
)
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def expand(
    inputs: tuple[Path, ...], tip: Path, out: Path, hops: int, ground: str, window: timedelta, fdr: float, as_json: bool
) -> None:
    """Name every actor that is tied to a tip beyond chance, hop by hop, with the posts that tie it.

    The tip is a text file with one name a line (an actor, a trace, or the content of a post, as the trace table has
    it), or a CSV with the columns what (actor, trace, content) and id, and if need be platform and kind. OUT gets
    members.parquet, evidence.parquet, expand.json and run.json. Nobody is named for having led or for being copied.
    """
    from hustings import __version__
    from hustings.cli.progress import shown_progress
    from hustings.detection.expand import ExpandSettings
    from hustings.detection.expand import expand as run
    from hustings.detection.run_files import write_expansion
    from hustings.detection.seeds import find_seeds
    from hustings.detection.settings import DetectSettings
    from hustings.detection.traces import read_traces
    from hustings.writing import whole_folder

    began = time.perf_counter()
    grounds = ("timing", "content") if ground == "both" else (ground,)
    detect = DetectSettings(window=window, rate=fdr)
    settings = ExpandSettings(hops=hops, grounds=grounds, detect=detect)
    names = read_tip(tip)
    with shown_progress(quiet=as_json) as progress:
        progress.step("Reading traces")
        traces = read_traces(inputs)
        seeds = find_seeds(traces, names, detect.rarest)
        found = run(traces, seeds, settings, progress)
        with whole_folder(out, last="run.json") as folder:
            measured = {
                "seconds": round(time.perf_counter() - began, 2),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
            write_expansion(found, seeds, folder, inputs=[*inputs, tip], version=__version__, measured=measured)
    said = {
        "out": str(out),
        "seeds": len(seeds.actors),
        "named": len(found.members),
        "looked_at": list(found.looked_at),
        **measured,
    }
    if as_json:
        click.echo(json.dumps(said))
        return
    click.echo(
        f"From {len(seeds.actors)} actors of the tip, {sum(found.looked_at):,} candidates were looked at on {len(found.looked_at)} hops: "
        f"{len(found.members)} are tied to it beyond chance, of which about {fdr:.0%} by luck. Files in {out}"
    )
    for row in found.members.slice(0, 10).to_pylist():
        click.echo(
            f"  hop {row['hop']}: {row['actor']} ({row['platform']}), p {row['p']:.2g}, close on {row['close']} of {row['occasions']} days"
        )
    for platform, actor in found.led[:5]:
        click.echo(f"  not named: {actor} ({platform}) was always first: it leads them or is copied by them")


def read_tip(place: Path) -> list["Seed"]:
    """The names of a tip file: plain lines (blank ones and `#` comments aside), or a CSV with what,id."""
    from hustings.detection.seeds import WHAT, Seed
    from hustings.errors import BadInput, Problem

    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = Problem(
            where=str(place), found=str(error), expected="a readable UTF-8 text file", do="Name the file of the tip."
        )
        raise BadInput("The tip cannot be read.", [what]) from error
    lines = text.splitlines()
    header = next(csv.reader(lines[:1]), [])
    if not {"what", "id"} <= set(header):
        return [
            Seed(name=line.strip(), where=f"{place} line {n}")
            for n, line in enumerate(lines, 1)
            if line.strip() and not line.startswith("#")
        ]
    seeds, problems = [], []
    for number, row in enumerate(csv.DictReader(lines), 2):
        where = f"{place} line {number}"
        if row["what"] not in WHAT or not row["id"]:
            problems.append(
                Problem(
                    where=where,
                    found=f"what={row['what']!r}, id={row['id']!r}",
                    expected=f"what one of {', '.join(WHAT)} and an id",
                    do="Mend the line.",
                )
            )
            continue
        seeds.append(
            Seed(
                name=row["id"],
                what=row["what"],
                platform=row.get("platform") or None,
                kind=row.get("kind") or None,
                where=where,
            )
        )
    if problems:
        raise BadInput("The tip cannot be read.", problems)
    return seeds
