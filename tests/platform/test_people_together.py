"""Two officers at the same moment, and previews against deeds: what was shown is what is done, for any move."""

import json

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people_world import NOW, SECRET, small_world

from hustings.apps.items.models import NeedGrant
from hustings.apps.people.models import AccessChange, AppointmentChange, ReadInChange, Requisition
from hustings.apps.people.moving import CannotMove, move, preview
from hustings.apps.people.signin.models import SignedIn
from hustings.policy.level import Level
from hustings.policy.moves import machine
from hustings.policy.role import Role

RACE = """
import json, threading
from django.db import connection, transaction
from people_world import small_world
from hustings.apps.people import actions
from hustings.apps.people.find import seats
from hustings.apps.people.models import AccessChange
from hustings.apps.people.moving import CannotMove, turn
from hustings.apps.permission import Refused
from hustings.policy.role import Role

with transaction.atomic():
    world = small_world()
anna = world.appointments["anna", "Meridian"]
together = threading.Barrier(2)
said = []

def officer(name, code, move, subject):
    try:
        (seat,) = seats(world.people[name], strong=True)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # the transaction, and with it its moment, begins before anybody moves
            together.wait()
            actions.make(code, move, subject, by=seat, document=f"letter of {name}")
        said.append("done")
    except CannotMove as error:
        said.append("refused")
    finally:
        connection.close()

def race(*runs):
    threads = [threading.Thread(target=officer, args=run) for run in runs]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

race(("carla", "access", "suspend", {"appointment": anna}), ("otto", "access", "suspend", {"appointment": anna}))
first = sorted(said), AccessChange.objects.filter(appointment=anna, state="suspended").count()
said.clear()
race(("carla", "access", "restore", {"appointment": anna}), ("otto", "eligibility", "revoke", {"person": anna.person}))
# Whoever came first: after the revocation nothing is active, at either employer.
last = {str(a.pk): AccessChange.objects.filter(appointment=a).order_by("-at", "-recorded_at").first().state
        for a in anna.person.appointments.all()}
print(json.dumps([first, sorted(said)[0], sorted(set(last.values()))]))
"""


def test_two_officers_at_once_move_one_after_the_other(site):
    first, _, last = json.loads(site.run(RACE).splitlines()[-1])
    assert first == [["done", "refused"], 1]
    assert last == ["debriefed"]


def snapshot():
    """Every row that a move could add or end, by its key."""
    rows = {
        "access": AccessChange.objects.values_list("pk", "appointment", "state"),
        "appointment": AppointmentChange.objects.values_list("pk", "appointment", "state"),
        "read-in": ReadInChange.objects.values_list("pk", "appointment", "state"),
        "sessions": SignedIn.objects.values_list("key", "appointment", "strong"),
        "grant": NeedGrant.objects.filter(withdrawn_at=None).values_list("pk", "appointment", "purpose"),
    }
    return {kind: {row[0]: tuple(map(str, row[1:])) for row in found} for kind, found in rows.items()}


def subjects(world):
    """Something for each machine to move."""
    anna = world.appointments["anna", "Meridian"]
    elsewhere = world.appointments["anna", "Directorate"]
    kira = world.appointments["kira", "Directorate"]
    return {
        "eligibility": [{"person": anna.person}, {"person": kira.person}],
        "access": [{"appointment": each} for each in (anna, elsewhere, kira)],
        "appointment": [{"appointment": each} for each in (anna, elsewhere, kira)],
        "facility": [{"site": site} for site in world.sites.values()],
        "position": [{"position": each.position} for each in (anna, elsewhere, kira)],
        "agreement": [{"person": anna.person, "kind": "training"}],
        "requisition": [{"requisition": Requisition.objects.create(position=anna.position)}],
    }


GIVEN = st.fixed_dictionaries({"level": st.sampled_from([int(level) for level in Level])})


def test_a_move_does_what_its_preview_showed_and_nothing_else(db, at):
    at(NOW)
    world = small_world()
    officer = world.seat("otto", "Meridian", Role.SECURITY_OFFICER)
    every = subjects(world)
    for number, appointment in enumerate(world.appointments.values()):
        SignedIn.objects.create(
            key=str(number), data="", person=appointment.person, appointment=appointment, strong=True,
            began_at=NOW, seen_at=NOW, ends_at=NOW,
        )  # fmt: skip
    choices = [(code, each.code) for code in every for each in machine(code).moves]

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.tuples(st.sampled_from(choices), st.integers(0, 2), GIVEN), min_size=1, max_size=6))
    def previews_equal_deeds(steps):
        with transaction.atomic():
            for (code, name), which, said in steps:
                subject = every[code][which % len(every[code])]
                before = snapshot()
                looked = preview(code, name, subject, by=officer, **said)
                assert snapshot() == before
                try:
                    with transaction.atomic():
                        move(code, name, subject, by=officer, document="letter", **said)
                except CannotMove:
                    assert not looked.possible
                    assert snapshot() == before
                    continue
                assert looked.possible
                after = snapshot()
                key = str(next(value for value in subject.values() if hasattr(value, "pk")).pk)
                own = [(key, str(machine(code).move(name).target))]
                for kind in ("access", "appointment", "read-in"):
                    added = [after[kind][new] for new in after[kind].keys() - before[kind].keys()]
                    shown = [
                        (str(each.appointment.pk), each.becomes) for each in looked.consequences if each.kind == kind
                    ]
                    assert sorted(added) == sorted(shown + (own if kind == code else []))
                for kind in ("sessions", "grant"):
                    gone = [before[kind][old][0] for old in before[kind].keys() - after[kind].keys()]
                    shown = [str(each.appointment.pk) for each in looked.consequences if each.kind == kind]
                    assert sorted(gone) == sorted(shown)
                for each in looked.consequences:
                    if each.kind == "access":
                        newest = each.appointment.access.order_by("-at", "-recorded_at", "-id").first()
                        assert newest.state == each.becomes
            transaction.set_rollback(True)

    previews_equal_deeds()
    assert AccessChange.objects.filter(level=SECRET).exists()
