"""Taking up an account and signing in, in a real browser with a passkey of its own."""

import pytest
from looking import chromium, visit
from made_people import PASSWORD, Codes
from playwright.sync_api import expect

WORLD = """
from made_people import appoint, organisation, person
from hustings.apps.people.signin.invitation import invite, link
from django.db import transaction
with transaction.atomic():
    meridian = organisation({name!r})
    for who in ("Jo", "Ann"):
        made = person(who + {name!r}, second_factor=False)
        appoint(made, meridian)
        print(link(invite(made, meridian, by=None)))
"""
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def invitations(site):
    return site.run(WORLD.format(name="Harbour")).split()


def take_up(page, place):
    page.goto(place)
    page.get_by_label("Your name").fill("Jo Harbour")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Take up the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor and passkeys")


def test_a_passkey_is_made_and_signs_in_without_a_password(site, browser, invitations):
    context, page, heard = visit(browser, site)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    take_up(page, invitations[0])
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert len(page.locator("pre").inner_text().split()) == 10
    page.get_by_role("link", name="I have kept them").click()
    assert page.url == site.url + "/"

    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(site.url + "/")
    assert site.sql("SELECT strong FROM signed_in JOIN person p ON p.id = person_id WHERE p.name = 'Jo Harbour'") == [
        (True,)
    ]

    # A device that does not know its holder opens nothing.
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert heard.complaints == []
    assert heard.elsewhere == []
    context.close()


def test_an_authenticator_app_is_set_up_and_asked_for(site, browser, invitations):
    context, page, heard = visit(browser, site)
    take_up(page, invitations[1])
    page.get_by_role("link", name="Use an authenticator app").click()
    codes = Codes(page.locator("figcaption code").inner_text())
    assert page.locator("figure img").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Code that the app shows now").fill(codes.next())
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    spare = page.locator("pre").inner_text().split()[0]

    for given in (codes.next(), spare):
        page.goto("/account/logout/")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("E-mail address").fill("annharbour@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(given)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(site.url + "/")
    assert heard.complaints == []
    context.close()
