"""`hustings detect`: find groups of actors that act as one."""

__all__ = ["detect"]

import json
import resource
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hustings.cli.links import Duration
from hustings.cli.spark import address, spark_options, spark_session

if TYPE_CHECKING:
    from hustings.detection.detect import Detection
    from hustings.detection.overt import Declared
    from hustings.detection.settings import DetectSettings
    from hustings.progress import Progress


@click.command(short_help="Find groups of actors that act as one.")
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path())
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the run's files."
)
@click.option(
    "--window", type=Duration(), default="60s", show_default=True, metavar="TIME", help="Closer than this is close."
)
@click.option(
    "--horizon",
    type=Duration(),
    metavar="TIME",
    help="Within this two posts are compared at all. [default: 30 windows]",
)
@click.option(
    "--fdr",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.05,
    show_default=True,
    help="False discovery rate of links, and of members.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the search for communities.")
@click.option(
    "--declared",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Allow list (owner, platform, actor, reason, author): groups of one owner are set apart.",
)
@click.option(
    "--same-actor",
    "same",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Accounts of one person (platform, actor, person, evidence, author): shown and counted as one in findings.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark", "reference"]),
    default="local",
    show_default=True,
    help="spark: the same findings on a cluster, TRACES being addresses that its workers reach. "
    "reference: the plain, slow reading of the same tests.",
)
@spark_options
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def detect(
    inputs: tuple[str, ...], out: Path, window: timedelta, horizon: timedelta | None, fdr: float, seed: int,
    declared: Path | None, same: Path | None, engine: str, master: str | None, conf: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Find groups of actors that acted together, with evidence and a stated error rate.

    TRACES is a trace table (Parquet, Arrow or CSV; several are read as one). OUT gets links.parquet,
    layers.parquet, members.parquet, findings.json, evidence.parquet, run.json and report.html. A finding
    says that actors behaved as one; it does not say who ordered it, or that it was wrong.
    """
    from hustings import __version__
    from hustings.cli.progress import shown_progress
    from hustings.detection.overt import read_declared
    from hustings.detection.run_files import write_run
    from hustings.detection.same_actor import read_same_actors, with_same_actors
    from hustings.detection.settings import DetectSettings
    from hustings.report.run_page import write_report
    from hustings.writing import whole_folder

    if horizon is not None and horizon < 2 * window:
        raise click.BadParameter(
            "is under two windows: then everything would be close. Name a longer one.", param_hint="--horizon"
        )
    if engine != "spark" and (master is not None or conf):
        raise click.UsageError("--master and --conf belong to --engine spark.")
    began = time.perf_counter()
    settings = DetectSettings(window=window, horizon=horizon, rate=fdr, seed=seed)
    with shown_progress(quiet=as_json) as progress:
        owners = read_declared(declared) if declared else []
        persons = read_same_actors(same) if same else []
        if engine == "spark":
            found = _on_spark(inputs, settings, progress, owners, master, conf)
        else:
            found = _here(inputs, settings, progress, owners, plainly=engine == "reference")
        if same:
            found = with_same_actors(found, persons)
        with whole_folder(out, last="run.json") as folder:
            measured = {
                "seconds": round(time.perf_counter() - began, 2),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
            write_run(
                found,
                folder,
                inputs=[*map(_local, inputs)],
                lists={"declared": declared, "same-actor": same},
                version=__version__,
                measured=measured,
            )
            progress.step("Drawing the report")
            write_report(folder, folder / "report.html")
    if as_json:
        click.echo(json.dumps({"out": str(out), **found.counts, **measured}))
        return
    click.echo(
        f"{found.counts['rows']:,} trace events of {found.counts['actors']:,} actors; {found.counts['skipped']:,} rows with a null and "
        f"{found.counts['repeats']:,} exact repeats took no part."
    )
    for hub in found.hubs:
        click.echo(
            f"Left out: {hub.kind} {hub.trace}, {hub.rows:,} rows with {hub.pairs:,} pairs within the horizon, too many to look at."
        )
    click.echo(f"{len(found.findings)} findings, {len(found.members)} members; files in {out}")
    for record in found.findings[:5]:
        click.echo(f"  {record['finding']}: {record['sentence']}")


def _here(
    inputs: Sequence[str],
    settings: "DetectSettings",
    progress: "Progress",
    owners: "Sequence[Declared]",
    *,
    plainly: bool,
) -> "Detection":
    """On this machine."""
    from hustings.detection.detect import detect_traces
    from hustings.detection.reference.detect import detect_traces_slowly
    from hustings.detection.traces import read_traces

    progress.step("Reading traces")
    traces = read_traces([Path(place) for place in inputs])
    return (detect_traces_slowly if plainly else detect_traces)(traces, settings, progress, owners)


def _on_spark(
    inputs: Sequence[str], settings: "DetectSettings", progress: "Progress", owners: "Sequence[Declared]",
    master: str | None, conf: Sequence[str],
) -> "Detection":  # fmt: skip
    """On a cluster."""
    from hustings.detection.spark.detect import detect_on

    with spark_session(master, conf) as (session, folder):
        return detect_on(session, [address(place) for place in inputs], settings, folder, progress, owners)


def _local(place: str) -> Path | str:
    """A file's name as a path; an address as it is."""
    return place if address(place) == place and not place.startswith("file:") else Path(place.removeprefix("file://"))
