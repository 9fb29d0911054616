"""`hustings report`: draw the report of a finished run."""

__all__ = ["report"]

import json
from pathlib import Path

import click


@click.command(short_help="Draw the report of a finished run.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page. [default: DIR/report.html]")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def report(folder: Path, out: Path | None, as_json: bool) -> None:
    """Make one HTML page of the run in DIR that works offline, by keyboard and on paper.

    DIR is a finished run of `hustings detect`. Equal files give equal bytes.
    """
    from hustings.cli.progress import shown_progress
    from hustings.report.run_data import read_run
    from hustings.report.run_page import page
    from hustings.writing import whole_file

    place = out or folder / "report.html"
    with shown_progress(quiet=as_json) as progress:
        progress.step("Reading the run")
        run = read_run(folder)
        progress.step("Drawing the page")
        text = page(run)
        with whole_file(place) as part:
            part.write_text(text, encoding="utf-8")
    size = place.stat().st_size
    if as_json:
        click.echo(json.dumps({"out": str(place), "findings": len(run.findings), "bytes": size}))
        return
    click.echo(
        f"{place}: {len(run.findings):,} findings, {size / 1e6:.1f} MB. Open it in any browser; it needs no network."
    )
