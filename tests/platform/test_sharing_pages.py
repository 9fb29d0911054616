"""The liaison's desk in a browser without scripts: every page opens, every form does what it says, and strangers see nothing."""

import json
import re

import pytest
from django.test import Client
from made_partners import LAW, Partners

from hustings.apps.sharing import find, partners
from hustings.apps.sharing.models import ActionRequest, Agreement, Contact, Drill, Meeting, Minute, Partner, Point
from hustings.policy.capacity import Capacity, Sort


@pytest.fixture
def both(db):
    return Partners()


def posted(browser, path, expected=302, **data):
    answer = browser.post(path, data)
    assert answer.status_code == expected, re.sub(r"\s+", " ", answer.content.decode())[:3000]
    return answer


def seen(browser, path, expected=200):
    answer = browser.get(path)
    assert answer.status_code == expected, (path, answer.content.decode()[:500])
    return answer.content.decode()


def test_a_liaison_starts_the_day_answers_a_request_and_takes_it_away_for_oversight(both):
    asked = both.asks()
    farah, ada = both.browser("farah"), both.browser("ada")
    desk = seen(farah, "/partners/")
    assert "Page gives a wrong election day" in desk
    assert "Nobody is named whom one would call" in desk
    page = f"/partners/exchanges/{asked.pk}/"
    came, sent = seen(farah, page), seen(both.browser("olga"), page)
    assert LAW in came
    assert "You decide alone" in came
    assert "It came; nobody has taken a step yet." in came
    assert "Meridian decides alone" in sent
    assert "Sent; nothing came back yet." in sent
    assert "You decide" not in sent
    assert "Please answer with a reason" in seen(farah, f"{page}document.html")
    posted(farah, page, form="step", code="receive")
    posted(farah, page, form="step", code="review")
    assert 'name="acted_on"' in seen(farah, page)
    assert "Reason" in posted(farah, page, 422, form="step", code="decline").content.decode()
    posted(farah, page, form="step", code="decline", reason="It is lawful where it stands.", opinion="negative")
    posted(farah, page, form="sighting", times=3, first="2026-10-01T10:00", last="2026-10-02T10:00", where="meridian")
    posted(farah, page, form="sighting", times=1, first="2026-10-01T10:00", last="2026-10-01T10:00", where="a letter")
    answered = seen(both.browser("olga"), page)
    assert "It is lawful where it stands." in answered
    assert 'name="acted_on"' not in answered
    assert re.search(r'<textarea name="reason"[^>]* required', answered)
    assert "<b>declined</b> by Meridian" in answered
    assert "saw it 3 times at meridian" in answered
    assert "saw it 1 time at a letter" in answered
    for form in ("html", "txt"):
        assert LAW in seen(farah, f"/partners/exchanges/{asked.pk}/document.{form}")
    assert "Please answer" not in seen(farah, f"{page}document.html")
    rows = json.loads(seen(ada, "/partners/exchanges/export.json"))["rows"]
    assert [(row["state"], row["government"], row["legal_ground"]) for row in rows] == [("declined", True, LAW)]
    assert seen(ada, "/partners/exchanges/export.csv").count("\r\n") == 2
    assert "Page gives" in seen(farah, "/partners/exchanges/")


def test_partners_agreements_contacts_and_drills_are_kept_by_the_pages(both):
    farah = both.browser("farah")
    posted(
        farah,
        "/partners/list/",
        form="partner",
        organisation=str(both.outside.pk),
        capacity="vendor",
        document="contract",
        way="document",
    )
    vendor = Partner.objects.get(organisation=both.outside)
    known = {
        re.search(r"<a [^>]*>(.*?)</a>", row)[1]: re.sub(r"<[^>]+>", " ", row)
        for row in re.findall(r"<tr.*?</tr>", seen(farah, "/partners/list/"), re.DOTALL) if "/partners/list/" in row
    }  # fmt: skip
    assert "on paper and by mail" in known["Outside"]
    assert "nothing agreed" in known["Outside"]
    assert "it is your own" in known["Meridian"]
    assert all("nothing agreed" not in known[name] for name in ("Meridian", "County"))
    page = f"/partners/list/{vendor.pk}/"
    assert "under <a" not in seen(farah, page)
    assert "You deal as <b>platform</b>" in seen(farah, f"/partners/exchanges/new/?partner={vendor.pk}")
    posted(farah, page, 422, form="agreement", title="Contract", reference="7", starts_on="2026-01-01", ends_on="2027-01-01",
           sorts=["request for action"], up_to="green")  # fmt: skip
    posted(farah, page, form="agreement", title="Contract", reference="7", starts_on="2026-01-01", ends_on="2027-01-01",
           sorts=["information share"], matters=["indicators"], up_to="green")  # fmt: skip
    posted(farah, page, form="contact", name="Vera", office="Operations", reach="+1 555 0100, always")
    contact = Contact.objects.get()
    posted(farah, page, form="contact", name="Will", office="Operations", reach="+1 555 0101", above=str(contact.pk))
    posted(farah, page, form="check", contact=str(contact.pk), on="2026-11-01", how="called", right="on")
    posted(farah, page, form="capacity", capacity="platform", since="2026-11-01T00:00", document="letter")
    posted(farah, "/partners/drills/", form="drill", title="Night call", on="2026-11-02", scenario="A page spreads a wrong day.",
           **{f"called_{contact.pk}": "7"})  # fmt: skip
    shown = seen(farah, page)
    assert "Vera" in shown
    assert "then</span> Will" in shown
    assert "after 7 min" in seen(farah, f"/partners/drills/{Drill.objects.get().pk}/")
    agreement = Agreement.objects.get(partner=vendor)
    posted(farah, page, end=str(agreement.pk), reason="The contract ended.")
    assert "The contract ended." in seen(farah, page)
    seen(farah, "/partners/drills/")
    posted(farah, "/partners/groups/", form="group", name="Two of us")
    assert "Two of us" in seen(farah, "/partners/groups/")


