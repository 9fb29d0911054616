"""One rule, four readings: the function, the SQL predicate, row-level security, and an oracle that shares no code."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from oracle import readable_ids, why_not
from worlds import INSTANTS, MICROSECOND, NOW, put, worlds

from hustings.apps import database, permission
from hustings.apps.database import WEB, in_role
from hustings.apps.items.facts import marked, reader_of
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.policy.decide import may_read

pytestmark = pytest.mark.django_db

QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def seat_of(appointment_id, *, strong=True):
    appointment = Appointment.objects.get(pk=appointment_id)
    return Seat(appointment=appointment, person=appointment.person, roles=frozenset(), strong=strong, now=NOW)


def by_function(seat, now):
    reader = reader_of(seat.id, strong=seat.strong, now=now) if seat else None
    return {
        str(item.pk): {condition.value for condition in may_read(reader, marked(item), now).failed}
        for item in Item.objects.select_related("label")
    }


def by_predicate(seat):
    return {str(key) for key in permission.readable(seat).values_list("pk", flat=True)}


def by_row_security(seat):
    with in_role(WEB):
        if seat is not None:
            database.seat(seat.id, strong=seat.strong)
        alone = {str(key) for key in Item.objects.values_list("pk", flat=True)}
        both = by_predicate(seat)
    return alone, both


def test_function_predicate_and_row_security_agree_with_the_oracle(at):
    seen = Counter()

    @QUICK
    @given(worlds())
    def agree(world):
        with transaction.atomic():
            at(NOW)
            put(world)
            people = [(row["id"], True) for row in world["appointments"]] + [(world["appointments"][0]["id"], False)]
            for who, strong in [*people, (None, False)]:
                wanted = readable_ids(world, who, strong, NOW)
                seat = seat_of(who, strong=strong) if who else None
                failed = by_function(seat, NOW)
                assert {item for item, codes in failed.items() if not codes} == wanted
                assert by_predicate(seat) == wanted
                assert by_row_security(seat) == (wanted, wanted)
                if who is not None:
                    for item, codes in failed.items():
                        said = why_not(world, who, strong, item, NOW)
                        assert codes == said
                        seen.update(codes or {"allowed"})
            transaction.set_rollback(True)

    agree()
    # The worlds were worth drawing: every condition failed somewhere, and much was allowed.
    assert seen["allowed"] > 20
    assert {code for code, count in seen.items() if count} >= {
        "identity",
        "marking",
        "access",
        "eligibility",
        "position",
        "facility",
        "agreement",
        "compartment",
        "release",
        "sharing",
        "need to know",
        "conflict",
    }


def test_at_every_boundary_instant_the_predicate_and_row_security_agree_with_the_oracle(at):
    @settings(QUICK, max_examples=2)
    @given(worlds())
    def agree(world):
        with transaction.atomic():
            put(world)
            for now in sorted({*INSTANTS, NOW + 2 * MICROSECOND, NOW + timedelta(days=1) - MICROSECOND}):
                at(now)
                for row in world["appointments"]:
                    wanted = readable_ids(world, row["id"], True, now)
                    seat = seat_of(row["id"])
                    assert {item for item, codes in by_function(seat, now).items() if not codes} == wanted
                    assert by_row_security(seat) == (wanted, wanted)
            transaction.set_rollback(True)

    agree()
