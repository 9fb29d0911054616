"""The library in a real browser, as a visitor: found, followed, narrowed, subscribed; by keyboard, on a phone, in both schemes."""

import re

import pytest
from looking import DESKTOP, PHONE, axe, chromium, keyboard, sideways, small_targets, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

WORLD = """
from decimal import Decimal
from made_library import made_ad, made_company, change, remove
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.words import count_words
company = made_company()
groups = {("18-24", "women"): 3, ("18-24", "men"): 4}
first = made_ad(company, 1, text="The police of the harbour", regions={"Northland": 7}, groups=groups)
for number in range(2, 25):
    made_ad(company, number, text=f"The police again, says ad {number}", countries=["DE"], spend=Decimal(number))
gone = made_ad(company, 30, text="A lie about the day of voting")
publish_all()
change(first, spend=Decimal("120"))
remove(gone)
count_words()
"""


@pytest.fixture(scope="module")
def library(site):
    site.run(WORLD)
    return site


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser, library):
    context, page, heard = visit(browser, library)
    yield page
    context.close()
    assert heard.complaints == []
    assert heard.elsewhere == []


def looked_at(page):
    """Axe in light and dark, and the phone, on the page at hand."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == ""
    assert small_targets(page) == []
    page.set_viewport_size(DESKTOP)


def test_a_visitor_finds_follows_and_narrows_what_was_misspelt(page):
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Library").click()
    looked_at(page)
    page.get_by_role("searchbox").fill("polise")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="police").click()
    expect(page.locator(".lede")).to_contain_text("24 ads found")
    looked_at(page)
    page.get_by_label("Narrow the search").get_by_role("link", name="United States").click()
    expect(page.locator(".lede")).to_contain_text("1 ad found: 120 XVD spent")
    page.get_by_role("heading", level=3).get_by_role("link").click()
    expect(page.locator(".lede")).to_contain_text("could be seen by people in Northland")
    expect(page.locator("#versions + ol del")).to_contain_text("99.50 XVD")
    looked_at(page)
    page.get_by_role("link", name="Citizens for Parks").click()
    expect(page.locator(".lede")).to_contain_text("25 ads paid for by it stand in the library")
    looked_at(page)


def test_every_ad_is_reached_by_further_pages_and_a_link_that_stays(page):
    page.goto("/library/?q=police")
    seen = set()
    while True:
        seen |= set(re.findall(r"/library/ads/(\d+)/", page.content()))
        further = page.get_by_role("link", name="Further ads")
        if not further.count():
            break
        further.click()
        page.wait_for_load_state()
    assert len(seen) == 24
    page.get_by_role("link", name="This result as a link that stays").click()
    expect(page.locator(".lede")).to_contain_text("24 ads found")
    assert "at=" in page.url


@pytest.mark.parametrize(
    "address",
    [
        "removed/",
        "changed/",
        "policies/",
        "rules/",
        "?year=x",
        "?q=nothing+at+all",
        "alerts/?q=police",
        "audiences/",
        "audiences/?audience=1",
        "audiences/opposed/",
    ],
)
def test_pages_have_nothing_for_axe_to_find(page, address):
    page.goto(f"/library/{address}")
    looked_at(page) if "year" not in address else axe(page)


def test_everything_is_reached_by_keyboard_and_seen_there(page):
    page.goto("/library/?q=police")
    stops, wrong = keyboard(page)
    assert wrong == []
    assert any("Title" in stop for stop in stops)


def test_letters_are_asked_for_on_the_page(page):
    page.goto("/library/?q=police")
    page.get_by_role("link", name="Be told by e-mail").click()
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send me the first letter").click()
    expect(page.locator("main")).to_contain_text("Enter a valid email address")
    page.get_by_label("E-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Send me the first letter").click()
    expect(page.locator("h1")).to_contain_text("A letter is on its way")
