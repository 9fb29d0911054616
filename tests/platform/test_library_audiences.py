"""Audiences, both sides, places and people of a search: everybody reads them, sums are exact, and what is not known is said."""

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from made_library import change, made_ad, made_company, number_of, remove

from hustings.apps.database import WEB, in_role
from hustings.apps.library.audiences import read
from hustings.apps.library.audiences.of_names import their_ads
from hustings.apps.library.export import lines
from hustings.apps.library.find import Asked, search
from hustings.apps.library.models import Key, Shown
from hustings.apps.library.publishing.publish import publish_all
from hustings.errors import BadInput
from hustings.screening.audience.poles import packaged_poles


def aim(place, *interests):
    return {
        "all": [
            {"is": {"dimension": "location", "value": place}},
            {"any": [{"is": {"dimension": "interest", "value": one}} for one in interests]},
        ]
    }


HUNTERS, GARDENERS = aim("Texas", "Second amendment", "Hunting"), aim("Ohio", "Gardening", "Gun control")
RIFLES, TREES = "Defend our rifles and our hunting grounds", "Plant a tree by the river with us"


@pytest.fixture
def world(db):
    """Six ads to hunters and four to gardeners of one page, one told nothing of, and one of another page."""
    company = made_company()
    for number in range(1, 7):
        made_ad(company, number, text=RIFLES, title="", targeting=HUNTERS, spend=Decimal("10.25"), impressions=100)
    for number in range(11, 15):
        made_ad(company, number, text=TREES, title="", targeting=GARDENERS, spend=Decimal("1.00"), impressions=None)
    made_ad(company, 21, text=TREES, title="", targeting=None, page="other")
    publish_all()
    return company


def get(address, **named):
    return Client().get(f"/library/{address}", named)


def words(answer):
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(plain).split())


def test_a_search_tells_who_was_addressed_with_what_in_exact_sums(world):
    answer = get("audiences/", platform="meridian")
    told = words(answer)
    assert answer.status_code == 200
    assert "11 ads found, put together by whom they address and by what they say." in told
    assert "People interested in or matched by" in told
    assert "in Texas" in told
    assert "shown 600" in told
    assert "61.50 XVD" in told
    assert "Not known whom they were aimed at" in told


def test_a_cell_leads_to_its_ads_and_to_no_others(world):
    answer = get("audiences/")
    links = {
        unescape(link): int(many)
        for link, many in re.findall(r'href="([^"]*audience=[^"]*message=[^"]*)">(\d+) ad', answer.content.decode())
    }
    assert sorted(links.values()) == [1, 4, 6]
    for link, many in links.items():
        found = Client().get("/library/audiences/" + link)
        assert len(re.findall(r'<h3><a href="/library/ads/\d+/">', found.content.decode())) == many
    assert get("audiences/", audience="77").status_code == 404
    assert get("audiences/", message="x", below="y").status_code == 404


def test_the_table_as_a_file_has_every_ad_once_and_the_same_sums(world):
    answer = get("audiences/", csv="audiences")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sum(int(row["ads"]) for row in rows) == 11
    numbers = [int(one) for row in rows for one in row["numbers"].split()]
    assert sorted(numbers) == sorted(
        Shown.objects.filter(kind="ad", until__isnull=True).values_list("number", flat=True)
    )
    assert sum(Decimal(row["spend"]) for row in rows) == Decimal("165.00")


def test_a_link_that_stays_gives_the_same_table_whatever_is_published_after(world):
    link = unescape(
        re.search(r'href="(\?at=\d+)">This table as a link that stays', get("audiences/").content.decode())[1]
    )
    first = Client().get("/library/audiences/" + link).content
    made_ad(world, 31, text=TREES, targeting=HUNTERS)
    publish_all()
    assert Client().get("/library/audiences/" + link).content == first
    assert "12 ads" in words(get("audiences/"))


def test_what_was_removed_says_nothing_in_the_table(world):
    secret = made_ad(world, 41, text="A zebra danced at midnight", targeting=HUNTERS)
    publish_all()
    assert "zebra" in words(get("audiences/", q="zebra"))
    place = Shown.objects.get(number=number_of(secret), until__isnull=True).seq
    remove(secret)
    assert "zebra" not in words(get("audiences/", at=place))
    assert "zebra" not in get("audiences/", csv="audiences").content.decode()


def test_both_sides_are_told_with_the_words_that_say_so(world):
    told = words(get("audiences/opposed/"))
    assert "Both sides were addressed in 1 matter." in told
    assert "For gun rights 6 ads of 1 page" in told
    assert "“second amendment” in the targeting of 6" in told
    assert "For gun control 4 ads of 1 page" in told
    assert "There is nobody to compare with" in told
    assert "not tested: too few" in told


def test_a_group_is_compared_with_pages_that_are_as_active(world):
    for page in range(16):
        for number in range(8 + page % 7):
            made_ad(
                world,
                1000 + 20 * page + number,
                page=f"quiet {page}",
                text="A walk by the sea",
                targeting=aim("Ohio", "Walking"),
            )
    publish_all()
    page = Shown.objects.get(kind="page", until__isnull=True, body__archive_number="parks").number
    told = words(get("audiences/opposed/", page=page))
    assert "10 ads of Parks for all from 1 page: 10 stand on a side" in told
    others = int(
        re.search(r"Than buyers as active 4 ads on the lesser side [\d.]+ [\d.]+ [\d.]+ (\d+) others", told)[1]
    )
    assert others == 16
    assert words(get("audiences/opposed/", page=page)) == told


