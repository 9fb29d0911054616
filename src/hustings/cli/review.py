"""`hustings review`: what a trace of review would have come to in another order."""

from __future__ import annotations

__all__ = ["review"]

import json
from dataclasses import asdict
from pathlib import Path

import click

LOAD = 1.1  # what the order is compared at where nobody says who was there: a little more work than people


@click.group(short_help="Replay a trace of review in another order.")
def review() -> None:
    """Questions about review that need no platform."""


@review.command(short_help="Bad views, waits and limits passed, in each order.")
@click.argument("trace", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--shifts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="TABLE",
    help="Who was at work: reviewer, from, to, languages.",
)
@click.option(
    "--people", type=click.IntRange(min=1), metavar="N", help="In place of shifts: so many people until all is done."
)
@click.option(
    "--load",
    type=click.FloatRange(min=0.05, max=20),
    metavar="X",
    help=f"In place of both: as many people as make the work that came X times what they can do.  [default: {LOAD}]",
)
@click.option(
    "--views",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="TABLE",
    help="Counted views: item, at, seen; in place of rate and half_life.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Name of a column in the trace, where it differs; may be said again.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Of work, for items that do not say.",
)
@click.option(
    "--limit",
    type=click.FloatRange(min=0, min_open=True),
    default=72.0,
    show_default=True,
    help="Hours, for items that do not say.",
)
@click.option(
    "--half-life",
    type=click.FloatRange(min=0, min_open=True),
    metavar="HOURS",
    help="What the forecast of views takes as usual.  [default: the middle of the trace's]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the claims by chance.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")  # fmt: skip
def simulate(
    trace: Path,
    shifts: Path | None,
    people: int | None,
    load: float | None,
    views: Path | None,
    columns: tuple[str, ...],
    seconds: float,
    limit: float,
    half_life: float | None,
    seed: int,
    as_json: bool,
) -> None:
    """Replay TRACE (Parquet, CSV or JSON Lines) with its items taken in each order: fifo, due, harm.

    Needs the columns item, at, probability, violates, half_life and rate (or views); docs/how-to/replay-review.md names
    all. Bad views are views of what violates between its arrival and its decision. People are right and never tire here,
    and every order has the same people.
    """
    from hustings.connectors.review_trace import read_shifts, read_trace
    from hustings.staffing.replay import Order, replay
    from hustings.staffing.trace import always, load_of

    if sum(each is not None for each in (shifts, people, load)) > 1:
        raise click.UsageError("Say one of --shifts, --people and --load.")
    wrong = [each for each in columns if "=" not in each.strip("=")]
    if wrong:
        raise click.UsageError(f"--column takes OURS=THEIRS, not {wrong[0]!r}.")
    named = dict(each.split("=", 1) for each in columns)
    read = read_trace(trace, views=views, columns=named, seconds=seconds, limit=limit)
    stretched = 1.0
    if shifts is not None:
        at_work = read_shifts(shifts)
    elif people is not None:
        at_work = always(read, people)
    else:
        read, at_work, stretched = read.at_load(load if load is not None else LOAD)
    outcomes = [replay(read, at_work, order, seed=seed, half_life=half_life) for order in Order]
    reached = load_of(read, at_work)
    first = outcomes[0]
    if as_json:
        told = [asdict(each) | {"fewer_bad_views": fewer(each.bad_views, first.bad_views)} for each in outcomes]
        click.echo(json.dumps({"items": len(read), "shifts": len(at_work), "load": reached, "stretched": stretched, "orders": told}))  # fmt: skip
        return
    click.echo(f"{len(read):,} items over {read.span / 86400:.1f} days, {read.violates.mean():.1%} violate; {len(at_work):,} shifts; load {reached:.0%}.")  # fmt: skip
    if stretched != 1.0:
        click.echo(f"Nobody said who was there, so {len(at_work)} people are, and each look takes {stretched:.3f} times as long.")  # fmt: skip
    click.echo(f"{'order':<6}{'bad views':>14}{'fewer':>9}{'by severity':>15}{'fewer':>9}{'decided':>10}{'left':>8}{'past limit':>12}{'wait: half':>12}{'95 %':>9}{'longest':>9}")  # fmt: skip
    for each in outcomes:
        waits = [f"{wait / 3600:.1f} h" for wait in each.wait]
        click.echo(
            f"{each.order:<6}{each.bad_views:>14,.0f}{fewer(each.bad_views, first.bad_views):>9.1%}{each.weighted:>15,.0f}"
            f"{fewer(each.weighted, first.weighted):>9.1%}{each.done:>10,}{each.left:>8,}{each.past_limit:>12,}"
            f"{waits[0]:>12}{waits[1]:>9}{waits[2]:>9}"
        )
    click.echo("Fewer: than in the order in which they came. A replay with perfect people; docs/explanation/review-quality.md says what it leaves out.")  # fmt: skip


@review.command(short_help="Make a trace to replay.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write: .parquet or .csv."
)
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Which of all possible traces.")
@click.option("--items", type=click.IntRange(min=1, max=2_000_000), default=20_000, show_default=True)
@click.option("--days", type=click.FloatRange(min=0.1, max=400), default=5.0, show_default=True)  # fmt: skip
def trace(out: Path, seed: int, items: int, days: float) -> None:
    """Make a trace with a day's course, heavy-tailed views and a good score. Everything is invented."""
    from hustings.connectors.review_trace import write_trace
    from hustings.staffing.made_trace import made_trace

    write_trace(made_trace(items, days, seed=seed), out)
    click.echo(f"{out}: {items:,} items over {days:g} days, seed {seed}. Replay it: hustings review simulate {out}")


def fewer(found: float, first: float) -> float:
    """By which part something is less than the first."""
    return 1 - found / first if first else 0.0
