"""`hustings gatherings`: real-world gatherings that ads call people to, and which of them stand against each other."""

__all__ = ["gatherings"]

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hustings.writing import whole_file

if TYPE_CHECKING:
    from hustings.screening.gathering import Gathering, OpposedGatherings

COLUMNS = (
    "site", "number", "ads", "buyers", "first_ad", "last_ad", "day", "days_said", "places", "places_said", "impressions",
    "clicks", "sides", "opposed_to", "ad_numbers", "words",
)  # fmt: skip


@click.command(short_help="List the gatherings that ads call people to.")
@click.argument("path", metavar="ADS", type=click.Path(path_type=Path))
@click.option("--kind", metavar="NAME", help="Which archive the ads are from, where their columns do not say.")
@click.option(
    "--poles",
    "poles_file",
    type=click.Path(path_type=Path),
    metavar="JSON",
    help="A table of contested matters of your own.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A CSV file with a row a gathering.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def gatherings(path: Path, kind: str | None, poles_file: Path | None, out: Path | None, as_json: bool) -> None:
    """List real-world gatherings that ads lead to: where, when, by whom, and which oppose each other at one place and time.

    Days and places are those that the ads' words and aims name. An ad does not say that a gathering took place, nor who
    came. People who oppose each other call to one place by themselves: the pair alone is no sign of one hand.
    """
    from hustings.connectors.ads import read_ads
    from hustings.errors import BadInput, Problem
    from hustings.screening.audience.poles import packaged_poles, read_poles
    from hustings.screening.gathering import gatherings as find
    from hustings.screening.gathering import opposed_gatherings

    poles = packaged_poles()
    if poles_file is not None:
        try:
            poles = read_poles(poles_file.read_text(encoding="utf-8"), str(poles_file))
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(where=str(poles_file), found=str(error), expected="a JSON file", do="Look at the name.")
            raise BadInput("The table of contested matters cannot be read.", [problem]) from error
    ads = read_ads(path, kind)
    found = find(ads, poles)
    pairs = opposed_gatherings(found, poles.matters)
    if out is not None:
        with whole_file(out) as place, place.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(row(one, pairs) for one in found)
    if as_json:
        said = {
            "ads": len(ads), "ads_for_gatherings": sum(len(one.ads) for one in found),
            "gatherings": [dict(zip(COLUMNS, row(one, pairs), strict=True)) for one in found],
            "opposed": [
                {"matter": pair.matter.code, "numbers": [one.number for one in pair.gatherings], "places": list(pair.places),
                 "same_day": pair.same_day, "sure": pair.sure, "sentence": pair.sentence}
                for pair in pairs
            ],
        }  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    dated = sum(one.day is not None for one in found)
    placed = sum(bool(one.places) for one in found)
    click.echo(
        f"{len(found):,} gatherings in {sum(len(one.ads) for one in found):,} of {len(ads):,} ads; {dated:,} name a day to come, "
        f"{placed:,} a city."
    )
    for pair in pairs:
        click.echo(f"  Opposed{' (sure)' if pair.sure else ''}: {pair.sentence}")
        for one in pair.gatherings:
            click.echo(f"    {one.site} {one.number}, {one.day or 'no day said'}: {' '.join(one.words.split())[-80:]}")
    if not pairs:
        click.echo("  None stand against each other at one place and time.")
    if out is not None:
        click.echo(f"A row for each: {out}")


def row(one: "Gathering", pairs: "tuple[OpposedGatherings, ...]") -> list[Any]:
    """A gathering as a row of the table."""
    against = sorted({
        other.number for pair in pairs if one in pair.gatherings for other in pair.gatherings if other is not one
    })  # fmt: skip
    return [
        one.site, one.number, len(one.ads), len(one.buyers), one.first.isoformat() if one.first else "",
        one.last.isoformat() if one.last else "", one.day.isoformat() if one.day else "", "; ".join(said.words for said in one.days),
        "; ".join(one.places), "; ".join(one.places_said), one.impressions, one.clicks,
        "; ".join(f"{code} {stand.side}" for code, stand in one.stands.items()), "; ".join(against), "; ".join(one.ads), one.words,
    ]  # fmt: skip
