"""Moves of people and clearances on a real database: guards, what they cause at the same instant, and who may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from people_world import BEGAN, NOW, SECRET, as_web, says, small_world

from hustings.apps.database import WEB, in_role
from hustings.apps.items.models import Recusal
from hustings.apps.people import actions
from hustings.apps.people.find import seats
from hustings.apps.people.models import (
    AccessChange,
    AppointmentChange,
    EligibilityChange,
    Offer,
    Person,
    Position,
    PositionChange,
    ReadInChange,
)
from hustings.apps.people.moving import CannotMove, preview
from hustings.apps.people.signin.models import Invitation, SignedIn
from hustings.apps.permission import NotKnown, Refused
from hustings.errors import BadInput
from hustings.policy.level import Level
from hustings.policy.move import Guard
from hustings.policy.role import Role
from hustings.policy.state import Access, Eligibility, Facility, Held, ReadIn

LETTER = "letter 17, in the safe"


@pytest.fixture
def world(db, at):
    at(NOW)
    return small_world()


@pytest.fixture
def carla(world):
    return world.seat("carla", "Meridian", Role.SECURITY_OFFICER)


@pytest.fixture
def hanna(world):
    return world.seat("hanna", "Meridian", Role.ADMINISTRATOR)


@pytest.fixture
def anna(world):
    return world.appointments["anna", "Meridian"]


def session(appointment, key):
    """An open session of an appointment."""
    return SignedIn.objects.create(
        key=key, data="", person=appointment.person, appointment=appointment, strong=True,
        began_at=NOW, seen_at=NOW, ends_at=NOW + timedelta(hours=1),
    )  # fmt: skip


def make(by, code, name, **given):
    """Make a move as a page would: under the web's role."""
    subject = {key: given.pop(key) for key in list(given) if key in {"person", "appointment", "site", "position", "kind",
               "compartment", "requisition", "visit"}}  # fmt: skip
    with as_web(by):
        return actions.make(code, name, subject, by=by, document=LETTER, **given)


def test_leaving_the_position_ends_access_read_ins_and_sessions_the_same_instant(world, carla, anna):
    elsewhere = world.appointments["anna", "Directorate"]
    session(anna, "here")
    session(elsewhere, "there")
    make(carla, "appointment", "leave", appointment=anna)
    assert says("access", appointment=anna) == Access.DEBRIEFED
    instants = {
        AppointmentChange.objects.get(appointment=anna, state=Held.ENDED).at,
        AccessChange.objects.get(appointment=anna, state=Access.DEBRIEFED).at,
        ReadInChange.objects.get(appointment=anna, state=ReadIn.DEBRIEFED).at,
    }
    assert instants == {NOW}
    # The other employer's access, session and the eligibility stay as they are.
    assert [row.key for row in SignedIn.objects.all()] == ["there"]
    assert says("access", appointment=elsewhere) == Access.ACTIVE
    assert says("eligibility", person=anna.person) == Eligibility.FAVOURABLE


@pytest.mark.parametrize("name, becomes", [("suspend", Access.SUSPENDED), ("revoke", Access.DEBRIEFED)])
def test_eligibility_gone_takes_access_and_sessions_at_every_employer(world, carla, anna, name, becomes):
    elsewhere = world.appointments["anna", "Directorate"]
    session(anna, "here")
    session(elsewhere, "there")
    make(carla, "eligibility", name, person=anna.person)
    assert says("access", appointment=anna) == says("access", appointment=elsewhere) == becomes
    assert SignedIn.objects.count() == 0


def test_an_invalidated_facility_suspends_access_there_and_nowhere_else(world, carla, anna):
    elsewhere = world.appointments["anna", "Directorate"]
    make(carla, "facility", "invalidate", site=world.sites["Meridian"])
    assert says("access", appointment=anna) == Access.SUSPENDED
    assert says("access", appointment=elsewhere) == Access.ACTIVE
    with pytest.raises(CannotMove) as refused:
        make(carla, "access", "restore", appointment=anna)
    assert refused.value.guards == (Guard.FACILITY,)
    make(carla, "facility", "cure", site=world.sites["Meridian"])
    make(carla, "access", "restore", appointment=anna)
    assert says("access", appointment=anna) == Access.ACTIVE


def test_request_and_confirmation_are_two_steps_and_everything_is_asked_again(world, carla, anna):
    make(carla, "access", "debrief", appointment=anna)
    make(carla, "access", "request", appointment=anna, level=SECRET)
    assert says("access", appointment=anna) == Access.REQUESTED
    make(carla, "agreement", "end", person=anna.person, kind="non-disclosure agreement")
    with pytest.raises(CannotMove) as refused:
        make(carla, "access", "confirm", appointment=anna)
    assert refused.value.guards == (Guard.NDA,)
    make(carla, "agreement", "sign", person=anna.person, kind="non-disclosure agreement")
    assert make(carla, "access", "confirm", appointment=anna).level == SECRET


def test_a_confirmation_gives_the_lowest_of_all_even_when_more_is_said(world, carla, anna):
    make(carla, "access", "debrief", appointment=anna)
    make(carla, "access", "request", appointment=anna, level=SECRET)
    make(carla, "facility", "regrade", site=world.sites["Meridian"], level=Level.CONFIDENTIAL)
    made = make(carla, "access", "confirm", appointment=anna, level=Level.TOP_SECRET)
    assert (made.state, made.level) == (Access.ACTIVE, Level.CONFIDENTIAL)


@pytest.mark.parametrize("late, allowed", [(timedelta(0), True), (timedelta(microseconds=1), False)])
def test_reactivation_within_twenty_four_months_to_the_microsecond(world, carla, anna, at, late, allowed):
    for appointment in (anna, world.appointments["anna", "Directorate"]):
        AccessChange.objects.create(appointment=appointment, state=Access.DEBRIEFED, at=BEGAN, document="left")
    at(datetime(2022, 1, 1, tzinfo=UTC) + late)
    if allowed:
        assert make(carla, "access", "request", appointment=anna, level=SECRET).state == Access.REQUESTED
    else:
        with pytest.raises(CannotMove) as refused:
            make(carla, "access", "request", appointment=anna, level=SECRET)
        assert refused.value.guards == (Guard.BREAK,)


def test_a_second_employer_asks_for_itself_and_nothing_is_carried_over(world, carla):
    world.post("kira", "Meridian", Role.ANALYST, level=SECRET)
    second = world.appointments["kira", "Meridian"]
    assert says("access", appointment=second) is None
    make(carla, "access", "request", appointment=second, level=SECRET)
    assert make(carla, "access", "confirm", appointment=second).level == SECRET
    assert says("access", appointment=world.appointments["kira", "Directorate"]) == Access.ACTIVE


def test_a_post_that_no_longer_requires_access_ends_it_and_one_that_requires_less_lowers_it(world, carla, anna):
    make(carla, "position", "require access", position=anna.position, level=Level.CONFIDENTIAL, compartments=[])
    assert AccessChange.objects.filter(appointment=anna).latest("recorded_at").level == Level.CONFIDENTIAL
    assert says("read-in", appointment=anna, compartment="LANTERN") == ReadIn.DEBRIEFED
    make(carla, "position", "require access", position=anna.position, level=0, compartments=[])
    assert says("access", appointment=anna) == Access.DEBRIEFED


def test_ending_a_post_ends_who_is_in_it(world, hanna, anna):
    session(anna, "here")
    make(hanna, "position", "end", position=anna.position)
    assert says("appointment", appointment=anna) == Held.ENDED
    assert says("access", appointment=anna) == Access.DEBRIEFED
    assert SignedIn.objects.count() == 0


def test_nobody_moves_their_own_clearance(world, carla):
    with pytest.raises(CannotMove) as refused:
        make(carla, "eligibility", "investigate", person=carla.person)
    assert refused.value.guards == (Guard.ANOTHER,)


@pytest.mark.parametrize(
    "name, role, error",
    [
        ("hanna", Role.ADMINISTRATOR, Refused),  # not an administrator's business
        ("george", Role.AUDITOR, Refused),
        ("ben", Role.ANALYST, Refused),
    ],
)
def test_only_the_security_officer_records_a_governments_word(world, anna, name, role, error):
    with pytest.raises(error):
        make(world.seat(name, "Meridian", role), "access", "suspend", appointment=anna)
    assert says("access", appointment=anna) == Access.ACTIVE


def test_another_organisations_affairs_are_not_known(world, carla):
    kira = world.appointments["kira", "Directorate"]
    for code, name, subject in (
        ("eligibility", "revoke", {"person": kira.person}),
        ("access", "debrief", {"appointment": kira}),
        ("appointment", "leave", {"appointment": kira}),
        ("facility", "invalidate", {"site": world.sites["Directorate"]}),
        ("position", "end", {"position": kira.position}),
    ):
        with pytest.raises(NotKnown):
            make(carla, code, name, **subject)
    assert says("access", appointment=kira) == Access.ACTIVE


def test_an_officer_whose_own_post_ended_while_they_waited_moves_nothing(world, carla, anna):
    AppointmentChange.objects.create(appointment=carla.appointment, state=Held.ENDED, at=NOW, document="left")
    with pytest.raises((CannotMove, Refused)):
        make(carla, "access", "suspend", appointment=anna)
    assert says("access", appointment=anna) == Access.ACTIVE


def test_the_web_role_itself_adds_no_change(world, anna):
    with in_role(WEB), pytest.raises(DatabaseError), transaction.atomic():
        AccessChange.objects.create(appointment=anna, state=Access.ACTIVE, level=3, document="mine")


def test_a_preview_changes_nothing_and_lists_what_the_deed_does(world, carla, anna):
    session(anna, "here")
    before = EligibilityChange.objects.count(), AccessChange.objects.count(), SignedIn.objects.count()
    seen = preview("appointment", "leave", {"appointment": anna}, by=carla)
    assert (EligibilityChange.objects.count(), AccessChange.objects.count(), SignedIn.objects.count()) == before
    assert [(each.kind, each.becomes) for each in seen.consequences] == [
        ("access", "debriefed"),
        ("read-in", "debriefed"),
        ("sessions", "closed"),
    ]


# Who comes and who goes.


def test_an_offer_gives_nothing_until_the_person_takes_it_up_and_then_no_access(world, hanna, carla):
    kira = world.people["kira"]
    position = world.post("ben", "Meridian", Role.SECURITY_OFFICER, level=SECRET, title="Officer").position
    session(world.appointments["kira", "Directorate"], "there")
    with as_web(hanna):
        offer, link = actions.offer_position(position, "KIRA@demo.example", "employee", by=hanna)
    assert link is None
    assert kira.appointments.count() == 1
    assert SignedIn.objects.count() == 1
    with pytest.raises(NotKnown), in_role(WEB):
        actions.take_up(offer, person=world.people["ben"], by=None)
    with in_role(WEB):
        taken = actions.take_up(offer, person=kira, by=None)
    assert says("appointment", appointment=taken) == Held.IN_FORCE
    assert says("access", appointment=taken) is None
    with pytest.raises(BadInput), in_role(WEB):
        actions.take_up(offer, person=kira, by=None)


def test_an_administrator_cannot_pull_a_foreign_user_in_nor_invite_to_a_foreign_post(world, hanna):
    kira = world.appointments["kira", "Directorate"]
    with pytest.raises(NotKnown):
        actions.offer_position(kira.position, "ben@demo.example", "employee", by=hanna)
    with pytest.raises(NotKnown):
        actions.off_board(kira.person, by=hanna, document=LETTER)
    with pytest.raises(NotKnown):
        actions.recover(kira.person, by=hanna, reason="lost the phone")
    assert kira.person.appointments.count() == 1


@pytest.mark.parametrize("name", ["carla", "george", "anna", "hanna"])
def test_nobody_resets_the_key_of_somebody_stronger_or_their_own(world, hanna, name):
    # carla and george hold offices that hanna does not; anna holds access, and works elsewhere too.
    with pytest.raises(Refused):
        actions.recover(world.people[name], by=hanna, reason="lost the phone")
    assert Invitation.objects.count() == 0


def test_a_colleague_who_can_do_no_more_is_let_back_in(world, hanna):
    assert actions.recover(world.people["ben"], by=hanna, reason="lost the phone")
    assert Invitation.objects.get().person == world.people["ben"]


def test_who_is_invited_anew_has_no_password_and_nobody_invites_themself(world, hanna):
    position = world.appointments["ben", "Meridian"].position
    _, link = actions.offer_position(position, "New@Demo.example", "contractor", by=hanna)
    new = Person.objects.get(email="new@demo.example")
    assert link
    assert not new.has_usable_password()
    with pytest.raises(BadInput):
        actions.offer_position(position, hanna.person.email, "employee", by=hanna)
    assert Offer.objects.count() == 1


def test_an_administrator_neither_changes_a_post_they_hold_nor_sets_what_access_it_requires(world, hanna, anna):
    with pytest.raises(CannotMove) as refused:
        make(hanna, "position", "change roles", position=hanna.appointment.position, roles=[Role.SECURITY_OFFICER])
    assert refused.value.guards == (Guard.ANOTHER,)
    with pytest.raises(Refused):
        make(hanna, "position", "require access", position=anna.position, level=Level.TOP_SECRET)


def test_off_boarding_ends_every_position_here_and_closes_the_account_when_none_is_left(world, hanna, anna):
    session(world.appointments["anna", "Directorate"], "there")
    with as_web(hanna):
        assert actions.off_board(anna.person, by=hanna, document=LETTER) == 1
        assert actions.off_board(world.people["ben"], by=hanna, document=LETTER) == 1
    assert Person.objects.get(pk=anna.person.pk).is_active
    assert SignedIn.objects.count() == 1
    assert not Person.objects.get(pk=world.people["ben"].pk).is_active


def test_a_position_is_opened_without_access_at_ones_own_site_only(world, hanna):
    with as_web(hanna):
        made = actions.open_position(world.sites["Meridian"], "Analyst", [Role.ANALYST], by=hanna, document=LETTER)
    assert PositionChange.objects.get(position=made).level == 0
    with pytest.raises(NotKnown):
        actions.open_position(world.sites["Directorate"], "Spy", [Role.ANALYST], by=hanna, document=LETTER)
    assert not Position.objects.filter(title="Spy").exists()


# Filling a post that needs a clearance.


def test_from_requisition_to_filled_with_recusal_from_the_first_day(world, carla, hanna, at):
    luis = world.person("luis", eligibility=SECRET)
    old = world.post("luis", "Directorate", Role.ANALYST, level=SECRET)
    world.access(old)
    kira = world.seat("kira", "Directorate", Role.SECURITY_OFFICER)
    make(kira, "appointment", "leave", appointment=old)
    later = NOW + timedelta(days=90)
    at(later)
    position = Position.objects.create(
        organisation=world.organisations["Meridian"], site=world.sites["Meridian"], title="Senior analyst"
    )
    PositionChange.objects.create(
        position=position, roles=["analyst"], level=SECRET, instrument="agreement 1", at=BEGAN, document="plan"
    )
    with as_web(carla):
        requisition = actions.open_requisition(position, by=carla, document=LETTER)
    agency = world.organisations["Directorate"]
    make(
        carla, "requisition", "name candidate", requisition=requisition, candidate=luis, employment="former official",
        stated_level=SECRET, former_agency=agency,
    )  # fmt: skip
    with pytest.raises(CannotMove) as refused:
        make(carla, "requisition", "offer", requisition=requisition)
    assert refused.value.guards == (Guard.COOLING_OFF,)
    until = later + timedelta(days=365)
    make(carla, "requisition", "offer", requisition=requisition, cooling_off_until=until)
    assert Recusal.objects.count() == 0  # naming somebody changes nothing for them
    with pytest.raises(CannotMove) as refused:
        make(carla, "requisition", "request reactivation", requisition=requisition)
    assert Guard.APPOINTMENT in refused.value.guards
    with as_web(hanna):
        offer, _ = actions.offer_position(position, luis.email, "former official", by=hanna)
    with as_web():
        taken = actions.take_up(offer, person=luis, by=None)
    recusal = Recusal.objects.get()
    assert (recusal.person, recusal.organisation, recusal.ends_at) == (luis, agency, until)
    make(carla, "requisition", "request reactivation", requisition=requisition)
    assert says("access", later, appointment=taken) == Access.REQUESTED
    with pytest.raises(CannotMove) as refused:
        make(carla, "requisition", "fill", requisition=requisition)
    assert refused.value.guards == (Guard.ACCESS,)
    make(carla, "access", "confirm", appointment=taken)
    make(carla, "requisition", "fill", requisition=requisition)
    assert says("requisition", later, requisition=requisition) == "filled"


def test_naming_somebody_as_candidate_gives_no_power_over_them(world, carla):
    kira = world.appointments["kira", "Directorate"]
    requisition = actions.open_requisition(world.appointments["anna", "Meridian"].position, by=carla, document=LETTER)
    make(
        carla, "requisition", "name candidate", requisition=requisition, candidate=kira.person,
        employment="former official", former_agency=world.organisations["Directorate"],
        cooling_off_until=NOW + timedelta(days=9),
    )  # fmt: skip
    make(carla, "requisition", "offer", requisition=requisition)
    with pytest.raises(NotKnown):
        make(carla, "eligibility", "revoke", person=kira.person)
    assert Recusal.objects.count() == 0


def test_a_facility_is_never_sponsored_by_itself(world, carla):
    site = world.sites["Meridian"]
    make(carla, "facility", "terminate", site=site)
    for sponsor in (None, world.organisations["Meridian"]):
        with pytest.raises(CannotMove) as refused:
            make(carla, "facility", "sponsor", site=site, sponsor=sponsor)
        assert refused.value.guards == (Guard.SPONSOR,)
    make(carla, "facility", "sponsor", site=site, sponsor=world.organisations["Directorate"])
    assert says("facility", site=site) == Facility.SPONSORED


def test_a_move_is_in_the_log_in_its_own_transaction(world, carla, anna):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM log_entry")
        before = cursor.fetchone()[0]
        make(carla, "access", "suspend", appointment=anna)
        cursor.execute("SELECT count(*) FROM log_entry")
        assert cursor.fetchone()[0] > before


def test_the_first_administrator_begins_by_an_offer_and_a_closed_organisation_has_nobody(db, at, capsys):
    at(NOW)
    given = [
        "--kind",
        "company",
        "--country",
        "XV",
        "--administrator",
        "First@demo.example",
        "--document",
        "contract 1",
    ]
    call_command("open_organisation", "Newcomer", *given)
    assert "/account/invitation/" in capsys.readouterr().out
    offer = Offer.objects.get()
    with as_web():
        taken = actions.take_up(offer, person=offer.person, by=None)
    assert [seat.roles for seat in seats(offer.person, strong=True)] == [{Role.ADMINISTRATOR}]
    with pytest.raises(CommandError, match="Choose another name"), transaction.atomic():
        call_command("open_organisation", "Newcomer", *given)
    session(taken, "here")
    call_command("close_organisation", "Newcomer", "--document", "notice")
    assert "2 things would end" in capsys.readouterr().out
    assert seats(offer.person, strong=True)
    call_command("close_organisation", "Newcomer", "--document", "notice", "--yes")
    assert seats(offer.person, strong=True) == []
    assert SignedIn.objects.count() == 0