def test_a_request_goes_out_by_the_form_with_all_that_is_wrong_told_at_once(both):
    farah = both.browser("farah")
    with both.as_("farah") as seat:
        county = find.partner_of(seat, both.county.pk)
    wrong = posted(farah, "/partners/exchanges/new/", 422, sort="request for action", partner=str(county.pk), title="Take it down",
                   ground="Terms", tlp="amber").content.decode()  # fmt: skip
    for word in (
        "at least one account",
        "the last moment at which an answer counts",
        "the sharing group that may know",
    ):
        assert word in wrong
    sent = posted(
        farah, "/partners/exchanges/new/", sort="request for information", partner=str(county.pk), title="Which day is right?", ground="Memorandum",
        tlp="amber+strict", matters=["analysis"], deadline="2036-01-01T00:00", content="page; meridian; 17",
    )  # fmt: skip
    page = sent["Location"]
    for code in ("receive", "review"):
        posted(farah, page, form="step", code=code, how="letter 12")
    posted(farah, page, form="step", code="act", reason="The 8th of November.", how="letter 12")
    posted(farah, page, form="step", code="close", reason="Thank you.")
    assert "closed" in seen(farah, page)
    # A government's request that came as a letter is written down, and needs its law.
    given = {
        "sort": "request for action", "partner": str(county.pk), "title": "Remove the page", "ground": "Duty", "tlp": "amber+strict",
        "matters": ["named content"], "deadline": "2036-01-01T00:00", "content": "page; meridian; 17", "how": "letter 13",
    }  # fmt: skip
    paper = "/partners/exchanges/new/?paper=1"
    assert paper.removeprefix("/partners/exchanges/new/") in seen(farah, "/partners/exchanges/new/")
    assert "names the law" in posted(farah, paper, 422, **given).content.decode()
    assert "This field is required" in posted(farah, paper, 422, **given | {"how": ""}).content.decode()
    posted(farah, paper, **given, legal_ground=LAW)
    assert ActionRequest.objects.get().government


def test_the_form_offers_what_ones_capacity_sends_and_says_why_not_the_rest(both):
    olga, place = both.browser("olga"), "/partners/exchanges/new/"
    with both.as_("olga") as seat:
        own = find.partner_of(seat, both.office.pk)
        meridian = find.partner_of(seat, both.company.pk)
        partners.change_capacity(own, Capacity.INTELLIGENCE, since=seat.now, by=seat, document="charter")
    offered = seen(olga, place)
    assert re.findall(r'<option value="([a-z ]+)">', offered.partition('name="sort"')[2].partition("</select>")[0]) == [
        "information share",
        "notice",
    ]
    assert "As intelligence you send no request for information and no request for action." in offered
    assert "records of users" not in offered
    given = {
        "sort": "request for action",
        "partner": str(meridian.pk),
        "title": "Remove it",
        "ground": "Duty",
        "tlp": "amber+strict",
    }
    assert "asks for nothing here, neither information nor action" in posted(olga, place, 422, **given).content.decode()
    on_paper = seen(olga, f"{place}?paper=1")
    assert all(f'<option value="{sort.value}"' in on_paper for sort in Sort)
    with both.as_("olga") as seat:
        partners.change_capacity(own, None, since=seat.now, by=seat, document="letter")
    assert "has no capacity in force" in seen(olga, place)


def test_who_began_it_is_told_to_whoever_began_it_as_its_own(both):
    page = f"/partners/exchanges/{both.asks().pk}/"
    assert "Begun by what a government told us, or asked." in seen(both.browser("farah"), page)
    own = seen(both.browser("olga"), page)
    assert "Begun by our own organisation, as " in own
    assert "told us" not in own


