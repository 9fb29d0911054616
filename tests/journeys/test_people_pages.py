"""In a real browser: access lapses while its holder's page is open, and the officer saw before what would end."""

import pytest
from looking import PHONE, axe, chromium, enrol, sideways, sign_in, visit

WORLD = "from people_world import small_world\nsmall_world()"
EVERYBODY = ("carla", "anna")


@pytest.fixture(scope="module")
def people(site):
    """The small world on a web process of its own; its people can sign in."""
    site.run(WORLD)
    for name in EVERYBODY:
        enrol(site, f"{name}@demo.example")
    return site


def open_as(browser, site, name):
    _, page, heard = visit(browser, site)
    sign_in(page, f"{name}@demo.example")
    return page, heard


def test_access_lapses_while_a_page_is_open_and_the_next_request_is_refused(people):
    with chromium() as browser:
        anna, _ = open_as(browser, people, "anna")
        # She works for two; what her session at the other does is not shown to this one's officer.
        anna.goto("/account/seat/")
        anna.get_by_role("button", name="anna at Meridian").click()
        anna.goto("/people/me/")
        assert anna.locator("h1").inner_text() == "Anna"
        here = anna.url

        carla, heard = open_as(browser, people, "carla")
        for path in ("/people/", "/people/organisation/", "/people/rules/"):
            carla.goto(path)
            assert axe(carla) == []
        carla.goto("/people/")
        carla.get_by_role("link", name="Anna", exact=True).click()
        assert axe(carla) == []
        carla.get_by_text("What can be recorded about the person").click()
        carla.get_by_role("link", name="Eligibility: revoke").click()
        ends = carla.locator("section", has_text="What this ends or changes with it")
        assert "open sessions and tokens" in ends.inner_text()
        assert axe(carla) == []
        carla.set_viewport_size(PHONE)
        assert sideways(carla) == ""
        carla.fill("input[name=document]", "letter of the government, 3 May")
        carla.get_by_role("button", name="Record it").click()
        carla.wait_for_url("**/people/person/**")
        assert "Eligibility is revoked" in carla.locator(".lede").inner_text()
        assert heard.complaints == []
        assert heard.elsewhere == []

        anna.reload()
        assert "/account/login/" in anna.url
        assert here not in anna.url
        assert "Anna" not in anna.locator("main").inner_text()
