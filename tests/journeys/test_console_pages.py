"""The console in a real browser: by keyboard alone, at phone width, in light and dark, without a complaint."""

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes
from playwright.sync_api import expect

ANNA = "anna@demo.example"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def anna(browser, seeded_site: Site):
    """Anna, signed in once for all tests of this file."""
    enrol(seeded_site, ANNA)
    context, page, heard = visit(browser, seeded_site)
    sign_in(page, ANNA, Codes())
    yield page, heard
    context.close()


@pytest.fixture
def page(anna):
    page, heard = anna
    heard.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light", media="screen")
    page.goto("/")
    yield page
    assert heard.complaints == []
    assert heard.elsewhere == []


@pytest.mark.parametrize("address", ["/", "/styles/?wrong=1", "/search/?q=tip", "/nowhere/", "/findings/"])
def test_pages_have_nothing_for_axe_to_find_in_light_dark_and_on_a_phone(page, address):
    page.goto(address)
    wrong = axe(page)
    page.emulate_media(color_scheme="dark")
    wrong += axe(page)
    page.set_viewport_size(PHONE)
    wrong += axe(page)
    assert wrong == []
    assert sideways(page) == ""


def test_the_marking_stands_top_right_at_every_width_and_on_paper(page):
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        box = page.locator("header .marking .mark").bounding_box()
        assert box["y"] < 110
        assert box["x"] + box["width"] > size["width"] - 40
    page.set_viewport_size(DESKTOP)
    page.emulate_media(media="print")
    assert page.locator("header .marking .mark").is_visible()
    assert not page.locator("header nav.wide").is_visible()


def test_tab_goes_through_the_page_with_a_focus_that_is_seen_and_comes_out_again(page):
    page.goto("/styles/")
    stops, wrong = keyboard(page)
    assert wrong == []
    assert stops[0] == "a Skip to the page"
    assert any(stop.startswith("input Filter") for stop in stops)
    assert stops[-1].startswith("a How pages are made")


def test_the_skip_link_leads_past_the_bar(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header') === null")


def test_keys_open_help_search_rows_and_places(page):
    page.goto("/styles/")
    page.keyboard.press("?")
    dialog = page.locator("#keys")
    assert dialog.is_visible()
    assert "Open a case" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("jjj?")  # while typing, keys are letters
    assert page.locator("#search").input_value() == "jjj?"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/")


def test_single_keys_can_be_turned_off(page):
    page.keyboard.press("?")
    page.locator("[data-shortcuts]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "search"
    page.locator("footer a[data-show-keys]").click()
    page.locator("[data-shortcuts]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_a_table_sorts_and_filters_in_place_and_the_address_keeps_it(page):
    page.goto("/styles/")
    page.locator("#table-t-links").click()
    page.wait_for_selector("th[aria-sort=ascending]")
    assert page.evaluate("document.activeElement.id") == "table-t-links"
    assert page.locator("#table-t tbody tr").first.inner_text().startswith("page 12")
    page.locator("#table-t-find").fill("Twitter")
    expect(page.locator("#table-t [role=status]")).to_have_text("1 to 5 of 6")
    assert page.evaluate("document.activeElement.id") == "table-t-find"
    assert "t.find=Twitter" in page.url
    page.reload()
    assert page.locator("#table-t [role=status]").inner_text() == "1 to 5 of 6"


def test_pages_work_without_scripts(browser, seeded_site):
    context, page, _ = visit(browser, seeded_site, java_script_enabled=False)
    page.goto("/sweeps/published/")
    page.set_viewport_size(PHONE)
    page.locator("details.narrow summary").click()
    page.locator("details.narrow a", has_text="Log checkpoints").click()
    assert page.locator("h1").inner_text() == "Checkpoints of the log"
    context.close()


def test_escape_closes_the_menu_of_the_account_and_gives_focus_back(page):
    page.locator("details.account summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("details.account a", has_text="Sign out").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.locator("details.account a", has_text="Sign out").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_suggestions_are_walked_by_arrows_and_put_away_by_escape(page):
    page.locator("#search").press_sequentially("quixotic")
    page.wait_for_selector("#suggestions p")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").inner_text() == ""
    assert page.evaluate("document.activeElement.id") == "search"


def test_what_lapsed_while_a_page_lay_open_is_refused_as_a_page_and_not_as_half_a_table(anna):
    page, heard = anna
    page.goto("/styles/")
    page.route("**/styles/?t.sort=*", lambda route: route.fulfill(status=404, body="gone"), times=1)
    page.locator("#table-t-links").click()
    page.wait_for_url("**/styles/?t.sort=links")
    assert page.locator("h1").inner_text() == "How pages are made"  # asked for again, as a whole page
    heard.clear()  # htmx notes the refused part


def test_a_server_that_fails_is_said_in_words(anna):
    page, heard = anna
    page.goto("/styles/")
    page.route("**/styles/?t.sort=*", lambda route: route.fulfill(status=500, body=""), times=1)
    page.locator("#table-t-links").click()
    page.wait_for_selector("#said .error")
    assert "Nothing was changed" in page.locator("#said").inner_text()
    heard.clear()
