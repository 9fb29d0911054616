"""An advertiser's own pages: by form and by table, all or nothing; theirs alone; pause, end, appeal."""

from copy import deepcopy

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_door import approve_disclaimer, decide, made_door
from made_people import LONG_AGO, person, sign_in

from hustings.apps.ads.models import Ad, Order, Sponsor, SponsorMember
from hustings.apps.ads.moving import move_ad
from hustings.apps.elections.models import Election
from hustings.policy.advertising import By

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(lasting):
    made = made_door()
    made.base = f"/advertise/{made.sponsor.pk}/ads/"
    return made


@pytest.fixture
def door(made):
    cache.clear()
    return deepcopy(made)


def member(name, sponsor):
    who = person(name)
    SponsorMember.objects.create(sponsor=sponsor, person=who, since=LONG_AGO)
    client = Client()
    sign_in(client, who)
    return client


@pytest.fixture
def ada(door):
    return member("Ada", door.sponsor)


@pytest.fixture
def eve(door):
    """An advertiser of another sponsor at the same door."""
    other = Sponsor.objects.create(held_by=door.company, registered_name="Other", state="authorised", sponsor_class="B")
    client = member("Eve", other)
    client.base = f"/advertise/{other.pk}/ads/"
    return client


def form(door, **more):
    return {
        "number": "1", "platform": "meridian", "page": "parks", "page_name": "Parks for all", "text": "More parks for every district.",
        "language": "en", "disclaimer": "Paid for by Citizens for Parks", "category": "election", "election": str(door.election.pk),
        "countries": "XV", "budget": "100.00", "currency": "XVD", "payer": "Citizens for Parks", "payer_country": "XV",
        "starts": "2020-01-01T00:00",
    } | more  # fmt: skip


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def handed_in(door, ada, **more):
    answer = ada.post(f"{door.base}new/", form(door, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Ad.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[-1])


def running(door, ada, **more):
    ad = handed_in(door, ada, **more)
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    ad.refresh_from_db()
    move_ad(ad, "start", machine=By.CLOCK)
    return ad


def test_an_ad_handed_in_by_form_waits_for_a_person_and_is_seen_with_its_state(door, ada):
    ad = handed_in(door, ada)
    assert (ad.state, ad.archive, ad.made_by, ad.made_by_person.name) == ("in review", "portal", None, "Ada")
    assert "In review, version 1." in page(ada, f"{door.base}{ad.pk}/")
    assert "More parks for every district." in page(ada, door.base)


def test_an_empty_part_comes_back_with_its_reason_and_is_completed(door, ada):
    ad = handed_in(door, ada, disclaimer="")
    assert ad.state == "returned"
    shown = page(ada, f"{door.base}{ad.pk}/")
    assert "Why" in shown
    assert "disclaimer" in shown
    change = page(ada, f"{door.base}{ad.pk}/change/")
    assert "More parks for every district." in change
    assert ada.post(f"{door.base}{ad.pk}/change/", form(door)).status_code == 302
    ad.refresh_from_db()
    assert (ad.state, ad.version) == ("in review", 2)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("countries", "Utopia"), ("currency", "eur"), ("budget", "-1"), ("landing_url", "no address"), ("targeting", "{"),
        ("targeting", '{"is": {"dimension": "a", "value": "\\u0000"}}'), ("targeting", '{"is": {"dimension": "a", "value": "\\ud800"}}'),
        ("targeting", '{"not": ' * 300 + '{"all": []}' + "}" * 300), ("pictures", "abc"), ("number", ""), ("number", "n" * 181),
        ("payer_country", "ZZ"), ("text", "x" * 20_001), ("starts", "0001-01-01T00:00"), ("budget", "999999999999999"), ("language", "x" * 9),
        ("election", "00000000-0000-4000-8000-000000000000"), ("text", "nul \x00"), ("ends", "2019-01-01T00:00"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_taken_in(door, ada, part, value):
    answer = ada.post(f"{door.base}new/", form(door, **{part: value}))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Ad.objects.exists()


def send(client, base, content, name="ads.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(f"{base}table/", {"file": SimpleUploadedFile(name, content, "text/csv")})


HEAD = "number,text,disclaimer,category,election,countries,payer,payer_country,budget,currency,starts,colour\n"


def rows(door, *numbers, **more):
    values = {"text": "Parks", "election": str(door.election.pk), "budget": "10", "countries": "XV"} | more
    return HEAD + "".join(
        f"{number},{values['text']} {number},Paid for by Citizens for Parks,election,{values['election']},{values['countries']},"
        f"Citizens for Parks,XV,{values['budget']},XVD,2020-01-01,green\n"
        for number in numbers
    )


def test_a_table_is_taken_in_whole_and_the_same_again_changes_nothing(door, ada):
    answer = send(ada, door.base, "\ufeff" + rows(door, 1, 2, 3))
    assert answer.status_code == 302, answer.content.decode()
    assert Ad.objects.count() == 3
    assert set(Ad.objects.values_list("state", "archive")) == {("in review", "portal")}
    assert Ad.objects.first().rest == {"colour": "green"}
    assert (
        "3 the same."
        in ada.post(
            f"{door.base}table/", {"file": SimpleUploadedFile("a.csv", rows(door, 1, 2, 3).encode())}, follow=True
        ).content.decode()
    )
    assert "1 changed, 1 new." in send_and_follow(
        ada, door, rows(door, 3, text="Other") + rows(door, 4).split("\n", 1)[1]
    )


def send_and_follow(client, door, content):
    return client.post(
        f"{door.base}table/", {"file": SimpleUploadedFile("a.csv", content.encode())}, follow=True
    ).content.decode()


def test_one_wrong_row_takes_none_in_and_every_problem_is_named(door, ada):
    table = (
        rows(door, 1)
        + rows(door, 2, budget="much", countries="Utopia").split("\n", 1)[1]
        + rows(door, 3, election="next year").split("\n", 1)[1]
        + rows(door, 1).split("\n", 1)[1]
        + "5,too,many,cells,in,this,row,than,the,heading,has,it,has,twelve\n"
        + ",no number,,,,,,,,,,\n"
    )
    answer = send(ada, door.base, table)
    assert answer.status_code == 422
    told = {problem.where for problem in answer.context["problems"]}
    assert told == {"row 3, budget", "row 3, countries", "ad 3, election", "row 5, number", "row 6", "row 7, number"}
    assert not Ad.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"number\n", b"\xff\xfe\x00", b'number,text\n1,"open', b"number,text\n1,nul \x00\n", b"text\nno number\n", b"\x00",
        b'number,text,media\n1,x,"[1]"\n', b'number,text,administrators\n1,x,"[[]]"\n', b"number,text,targeting\n1,x," + b"[" * 5000 + b"\n",
        b"number,text,budget,currency\n1,x,1e999999,EUR\n", b"number,title\n1," + b"t" * 501 + b"\n", b"number,text,election\n1,x,2026\n",
        b"number,text,colour\n1,x,nul \x00\n", b"number,text\n" + b"1,x\n" * 2_001, b"number,number\n1,2\n", b"number,text\n1," + b"x" * 200_000 + b"\n",
    ],
)  # fmt: skip
def test_no_table_makes_us_fail(door, ada, content):
    answer = send(ada, door.base, content)
    assert answer.status_code == 422
    assert not Ad.objects.exists()


def test_a_table_with_an_ad_that_is_past_changing_takes_nothing_in(door, ada):
    send(ada, door.base, rows(door, 1))
    move_ad(Ad.objects.get(), "remove", by=door.reviewer, reason_code="fits")
    answer = send(ada, door.base, rows(door, 2) + rows(door, 1, text="Other").split("\n", 1)[1])
    assert answer.status_code == 422
    assert "cannot be done while the state is" in answer.content.decode().replace("&#x27;", "'")
    assert Ad.objects.count() == 1


def test_another_advertiser_finds_nothing_and_does_nothing(door, ada, eve):
    ad = handed_in(door, ada)
    for path in (door.base, f"{door.base}new/", f"{door.base}table/", f"{door.base}{ad.pk}/", f"{door.base}{ad.pk}/change/",
                 f"{eve.base}{ad.pk}/", f"{eve.base}{ad.pk}/change/"):  # fmt: skip
        assert eve.get(path).status_code == 404, path
    for path in (f"{door.base}new/", f"{door.base}{ad.pk}/change/", f"{eve.base}{ad.pk}/change/"):
        assert eve.post(path, form(door, text="Eve's words.")).status_code == 404
    for base in (door.base, eve.base):
        assert eve.post(f"{base}{ad.pk}/act/", {"act": "end"}).status_code == 404
    assert send(eve, door.base, rows(door, 9)).status_code == 404
    assert Ad.objects.get().version == 1
    # The same number at another sponsor is another ad.
    assert eve.post(f"{eve.base}new/", form(door, text="Eve's words.")).status_code == 302
    assert Ad.objects.count() == 2


def test_who_is_not_signed_in_is_asked_to(door):
    answer = Client().get(door.base)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")


def act(client, door, ad, **said):
    answer = client.post(f"{door.base}{ad.pk}/act/", said, follow=True)
    ad.refresh_from_db()
    return answer.content.decode()


def test_an_advertiser_pauses_shows_again_and_ends(door, ada):
    ad = running(door, ada)
    assert "It is paused." in act(ada, door, ad, act="pause")
    assert ad.state == "paused"
    assert "It is shown again." in act(ada, door, ad, act="resume")
    assert ad.state == "delivering"
    assert "It has ended." in act(ada, door, ad, act="end")
    assert [order.order for order in Order.objects.order_by("number")] == ["show", "stop", "show", "stop"]
    assert "cannot be done" in act(ada, door, ad, act="resume")
    assert "This cannot be done with an ad." in act(ada, door, ad, act="approve")
    assert ad.state == "ended"
    assert ad.changes.last().by_person.name == "Ada"


def test_what_blocks_an_ad_is_told_and_keeps_it_paused(door, ada):
    ad = running(door, ada)
    act(ada, door, ad, act="pause")
    Sponsor.objects.filter(pk=door.sponsor.pk).update(state="lapsed")
    assert "The sponsor is not authorised now." in page(ada, f"{door.base}{ad.pk}/")
    assert "The sponsor is not authorised now." in act(ada, door, ad, act="resume")
    assert ad.state == "paused"


def test_a_refusal_is_told_with_its_reason_and_appealed_once(door, ada):
    ad = handed_in(door, ada)
    decide(door.reviewer, "refuse", "voting.wrong_date")
    shown = page(ada, f"{door.base}{ad.pk}/")
    assert "Rejected, version 1." in shown
    assert "Appeal" in shown
    assert "Somebody who has not decided before" in act(ada, door, ad, act="appeal", words="The date is right.")
    assert ad.state == "in review"
    act(ada, door, ad, act="appeal", words="Once more.")
    assert ad.state == "in review"
    decide(door.other, "approve", "fits")
    ad.refresh_from_db()
    assert ad.state == "approved"


def test_an_appeal_without_words_or_for_what_was_not_refused_says_why(door, ada):
    ad = handed_in(door, ada)
    answer = act(ada, door, ad, act="appeal", words="But why?")
    assert "Somebody who has not decided before looks again" not in answer
    decide(door.reviewer, "refuse", "voting.wrong_date")
    act(ada, door, ad, act="appeal", words="  \x00 ")
    assert ad.state == "rejected"


def test_an_election_that_is_cancelled_is_not_offered(door, ada):
    Election.objects.filter(pk=door.election.pk).update(status="cancelled")
    assert "General election" not in page(ada, f"{door.base}new/")


def test_what_a_machine_cannot_show_is_escaped(door, ada):
    ad = handed_in(door, ada, text="<script>alert(1)</script> parks", page_name="<b>Parks</b>")
    assert "<script>alert(1)" not in page(ada, f"{door.base}{ad.pk}/") + page(ada, door.base)
