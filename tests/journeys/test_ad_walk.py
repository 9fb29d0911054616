"""In a real browser: an advertiser hands an ad in, a reviewer decides, the advertiser reads why, appeals and sees it run."""

import pytest
from looking import PHONE, axe, chromium, enrol, sideways, sign_in, small_targets, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

WORLD = """
from datetime import UTC, date, datetime
from made_people import appoint, organisation, person
from hustings.apps.ads.models import Sponsor, SponsorChange, SponsorMember, Disclaimer
from hustings.apps.elections.models import Election
meridian = organisation("Meridian")
for name, roles in (("Rosa", ("reviewer", "analyst")), ("Sven", ("reviewer",)), ("Vera", ("verifier",))):
    held = appoint(person(name, second_factor=False), meridian, name, roles)
sponsor = Sponsor.objects.create(held_by=meridian, registered_name="Citizens for Parks", kind="committee", country="XV",
                                 state="authorised", sponsor_class="A")
SponsorChange.objects.create(sponsor=sponsor, move="authorise", state="authorised", sponsor_class="A")
SponsorMember.objects.create(sponsor=sponsor, person=person("Ada", second_factor=False))
Disclaimer.objects.create(sponsor=sponsor, text="Paid for by Citizens for Parks", language="en", approved_by=held,
                          approved_at=datetime(2020, 1, 1, tzinfo=UTC))
Election.objects.create(country="XV", name="General election", level="national", kind="legislative", on=date(2031, 5, 4))
print(sponsor.pk)
"""


@pytest.fixture(scope="module")
def door(site):
    sponsor = site.run(WORLD).strip()
    for name in ("rosa", "sven", "ada"):
        enrol(site, f"{name}@example.org")
    return site, sponsor


def looked_at(page):
    """Axe in light and dark, and the phone, on the page at hand."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == ""
    assert small_targets(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def decide(page, *keys):
    """Take the next and decide it by its keys."""
    page.goto("/review/")
    page.keyboard.press("n")
    page.wait_for_url("**/review/work/**")
    expect(page.locator("main")).to_contain_text("Vote by text message")
    looked_at(page)
    for key in keys:
        page.keyboard.press(key)
    page.get_by_role("button", name="Decide and stop").click()
    page.wait_for_url("**/review/")


def test_an_ad_is_handed_in_refused_appealed_and_approved(door):
    site, sponsor = door
    with chromium() as browser:
        opened = {name: visit(browser, site) for name in ("ada", "rosa", "sven")}
        for name, (_, page, _) in opened.items():
            sign_in(page, f"{name}@example.org")
        ada, rosa, sven = (opened[name][1] for name in ("ada", "rosa", "sven"))
        base = f"/advertise/{sponsor}/ads/"

        ada.goto(base)
        looked_at(ada)
        ada.get_by_role("link", name="Hand an ad in").click()
        looked_at(ada)
        ada.locator("[name=number]").fill("7")
        ada.locator("[name=text]").fill("More parks. Vote by text message on Wednesday.")
        ada.locator("[name=currency]").fill("euro")
        ada.get_by_role("button", name="Hand it in").click()
        expect(ada.locator("[name=currency][aria-invalid=true]")).to_be_visible()
        looked_at(ada)
        ada.locator("[name=currency]").fill("")
        ada.locator("[name=language]").fill("en")
        ada.locator("[name=category]").select_option("election")
        ada.locator("[name=election]").select_option(index=1)
        ada.locator("[name=disclaimer]").fill("Paid for by Citizens for Parks")
        ada.locator("[name=countries]").fill("XV")
        ada.locator("[name=starts]").fill("2020-01-01T00:00")
        ada.get_by_role("button", name="Hand it in").click()
        expect(ada.get_by_role("status")).to_contain_text("A person looks at it")
        ad = ada.url
        looked_at(ada)

        decide(rosa, "w", "3")
        ada.goto(ad)
        expect(ada.locator(".lede")).to_contain_text("Rejected")
        looked_at(ada)
        ada.get_by_label("What was overlooked").fill("It is the slogan of a contest, not of the vote.")
        ada.get_by_role("button", name="Appeal").click()
        expect(ada.get_by_role("status")).to_contain_text("Somebody who has not decided")
        decide(sven, "1")
        ada.goto(ad)
        expect(ada.locator(".lede")).to_contain_text("Scheduled")
        looked_at(ada)
        ada.goto(base)
        looked_at(ada)
        for _, _, heard in opened.values():
            assert heard.complaints == []
            assert heard.elsewhere == []
