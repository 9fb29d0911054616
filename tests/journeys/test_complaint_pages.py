"""What anybody does at the library besides reading, in a real browser: complain and see how it stands; read about vetted access."""

import pytest
from looking import DESKTOP, PHONE, axe, chromium, keyboard, sideways, small_targets, visit

pytestmark = pytest.mark.slow

WORLD = """
from made_library import made_ad, made_company, number_of
from hustings.apps.library.publishing.publish import publish_all
ad = made_ad(made_company(), 1, text="Vote by telephone, says the ad")
publish_all()
print(number_of(ad))
"""


@pytest.fixture(scope="module")
def number(site):
    return site.run(WORLD).split()[-1]


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser, site, number):
    context, page, heard = visit(browser, site)
    yield page
    context.close()
    assert heard.complaints == []
    assert heard.elsewhere == []


def looked_at(page):
    """Axe in light and dark, and the phone, on the page at hand."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == ""
    assert small_targets(page) == []
    page.set_viewport_size(DESKTOP)


def test_from_the_ad_to_the_number_of_a_complaint(page, number):
    page.goto(f"/library/ads/{number}/")
    page.get_by_role("link", name="Say what is wrong with this ad").click()
    looked_at(page)
    page.get_by_label("What is wrong?").select_option("voting")
    page.get_by_label("How can one see it?").fill("Nobody votes by telephone here.")
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/library/complaints/*/")
    assert "The answer is due by" in page.inner_text("main")
    looked_at(page)


@pytest.mark.parametrize("place", ["/library/vetted/", "/library/rules/"])
def test_what_is_told_of_access_and_limits(page, place):
    page.goto(place)
    looked_at(page)
    assert keyboard(page)[1] == []
