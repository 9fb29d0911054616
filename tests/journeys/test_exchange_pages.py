"""The exchange in a real browser: a partner is let in, its objects are seen, on a desk and on a phone, no complaint of axe."""

import json
import urllib.request
from base64 import b64encode

from looking import PHONE, axe, chromium, enrol, keyboard, sideways, sign_in, visit

WORLD = """
from django.db import transaction
with transaction.atomic():
    from made_people import appoint, organisation
    from hustings.apps.people.models import Person
    organisation("Open Elections Lab", "research")
    appoint(Person.objects.create_user("lia@example.org", None, name="Lia"), organisation("Meridian"), "Liaison", ("liaison",))
"""
TAXII = "application/taxii+json;version=2.1"


def test_a_partner_is_let_in_and_what_it_adds_is_seen(site, tmp_path):
    site.run(WORLD)
    enrol(site, "lia@example.org")
    with chromium() as browser:
        context, page, heard = visit(browser, site)
        sign_in(page, "lia@example.org")
        page.goto("/exchange/")
        page.get_by_text("Make a collection", exact=True).click()
        page.locator("#collection_title").fill("Domains of the week")
        page.locator("#collection_alias").fill("domains")
        page.get_by_role("button", name="Make it").first.click()
        place = page.url
        page.get_by_text("Allow an organisation, or take it back", exact=True).click()
        page.locator("#allow_organisation").select_option(label="Open Elections Lab")
        page.locator("#allow_can_read").check()
        page.locator("#allow_can_write").check()
        page.get_by_role("button", name="Say so").click()
        page.goto("/exchange/")
        page.get_by_text("Make an account", exact=True).click()
        page.locator("#account_organisation").select_option(label="Open Elections Lab")
        page.locator("#account_name").fill("lab")
        page.get_by_role("button", name="Make it").last.click()
        page.get_by_role("button", name="Give a token for a year").click()
        secret = page.locator("#secret").inner_text()
        add(site, secret)
        for path in ("/exchange/", place):
            page.goto(path)
            assert axe(page) == []
            page.screenshot(path=tmp_path / f"{len(path)}.png", full_page=True)
        assert "domain-name: bad.example" in page.locator("main").inner_text()
        assert keyboard(page)[1] == []
        page.set_viewport_size(PHONE)
        for path in ("/exchange/", place):
            page.goto(path)
            assert sideways(page) == ""
            page.screenshot(path=tmp_path / f"{len(path)}-phone.png", full_page=True)
        assert heard.complaints == heard.elsewhere == []
        context.close()


def add(site, secret):
    """What the partner's program does with the token."""
    seen = {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": "domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5",
        "value": "bad.example",
    }
    login = b64encode(f"lab:{secret}".encode()).decode()
    request = urllib.request.Request(
        f"{site.url}/taxii2/shared/collections/domains/objects/",
        json.dumps({"objects": [seen]}).encode(),
        {"Authorization": f"Basic {login}", "Content-Type": TAXII},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202
