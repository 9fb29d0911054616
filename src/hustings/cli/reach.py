"""`hustings reach`: how many people saw at least one of some ads, from a table that says who saw which."""

from __future__ import annotations

__all__ = ["reach"]

import json
import secrets
from datetime import datetime
from pathlib import Path

import click


@click.command(short_help="Count the people of a table of viewers, each once.")
@click.argument("path", metavar="VIEWERS", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--ad", "ads", multiple=True, metavar="AD", help="Only of this ad; may be said again.  [default: all]")
@click.option(
    "--day", type=click.DateTime(formats=["%Y-%m-%d"]), metavar="DAY", help="Part it before this day and from it on, such as election day."
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def reach(path: Path, ads: tuple[str, ...], day: datetime | None, as_json: bool) -> None:
    """Count who saw at least one ad, from a table with the columns ad and viewer, and day and country where it has them.

    One row is one time that one viewer was shown one ad. Up to 5 million people are counted one by one; more, in a sketch
    with an interval of 95 %. Viewers are hashed under a key that is thrown away at the end; fewer than 10 are never told by
    their number. Shares of impressions and of people are never mixed: one person can be in several parts.
    """
    from hustings.connectors.viewers import read_viewers
    from hustings.screening.reach_table import count_views

    counted = count_views(
        read_viewers(path, str(path)), secrets.token_bytes(32), ads=ads, day=None if day is None else day.date()
    )
    if as_json:
        told = [
            {"by": one.by, "part": one.part, "ads": one.answer.ads, "impressions": one.impressions, "share_of_impressions": one.impressions_share,
             "people": one.answer.people, "low": one.answer.low, "high": one.answer.high, "share_of_people": one.people_share,
             "how": one.answer.how.value, "sentence": one.answer.sentence, "caveat": one.answer.caveat}
            for one in counted
        ]  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in counted:
        shown = "" if one.impressions_share is None else f" ({one.impressions_share:.1%} of impressions)"
        people = "" if one.people_share is None else f" {one.people_share:.1%} of the people."
        click.echo(f"{one.by} {one.part}: {one.answer.sentence} Shown {one.impressions:,} times{shown}.{people}")
    click.echo(counted[0].answer.caveat)
