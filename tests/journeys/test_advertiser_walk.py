"""In a real browser: an advertiser signs up, proves who they are and is authorised; a verifier looks and decides."""

import os
import re
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from looking import LOOK_PASSWORD, PHONE, axe, chromium, enrol, sideways, sign_in, small_targets, visit
from made_people import Codes
from playwright.sync_api import expect

WORLD = """
from made_people import appoint, organisation, person
meridian = organisation("Meridian")
for name in ("Vera", "Viktor"):
    appoint(person(name, second_factor=False), meridian, "Verification", ("verifier",))
"""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f00050001ff"
    "89993d1d0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def outbox(tmp_path_factory):
    """Folders of mails and letters, named to the web process before it starts."""
    place = tmp_path_factory.mktemp("outbox")
    before = {name: os.environ.get(name) for name in ("HUSTINGS_MAILS", "HUSTINGS_LETTERS")}
    os.environ |= {"HUSTINGS_MAILS": str(place / "mails"), "HUSTINGS_LETTERS": str(place / "letters")}
    yield place
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="module")
def door(outbox, site):
    site.run(WORLD)
    for name in ("vera", "viktor"):
        enrol(site, f"{name}@example.org")
    return site


def mails(outbox: Path) -> list[str]:
    """The texts of all mails, oldest first."""
    found = []
    for place in sorted((outbox / "mails").iterdir(), key=lambda each: each.stat().st_mtime_ns):
        for part in place.read_bytes().split(b"-" * 79 + b"\n"):
            if part.strip():
                found.append(BytesParser(policy=policy.default).parsebytes(part).get_content())
    return found


def code_in(text: str) -> str:
    return re.search(r"The code: ([0-9A-Z]{4}[ -][0-9A-Z]{4})", text).group(1)


def sign_up(page, outbox, name, email):
    page.goto("/advertise/sign-up/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code from the mail").fill(code_in(mails(outbox)[-1]))
    page.get_by_label("Password", exact=True).fill(LOOK_PASSWORD)
    page.get_by_label("Password, once more").fill(LOOK_PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor and passkeys")
    page.get_by_role("link", name="Use an authenticator app").click()
    secret = page.locator("code, pre").first.inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(Codes(secret=secret).next())
    page.locator("main button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sponsors")


def looked_at(page):
    """Axe in light and dark, and the phone, on the page at hand."""
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == ""
    assert small_targets(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def decide(page, decision, note=""):
    page.goto("/desk/advertisers/")
    page.get_by_role("button", name="Take the next").click()
    expect(page.locator("#decision")).to_be_visible()
    page.get_by_label(decision).check()
    if note:
        page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Decide").click()


def test_an_advertiser_is_authorised_and_the_public_reads_what_was_checked(door, outbox):
    with chromium() as browser:
        _, page, heard = visit(browser, door)
        page.goto("/advertise/sign-up/")
        looked_at(page)
        sign_up(page, outbox, "Ada Fenn", "ada@harbour.example")
        looked_at(page)
        page.get_by_role("link", name="Begin a sponsor").click()
        page.get_by_label("Who stands behind the ads").fill("Harbour Citizens")
        looked_at(page)
        page.get_by_role("button", name="Begin").click()

        page.get_by_label("Your legal name").fill("Ada Maria Fenn")
        page.get_by_label("Country where you live").fill("de")
        page.get_by_label("Street and number").fill("Hafenstr. 5")
        page.get_by_label("Postal code").fill("20457")
        page.get_by_label("Town").fill("Hamburg")
        page.get_by_label("Issued by").fill("City of Hamburg")
        page.get_by_label("Scan or photo").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE}
        )
        looked_at(page)
        page.get_by_role("button", name="Hand it in").click()
        expect(page.get_by_role("status")).to_contain_text("Handed in")
        looked_at(page)
        sponsor = page.url.rstrip("/").rsplit("/", 1)[-1]
        letters = list((outbox / "letters").iterdir())
        assert len(letters) == 1
        assert "Hafenstr. 5" in letters[0].read_text()
        page.get_by_role("link", name="Answer the letter").first.click()
        looked_at(page)
        page.get_by_label("Code", exact=True).fill(code_in(letters[0].read_text()))
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("The code is right")

        _, vera, vera_heard = visit(browser, door)
        sign_in(vera, "vera@example.org")
        vera.goto("/desk/advertisers/")
        looked_at(vera)
        vera.goto(f"/desk/advertisers/{sponsor}/")
        looked_at(vera)
        vera.locator("summary", has_text="Open").click()
        vera.locator("details.confirm input[name=reason]").first.fill("compare the name")
        vera.locator("details.confirm button", has_text="Open").first.click()
        expect(vera.get_by_role("img")).to_be_visible()
        looked_at(vera)
        decide(vera, "Confirm: everything fits together")
        expect(vera.get_by_role("status")).to_contain_text("Decided")
        assert door.sql("SELECT reason FROM sponsor_document_look") == [("compare the name",)]

        page.goto(f"/advertise/{sponsor}/organisation/")
        page.get_by_label("By phone, mail, address and website").check()
        page.get_by_role("textbox", name="Registered name").fill("Harbour Citizens e.V.")
        page.get_by_role("textbox", name="Country of its seat").fill("DE")
        page.get_by_role("textbox", name="Street and number").fill("Kai 1")
        page.get_by_role("textbox", name="Postal code").fill("20457")
        page.get_by_role("textbox", name="Town").fill("Hamburg")
        page.get_by_role("textbox", name="Phone").fill("+49 40 1234567")
        page.get_by_role("textbox", name="Business mail").fill("office@harbour.example")
        page.get_by_role("textbox", name="Website").fill("https://harbour.example")
        page.get_by_label("No", exact=True).check()
        looked_at(page)
        page.get_by_role("button", name="Hand it in").click()
        page.get_by_role("link", name="Answer the mail").first.click()
        page.get_by_label("Code", exact=True).fill(code_in(mails(outbox)[-1]))
        page.get_by_role("button", name="Answer", exact=True).click()

        decide(vera, "Confirm: everything fits together")
        looked_at(vera)
        page.goto(f"/advertise/{sponsor}/")
        expect(page.locator(".lede")).to_contain_text("Organisation that can be reached")
        looked_at(page)

        _, visitor, visitor_heard = visit(browser, door)
        visitor.goto(f"/sponsors/{sponsor}/checks/")
        said = visitor.locator("main").inner_text()
        assert "Harbour Citizens e.V. may run political ads" in said
        assert "Controller not established" in said
        assert "Hafenstr" not in said
        assert "Ada" not in said
        looked_at(visitor)
        for each in (heard, vera_heard, visitor_heard):
            assert each.complaints == []
            assert each.elsewhere == []


