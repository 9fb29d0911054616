"""A supervisor's morning in a real browser: what waits, what is wrong, a sample by keys, and an item with a known answer."""

import os

import pytest
from installation import Site
from looking import DESKTOP, PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, small_targets, visit

pytestmark = pytest.mark.slow

WORLD = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from made_review import NAMES, SNAPSHOT, Room, leaflets
from hustings.apps.review.models import Decision, Planted, State, Work
from hustings.apps.review.quality import actions
from hustings.apps.review.quality.actions import Known
from hustings.apps.review.quality.planting import plant_all

FITS, REFUSE = ("approve", "fits"), ("refuse", "voting.wrong_date")

def take(room, name, *answer):
    claim = room.claim(name)
    return room.decide(name, claim, *answer) if claim else None

with leaflets(compared=False):
    with transaction.atomic():
        room = Room()
    made = []
    for number in range(48):
        shown = SNAPSHOT | {"title": f"Leaflet {number + 1} of the Harbour List", "lang": "en"}
        with transaction.atomic():
            room.ask(snapshot=shown, people=2 if number % 3 == 0 else 1, hours=24)
        first, second = NAMES[number % 4], NAMES[(number + 1) % 4]
        made.append(take(room, first, *(REFUSE if number % 2 else FITS)))
        if number % 3 == 0:
            take(room, second, *(REFUSE if number % 2 or number % 4 == 0 else FITS))
            for name in NAMES:
                take(room, name, *FITS)
    known = Known(outcome="refuse", code="voting.wrong_date", why="The election office says so.")
    for decision in [each for each in made if each.settles][:4]:
        with room.as_("petra") as petra:
            actions.make_gold(decision.pk, known, by=petra)
    with transaction.atomic():
        for number in range(70):
            shown = SNAPSHOT | {"title": f"Leaflet {number + 101} of the Harbour List", "lang": "en"}
            room.ask(snapshot=shown, hours=(-2 if number < 3 else 30 + number))
    plant_all()
    now = timezone.now()
    with room.as_("petra") as petra:
        actions.sample(now - timedelta(days=2), now, 24, why="The first week.", by=petra)
    plant_all()
    # Everybody works for a while; what was planted is met among the rest.
    for turn in range(40):
        name = NAMES[turn % 4]
        take(room, name, *(REFUSE if turn % 3 else FITS))
    plant_all()
    for turn in range(12):
        take(room, NAMES[turn % 4], *(REFUSE if turn % 3 else FITS))
"""


@pytest.fixture(scope="module")
def desk(site: Site):
    site.run(WORLD)
    enrol(site, "petra@demo.example")
    with chromium() as browser:
        _, page, heard = visit(browser, site)
        sign_in(page, "petra@demo.example")
        yield site, page
        assert heard.complaints == []
        assert heard.elsewhere == []


def look(page, name):
    """What is wrong with a page, wide in the light and narrow in the dark; a picture of each where REVIEW_LOOK says."""
    wrong = []
    for scheme, size, width in (("light", DESKTOP, "desktop"), ("dark", PHONE, "phone")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        if folder := os.environ.get("REVIEW_LOOK"):
            page.screenshot(path=f"{folder}/quality-{name}-{width}-{scheme}.png", full_page=True)
        wrong += [f"{name} {width} {scheme}: {each}" for each in [*axe(page), *filter(None, [sideways(page)])]]
        wrong += [f"{name} {width}: {each}" for each in small_targets(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return wrong


def test_a_morning_of_a_supervisor(desk):
    _, page = desk
    wrong = []

    # By the keys of the console to what waits.
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/review/quality/")
    assert "Ads at the door" in page.locator("#table-t tbody").inner_text()
    wrong += look(page, "waits")

    # What is wrong, with its interval, in words, a picture and a table.
    page.get_by_role("link", name="Errors").click()
    assert page.locator(".intervals li").count() == 1
    assert page.locator("#table-e tbody tr").count() == 1
    wrong += look(page, "errors")
    page.locator("#table-w tbody a").first.click()
    page.wait_for_url("**/review/quality/errors/*/")
    assert not any(name in page.locator("main").inner_text() for name in ("Rosa", "Sven", "Tara", "Umar"))
    wrong += look(page, "wrong")
    page.goto("/review/quality/agreement/")
    wrong += look(page, "agreement")

    # A sample by keys alone.
    page.goto("/review/quality/samples/")
    wrong += look(page, "samples")
    page.locator("#id_looks").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("6")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errorlist, [aria-invalid=true]")
    wrong += look(page, "samples-wrong")
    page.locator("#id_why").focus()
    page.keyboard.type("A check by keys.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/quality/samples/*-*/")
    page.goto("/review/quality/samples/")
    page.locator("#table-t tbody a").last.click()
    page.wait_for_url("**/review/quality/samples/*/")
    assert "The first week." in page.locator("main").inner_text()
    wrong += look(page, "sample")

    # An item with a known answer, from settled work.
    page.goto("/review/quality/gold/")
    assert page.locator("#table-g tbody tr").count() == 4
    wrong += look(page, "golds")
    page.locator("#table-d tbody a").first.click()
    page.wait_for_url("**/gold/from/*/")
    wrong += look(page, "gold-from")
    stops, unseen = keyboard(page)
    assert unseen == []
    assert any("Make it" in stop for stop in stops)
    page.locator("#id_why").fill("Two seniors and the office say so.")
    page.get_by_role("button", name="Make it").press("Enter")
    page.wait_for_url("**/gold/*/")
    assert "Two seniors and the office say so." in page.locator("main").inner_text()
    wrong += look(page, "gold")
    assert wrong == []
