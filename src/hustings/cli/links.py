"""`hustings links`: count who shared the same things close together in time."""

__all__ = ["links"]

import dataclasses
import json
import re
from datetime import timedelta
from pathlib import Path

import click

UNITS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType[timedelta]):
    """A length of time such as 60s, 500ms, 30m, 6h or 1d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(value).strip())
        if not match or match[2] not in {*UNITS, ""}:
            self.fail(f"{value!r} is not a length of time; write it like 60s, 500ms, 30m, 6h or 1d.", param, ctx)
        return timedelta(seconds=float(match[1]) * UNITS[match[2] or "s"])


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path(path_type=Path))
@click.option("--window", type=Duration(), default="60s", show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--kind")
@click.option("--as", "peer", type=click.Choice(["coortweet", "cnt"]))
@click.option("--min-participation", type=click.IntRange(1), default=1)
@click.option("--min-weight", type=click.IntRange(1), default=1)
@click.option("--json", "as_json", is_flag=True)
def links(
    inputs: tuple[Path, ...],
    window: timedelta,
    out: Path,
    kind: str | None,
    peer: str | None,
    min_participation: int,
    min_weight: int,
    as_json: bool,
) -> None:
    """Count who shared the same things close together in time."""
    from hustings.cli.progress import shown_progress
    from hustings.detection.links import Links, count_links
    from hustings.detection.tables import TraceTables
    from hustings.writing import whole_file

    settings = Links(window=window, kind=kind, min_participation=min_participation, min_weight=min_weight)
    with shown_progress(quiet=as_json) as progress, whole_file(out) as part:
        counted = count_links(TraceTables(inputs), settings, part, progress)
    click.echo(json.dumps(dataclasses.asdict(counted)) if as_json else f"{counted.links:,} links -> {out}")
