"""The pages of the library: everybody reads them, every address is answered, what is hidden stays hidden, and links stay."""

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from made_library import change, made_ad, made_company, made_library, number_of, remove
from made_people import appoint, organisation, person

from hustings.apps.ads.models import Ad, AdChange, PageName
from hustings.apps.database import WEB, in_role
from hustings.apps.library.alerts.letters import tell_all
from hustings.apps.library.find import present
from hustings.apps.library.models import Alert, Subject, Word
from hustings.apps.library.pages import summing, views
from hustings.apps.library.pages.changes import changes
from hustings.apps.library.patience import patiently
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.words import count_words, meant
from hustings.apps.review.models import Policy
from hustings.apps.review.policies import load_packaged
from hustings.apps.rights.models import Override, Release


def words(answer):
    """What a page says, without its markup."""
    return " ".join(
        unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)).split()
    )


def content(answer):
    """The whole of an answer, if it comes in parts too."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def get(address, **named):
    return Client().get(f"/library/{address}", named)


def numbers(answer):
    return [int(each) for each in re.findall(r'<h3><a href="/library/ads/(\d+)/">', answer.content.decode())]


def test_a_visitor_searches_and_reads_exact_sums(db):
    company = made_company()
    made_ad(company, 1, spend=Decimal("100.1250"), text="Vote for the harbour")
    made_ad(company, 2, spend=None, impressions=None, text="The harbour again")
    made_ad(company, 3, currency="EUR", spend=Decimal("7.5"), text="A harbour in euros")
    made_ad(company, 4, text="Something else")
    publish_all()
    answer = get("", q="harbour")
    assert answer.status_code == 200
    told = words(answer)
    assert (
        "3 ads found: 100.125 XVD and 7.50 EUR spent, shown 2,468 times." in told
        or "3 ads found: 7.50 EUR and 100.125 XVD spent, shown 2,468 times." in told
    )
    assert "What 1 costs and how often 1 was shown is not known exactly" in told
    assert len(numbers(answer)) == 3
    assert "1 ad found" in words(get("", q="harbour -again", currency="XVD"))


def test_facets_count_and_lead_to_what_they_count(db):
    company = made_company()
    for number, country in enumerate(("US", "US", "DE"), 1):
        made_ad(company, number, countries=[country])
    publish_all()
    answer = get("")
    leads = re.search(r'href="(\?country=DE)">Germany</a> <span class="quiet small">1</span>', answer.content.decode())
    assert leads
    assert len(numbers(Client().get("/library/" + leads[1]))) == 1
    assert len(numbers(get("", country=["DE", "US"]))) == 3
    assert len(numbers(get("", year="2020"))) == 3
    assert numbers(get("", year="2019")) == []
    assert len(numbers(get("", category="-"))) == 3


@pytest.mark.parametrize(
    ("sort", "expected"), [("newest", [5, 4, 3, 2, 1]), ("spend", [3, 2, 1, 5, 4]), ("impressions", [1, 3, 2, 5, 4])]
)
def test_every_order_walks_all_ads_once(db, monkeypatch, sort, expected):
    monkeypatch.setattr(views, "PAGE", 2)
    company = made_company()
    ads = []
    for number, (spent, seen) in enumerate(zip((1, 2, 3, None, None), (9, 7, 8, None, None), strict=True), 1):
        ads.append(made_ad(company, number, spend=None if spent is None else Decimal(spent), impressions=seen))
        publish_all()  # each in its turn: of several at once, the numbers follow their keys
    of = {number_of(ad): place for place, ad in enumerate(ads, 1)}
    answer, found = get("", sort=sort), []
    for _ in range(5):
        found += [of[number] for number in numbers(answer)]
        further = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        if not further:
            break
        # What is published on the way neither comes in nor moves anything.
        made_ad(company, 100 + len(found), spend=Decimal(2), impressions=8)
        publish_all()
        answer = Client().get("/library/" + unescape(further[1]))
    assert found == expected


def test_a_link_that_stays_gives_the_same_bytes_whatever_is_published_after(db):
    (ad,) = made_library(1)
    place = present()
    first = get("", at=place, q="parks")
    change(ad, spend=Decimal(1000), impressions=5)
    made_ad(ad.held_by, 9)
    publish_all()
    again = get("", at=place, q="parks")
    assert "99.50 XVD" in words(again)
    assert numbers(first) == numbers(again)
    assert again.content == get("", at=place, q="parks").content
    assert "1,099.50 XVD spent" in words(get("", q="parks"))


def test_an_ad_tells_whom_it_was_aimed_at_and_what_changed(db):
    (ad,) = made_library(1, regions={"Northland": 7}, groups={("18-24", "women"): 3})
    change(ad, spend=Decimal("120.00"))
    answer = get(f"ads/{number_of(ad)}/")
    told = words(answer)
    assert "could be seen by people in Northland, aged 18-34, of gender women, but not by those in Easthaven." in told
    assert "Before: 99.50 XVD Since: 120 XVD" in told
    assert "18-24, women 3" in told
    assert "Northland 7" in told
    assert "It said who paid: “Paid for by Citizens for Parks”." in told
    assert f"/library/payers/{Subject.objects.get(kind='payer').number}/" in answer.content.decode()
    first = words(get(f"ads/{number_of(ad)}/", version=1))
    assert "Spend 99.50 XVD" in first
    assert "This is version 1" in first
    assert get(f"ads/{number_of(ad)}/", version="x").status_code == 404


def test_a_removed_ad_says_why_and_nothing_else_anywhere(db):
    (ad,) = made_library(1, text="A secret sentence about nothing", title="Hidden head")
    AdChange.objects.create(
        ad=ad,
        move="remove",
        state="removed",
        reason_code="voting.wrong_date",
        version=1,
        policy="ads at the door 2026-11-22",
    )
    remove(ad)
    number = number_of(ad)
    pages = [
        get(""),
        get(f"ads/{number}/"),
        get(f"ads/{number}/", version=1),
        get("removed/"),
        get("changed/"),
        get("feed.atom"),
        get("", csv="ads"),
    ]
    for page in pages:
        assert page.status_code == 200
        told = content(page)
        assert b"secret sentence" not in told
        assert b"Hidden head" not in told
    assert "Ground: voting.wrong_date, by ads at the door 2026-11-22" in words(pages[1])
    assert "voting.wrong_date" in words(pages[3])
    assert numbers(get("", q="secret")) == []


def test_pages_and_payers_keep_their_old_names_and_their_ads(db):
    (ad,) = made_library(1)
    PageName.objects.create(page=ad.page, name="Cats daily", since=datetime(2019, 5, 1, tzinfo=UTC))
    publish_all()
    page = Subject.objects.get(kind="page").number
    told = words(get(f"pages/{page}/"))
    assert "Cats daily 1 May 2019" in told
    assert "1 ad of this page stands in the library: 99.50 XVD spent" in told
    assert f"/library/ads/{number_of(ad)}/" in get(f"pages/{page}/").content.decode()
    payer = Subject.objects.get(kind="payer").number
    assert "Citizens for Parks" in words(get(f"payers/{payer}/"))
    assert get(f"payers/{page}/").status_code == 404
    assert get(f"ads/{10**30}/").status_code == 404


def test_changes_stand_in_the_order_of_their_publication(db):
    ads = made_library(2)
    change(ads[0], spend=Decimal(5))
    told = words(get("changed/", kind="ad"))
    assert told.index("version 2, place") < told.index("new, place")
    assert "Before: 99.50 XVD Since: 5 XVD" in told
    assert get("changed/", before="x").status_code == 400


def test_a_policy_shows_what_a_new_version_changed_once_it_is_in_use(db):
    load_packaged()
    first = Policy.objects.get(name="ads at the door")
    later = Policy.objects.create(
        name=first.name,
        version="2031-01-01",
        title=first.title,
        text=first.text.replace("opinion", "view"),
        outcomes=first.outcomes,
        digest="0" * 64,
    )
    assert "2031-01-01" not in words(get("policies/"))
    company = organisation("Meridian")
    one, other = (appoint(person(name), company) for name in ("Tilda", "Farah"))
    asked = Override.objects.create(held_by=company, policy=later, reason="The law changed.", by=one)
    Release.objects.create(policy=later, ground="override", override=asked, by=other)
    answer = get("policies/")
    assert "Version of 2031-01-01, in use" in words(answer)
    assert re.search(r"<del>[^<]*opinion", answer.content.decode())
    assert re.search(r"<ins>[^<]*view", answer.content.decode())


def test_csv_holds_each_ad_exactly_and_nothing_a_spreadsheet_runs(db):
    company = made_company()
    made_ad(company, 1, title="=1+1", spend=Decimal("3.1250"))
    publish_all()
    (row,) = csv.DictReader(io.StringIO(content(get("", csv="ads")).decode()))
    assert (row["title"], row["spend"], row["currency"], row["impressions"]) == ("'=1+1", "3.125", "XVD", "1234")


def test_a_file_of_several_parts_holds_every_ad_once(db, monkeypatch):
    monkeypatch.setattr("hustings.apps.library.bulk.export.BATCH", 2)
    ads = made_library(5)
    rows = list(csv.DictReader(io.StringIO(content(get("", csv="ads", country="US")).decode())))
    assert [int(row["number"]) for row in rows] == sorted(map(number_of, ads), reverse=True)


@pytest.mark.parametrize("form", ["feed.atom", "feed.rss"])
def test_a_search_is_a_feed_whose_entries_keep_their_address(db, form):
    company = made_company()
    made_ad(company, 1, text="Parks & <quays>")
    made_ad(company, 2, text="Something \x0b else")
    publish_all()
    answer = get(form, q="quays")
    feed = ET.fromstring(answer.content)
    text = "".join(feed.itertext())
    assert "Parks & <quays>" in text
    assert "Something" not in text
    assert answer.content == get(form, q="quays").content
    ET.fromstring(get(form).content)
    assert get(form, year="x").status_code == 400


def test_a_misspelt_word_leads_to_the_one_that_ads_say(db):
    made_library(3, text="The police of the harbour")
    assert count_words() == Word.objects.count() > 0
    answer = get("", q="polise harbour")
    assert "Did you mean police harbour ? That finds 3 ads." in words(answer)
    assert "Did you mean" not in words(get("", q="police harbour"))
    assert meant(["zzzzzzzz"]) == {}


def test_without_pg_trgm_nothing_is_suggested_and_the_search_works(db):
    made_library(3, text="The police of the harbour")
    count_words()
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    answer = get("", q="polise")
    assert answer.status_code == 200
    assert "Did you mean" not in words(answer)


def link(letter, name):
    return re.search(rf"https?://[^/\s]+(/library/alerts/{name}/\S+)", letter.body)[1]


def test_letters_come_only_after_they_were_confirmed_and_end_with_one_click(db, settings):
    settings.PUBLIC_URL = "https://library.example.org"
    company = made_company()
    made_ad(company, 1, text="An old harbour")
    publish_all()
    asked = Client().post("/library/alerts/?q=harbour", {"email": "Reader@Example.org"})
    assert asked.status_code == 200
    (letter,) = mail.outbox
    assert letter.to == ["reader@example.org"]
    made_ad(company, 2, text="A harbour before it was confirmed")
    publish_all()
    assert tell_all() == 0
    confirm = link(letter, "confirm")
    assert Client().get(confirm).status_code == 200
    assert Alert.objects.get().confirmed_at is None
    assert Client().post(confirm).status_code == 200
    made_ad(company, 3, text="A new harbour")
    made_ad(company, 4, text="A new road")
    publish_all()
    assert tell_all() == 1
    told = mail.outbox[1]
    assert "A new harbour" in told.body
    assert "road" not in told.body
    assert "before it was confirmed" not in told.body
    assert "An old harbour" not in told.body
    assert tell_all() == 0
    end = link(told, "end")
    assert told.extra_headers["List-Unsubscribe"].strip("<>").endswith(end)
    assert Client().get(end).status_code == 200
    assert Alert.objects.count() == 1
    assert Client(enforce_csrf_checks=True).post(end, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Alert.objects.exists()
    assert Client().post(end).status_code == 200
    assert Client().post(confirm).status_code == 404


def test_a_link_of_one_purpose_or_of_nobody_does_nothing(db):
    Client().post("/library/alerts/?q=harbour", {"email": "reader@example.org"})
    token = link(mail.outbox[0], "confirm").split("/")[-2]
    for address in (f"/library/alerts/end/{token}/", "/library/alerts/end/x/", "/library/alerts/confirm/x:y/"):
        assert Client().post(address).status_code == 404
    assert Alert.objects.count() == 1


def test_who_asks_too_often_is_refused_and_a_wrong_address_is_named(db):
    assert Client().post("/library/alerts/", {"email": "nobody"}).status_code == 422
    answers = [
        Client().post(f"/library/alerts/?q=w{each}", {"email": "reader@example.org"}).status_code for each in range(7)
    ]
    assert answers == [200] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_the_web_role_reads_no_address(db):
    with in_role(WEB), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Alert.objects.count()


def test_what_takes_too_long_is_said_and_the_rest_of_the_page_stands(db, monkeypatch):
    made_library(1)
    monkeypatch.setattr(summing, "patiently", lambda *_: None)
    answer = get("")
    assert answer.status_code == 200
    assert "to sum them up takes longer than a page waits" in words(answer)
    assert len(numbers(answer)) == 1


def test_the_database_is_asked_to_stop_and_answers_the_next_question(db):
    def slow():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    assert patiently(slow, 20) is None
    assert present() == 0


NAMES = (
    "q archive platform state category country page advertiser payer language year currency election from to spend_from spend_to "
    "impressions_from impressions_to hidden sort as_of at after csv version before kind"
).split()
ODD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["-", "0", "-1", "9" * 30, "1e9", "NaN", "'", '"', "' OR 1=1 --", "%", "%s", "{}", "\0", "\ud7ff", "*:*", "!", "&", "a & | b", "<->", '"a" -"a"',
         "2020-02-30", "9999-12-31", "0001-01-01", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00+14:00", "2026-11-22T06:00 01:00", "~", "1~2", "~9" * 9,
         "US", "parks", "newest", "spend", "a" * 500]
    ),
)  # fmt: skip


@hypothesis_settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    address=st.sampled_from(
        ["", "", "", "", "changed/", "removed/", "policies/", "rules/", "feed.atom", "feed.rss", "alerts/"]
    ),
    asked=st.dictionaries(st.sampled_from(NAMES), st.lists(ODD, min_size=1, max_size=2), max_size=4),
)
def test_every_question_is_answered(hostile, address, asked):
    answer = hostile.get(f"/library/{address}", asked)
    assert answer.status_code in (200, 400)


@pytest.fixture
def hostile(db):
    made_library(2)
    count_words()
    return Client(raise_request_exception=False)


def test_a_change_of_words_is_told_word_by_word():
    (told,) = changes({"text": "Vote on Tuesday at noon"}, {"text": "Vote on Monday at noon"})
    assert told.parts == (("kept", "Vote on "), ("gone", "Tuesday"), ("new", "Monday"), ("kept", " at noon"))


def test_the_navigation_and_the_first_page_lead_there(db):
    front = Client().get("/").content.decode()
    assert front.count('href="/library/"') >= 2
    assert Ad.objects.count() == 0
    assert "No political ad has run here yet" in words(get(""))


def test_programs_are_told_what_they_may_walk_and_how_to_take_everything(db):
    robots = Client().get("/robots.txt")
    assert robots.status_code == 200
    assert b"Allow: /library/\n" in robots.content
    rules = words(get("rules/"))
    assert "1.2 seconds" in rules
    for address in re.findall(r'href="(/[^"#?]*)"', get("rules/").content.decode()):
        assert Client().get(address).status_code in (200, 302), address
