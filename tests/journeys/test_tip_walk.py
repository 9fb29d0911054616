"""The sentence the system hangs on, in a real browser: a cleared person receives a tip, so the team searches."""

import re
from uuid import uuid4

import pytest
from installation import Site
from looking import axe, chromium, enrol, sideways, sign_in, visit
from playwright.sync_api import Page
from working import work

PEOPLE = ("farah", "anna", "dora", "kira", "ben")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOLD = "Pages that pose as local news in Valdoria are run together. Treat their calls to stay at home with care."


@pytest.fixture(scope="module")
def walk(seeded_site: Site):
    """Each person at a browser of their own, signed in."""
    for name in PEOPLE:
        enrol(seeded_site, f"{name}@demo.example")
    with chromium() as browser:
        opened: dict[str, Page] = {}
        heard = []
        for name in PEOPLE:
            _, page, said = visit(browser, seeded_site)
            sign_in(page, f"{name}@demo.example")
            opened[name] = page
            heard.append(said)
        yield seeded_site, opened
        for said in heard:
            assert said.complaints == []
            assert said.elsewhere == []


def test_from_a_tip_to_a_search_to_what_may_be_told(walk):
    site, people = walk
    farah, anna, dora, kira, ben = (people[name] for name in PEOPLE)

    # The liaison has the tip; who is named for it asks for a search.
    farah.goto("/tips/")
    assert farah.get_by_role("link", name="Pages that pose as local").count() == 1
    anna.goto("/tips/")
    anna.get_by_role("link", name="Pages that pose as local").click()
    assert "TLP:RED" in anna.locator(".marking").first.inner_text()
    assert axe(anna) == []
    tip = anna.url
    anna.get_by_role("link", name="Ask for a sweep").click()
    anna.get_by_label("What is looked for").fill("Who else is run together with the accounts of the tip")
    anna.get_by_label("Legal ground").fill("Election Protection Act, article 12")
    anna.get_by_label("Election that is protected").fill("Valdorian parliament")
    anna.get_by_label("Election day").fill("2027-03-07")
    anna.get_by_label("Population").fill("posts of @rival_one")
    anna.get_by_role("button", name="Ask for the sweep").click()
    assert anna.get_by_text("a list of named people is not a population").count() >= 1
    anna.get_by_label("Population").fill("public posts of the season with an election hashtag")
    anna.get_by_role("button", name="Ask for the sweep").click()
    anna.get_by_text("A second person has to agree").wait_for()
    sweep = anna.url
    assert anna.get_by_role("button", name="Agree").count() == 0

    # Another person agrees, from the first page she sees.
    dora.goto("/")
    dora.get_by_text("asks for a sweep").first.wait_for()
    dora.goto(sweep)
    dora.get_by_role("button", name="Agree").click()
    dora.get_by_text("The search starts now").wait_for()

    said = work(site)
    assert "planted" not in said
    assert "Valdor" not in said

    # What was found is there for who is named, and not for who is not: not even that there is something.
    anna.goto(sweep)
    assert anna.get_by_text("done", exact=True).count() >= 1
    assert anna.get_by_role("heading", name="Tied to the tip").count() == 1
    assert anna.locator("table tbody tr").count() >= 1
    assert axe(anna) == []
    run = anna.locator("article a[href^='/runs/']").first.get_attribute("href")
    for place in (tip, sweep, run):
        unknown = ben.goto(UUID.sub(str(uuid4()), place)).text()
        answer = ben.goto(place)
        assert (answer.status, answer.text()) == (404, unknown)
    ben.goto("/search/?q=DES-2207")
    assert "DES-2207" not in ben.locator("article").inner_text().replace("“DES-2207”", "").replace("DES-2207", "", 1)

    # What may be told is proposed here and decided by the source.
    anna.goto(tip)
    anna.get_by_text("Propose a tear-line").click()
    anna.get_by_label("What may be told").fill(TOLD)
    anna.get_by_label("Marking asked for").select_option("green")
    anna.get_by_role("button", name="Propose it").click()
    anna.get_by_text("A releasing authority of the source decides").wait_for()
    tear_line = anna.url
    assert ben.goto(tear_line).status == 404
    kira.goto(tear_line)
    kira.get_by_label("Reason").fill("The pages have been named in the press")
    kira.get_by_role("button", name="Approve").click()
    kira.get_by_text("the words may be told").wait_for()
    assert "TLP:RED" in kira.locator(".marking").first.inner_text()  # she is told what it is taken from
    assert ben.goto(tear_line).status == 200
    assert TOLD in ben.locator("blockquote").inner_text()
    assert "TLP:GREEN" in ben.locator(".marking").first.inner_text()
    assert "DES-2207" not in ben.content()
    assert axe(ben) == []

    # An answer goes back to the source, under the tip's marking.
    farah.goto(tip)
    farah.get_by_text("Answer the source").click()
    farah.get_by_label("Opinion").select_option("positive")
    farah.get_by_label("Answer", exact=True).fill("It held: the accounts act together with further ones.")
    farah.get_by_role("button", name="Send the answer").click()
    farah.get_by_text("The answer went back").wait_for()
    kira.goto(tip)
    assert kira.get_by_text("It held:").count() == 1

    # The same pages on a phone.
    for place in (tip, sweep, tear_line):
        anna.set_viewport_size({"width": 375, "height": 700})
        anna.goto(place)
        assert sideways(anna) == ""
