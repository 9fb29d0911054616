"""A reviewer's morning in a real browser: the next one, its marked text, a decision by keys, an undo, an appeal."""

import os

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, sideways, sign_in, small_targets, visit

pytestmark = pytest.mark.slow

WORLD = """
from datetime import timedelta
from uuid import uuid4
from django.db import transaction
from django.utils import timezone
from made_review import SNAPSHOT
from people_world import World
from hustings.apps.review import actions
from hustings.policy.role import Role
with transaction.atomic():
    world = World()
    world.organisation("Meridian")
    for name in ("rosa", "sven", "tara"):
        world.person(name)
        world.post(name, "Meridian", Role.REVIEWER, title="Reviewer")
    world.person("petra")
    world.post("petra", "Meridian", Role.SUPERVISOR, title="Supervisor of review")
    due = timezone.now() + timedelta(hours=5)
    held = {"held_by": world.organisations["Meridian"]}
    for number in range(4):
        shown = SNAPSHOT | {"title": f"Leaflet {number + 1} of the Harbour List", "lang": "en"}
        actions.ask("door", ("leaflet", uuid4()), snapshot=shown, priority=9 - number, due_at=due, people=1 + (number == 3), **held)
"""


@pytest.fixture(scope="module")
def hall(site: Site):
    site.run(WORLD)
    for name in ("rosa", "sven", "tara", "petra"):
        enrol(site, f"{name}@demo.example")
    with chromium() as browser:
        opened, heard = {}, []
        for name in ("rosa", "sven", "tara", "petra"):
            _, page, said = visit(browser, site)
            sign_in(page, f"{name}@demo.example")
            opened[name] = page
            heard.append(said)
        yield site, opened
        for said in heard:
            assert said.complaints == []
            assert said.elsewhere == []


