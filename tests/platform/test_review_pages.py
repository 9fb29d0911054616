"""The pages of review: nothing of a first verdict in a second look, and what each role can open and do."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from made_review import SNAPSHOT, Room, leaflets
from people_world import NOW

from hustings.apps.review import actions
from hustings.apps.review.models import Avoided, Bulk, Decision, Language, Rules, Senior, State, Undo, Work
from hustings.policy.reviewing import Risk

pytestmark = pytest.mark.django_db

REFUSE = {"outcome": "refuse", "code": "voting.wrong_date"}
FITS = {"outcome": "approve", "code": "fits"}


class Hall(Room):
    """The room with browsers."""

    def browser(self, name, at="Meridian"):
        browser = Client()
        browser.force_login(self.person(name), backend="hustings.apps.people.signin.account.Backend")
        session = browser.session
        session["strong"] = True
        session["appointment"] = str(self.world.appointments[name, at].pk)
        session.save()
        return browser


@pytest.fixture
def hall(at):
    at(NOW)
    with leaflets(compared=False, risk=Risk.SPEECH):
        yield Hall()


def said(page):
    """The words and values of a page, without scripts."""
    return page.content.decode()


def form_of(page):
    text = said(page)
    return {name: re.search(f'name="{name}" value="([^"]*)"', text).group(1) for name in ("fence", "digest")}


def taken(browser, queue="door"):
    answer = browser.post("/review/next/", {"queue": queue}, follow=True)
    assert answer.status_code == 200
    return answer


def address(page):
    return page.request["PATH_INFO"]


def decided(browser, page, **choice):
    return browser.post(f"{address(page)}decide/", form_of(page) | choice, follow=True)


def plain(text):
    """A page without what differs between any two readers of one thing: tokens, the fence and who reads."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r'name="fence" value="[^"]*"', "", text)
    text = re.sub(r'id="said".*?</div>', "", text, flags=re.DOTALL)
    return re.sub(r"\b(Rosa|Sven|Tara|Umar|rosa|sven|tara|umar)\b", "NAME", text)


@pytest.mark.parametrize("first", [REFUSE, FITS])
def test_the_page_of_a_second_look_is_that_of_the_first(hall, first):
    hall.rules(second_speech=100)
    hall.ask()
    rosa, sven = hall.browser("rosa"), hall.browser("sven")
    one = taken(rosa)
    shown = plain(said(one))
    decided(rosa, one, note="Plainly a wrong day.", **first)
    two = taken(sven)
    assert address(two) == address(one)
    assert plain(said(two)) == shown
    for trace in ("Rosa", "Plainly a wrong day", "two people decide this"):
        assert trace not in said(two)
    assert "required checked" not in said(two)
    for name in ("", "decisions/", "statistics/", "appeals/", "bulk/"):
        assert "Plainly a wrong day" not in said(sven.get(f"/review/{name}"))
    first_look = Decision.objects.get()
    assert sven.get(f"/review/decisions/{first_look.pk}/").status_code == 404


def test_a_slip_is_taken_back_from_the_page_that_follows(hall, at):
    hall.ask(hours=1)
    hall.ask(hours=2)
    rosa = hall.browser("rosa")
    following = decided(rosa, taken(rosa), then="next", **REFUSE)
    slip = Decision.objects.get()
    assert f"/review/decisions/{slip.pk}/take-back/" in said(following)
    at(NOW + timedelta(seconds=5))
    back = rosa.post(f"/review/decisions/{slip.pk}/take-back/", follow=True)
    assert address(back) == f"/review/work/{slip.work_id}/"
    assert "take-back" not in said(back)
    decided(rosa, back, **FITS)
    assert Decision.objects.filter(undo__isnull=True).get().outcome == "approve"
    assert "counts as no look" in said(rosa.get(f"/review/decisions/{slip.pk}/"))


def test_too_late_it_is_said_and_offered_no_more(hall, at):
    hall.ask()
    rosa = hall.browser("rosa")
    decided(rosa, taken(rosa), then="stop", **REFUSE)
    slip = Decision.objects.get()
    at(NOW + timedelta(seconds=11))
    assert "take-back" not in said(rosa.get("/review/"))
    assert "too late" in said(rosa.post(f"/review/decisions/{slip.pk}/take-back/", follow=True))
    assert not Undo.objects.exists()


def test_keeping_for_later_going_on_and_passing_on(hall):
    hall.ask()
    hall.senior("umar")
    rosa = hall.browser("rosa")
    page = taken(rosa)
    leave = f"{address(page)}leave/"
    wrong = rosa.post(leave, form_of(page) | {"how": "keep for later", "hours": "9000", "reason": "asked"}, follow=True)
    assert "cannot be kept for later" in said(wrong)
    kept = rosa.post(
        leave, form_of(page) | {"how": "keep for later", "hours": "5", "reason": "asked the office"}, follow=True
    )
    assert "kept for later, yours" in said(kept)
    assert "asked the office" in said(hall.browser("petra").get("/review/holds/"))
    again = rosa.post(f"{address(page)}take-up/", follow=True)
    assert address(again) == address(page)
    rosa.post(leave, form_of(again) | {"how": "pass on", "reason": "satire or threat"}, follow=True)
    assert "Nothing waits for you" in said(taken(hall.browser("sven")))
    assert address(taken(hall.browser("umar"))) == address(page)


def test_a_supervisor_puts_rules_in_force_and_sees_what_is_wrong_with_them(hall):
    petra = hall.browser("petra")
    assert 'name="second_speech"' in said(petra.get("/review/rules/"))
    numbers = {"chance": "5", "second_speech": "100", "second_removal": "100", "second_rest": "10", "run_minutes": "55",
               "break_minutes": "15", "minutes_graphic": "120", "items_graphic": "200"}  # fmt: skip
    wrong = petra.post("/review/rules/", numbers | {"chance": "99", "reason": ""})
    assert wrong.status_code == 422
    assert 'href="#chance"' in said(wrong)
    assert petra.post("/review/rules/", numbers | {"reason": "the standard"}).status_code == 302
    rules = Rules.objects.get()
    assert (rules.chance, rules.caps) == (5, {"graphic": [120, 200]})
    assert "the standard" in said(hall.browser("george").get("/review/rules/"))


def test_a_reviewer_reads_the_rules_and_puts_none_in_force(hall):
    rosa = hall.browser("rosa")
    assert 'name="second_speech"' not in said(rosa.get("/review/rules/"))
    assert rosa.post("/review/rules/", {"reason": "mine"}).status_code == 403
    assert not Rules.objects.exists()


def test_a_supervisor_records_languages_and_who_adjudicates(hall):
    petra = hall.browser("petra")
    person = {"person": str(hall.person("rosa").pk), "document": "test of 3 May"}
    petra.post("/review/people/record/", person | {"what": "language", "language": "es", "level": "C1"})
    petra.post("/review/people/record/", person | {"what": "senior", "senior": "yes"})
    assert (Language.objects.get().language, Senior.objects.get().senior) == ("es", True)
    assert "es (C1)" in said(petra.get("/review/people/"))
    wrong = petra.post(
        "/review/people/record/", person | {"what": "language", "language": "!", "level": "x"}, follow=True
    )
    assert "Language: " in said(wrong)
    assert "Choose a colleague" in said(petra.post("/review/people/record/", {"person": "nobody"}, follow=True))
    assert hall.browser("rosa").get("/review/people/").status_code == 403
    assert hall.browser("rosa").post("/review/people/record/", person).status_code == 403


def test_ones_own_meter_and_topics(hall):
    rosa = hall.browser("rosa")
    assert "Keep from" in said(rosa.get("/review/meter/"))
    rosa.post("/review/meter/avoid/", {"topic": ["graphic"]})
    assert Avoided.objects.get().person_id == hall.person("rosa").pk
    assert 'value="graphic" checked' in said(rosa.get("/review/meter/"))
    assert "Choose of these" in said(rosa.post("/review/meter/avoid/", {"topic": ["kittens"]}, follow=True))


def test_many_alike_are_proposed_agreed_to_released_and_rolled_back(hall):
    for number in range(4):
        hall.ask(snapshot=SNAPSHOT | {"title": f"Leaflet {number}"})
    rosa, sven = hall.browser("rosa"), hall.browser("sven")
    found = said(rosa.get("/review/bulk/", {"queue": "door", "text": "Do not bother to vote"}))
    works = re.findall(r'name="work" value="([^"]+)"', found)
    assert len(works) == 4
    answer = rosa.post(
        "/review/bulk/propose/", {"queue": "door", "work": works, "why": "the same leaflet again", **REFUSE}
    )
    plan = Bulk.objects.get()
    at = f"/review/bulk/{plan.pk}/"
    assert answer["Location"] == at
    assert "Agree</button>" not in said(rosa.get(at))
    page = said(sven.get(at))
    digest = re.search(r'name="digest" value="([^"]+)"', page).group(1)
    assert rosa.post(f"{at}answer/", {"digest": digest, "answer": "agree"}).status_code == 403
    sven.post(f"{at}answer/", {"digest": digest, "answer": "agree"})
    for _ in range(3):
        rosa.post(f"{at}release/")
    assert Work.objects.filter(state=State.SETTLED).count() == 4
    assert "Nothing was decided" in said(rosa.post(f"{at}release/", follow=True))
    assert "4 undone" in said(sven.post(f"{at}roll-back/", {"reason": "it was satire"}, follow=True))
    assert Work.objects.filter(state=State.OPEN).count() == 4
    assert hall.browser("olga", "Other").get(at).status_code == 404
    assert rosa.get("/review/bulk/", {"queue": "sponsors", "text": "x"}).status_code == 404
    assert "Nothing was proposed" in said(
        rosa.post("/review/bulk/propose/", {"queue": "door", "work": "x"}, follow=True)
    )


def test_siblings_are_listed_and_reopened(hall):
    made = []
    for _ in range(3):
        hall.ask()
        made.append(hall.decide("rosa", hall.claim("rosa")))
    tara = hall.browser("tara")
    at = f"/review/decisions/{made[0].pk}/siblings/"
    assert tara.get(at).status_code == 404
    actions.appeal(made[0].work.subject, "It is satire.", by_person=hall.person("olga"))
    hall.decide("umar", hall.claim("umar"), "approve", "fits")
    assert at in said(tara.get("/review/"))
    assert at in said(tara.get(f"/review/decisions/{made[0].pk}/"))
    listed = re.findall(r'name="decision" value="([^"]+)"', said(tara.get(at)))
    assert set(listed) == {str(each.pk) for each in made[1:]}
    assert "1 reopened" in said(tara.post(f"{at}reopen/", {"decision": listed[:1]}, follow=True))
    assert "Nothing was reopened" in said(tara.post(f"{at}reopen/", {"decision": [str(uuid4())]}, follow=True))
    assert Work.objects.filter(state=State.OPEN).count() == 1


OPEN = {  # page -> who may open it
    "": "rosa vera george petra", "decisions/": "rosa vera george petra", "appeals/": "rosa vera george petra",
    "statistics/": "rosa vera george petra", "deliveries/": "rosa vera george petra", "bulk/": "rosa vera george petra",
    "holds/": "rosa vera george petra", "rules/": "rosa vera george petra", "meter/": "rosa vera george petra",
    "people/": "petra",
}  # fmt: skip


@pytest.mark.parametrize("page", OPEN)
def test_who_may_open_what(hall, page):
    for name in ("rosa", "vera", "george", "petra", "ben"):
        expected = 200 if name in OPEN[page].split() else 403
        assert hall.browser(name).get(f"/review/{page}").status_code == expected, name
    assert Client().get(f"/review/{page}").status_code == 302


def test_a_supervisor_takes_and_decides_nothing(hall):
    work = hall.ask()
    petra = hall.browser("petra")
    assert petra.post("/review/next/", {"queue": "door"}).status_code == 403
    assert petra.get(f"/review/work/{work.pk}/").status_code == 409
    assert 'action="/review/next/"' not in said(petra.get("/review/"))
