"""`manage screen_ads`: holds the ads of an archive against the door, and says what would have stopped them, and when."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hustings.apps.ads.models import Ad
from hustings.apps.ads.screened import screen_recorded
from hustings.apps.database import WORKER, in_role
from hustings.policy.advertising import AdState

__all__ = ["Command"]

BATCH = 200


class Command(BaseCommand):
    """May be stopped and run again: an ad whose present version was read is not read again."""

    help = "Read the ads of an archive by the rules of the door, as if each had been handed in on the day it was made."

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be said."""
        parser.add_argument("--archive", required=True, help="ira, snap, google, meta, ...")
        parser.add_argument(
            "--again", action="store_true", help="also those that were read before, by the present rules"
        )

    def handle(self, *_: Any, archive: str, again: bool, **__: Any) -> None:
        """Read them."""
        keys = list(
            Ad.objects.filter(archive=archive, state=AdState.RECORDED)
            .order_by("created", "pk")
            .values_list("pk", flat=True)
        )
        routes: Counter[str] = Counter()
        first: dict[str, datetime] = {}
        count: Counter[str] = Counter()
        political = 0
        for start in range(0, len(keys), BATCH):
            with in_role(WORKER):
                for ad in Ad.objects.filter(pk__in=keys[start : start + BATCH]).select_related(
                    "creative", "page", "payer", "election", "sponsor"
                ):
                    read = None if again else ad.screenings.filter(version=ad.version).order_by("-at").first()
                    read = read or screen_recorded(ad)
                    routes[read.route] += 1
                    political += read.political is not False
                    for category in {hit["category"] for hit in read.hits}:
                        count[category] += 1
                        if ad.created is not None and ad.created < first.get(
                            category, datetime.max.replace(tzinfo=ad.created.tzinfo)
                        ):
                            first[category] = ad.created
        self.stdout.write(
            f"{len(keys):,} ads of {archive} held against the door; {political:,} read as political or could not be judged."
        )
        for route, number in sorted(routes.items()):
            self.stdout.write(f"  {route}: {number:,}")
        for category, number in count.most_common():
            since = f", the first of {first[category]:%-d %B %Y}" if category in first else ""
            self.stdout.write(f"  {category}: {number:,} ads{since}")
