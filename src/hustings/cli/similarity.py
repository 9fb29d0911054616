"""`hustings similarity`: who leaves the same things, time left aside, as published."""

__all__ = ["similarity"]

import dataclasses
import json
from pathlib import Path

import click


@click.command(short_help="Compare who leaves the same things, time left aside.")
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path(path_type=Path))
@click.option(
    "--as", "measure", type=click.Choice(["cosine", "bicm"]), required=True,
    help="cosine: TF-IDF cosine of all pairs that share a trace; bicm: pairs that share more than the bipartite configuration model explains.",
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where the pairs go (Parquet)."
)
@click.option("--kind", metavar="KIND", help="Compare by this kind of trace only; without it by each kind on its own.")
@click.option(
    "--top-k", "top", type=click.IntRange(1), metavar="K",
    help="Keep a pair only where it is among the K strongest of one of its two actors.",
)  # fmt: skip
@click.option(
    "--fewest", type=click.IntRange(1), default=1, show_default=True, metavar="N",
    help="First leave out actors with fewer rows of the kind (cosine), with fewer distinct traces (bicm).",
)  # fmt: skip
@click.option(
    "--fdr", type=click.FloatRange(0, 1, min_open=True), default=0.05, show_default=True,
    help="False discovery rate over all pairs of actors (bicm).",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def similarity(
    inputs: tuple[Path, ...], measure: str, out: Path, kind: str | None, top: int | None, fewest: int, fdr: float,
    as_json: bool,
) -> None:  # fmt: skip
    """Compare actors by the traces they leave, whenever: the measures of published studies, number for number.

    For comparison and for research: they know no time, no hours and no common interests, so whoever reads the
    same news is similar. What acts together is told by `hustings detect`. The result has kind, platform_a,
    actor_a, platform_b, actor_b and traces (shared), then similarity (cosine), or expected, p and q (bicm).
    """
    from hustings.cli.progress import shown_progress
    from hustings.detection.similarity.compare import Similarity
    from hustings.detection.similarity.compare import similarity as compare
    from hustings.detection.tables import TraceTables
    from hustings.writing import whole_file

    settings = Similarity(measure=measure, kind=kind, top=top, fewest=fewest, rate=fdr)
    with shown_progress(quiet=as_json) as progress, whole_file(out) as part:
        said = compare(TraceTables(inputs), settings, part, progress)
    if as_json:
        told = {"out": str(out), "as": measure, "kind": kind, "top": top, "fewest": fewest, **dataclasses.asdict(said)}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{said.read:,} rows read, {said.skipped:,} left out for a null.")
    for name, counts in said.kinds.items():
        click.echo(
            f"{name}: {counts['actors']:,} actors share {counts['traces']:,} traces; {counts['pairs']:,} pairs of "
            f"{counts['in_pairs']:,} actors kept."
        )
    click.echo(f"{said.pairs:,} pairs, as {measure} counts them -> {out}")
