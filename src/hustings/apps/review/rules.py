"""By which rules an organisation reviews: looks by a second person, what goes by chance, how much anybody is given."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.review.models import Rules
from hustings.errors import BadInput, Problem
from hustings.policy.reviewing import STANDARD, Topic

__all__ = ["BOUNDS", "in_force", "proposed", "put_in_force"]

# What a supervisor may choose, from and to.
BOUNDS = {
    "chance": (0, 50),
    "second_removal": (0, 100),
    "second_speech": (0, 100),
    "second_rest": (0, 100),
    "run_minutes": (0, 240),
    "break_minutes": (0, 240),
}
MOST_MINUTES, MOST_ITEMS = 480, 2000  # of a topic a day


def in_force(seat: Seat) -> Rules | None:
    """The rules of the reader's organisation; None where nobody has put any in force."""
    return (
        Rules.objects.filter(held_by=seat.appointment.position.organisation_id).order_by("-at", "-recorded_at").first()
    )


def proposed() -> dict[str, int]:
    """The standard, as the form begins with it: numbers by name, caps as `minutes_TOPIC` and `items_TOPIC`."""
    numbers = {name: int(getattr(STANDARD, name)) for name in BOUNDS}
    for topic, (minutes, items) in STANDARD.caps.items():
        numbers |= {f"minutes_{topic}": minutes, f"items_{topic}": items}
    return numbers


def numbers_of(rules: Rules) -> dict[str, int]:
    """The same of rules that are in force."""
    numbers = {name: int(getattr(rules, name)) for name in BOUNDS}
    for topic, (minutes, items) in rules.caps.items():
        numbers |= {f"minutes_{topic}": minutes, f"items_{topic}": items}
    return numbers


@transaction.atomic
def put_in_force(numbers: Mapping[str, str], *, by: Seat, reason: str) -> Rules:
    """Put rules in force from now on; those before stay on record.

    numbers   by the names of `proposed`, as a form has them; a topic without numbers has no cap
    Raises    Refused, BadInput naming every number that cannot be
    """
    require(by, "keep review rules", reason=reason)
    problems: list[Problem] = []

    def number(name: str, least: int, most: int) -> int:
        given = numbers.get(name, "").strip()
        if given.isascii() and given.isdigit() and len(given) < 6 and least <= int(given) <= most:
            return int(given)
        problems.append(
            Problem(where=name, found=repr(given)[:40], expected=f"a number from {least} to {most}", do="Correct it.")
        )
        return 0

    kept = {name: number(name, *BOUNDS[name]) for name in BOUNDS}
    caps: dict[str, list[int]] = {}
    for topic in Topic:
        if numbers.get(f"minutes_{topic}", "").strip() or numbers.get(f"items_{topic}", "").strip():
            caps[topic.value] = [number(f"minutes_{topic}", 0, MOST_MINUTES), number(f"items_{topic}", 0, MOST_ITEMS)]
    if kept["run_minutes"] and not kept["break_minutes"]:
        problems.append(
            Problem(where="break_minutes", found="0", expected="how long a break lasts", do="Give it, or no run.")
        )
    if not reason.strip():
        problems.append(Problem(where="reason", found="nothing", expected="why, in a sentence", do="Write it."))
    if problems:
        raise BadInput("These rules cannot be put in force.", problems)
    return Rules.objects.create(
        held_by=by.appointment.position.organisation,
        caps=caps,
        reason=reason.strip()[:500],
        by=by.appointment,
        at=moment(),
        **kept,
    )
