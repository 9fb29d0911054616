"""A report in a real browser: begun, written, approved by a colleague, published and read without sign-in; without a complaint."""

from pathlib import Path

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

ANNA, DORA = "anna@demo.example", "dora@demo.example"


def step(page, sentence, button):
    page.get_by_text(sentence, exact=True).click()
    opened = page.locator("details[open]", has=page.get_by_role("button", name=button, exact=True))
    opened.get_by_label("Why").fill("as agreed")
    opened.get_by_role("button", name=button, exact=True).click()


@pytest.fixture(scope="module")
def read(seeded_site: Site):
    """A published report and a draft; Anna, signed in, and a visitor."""
    with chromium() as browser:
        for who in (ANNA, DORA):
            enrol(seeded_site, who)
        anna, page, heard = visit(browser, seeded_site)
        sign_in(page, ANNA, Codes())
        page.goto("/cases/open/")
        page.get_by_label("Title").fill("A case to be told")
        page.get_by_label("The question it answers").fill("Do they act as one?")
        page.locator("main form button").last.click()
        page.get_by_role("link", name="Reports of this case").click()
        listed = page.url
        for title in ("What was found", "A draft"):
            page.goto(listed)
            page.get_by_text("Begin a report", exact=True).click()
            page.get_by_label("What the report is called").fill(title)
            page.get_by_label("Which kind").select_option("briefing")
            page.get_by_label("It is meant for everybody").check()
            page.get_by_role("button", name="Begin it").click()
            draft = page.url
            page.get_by_label("In short: text").fill("There are [assets-in-all] assets.")
            page.get_by_role("button", name="Keep in short").click()
            if title != "A draft":
                step(
                    page, "Count the figures, freeze them with their rows, and ask another person to approve it.", "Ask"
                )
                report = draft
        dora, other, _ = visit(browser, seeded_site)
        sign_in(other, DORA, Codes())
        other.goto(report)
        step(other, "Approve it as it is frozen.", "Approve")
        step(other, "Publish it under its marking.", "Publish")
        other.get_by_role("link", name="As it is published").click()
        published = other.url
        outside, visitor, visited = visit(browser, seeded_site)
        key = published.rstrip("/").rpartition("/")[2]
        yield {
            "list": (page, heard, listed), "all": (page, heard, "/reports/written/"), "draft": (page, heard, draft), "report": (page, heard, report),
            "version": (page, heard, f"{report}1/"), "recount": (page, heard, f"{report}recount/"),
            "beneath": (page, heard, f"{report}1/figures/assets-in-all/"), "public": (visitor, visited, "/reports/"),
            "published": (visitor, visited, published), "figure": (visitor, visited, f"/reports/{key}/figures/assets-in-all/"),
        }  # fmt: skip
        for context in (anna, dora, outside):
            context.close()


@pytest.mark.parametrize(
    "which", ["list", "all", "draft", "report", "version", "recount", "beneath", "public", "published", "figure"]
)
def test_these_pages_have_nothing_for_axe_to_find_and_go_by_keyboard(read, which):
    page, heard, place = read[which]
    heard.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    page.goto(place)
    wrong = axe(page)
    _, stuck = keyboard(page)
    page.emulate_media(color_scheme="dark")
    wrong += axe(page)
    page.set_viewport_size(PHONE)
    wrong += axe(page)
    assert wrong == []
    assert stuck == []
    assert sideways(page) == ""
    assert heard.complaints == []


def test_a_visitor_walks_from_a_number_in_the_text_to_its_query_by_keyboard(read):
    page, _, place = read["published"]
    page.set_viewport_size(DESKTOP)
    page.goto(place)
    number = page.locator("a.figure").first
    number.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#made-assets-in-all")
    assert page.locator("#made-assets-in-all").get_by_text("assets-in-all").is_visible()


def test_the_page_that_is_taken_away_opens_without_any_request(read, tmp_path: Path):
    page, _, place = read["published"]
    page.goto(place)
    with page.expect_download() as taken:
        page.get_by_role("link", name="report.html").click()
    saved = tmp_path / "report.html"
    taken.value.save_as(saved)
    alone = page.context.browser.new_context().new_page()
    asked = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(saved.as_uri())
    assert asked == [saved.as_uri()]
    assert axe(alone) == []
    alone.set_viewport_size(PHONE)
    assert sideways(alone) == ""
    alone.context.close()