def look(page, name):
    """What is wrong with a page in light and dark, wide and narrow; a picture of each where REVIEW_LOOK says."""
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, width in ((DESKTOP, "desktop"), (PHONE, "phone")):
            page.set_viewport_size(size)
            if folder := os.environ.get("REVIEW_LOOK"):
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
            wrong += [f"{name} {width} {scheme}: {each}" for each in [*axe(page), *filter(None, [sideways(page)])]]
            wrong += [f"{name} {width}: {each}" for each in small_targets(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return wrong


def test_a_morning_of_review(hall):
    site, people = hall
    rosa, sven, tara = people["rosa"], people["sven"], people["tara"]
    wrong = []

    # What waits; the next one by its key.
    rosa.clock.install()
    rosa.goto("/review/")
    assert "Ads at the door" in rosa.content()
    wrong += look(rosa, "waiting")
    rosa.keyboard.press("n")
    rosa.wait_for_url("**/review/work/**")
    assert rosa.locator("h1").inner_text() == "Leaflet 1 of the Harbour List"
    assert rosa.locator(".marked mark").all_inner_texts() == ["8 March", "Do not bother to vote"]
    wrong += look(rosa, "work")

    # Another reviewer is given another one.
    sven.goto("/review/")
    sven.keyboard.press("n")
    sven.wait_for_url("**/review/work/**")
    assert sven.locator("h1").inner_text() == "Leaflet 2 of the Harbour List"

    # The lease is kept by the page itself.
    before = site.sql("SELECT lease_until FROM review_work WHERE holder_id IS NOT NULL ORDER BY claimed_at LIMIT 1")
    with rosa.expect_response("**/heartbeat/") as kept:
        rosa.clock.fast_forward(61_000)
    assert kept.value.status == 200
    rosa.wait_for_selector("form.lease")
    after = site.sql("SELECT lease_until FROM review_work WHERE holder_id IS NOT NULL ORDER BY claimed_at LIMIT 1")
    assert after > before

    # One key for the reason, one for the outcome, one to decide; the next one comes by itself.
    rosa.keyboard.press("w")
    assert rosa.locator("input[name=code]:checked").get_attribute("value") == "voting.wrong_date"
    assert rosa.locator("input[name=outcome]:checked").count() == 0
    rosa.keyboard.press("1")
    assert rosa.locator("input[name=code]:checked").get_attribute("value") == "fits"
    rosa.keyboard.press("w")
    rosa.keyboard.press("3")
    assert rosa.locator("input[name=outcome]:checked").get_attribute("value") == "refuse"
    rosa.keyboard.press("n")
    rosa.wait_for_selector("h1:has-text('Leaflet 3')")
    assert "Decided: wrong date or time." in rosa.locator("#said").inner_text()

    # Without a choice the page says what is missing, in words.
    rosa.locator("form[x-data=decision]").evaluate("form => { form.noValidate = true; }")
    rosa.keyboard.press("n")
    rosa.wait_for_selector(".wrong")
    wrong += look(rosa, "missing")

    # A colleague undoes it with a reason; who decided cannot.
    rosa.goto("/review/decisions/")
    wrong += look(rosa, "decisions")
    rosa.get_by_role("link", name="Wrong date or time").click()
    assert rosa.get_by_text("a colleague can undo it").count() == 1
    address = rosa.url
    tara.goto(address)
    wrong += look(tara, "decision")
    tara.get_by_text("Undo this decision").first.click()
    tara.get_by_label("Reason, kept in the log").fill("The vote takes two days there.")
    tara.locator("details.confirm button").click()
    tara.wait_for_url("**/review/decisions/")
    assert "Undone" in tara.locator("#said").inner_text()

    # Undone, it is given to neither of the two.
    assert site.sql("SELECT cardinality(without) FROM review_work WHERE round = 2") == [(2,)]

    # A lease that ran out is told, and nothing is decided.
    site.sql("UPDATE review_work SET lease_until = now() - interval '1 second' WHERE holder_id IS NOT NULL")
    sven.keyboard.press("1")
    sven.keyboard.press("n")
    sven.wait_for_url("**/review/")
    assert "You no longer hold this" in sven.locator("#said").inner_text()
    sven.go_back()
    sven.reload()
    wrong += look(sven, "lost")

    # Where somebody wants it so, a number decides at once.
    sven.goto("/review/")
    sven.keyboard.press("n")
    sven.wait_for_url("**/review/work/**")
    sven.get_by_label("A number decides at once").check()
    sven.locator("h1").click()
    sven.keyboard.press("1")
    sven.wait_for_selector("#said:has-text('Decided')")
    assert site.sql("SELECT outcome FROM review_decision ORDER BY decided_at DESC LIMIT 1") == [("approve",)]

    # H and E open what they name, and nothing is done before a reason is given.
    sven.goto("/review/")
    sven.keyboard.press("n")
    sven.wait_for_url("**/review/work/**")
    for key, words in (("h", "Keep it for later?"), ("e", "Pass it on?")):
        sven.keyboard.press(key)
        sven.get_by_text(words).wait_for()
        sven.keyboard.press("Escape")
    wrong += look(sven, "work-open")

    # A supervisor puts the standard in force, and records who reads what.
    petra = people["petra"]
    petra.goto("/review/rules/")
    petra.get_by_label("Why, for the record").fill("The standard")
    petra.get_by_role("button", name="Put in force").click()
    petra.wait_for_selector("#said:has-text('In force')")
    wrong += look(petra, "rules")
    petra.goto("/review/people/")
    petra.get_by_label("Language", exact=True).fill("es")
    petra.get_by_label("Reads it").select_option("C1")
    petra.locator("#document-l").fill("Test of 3 May")
    petra.get_by_role("button", name="Record the language").click()
    petra.wait_for_selector("#said:has-text('Recorded')")
    wrong += look(petra, "people")
    tara.goto("/review/bulk/?queue=door&text=bother")
    wrong += look(tara, "bulk")
    for name in ("meter", "holds"):
        tara.goto(f"/review/{name}/")
        wrong += look(tara, name)

    for name in ("appeals", "statistics", "deliveries"):
        tara.goto(f"/review/{name}/")
        wrong += look(tara, name)
    tara.goto("/review/decisions/")
    policy = site.sql("SELECT id FROM review_policy WHERE name = 'ads at the door'")[0][0]
    tara.goto(f"/review/policies/{policy}/")
    wrong += look(tara, "policy")
    assert wrong == []
