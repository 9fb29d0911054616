"""`hustings signals`: posts made into traces, by every signal that their columns allow."""

__all__ = ["signals"]

import json
from datetime import timedelta
from pathlib import Path

import click

from hustings.cli.links import Duration


@click.command(short_help="Make traces of posts.")
@click.argument("posts", metavar="POSTS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the trace table goes: .parquet, .arrow or .csv.",
)
@click.option("--with", "also", multiple=True, metavar="KIND", help="Make this signal too, which is not by default.")
@click.option("--without", multiple=True, metavar="KIND", help="Leave this signal out.")
@click.option("--only", multiple=True, metavar="KIND", help="Make this signal, and none that is not named so.")
@click.option(
    "--redirects", type=click.Path(path_type=Path, dir_okay=False), metavar="CSV",
    help="Where addresses lead to: a table with the columns from, to. Chains are followed to their end.",
)  # fmt: skip
@click.option("--fast", type=Duration(), default="10s", show_default=True, help="A repost so soon is a fast one.")
@click.option("--sequence", type=click.IntRange(2), default=5, show_default=True, help="Fewest hashtags of a sequence.")
@click.option(
    "--window", type=Duration(), default="1d", show_default=True, help="How far apart texts are compared for nearness."
)
@click.option(
    "--alike", type=click.FloatRange(0.5, 1), default=0.8, show_default=True,
    help="Least share of common pieces of near-identical texts.",
)  # fmt: skip
@click.option(
    "--image-bits", type=click.IntRange(0, 15), default=6, show_default=True,
    help="Most bits of 64 in which hashes of nearly one image differ.",
)  # fmt: skip
@click.option(
    "--burst", type=Duration(), default="10m", show_default=True, help="How long a burst of accounts or deletions is."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def signals(
    posts: tuple[Path, ...], out: Path, also: tuple[str, ...], without: tuple[str, ...], only: tuple[str, ...],
    redirects: Path | None, fast: timedelta, sequence: int, window: timedelta, alike: float, image_bits: int,
    burst: timedelta, as_json: bool,
) -> None:  # fmt: skip
    """Make traces of posts: every signal whose columns are there, as one trace table.

    POSTS are posts tables: Parquet, Arrow, CSV or JSON Lines with the columns platform, actor, content and at, and
    what is known of text, language, repost_of, repost_of_at, reply_to, mentions, links, hashtags, images, handle,
    name, profile_text, profile_picture, created, deleted, views. Then: hustings detect TRACES --out FOLDER.
    """
    from hustings.cli.progress import shown_progress
    from hustings.connectors.trace_file import ENDINGS, TraceWriter
    from hustings.detection.posts.tables import PostTables
    from hustings.detection.signals.making import Making, plan_of
    from hustings.detection.signals.redirects import read_redirects
    from hustings.detection.signals.signal import TRACE_ROWS, SignalSettings
    from hustings.errors import BadInput, Problem
    from hustings.writing import whole_file

    if out.suffix not in ENDINGS:
        wrong = Problem(where="--out", found=repr(out.name), expected=" or ".join(ENDINGS), do="Name the file so.")
        raise BadInput("The traces cannot be written.", [wrong])
    table = None if redirects is None else read_redirects(redirects)
    tables = PostTables(posts)
    plan = plan_of(tables, also=also, without=without, only=only)
    settings = SignalSettings(
        fast=fast, sequence=sequence, window=window, alike=alike, image_bits=image_bits, burst=burst, redirects=table
    )
    making = Making(tables, plan, settings)
    with shown_progress(quiet=as_json) as progress, whole_file(out) as part:
        writer = TraceWriter(part, out.suffix)
        writer.take(TRACE_ROWS.empty_table())
        for made in making.parts(progress):
            writer.take(made)
        writer.close()
    notes = []
    if table is not None and table.chains:
        notes.append(f"{table.chains:,} redirects lead on to another; each was followed to its end.")
    notes += [
        f"These addresses lead back to themselves and stand for themselves: {', '.join(loop)}."
        for loop in (table.loops if table else ())
    ]
    if plan.missing:
        lacking = ", ".join(f"{kind} ({', '.join(lacks)})" for kind, lacks in plan.missing)
        notes.append(f"Not made, for want of a column: {lacking}.")
    if as_json:
        said = {"out": str(out), "read": making.read, "skipped": making.skipped, "kinds": making.rows, "notes": notes}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{out}: {sum(making.rows.values()):,} trace events from {making.read:,} posts; {making.skipped:,} without "
        "platform, actor, content or time took no part."
    )
    for kind, rows in making.rows.items():
        click.echo(f"  {kind:<16}{rows:>12,}")
    for note in notes:
        click.echo(f"  Note: {note}")
