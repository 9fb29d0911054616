"""Making a record unreadable for ever: one person asks on a named ground, another agrees, and its key is destroyed.

What stays is the tombstone: numbers, days, states and references, the digests in the log, and an entry that says on which
ground the content went. Backups of the database do not hold the keys (`serving.backup`), so none brings it back.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet

from hustings.apps.audit.record import record
from hustings.apps.library.models import GROUNDS, Expungement, Shown, Subject
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem

__all__ = ["ask_to_expunge", "covered", "decide_expungement", "find_expungements"]

FEWEST_WORDS = 3


def covered(number: int) -> list[int]:
    """The numbers that go with a subject: of a page, payer or advertiser also every ad that names it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM library_covered(%s) AS c (number) ORDER BY 1", [number])
        return [row[0] for row in cursor.fetchall()]


def find_expungements() -> QuerySet[Expungement]:
    """What was asked and decided, newest first, as far as the reader's seat may see it."""
    return Expungement.objects.select_related("subject", "asked_by__person", "decided_by__person").order_by("-asked_at")


@transaction.atomic
def ask_to_expunge(number: int, *, ground: str, reference: str, words: str, by: Seat) -> Expungement:
    """Ask; nothing changes until another person agrees.

    Raises   BadInput naming everything that is missing
    """
    require(by, "ask to expunge", reason=words)
    problems = []
    if not Shown.objects.filter(number=number).exists():
        problems.append(
            Problem(where="number", found=str(number), expected="a number of the library", do="Look at its page.")
        )
    if ground not in GROUNDS:
        problems.append(Problem(where="ground", found=repr(ground), expected=" or ".join(GROUNDS), do="Choose one."))
    if not reference.strip():
        problems.append(Problem(where="reference", found="nothing", expected="the order's file number, or that of the report",
                                do="Name it: who looks later has to find it."))  # fmt: skip
    if len(words.split()) < FEWEST_WORDS:
        problems.append(
            Problem(where="words", found=repr(words), expected="why it has to go, for who decides", do="Say it.")
        )
    if Expungement.objects.filter(subject=number).exclude(outcome="refused").exists():
        problems.append(Problem(where="number", found="asked for already", expected="a record that nobody asked this of",
                                do="Look at the list."))  # fmt: skip
    if problems:
        raise BadInput("It cannot be asked for.", problems)
    asked = Expungement.objects.create(
        subject=Subject.objects.get(pk=number), ground=ground, reference=reference.strip(), words=words.strip(), asked_by=by.appointment
    )  # fmt: skip
    record("library expungement asked", by=by, subject=("expungement", asked.pk), reason=words,
           facts={"number": number, "ground": ground}, text={"reference": reference.strip()})  # fmt: skip
    return asked


@transaction.atomic
def decide_expungement(asked: Expungement, *, agree: bool, by: Seat, reason: str = "") -> int:
    """Agree, or not; gives how many records became unreadable. There is no way back from agreeing.

    Raises   Refused for who asked, BadInput where it was decided before
    """
    require(by, "expunge", asked_by=asked.asked_by, reason=reason)
    held = Expungement.objects.filter(pk=asked.pk).first()
    if held is None or held.outcome:
        raise BadInput("It was decided already.", [Problem(
            where="expungement", found=held.outcome if held else "nothing", expected="one that waits", do="Look at the list.")])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT library_decide(%s, %s)", [asked.pk, agree])
        gone: int = cursor.fetchone()[0]
    record("library expunged" if agree else "library expungement refused", by=by, subject=("expungement", asked.pk), reason=reason,
           facts={"number": asked.subject_id, "ground": asked.ground, "records": gone})  # fmt: skip
    asked.refresh_from_db()
    return gone
