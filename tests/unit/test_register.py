from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.screening.register.check import Claim, Result, check
from hustings.screening.register.contact import ContactResult, compare_contact
from hustings.screening.register.edition import Contact, Edition, Entry, digest_of
from hustings.screening.register.foreign import AGENT, PRINCIPAL, foreign_ties
from hustings.screening.register.names import similarity
from hustings.screening.register.numbers import read_number

OFFICE = Contact(street="430 South Capitol St. SE, Suite 2", city="Washington", postal_code="20003-1234", country="US")


def edition(*entries, scheme="fec"):
    return Edition(name="Register", scheme=scheme, published=date(2020, 1, 1), digest="d" * 64, entries=entries)


def entry(number="C00000935", name="DEMOCRATIC CONGRESSIONAL CAMPAIGN COMMITTEE", **more):
    return Entry(number=number, name=name, contacts=(OFFICE,), **more)


def claim(name, number="C00000935", scheme="fec", **more):
    return Claim(scheme=scheme, number=number, name=name, **more)


@pytest.mark.parametrize("claimed, registered", [
    ("DCCC", "DEMOCRATIC CONGRESSIONAL CAMPAIGN COMMITTEE"),
    ("SMP", "SENATE MAJORITY PAC"),
    ("Majority Fund of Ohio & SMP", "SENATE MAJORITY PAC"),
    ("Sinema for Arizona", "KYRSTEN SINEMA FOR CONGRESS"),
    ("Cramer for Senate", "CRAMER FOR CONGRESS"),
    ("Friends of Ann Example", "COMMITTEE TO REELECT CONGRESSWOMAN ANN EXAMPLE"),
    ("DNC SERVICES CORP./DEM. NAT'L COMMITTEE", "DNC SERVICES CORPORATION/DEMOCRATIC NATIONAL COMMITTEE"),
    ("D.R.I.V.E.", "D R I V E"),
    ("Böll Stiftung e.V.", "BOLL STIFTUNG"),
    ("PETE SESSSIONS FOR CONGRESS", "PETE SESSIONS FOR CONGRESS"),
])  # fmt: skip
def test_one_sponsor_under_two_spellings_is_alike(claimed, registered):
    assert similarity(claimed, registered).score >= 85


@pytest.mark.parametrize("claimed, registered", [
    ("ACME IT SERVICES LLC", "OHIO REPUBLICAN PARTY STATE CENTRAL & EXECUTIVE COMMITTEE"),
    ("STOP HILLARY PAC", "THE COMMITTEE TO DEFEND THE PRESIDENT"),
    ("Committee for America", "Friends of Liberty"),
    ("Huffines, Donald", "DONALD J. EXAMPLE FOR PRESIDENT, INC."),
    ("", "DEMOCRATIC CONGRESSIONAL CAMPAIGN COMMITTEE"),
])  # fmt: skip
def test_two_sponsors_are_not_alike(claimed, registered):
    assert similarity(claimed, registered).score < 85


def test_a_word_of_everybody_does_not_make_two_names_alike():
    uses = {"america": 400, "liberty": 3, "values": 60}
    assert similarity("America PAC", "America Values Liberty", uses, 10_000).score < 85
    assert similarity("Liberty PAC", "America Values Liberty", uses, 10_000).score >= 85


