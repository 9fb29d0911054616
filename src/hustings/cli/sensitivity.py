"""`hustings sensitivity`: how findings change with the window and with participation, in one picture."""

__all__ = ["sensitivity"]

import csv
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hustings.cli.links import Duration

if TYPE_CHECKING:
    from hustings.detection.sensitivity import Cell, Found, Kept

SHORTEST, LONGEST = timedelta(milliseconds=1), timedelta(days=30)


class Several(click.ParamType[tuple[Any, ...]]):
    """Values of one type, separated by commas."""

    def __init__(self, one: click.ParamType[Any], name: str) -> None:
        self.one = one
        self.name = name

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Any, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(sorted({self.one.convert(part.strip(), param, ctx) for part in str(value).split(",")}))


@click.command(short_help="Show how findings change with window and participation.")
@click.argument("inputs", nargs=-1, required=True, metavar="TRACES...", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the page and the tables."
)
@click.option(
    "--windows", type=Several(Duration(), "durations"), default="5s,15s,60s,5m,15m,1h", show_default=True,
    metavar="TIME,...", help="Windows to try, each with a horizon of 30 windows.",
)  # fmt: skip
@click.option(
    "--fewest", type=Several(click.IntRange(1), "numbers"), default="1,2,5", show_default=True, metavar="N,...",
    help="Leave out actors with fewer posts than this, each in turn.",
)  # fmt: skip
@click.option(
    "--window", type=Duration(), default="60s", show_default=True, metavar="TIME",
    help="The window that the others are compared with, all actors taking part.",
)  # fmt: skip
@click.option("--fdr", type=click.FloatRange(0, 1, min_open=True), default=0.05, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the search for communities.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def sensitivity(
    inputs: tuple[Path, ...], out: Path, windows: tuple[timedelta, ...], fewest: tuple[int, ...], window: timedelta,
    fdr: float, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Run `detect` over a grid of windows and of the fewest posts, and show what stays.

    OUT gets sensitivity.html (one picture, opens anywhere), cells.csv (a row per setting), findings.csv (a row per
    finding and setting: the most alike finding there, and the part in common) and sensitivity.json. Finished settings are kept
    in OUT/cells: the same command after an interruption goes on where it stopped.
    """
    from hustings import __version__
    from hustings.cli.progress import shown_progress
    from hustings.detection.run_files import as_json as written
    from hustings.detection.run_files import digest
    from hustings.detection.sensitivity import Cell, Found, found_in, grid, kept_in, settings_of
    from hustings.detection.settings import DetectSettings
    from hustings.detection.traces import Traces, read_traces
    from hustings.report.sensitivity_page import as_time, sensitivity_page
    from hustings.writing import whole_file, whole_folder

    if not all(SHORTEST <= one <= LONGEST for one in (*windows, window)):
        raise click.BadParameter("A window lies between a millisecond and thirty days.", param_hint="--windows")
    base = Cell(window=window, fewest=1)
    cells = grid(windows, fewest, base)
    settings = DetectSettings(rate=fdr, seed=seed)
    began = time.perf_counter()
    found: dict[Cell, Found] = {}
    with shown_progress(quiet=as_json) as progress:
        progress.step("Reading traces")
        traces: Traces | None = None
        about = {
            "version": __version__, "seed": seed, "fdr": fdr,
            "inputs": [{"file": path.name, "sha256": digest(path)} for path in inputs if path.is_file()],
            "command": _command(inputs, windows, fewest, window, fdr, seed),
        }  # fmt: skip
        done = 0
        for number, cell in enumerate(cells, 1):
            named = f"{number} of {len(cells)}: window {as_time(cell.window)}, {cell.fewest} posts or more"
            place = out / "cells" / f"{_name(cell, about, settings_of(cell, settings).as_dict())}.json"
            known = _kept(place)
            if known is not None:
                found[cell], done = known, done + 1
                continue
            # All problems of a table are said once, before the first cell; a grid that is there needs no table.
            traces = read_traces(inputs) if traces is None else traces
            found[cell] = found_in(traces, cell, settings, Named(progress, named))
            with whole_file(place) as part:
                part.write_text(written(found[cell].as_dict()), encoding="utf-8")
        kept = {cell: kept_in(found[base], found[cell]) for cell in cells}
        with whole_folder(out, last="sensitivity.json") as folder:
            (folder / "sensitivity.html").write_text(
                sensitivity_page(found[base], [found[cell] for cell in cells], kept, about), encoding="utf-8"
            )
            rows = _cells(found, kept, base)
            _csv(folder / "cells.csv", list(rows[0]), [list(row.values()) for row in rows])
            _csv(
                folder / "findings.csv", ["finding", "members", "basis", "window_s", "fewest", "jaccard", "other"],
                _findings(found[base], kept),
            )  # fmt: skip
            said = {
                **about, "base": {"window_s": window.total_seconds(), "fewest": 1}, "cells": rows,
                "findings": [
                    {"finding": n, "basis": basis, "members": len(group),
                     "still_there": sum(mine[n].jaccard >= 0.5 for mine in kept.values()), "of": len(cells)}
                    for n, (basis, group) in enumerate(found[base].groups)
                ],
                "seconds": round(time.perf_counter() - began, 2), "kept_from_before": done,
            }  # fmt: skip
            (folder / "sensitivity.json").write_text(written(said), encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"out": str(out), "cells": rows, "kept_from_before": done}))
        return
    for row in rows:
        click.echo(
            f"{as_time(timedelta(seconds=row['window_s'])):>7}, {row['fewest']:>2} posts: {row['findings']:>5,} findings, {row['members']:>6,} members, "
            f"{row['links']:>7,} links; {row['kept']:,} of the {len(found[base].groups):,} of {as_time(window)} still there"
        )
    click.echo(f"The picture: {out / 'sensitivity.html'}")


class Named:
    """Progress that says which setting is being run."""

    def __init__(self, progress: Any, name: str) -> None:
        self._progress = progress
        self._name = name

    def step(self, what: str) -> None:
        """A step of this setting."""
        self._progress.step(f"{self._name}: {what[0].lower()}{what[1:]}")

    def at(self, done: int, total: int) -> None:
        """How far it is."""
        self._progress.at(done, total)


def _name(cell: "Cell", about: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """A name that changes with whatever changes the result."""
    key = json.dumps([about["version"], about["inputs"], settings, cell.fewest], sort_keys=True)
    return f"{cell.window.total_seconds():g}s-{cell.fewest}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _kept(place: Path) -> "Found | None":
    """A finished cell; one that cannot be read is run again."""
    from hustings.detection.sensitivity import Found

    try:
        return Found.from_dict(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _command(
    inputs: Sequence[Path],
    windows: Sequence[timedelta],
    fewest: Sequence[int],
    window: timedelta,
    fdr: float,
    seed: int,
) -> str:
    times = ",".join(f"{one.total_seconds():g}s" for one in windows)
    return (
        f"hustings sensitivity {' '.join(path.name for path in inputs)} --out DIR --windows {times} "
        f"--fewest {','.join(map(str, fewest))} --window {window.total_seconds():g}s --fdr {fdr:g} --seed {seed}"
    )


def _cells(found: "Mapping[Cell, Found]", kept: "Mapping[Cell, Sequence[Kept]]", base: "Cell") -> list[dict[str, Any]]:
    from hustings.detection.sensitivity import SAME, kept_in

    rows = []
    for cell, mine in kept.items():
        there = sum(one.jaccard >= SAME for one in mine)
        mean = sum(one.jaccard for one in mine) / max(len(mine), 1)
        new = sum(one.jaccard < SAME for one in kept_in(found[cell], found[base]))
        rows.append({
            "window_s": cell.window.total_seconds(), "horizon_s": 30 * cell.window.total_seconds(), "fewest": cell.fewest,
            **found[cell].counts, "kept": there, "mean_jaccard": round(mean, 6), "new": new,
        })  # fmt: skip
    return rows


def _findings(base: "Found", kept: "Mapping[Cell, Sequence[Kept]]") -> list[list[Any]]:
    return [
        [n, len(group), basis, cell.window.total_seconds(), cell.fewest, round(mine[n].jaccard, 6),
         "" if mine[n].other is None else mine[n].other]
        for n, (basis, group) in enumerate(base.groups)
        for cell, mine in kept.items()
    ]  # fmt: skip


def _csv(place: Path, header: list[str], rows: list[list[Any]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
