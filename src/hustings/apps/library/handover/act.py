"""Handing over: who may, what goes, and the entry in the log that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from hustings.apps import database
from hustings.apps.audit.commit import log_secret
from hustings.apps.audit.models import Log
from hustings.apps.audit.record import record
from hustings.apps.cases.disclosing import register
from hustings.apps.library.handover.reading import HANDED_OVER, asked, held_by_library, question_digest
from hustings.apps.library.handover.sql import act_of
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.exchange.package.cut import Cut
from hustings.ledger.checkpoint import Signer, add_signatures, write_key
from hustings.ledger.manifest import PACKAGE, Sealing
from hustings.policy.disclosure import DisclosureKind
from hustings.progress import Progress
from hustings.report.package.figures import Figures
from hustings.report.package.make import Made, make_package

__all__ = ["hand_over"]

LONGEST = 300


def hand_over(
    query: str, moment: datetime, cut: Cut, out: Path, *, by: Seat, to: str, ground: str, reference: str, command: str,
    committed: Callable[[], None], media: Path | None = None, progress: Progress | None = None,
) -> Made:  # fmt: skip
    """Make the package of the ads that the library shows for a question, and log the act.

    committed   called when the entry is written and nothing can go wrong any more but the last move of the file: ends
                the transaction, so that no package is ever there without its entry
    Raises      Refused (recorded), BadInput
    """
    said = {"to": to, "ground": ground, "reference": reference, "query": query}
    problems = [
        Problem(where=f"--{name}", found=f"{len(value):,} characters", expected=f"at most {LONGEST}", do="Say it shorter.")
        for name, value in said.items() if len(value) > LONGEST
    ]  # fmt: skip
    if moment > database.moment():
        problems.append(
            Problem(
                where="--as-of", found=moment.isoformat(), expected="a moment that is past", do="Ask of an earlier one."
            )
        )
    question = None
    try:
        question = asked(query)
    except BadInput as error:
        problems += error.problems
    if problems or question is None:
        raise BadInput("The package cannot be made.", problems)
    require(by, act_of(cut), reason=f"{reference}: {ground}")
    door = by.appointment.position.organisation
    held = held_by_library(question, cut, moment, door.pk)

    def told(manifest: str, figures: Figures) -> None:
        facts: dict[str, str | int | bool | None] = {
            "cut": cut.value, "ads": figures.ads, "place": held.about["place"], "as_of": held.moment, "manifest": manifest,
            "question": question_digest(question),
        }  # fmt: skip
        record(HANDED_OVER, by=by, subject=("organisation", door.pk), facts=facts, text=said)
        register.enter(
            by=by, kind=DisclosureKind.ADS, what=f"{figures.ads} ads, cut {cut.value}: {query}", to=to, ground=f"{reference}: {ground}",
            marking=f"cut {cut.value}", digest=manifest,
        )  # fmt: skip
        committed()

    return make_package(
        held, cut, out, command=command, media=media, sign=signing(), before_it_is_there=told, progress=progress
    )


def signing() -> Sealing | None:
    """The key that signs the library's log puts its name under the seal; None where this process has none.

    The text has two lines, a checkpoint has three, so neither can be taken for the other.
    """
    if not settings.LOG_KEY:
        return None
    signer = Signer(name=Log.objects.get(name="library").origin, secret=log_secret())

    def sign(seal: str) -> dict[str, str]:
        text = f"{PACKAGE}\n{seal}\n"
        return {"note": add_signatures(text, [signer.sign(text)]).decode(), "key": write_key(signer.key())}

    return sign
