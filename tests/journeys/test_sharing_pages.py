"""The liaison's desk of the demo season in a real browser: what waits, a request answered by keyboard, axe, and a phone."""

import os
from pathlib import Path

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

FARAH = "farah@demo.example"
PICTURES = os.environ.get("HUSTINGS_PICTURES")


@pytest.fixture(scope="module")
def desk(seeded_site: Site):
    with chromium() as browser:
        enrol(seeded_site, FARAH)
        context, page, heard = visit(browser, seeded_site)
        sign_in(page, FARAH, Codes())
        yield page, heard
        context.close()


def pages(page):
    """Every page of partners that leads on from the desk, one of each kind."""
    found = ["/partners/", "/partners/list/", "/partners/exchanges/", "/partners/exchanges/new/", "/partners/drills/", "/partners/groups/",
             "/partners/meetings/", "/partners/governments/"]  # fmt: skip
    for index, start in (("/partners/list/", "/partners/list/"), ("/partners/exchanges/", "/partners/exchanges/"),
                         ("/partners/drills/", "/partners/drills/"), ("/partners/meetings/", "/partners/meetings/")):  # fmt: skip
        page.goto(index)
        links = page.locator(f"main td a[href^='{start}'], main th a[href^='{start}']").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        found += [next(link for link in links if link.count("-") == 4)]
    page.goto(found[-1])
    found.append(page.locator("main h3 a").first.get_attribute("href"))
    return found


def test_every_page_is_read_by_everybody_and_fits_a_phone(desk):
    page, heard = desk
    heard.clear()
    for number, path in enumerate(pages(page)):
        page.set_viewport_size(DESKTOP)
        page.goto(path)
        assert axe(page) == [], path
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{number}.png"), full_page=True)
        page.set_viewport_size(PHONE)
        assert sideways(page) == "", path
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{number}-phone.png"), full_page=True)
    page.set_viewport_size(DESKTOP)
    assert keyboard(page)[1] == []
    assert heard.complaints == []


def test_what_waits_is_taken_up_and_declined_with_a_reason(desk):
    page, _ = desk
    page.goto("/partners/")
    page.get_by_role("link", name="Take down a copy of the authority's site").first.click()
    for step in ("receive", "review"):
        page.locator("#step_code").select_option(step)
        page.get_by_role("button", name="Take it").click()
    page.locator("#step_code").select_option("decline")
    page.get_by_role("button", name="Take it").click()
    assert "why, in a sentence" in page.locator("main").inner_text()
    page.get_by_label("Reason").fill("The form was gone when we looked; we told the host.")
    page.get_by_role("button", name="Take it").click()
    assert page.get_by_text("The form was gone when we looked").count() == 1