CSV = b"no,name,tel\nP-7,Bay Information Services,+49 40 7654321\nP-8,Clean Bay Committee,+49 40 7654322\n"
MAPPING = b'name = "Parties of the Bay"\nscheme = "bay-party"\n[columns]\nnumber = "no"\nname = "name"\nphone = "tel"\n'


def test_a_number_of_somebody_else_takes_two_verifiers_who_do_not_see_each_other(door, outbox):
    with chromium() as browser:
        _, vera, heard = visit(browser, door)
        sign_in(vera, "vera@example.org")
        vera.goto("/desk/registers/load/")
        looked_at(vera)
        vera.get_by_label("File").set_input_files({"name": "p.csv", "mimeType": "text/csv", "buffer": CSV})
        vera.get_by_label("Mapping").set_input_files({"name": "p.toml", "mimeType": "text/plain", "buffer": MAPPING})
        vera.get_by_label("Published on").fill("2026-06-01")
        vera.get_by_role("button", name="Load it").click()
        expect(vera.get_by_role("status").first).to_contain_text("has 2 entries")
        vera.get_by_label("Number or name").fill("Clean Bay Committee")
        vera.get_by_role("button", name="Look it up").click()
        expect(vera.get_by_role("cell", name="P-8")).to_be_visible()
        looked_at(vera)

        _, page, _ = visit(browser, door)
        sign_up(page, outbox, "Bo Holt", "bo@press.example")
        page.get_by_role("link", name="Begin a sponsor").click()
        page.get_by_label("Who stands behind the ads").fill("Lantern Street Press")
        page.get_by_role("button", name="Begin").click()
        for label, words in (
            ("Country where you live", "DE"), ("Street and number", "Deich 9"), ("Postal code", "20459"), ("Town", "Hamburg"),
            ("Issued by", "City of Hamburg"),
        ):  # fmt: skip
            page.get_by_label(label).fill(words)
        page.get_by_label("Scan or photo").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": PICTURE}
        )
        page.get_by_role("button", name="Hand it in").click()
        letter = max((outbox / "letters").iterdir(), key=lambda place: place.stat().st_mtime_ns)
        page.get_by_role("link", name="Answer the letter").first.click()
        page.get_by_label("Code", exact=True).fill(code_in(letter.read_text()))
        page.get_by_role("button", name="Answer", exact=True).click()
        sponsor = page.url.rstrip("/").rsplit("/", 1)[-1]
        decide(vera, "Confirm: everything fits together")

        page.goto(f"/advertise/{sponsor}/organisation/")
        page.locator("select[name=scheme]").select_option("bay-party")
        for label, words in (
            ("Registered name", "Lantern Street Press"), ("Country of its seat", "DE"), ("Number in the register", "P-7"),
            ("Street and number", "Deich 9"), ("Postal code", "20459"), ("Town", "Hamburg"), ("Phone", "+49 40 5555555"),
            ("Business mail", "office@press.example"), ("Website", "https://press.example"),
        ):  # fmt: skip
            page.get_by_role("textbox", name=label).fill(words)
        page.get_by_label("No", exact=True).check()
        page.get_by_role("button", name="Hand it in").click()
        page.get_by_role("link", name="Answer the mail").first.click()
        page.get_by_label("Code", exact=True).fill(code_in(mails(outbox)[-1]))
        page.get_by_role("button", name="Answer", exact=True).click()

        decide(vera, "Refuse: number of somebody else", "It is an information service's.")
        expect(vera.get_by_role("status").first).to_contain_text("A second person decides")
        _, viktor, _ = visit(browser, door)
        sign_in(viktor, "viktor@example.org")
        viktor.goto(f"/desk/advertisers/{sponsor}/")
        assert "does not fit" in viktor.locator("main").inner_text()
        assert "information service's" not in viktor.locator("main").inner_text()
        decide(viktor, "Refuse: number of somebody else")
        expect(viktor.get_by_role("status").first).to_contain_text("Decided")
        page.goto(f"/advertise/{sponsor}/")
        expect(page.locator(".note.stop")).to_contain_text("stands in the register for somebody else")
        looked_at(page)
        assert heard.complaints == []
