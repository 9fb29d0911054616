"""`hustings fact-checks`: which ads say what newsrooms checked, on a file of ads or as leads of the platform."""

from __future__ import annotations

__all__ = ["fact_checks"]

import csv
import json
import os
from pathlib import Path

import click

from hustings.writing import whole_file

COLUMNS = ("archive_number", "page", "claim", "checked_by", "rating", "address", "by_address", "share")


@click.command(short_help="Match fact-checks with ads.")
@click.argument("feed", metavar="FEED", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--ads", type=click.Path(path_type=Path), metavar="ADS", help="A file of ads to compare with.")
@click.option("--kind", metavar="NAME", help="Which archive the ads are from, where their columns do not say.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="With --ads: a CSV file with a row a match."
)
@click.option("--by", metavar="EMAIL", help="Load it into the platform, as this person; matches become leads.")
@click.option("--position", metavar="TITLE", help="With --by: in which position, where they hold several.")
@click.option("--json", "as_json", is_flag=True, help="Say what was found as JSON.")
def fact_checks(
    feed: Path, ads: Path | None, kind: str | None, out: Path | None, by: str | None, position: str | None, as_json: bool
) -> None:  # fmt: skip
    """Read fact-checks (schema.org ClaimReview as JSON) and tell which ads say what was checked.

    Without --ads and --by the feed is read alone, and everything that is wrong with it is told. The rating is the checker's;
    that an ad says what was checked does not say that it agrees.
    """
    from hustings.errors import BadInput, Problem
    from hustings.exchange.claimreview import read_feed

    if ads is not None and by is not None:
        problem = Problem(
            where="--ads and --by",
            found="both",
            expected="one of them",
            do="Compare with a file, or load into the platform.",
        )
        raise BadInput("Two things are asked at once.", [problem])
    try:
        body = feed.read_bytes()
    except OSError as error:
        problem = Problem(where=str(feed), found=str(error.strerror), expected="a file", do="Look at its name.")
        raise BadInput("The feed cannot be read.", [problem]) from error
    told: dict[str, object] = {}
    if by is not None:
        told, problems = loaded(body, feed.name, by, position)
    else:
        read = read_feed(body, str(feed))
        told, problems = {"fact_checks": len(read.reviews)}, list(map(str, read.problems))
        if ads is not None:
            told |= compared(read, ads, kind, out)
    if as_json:
        click.echo(json.dumps(told | {"problems": problems}, ensure_ascii=False))
        return
    for one in problems:
        click.echo(f"Left out: {one}", err=True)
    click.echo(
        "; ".join(f"{name.replace('_', ' ')}: {value:,}" for name, value in told.items() if isinstance(value, int))
        + "."
    )


def compared(read: object, path: Path, kind: str | None, out: Path | None) -> dict[str, object]:
    """How many ads of a file say how many of the claims; row by row in a file where one is asked for."""
    from hustings.connectors.ads import read_ads
    from hustings.exchange.claimreview import Feed
    from hustings.screening.fact_check import Checked, Said, matches

    assert isinstance(read, Feed)
    by_key = {one.key: one for one in read.reviews}
    ads = {one.ad: one for one in read_ads(path, kind).ads}
    checks = [Checked(key=one.key, claim=one.claim, places=one.places) for one in read.reviews]
    texts = (Said(key=key, text=one.text or "", url=one.landing_url or "") for key, one in ads.items())
    found = list(matches(checks, texts))
    if out is not None:
        with whole_file(out) as place, place.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in found:
                ad, check = ads[one.said], by_key[one.checked]
                writer.writerow([ad.ad, ad.page_name or "", check.claim, check.by, check.rating, check.url,
                                 "yes" if one.by_address else "no", f"{one.share:.3f}"])  # fmt: skip
    return {"ads": len(ads), "matches": len(found), "ads_that_match": len({one.said for one in found})}


def loaded(body: bytes, name: str, email: str, position: str | None) -> tuple[dict[str, object], list[str]]:
    """Load a feed into the platform; what became of it, and what could not be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hustings.apps.settings")
    import django

    django.setup()
    from django.db.utils import DatabaseError, OperationalError

    from hustings.apps import database
    from hustings.apps.cases.factchecks.acts import load_feed
    from hustings.apps.database import WEB, in_role
    from hustings.apps.permission import Refused
    from hustings.cli.load import seat_of
    from hustings.errors import BadInput, EnvironmentLacks

    try:
        with in_role(WEB):
            seat = seat_of(email, position)
            # Whoever may run this command on this machine has more than a second factor: the database's own address.
            database.seat(seat.id, strong=True)
            done = load_feed(body, name, by=seat)
    except OperationalError as error:
        raise EnvironmentLacks(
            f"The database of the platform does not answer: {str(error).strip()}. Start it with `hustings up`, and say "
            "where it is in HUSTINGS_APP_DATABASE_URL."
        ) from error
    except (Refused, DatabaseError) as error:
        raise BadInput(f"{email} may not load this: {str(error).splitlines()[0]} Nothing was loaded.") from error
    looked = done.looked
    return (
        {
            "new": done.new,
            "known": done.known,
            "matches": looked.matches,
            "leads": looked.leads,
            "waiting": looked.waiting,
        },
        list(map(str, done.problems)),
    )
