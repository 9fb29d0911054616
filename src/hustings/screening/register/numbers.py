"""Whether a number has the form and the check digits of its kind, before any register is asked."""

__all__ = ["SCHEMES", "Number", "read_number"]

import importlib
import re
from dataclasses import dataclass
from types import MappingProxyType

from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

# Scheme -> (module of python-stdnum, what it is). Each has a form, most have check digits.
LIBRARY = MappingProxyType({
    "ein": ("stdnum.us.ein", "US employer identification number"),
    "lei": ("stdnum.lei", "legal entity identifier"),
    "iban": ("stdnum.iban", "international bank account number"),
    "vat": ("stdnum.eu.vat", "European VAT number"),
    "at-company": ("stdnum.at.businessid", "Austrian company register number"),
    "au-abn": ("stdnum.au.abn", "Australian business number"),
    "au-acn": ("stdnum.au.acn", "Australian company number"),
    "be-vat": ("stdnum.be.vat", "Belgian enterprise number"),
    "br-cnpj": ("stdnum.br.cnpj", "Brazilian company number"),
    "ca-bn": ("stdnum.ca.bn", "Canadian business number"),
    "ch-uid": ("stdnum.ch.uid", "Swiss business identifier"),
    "cz-company": ("stdnum.cz.dic", "Czech VAT and company number"),
    "de-company": ("stdnum.de.handelsregisternummer", "German company register number"),
    "de-vat": ("stdnum.de.vat", "German VAT number"),
    "dk-cvr": ("stdnum.dk.cvr", "Danish company number"),
    "ee-company": ("stdnum.ee.registrikood", "Estonian company number"),
    "es-cif": ("stdnum.es.cif", "Spanish company number"),
    "fi-company": ("stdnum.fi.ytunnus", "Finnish business identifier"),
    "fi-association": ("stdnum.fi.associationid", "Finnish association number"),
    "fr-siren": ("stdnum.fr.siren", "French company number"),
    "fr-siret": ("stdnum.fr.siret", "French establishment number"),
    "gb-vat": ("stdnum.gb.vat", "British VAT number"),
    "in-gstin": ("stdnum.in_.gstin", "Indian goods and services tax number"),
    "it-vat": ("stdnum.it.iva", "Italian VAT number"),
    "jp-company": ("stdnum.jp.cn", "Japanese corporate number"),
    "no-org": ("stdnum.no.orgnr", "Norwegian organisation number"),
    "pl-regon": ("stdnum.pl.regon", "Polish company number"),
    "ro-onrc": ("stdnum.ro.onrc", "Romanian trade register number"),
    "se-org": ("stdnum.se.orgnr", "Swedish organisation number"),
})  # fmt: skip
# Scheme -> (form, what it is, an example of the form), where there are no check digits.
FORMS = MappingProxyType({
    "fec": (re.compile(r"C\d{8}"), "US Federal Election Commission committee ID", "C and eight digits"),
    "fara": (re.compile(r"\d{1,5}"), "US foreign agent registration number", "one to five digits"),
    "gb-company": (re.compile(r"(?:\d{8}|[A-Z]{2}\d{6})"), "British company number", "eight digits, or two letters and six"),
    "domain": (
        re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"),
        "domain", "a host name",
    ),
})  # fmt: skip
SCHEMES = MappingProxyType({**{name: what for name, (_, what) in LIBRARY.items()},
                            **{name: what for name, (_, what, _) in FORMS.items()}})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number as it was read: `compact` is how registers write it; None with a reason where it is malformed."""

    scheme: str
    given: str
    compact: str | None
    known: bool = True
    reason: str = ""


def read_number(scheme: str, given: str) -> Number:
    """Check form and check digits; a scheme that nobody told us of is taken as written (`known` is False).

    Edges    letters' case, spaces and, where the kind has them, dashes do not matter. A candidate's FEC ID
             (H, S or P first) is not a committee's.
    Limits   a right form says that the number could exist, not that it does or whose it is.
    """
    text = given.strip()
    if scheme in FORMS:
        form, what, example = FORMS[scheme]
        plain = re.sub(r"\s", "", text)
        plain = plain.lower().rstrip(".") if scheme == "domain" else plain.upper()
        if scheme == "domain":
            plain = re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", plain)
        if form.fullmatch(plain):
            return Number(scheme=scheme, given=given, compact=plain.zfill(8) if scheme == "gb-company" else plain)
        return Number(scheme=scheme, given=given, compact=None, reason=f"a {what} is {example}")
    if scheme in LIBRARY:
        # Imported here: there are thirty, and a claim needs one.
        module = importlib.import_module(LIBRARY[scheme][0])
        try:
            return Number(scheme=scheme, given=given, compact=str(module.validate(text)))
        except InvalidChecksum:
            reason = f"the check digits of this {LIBRARY[scheme][1]} are wrong"
        except InvalidLength:
            reason = f"a {LIBRARY[scheme][1]} has another length"
        except ValidationError as error:
            reason = f"this is no {LIBRARY[scheme][1]} ({str(error).rstrip('.')})"
        return Number(scheme=scheme, given=given, compact=None, reason=reason)
    return Number(scheme=scheme, given=given, compact=text or None, known=False, reason="" if text else "no number")
