"""Fill an empty installation with the demo season."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.apps.seed.advertisers import bring_advertisers
from hustings.apps.seed.ballots import bring_election_work
from hustings.apps.seed.door import bring_ads
from hustings.apps.seed.liaison import bring_partners
from hustings.apps.seed.reviewing import bring_reviewing
from hustings.apps.seed.season import Loaded, at_desk, play, simulated, temporary
from hustings.apps.seed.world import build

__all__ = ["PASSWORD", "Command"]

PASSWORD = "only for the demo season"  # noqa: S105 - printed beside the sign-ins; the command refuses a used installation


class Command(BaseCommand):
    """`seed`: for an installation that nobody uses; it is refused where there are people already."""

    help = "Fill an empty installation with the demo season: invented organisations, people and clearances."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--password", default=PASSWORD, help="for every demo sign-in")
        parser.add_argument(
            "--run",
            action="append",
            nargs=4,
            metavar=("TRACES", "TITLE", "COLLECTED", "DIR"),
            help="a trace table, its title, the rule it was collected by, and the folder of `hustings detect` on it; "
            "without any, a small season is simulated",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write the season, whole or not at all."""
        if Person.objects.exists():
            raise CommandError("There are people in this installation already; the demo season is for an empty one.")
        say = self.stdout.write if options["verbosity"] else (lambda _: None)
        world = build(moment(), options["password"])
        say(f"{len(world.organisations)} organisations and {len(world.people)} people.")
        with temporary() as place:
            tables = [given(each) for each in options["run"]] if options["run"] else simulated(place)
            play(world, tables, say)
        bring_partners(world, say)
        bring_advertisers(partial(at_desk, world), options["password"], say)
        bring_ads(partial(at_desk, world), say)
        bring_election_work(partial(at_desk, world), say)
        bring_reviewing(partial(at_desk, world), world, options["password"], say)


def given(words: list[str]) -> Loaded:
    """A table that stands there already."""
    traces, title, collected, folder = words
    for place in (Path(traces), Path(folder)):
        if not place.exists():
            raise CommandError(f"There is no {place}. Name a trace table and the folder of a finished run.")
    return Path(traces), title, collected, Path(folder)
