"""`hustings watch`: a search that goes on while events arrive."""

__all__ = ["watch"]

import json
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click


@click.command(short_help="Follow folders and Kafka topics, and find again as events arrive.")
@click.argument("config", metavar="CONFIG.toml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--once", is_flag=True, help="Read what is there, find, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Say each run as one line of JSON.")
def watch(config: Path, once: bool, as_json: bool) -> int:
    """Keep trace events as they arrive and find, again and again, what `hustings detect` finds in all of them.

    CONFIG.toml names the folders and topics, a folder for the state and one for the results; `now` in the latter
    leads to the files of the last run, with history.parquet and history.json beside them. Ctrl-C stops it, and the same
    command goes on where it was: nothing is lost or counted twice, however it ended.
    """
    from hustings.cli.progress import shown_progress
    from hustings.watch.config import read_config
    from hustings.watch.watch import Round, Watch

    told = read_config(config)
    signal.signal(signal.SIGTERM, _stop)

    def say(one: Round) -> None:
        if as_json:
            click.echo(json.dumps(vars(one)))
            return
        click.echo(
            f"{datetime.now().astimezone():%H:%M:%S}  {one.came:,} events came, {one.kept:,} kept; {one.findings:,} findings, "
            f"{one.members:,} members (+{one.joined:,} -{one.left:,}); {one.seconds:.1f} s, {one.oldest_s:.1f} s behind the oldest."
        )
        for trouble in one.trouble:
            click.echo(f"          {trouble}", err=True)

    began = time.monotonic()
    with shown_progress(quiet=as_json) as progress:
        at_work = Watch(told, progress)
        before = at_work.rounds
        code = 0
        try:
            at_work.run(say, once=once)
        except KeyboardInterrupt:
            code = 130
        finally:
            counts = at_work.log.counts()
            runs = at_work.rounds - before
            at_work.close()
    if not as_json:
        click.echo(
            f"{runs:,} runs in {time.monotonic() - began:,.0f} s. Since the log began: {counts.read:,} events read, {counts.taken:,} taken, "
            f"{counts.skipped:,} with a null, {counts.rejected:,} set aside as bad, {counts.left:,} too old by now. Results: {told.out / 'now'}"
        )
        if code:
            click.echo("Stopped. What came is kept; the same command goes on from here.", err=True)
    return code


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
