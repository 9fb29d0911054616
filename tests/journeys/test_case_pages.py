"""The parts of a case in a real browser: picture and table in step by hand and by key, a phone, no complaint of axe."""

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

ANNA = "anna@demo.example"


def opened_case(page):
    """A case with a lead about two pages, a gathering, and a campaign; the addresses of both."""
    page.goto("/leads/record/")
    page.locator("input[name=title]").fill("Three pages act as one")
    page.locator("select[name=source]").select_option("press")
    page.locator("textarea[name=about]").fill("page; meridian; 17\npage; meridian; 18")
    page.locator("main form button").last.click()
    page.goto("/cases/open/")
    page.get_by_label("Title").fill("Harbour")
    page.get_by_label("The question it answers").fill("Do they act as one?")
    page.get_by_label("Leads it takes up").select_option(label="Three pages act as one")
    page.locator("main form button").last.click()
    case = page.url
    page.get_by_text("Put an answer forward", exact=True).click()
    page.locator("#hypothesis_text").fill("One team runs them.")
    page.get_by_role("button", name="Put it forward").click()
    page.get_by_text("Say what speaks for or against one", exact=True).click()
    page.locator("#argument_text").fill("They post within seconds.")
    page.get_by_role("button", name="Say it").click()
    page.goto(f"{case}gatherings/")
    page.get_by_text("Add one that is known by other means", exact=True).click()
    page.get_by_label("What people were called to").fill("A rally at the centre")
    page.locator("#gathering_region").fill("US-TX")
    page.locator("#gathering_country").fill("US")
    page.locator("#gathering_day").fill("2016-05-21")
    page.get_by_label("Pages and buyers that announced it, one a line").fill("Harbour Friends")
    page.get_by_label("Where this is known from").fill("hearings")
    page.get_by_role("button", name="Add it").click()
    page.goto(case)
    page.get_by_text("Open a campaign", exact=True).click()
    page.locator("#campaign_name").fill("Harbour lights")
    page.locator("#campaign_tactics").select_option(["T0086", "T0002"])
    page.get_by_role("button", name="Open it").click()
    campaign = page.url
    page.get_by_text("Propose a member", exact=True).click()
    page.locator("#member_kind").select_option("page")
    page.locator("#member_platform").fill("meridian")
    page.locator("#member_name").fill("17")
    page.locator("#member_method").fill("same administrators")
    page.get_by_role("button", name="Propose it").click()
    return case, campaign


def looked_back(page, case):
    """An after-action review of the case, with something that was missed and what is done otherwise; its address."""
    page.goto(f"{case}after-action/")
    page.get_by_label("Title").fill("After the season")
    page.get_by_role("button", name="Begin the review").click()
    page.get_by_text("Write down what was missed", exact=True).click()
    page.locator("#miss_title").fill("Two pages")
    page.locator("#miss_began_on").fill("2026-10-01")
    page.locator("#miss_found_on").fill("2026-11-01")
    page.locator("#miss_cause").select_option("staffing")
    page.locator("#miss_why").fill("Nobody read the language.")
    page.locator("#miss_actors").fill("meridian; 17")
    page.get_by_role("button", name="Write it down").first.click()
    page.get_by_text("Say what is done otherwise", exact=True).click()
    page.locator("#change_was").fill("No reader of Danish.")
    page.locator("#change_becomes").fill("Two readers of Danish.")
    page.locator("#change_owner").select_option(index=1)
    page.locator("#change_due").fill("2027-03-01")
    page.get_by_role("button", name="Write it down").last.click()
    return page.url


