"""Each row rule beneath the pages holds by itself, and what is added is never changed: asked of the bare tables."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from guards import GUARDS
from installation import clock_tells
from people_world import NOW, as_web, small_world

from hustings.apps.items.actions import label_of
from hustings.apps.items.models import Consent, Item, NeedGrant, Recusal, SharingGroup, SharingMember, Source
from hustings.apps.items.protection import TABLES as ITEMS
from hustings.apps.people.protection import TABLES as PEOPLE
from hustings.apps.people.roster_rows import ROSTER
from hustings.policy.condition import Condition
from hustings.policy.marking import Marking, Need, Tlp
from hustings.policy.role import Role

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def made(lasting):
    """A world in which ben, an analyst, sees little, and what it holds by name."""
    clock_tells(NOW)
    world = small_world()
    meridian, directorate = (world.organisations[name] for name in ("Meridian", "Directorate"))
    anna, ben, kira = (
        world.seat("anna", "Meridian", Role.ANALYST),
        world.seat("ben", "Meridian", Role.ANALYST),
        world.seat("kira", "Directorate", Role.LIAISON),
    )
    ours = label_of(Marking(tlp=Tlp.AMBER, owner=str(meridian.pk)))
    named = label_of(Marking(tlp=Tlp.AMBER, owner=str(meridian.pk), need=Need.NAMED))
    green = label_of(Marking(tlp=Tlp.GREEN, owner=str(directorate.pk)))

    def item(label, by):
        return Item.objects.create(kind="note", title="x", label=label, made_by=by.appointment)

    made = {
        "ben": ben,
        "anna": anna,
        "hidden label": named,
        "item": item(ours, ben),
        "hidden item": item(named, kira),
        "foreign item": item(green, kira),
    }
    made["named item"] = item(label_of(Marking(tlp=Tlp.GREEN, owner=str(directorate.pk), need=Need.NAMED)), kira)
    made["group"] = SharingGroup.objects.create(name="ours", owner=meridian)
    made["hidden group"] = SharingGroup.objects.create(name="theirs", owner=directorate)
    about = {"organisation": directorate, "at": NOW, "document": "x"}
    made["hidden member"] = SharingMember.objects.create(group=made["hidden group"], **about)
    made["source"] = Source.objects.create(item=made["item"], source=made["foreign item"])
    made["hidden source"] = Source.objects.create(item=made["item"], source=made["hidden item"])
    dates = {"starts_at": NOW, "ends_at": TOMORROW}
    for name, about_item in (("consent", "foreign item"), ("hidden consent", "hidden item")):
        made[name] = Consent.objects.create(item=made[about_item], given_by=kira.appointment, reason="x", **dates)
    for name, about_item in (("grant", "named item"), ("hidden grant", "hidden item")):
        made[name] = NeedGrant.objects.create(
            item=made[about_item], appointment=anna.appointment, granted_by=kira.appointment, purpose="x", **dates
        )
    made["recusal"] = Recusal.objects.create(
        person=anna.person, organisation=directorate, reason="x", starts_at=TOMORROW
    )
    return made


@pytest.fixture
def place(made):
    return deepcopy(made)


def count(place, seat, statement, *values):
    """How many rows a statement finds or changes for a seat; -1 where it is refused."""
    with as_web(place[seat]):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount
        except DatabaseError as error:
            if "row-level security" not in str(error):
                raise
            return -1


def anna(table, column):
    key = "appointment" if column == "appointment_id" else "person"
    return lambda place: count(
        place,
        "ben",
        f"SELECT FROM {table} WHERE {column} = %s",
        place["anna"].id if key == "appointment" else place["anna"].person.pk,
    )


def hidden(table, name):
    return lambda place: count(place, "ben", f"SELECT FROM {table} WHERE id = %s", place[name].pk)


def written(seat, statement, *names):
    return lambda place: count(place, seat, statement, *(place[name].pk for name in names))


HOLDS = {
    "access_change-person_and_officers_know": anna("access_change", "appointment_id"),
    "agreement_change-person_and_officers_know": anna("agreement_change", "person_id"),
    "citizenship_change-person_and_officers_know": anna("citizenship_change", "person_id"),
    "eligibility_change-person_and_officers_know": anna("eligibility_change", "person_id"),
    "read_in_change-person_and_officers_know": anna("read_in_change", "appointment_id"),
    "compartment-insiders_know": lambda place: count(place, "ben", "SELECT FROM compartment"),
    "facility_change-officers_know": lambda place: count(place, "ben", "SELECT FROM facility_change"),
    "item-readers_know": hidden("item", "hidden item"),
    "item_consent-readers_know": hidden("item_consent", "hidden consent"),
    "item_source-readers_of_both_know": hidden("item_source", "hidden source"),
    "label-readers_know": hidden("label", "hidden label"),
    "need_grant-named_and_offices_know": hidden("need_grant", "hidden grant"),
    "recusal-person_and_officers_know": hidden("recusal", "recusal"),
    "sharing_group-members_know": hidden("sharing_group", "hidden group"),
    "sharing_member_change-members_know": hidden("sharing_member_change", "hidden member"),
    "item-readers_make": lambda place: count(
        place,
        "ben",
        "INSERT INTO item (id, kind, label_id, title, text, state, made_by_id) "
        "VALUES (gen_random_uuid(), 'note', %s, 'x', '', '', %s)",
        place["item"].label_id,
        place["anna"].id,
    ),
    "item_consent-owner_consents": lambda place: count(
        place,
        "ben",
        "INSERT INTO item_consent (id, item_id, given_by_id, reason, starts_at, ends_at) "
        "VALUES (gen_random_uuid(), %s, %s, 'x', %s, %s)",
        place["item"].pk,
        place["ben"].id,
        NOW,
        TOMORROW,
    ),
    "item_source-makers_say": written(
        "ben",
        "INSERT INTO item_source (id, item_id, source_id, released) VALUES (gen_random_uuid(), %s, %s, false)",
        "foreign item",
        "item",
    ),
    "need_grant-another_grants": lambda place: count(
        place,
        "ben",
        "INSERT INTO need_grant (id, item_id, appointment_id, granted_by_id, purpose, starts_at, ends_at) "
        "VALUES (gen_random_uuid(), %s, %s, %s, 'x', %s, %s)",
        place["item"].pk,
        place["anna"].id,
        place["ben"].id,
        NOW,
        TOMORROW,
    ),
    "recusal-person_or_officer_says": lambda place: count(
        place,
        "ben",
        "INSERT INTO recusal (id, person_id, item_id, reason, starts_at) VALUES (gen_random_uuid(), %s, %s, 'x', %s)",
        place["anna"].person.pk,
        place["item"].pk,
        NOW,
    ),
    "sharing_group-owner_makes": lambda place: count(
        place,
        "ben",
        "INSERT INTO sharing_group (id, name, owner_id) VALUES (gen_random_uuid(), 'x', %s)",
        place["ben"].appointment.position.organisation_id,
    ),
    "sharing_member_change-owner_changes": lambda place: count(
        place,
        "ben",
        "INSERT INTO sharing_member_change (id, group_id, organisation_id, state, at, document, note, recorded_by_id) "
        "VALUES (gen_random_uuid(), %s, %s, 'ended', %s, 'x', '', %s)",
        place["group"].pk,
        place["ben"].appointment.position.organisation_id,
        NOW,
        place["ben"].id,
    ),
    "item-holders_change": written("ben", "UPDATE item SET title = 'y' WHERE id = %s", "foreign item"),
    "item_consent-owner_withdraws": written(
        "ben", "UPDATE item_consent SET withdrawn_at = now() WHERE id = %s", "consent"
    ),
    "item_source-releasing_authorities_release": written(
        "ben", "UPDATE item_source SET released = true WHERE id = %s", "source"
    ),
    "label-owner_withdraws": lambda place: count(
        place, "ben", "UPDATE label SET withdrawn_at = now() WHERE id = %s", place["item"].label_id
    ),
    "need_grant-another_withdraws": written(
        "anna", "UPDATE need_grant SET withdrawn_at = now() WHERE id = %s", "grant"
    ),
    "recusal-officer_ends": written("anna", "UPDATE recusal SET ends_at = now() WHERE id = %s", "recusal"),
}


@pytest.mark.parametrize("rule", HOLDS)
def test_the_row_rule_holds(place, rule):
    assert HOLDS[rule](place) <= 0


ADDED = sorted(table.name for table in ITEMS + PEOPLE if table.append_only)


def filled(name):
    """Whether the world of these tests has rows in the table."""
    return name not in {"requisition_change", "visit_change", "rule_change"}


@pytest.mark.parametrize("table", [name for name in ADDED if filled(name)])
def test_rows_are_added_never_changed(place, table):
    for statement in (f"UPDATE {table} SET document = 'another'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("table", ADDED)
def test_tables_are_never_emptied(place, table):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_each_condition_row_rule_and_added_table_has_a_guard_that_is_tried():
    named = {guard.name for guard in GUARDS}
    assert {f"function: {condition.value}" for condition in Condition} <= named
    rules = {f"{table.name}-{policy}" for table in ITEMS for policy in table.rows}
    assert rules <= set(HOLDS)
    rules |= {rule for rule in HOLDS if rule.split("-")[0] in ROSTER}
    assert {f"rows: {rule.replace('-', '.')}" for rule in rules} <= named
    assert {f"trigger: {name}.added_only" for name in filter(filled, ADDED)} <= named


def test_no_view_shows_what_row_rules_hide(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce("
            "'security_invoker=true' = ANY (reloptions), false))"
        )
        assert cursor.fetchall() == []


def test_every_table_with_row_rules_forces_them_on_its_owner_too(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity")
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity")
        assert cursor.fetchone()[0] >= 15


def test_every_function_that_sees_more_than_its_caller_has_a_fixed_path(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' "
            "AND prosecdef AND NOT coalesce('search_path=public, pg_temp' = ANY (proconfig), false)"
        )
        assert cursor.fetchall() == []


def test_a_key_tells_nothing_of_how_many_there_are(db):
    assert all(model._meta.pk.get_internal_type() == "UUIDField" for model in (Item, NeedGrant, SharingGroup, Source))
