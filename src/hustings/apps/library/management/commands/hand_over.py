"""`manage hand_over`: the evidence package of a question, as the person named."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from hustings.apps.ads.management.acting_as import seat_named
from hustings.apps.database import WEB, in_role
from hustings.apps.library.handover.act import hand_over
from hustings.apps.permission import Refused
from hustings.errors import BadInput, EnvironmentLacks
from hustings.exchange.package.cut import Cut
from hustings.ledger.manifest import VERIFIER
from hustings.report.package.make import Made

__all__ = ["Command"]

ENDED_BY = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    """Acts as the person named, in the web's role: what they may not hand over is refused, and the refusal logged."""

    help = "Make the evidence package of the ads that fit a question; `hustings handover --query` calls it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be given."""
        parser.add_argument("--query", required=True, help="a search of the library")
        parser.add_argument("--as-of", required=True, type=datetime.fromisoformat, help="a moment with its zone")
        parser.add_argument("--cut", required=True, type=Cut, choices=list(Cut))
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who hands over")
        parser.add_argument("--position", help="title of the position to act in")
        parser.add_argument("--to", required=True, help="who receives it")
        parser.add_argument("--ground", required=True, help="the law, order or consent that lets it go")
        parser.add_argument("--reference", required=True, help="a file number")
        parser.add_argument("--creatives", type=Path, help="a folder of pictures and films")
        parser.add_argument("--out", required=True, type=Path, help="folder or .zip to write")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_: Any, **given: Any) -> None:
        """Make it."""
        for one in ENDED_BY:
            signal.signal(one, interrupted)
        moment: datetime = given["as_of"]
        words = [
            "hustings",
            "handover",
            "--query",
            given["query"],
            "--as-of",
            moment.isoformat(),
            "--cut",
            given["cut"].value,
        ]
        refused = None
        try:
            with ExitStack() as work:
                work.enter_context(in_role(WEB))
                seat = seat_named(given["by"], given["position"])
                try:
                    made = hand_over(
                        given["query"], moment, given["cut"], given["out"], by=seat, to=given["to"], ground=given["ground"],
                        reference=given["reference"], command=f"{shlex.join(words)} --by WHO --to WHO --ground GROUND --reference NUMBER --out DIR",
                        committed=work.close, media=given["creatives"],
                    )  # fmt: skip
                except Refused as error:
                    refused = error  # its entry is to stay, so the transaction ends well
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. Nothing was handed over.")
            sys.exit(130)
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        except EnvironmentLacks as error:
            raise CommandError(str(error), returncode=error.exit_code) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused it: {error}", returncode=2) from error
        if refused is not None:
            raise CommandError(str(refused), returncode=2)
        self.tell(made, given["cut"], as_json=given["as_json"])

    def tell(self, made: Made, cut: Cut, *, as_json: bool) -> None:
        """What was made, and what to tell the receiver."""
        missing = [one["name"] for one in made.missing if one["absent"]]
        if as_json:
            told = {
                "out": str(made.place),
                "manifest_sha256": made.manifest_sha256,
                "totals": made.figures.as_json(),
                "missing": missing,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{made.place}: cut {cut.value}.")
        for sentence in made.figures.sentences():
            self.stdout.write(f"  {sentence}")
        self.stdout.write(f"  Not in the data: {', '.join(missing) or 'nothing that we ask for is missing'}.")
        check = (
            f"unpack it, then python3 package/{VERIFIER}"
            if made.place.suffix == ".zip"
            else f"python3 {made.place / VERIFIER}"
        )
        self.stdout.write(f"  Check it:  {check}")
        self.stdout.write(f"  Tell the receiver by another way, manifest.json: {made.manifest_sha256}")


def interrupted(_number: int, _frame: FrameType | None) -> None:
    """Being ended is like being interrupted: what was begun is taken away, and a second signal does not stop that."""
    for one in ENDED_BY:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt
