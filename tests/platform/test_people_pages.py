"""The pages of people and clearances: who finds them, what a form shows before it does it, what ends with it."""

import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve
from installation import clock_tells
from made_people import SECRET as CODE_SECRET
from made_people import heading
from made_people import sign_in as sign_in_with
from people_world import NOW, PASSWORD, SECRET, as_web, says, small_world

from hustings.apps.items.actions import make_item
from hustings.apps.items.models import NeedGrant
from hustings.apps.people import actions
from hustings.apps.people.models import FacilityChange, Offer, Person, RuleChange, Visit
from hustings.apps.people.signin.models import SignedIn
from hustings.apps.people.signin.second_factor import enrol
from hustings.policy.level import Level
from hustings.policy.marking import Marking, Need, Tlp
from hustings.policy.role import Role
from hustings.policy.state import Access, Facility, Held
from hustings.policy.state import Visit as VisitState


@pytest.fixture(scope="module")
def made(lasting):
    clock_tells(NOW)
    return small_world()


@pytest.fixture
def world(made, db):
    cache.clear()
    return deepcopy(made)


def signed_in(world, name, at="Meridian"):
    """A browser in which this person is signed in and acts at this organisation."""
    person = world.people[name]
    if not person.authenticator_set.exists():
        enrol(person, CODE_SECRET)
    browser = Client()
    sign_in_with(browser, person, password=PASSWORD)
    if person.appointments.count() > 1:
        browser.post("/account/seat/", {"appointment": str(world.appointments[name, at].pk)})
    return browser


@pytest.fixture
def carla(world):
    return signed_in(world, "carla")


@pytest.fixture
def hanna(world):
    return signed_in(world, "hanna")


def address(code, move, subject, of=""):
    return f"/people/change/{code}/{move}/{subject.pk}/" + (f"?of={of}" if of else "")


def seen(answer):
    """The name of what the page showed would end."""
    return re.search(r'name="seen" value="(\w+)"', answer.content.decode()).group(1)


def record(browser, url, **fields):
    """Fill the form in and press the button, having seen what it does."""
    page = browser.get(url)
    assert page.status_code == 200, page.content.decode()[:2000]
    return browser.post(url, {"seen": seen(page), "document": "letter 3", **fields})


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_roster_exists_for_its_officers_and_auditors_alone(world, carla):
    assert "Anna" in words(carla.get("/people/"))
    assert "Kira" not in words(carla.get("/people/"))
    assert signed_in(world, "george").get("/people/").status_code == 200
    for name in ("hanna", "ben", "anna"):
        browser = signed_in(world, name)
        nothing = browser.get("/people/nothing-of-the-kind/")
        for path in ("/people/", "/people/requisitions/", f"/people/person/{world.people['carla'].pk}/"):
            hidden = browser.get(path)
            assert (hidden.status_code, hidden.content) == (404, nothing.content), (name, path)


def test_a_person_of_another_organisation_is_nobody_here(world, carla):
    nobody = carla.get("/people/person/00000000-0000-4000-8000-000000000000/")
    kira = world.appointments["kira", "Directorate"]
    for path in (
        f"/people/person/{kira.person.pk}/",
        f"/people/person/{kira.person.pk}/replay/",
        f"/people/person/{kira.person.pk}/off-board/",
        f"/people/position/{kira.position.pk}/",
        f"/people/site/{kira.position.site.pk}/",
        address("eligibility", "revoke", kira.person),
        address("access", "suspend", kira),
    ):
        hidden = carla.get(path)
        assert (hidden.status_code, hidden.content) == (404, nobody.content), path


def test_a_person_sees_all_of_their_own_and_an_officer_what_is_of_their_organisation(world, carla):
    anna = world.people["anna"]
    own = words(signed_in(world, "anna").get(f"/people/person/{anna.pk}/"))
    theirs = words(carla.get(f"/people/person/{anna.pk}/"))
    assert "anna at Directorate" in own
    assert "anna at Meridian" in own
    assert "anna at Meridian" in theirs
    assert "Directorate" not in theirs
    assert "LANTERN" in own
    assert "LANTERN" not in theirs  # carla is not read into it


@pytest.mark.parametrize("name", ["carla", "george", "hanna", "anna", "ben"])
def test_every_page_that_a_persons_pages_lead_to_opens(world, name):
    browser = signed_in(world, name)
    actions_of(world)
    waiting, opened = ["/people/me/", "/people/visits/", "/people/rules/", "/account/offers/", "/"], set()
    if name in {"carla", "george"}:
        waiting.append("/people/")
    while waiting:
        path = waiting.pop()
        found = resolve(path.split("?")[0])
        kind = (found.view_name, found.kwargs.get("code"), found.kwargs.get("name"))
        if kind in opened:  # the second person's page looks like the first
            continue
        opened.add(kind)
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, path
        links = re.findall(r'href="(/people/[^"#]*)"', answer.content.decode())
        waiting += [link.replace("&amp;", "&") for link in links]
    assert len(opened) > (20 if name == "carla" else 4)


def actions_of(world):
    """Something for every page to show: an offer, a requisition, a visit."""
    officer = world.seat("carla", "Meridian", Role.SECURITY_OFFICER)
    post = world.appointments["anna", "Meridian"].position
    actions.open_requisition(post, by=officer, document="plan")
    actions.offer_position(
        world.appointments["ben", "Meridian"].position,
        "new@demo.example",
        "contractor",
        by=world.seat("hanna", "Meridian", Role.ADMINISTRATOR),
    )


def test_a_form_shows_what_it_would_end_and_does_just_that(world, carla):
    anna = world.appointments["anna", "Meridian"]
    signed_in(world, "anna")
    url = address("appointment", "leave", anna)
    page = words(carla.get(url))
    for ending in ("accesses 1", "read-ins 1", "open sessions and tokens 1"):
        assert ending in page
    answer = record(carla, url)
    assert answer.status_code == 302
    assert says("appointment", appointment=anna) == Held.ENDED
    assert says("access", appointment=anna) == Access.DEBRIEFED
    assert not SignedIn.objects.filter(appointment=anna).exists()


def test_what_was_not_seen_is_shown_first(world, carla):
    anna = world.appointments["anna", "Meridian"]
    url = address("appointment", "leave", anna)
    before = seen(carla.get(url))
    signed_in(world, "anna")  # since then she opened a session
    answer = carla.post(url, {"seen": before, "document": "letter"})
    assert answer.status_code == 200
    assert "Look, then record it" in words(answer)
    assert says("appointment", appointment=anna) == Held.IN_FORCE
    assert carla.post(url, {"seen": seen(answer), "document": "letter"}).status_code == 302


def test_what_happens_at_another_employer_is_not_listed(world, carla):
    page = words(carla.get(address("eligibility", "suspend", world.people["anna"])))
    assert "accesses 1" in page
    assert "Directorate" not in page
    assert "another employer" in page


def test_access_that_lapses_while_a_page_is_open_is_refused_at_the_next_request(world, carla):
    browser = signed_in(world, "anna")
    page = f"/people/person/{world.people['anna'].pk}/"
    assert browser.get(page).status_code == 200
    record(carla, address("eligibility", "revoke", world.people["anna"]))
    answer = browser.get(page)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")


def test_a_level_raised_in_the_request_body_changes_nothing(world, carla, hanna):
    anna = world.appointments["anna", "Meridian"]
    record(carla, address("access", "debrief", anna))
    record(carla, address("access", "request", anna), level=str(int(Level.SECRET)))
    record(carla, address("access", "confirm", anna), level=str(int(Level.TOP_SECRET)), state="active")
    assert carla.get(f"/people/person/{anna.person.pk}/").status_code == 200
    assert anna.access.latest("recorded_at").level == Level.SECRET
    record(hanna, address("position", "change-roles", anna.position), roles="analyst", level="3", required="3")
    assert anna.position.changes.latest("recorded_at").level == Level.SECRET


def test_a_guard_that_does_not_hold_is_named_and_nothing_is_recorded(world, carla):
    anna = world.appointments["anna", "Meridian"]
    record(carla, address("access", "debrief", anna))
    FacilityChange.objects.create(
        site=anna.position.site, state=Facility.INVALIDATED, level=SECRET, at=NOW, document="letter"
    )
    url = address("access", "request", anna)
    page = carla.get(url)
    assert "and not invalidated" in words(page)
    answer = carla.post(url, {"seen": seen(page), "document": "letter", "level": "2"})
    assert answer.status_code == 422
    assert "Not recorded" in words(answer)
    assert says("access", appointment=anna) == Access.DEBRIEFED


def test_what_cannot_be_done_from_this_state_is_said(world, carla):
    page = words(carla.get(address("access", "confirm", world.appointments["anna", "Meridian"])))
    assert "cannot be recorded now" in page


def test_the_roster_is_exported_as_filtered(world, carla):
    answer = carla.get("/people/?csv=t&t.find=Secret")
    rows = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv"), (answer.status_code, words(answer))
    assert len(rows) == 2
    assert rows[1].startswith("Anna,anna at Meridian,in post,Secret,active,Secret")


def test_from_an_offer_to_the_position_by_the_persons_own_hand(world, hanna, mailoutbox):
    position = world.appointments["ben", "Meridian"].position
    for email in ("new@demo.example", "kira@demo.example"):
        page = hanna.post(
            f"/people/position/{position.pk}/offer/", {"email": email, "employment": "employee"}, follow=True
        )
        assert f"The offer was sent to {email}" in words(page)
    new, known = mailoutbox
    assert "/account/invitation/" in new.body
    assert "/account/invitation/" not in known.body
    kira = signed_in(world, "kira", "Directorate")
    assert position.title in words(kira.get("/account/offers/"))
    offer = Offer.objects.get(person=world.people["kira"])
    signed_in(world, "ben").post(f"/account/offers/{offer.pk}/", {"answer": "yes"})
    assert Offer.objects.get(person=world.people["kira"]).taken_at is None
    assert kira.post(f"/account/offers/{offer.pk}/", {"answer": "yes"}).status_code == 302
    assert world.people["kira"].appointments.filter(position=position).count() == 1


def test_who_has_no_position_yet_finds_the_offer(world, hanna):
    new = world.person("nora")
    enrol(new, CODE_SECRET)
    position = world.appointments["ben", "Meridian"].position
    hanna.post(f"/people/position/{position.pk}/offer/", {"email": new.email, "employment": "employee"})
    browser = Client()
    sign_in_with(browser, new, password=PASSWORD)
    assert position.title in words(browser.get("/account/offers/"))
    browser.post(f"/account/offers/{Offer.objects.get(person=new).pk}/", {"answer": "yes"})
    assert browser.get("/people/me/", follow=True).status_code == 200


def test_off_boarding_shows_what_it_ends(world, hanna):
    ben = world.people["ben"]
    page = hanna.get(f"/people/person/{ben.pk}/off-board/")
    assert "positions left" not in words(page)
    assert hanna.post(page.wsgi_request.path, {"document": "notice", "reason": "contract ends"}).status_code == 302
    assert not Person.objects.get(pk=ben.pk).is_active


def test_an_administrator_opens_a_site_and_a_position_and_the_officer_says_what_it_requires(world, hanna, carla):
    answer = hanna.post("/people/sites/new/", {"name": "Annex", "country": "XV"})
    site = world.organisations["Meridian"].sites.get(name="Annex")
    assert answer.url == f"/people/site/{site.pk}/"
    assert hanna.post("/people/sites/new/", {"name": "Annex", "country": "XV"}).status_code == 422
    form = {"title": "Night analyst", "site": str(site.pk), "roles": ["analyst"], "document": "plan"}
    made = hanna.post("/people/positions/new/", form)
    position = world.organisations["Meridian"].positions.get(title="Night analyst")
    assert made.url == f"/people/position/{position.pk}/"
    url = address("position", "require-access", position)
    assert hanna.get(url).status_code == 403
    again = record(carla, url, required="2")
    assert "contract or agreement" in words(again)
    assert record(carla, url, required="2", instrument="agreement 4").status_code == 302
    assert position.changes.latest("recorded_at").level == SECRET


def test_a_form_does_not_offer_another_organisations_site(world, hanna):
    form = {"title": "Spy", "site": str(world.sites["Directorate"].pk), "roles": ["analyst"], "document": "plan"}
    assert hanna.post("/people/positions/new/", form).status_code == 422


def test_replay_answers_for_a_day(world, carla):
    page = words(carla.get(f"/people/person/{world.people['anna'].pk}/replay/?on=2021-03-01"))
    assert "on 1 Mar 2021" in page
    assert "allowed, up to Secret" in page
    assert "refused: holder" in page
    assert carla.get(f"/people/person/{world.people['anna'].pk}/replay/?on=yesterday").status_code == 400


def test_a_rule_is_added_for_a_future_day_only(world, hanna, carla):
    form = {"version": "3", "since": "2021-07-01", "holders": ["company"], "months": "36", "document": "decree"}
    assert carla.post("/people/rules/new/", form).status_code == 403
    assert hanna.post("/people/rules/new/", form | {"since": "2021-06-01"}).status_code == 422
    assert hanna.post("/people/rules/new/", form).status_code == 302
    assert hanna.post("/people/rules/new/", form).status_code == 422
    assert RuleChange.objects.get().months == 36
    assert "36" in words(hanna.get("/people/rules/"))


def tip(world, to):
    """A restricted pointer that somebody is named for."""
    owner = world.organisations["Directorate"]
    kira = world.seat("kira", "Directorate", Role.LIAISON)
    group_free = Marking(tlp=Tlp.AMBER, owner=str(owner.pk), level=SECRET, need=Need.NAMED, kept_here=False)
    with as_web(kira):
        item = make_item(kind="tip", title="Pointer 7", text="", marking=group_free, by=kira)
    NeedGrant.objects.create(
        appointment=to, item=item, purpose="to read", granted_by=kira.appointment,
        starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=30),
    )  # fmt: skip
    return item


def test_a_visit_is_asked_for_authorised_and_cancelled_with_the_access(world):
    anna = world.appointments["anna", "Directorate"]
    item = tip(world, anna)
    browser = signed_in(world, "anna", "Directorate")
    kira = signed_in(world, "kira", "Directorate")
    form = {
        "item": str(item.pk), "site": str(world.sites["Directorate"].pk), "purpose": "to read the pointer",
        "starts_at": "2021-07-05T09:00", "ends_at": "2021-07-05T11:00",
    }  # fmt: skip
    assert browser.post("/people/visits/new/", form | {"starts_at": "2021-06-01T09:00"}).status_code == 422
    assert browser.post("/people/visits/new/", form | {"site": str(world.sites["Meridian"].pk)}).status_code == 422
    assert browser.post("/people/visits/new/", form).status_code == 302
    visit = Visit.objects.get()
    assert browser.get(address("visit", "authorise", visit)).status_code in {403, 404}
    assert record(kira, address("visit", "authorise", visit)).status_code == 302
    assert says("visit", visit=visit) == VisitState.AUTHORISED
    page = words(kira.get(address("access", "debrief", anna)))
    assert "booked visits 1" in page
    assert "need-to-know grants 1" in page
    record(kira, address("access", "debrief", anna))
    assert says("visit", visit=visit) == VisitState.CANCELLED
    assert NeedGrant.objects.get().withdrawn_at == NOW


def test_home_says_what_waits_for_the_officer_and_for_who_is_invited(world, carla, hanna):
    anna = world.appointments["anna", "Meridian"]
    record(carla, address("access", "debrief", anna))
    record(carla, address("access", "request", anna), level="2")
    assert "Access up to Secret is requested for Anna" in words(carla.get("/"))
    hanna.post(
        f"/people/position/{anna.position.pk}/offer/", {"email": world.people["ben"].email, "employment": "employee"}
    )
    assert "Meridian offers you the position" in words(signed_in(world, "ben").get("/"))
    assert heading(carla.get("/people/")) == "Who holds what"
