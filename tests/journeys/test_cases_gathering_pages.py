"""Gatherings and known actors in a real browser: by forms, in light and dark, on a phone, without a complaint."""

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

ANNA = "anna@demo.example"


@pytest.fixture(scope="module")
def page(seeded_site: Site):
    """Anna, signed in, with a profile and a case that holds a gathering."""
    with chromium() as browser:
        enrol(seeded_site, ANNA)
        context, page, heard = visit(browser, seeded_site)
        sign_in(page, ANNA, Codes())
        page.goto("/known-actors/make/")
        page.get_by_label("A name for work").fill("The river network")
        page.get_by_role("button", name="Make it").click()
        profile = page.url
        page.get_by_text("Add a name or asset", exact=True).click()
        page.get_by_label("Name, or number there").fill("River Friends")
        page.locator("#part_source").fill("a paper")
        page.get_by_role("button", name="Add it").first.click()
        page.goto("/cases/open/")
        page.get_by_label("Title").fill("Rallies")
        page.get_by_label("The question it answers").fill("Who calls to them?")
        page.locator("main form button").last.click()
        page.get_by_role("link", name="Gatherings that people were called to").click()
        listed = page.url
        page.get_by_text("Add one that is known by other means", exact=True).click()
        page.get_by_label("What people were called to").fill("A rally at the centre")
        page.locator("#gathering_region").fill("US-TX")
        page.locator("#gathering_day").fill("2016-05-21")
        page.get_by_label("Where this is known from").fill("hearings")
        page.get_by_role("button", name="Add it").click()
        page.get_by_role("link", name="A rally at the centre").click()
        yield page, heard, {"profile": profile, "list": listed, "one": page.url, "actors": "/known-actors/"}
        context.close()


@pytest.mark.parametrize("which", ["actors", "profile", "list", "one"])
def test_these_pages_have_nothing_for_axe_to_find_and_go_by_keyboard(page, which):
    page, heard, places = page
    heard.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    page.goto(places[which])
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
