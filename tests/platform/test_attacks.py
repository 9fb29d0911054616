"""Attacks seen on other systems, tried on this one. The number is that of docs/explanation/attacks.md."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from people_world import NOW, as_web, small_world

from hustings.apps.items.actions import consent, grant_need, label_of, make_item, recuse, relabel, withdraw_need
from hustings.apps.items.facts import canonical, marking_of
from hustings.apps.items.models import Item, Label, NeedGrant, Recusal, SharingGroup, SharingMember, Source
from hustings.apps.people.models import (
    AccessChange,
    AgreementChange,
    Appointment,
    AppointmentChange,
    Citizenship,
    Compartment,
    EligibilityChange,
    FacilityChange,
    OrganisationChange,
    Person,
    PositionChange,
    ReadInChange,
)
from hustings.apps.permission import NotKnown, Refused, can, decide, find, readable, require
from hustings.errors import BadInput
from hustings.policy.act import act
from hustings.policy.condition import Condition
from hustings.policy.level import Level
from hustings.policy.marking import Kind, Marking, Need, Tlp
from hustings.policy.role import Role

MICROSECOND = timedelta(microseconds=1)
LIGHTHOUSE = SearchQuery("lighthouse", config="simple")


@pytest.fixture
def world(at):
    at(NOW)
    return small_world()


@pytest.fixture
def anna(world):
    return world.seat("anna", "Meridian", Role.ANALYST)


@pytest.fixture
def ben(world):
    return world.seat("ben", "Meridian", Role.ANALYST)


@pytest.fixture
def carla(world):
    return world.seat("carla", "Meridian", Role.SECURITY_OFFICER)


@pytest.fixture
def kira(world):
    return world.seat("kira", "Directorate", Role.LIAISON, Role.SECURITY_OFFICER)


def of(world, name="Meridian", **changed):
    return Marking(**({"tlp": Tlp.AMBER, "owner": str(world.organisations[name].pk)} | changed))


def put(world, by, *, title="a note", **changed):
    """An item as the installation holds it: written by the owner of the tables, under no seat."""
    name = "Directorate" if by.appointment.position.organisation.name == "Directorate" else "Meridian"
    return Item.objects.create(
        kind="note", title=title, label=label_of(of(world, name, **changed)), made_by=by.appointment
    )


def known(seat):
    """What a seat's lists hold: by the predicate and by row-level security, which are the same."""
    with as_web(seat):
        bare = set(Item.objects.values_list("pk", flat=True))
        listed = set(readable(seat).values_list("pk", flat=True))
    assert bare == listed
    return bare


