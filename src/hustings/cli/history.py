"""`hustings history`: what became of findings from one run to the next."""

__all__ = ["history"]

from datetime import timedelta
from pathlib import Path

import click

from hustings.cli.links import Duration


@click.command(short_help="Tell what became of findings from run to run.")
@click.argument(
    "runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path, file_okay=False, exists=True)
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for history.parquet and history.json."
)  # fmt: skip
@click.option(
    "--silence", type=Duration(), default="7d", show_default=True, metavar="TIME",
    help="A member without a tying post for so long before the end of a run's evidence has gone silent.",
)  # fmt: skip
def history(runs: tuple[Path, ...], out: Path, silence: timedelta) -> None:
    """Compare finished runs, oldest first: which findings are the same group, who joined, left, went silent or changed names.

    RUN is the folder of a finished `hustings detect`. Two findings are the same group when more than half of the smaller
    lies in the other; where several do, the largest share of common members decides. Splits and merges are told.
    """
    from hustings.detection.histories import History, follow, summaries
    from hustings.watch.past import run_of_folder, write_history
    from hustings.writing import whole_folder

    past = History()
    for folder in runs:
        past = follow(past, run_of_folder(folder), silence)
    with whole_folder(out, last="history.json") as folder:
        write_history(past, folder)
    for one in summaries(past):
        changes = ", ".join(f"{count:,} {change}" for change, count in one["changes"].items())
        click.echo(f"  {one['identity']}: {one['state']}, {one['members']:,} members; {changes}")
    click.echo(f"{len(past.identities):,} findings over {len(runs):,} runs; files in {out}")
