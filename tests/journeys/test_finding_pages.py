"""A finding in a real browser: picture, table and rows in step, by hand and by key, with and without WebGL."""

import pytest
from looking import axe, chromium, enrol, sideways, sign_in, visit
from made_run import made_run

WORLD = """
import sys; sys.path.insert(0, {tests!r})
from pathlib import Path
from made_people import appoint, organisation, person
from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.findings.load import load_run
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.people.find import seat_for
from hustings.apps.findings.models import Finding
anna = appoint(person("Anna", second_factor=False), organisation("Meridian"))
with in_role(WEB):
    seat = seat_for(anna, strong=True)
    database.seat(seat.id, strong=True)
    loaded = load_run(Path({folder!r}), marking=marking_asked(Asked(), seat), by=seat)
print(loaded.run.pk, Finding.objects.get(number=0).pk)
"""


@pytest.fixture(scope="module")
def loaded(site, tmp_path_factory):
    """Addresses of a run and a finding, on a site where Anna may know them."""
    from pathlib import Path

    folder = made_run(tmp_path_factory.mktemp("run") / "run")
    told = site.run(WORLD.format(tests=str(Path(__file__).parents[1]), folder=str(folder)))
    run, finding = told.split()[-2:]
    enrol(site, "anna@example.org")
    return f"/runs/{run}/", f"/findings/{finding}/"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(browser, site, loaded):
    context, page, heard = visit(browser, site)
    sign_in(page, "anna@example.org")
    heard.clear()
    yield page
    assert not heard.elsewhere
    # A driver without a graphics card says that reading back is slow; that is no complaint of the page.
    assert not [text for text in heard.complaints if "GL Driver Message" not in text]
    context.close()


def opened(page, address):
    page.goto(address)
    page.wait_for_selector("hustings-network[drawn]")
    return page


def selected(page):
    return page.locator("#table-members tr[aria-selected=true] th").all_inner_texts()


def test_a_row_lights_the_actor_and_shows_what_is_behind_it(page, loaded):
    opened(page, loaded[1])
    assert "Showing 3 of 3 actors, 3 of 3 links." in page.inner_text("figcaption >> nth=0")
    link = page.locator("#table-members tbody a").nth(1)
    name = link.inner_text()
    link.click()
    page.wait_for_selector(f"#beside h2:has-text('{name}')")
    assert selected(page) == [name]
    assert (
        page.evaluate(
            "document.querySelector('hustings-network').sigma.getNodeDisplayData(document.querySelector('hustings-network').picked).label"
        )
        == name
    )
    page.locator("#beside a[href*='/between/']").first.click()
    page.wait_for_selector("#beside h2:has-text(' and ')")
    assert name in page.inner_text("#beside h2")
    assert page.locator("#beside table tbody tr").count() == 3


def test_the_picture_is_walked_by_key_and_the_row_follows(page, loaded):
    opened(page, loaded[1])
    page.focus(".canvas")
    page.keyboard.press("Home")
    first = selected(page)
    assert len(first) == 1
    walked = set(first)
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        walked |= set(selected(page))
    assert len(walked) > 1
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#beside h2:has-text('{selected(page)[0]}')")
    page.keyboard.press("Escape")
    assert selected(page) == []


def test_a_dot_is_chosen_by_the_mouse_and_its_row_follows(page, loaded):
    opened(page, loaded[1])
    page.locator("hustings-network").scroll_into_view_if_needed()
    at = page.evaluate(
        """() => { const net = document.querySelector('hustings-network'), key = net.keys[1];
        const { x, y } = net.sigma.graphToViewport(net.graph.getNodeAttributes(key)), box = net.canvas.getBoundingClientRect();
        return [box.left + x, box.top + y, net.graph.getNodeAttribute(key, 'label')]; }"""
    )
    page.mouse.click(at[0], at[1])
    page.wait_for_selector(f"#beside h2:has-text('{at[2]}')")
    assert selected(page) == [at[2]]


def test_an_actor_is_found_by_its_pseudonym(page, loaded):
    opened(page, loaded[1])
    name = page.locator("#table-members tbody a").nth(2).inner_text()
    page.fill(".picture input[type=search]", name[-9:])
    page.press(".picture input[type=search]", "Enter")
    page.wait_for_selector(f"#beside h2:has-text('{name}')")
    page.fill(".picture input[type=search]", "nobody at all")
    page.press(".picture input[type=search]", "Enter")
    assert "No actor in the picture" in page.inner_text(".picture output")


def test_a_group_of_a_run_leads_to_its_finding(page, loaded):
    opened(page, loaded[0])
    assert sorted(page.locator(".picture .group:not([hidden])").all_inner_texts()) == ["0", "1"]
    page.focus(".canvas")
    page.keyboard.press("Home")
    assert page.locator("#table-findings tr[aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/**")


@pytest.mark.parametrize("which", [0, 1])
def test_the_pages_pass_axe_and_fit_a_phone(page, loaded, which):
    opened(page, loaded[which])
    assert axe(page) == []
    page.set_viewport_size({"width": 375, "height": 700})
    assert sideways(page) == ""
    page.set_viewport_size({"width": 1280, "height": 800})


def test_without_webgl_the_tables_show_all_and_a_sentence_says_so(browser, site, loaded, page):
    context = browser.new_context(base_url=site.url, storage_state=page.context.storage_state())
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    plain = context.new_page()
    plain.goto(loaded[1])
    plain.wait_for_selector("text=This browser cannot draw the picture")
    assert plain.locator("#table-members tbody tr").count() == 3
    context.close()


def test_without_scripts_each_link_leads_to_its_rows(browser, site, loaded, page):
    context = browser.new_context(
        base_url=site.url, storage_state=page.context.storage_state(), java_script_enabled=False
    )
    plain = context.new_page()
    plain.goto(loaded[1])
    plain.locator("#table-members tbody a").first.click()
    plain.locator("a[href*='/between/']").first.click()
    assert plain.locator("table[data-rows] tbody tr").count() == 3
    context.close()
