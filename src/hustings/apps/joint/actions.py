"""Saying something of what others shared."""

from __future__ import annotations

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.items.actions import make_item
from hustings.apps.joint import find
from hustings.apps.joint.models import Remark
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.marking import Marking
from hustings.policy.remark import RemarkKind, Word

__all__ = ["REMARK", "SEE", "remark"]

SEE, REMARK = "see joint work", "remark on joint work"


@transaction.atomic
def remark(
    stix_id: str, *, kind: RemarkKind, words: str, by: Seat, marking: Marking, word: Word | None = None
) -> Remark:
    """Say something of an object that was shared: an item of one's own, at least as strict as what it is about.

    Raises   NotKnown for an object that the seat may not know, BadInput
    """
    about = find.subject(stix_id, by)
    require(by, REMARK, about.item)
    problems = []
    if not words.strip():
        problems.append(Problem(where="words", found="nothing", expected="what you say of it, and why", do="Write it."))
    if (kind is RemarkKind.OPINION) != (word is not None):
        found = "none" if word is None else word.value
        problems.append(
            Problem(
                where="word",
                found=found,
                expected="one with an opinion, none with a note",
                do="Choose one, or write a note.",
            )
        )
    if problems:
        raise BadInput("Nothing was said.", problems)
    item = make_item(
        kind="remark",
        title=f"{kind.value.capitalize()} on {about.item.title}"[:300],
        text=words.strip(),
        marking=marking,
        by=by,
        sources=[about.item],
    )
    made = Remark.objects.create(
        item=item, refs=[stix_id], kind=kind.value, word=word.value if word is not None else "", by=by.appointment
    )
    record("remark made", by=by, about=item, subject=("item", about.item_id), facts={"kind": kind.value})
    return made
