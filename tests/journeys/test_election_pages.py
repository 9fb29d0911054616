"""The pages of the work on elections in a real browser: by keyboard, on a phone, no complaint of axe."""

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

ANNA = "anna@demo.example"
PAGES = (
    "today", "election", "task", "room", "incident", "report", "threats", "assessment", "contacts", "contact", "lists", "list", "calendar", "new",
)  # fmt: skip


def worked_on(page):
    """An incident and a report in the room of the season's election, and a list that was loaded; the addresses of all pages."""
    page.goto("/elections/today/")
    election = page.locator("#table-elections tbody a").first.get_attribute("href")
    page.goto(f"{election}room/")
    page.get_by_text("An incident", exact=True).click()
    page.locator("#incident_title").fill("A false closing hour is spread")
    page.locator("#incident_severity").select_option("3")
    page.locator("#incident_text").fill("Seen on two platforms.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Report the situation", exact=True).click()
    page.locator("#situation_text").fill("Calm but for one false hour.")
    page.get_by_role("button", name="Report", exact=True).click()
    incident = page.get_by_role("link", name="A false closing hour is spread").get_attribute("href")
    page.goto(election)
    task = page.locator("#table-open tbody a").first.get_attribute("href")
    page.goto(f"{election}threats/")
    assessment = page.locator("main a[href*='/elections/threats/']").first.get_attribute("href")
    page.goto("/elections/contacts/")
    contact = page.locator("#table-contacts tbody a").first.get_attribute("href")
    page.goto("/elections/lists/")
    rows = "country,on,kind,name\nXV,,recall,Recall of the mayor\nXV,soon,recall,Recall of the council\n"
    page.locator("input[name=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("select[name=layout]").select_option("csv")
    page.locator("input[name=source]").fill("The town's gazette")
    page.get_by_role("button", name="Load it").click()
    return {
        "today": "/elections/today/", "election": election, "task": task, "room": f"{election}room/", "incident": incident,
        "report": f"{election}room/1/", "threats": f"{election}threats/", "assessment": assessment, "contacts": "/elections/contacts/",
        "contact": contact, "lists": "/elections/lists/", "list": page.url, "calendar": "/elections/", "new": "/elections/new/",
    }  # fmt: skip


@pytest.fixture(scope="module")
def page(seeded_site: Site):
    """Anna, signed in, and the addresses of the pages."""
    with chromium() as browser:
        enrol(seeded_site, ANNA)
        context, page, heard = visit(browser, seeded_site)
        sign_in(page, ANNA, Codes())
        yield page, heard, worked_on(page)
        context.close()


@pytest.mark.parametrize("which", PAGES)
def test_these_pages_have_nothing_for_axe_to_find_go_by_keyboard_and_fit_a_phone(page, which):
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
    assert not heard.elsewhere
    assert not heard.complaints


def test_a_list_says_by_line_what_was_wrong_with_it(page):
    page, _, places = page
    page.set_viewport_size(DESKTOP)
    page.goto(places["list"])
    cells = page.locator("#table-faults tbody tr").first.inner_text()
    assert "no day of the calendar" in cells
    assert "soon" in cells
