"""The register, a redacted copy, legal process and a hearing book in a real browser: by forms, in light and dark, on a phone."""

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit
from made_people import Codes

DORA = "dora@demo.example"


@pytest.fixture(scope="module")
def page(seeded_site: Site):
    """Dora, signed in, with a case that a committee was told of, a redacted copy, a warrant and a hearing."""
    with chromium() as browser:
        enrol(seeded_site, DORA)
        context, page, heard = visit(browser, seeded_site)
        sign_in(page, DORA, Codes())
        page.goto("/cases/open/")
        page.get_by_label("Title").fill("Three pages")
        page.get_by_label("The question it answers").fill("Do they act as one?")
        page.locator("main form button").last.click()
        case = page.url
        page.get_by_text("Seal a file", exact=True).click()
        page.locator("#seal_file").set_input_files(
            {"name": "page.txt", "mimeType": "text/plain", "buffer": b"By Nora Example, on page 17."}
        )
        page.locator("#seal_tool").fill("export 2.1")
        page.locator("#seal_captured_at").fill("2026-11-01T10:00")
        page.locator("#seal_what").select_option("page")
        page.locator("#seal_platform").fill("meridian")
        page.locator("#seal_of").fill("page 17")
        page.get_by_role("button", name="Seal it").click()
        page.get_by_role("link", name="Redacted copies").click()
        redact = page.url
        page.get_by_label("What is taken out").fill("PERSON; Nora Example")
        page.get_by_label("Why a copy is made, and for whom").fill("for the court")
        page.get_by_role("button", name="Seal the copy").click()
        page.get_by_role("heading", name="page, redacted.txt").wait_for()
        page.goto(case)
        page.get_by_role("link", name="Who was told of it").click()
        told = page.url
        page.get_by_text("Write down what somebody was told", exact=True).click()
        page.get_by_label("Who was told").fill("The committee")
        page.get_by_label("What they were told, in a line").fill("The text of a page")
        page.get_by_label("On which ground").fill("asked for by letter")
        page.get_by_label("Sealed objects they were told of").select_option(label="page.txt")
        page.get_by_role("button", name="Enter it").click()
        page.get_by_text("Something they were told is not so", exact=True).click()
        page.get_by_label("As it was told").fill("It is from May.")
        page.get_by_label("As it is", exact=True).fill("It is from June.")
        page.get_by_label("Why it is told otherwise now").fill("The clock was wrong.")
        page.get_by_role("button", name="Correct it").click()
        entry = page.url
        page.goto(case)
        page.get_by_role("link", name="legal process").click()
        listed = page.url
        page.get_by_text("Record what came in", exact=True).click()
        for name, value in (("authority", "District court"), ("asked_by", "Judge Ito, called back"), ("law", "Code, section 12"), ("reference", "31 C 7"),
                            ("received_on", "2026-11-02"), ("due_on", "2026-12-01"), ("assets", "page; meridian; page 17"), ("since", "2026-11-01"),
                            ("until", "2026-11-02")):  # fmt: skip
            page.locator(f"#id_{name}").fill(value)
        page.locator("#id_kind").select_option("warrant")
        page.get_by_label("sealed evidence").check()
        page.get_by_role("button", name="Record it").click()
        process = page.url
        page.goto(case)
        page.get_by_role("link", name="hearings").click()
        hearings = page.url
        page.get_by_text("Open a hearing book", exact=True).click()
        page.get_by_label("What it is called").fill("Hearing of 1 December")
        page.get_by_label("Who asks").fill("The committee")
        page.get_by_role("button", name="Open it").click()
        hearing = page.url
        page.get_by_text("Write a question down", exact=True).click()
        page.get_by_label("Question", exact=True).fill("How many assets were removed?")
        page.get_by_role("button", name="Write it down").click()
        page.get_by_text("Answer it", exact=True).click()
        page.get_by_label("Answer", exact=True).fill("None so far.")
        page.get_by_label("Figure it rests on").select_option("assets-in-all")
        page.get_by_role("button", name="Keep the answer").click()
        places = {
            "register": "/disclosures/", "case's": told, "entry": entry, "redact": redact, "legal": listed, "process": process, "hearings": hearings,
            "hearing": hearing, "question": page.url,
        }  # fmt: skip
        yield page, heard, places
        context.close()


@pytest.mark.parametrize(
    "which", ["register", "case's", "entry", "redact", "legal", "process", "hearings", "hearing", "question"]
)
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


def test_what_was_done_stands_on_the_pages(page):
    page, _, places = page
    page.set_viewport_size(DESKTOP)
    for which, words in (
        ("register", "It is from June."),
        ("entry", "The clock was wrong."),
        ("process", "nobody has approved it"),
        ("question", "Nobody has approved it"),
    ):
        page.goto(places[which])
        assert words in page.locator("main").inner_text(), which
