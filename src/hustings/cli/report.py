"""`hustings report`: draw the report of a run, ask the figures of a published report again, regenerate published figures."""

__all__ = ["report"]

import json
from pathlib import Path

import click

from hustings.cli.report_again import again
from hustings.cli.report_regenerate import regenerate


class Drawing(click.Group):
    """Draws the run of a folder where no other command is named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command by its name; anything else is the folder of a run."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return draw.name, draw, args


@click.group(
    cls=Drawing, invoke_without_command=False, subcommand_metavar="DIR | COMMAND [ARGS]...", short_help="Draw the report of a finished run.",
    context_settings={"ignore_unknown_options": True},
)  # fmt: skip
def report() -> None:
    """Draw the report of the finished run in DIR, or work with the reports of cases.

    A folder that is called as a command is named with its path: ./rerun
    """


@click.command("draw")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page. [default: DIR/report.html]")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def draw(folder: Path, out: Path | None, as_json: bool) -> None:
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


report.add_command(draw)
report.add_command(again)
report.add_command(regenerate)
