"""Beneath the pages of ads and elections: of each table, others read, add and change nothing, asked of PostgreSQL itself."""

from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from made_door import acting, delivered, made_door, submit
from made_people import LONG_AGO, appoint, organisation, person

from hustings.apps import database
from hustings.apps.ads.delivery import Fact
from hustings.apps.ads.models import (
    Administrator,
    ArchiveImport,
    ArchiveRow,
    Behind,
    Challenge,
    Check,
    Document,
    DocumentLook,
    FoundLate,
    LandingCapture,
    ListedLanding,
    OrganisationStatement,
    PersonStatement,
    RegisterEdition,
    RegisterEntry,
    SetAside,
    Sponsor,
    SponsorChange,
    SponsorMember,
)
from hustings.apps.ads.protection import TABLES
from hustings.apps.database import WEB, in_role
from hustings.apps.elections.actions import record_voting_rule
from hustings.apps.elections.claims import record_claim
from hustings.apps.elections.models import Election
from hustings.apps.elections.planning import take_on
from hustings.apps.elections.protection import TABLES as ELECTIONS
from hustings.apps.people.find import seat_for
from hustings.policy.advertising import AdState, SponsorState
from hustings.policy.election import Status

pytestmark = pytest.mark.django_db

# What nobody reads through the web: the worker alone.
HIDDEN = {"ad_blind_look"}
NAMES = [table.name for table in TABLES if table.name not in HIDDEN]
LATER = datetime(2040, 1, 1, tzinfo=UTC)
# What a member of the sponsor reads of the world below; the rest is the door's.
THEIRS = {
    "sponsor", "sponsor_member", "sponsor_change", "sponsor_check", "sponsor_document", "sponsor_person", "sponsor_organisation",
    "sponsor_challenge", "sponsor_behind", "register_edition", "ad_page", "ad_page_name", "ad_payer", "ad_disclaimer", "ad_creative", "ad",
    "ad_version", "ad_change", "ad_found_late", "ad_delivery",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(lasting):
    """A door with a row in each table, a member of its sponsor, and everybody who must not see it."""
    made = made_door()
    made.ada = person("Ada")
    SponsorMember.objects.create(sponsor=made.sponsor, person=made.ada, since=LONG_AGO)
    edition = RegisterEdition.objects.create(
        held_by=made.company, scheme="FEC", name="Committees", published=date(2026, 1, 1), source="x", sha256="a" * 64, complete=True
    )  # fmt: skip
    RegisterEntry.objects.create(edition=edition, number="1", name="A", folded="a")
    Check.objects.create(sponsor=made.sponsor, what="number", edition=edition, result="fits")
    document = Document.objects.create(
        sponsor=made.sponsor, person=made.ada, kind="passport", media_type="image/png", size=1, sha256="a" * 64, sealed=b"x", delete_at=LATER
    )  # fmt: skip
    DocumentLook.objects.create(document=document, by=made.verifier.appointment, reason="x")
    place = {"country": "XV", "postal_code": "1", "city": "T"}
    PersonStatement.objects.create(
        sponsor=made.sponsor, person=made.ada, wanted_class="B", legal_name="Ada", address="x", **place
    )
    OrganisationStatement.objects.create(
        sponsor=made.sponsor, person=made.ada, wanted_class="B", registered_name="x", kind="committee", street="x", phone="1", mail="a@b.example",
        website="https://b.example", **place,
    )  # fmt: skip
    Challenge.objects.create(sponsor=made.sponsor, means="post", to="x", code_digest="a" * 64, expires_at=LATER)
    Behind.objects.create(sponsor=made.sponsor, part="payer", name="x", evidence="x")
    ad = submit(made, landing_url="https://parks.example/plan").ad
    Administrator.objects.create(page=ad.page, fingerprint="f", since=LATER)
    LandingCapture.objects.create(ad=ad, version=1, why="approval", url="https://parks.example/plan")
    ad.orders.create(order="show", why="x")
    delivered(made, Fact(ad=ad.pk, day=date(2031, 4, 1), impressions=5, spend=Decimal(1), currency="XVD"))
    FoundLate.objects.create(ad=ad, how="a search")
    into = ArchiveImport.objects.create(held_by=made.company, archive="snap", name="x", sha256="a" * 64)
    ArchiveRow.objects.create(of=into, kind="x", line="1", content={})
    SetAside.objects.create(of=into, line="1", reason="x")
    ListedLanding.objects.create(held_by=made.company, value="a.example", ground="x", list_name="x")
    made.ad = ad

    other = organisation("Other platform", "company")
    every = ("reviewer", "verifier", "analyst", "auditor", "liaison", "public information")
    made.stranger = seat_for(appoint(person("Stella"), other, "All", every), strong=True)
    made.officer = seat_for(appoint(person("Otto"), made.company, "Security", ("security officer",)), strong=True)
    made.auditor = seat_for(
        appoint(person("Aud"), made.company, "Audit", ("auditor", "verifier", "reviewer")), strong=True
    )
    made.eve = person("Eve")
    theirs = Sponsor.objects.create(held_by=made.company, registered_name="Eve's", state="draft")
    SponsorMember.objects.create(sponsor=theirs, person=made.eve, since=LONG_AGO)
    made.left = person("Lea")
    SponsorMember.objects.create(
        sponsor=made.sponsor, person=made.left, since=LONG_AGO, ended=datetime(2021, 1, 1, tzinfo=UTC)
    )
    return made


@pytest.fixture
def door(made):
    return deepcopy(made)


@contextmanager
def advertiser(who):
    with in_role(WEB):
        database.advertiser(who.pk)
        try:
            yield
        finally:
            database.advertiser(None)


def outsiders(door):
    """Whoever must get nothing: another organisation, other advertisers, one who left, a visitor, a weak sign-in."""

    @contextmanager
    def weak():
        with in_role(WEB):
            database.seat(door.reviewer.id, strong=False)
            yield

    return {
        "another organisation": lambda: acting(door.stranger),
        "an advertiser of another sponsor": lambda: advertiser(door.eve),
        "one who left the sponsor": lambda: advertiser(door.left),
        "a visitor": lambda: in_role(WEB),
        "a password alone": weak,
    }


def done(statement, *values):
    """How many rows a statement finds or changes; -1 where it is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount
    except DatabaseError as error:
        if not any(
            words in str(error)
            for words in (
                "row-level security",
                "permission denied",
                "rows are added only",
                "append only",
                "a sponsor is not moved",
                "are given by people",
            )
        ):
            raise
        return -1


def columns(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
            "AND is_generated = 'NEVER' AND is_identity = 'NO' ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def first_row(table, of=""):
    """A row of the table as JSON, and the columns that can be written."""
    names = columns(table)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t {of} LIMIT 1')
        return cursor.fetchone()[0], ", ".join(f'"{name}"' for name in names)


# Rows that name who they are of, so that an outsider's own are not taken for the door's.
OF = {"sponsor": "WHERE registered_name <> 'Eve''s'", "sponsor_member": "WHERE sponsor_id NOT IN (SELECT id FROM sponsor WHERE registered_name = 'Eve''s')"}  # fmt: skip


def keys(table):
    key = {"ad_order": "number", "ad_found_late": "ad_id"}.get(table, "id")
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {key}::text FROM "{table}" {OF.get(table, "")}')
        return key, [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("table", NAMES)
def test_nobody_else_reads_a_row(door, table):
    key, there = keys(table)
    assert there, f"the world has no row of {table}"
    found = {}
    for name, act in outsiders(door).items():
        with act():
            found[name] = done(f'SELECT FROM "{table}" WHERE {key}::text = ANY (%s)', there)
    with acting(door.officer):  # of the same organisation, in an office that is none of the door's
        found["another office"] = done(f'SELECT FROM "{table}" WHERE {key}::text = ANY (%s)', there)
    assert {name for name, count in found.items() if count > 0} == set()
    with acting(door.auditor):
        assert done(f'SELECT FROM "{table}"') > 0
    with advertiser(door.ada):
        assert (done(f'SELECT FROM "{table}"') > 0) is (table in THEIRS)


@pytest.mark.parametrize("table", NAMES)
def test_nobody_else_adds_a_row(door, table):
    row, names = first_row(table, OF.get(table, ""))
    found = {}
    for name, act in outsiders(door).items():
        with act():
            found[name] = done(
                f'INSERT INTO "{table}" ({names}) SELECT {names} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb)',
                row,
            )
    assert set(found.values()) == {-1}, found


@pytest.mark.parametrize("table", NAMES)
def test_nobody_else_changes_a_row(door, table):
    key, _ = keys(table)
    name = {"ad_order": "done_at", "sponsor_document": "verdict"}.get(table) or next(
        each for each in columns(table) if each not in {key, "id"} and not each.endswith("_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{name}" IS NULL, "{name}"::text, pg_typeof("{name}")::text FROM "{table}" {OF.get(table, "")} LIMIT 1'
        )
        empty, value, kind = cursor.fetchone()
    found = {}
    for who, act in outsiders(door).items():
        if who == "an advertiser of another sponsor" and table in OF:
            continue  # theirs is among them; what they may make of it is asked below
        with act():
            # No column is read, so that no rule on reading stands in the way: the rule on changes alone.
            found[who] = done(f'UPDATE "{table}" SET "{name}" = %s::{kind}', None if empty else value)
            assert done(f'DELETE FROM "{table}"') <= 0, who
            assert done(f'TRUNCATE "{table}"') == -1, who
    assert {who for who, count in found.items() if count > 0} == set()


# What an advertiser makes of what is theirs


@pytest.mark.parametrize("source", SponsorState)
def test_an_advertiser_moves_a_sponsor_where_the_machine_leads_them_and_nowhere_else(door, source):
    may = {
        ("draft", "person submitted"), ("rejected", "person submitted"), ("person confirmed", "organisation submitted"),
        ("draft", "draft"), ("person submitted", "person submitted"), ("organisation submitted", "organisation submitted"),
    }  # fmt: skip
    found = set()
    for target in SponsorState:
        Sponsor.objects.filter(pk=door.sponsor.pk).update(state=source)
        with advertiser(door.ada):
            if done("UPDATE sponsor SET state = %s", target.value) == 1:
                found.add((source.value, target.value))
    assert found == {pair for pair in may if pair[0] == source.value}


@pytest.mark.parametrize(
    "given", ["sponsor_class = 'A'", "person_until = '2099-01-01'", "location_until = '2099-01-01'"]
)
def test_an_advertiser_gives_themself_no_class_and_no_term(door, given):
    Sponsor.objects.filter(pk=door.sponsor.pk).update(state="draft", sponsor_class="")
    with advertiser(door.ada):
        assert done("UPDATE sponsor SET registered_name = 'Ours'") == 1
        assert done(f"UPDATE sponsor SET {given}") == -1


def test_nobody_of_the_door_moves_a_sponsor_past_the_machine(door):
    Sponsor.objects.filter(pk=door.sponsor.pk).update(state="revoked")
    with acting(door.verifier):
        assert done("UPDATE sponsor SET state = 'authorised' WHERE id = %s", door.sponsor.pk) == -1
        assert done("UPDATE sponsor SET state = 'person submitted' WHERE id = %s", door.sponsor.pk) == 1


@pytest.mark.parametrize("state", SponsorState)
def test_an_advertiser_adds_no_change_that_the_door_makes(door, state):
    handed_in = state.value in {"draft", "person submitted", "organisation submitted"}
    with advertiser(door.ada):
        added = done(
            "INSERT INTO sponsor_change (id, sponsor_id, move, state, sponsor_class, reason_code, note, by_person_id) "
            "VALUES (gen_random_uuid(), %s, 'x', %s, '', '', '', %s)", door.sponsor.pk, state.value, door.ada.pk,
        )  # fmt: skip
        assert added == (1 if handed_in else -1)
    before = SponsorChange.objects.filter(sponsor=door.sponsor, by_person=door.ada).count()
    assert before == int(handed_in)


@pytest.mark.parametrize("state", AdState)
def test_an_advertiser_gives_an_ad_no_state_by_hand(door, state):
    with advertiser(door.ada):
        assert done("UPDATE ad SET state = %s", state.value) <= 0
        assert (
            done(
                "INSERT INTO ad_change (id, ad_id, version, move, state, reason_code, policy, note, by_person_id) "
                "VALUES (gen_random_uuid(), %s, 1, 'x', %s, '', '', '', %s)", door.ad.pk, state.value, door.ada.pk,
            )
            == -1
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ad SET spend = 0",
        "UPDATE ad_delivery SET impressions = 0",
        "UPDATE ad_disclaimer SET approved_at = now()",
        "UPDATE ad_payer SET verdict = 'accepted'",
        "UPDATE sponsor_check SET result = 'fits'",
        "UPDATE ad_page SET name = 'x'",
        "UPDATE ad_creative SET text = 'x'",
        "INSERT INTO ad_order (ad_id, \"order\", why) SELECT id, 'show', 'x' FROM ad",
        "INSERT INTO sponsor_behind (id, sponsor_id, part, name, country, evidence) SELECT gen_random_uuid(), id, 'payer', 'x', '', 'x' FROM sponsor",
    ],
)
def test_an_advertiser_changes_nothing_that_the_door_says(door, statement):
    with advertiser(door.ada):
        assert done(statement) <= 0


def test_an_approved_disclaimer_is_not_an_advertisers_to_add(door):
    insert = (
        "INSERT INTO ad_disclaimer (id, sponsor_id, text, short_form, language, near, refused, approved_at) "
        "VALUES (gen_random_uuid(), %s, 'x', '', '', '[]', '', %s)"
    )
    with advertiser(door.ada):
        assert done(insert, door.sponsor.pk, None) == 1
        assert done(insert, door.sponsor.pk, LATER) == -1


# Elections


@pytest.fixture
def calendar(door):
    record_claim(door.election, on=door.election.on, status=Status.CALLED, source="x", by=door.reviewer)
    record_voting_rule(country="XV", valid_from=date(2030, 1, 1), source="x", by=door.reviewer)
    return door


CALENDAR = {"election": "status = 'cancelled'", "election_change": "status = 'cancelled'", "voting_rule": "country = 'XX'",
            "election_followed": "why = 'x'"}  # fmt: skip


@pytest.mark.parametrize("table", CALENDAR)
def test_everybody_reads_elections_and_planners_alone_write_them(calendar, table):
    door = calendar
    row, names = first_row(table)
    insert = f'INSERT INTO "{table}" ({names}) SELECT {names} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb)'
    everybody = outsiders(door) | {"a verifier": lambda: acting(door.verifier)}
    del everybody["another organisation"]  # its planners plan too
    for name, act in everybody.items():
        with act():
            assert done(f'SELECT FROM "{table}"') == 1, name
            assert done(insert, row) == -1, name
            assert done(f'UPDATE "{table}" SET {CALENDAR[table]}') <= 0, name
            assert done(f'DELETE FROM "{table}"') == -1, name
    assert Election.objects.get().status != "cancelled"


@pytest.mark.parametrize("table", [table.name for table in ELECTIONS if table.name not in CALENDAR])
def test_what_an_organisation_does_for_an_election_nobody_outside_it_reads(calendar, table):
    door = calendar
    take_on(door.election, by=door.reviewer)
    for name, act in outsiders(door).items():
        with act():
            assert done(f'SELECT FROM "{table}"') <= 0, name
    with acting(door.reviewer):
        assert done(f'SELECT FROM "{table}"') > 0 or table not in {
            "election_watch",
            "election_task",
            "election_task_move",
        }


@pytest.mark.parametrize("table", ["election_change", "voting_rule"])
def test_no_planner_writes_in_the_name_of_another(calendar, table):
    row, names = first_row(table)
    fresh = names.replace('"id", ', "")
    with acting(calendar.stranger):  # a planner, and not who recorded the row
        assert (
            done(
                f'INSERT INTO "{table}" (id, {fresh}) SELECT gen_random_uuid(), {fresh} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb)',
                row,
            )
            == -1
        )
    with acting(calendar.reviewer):
        assert (
            done(
                f'INSERT INTO "{table}" (id, {fresh}) SELECT gen_random_uuid(), {fresh} FROM jsonb_populate_record(NULL::"{table}", %s::jsonb)',
                row,
            )
            == 1
        )
