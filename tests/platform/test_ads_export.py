"""The ads of a door written as the ads table, read by the search for buyers, and found again from there."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from made_people import appoint, organisation, person, sign_in

from hustings.apps.ads.find import led_to
from hustings.apps.ads.models import Ad, Administrator, Creative, Page, Payer, Sponsor
from hustings.apps.people.find import seat_for
from hustings.connectors.ads import read_ads
from hustings.connectors.buyers import find_buyers

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return organisation("Platform", "company")


@pytest.fixture
def reviewer(company):
    return seat_for(appoint(person("Rae"), company, "Rae", ("reviewer",)), strong=True)


@pytest.fixture
def ads(company):
    """Two pages of two sponsors that one card pays for, and one that has nothing to do with them."""
    made = []
    for place, (sponsor, card) in enumerate((("One League", "card-x"), ("Two League", "card-x"), ("Three", "card-y"))):
        who = Sponsor.objects.create(held_by=company, registered_name=sponsor, kind="committee", country="XV")
        page = Page.objects.create(
            held_by=company, platform="meridian", number=f"page-{place}", name=sponsor, sponsor=who
        )
        payer = Payer.objects.create(held_by=company, sponsor=who, name=sponsor, country="XV", instrument=card)
        Administrator.objects.create(page=page, fingerprint=f"admin-{place % 2}", country="XW", since=timezone.now())
        creative = Creative.objects.create(
            held_by=company, digest=str(place), text=f"Words {place}", landing_url=f"https://site{place}.example/x"
        )
        made.append(
            Ad.objects.create(
                held_by=company, archive="api", number=str(place), state="delivering", page=page, sponsor=who, payer=payer,
                creative=creative, countries=["XV"], currency="XVD", created=timezone.now(),
                targeting={"all": [{"is": {"dimension": "age", "value": "18-24"}}, {"not": {"is": {"dimension": "location", "value": "North"}}}]},
            )
        )  # fmt: skip
    return made


def test_the_search_for_buyers_reads_the_file_and_leads_back(ads, reviewer, tmp_path, capsys):
    out = tmp_path / "ads.parquet"
    call_command("export_ads", "--out", str(out), "--by", reviewer.person.email)
    assert "3 ads in" in capsys.readouterr().out
    table = read_ads(out)
    first = next(ad for ad in table if ad.ad == str(ads[0].pk))
    assert (first.actor, first.instrument, first.landing_url, first.account) == (
        "page-0", "card-x", "https://site0.example/x", str(ads[0].sponsor_id),
    )  # fmt: skip
    assert dict(first.rest)["administrators"] == '["admin-0"]'
    assert [(one.value, one.excluded) for one in first.targeting] == [("18-24", False), ("North", True)]
    found = find_buyers(table)
    kinds = {(one.kind, one.buyer) for one in found.ads}
    assert ("instrument", "meridian:page-0") in kinds
    assert ("instrument", "meridian:page-1") in kinds
    assert not {one for one in found.ads if one.buyer == "meridian:page-2" and one.kind == "instrument"}
    links = led_to(reviewer, ["page-0", "One League", str(ads[0].pk), "page-9"])
    assert links == {
        "page-0": f"/ads/?page={ads[0].page_id}", "One League": f"/ads/?sponsor={ads[0].sponsor_id}",
        str(ads[0].pk): f"/ads/{ads[0].pk}/",
    }  # fmt: skip
    browser = Client()
    sign_in(browser, reviewer.person)
    listed = browser.get(links["page-0"]).content.decode()
    assert "Words 0" in listed
    assert "Words 1" not in listed


def test_who_may_not_see_who_runs_a_page_exports_without(ads, company, tmp_path, capsys):
    analyst = seat_for(appoint(person("Ann"), company, "Ann", ("analyst",)), strong=True)
    out = tmp_path / "ads.parquet"
    call_command("export_ads", "--out", str(out), "--by", analyst.person.email)
    assert "without the accounts" in capsys.readouterr().out
    assert not any(ad.rest for ad in read_ads(out))
    with pytest.raises(CommandError, match="there already"):
        call_command("export_ads", "--out", str(out), "--by", analyst.person.email)


def test_another_door_exports_and_links_nothing_of_it(ads, tmp_path):
    other = seat_for(appoint(person("Oda"), organisation("Other"), "Oda", ("reviewer",)), strong=True)
    assert led_to(other, ["page-0", "One League", str(ads[0].pk)]) == {}
    place = tmp_path / "none.parquet"
    call_command("export_ads", "--out", str(place), "--by", other.person.email)
    with place.open("rb") as file:
        assert file.read(4) == b"PAR1"
    import pyarrow.parquet as pq

    assert pq.read_table(place).num_rows == 0


def test_an_ad_without_words_says_what_is_known(ads, reviewer):
    creative = Creative.objects.create(
        held_by=ads[0].held_by, digest="q", landing_domain="shop.example", media=[{"sha256": "0" * 64, "kind": "image"}]
    )
    ad = Ad.objects.create(
        held_by=ads[0].held_by, archive="ira", number="abc:summer-7", state="ended", creative=creative
    )
    long = Creative.objects.create(held_by=ads[0].held_by, digest="l", text="Parks for everybody. " * 20)
    Ad.objects.filter(pk=ads[1].pk).update(creative=long, archive="ira")
    browser = Client()
    sign_in(browser, reviewer.person)
    assert "1 image, leads to shop.example, number summer-7 (no words)" in browser.get("/ads/").content.decode()
    assert "<h1>1 image, leads to shop.example" in browser.get(f"/ads/{ad.pk}/").content.decode()
    heading = browser.get(f"/ads/{ads[1].pk}/").content.decode().partition("<h1>")[2].partition("</h1>")[0]
    assert heading.startswith("Parks for everybody.")
    assert heading.endswith("…")
    assert len(heading) < 80