@pytest.fixture(scope="module")
def page(seeded_site: Site):
    """Anna, signed in, with a case and a campaign, and the addresses of their parts."""
    with chromium() as browser:
        enrol(seeded_site, ANNA)
        context, page, heard = visit(browser, seeded_site)
        sign_in(page, ANNA, Codes())
        case, campaign = opened_case(page)
        page.goto(case)
        beneath = page.get_by_role("link", name="They post within seconds.").get_attribute("href")
        parts = {part: f"{case}{part}/" for part in ("network", "timeline", "map", "everything", "reach", "standing")}
        more = {"case": case, "beneath": beneath, "campaign": campaign, "people": f"{campaign}reach/", "impact": f"{campaign}impact/",
                "checks": "/fact-checks/", "many": f"{campaign}many/", "look-backs": "/after-action/",
                "look-back": looked_back(page, case)}  # fmt: skip
        yield page, heard, parts | more
        context.close()


@pytest.mark.parametrize(
    "which",
    [
        "case",
        "network",
        "timeline",
        "map",
        "everything",
        "reach",
        "standing",
        "beneath",
        "campaign",
        "people",
        "impact",
        "checks",
        "many",
        "look-backs",
        "look-back",
    ],
)
def test_these_pages_have_nothing_for_axe_to_find_go_by_keyboard_and_fit_a_phone(page, which):
    page, heard, places = page
    heard.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    page.goto(places[which])
    if which == "network":
        page.wait_for_selector("hustings-network[drawn]")
    wrong = axe(page)
    _, stuck = keyboard(page)
    page.emulate_media(color_scheme="dark")
    wrong += axe(page)
    page.set_viewport_size(PHONE)
    wrong += axe(page)
    assert wrong == []
    assert stuck == []
    assert sideways(page) == ""
    assert not heard.elsewhere
    # A driver without a graphics card says that reading back is slow; that is no complaint of the page.
    assert not [text for text in heard.complaints if "GL Driver Message" not in text]


def drawn(page, places):
    page.set_viewport_size(DESKTOP)
    page.goto(places["network"])
    page.wait_for_selector("hustings-network[drawn]")


def selected(page):
    return page.locator("#table-members tr[aria-selected=true] th").all_inner_texts()


def test_a_row_lights_its_dot_and_tells_what_it_is_tied_to(page):
    page, _, places = page
    drawn(page, places)
    rows = page.locator("#table-members tbody tr").count()
    assert f"Showing {rows} of {rows} things" in page.inner_text("figcaption >> nth=0")
    page.locator("#table-members tbody a", has_text="gathering A rally").click()
    page.wait_for_selector("#beside h2:has-text('gathering A rally')")
    assert selected(page) == ["gathering A rally at the centre"]
    assert "announced by" in page.inner_text("#beside")


def test_every_thing_of_the_picture_is_reached_by_key_and_the_table_follows(page):
    page, _, places = page
    drawn(page, places)
    names = page.locator("#table-members tbody th").all_inner_texts()
    assert len(names) >= 5
    seek = page.get_by_label("Find a thing in the picture")
    for name in names:
        seek.focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        assert selected(page) == [name]
    page.locator("hustings-network .canvas").focus()
    page.keyboard.press("Home")
    for arrow in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(arrow)
        assert len(selected(page)) == 1
    page.keyboard.press("Enter")
    page.wait_for_selector("#beside table")
    page.keyboard.press("Escape")
    assert selected(page) == []


def test_impact_is_refused_and_written_by_the_page(page):
    page, _, places = page
    page.set_viewport_size(DESKTOP)
    page.goto(places["impact"])
    page.get_by_text("Write down what was seen", exact=True).click()
    page.locator("#observe_text").fill("It swung the election.")
    page.locator("#observe_source").fill("a paper")
    page.get_by_role("button", name="Write it down").click()
    assert "Nobody can know from what was seen" in page.inner_text("main")
    page.locator("#observe_text").fill("Ads were found on one platform.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Judge how far it broke out", exact=True).click()
    page.locator("#judge_category").select_option("1")
    page.locator("#judge_reason").fill("Nothing beyond was seen.")
    page.get_by_role("button", name="Judge it in your name").click()
    assert "Category 1 of 6" in page.inner_text("main")
