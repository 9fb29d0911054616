"""What the law of the places where an ad is shown says of it: bans, silence before the vote, sponsors from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hustings.apps.ads.models import Ad
from hustings.screening.context import Context
from hustings.screening.hit import Hit
from hustings.screening.law import Law, bundled_law
from hustings.screening.law.checks import law_hits
from hustings.screening.submission import Submission

__all__ = ["barred_on", "elsewhere", "law_known"]

WINDOWS = ("ban_days", "silence_days")


def law_known() -> Law:
    """The tables that this installation goes by."""
    return bundled_law()


def elsewhere(submission: Submission, countries: Iterable[str], asked: str, on: date) -> list[Hit]:
    """What the law of the further countries says in which the ad is shown; `asked` was asked already.

    Limits   the election of an ad is that of one country; of the others only what holds without an election is told
    """
    found = []
    for country in countries:
        if country != asked:
            said = law_hits(submission, Context(country=country), law_known(), on)
            found += [hit for hit in said if hit.category.startswith("targeting.")]
    return found


def barred_on(ad: Ad, at: datetime) -> bool:
    """Whether a ban or a silence of a country in which the ad is shown holds at this moment.

    Limits   by day in UTC: a silence that begins at an hour holds from the day's first moment
    """
    if ad.election is None or ad.election.on is None:
        return False
    today = at.date()
    for country in {ad.election.country, *ad.countries}:
        rows = law_known().at(country, today)
        for rule in WINDOWS:
            if rule in rows and ad.election.on - timedelta(days=int(rows[rule].value)) <= today <= ad.election.on:
                return True
    return False