def test_the_operators_own_table_of_matters_takes_the_place_of_the_packaged_one(world, settings, tmp_path, monkeypatch):
    own = tmp_path / "own.json"
    own.write_text(
        json.dumps(
            {
                "matters": [
                    {
                        "code": "trees",
                        "matter": "Trees",
                        "sides": [
                            {"name": "planting", "terms": ["plant a tree"]},
                            {"name": "rifles", "terms": ["rifles"]},
                        ],
                    }
                ]
            }
        )
    )
    settings.POLES = str(own)
    monkeypatch.setattr(read, "STANDS", {})
    read.poles.cache_clear()
    try:
        told = words(get("audiences/opposed/"))
        assert "Trees Planting 5 ads of 2 pages" in told
        settings.POLES = str(tmp_path / "none.json")
        read.poles.cache_clear()
        with pytest.raises(BadInput, match="cannot be read"):
            read.poles()
    finally:
        read.poles.cache_clear()
    settings.POLES = ""
    assert read.poles() == packaged_poles()


@pytest.mark.parametrize("address", ["audiences/", "audiences/opposed/"])
def test_what_cannot_be_read_or_found_is_said(db, address):
    assert get(address, year="x").status_code == 400
    assert "cannot be read" in words(get(address, year="x"))
    assert get(address).status_code == 200
    assert get(address, q="nothing at all").status_code == 200


def test_pages_of_advertisers_payers_and_pages_lead_to_their_audiences(world):
    for kind, plural in (("payer", "payers"), ("page", "pages")):
        number = Shown.objects.filter(kind=kind, until__isnull=True).order_by("number")[0].number
        told = get(f"{plural}/{number}/").content.decode()
        assert f'href="/library/audiences/?{kind}={number}"' in told
        assert f'href="/library/audiences/opposed/?{kind}={number}"' in told


def test_a_region_narrows_is_counted_and_drawn(world):
    delivered = made_ad(world, 51, targeting=None, regions={"Northland": 7, "California": 3})
    publish_all()
    answer = get("")
    told = answer.content.decode()
    assert re.search(r'href="\?region=US-TX">Texas</a> <span class="quiet small">6</span>', told)
    assert "<title>Texas: 6 ads</title>" in told
    assert "<title>Ohio: 4 ads</title>" in told
    assert "<title>Utah: no ad</title>" in told
    assert [row.number for row in search(Asked(regions=("Northland",)))] == [number_of(delivered)]
    assert "6 ads found" in words(get("", region="US-TX"))
    assert Client().get("/api/library/ads", {"region": "US-CA"}).json()["items"][0]["number"] == number_of(delivered)
    assert [line["differs"] for line in lines()] == [[]] * Shown.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE library_shown SET regions = '{US-NY}' WHERE number = %s", [number_of(delivered)])
    assert [line["differs"] for line in lines() if line["differs"]] == [["regions"]]


def test_people_who_saw_several_ads_count_once(world):
    first, second = (made_ad(world, number, people=many, text="counted") for number, many in ((61, 3000), (62, 2000)))
    publish_all()
    told = Client().get("/api/library/reach", {"q": "counted"}).json()
    assert (told["ads"], told["without"]) == (2, 0)
    assert told["low"] <= told["people"] <= told["high"] <= 2 * 1234
    assert told["people"] == told["high"] == 2468  # nobody saw what was not shown
    change(first, impressions=50_000)
    told = Client().get("/api/library/reach", {"q": "counted"}).json()
    assert abs(told["people"] - 3000) < 150
    assert told["at_least"] == told["low"]
    assert "saw at least one of them" in words(get("", q="counted"))
    assert number_of(second) > 0


def test_where_people_were_not_counted_that_is_said_with_what_bounds_them(world):
    told = Client().get("/api/library/reach", {"q": "rifles"}).json()
    assert (told["people"], told["at_least"], told["at_most"]) == (None, None, 600)
    assert "cannot be derived" in told["sentence"]
    assert Client().get("/api/library/reach", {"q": "tree"}).json()["at_most"] is None
    made_ad(world, 71, people=50, text="rifles too")
    publish_all()
    told = Client().get("/api/library/reach", {"q": "rifles"}).json()
    assert told["without"] == 6
    assert told["at_least"] == told["low"] > 40
    assert told["at_most"] == told["high"] + 600
    assert "cannot be derived" in words(get("", country="US", q="river"))


def test_sketches_of_who_was_expunged_are_given_to_nobody_and_others_only_by_number(world):
    ad = made_ad(world, 81, people=500, text="gone")
    publish_all()
    number = number_of(ad)
    with in_role(WEB), transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT key FROM library_key")
        cursor.execute("SELECT count(*) FROM library_sketches(%s::bigint[], 'infinity')", [[number]])
        assert cursor.fetchone() == (1,)
    assert Key.objects.filter(subject=number).exists()


def test_names_of_a_finding_lead_to_who_was_addressed_by_their_ads(world, monkeypatch):
    theirs = their_ads(["parks", "other", "nobody", ""], world.pk)
    assert (theirs.pages, theirs.known) == (2, 2)
    answer = Client().get(theirs.link)
    assert answer.status_code == 200
    assert "11 ads of Parks for all, Parks for all, put together" in words(answer)
    assert their_ads(["nobody"], world.pk) is None
    assert their_ads(["parks"], uuid4()) is None
    monkeypatch.setattr("hustings.apps.library.audiences.of_names.MOST", 1)
    first = their_ads(["parks", "other"], world.pk)
    assert (first.pages, first.known, first.link.count("page=")) == (1, 2, 1)


def test_one_ad_with_one_text_is_told_so(world):
    assert "5 ads, one text" in words(get("audiences/"))
    assert "different text " not in words(get("audiences/", page=1))
