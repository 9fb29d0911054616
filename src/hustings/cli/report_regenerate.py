"""`hustings report regenerate`: published figures about the ads of 2015 to 2017 beside ours, and a takedown's block of figures."""

from __future__ import annotations

__all__ = ["regenerate"]

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hustings.report.counting.basis import Basis
    from hustings.report.documents.document import Document

REPORT = "00000000-0000-0000-0000-000000000000"
RELEASED = "2018-05-10T00:00:00Z"  # when the committee released the ads
SCOPE = "the ads of the Internet Research Agency, as a committee of the US House released them"


@click.command("regenerate", short_help="Regenerate published figures from the data.")
@click.option(
    "--ads", type=click.Path(path_type=Path), help="The released ads.  [default: those of the folder of real data]"
)
@click.option(
    "--assets", type=click.Path(path_type=Path), help="What a takedown was of: a season, or a JSON file of rows."
)
@click.option("--campaign", type=int, help="Which campaign of the season.  [default: the one that bought most]")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="A folder for both as reports, with their rows."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def regenerate(ads: Path | None, assets: Path | None, campaign: int | None, out: Path | None, as_json: bool) -> None:
    """Put what Facebook published about its Russian ads beside what the ads themselves give; then a takedown's block of figures.

    The block is that of 31 July 2018: assets, audience, ads, posts and events, and what the data does not hold. It is of
    --assets, a folder that `hustings simulate` wrote or a JSON file with `as_of`, `scope` and tables (docs/reference/reports.md);
    without it, of the same ads. What cannot be derived is said in words.
    """
    from hustings.cli.data import data_folder
    from hustings.connectors.ads import read_ads
    from hustings.errors import BadInput, EnvironmentLacks, Problem
    from hustings.report.counting.from_ads import of_ads
    from hustings.report.documents.compared import PARAMETERS, beside
    from hustings.report.documents.kinds import Kind

    folder = data_folder()
    place = ads or (folder / "ira-ads" / "ads.parquet" if folder is not None else None)
    if place is None:
        raise EnvironmentLacks(
            "There is no folder of real data here (HUSTINGS_DATA). Name the released ads with --ads."
        )
    if campaign is not None and (assets is None or not assets.is_dir()):
        raise BadInput("A campaign is chosen of a season.", [
            Problem(where="--campaign", found=str(campaign), expected="a season in --assets", do="Name its folder, or leave it out."),
        ])  # fmt: skip
    released = of_ads(read_ads(place).ads, as_of=RELEASED, scope=SCOPE)
    taken = basis_of(assets, campaign) if assets is not None else released
    compared = beside(released)
    reports = {
        "published": composed(released, Kind.COMMITTEE, "The ads of the Internet Research Agency", PARAMETERS),
        "takedown": composed(taken, Kind.TAKEDOWN, f"A takedown: {taken.scope}"[:300], {}),
    }
    if out is not None:
        for name, document in reports.items():
            write(out / name, document, released if name == "published" else taken)
    if as_json:
        said: dict[str, Any] = {
            "published": [
                {"statement": one.published.statement, "source": one.published.source, "ours": one.ours, "derivable": one.derivable,
                 "figures": [figure.as_json() for figure in one.figures]}
                for one in compared
            ],
            "takedown": [figure.as_json() for figure in reports["takedown"].figures],
        }  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"Published beside ours, over {len(released.rows('ads')):,} ads\n")
    for one in compared:
        click.echo(wrapped(f"{one.published.source}: {one.published.statement}", "  "))
        click.echo(wrapped(f"ours: {one.ours}", "      ") + "\n")
    click.echo(f"The block of a takedown, of {taken.scope}\n")
    for part in reports["takedown"].parts:
        click.echo(f"  {part.title}")
        for name in part.figures:
            figure = reports["takedown"].figure(name)
            if figure is not None:
                click.echo(
                    wrapped(
                        f"{figure.title}: {figure.text()} {figure.unit if figure.derivable else ''}".rstrip(), "      "
                    )
                )
    if out is not None:
        click.echo(
            f"\nBoth as reports with their rows: {out}. Ask them again: hustings report rerun {out / 'published'}"
        )


def basis_of(assets: Path, campaign: int | None) -> Basis:
    """The rows of a season or of a file.

    Raises   BadInput
    """
    from hustings.errors import BadInput, Problem
    from hustings.report.counting.from_assets import of_assets
    from hustings.report.counting.from_season import of_season

    if assets.is_dir():
        return of_season(assets, campaign)
    try:
        return of_assets(json.loads(assets.read_text(encoding="utf-8")), assets.name)
    except (OSError, ValueError) as error:
        raise BadInput("The assets cannot be read.", [
            Problem(where=str(assets), found=str(error), expected="a season's folder, or JSON in UTF-8", do="Look at the name."),
        ]) from error  # fmt: skip


def composed(basis: Basis, kind: Any, title: str, parameters: dict[str, str]) -> Document:
    """A report of these rows, without words of anybody."""
    from hustings import __version__
    from hustings.report.documents.document import compose

    return compose(
        basis, report=REPORT, version=1, kind=kind, title=title, marking="TLP:CLEAR", holder="Hustings", parameters=parameters, texts={},
        software=f"Hustings {__version__}",
    )  # fmt: skip


def write(folder: Path, document: Document, basis: Basis) -> None:
    """The report with its rows, whole or not at all."""
    from hustings.report.documents.files import files
    from hustings.writing import whole_folder

    with whole_folder(folder, last="report.json") as part:
        for name, content in files(document, basis=basis, paper=False).items():
            if "/" not in name:
                (part / name).write_bytes(content)


def wrapped(text: str, indent: str) -> str:
    """A paragraph for a terminal."""
    return textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent + "  ")