def test_a_meeting_is_called_minuted_and_its_actions_are_done(both):
    farah = both.browser("farah")
    posted(farah, "/partners/meetings/", form="meeting", title="Weekly call", starts_at="2036-01-01T10:00", ends_at="2036-01-01T11:00",
           place="by telephone", tlp="green")  # fmt: skip
    page = f"/partners/meetings/{Meeting.objects.get().pk}/"
    posted(farah, page, form="point", title="What was seen", tlp="green")
    posted(farah, page, form="point", title="Who stands behind it", tlp="red")
    olga = both.world.appointments["olga"][0]
    posted(farah, page, form="attendee", appointment=str(olga.pk))
    with both.as_("farah") as seat:
        county = find.partner_of(seat, both.county.pk)
    posted(farah, page, form="attendee", partner=str(county.pk), name="Clerk Nolan")
    seen_by_farah = seen(farah, page)
    assert re.search(r"Olga.*?<td>1</td><td>2</td>", seen_by_farah, re.DOTALL)
    assert "Clerk Nolan" in seen_by_farah
    first, second = Point.objects.order_by("place")
    posted(farah, f"/partners/meetings/points/{first.pk}/", form="minute", text="Three pages were named.")
    posted(farah, f"/partners/meetings/points/{second.pk}/", form="minute", text="Nobody knows yet.")
    posted(
        farah,
        f"/partners/meetings/points/{first.pk}/",
        form="action",
        what="Send the list",
        owner=str(olga.pk),
        due="2036-01-08",
    )
    refused = posted(
        farah,
        f"/partners/meetings/points/{second.pk}/",
        422,
        form="action",
        what="Ask",
        owner=str(olga.pk),
        due="2036-01-08",
    )
    assert "somebody who may know the point" in refused.content.decode()
    browser = both.browser("olga")
    shown = seen(browser, page)
    assert "Three pages were named." in shown
    assert "Who stands behind it" not in shown
    assert "Nobody knows yet." not in shown
    action = re.search(r'name="key" value="([0-9a-f-]+)"', shown).group(1)
    posted(browser, page, form="done", key=action, result="Sent.")
    assert "Sent." in seen(farah, page)
    calendar = seen(browser, f"{page}meeting.ics")
    assert "SUMMARY:Weekly call" in calendar
    assert "Who stands" not in calendar
    seen(browser, f"/partners/meetings/points/{second.pk}/", 404)
    assert Minute.objects.count() == 2


def test_who_is_neither_side_finds_nothing_at_any_address(both):
    asked = both.asks()
    walter, visitor = both.browser("walter"), Client()
    for path in (
        f"/partners/exchanges/{asked.pk}/",
        f"/partners/exchanges/{asked.pk}/document.html",
        f"/partners/exchanges/{asked.pk}/document.pdf",
    ):
        seen(walter, path, 404)
        assert visitor.get(path).status_code == 302
    for path in (
        "/partners/",
        "/partners/exchanges/",
        "/partners/exchanges/export.json",
        "/partners/exchanges/export.csv",
        "/partners/list/",
    ):
        assert "wrong election day" not in seen(walter, path)
        assert "Office" not in seen(walter, path) or path == "/partners/list/"
    with both.as_("farah") as seat:
        partner = find.partner_of(seat, both.office.pk)
    seen(walter, f"/partners/list/{partner.pk}/", 404)
    counted = seen(visitor, "/partners/governments/")
    assert "Begun by governments" in counted
    assert counted.count("No quarter is due yet") == 1


def test_programs_do_the_same_by_the_interface(both):
    asked = both.asks()
    farah, olga = both.browser("farah"), both.browser("olga")

    def call(browser, path, expected, body=None, **kept):
        if body is None:
            answer = browser.get(f"/api{path}")
        else:
            answer = browser.post(f"/api{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == expected, answer.content[:800]
        return answer.json()

    names = [row["name"] for row in call(farah, "/partners/", 200)]
    assert names == sorted(names)
    assert call(farah, f"/partners/exchanges?sort={Sort.ACTION.value}", 200)["exchanges"][0]["id"] == str(asked.pk)
    assert call(farah, f"/partners/exchanges/{asked.pk}", 200)["next"] == ["receive"]
    call(farah, f"/partners/exchanges/{asked.pk}/steps", 201, {"code": "receive"})
    call(farah, f"/partners/exchanges/{asked.pk}/steps", 201, {"code": "review"})
    problem = call(farah, f"/partners/exchanges/{asked.pk}/steps", 422, {"code": "decline"})
    assert "reason" in json.dumps(problem)
    after = call(
        farah,
        f"/partners/exchanges/{asked.pk}/steps",
        201,
        {"code": "decline", "reason": "Lawful.", "opinion": "negative"},
    )
    assert (after["state"], after["opinion"]) == ("declined", "negative")
    call(olga, f"/partners/exchanges/{asked.pk}/opinions", 201, {"opinion": "positive"})
    assert call(farah, f"/partners/exchanges/{asked.pk}", 200)["opinion"] == "disputed"
    call(both.browser("walter"), f"/partners/exchanges/{asked.pk}", 404)
    call(both.browser("walter"), f"/partners/exchanges/{asked.pk}/steps", 404, {"code": "receive"})
    assert call(Client(), "/governments", 200)["floor"] == 5
    partner = next(row["id"] for row in call(farah, "/partners/", 200) if row["organisation"] == str(both.office.pk))
    assert call(farah, f"/partners/{partner}", 200)["trust"][0]["sent"] == 1