def refused(statement, *values):
    """The error class of a statement, or nothing when it goes through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return None if cursor.rowcount else "no rows"
    except DatabaseError as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def test_01_a_restricted_relation_between_two_known_items_is_not_there(world, anna, ben):
    first, second = put(world, anna), put(world, anna)
    relation = put(world, anna, title="first belongs to second", need=Need.NAMED)
    Source.objects.bulk_create([Source(item=relation, source=first), Source(item=relation, source=second)])
    assert known(ben) == {first.pk, second.pk}
    assert known(anna) == {first.pk, second.pk, relation.pk}
    with as_web(ben):
        assert list(first.made_into.all()) == []
    with as_web(anna):
        assert first.made_into.count() == 1


def test_02_and_24_counts_by_kind_count_what_is_known(world, anna, ben):
    put(world, anna)
    put(world, anna, need=Need.NAMED)
    for seat, count in ((ben, 1), (anna, 2), (None, 0)):
        with as_web(seat):
            assert [row["n"] for row in Item.objects.values("kind").annotate(n=Count("pk"))] == [count] * bool(count)
            assert readable(seat).count() == count


def test_04_a_relation_to_a_hidden_end_is_absent_and_no_error(world, anna, ben):
    hidden, seen = put(world, anna, need=Need.NAMED), put(world, anna)
    Source.objects.create(item=seen, source=hidden)
    with as_web(ben):
        assert list(Source.objects.filter(item=seen)) == []
        assert list(readable(ben).filter(sources__source=hidden)) == []


def test_05_lists_of_markings_and_compartments_show_what_is_held(world, anna, ben, carla, kira):
    label = put(
        world, anna, level=Level.SECRET, need=Need.NAMED, compartments=frozenset({"LANTERN"}), kept_here=False
    ).label
    put(world, ben)
    codes = Compartment.objects.values_list("code", flat=True)
    Compartment.objects.create(code="OWL")
    for seat, labels, names in ((anna, True, ["LANTERN"]), (ben, False, []), (kira, False, [])):
        with as_web(seat):
            assert Label.objects.filter(pk=label.pk).exists() == labels
            assert list(codes.all()) == names
    with as_web(carla):  # keeps the read-ins of her own organisation
        assert list(codes.all()) == ["LANTERN"]


def test_06_of_two_markings_both_are_asked(world, anna, ben):
    first = put(world, ben, releasable_to=frozenset({"XV"}))
    second = put(world, anna, level=Level.SECRET, need=Need.NAMED, kept_here=False)
    NeedGrant.objects.create(
        appointment=ben.appointment,
        item=second,
        purpose="x",
        granted_by=anna.appointment,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
    )
    with as_web(anna):
        both = make_item(kind="note", title="both", marking=of(world), by=anna, sources=[first, second])
        assert both.label.level == Level.SECRET
        assert both.label.releasable_to == ["XV"]
        assert both.label.need == "named"
    assert both.pk not in known(ben)
    assert both.pk in known(anna)


def test_07_an_administrator_cannot_pull_a_person_of_another_organisation_in(world):
    hanna = world.seat("hanna", "Meridian", Role.ADMINISTRATOR)
    kira, position = world.people["kira"], world.appointments["ben", "Meridian"].position
    with as_web(hanna):
        said = refused(
            "INSERT INTO appointment (id, person_id, position_id, employment) VALUES (%s, %s, %s, 'employee')",
            uuid4(),
            kira.pk,
            position.pk,
        )
    assert said == "ProgrammingError: permission denied for table appointment"


def test_08_the_web_deletes_no_item_of_any_kind(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND has_table_privilege('hustings_web', c.oid, "
            "'DELETE') AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'item_id')"
        )
        assert cursor.fetchall() == []


def test_09_what_may_be_seen_may_not_therefore_be_changed(world, anna, kira):
    group = SharingGroup.objects.create(name="both", owner=world.organisations["Meridian"])
    theirs = put(world, kira, tlp=Tlp.GREEN)
    assert theirs.pk in known(anna)
    with as_web(anna):
        assert refused("UPDATE item SET title = 'mine' WHERE id = %s", theirs.pk) == "no rows"
        assert refused("UPDATE label SET withdrawn_at = now() WHERE id = %s", theirs.label_id) == "no rows"
        with pytest.raises(Refused), transaction.atomic():
            require(anna, "edit item", theirs)
    assert group.pk not in {row.pk for row in SharingGroup.objects.filter(owner=world.organisations["Directorate"])}


def test_09_kind_maker_and_date_of_an_item_stay(world, ben):
    mine = put(world, ben)
    with as_web(ben):
        for column, value in (("kind", "tip"), ("made_by_id", None), ("made_at", NOW)):
            said = refused(f"UPDATE item SET {column} = %s WHERE id = %s", value, mine.pk)
            assert said == "ProgrammingError: kind and maker of an item stay"
        assert refused("UPDATE item SET title = 'better' WHERE id = %s", mine.pk) is None


def test_09_nobody_signs_an_item_with_another_name(world, anna, ben):
    with as_web(ben), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Item.objects.create(kind="note", title="x", label=label_of(of(world)), made_by=anna.appointment)


def test_12_and_13_data_goes_to_no_group_that_one_cannot_see(world, ben, kira):
    hidden = SharingGroup.objects.create(name="agencies", owner=world.organisations["Directorate"])
    with as_web(ben):
        assert not SharingGroup.objects.filter(pk=hidden.pk).exists()
        said = {
            refused("SELECT hustings_label(%s::jsonb)", json.dumps(canonical(of(world, group=str(group)))))
            for group in (hidden.pk, uuid4())
        }
    # A group that is hidden and one that is not there are refused alike.
    assert said == {"ProgrammingError: nobody marks what they could not read themselves"}
    with as_web(kira):
        assert label_of(of(world, "Directorate", group=str(hidden.pk))).group_id == hidden.pk


def test_14_a_search_tells_nothing_of_what_is_hidden(world, anna, ben):
    hidden = put(world, anna, title="lighthouse", need=Need.NAMED)
    with as_web(ben):
        assert list(readable(ben).filter(search=LIGHTHOUSE)) == []
        assert Item.objects.filter(search=LIGHTHOUSE).count() == 0
    with as_web(anna):
        assert [item.pk for item in readable(anna).filter(search=LIGHTHOUSE)] == [hidden.pk]


def test_19_making_tells_nothing_of_what_is_there(world, anna, ben):
    hidden = put(world, anna, level=Level.SECRET, need=Need.NAMED)
    seen = put(world, ben)
    there, nowhere = hidden.pk, uuid4()
    statements = {
        "case": "INSERT INTO item (id, kind, label_id, case_id, title, text, state, made_by_id) "
        f"SELECT gen_random_uuid(), 'note', '{seen.label_id}', %s, '', '', '', '{ben.id}'",
        "source": f"INSERT INTO item_source (id, item_id, source_id, released) SELECT gen_random_uuid(), '{seen.pk}', %s, false",
        "recusal": "INSERT INTO recusal (id, person_id, item_id, reason, starts_at) "
        f"SELECT gen_random_uuid(), '{ben.person.pk}', %s, 'x', now()",
        "need": "INSERT INTO need_grant (id, item_id, appointment_id, purpose, granted_by_id, starts_at, ends_at) "
        f"SELECT gen_random_uuid(), %s, '{anna.id}', 'x', '{ben.id}', now(), now() + interval '1 day'",
        "consent": "INSERT INTO item_consent (id, item_id, given_by_id, reason, starts_at, ends_at) "
        f"SELECT gen_random_uuid(), %s, '{ben.id}', 'x', now(), now() + interval '1 day'",
        "label": "UPDATE item SET label_id = %s WHERE made_by_id IS NOT NULL",
    }
    with as_web(ben):
        for name, statement in statements.items():
            targets = (hidden.label_id, nowhere) if name == "label" else (there, nowhere)
            said = [refused(statement, target) for target in targets]
            assert said[0] == said[1], name
            assert said[0] is not None, name
            assert "row-level security" in said[0], name
        with pytest.raises(NotKnown) as first, transaction.atomic():
            find(ben, there)
        with pytest.raises(NotKnown) as second, transaction.atomic():
            find(ben, nowhere)
    assert str(first.value) == str(second.value)


def test_19_a_label_that_was_there_and_a_new_one_are_refused_alike(world, anna, ben):
    there = put(world, anna, level=Level.SECRET, need=Need.NAMED).label
    marking = marking_of(there)
    with as_web(ben):
        said = [
            refused("SELECT hustings_label(%s::jsonb)", json.dumps(canonical(each)))
            for each in (marking, replace(marking, releasable_to=frozenset({"XV"})))
        ]
    assert said == ["ProgrammingError: nobody marks what they could not read themselves"] * 2


def test_20_a_right_withdrawn_is_gone_with_the_next_statement(world, anna, kira, at):
    tip = put(world, kira, tlp=Tlp.GREEN, need=Need.NAMED)
    with as_web(kira):
        grant = grant_need(tip, anna.appointment, purpose="study", ends_at=NOW + timedelta(days=1), by=kira)
    assert tip.pk in known(anna)
    with as_web(kira):
        withdraw_need(grant, by=kira, reason="over")
    assert tip.pk not in known(anna)
    with pytest.raises(BadInput, match="withdrawn already"), as_web(kira):
        withdraw_need(grant, by=kira, reason="again")


def test_20_a_grant_ends_at_its_instant(world, anna, kira, at):
    tip = put(world, kira, tlp=Tlp.GREEN, need=Need.NAMED)
    ends = NOW + timedelta(hours=1)
    with as_web(kira):
        grant_need(tip, anna.appointment, purpose="study", ends_at=ends, by=kira)
    at(ends - MICROSECOND)
    assert tip.pk in known(anna)
    at(ends)
    assert tip.pk not in known(anna)


def test_22_an_unknown_marking_word_denies_everybody(world, anna, kira):
    item = put(world, kira, tlp=Tlp.GREEN, unknown=frozenset({"TLP:WHITE+"}))
    for seat in (anna, kira, None):
        assert item.pk not in known(seat)


def test_22_the_database_takes_no_word_that_is_not_known(world, anna):
    label = put(world, anna).label
    for column, word in (("tlp", "'white'"), ("need", "'nobody'"), ("level", "9"), ("roles", "'{king}'")):
        said = refused(f"UPDATE label SET {column} = {word} WHERE id = %s", label.pk)
        assert said is not None
        assert said.startswith("IntegrityError"), column


def test_22_a_marking_is_lowered_by_its_only_owner_alone(world, anna, ben, kira):
    world.post("ben", "Directorate", Role.LIAISON)
    dora = world.seat("ben", "Directorate", Role.LIAISON)
    tip = put(world, kira, tlp=Tlp.GREEN)
    assert tip.pk in known(anna)
    with as_web(anna), pytest.raises(Refused), transaction.atomic():
        relabel(tip, of(world, tlp=Tlp.CLEAR), by=anna, reason="nicer")
    with as_web(dora):
        relabel(tip, of(world, "Directorate", tlp=Tlp.CLEAR), by=dora, reason="published")
    assert tip.pk in known(None)


def test_22_what_was_made_from_an_item_follows_when_its_marking_is_raised(world, anna, kira):
    tip = put(world, kira, tlp=Tlp.GREEN)
    with as_web(anna):
        made = make_item(kind="finding", title="made", marking=of(world), by=anna, sources=[tip])
        again = make_item(kind="note", title="again", marking=of(world), by=anna, sources=[made])
    with as_web(kira):
        relabel(tip, of(world, "Directorate", tlp=Tlp.AMBER_STRICT), by=kira, reason="closer")
    assert known(anna) == set()
    assert {str(label.owner_id) for label in Label.objects.filter(items__in=[made, again])} <= {
        str(row.pk) for row in world.organisations.values()
    }


def test_23_two_employers_are_two_readers(world, kira):
    here = world.seat("anna", "Meridian", Role.ANALYST)
    there = world.seat("anna", "Directorate", Role.ANALYST)
    tip = put(world, kira)
    assert known(here) == set()
    assert known(there) == {tip.pk}


def test_23_nobody_names_themself_in_whatever_position(world, anna):
    world.post("anna", "Directorate", Role.REVIEWER, title="second post")
    other = world.seat("anna", "Directorate", Role.REVIEWER)
    tip = put(world, other, need=Need.NAMED)
    plain = world.seat("anna", "Meridian", Role.ANALYST)
    with as_web(other):
        for whom in (other.appointment, plain.appointment):
            with pytest.raises(Refused) as told, transaction.atomic():
                grant_need(tip, whom, purpose="x", ends_at=NOW + timedelta(days=1), by=other)
            assert told.value.decision.failed == (Condition.SECOND,)
            said = refused(
                "INSERT INTO need_grant (id, item_id, appointment_id, purpose, granted_by_id, starts_at, ends_at) "
                "VALUES (gen_random_uuid(), %s, %s, 'x', %s, now(), now() + interval '1 day')",
                tip.pk,
                whom.pk,
                other.id,
            )
            assert said is not None
    # Even written by the owner of the tables it does not count.
    NeedGrant.objects.create(
        appointment=plain.appointment,
        item=put(world, world.seat("kira", "Directorate"), tlp=Tlp.GREEN, need=Need.NAMED),
        purpose="x",
        granted_by=other.appointment,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
    )
    assert known(plain) == set()


def test_23_an_officer_names_their_own_people_only(world, carla, ben, kira):
    case = put(world, kira, tlp=Tlp.GREEN)
    with as_web(carla):
        assert can(carla, "grant need", case, asked_by=ben.appointment)
        grant_need(case, ben.appointment, purpose="study", ends_at=NOW + timedelta(days=1), by=carla)
        with pytest.raises(Refused), transaction.atomic():
            grant_need(case, kira.appointment, purpose="study", ends_at=NOW + timedelta(days=1), by=carla)
        with pytest.raises(BadInput, match="a moment to come"), transaction.atomic():
            grant_need(case, ben.appointment, purpose="study", ends_at=NOW, by=carla)


def changed(model, **said):
    return lambda seat, _tip, _label: model.objects.create(
        at=NOW, document="order", **{name: value(seat) if callable(value) else value for name, value in said.items()}
    )


def updated(model, key, **values):
    return lambda seat, tip, label: model.objects.filter(pk=key(seat, tip, label)).update(**values)


def position(seat):
    return seat.appointment.position


# What ends -> (the conditions that fail then, how it ends at NOW); undated ends hold at every moment.
LAPSES = {
    "account disabled": ("identity", updated(Person, lambda seat, *_: seat.person.pk, is_active=False)),
    "organisation left": (
        "identity",
        changed(OrganisationChange, organisation=lambda seat: position(seat).organisation, state="ended"),
    ),
    "left the position": (
        "identity",
        changed(AppointmentChange, appointment=lambda seat: seat.appointment, state="ended"),
    ),
    "a word nobody knows": ("marking", updated(Label, lambda _seat, _tip, label: label.pk, unknown=["EYES OF NOBODY"])),
    "marking withdrawn": ("marking", updated(Label, lambda _seat, _tip, label: label.pk, withdrawn_at=NOW)),
    "access debriefed, read-in left": (
        "access",
        changed(AccessChange, appointment=lambda seat: seat.appointment, state="debriefed", level=2),
    ),
    "access at a lower level": (
        "access",
        changed(AccessChange, appointment=lambda seat: seat.appointment, state="active", level=1),
    ),
    "eligibility suspended": (
        "eligibility",
        changed(EligibilityChange, person=lambda seat: seat.person, state="suspended", level=2, vetting=True),
    ),
    "dropped from vetting": (
        "eligibility",
        changed(EligibilityChange, person=lambda seat: seat.person, state="favourable", level=2, vetting=False),
    ),
    "position ended, access row left": (
        "identity position compartment need to know",
        changed(PositionChange, position=position, state="ended", level=2, compartments=["LANTERN"]),
    ),
    "position requires less": (
        "position",
        changed(PositionChange, position=position, roles=["analyst"], level=1, compartments=["LANTERN"]),
    ),
    "facility invalidated": (
        "facility",
        changed(FacilityChange, site=lambda seat: position(seat).site, state="invalidated", level=2),
    ),
    "content kept where none may be": ("facility", updated(Label, lambda _seat, _tip, label: label.pk, kept_here=True)),
    "agreement ended": (
        "agreement",
        changed(AgreementChange, person=lambda seat: seat.person, kind="non-disclosure agreement", state="ended"),
    ),
    "training over": (
        "agreement",
        changed(AgreementChange, person=lambda seat: seat.person, kind="training", until=NOW),
    ),
    "debriefed from the compartment": (
        "compartment",
        changed(ReadInChange, appointment=lambda seat: seat.appointment, compartment_id="LANTERN", state="debriefed"),
    ),
    "position without the compartment": (
        "compartment",
        changed(PositionChange, position=position, roles=["analyst"], level=2),
    ),
    "citizenship lost": ("release", changed(Citizenship, person=lambda seat: seat.person, country="XV", state="ended")),
    "another kind of organisation": (
        "release",
        updated(Label, lambda _seat, _tip, label: label.pk, permitted_kinds=["agency"]),
    ),
    "organisation not named": (
        "release",
        updated(Label, lambda _seat, _tip, label: label.pk, permitted_organisations=[]),
    ),
    "group left": (
        "sharing",
        changed(
            SharingMember,
            organisation=lambda seat: position(seat).organisation,
            group=lambda seat: SharingGroup.objects.get(),
            state="ended",
        ),
    ),
    "another owner's circle": (
        "sharing",
        lambda _seat, _tip, label: Label.objects.filter(pk=label.pk).update(
            also=[{"tlp": "amber+strict", "owner": str(label.owner_id), "group": None, "organisations": None}]
        ),
    ),
    "role not named": ("need to know", updated(Label, lambda _seat, _tip, label: label.pk, roles=["auditor"])),
    "grant withdrawn": (
        "need to know",
        lambda _seat, tip, _label: NeedGrant.objects.filter(item=tip).update(withdrawn_at=NOW),
    ),
    "grant over": ("need to know", lambda _seat, tip, _label: NeedGrant.objects.filter(item=tip).update(ends_at=NOW)),
    "keeps out": (
        "conflict",
        lambda seat, tip, _label: Recusal.objects.create(person=seat.person, item=tip, reason="x", starts_at=NOW),
    ),
    "keeps out of the owner's affairs": (
        "conflict",
        lambda seat, _tip, label: Recusal.objects.create(
            person=seat.person, organisation_id=label.owner_id, reason="x", starts_at=NOW
        ),
    ),
    "embargo": (
        "conflict",
        lambda _seat, tip, _label: Item.objects.filter(pk=tip.pk).update(embargo_until=NOW + MICROSECOND),
    ),
}


@pytest.fixture
def tip(world, anna, kira):
    """Something for which all twelve conditions are asked, and that anna may know."""
    group = SharingGroup.objects.create(name="both", owner=world.organisations["Directorate"])
    SharingMember.objects.create(
        group=group, organisation=world.organisations["Meridian"], at=NOW - timedelta(days=9), document="x"
    )
    made = put(
        world,
        kira,
        group=str(group.pk),
        level=Level.SECRET,
        need=Need.NAMED,
        compartments=frozenset({"LANTERN"}),
        releasable_to=frozenset({"XV"}),
        permitted_kinds=frozenset({Kind.COMPANY, Kind.AGENCY}),
        permitted_organisations=frozenset({str(world.organisations["Meridian"].pk)}),
        roles=frozenset({Role.ANALYST}),
        kept_here=False,
    )
    PositionChange.objects.create(
        position=anna.appointment.position,
        roles=["analyst", "auditor"],
        level=2,
        compartments=["LANTERN"],
        at=NOW - timedelta(days=9),
        document="x",
    )
    PositionChange.objects.create(
        position=anna.appointment.position,
        roles=["analyst"],
        level=2,
        compartments=["LANTERN"],
        at=NOW - timedelta(days=8),
        document="x",
    )
    NeedGrant.objects.create(
        appointment=anna.appointment,
        item=made,
        purpose="x",
        granted_by=kira.appointment,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=1),
    )
    return made


@pytest.mark.parametrize("lapse", LAPSES)
def test_23_what_lapses_ends_reading_the_same_instant(anna, tip, at, lapse):
    codes, end = LAPSES[lapse]
    assert known(anna) == {tip.pk}
    end(anna, tip, tip.label)
    fresh = Item.objects.select_related("label").get(pk=tip.pk)
    assert [condition.value for condition in decide(anna, act("read"), fresh).failed] == codes_of(codes)
    assert known(anna) == set()


def codes_of(codes):
    """The codes in the order of the conditions, as a decision names them."""
    return [condition.value for condition in Condition if condition.value in codes]


@pytest.mark.parametrize("lapse", [name for name, (_, end) in LAPSES.items() if end.__qualname__.startswith("changed")])
def test_23_what_lapses_is_read_until_the_instant_before(anna, tip, at, lapse):
    LAPSES[lapse][1](anna, tip, tip.label)
    at(NOW - MICROSECOND)
    assert known(anna) == {tip.pk}


def test_23_a_weak_sign_in_and_another_seat_read_nothing(world, anna):
    tip = put(world, anna)
    with as_web(replace(anna, strong=True)), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hustings.strong', '', true)")
        assert Item.objects.count() == 0
    with as_web(None), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hustings_labels_of(%s, true)", [anna.id])
        assert cursor.fetchone()[0] == 0  # the web asks about its own seat only
        cursor.execute("SELECT hustings_history(%s)", [anna.id])
        assert cursor.fetchone()[0] is None
    assert tip.pk in known(anna)


def test_23_the_roster_is_seen_by_its_person_its_officers_and_auditors(world, anna, ben, carla, kira):
    george = world.seat("george", "Meridian", Role.AUDITOR)
    hanna = world.seat("hanna", "Meridian", Role.ADMINISTRATOR)
    about = {"person_id": anna.person.pk}
    for seat, sees in ((anna, True), (carla, True), (george, True), (ben, False), (hanna, False), (None, False)):
        with as_web(seat):
            assert EligibilityChange.objects.filter(**about).exists() == sees
            assert AccessChange.objects.filter(appointment=anna.appointment).exists() == sees
            assert ReadInChange.objects.filter(appointment=anna.appointment).exists() == sees
    with as_web(kira):  # her officer at the other employer sees the person, not this employer's access
        assert EligibilityChange.objects.filter(**about).exists()
        assert not AccessChange.objects.filter(appointment=anna.appointment).exists()


def test_passing_on_asks_every_recipient_and_the_originator(world, anna, ben, kira):
    group = SharingGroup.objects.create(name="both", owner=world.organisations["Directorate"])
    tip = put(world, kira, tlp=Tlp.GREEN, group=str(group.pk), originator_consent=True)
    with as_web(anna):
        assert not can(anna, "export", tip, recipients=[ben.appointment])
    with as_web(kira):
        consent(tip, by=kira, reason="agreed by letter", ends_at=NOW + timedelta(days=1))
    with as_web(anna):
        assert can(anna, "export", tip)
        assert can(anna, "export", tip, recipients=[ben.appointment])
        assert not can(anna, "export", tip, recipients=[])
        assert find(anna, tip.pk) == tip  # asking about others has not changed whose seat this is
    hidden = put(world, anna, need=Need.NAMED)
    with as_web(anna):
        assert can(anna, "export", hidden)
        assert decide(anna, act("export"), hidden, recipients=[ben.appointment]).failed == (Condition.ONWARD,)


def test_who_keeps_out_knows_no_more(world, anna, ben, carla, kira):
    case = put(world, ben)
    inside = Item.objects.create(kind="note", title="x", label=case.label, case=case, made_by=ben.appointment)
    with as_web(anna), pytest.raises(Refused), transaction.atomic():
        recuse(ben.person, by=anna, reason="wishes", item=case)
    with as_web(anna):
        recuse(anna.person, by=anna, reason="own conduct", item=case)
    assert known(anna) == set()
    assert known(ben) == {case.pk, inside.pk}
    with as_web(carla):
        recuse(ben.person, by=carla, reason="former employer", organisation=world.organisations["Meridian"])
        assert Recusal.objects.count() == 2
    assert known(ben) == set()


def test_a_need_for_a_case_covers_what_is_in_it(world, anna, kira):
    case = put(world, kira, tlp=Tlp.GREEN, need=Need.NAMED)
    inside = Item.objects.create(kind="note", title="x", label=case.label, case=case, made_by=kira.appointment)
    with as_web(kira):
        grant_need(case, anna.appointment, purpose="study", ends_at=NOW + timedelta(days=1), by=kira)
    assert known(anna) == {case.pk, inside.pk}


def test_a_marking_that_asks_for_a_role_names_one(world, anna):
    with as_web(anna), pytest.raises(BadInput, match="names none"):
        make_item(kind="note", title="x", marking=of(world, need=Need.ROLE), by=anna)


def test_a_decision_and_a_refusal_are_recorded(world, anna, ben, monkeypatch):
    said = []
    monkeypatch.setattr("hustings.apps.audit.record.record", lambda event, **told: said.append((event, told)))
    item = put(world, anna)
    with as_web(anna):
        require(anna, "edit item", item)
        with pytest.raises(NotKnown):
            require(None, "read", item)
        assert can(anna, "edit item", item)
    assert [(event, told["outcome"], told["conditions"], told["facts"]["act"]) for event, told in said] == [
        ("decision", "allowed", (), "edit item"),
        ("decision", "denied", ("identity", "sharing"), "read"),
    ]


def test_an_appointment_of_nobody_reads_nothing(world, anna):
    tip = put(world, anna)
    nobody = replace(anna, appointment=Appointment(pk=uuid4(), person=anna.person))
    assert tip.pk not in known(nobody)
    assert not can(nobody, "read", tip)
