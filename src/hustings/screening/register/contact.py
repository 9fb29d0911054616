"""Whether the address, phone, mail or website of a claim is one that the register holds."""

__all__ = ["ContactResult", "compare_contact", "folded_address", "folded_domain", "folded_phone", "mail_domain"]

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from rapidfuzz import fuzz

from hustings.screening.register.edition import Contact

# The same street in other words, in US registers and their copies.
STREET = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "drive": "dr", "road": "rd", "suite": "ste",
    "floor": "fl", "flr": "fl", "north": "n", "south": "s", "east": "e", "west": "w", "northwest": "nw", "northeast": "ne",
    "southwest": "sw", "southeast": "se", "lane": "ln", "court": "ct", "place": "pl", "highway": "hwy", "parkway": "pkwy",
    "square": "sq", "building": "bldg", "apartment": "apt", "room": "rm", "strasse": "str", "straße": "str",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
}  # fmt: skip
BOX = re.compile(r"\bp\s*\.?\s*o\s*\.?\s*box\b|\bpost office box\b|\bpostfach\b")
SAME_STREET = 85.0
FEWEST_DIGITS = 7


class ContactResult(StrEnum):
    """What comparing contacts gave; not_asked: the claim was about number and name alone."""

    FITS = "fits"
    DIFFERS = "differs"
    NOT_GIVEN = "not_given"
    NOT_HELD = "not_held"
    NOT_ASKED = "not_asked"


def compare_contact(given: Contact, held: Sequence[Contact], *, domain: str = "") -> tuple[ContactResult, str]:
    """Compare a contact with those a register holds; gives the result and a sentence.

    Reads    domain: what a claim about a domain must have its mail and website under.
    Gives    `fits` where one of address, phone, or domain of mail or website is the same; `differs` where
             something could be compared and nothing was the same.
    Limits   registers are public: whoever copies a number can copy the address beside it. A letter or mail
             with a code to that address is what shows who answers there.
    """
    if domain:
        return _under(given, domain)
    if given.empty:
        return ContactResult.NOT_GIVEN, "The advertiser gave no contact to compare."
    compared: list[str] = []
    for one in held:
        for what, ours, theirs in (
            ("phone", folded_phone(given.phone), folded_phone(one.phone)),
            ("mail's domain", mail_domain(given.mail), mail_domain(one.mail)),
            ("website", folded_domain(given.website), folded_domain(one.website)),
        ):
            if ours and theirs:
                compared.append(what)
                if ours == theirs:
                    return ContactResult.FITS, f"The {what} is the registered one."
        if same := _address(given, one, compared):
            return ContactResult.FITS, same
    if compared:
        names = ", ".join(dict.fromkeys(compared))
        return ContactResult.DIFFERS, f"The contact is not the registered one (compared: {names})."
    return ContactResult.NOT_HELD, "The register holds no contact that could be compared with the one given."


def _under(given: Contact, domain: str) -> tuple[ContactResult, str]:
    mail = given.mail.rpartition("@")[2].strip().lower()
    site = folded_domain(given.website)
    if not mail:
        return ContactResult.NOT_GIVEN, f"No mail address under {domain} was given."
    if mail != domain and not mail.endswith(f".{domain}"):
        return ContactResult.DIFFERS, f"The mail address is under {mail}, not under {domain}."
    if site and site != domain and not site.endswith(f".{domain}") and not domain.endswith(f".{site}"):
        return ContactResult.DIFFERS, f"The mail address is under {domain}, the website is {site}."
    return ContactResult.FITS, f"The mail address is under {domain}" + (", as is the website." if site else ".")


def _address(given: Contact, held: Contact, compared: list[str]) -> str:
    ours, theirs = _postal(given.postal_code), _postal(held.postal_code)
    place = (given.city and held.city) and fuzz.ratio(_plain(given.city), _plain(held.city)) >= SAME_STREET
    if not (ours and theirs) and not (given.city and held.city):
        return ""
    compared.append("address")
    if not (place or (ours and ours == theirs)):
        return ""
    if not given.street or not held.street:
        return "The place is the registered one; no street was compared." if ours == theirs else ""
    one, other = folded_address(given.street), folded_address(held.street)
    # Numbers identify a door: 12 and 21 High Street are alike and not the same.
    if set(re.findall(r"\d+", one)) & set(re.findall(r"\d+", other)) or not re.search(r"\d", one + other):
        if fuzz.token_set_ratio(one, other) >= SAME_STREET:
            return "The address is the registered one."
    return ""


def folded_address(street: str) -> str:
    """A street made comparable: lower case, short forms, no signs."""
    text = BOX.sub("pobox", _plain(street))
    return " ".join(STREET.get(word, word) for word in re.sub(r"[^\w]+", " ", text).split())


def folded_phone(phone: str) -> str:
    """The last nine digits: with or without the country's code it is the same; empty where they are too few."""
    digits = re.sub(r"\D", "", phone)
    return digits[-9:] if len(digits) >= FEWEST_DIGITS else ""


def folded_domain(website: str) -> str:
    """The host of a website, without www."""
    return re.sub(r"^(?:[a-z]+://)?(?:www\.)?|[/:?#].*$", "", website.strip().lower())


def mail_domain(mail: str) -> str:
    """What stands behind the @, unless it is a provider's that everybody uses."""
    domain = mail.rpartition("@")[2].strip().lower() if "@" in mail else ""
    return "" if domain in EVERYBODYS_MAIL else domain


EVERYBODYS_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com mail.com "
    "gmx.de gmx.net gmx.com web.de t-online.de proton.me protonmail.com mail.ru yandex.ru yandex.com comcast.net "
    "verizon.net att.net sbcglobal.net orange.fr free.fr laposte.net libero.it wp.pl o2.pl seznam.cz qq.com 163.com".split()
)


def _postal(code: str) -> str:
    plain = re.sub(r"[^0-9a-z]", "", code.lower())
    # A US ZIP code of nine digits holds that of five.
    return plain[:5] if plain.isdigit() and len(plain) in {5, 9} else plain


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).strip()
