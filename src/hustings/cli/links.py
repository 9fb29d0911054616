"""`hustings links`: count who shared the same things close together in time."""

__all__ = ["links"]

import dataclasses
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hustings.cli.spark import address, spark_options, spark_session

if TYPE_CHECKING:
    from hustings.detection.links import Counted, Links

UNITS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
LONGEST_S = 100 * 366 * 86400


class Duration(click.ParamType[timedelta]):
    """A length of time such as 60s, 500ms, 30m, 6h or 1d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip())
        if not match or match[2] not in {*UNITS, ""}:
            self.fail(f"{value!r} is not a length of time; write it like 60s, 500ms, 30m, 6h or 1d.", param, ctx)
        seconds = float(match[1]) * UNITS[match[2] or "s"]
        if seconds > LONGEST_S:
            self.fail(f"{value!r} is longer than a hundred years.", param, ctx)
        return timedelta(seconds=seconds)


@click.command(short_help="Count who shared the same things close together in time.")
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path())
@click.option(
    "--out", required=True, type=click.Path(), help="Where the links go (Parquet; with Spark a folder of it)."
)
@click.option(
    "--window", type=Duration(), default="60s", show_default=True, metavar="TIME",
    help="Farthest apart that two posts still make a pair: 500ms, 60s, 30m, 6h, 1d.",
)  # fmt: skip
@click.option("--kind", metavar="KIND", help="Count this kind of trace only (link, hashtag, repost, ...).")
@click.option(
    "--as", "peer", type=click.Choice(["coortweet", "cnt"]),
    help="Give the network of CooRTweet, or of coordination-network-toolkit, edge for edge, instead.",
)  # fmt: skip
@click.option(
    "--min-participation", type=click.IntRange(1), default=1, show_default=True, metavar="N",
    help="First leave out actors with fewer trace events of the kind (coortweet: the peer's rule; not for cnt).",
)  # fmt: skip
@click.option(
    "--min-weight", type=click.IntRange(1), default=1, show_default=True, metavar="N",
    help="Keep links of at least so many pairs (cnt: of so many posts, per direction).",
)  # fmt: skip
@click.option(
    "--most-pairs", type=click.IntRange(1), default=1_000_000_000, show_default=True, metavar="N",
    help="Refuse to begin on more pairs than this; each takes 40 bytes of disk while it is counted.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
    help="spark: the same counts on a cluster; TRACES and OUT are then addresses that its workers reach.",
)  # fmt: skip
@spark_options
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def links(
    inputs: tuple[str, ...], out: str, window: timedelta, kind: str | None, peer: str | None,
    min_participation: int, min_weight: int, most_pairs: int, engine: str, master: str | None, conf: tuple[str, ...],
    as_json: bool,
) -> None:  # fmt: skip
    """Count, for every two actors, the pairs of posts with the same trace that lie in a time window.

    TRACES is a trace table: Parquet, Arrow or CSV with the columns platform, actor, kind, trace, content
    and at. Several files are read as one. The result has one row per kind and two actors (kind,
    platform_a, actor_a, platform_b, actor_b, pairs, traces, contents_a, contents_b, median_gap_s); with
    --as it has actor_a, actor_b and weight. A link says that two actors acted alike, not why.
    """
    import pyarrow.parquet

    from hustings.cli.progress import shown_progress
    from hustings.detection.links import Links, count_links
    from hustings.detection.peers import Network, network_as
    from hustings.detection.tables import TraceTables
    from hustings.writing import whole_file

    said: dict[str, object] = {"out": out, "window_s": window.total_seconds(), "kind": kind, "as": peer}
    if engine == "spark":
        if peer is not None:
            raise click.UsageError("--as counts on one machine; leave out --engine spark.")
        if Path(out).is_file():
            raise click.BadParameter(f"'{out}' is a file; Spark's workers fill a folder.", param_hint="--out")
        settings = Links(
            window=window, kind=kind, min_participation=min_participation, min_weight=min_weight, most_pairs=most_pairs
        )
        said |= dataclasses.asdict(_on_spark(inputs, out, settings, master, conf, quiet=as_json))
        click.echo(json.dumps(said, ensure_ascii=False) if as_json else _sentence(said))
        return
    if master is not None or conf:
        raise click.UsageError("--master and --conf belong to --engine spark.")
    if Path(out).is_dir():
        raise click.BadParameter(f"File '{out}' is a directory.", param_hint="--out")
    tables = TraceTables([Path(place) for place in inputs])
    with shown_progress(quiet=as_json) as progress, whole_file(Path(out)) as part:
        if peer is None:
            room = shutil.disk_usage(part.parent).free // 48
            settings = Links(
                window=window, kind=kind, min_participation=min_participation, min_weight=min_weight,
                most_pairs=min(most_pairs, room),
            )  # fmt: skip
            counted = count_links(tables, settings, part, progress)
            said |= dataclasses.asdict(counted)
        else:
            network = network_as(
                tables,
                Network(
                    peer=peer, window=window, kind=kind, min_participation=min_participation, min_weight=min_weight
                ),
            )  # fmt: skip
            pyarrow.parquet.write_table(network, part, compression="zstd")
            said |= {"read": tables.read, "skipped": tables.skipped, "links": len(network)}
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(_sentence(said))


def _on_spark(
    inputs: tuple[str, ...], out: str, settings: "Links", master: str | None, conf: tuple[str, ...], *, quiet: bool
) -> "Counted":
    from hustings.cli.progress import shown_progress
    from hustings.detection.spark.links import count_links_on

    with shown_progress(quiet=quiet) as progress, spark_session(master, conf) as (session, folder):
        places = [address(place) for place in inputs]
        return count_links_on(session, places, settings, address(out), folder, progress)


def _sentence(said: dict[str, object]) -> str:
    lines = [f"{said['read']:,} rows read, {said['skipped']:,} left out for a null."]
    if said["as"] is not None:
        return "\n".join([*lines, f"{said['links']:,} edges, as {said['as']} counts them -> {said['out']}"])
    lines.append(
        f"{said['repeats']:,} exact repeats counted once. {said['pairs']:,} pairs within {said['window_s']:g} s by "
        f"{said['actors']:,} actors make {said['links']:,} links -> {said['out']}"
    )
    kinds = said["kinds"]
    if isinstance(kinds, dict) and len(kinds) > 1:
        lines.append("Per kind: " + ", ".join(f"{name} {count:,}" for name, count in kinds.items()) + ".")
    if said["too_few"]:
        lines.append(f"{said['too_few']:,} actors had too few trace events and were left out first.")
    return "\n".join(lines)
