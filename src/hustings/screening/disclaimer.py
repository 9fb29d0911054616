"""Whether an ad says who paid: there, long enough, true to what is known, and in the short form only where that is allowed."""

__all__ = ["disclaimer_hits"]

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from hustings.screening.folded import fold
from hustings.screening.hit import Hit
from hustings.screening.law.table import Provision
from hustings.screening.submission import Submission

# "Paid for by", in the languages of the rules, then the name.
PAID = re.compile(
    r"(?:paid (?:for )?by|sponsored by|funded by|authori[sz]ed by|ad by|promoted by|pagado por|patrocinado por|bezahlt von|"
    r"gesponsert von|im auftrag von|finance par|paye par|pagato da|sponsorizzato da|committente|pago por|betaald door|"
    r"gefinancierd door|oplacone przez|sfinansowano|maksaja|maksanut)\s*:?\s*(?P<name>.+)"
)
AUTHORISED = re.compile(r"authori[sz]ed by|approved by|not authori[sz]ed|autorisiert|autorizado|autorise")
SHORTEST_NAME = 3
ALIKE = 85.0


def disclaimer_hits(ad: Submission, rows: Mapping[str, Provision] | None) -> tuple[Hit, ...]:
    """What is wrong with the disclaimer of a political ad; `rows` are the law's, None where it was not asked.

    Gives    disclaimer.form where the field is empty, .missing where the law asks for one and none came, .too_brief
             where it names nobody, .untrue where it names neither sponsor nor payer, .short_form where a short form
             lacks what it needs.
    Limits   whether the name is true of the sponsor, not whether the sponsor is who pays.
    """
    found: list[Hit] = []

    def put(category: str, rule: str, sentence: str) -> None:
        found.append(Hit(category=f"disclaimer.{category}", start=0, end=0, rule=rule, sentence=sentence))

    for name, value in (("sponsor", ad.sponsor), ("disclaimer", ad.disclaimer)):
        if value is not None and not fold(value).text.strip():
            put("form", f"form.{name}", f"The field {name} is empty.")
    asked = rows is not None and "disclaimer" in rows
    if ad.disclaimer is None:
        if asked and rows is not None:
            put("missing", "disclaimer.required", f"A disclaimer is required ({rows['disclaimer'].source}).")
        return tuple(found)
    text = " ".join(fold(ad.disclaimer).text.split())
    if not text:
        return tuple(found)
    match = PAID.search(text)
    named = (match["name"] if match else text).strip(" .,:;-")
    if len(re.sub(r"[^a-z]", "", named)) < SHORTEST_NAME:
        put("too_brief", "disclaimer.names_nobody", "The disclaimer names nobody.")
        return tuple(found)
    known = [fold(name).text for name in (ad.sponsor, ad.payer) if name and name.strip()]
    if known and not any(_names(named, name) for name in known):
        put("untrue", "disclaimer.another_name", "The disclaimer names neither the sponsor nor the payer.")
    if rows is None:
        return tuple(found)
    if ad.short_disclaimer:
        if "disclaimer_short_form" not in rows:
            put(
                "short_form",
                "disclaimer.short_form_unknown",
                "Whether a short disclaimer is allowed here is not in the tables.",
            )
        elif match is None or ad.full_disclaimer_link is not True:
            put(
                "short_form",
                "disclaimer.short_form_lacks",
                f"A short disclaimer names who paid and leads to the full one ({rows['disclaimer_short_form'].source}).",
            )
    elif "authorisation" in rows["disclaimer_says"].value if "disclaimer_says" in rows else False:
        if match is None or not AUTHORISED.search(text):
            put(
                "too_brief",
                "disclaimer.authorisation",
                f"It does not say who paid and whether a candidate authorised it ({rows['disclaimer_says'].source}).",
            )
    return tuple(found)


def _names(said: str, known: str) -> bool:
    """Whether a disclaimer names somebody, by spelling; short names must stand there as they are."""
    if len(known) < 6:
        return re.search(rf"\b{re.escape(known)}\b", said) is not None
    return known in said or fuzz.token_set_ratio(said, known) >= ALIKE