@pytest.mark.parametrize("scheme, given, compact", [
    ("fec", " c00 000935 ", "C00000935"), ("fec", "H2TX03126", None), ("fec", "PO Box 7156", None),
    ("ein", "53-6002523", "536002523"), ("ein", "07-6002523", None), ("ein", "196-479-8335", None),
    ("iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"), ("iban", "DE89370400440532013001", None),
    ("lei", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"), ("lei", "213800KUD8LAJWSQ9D14", None),
    ("vat", "ATU13585627", "ATU13585627"), ("vat", "ATU13585626", None),
    ("fr-siren", "552 008 443", "552008443"), ("fr-siren", "552 008 444", None),
    ("gb-company", "sc123456", "SC123456"), ("gb-company", "12", None),
    ("domain", "https://www.House.gov/x", "house.gov"), ("domain", "house", None), ("domain", "-a.gov", None),
])  # fmt: skip
def test_numbers_are_read_by_form_and_check_digits(scheme, given, compact):
    read = read_number(scheme, given)
    assert read.compact == compact
    assert bool(read.reason) == (compact is None)


def test_a_number_of_an_unknown_kind_is_taken_as_written_and_said_to_be():
    assert read_number("xx-electoral", " 17/B ").compact == "17/B"
    assert not read_number("xx-electoral", "17/B").known


def test_number_name_and_contact_fit_together():
    found = check(claim("DCCC", contact=Contact(street="430 S Capitol Street SE", city="Washington", postal_code="20003")),
                  edition(entry()))  # fmt: skip
    assert (found.result, found.needs_people, found.contact, found.grounds) == (Result.FITS, 0, ContactResult.FITS, ())
    assert "Register of 2020-01-01" in found.sentences[0]


@pytest.mark.parametrize("contact, expected", [
    (Contact(street="1 Other Road", city="Washington", postal_code="20003"), ContactResult.DIFFERS),
    (Contact(street="430 South Capitol St SE", city="Columbus", postal_code="43004"), ContactResult.DIFFERS),
    (Contact(), ContactResult.NOT_GIVEN),
])  # fmt: skip
def test_a_right_number_and_name_with_another_contact_goes_to_a_person(contact, expected):
    found = check(claim("DCCC", contact=contact, advertiser_class="A"), edition(entry()))
    assert (found.result, found.contact, found.needs_people) == (Result.FITS, expected, 2)


@pytest.mark.parametrize("name, result", [
    ("Prairie Growers of Iowa", Result.FITS), ("Prairie Growers Union", Result.FITS),
    ("Prairie Grocers", Result.FITS), ("Prairie Herders of Iowa", Result.DIFFERS), ("Praline Mowers", Result.DIFFERS),
])  # fmt: skip
def test_a_name_fits_from_a_similarity_of_85(name, result):
    found = check(claim(name), edition(entry(name="PRAIRIE GROWERS")))
    assert found.result is result
    assert 50 < found.similarity < 85 or result is Result.FITS
    assert (found.similarity >= 85) == (result is Result.FITS)


def test_a_phone_or_a_domain_of_their_own_is_a_contact_too():
    held = [Contact(phone="(202) 555-0143", mail="info@party.example")]
    assert compare_contact(Contact(phone="+1 202 555 0143"), held)[0] is ContactResult.FITS
    assert compare_contact(Contact(mail="press@party.example"), held)[0] is ContactResult.FITS
    assert compare_contact(Contact(phone="+1 202 555 0144"), held)[0] is ContactResult.DIFFERS
    # A provider's domain is everybody's.
    assert compare_contact(Contact(mail="a@gmail.com"), [Contact(mail="b@gmail.com")])[0] is ContactResult.NOT_HELD


def test_who_decides_where_something_does_not_fit():
    held = edition(entry())
    assert check(claim("Acme IT"), held).needs_people == 1
    assert check(claim("Acme IT", advertiser_class="A"), held).needs_people == 2
    assert check(claim("DCCC", number="C99999999"), held).result is Result.NOT_THERE
    assert check(claim("DCCC", number="H2TX03126"), held).result is Result.MALFORMED
    assert check(claim("DCCC"), None).result is Result.UNKNOWN
    with pytest.raises(ValueError, match="scheme"):
        check(claim("DCCC", scheme="ein", number="53-6002523"), held)


def test_one_number_may_stand_for_many_and_the_best_name_counts():
    house = edition(*(Entry(number="536002523", name=f"Office of Member {n}") for n in "ABC"), scheme="ein")
    found = check(claim("Office of Member B", number="53-6002523", scheme="ein"), house)
    assert (found.result, found.name_found) == (Result.FITS, "Office of Member B")
    assert "lawful" in found.sentences[1]


def test_an_ended_registration_is_history():
    held = edition(entry(until=date(2018, 5, 1)))
    assert check(claim("DCCC"), held, on=date(2018, 5, 1)).result is Result.FITS
    later = check(claim("DCCC"), held, on=date(2019, 1, 1))
    assert (later.result, later.grounds) == (Result.DIFFERS, ("ended",))
    assert "history" in later.sentences[-1]


def test_a_government_domain_is_covered_by_a_suffix_and_needs_mail_under_it():
    held = edition(
        Entry(number="house.gov", name="House of Representatives"), Entry(number=".mil", name=""), scheme="domain"
    )
    mail = Contact(mail="clerk@clerk.house.gov", website="https://house.gov")
    assert check(claim("House of Representatives", "clerk.house.gov", "domain", contact=mail), held).needs_people == 0
    army = claim("Army", "army.mil", "domain", contact=Contact(mail="x@army.mil.example"))
    assert check(army, held).contact is ContactResult.DIFFERS
    assert check(claim("Army", "mil.example", "domain"), held).result is Result.NOT_THERE


def test_foreign_principals_of_the_day_ask_for_a_person_and_past_ones_do_not():
    held = edition(
        Entry(number="7", name="Lobby & Sons LLP", kind=AGENT, since=date(2010, 1, 1)),
        Entry(number="7", name="Ministry of Anywhere", kind=PRINCIPAL, country="FR", since=date(2018, 1, 1),
              until=date(2019, 1, 1), related=("Lobby & Sons LLP",)),
        scheme="fara",
    )  # fmt: skip
    now = foreign_ties(["Lobby and Sons", "Ministry of Anywhere", "Lobbying for Nobody"], held, on=date(2018, 6, 1))
    assert [(tie.entry.kind, tie.active, tie.countries) for tie in now] == [
        (AGENT, True, ("FR",)),
        (PRINCIPAL, True, ("FR",)),
    ]
    later = foreign_ties(["Lobby and Sons"], held, on=date(2020, 1, 1))
    assert [tie.needs_person for tie in later] == [False]
    assert "until the registration ended" in later[0].sentence()
    # A principal is not whom the agent's number stands for.
    assert check(claim("Ministry of Anywhere", "7", "fara"), held).result is Result.DIFFERS


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared_and_a_name_is_alike_itself(one, other):
    assert 0 <= similarity(one, other).score <= 100
    if any(sign.isalpha() and sign.isascii() for sign in one):
        assert similarity(one, one).score == 100


def test_the_digest_depends_on_every_file():
    assert digest_of([b"a"]) != digest_of([b"b"]) != digest_of([b"a", b"b"]) != digest_of([b"ab"])
