"""What the platform stands on: the web owns nothing, time stands still rather than run back, additions stay."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from hustings.apps.database import WEB, in_role, moment
from hustings.apps.people.models import Organisation, OrganisationChange
from hustings.apps.protection.apply import declared


def test_every_table_says_who_may_touch_it(db):
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
    unsaid = existing - set(declared()) - {"auth_permission", "auth_group", "auth_group_permissions"}
    assert unsaid == set()
    assert {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("hustings")} <= existing


def test_the_web_owns_nothing_and_may_not_make_tables(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) IN ('hustings_web', 'hustings_app')"
        )
        assert cursor.fetchone()[0] == 0
    with in_role(WEB), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (x int)")


def test_a_change_is_added_and_never_altered_even_by_the_owner(db):
    organisation = Organisation.objects.create(name="A", legal_name="A", kind="company", country="DE")
    change = OrganisationChange.objects.create(organisation=organisation, state="in force", document="letter")
    for act in (lambda: OrganisationChange.objects.filter(pk=change.pk).update(state="ended"), change.delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is to be checked later would stop it for another reason
        cursor.execute("TRUNCATE organisation_change")


def test_a_role_lasts_for_its_block_alone(db):
    def role():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('hustings.appointment', true)")
            return cursor.fetchone()

    before = role()
    with in_role(WEB):
        assert role()[0] == WEB
    assert role()[0] == before[0]


def test_the_clock_that_decides_never_runs_backwards(db):
    later = datetime(2099, 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clock_high_water SET at = %s", [later])
    assert moment() == later


def test_the_moment_of_a_test_is_what_it_says(at):
    at(datetime(2027, 5, 1, 12, tzinfo=UTC))
    assert moment() == datetime(2027, 5, 1, 12, tzinfo=UTC)


def test_a_page_of_a_real_process_keeps_to_its_host(site):
    from urllib.request import urlopen

    with urlopen(site.url + "/") as answer:
        assert answer.status == 200
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
