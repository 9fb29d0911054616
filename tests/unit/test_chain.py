from datetime import date

import pytest

from hustings.screening.chain import NOT_ESTABLISHED, Link, Sponsor, chain, reasons

DAY = date(2024, 6, 1)


def sponsor(key="a", **facts):
    return Sponsor(key=key, name=facts.pop("name", key.upper()), **facts)


def test_who_is_not_shown_is_unknown_and_the_public_text_says_so():
    put = chain(sponsor=Link(role="sponsor", name="Growers", evidence="FEC committee master file of 2024-01-01"))
    assert put.unknown == ("payer", "controller")
    assert put.public() == (
        f"sponsor: Growers (FEC committee master file of 2024-01-01); payer: unknown; {NOT_ESTABLISHED}."
    )


def test_a_name_without_evidence_is_a_claim():
    put = chain(sponsor=Link(role="sponsor", name="Growers"), controller=Link(role="controller", name="Mr X"))
    assert put.public() == f"sponsor: Growers, by its own word; payer: unknown; {NOT_ESTABLISHED}."
    with pytest.raises(ValueError, match="cannot stand as payer"):
        chain(sponsor=Link(role="sponsor"), payer=Link(role="sponsor"))


@pytest.mark.parametrize("kind, mine, theirs", [
    ("address", {"addresses": ("5 Main Street, Suite 2",)}, {"addresses": ("5 MAIN ST STE 2",)}),
    ("phone", {"phones": ("+1 202 555 0143",)}, {"phones": ("(202) 555-0143",)}),
    ("domain", {"domains": ("https://www.growers.example/vote",)}, {"domains": ("growers.example",)}),
    ("instrument", {"instruments": ("card-1",)}, {"instruments": ("card-1", "card-2")}),
    ("officer", {"officers": ("Smith, Jo",)}, {"officers": ("JO SMITH",)}),
    ("mail", {"mails": ("a@growers.example",)}, {"mails": ("b@growers.example",)}),
])  # fmt: skip
def test_what_another_sponsor_has_too_goes_to_a_person(kind, mine, theirs):
    (reason,) = reasons(sponsor(**mine), [sponsor("b", **theirs), sponsor("c")], on=DAY)
    assert (reason.kind, reason.others, reason.needs_person) == (kind, ("B",), True)
    assert "also that of B" in reason.sentence


def test_secrets_stay_out_of_the_sentence():
    (reason,) = reasons(sponsor(instruments=("card-1",)), [sponsor("b", instruments=("card-1",))], on=DAY)
    assert "card-1" not in reason.sentence


def test_what_is_everybodys_or_of_one_owner_is_no_reason():
    assert reasons(sponsor(mails=("a@gmail.com",)), [sponsor("b", mails=("b@gmail.com",))], on=DAY) == ()
    mine = sponsor(phones=("2025550143",), owner="Holding")
    assert reasons(mine, [sponsor("b", phones=("2025550143",), owner="Holding"), mine], on=DAY) == ()


def test_one_number_of_many_is_said_and_asks_for_nobody():
    (reason,) = reasons(sponsor(numbers=("536002523",)), [sponsor("b", numbers=("536002523",))], on=DAY)
    assert not reason.needs_person
    assert "lawfully" in reason.sentence


@pytest.mark.parametrize("day, young", [(date(2024, 3, 3), False), (date(2024, 3, 4), True), (DAY, True)])
def test_an_age_under_ninety_days_goes_to_a_person(day, young):
    found = reasons(sponsor(domain_registered=day), [], on=DAY)
    assert [reason.kind for reason in found] == (["young domain"] if young else [])
