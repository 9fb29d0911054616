"""`manage look_for_undeclared`: puts undeclared ads before two people each, suspected ones and some by lot."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hustings.apps.ads.management.acting_as import seat_named
from hustings.apps.ads.undeclared import look_for_undeclared
from hustings.apps.database import WEB, in_role
from hustings.errors import BadInput

__all__ = ["Command"]


class Command(BaseCommand):
    """Acts as the person named, through the same rules as the button on the page of figures."""

    help = (
        "Ask two people each, without the machine's answer, about undeclared ads: suspected ones, and a sample by lot."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What may be said."""
        parser.add_argument("--by", required=True, metavar="EMAIL", help="a reviewer; the log says who drew")
        parser.add_argument("--position", help="title of the position to act in")
        parser.add_argument("--archive", default="", help="recorded ads of this archive, instead of what was handed in")
        parser.add_argument("--per-language", type=int, default=50, help="by lot, of those held to be not political")
        parser.add_argument("--suspected", type=int, default=50, help="at most so many of those held to be political")
        parser.add_argument("--draw", default="", help="what the lot is made from; a new secret one unless named")

    def handle(self, *_: Any, by: str, position: str | None, archive: str, per_language: int, suspected: int, draw: str,
               **__: Any) -> None:  # fmt: skip
        """Draw."""
        if min(per_language, suspected) < 0:
            raise CommandError("So few cannot be drawn: give numbers of zero or more.", returncode=2)
        try:
            with in_role(WEB):
                seat = seat_named(by, position)
                drawn = look_for_undeclared(
                    seat.appointment.position.organisation, key=draw or secrets.token_hex(16), per_language=per_language,
                    suspected=suspected, archive=archive, by=seat,
                )  # fmt: skip
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"{drawn.suspected + drawn.sampled:,} ads wait for two people each: {drawn.suspected:,} suspected, "
            f"{drawn.sampled:,} by lot. Nobody is told which are which."
        )
