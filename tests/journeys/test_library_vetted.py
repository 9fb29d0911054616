"""In a real browser: a researcher asks to read more than everybody reads, two people open it, and what the public cut leaves out is there."""

import pytest
from looking import DESKTOP, PHONE, axe, chromium, sideways, sign_in, small_targets, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

WORLD = """
from django.db import transaction
from made_door import made_door, running
from made_people import person
from hustings.apps.ads.models import Ad, Payer
from hustings.apps.library.publishing.publish import publish_all
with transaction.atomic():
    door = made_door()
    ads = [running(door, number=str(one), text=f"More parks, says ad {one}.") for one in (1, 2, 3)]
    Payer.objects.update(issuing_country="XR", instrument="card 77")
    Ad.objects.filter(pk=ads[1].pk).update(state="removed")
    person("Kim")
publish_all()
"""
PEOPLE = ("kim", "rae", "ola")


@pytest.fixture(scope="module")
def walk(site):
    """The researcher, who receives and who decides, each at a browser of their own."""
    site.run(WORLD)
    expect.set_options(timeout=60_000)  # as long as a page may take to load
    with chromium() as browser:
        opened, heard = {}, []
        for name in PEOPLE:
            _, page, said = visit(browser, site)
            opened[name] = page
            heard.append(said)
        yield opened
        for said in heard:
            assert said.complaints == []
            assert said.elsewhere == []


def looked_at(page):
    """Axe in light and dark, and the phone, on the page at hand."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == ""
    assert small_targets(page) == []
    page.set_viewport_size(DESKTOP)


def step(page, words, reason):
    """Take a step of the desk, with its reason."""
    form = page.locator("details.confirm", has=page.locator("summary", has_text=words))
    form.locator("summary").click()
    form.locator("input[name=reason]").fill(reason)
    form.get_by_role("button", name=words).click()


def test_a_researcher_reads_what_the_public_cut_leaves_out_once_two_people_opened_it(walk):
    kim, rae, ola = (walk[name] for name in PEOPLE)

    # What everybody reads of a removed ad has no words.
    kim.goto("/library/?q=parks&state=removed")
    expect(kim.locator(".lede")).to_contain_text("1 ad found")
    expect(kim.locator("main")).not_to_contain_text("says ad 2")

    # Asked for, with the search that was open.
    sign_in(kim, "kim@example.org")
    kim.goto("/library/vetted/ask/?q=parks")
    looked_at(kim)
    kim.get_by_label("Institution").fill("University of Easthaven")
    kim.get_by_label("Research question and purpose").fill("Which ads were taken down, and who paid for them?")
    kim.get_by_label("Funding and conflicts of interest").fill("A public grant; no party, no platform, none.")
    for field in ("Removed creative", "Payer name"):
        kim.get_by_label(field).check()
    kim.get_by_label("Safeguards").fill("On one encrypted machine, by me alone, deleted after a year.")
    kim.get_by_role("button", name="Hand it in").click()
    expect(kim.locator(".lede")).to_contain_text("Nothing is open")
    place = kim.url
    looked_at(kim)

    # One person receives it, and may not decide it.
    sign_in(rae, "rae@example.org")
    rae.goto("/library/vetting/")
    rae.locator("main table tbody a").first.click()
    expect(rae.locator("main")).to_contain_text("University of Easthaven")
    step(rae, "Receive", "The university's page names them and the grant.")
    expect(rae.locator("main")).to_contain_text("another person has to")
    looked_at(rae)

    # Another person decides.
    sign_in(ola, "ola@example.org")
    ola.goto(rae.url)
    expect(ola.locator(".lede")).to_contain_text("it would open 3 ads at most")
    step(ola, "Grant", "The purpose needs them, and nothing public tells it.")
    expect(ola.locator(".lede")).to_contain_text("It was granted for 3 ads")
    looked_at(ola)

    # The researcher reads it, and everybody else reads what they read before.
    kim.goto(place)
    expect(kim.locator(".lede")).to_contain_text("opens 3 ads")
    row = kim.locator("main table tbody tr", has_text="says ad 2")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Citizens for Parks")
    looked_at(kim)
    ola.goto("/library/?q=parks&state=removed")
    expect(ola.locator("main")).not_to_contain_text("says ad 2")
