# ruff: noqa: PLC0415 - the models are imported when the server runs
"""How fast decisions are: in Python, and as a list of 50 among a million marked items with row-level security on.

    .venv/bin/python benchmarks/decisions.py [--items 1000000] [--labels 400]

Starts a PostgreSQL server of its own, fills it, and prints. Three readers: one who may see nearly all, one who may see
nearly nothing (a few named items), and a visitor.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=400)
    options = parser.parse_args()
    in_python()
    from hustings.serving.postgres import running
    from hustings.serving.roles import embedded_addresses

    place = Path(tempfile.mkdtemp(prefix="hpg"))
    place.chmod(0o711)
    with running(place / "data", throwaway=True) as server:
        addresses = embedded_addresses(server, "benchmark")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "hustings.apps.settings",
            "HUSTINGS_SECRET_KEY": "benchmark",
            "HUSTINGS_APP_DATABASE_URL": addresses.owner,
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        in_database(addresses.app, items=options.items, labels=options.labels)


def in_python() -> None:
    """Decisions a second, over readers and items for which all twelve conditions are asked."""
    from unit.test_policy_decide import NOW, PUBLIC, READER, TIP

    from hustings.policy.decide import may_read

    for name, reader, item in (("all twelve hold", READER, TIP), ("a visitor", None, TIP), ("public", None, PUBLIC)):
        rounds = 20_000
        began = time.process_time()
        for _ in range(rounds):
            may_read(reader, item, NOW)
        print(f"python, {name}: {rounds / (time.process_time() - began):,.0f} decisions a second of one processor")


def in_database(app_dsn: str, *, items: int, labels: int) -> None:
    """Fill the tables and time the first page of a list, a count, a search and one item for each reader."""
    from django.db import connection, connections

    began = time.perf_counter()
    people = fill(items, labels)
    print(f"{items:,} items under {labels} labels made in {time.perf_counter() - began:.0f} s")

    from hustings.apps.settings import database

    connections.close_all()
    connection.settings_dict.update(
        {key: value for key, value in database(app_dsn).items() if key in ("USER", "PASSWORD")}
    )
    from hustings.apps import database as here
    from hustings.apps.database import WEB, in_role
    from hustings.apps.items.models import Item
    from hustings.apps.permission import readable

    def newest(seat):
        return list(readable(seat).order_by("-made_at")[:50])

    def bare(_seat):
        return list(Item.objects.order_by("-made_at")[:50])

    def of_kind(seat):
        return list(readable(seat).filter(kind="finding").order_by("-made_at")[:50])

    def search(seat):
        return list(readable(seat).filter(search="word7").order_by("-made_at")[:50])

    def count(seat):
        return readable(seat).count()

    for name, seat in people.items():
        for measure in (newest, of_kind, search, count, bare):
            times = []
            for _ in range(9 if measure not in (count, bare) else 3):
                with in_role(WEB):
                    if seat is not None:
                        here.seat(seat.id, strong=True)
                    began = time.perf_counter()
                    found = measure(seat)
                    times.append((time.perf_counter() - began) * 1000)
            size = found if isinstance(found, int) else len(found)
            print(f"{name:16} {measure.__name__:8} {size:>9,} found  {statistics.median(times):8.1f} ms")


def fill(items: int, labels: int):
    """Organisations, three readers, labels and items; the items by SQL, in one statement."""
    from django.db import connection, transaction

    from hustings.apps.items.actions import label_of
    from hustings.apps.items.models import NeedGrant, SharingGroup, SharingMember
    from hustings.apps.people import models as people
    from hustings.apps.people.seat import Seat
    from hustings.policy.level import Level
    from hustings.policy.marking import Marking, Need, Tlp

    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    said = {"at": long_ago, "document": "order 1"}
    found = []
    with transaction.atomic():
        for name in ("one", "two", "three"):
            organisation = people.Organisation.objects.create(name=name, legal_name=name, kind="company", country="US")
            people.OrganisationChange.objects.create(organisation=organisation, state="in force", **said)
            site = people.Site.objects.create(organisation=organisation, name="house", country="US")
            people.FacilityChange.objects.create(site=site, state="granted", level=3, safeguarding=3, **said)
            person = people.Person.objects.create(name=name, email=f"{name}@example.org")
            people.EligibilityChange.objects.create(person=person, state="favourable", level=3, vetting=True, **said)
            for kind in ("non-disclosure agreement", "training"):
                people.AgreementChange.objects.create(person=person, kind=kind, **said)
            position = people.Position.objects.create(organisation=organisation, site=site, title="x")
            people.PositionChange.objects.create(position=position, roles=["analyst"], level=3, **said)
            appointment = people.Appointment.objects.create(person=person, position=position)
            people.AppointmentChange.objects.create(appointment=appointment, **said)
            people.AccessChange.objects.create(appointment=appointment, state="active", level=3, **said)
            found.append((organisation, appointment))
        (first, one), (second, two), (_third, three) = found
        wide = SharingGroup.objects.create(name="wide", owner=first)
        SharingMember.objects.create(group=wide, organisation=first, **said)
        keys = []
        for number in range(labels):
            named = number % 50 == 0
            # Nearly all is the first organisation's; each label differs by something that does not matter.
            marking = Marking(
                tlp=Tlp.AMBER,
                owner=str(first.pk),
                group=str(wide.pk),
                level=Level.SECRET if named else Level.UNCLASSIFIED,
                need=Need.NAMED if named else Need.NONE,
                permitted_organisations=frozenset({str(first.pk), f"00000000-0000-0000-0000-{number:012}"}),
            )
            keys.append(label_of(marking).pk)
        two_alone = label_of(Marking(tlp=Tlp.AMBER_STRICT, owner=str(second.pk))).pk
        three_named = label_of(Marking(tlp=Tlp.GREEN, owner=str(first.pk), need=Need.NAMED)).pk
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE item DISABLE TRIGGER USER")  # an entry in the log for each is another figure
            cursor.execute(
                "INSERT INTO item (id, kind, label_id, title, text, state, made_at) "
                "SELECT gen_random_uuid(), (ARRAY['finding','tip','case','note'])[1 + n %% 4], "
                "CASE WHEN n %% 100000 = 7 THEN %s WHEN n %% 10 = 0 THEN %s ELSE (%s::uuid[])[1 + n %% %s] END, "
                "'Title ' || n, 'word' || (n %% 5000), '', %s::timestamptz + n * interval '1 second' "
                "FROM generate_series(1, %s) n",
                [two_alone, three_named, keys, labels, long_ago, items],
            )
            cursor.execute("ALTER TABLE item ENABLE TRIGGER USER")
            cursor.execute("SELECT id FROM item WHERE label_id = %s LIMIT 20", [three_named])
            few = [row[0] for row in cursor.fetchall()]
        NeedGrant.objects.bulk_create(
            NeedGrant(
                item_id=key,
                appointment=three,
                granted_by=one,
                purpose="x",
                starts_at=long_ago,
                ends_at=datetime(2999, 1, 1, tzinfo=UTC) + timedelta(),
            )
            for key in few
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE item")
        cursor.execute("ANALYZE label")

    def seat(appointment):
        return Seat(appointment=appointment, person=appointment.person, roles=frozenset(), strong=True, now=long_ago)

    return {"nearly all": seat(one), "a dozen": seat(two), "a few by name": seat(three), "a visitor": None}


if __name__ == "__main__":
    main()
