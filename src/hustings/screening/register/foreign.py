"""Whether a sponsor, payer or agency acts for a foreign principal, by a register of foreign agents."""

__all__ = ["AGENT", "PRINCIPAL", "ForeignTie", "foreign_ties"]

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from hustings.screening.countries import country_name
from hustings.screening.register.edition import Edition, Entry
from hustings.screening.register.names import FORMS, distinctive_words, words

AGENT, PRINCIPAL = "agent", "principal"
# In order and whole: a principal's name inside a longer one ("Turkey", "Bank of ...") proves nothing.
ALIKE = 92.0


@dataclass(frozen=True, kw_only=True)
class ForeignTie:
    """A name that stands in the register: as the agent of foreign principals, or as a principal.

    active   whether the registration, and for an agent at least one principal, stood on the day asked about;
             a terminated one stays to be read as history
    for_whom the principals of an agent (active ones if any is), or the agent of a principal
    """

    name: str
    entry: Entry
    similarity: float
    active: bool
    for_whom: tuple[str, ...]
    countries: tuple[str, ...]
    edition: str

    @property
    def needs_person(self) -> bool:
        """An active tie goes to a person; history is shown and asks for nobody."""
        return self.active

    def sentence(self) -> str:
        """What the register says, for people."""
        where = ", ".join(country_name(code) for code in self.countries) or "a country that we could not read"
        state = "is" if self.active else "was, until the registration ended,"
        what = "registered as an agent of" if self.entry.kind == AGENT else "named as a principal of"
        shown = "; ".join(self.for_whom[:3]) + (f" and {len(self.for_whom) - 3} more" if len(self.for_whom) > 3 else "")
        return (
            f'"{self.name}" is alike "{self.entry.name}" (similarity {self.similarity:.0f}), which {state} {what} '
            f"{shown or 'nobody named'} ({where}; registration {self.entry.number} in {self.edition})."
        )


def foreign_ties(names: Sequence[str], edition: Edition, *, on: date) -> tuple[ForeignTie, ...]:
    """Look sponsors, payers and agencies up among foreign agents and their principals.

    Gives    the nearest agent and the nearest principal of each name, active ones first.
    Limits   says that a name stands there, not that this ad was bought for the principal; law firms and
             agencies have many clients. Who should have registered and did not is not in it.
    """
    found: list[ForeignTie] = []
    for name in dict.fromkeys(filter(None, names)):
        for kind in (AGENT, PRINCIPAL):
            folded, entries = _index(edition, kind)
            sought = _folded(name)
            if not sought:
                continue
            hits = process.extract(sought, folded, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
            ties = [_tie(name, entries[place], score, edition, on) for _, score, place in hits]
            if ties:
                found.append(max(ties, key=lambda tie: (tie.active, tie.similarity, tie.entry.number)))
    return tuple(sorted(found, key=lambda tie: not tie.active))


def _tie(name: str, entry: Entry, score: float, edition: Edition, on: date) -> ForeignTie:
    if entry.kind == PRINCIPAL:
        return ForeignTie(
            name=name, entry=entry, similarity=round(score, 1), active=entry.active(on), for_whom=entry.related,
            countries=(entry.country,) if entry.country else (), edition=edition.said(),
        )  # fmt: skip
    principals = [one for one in edition.by_number[entry.number] if one.kind == PRINCIPAL]
    now = [one for one in principals if one.active(on)]
    active = entry.active(on) and bool(now)
    shown = now if active else principals
    return ForeignTie(
        name=name, entry=entry, similarity=round(score, 1), active=active,
        for_whom=tuple(dict.fromkeys(one.name for one in shown)),
        countries=tuple(sorted({one.country for one in shown if one.country})), edition=edition.said(),
    )  # fmt: skip


def _folded(name: str) -> str:
    found = distinctive_words(name)
    # One word alone ("Warren & Company", "Warren for President") is told apart by those around it.
    return " ".join(found if len(found) > 1 else [word for word in words(name) if word not in FORMS])


@lru_cache(maxsize=8)
def _index(edition: Edition, kind: str) -> tuple[list[str], list[Entry]]:
    entries = [one for one in edition.entries if one.kind == kind and _folded(one.name)]
    return [_folded(one.name) for one in entries], entries
