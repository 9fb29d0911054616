"""What every statement about elections has: a source that is named, and a country by its code."""

from __future__ import annotations

from hustings.errors import Problem
from hustings.screening.countries import country_code, country_name

__all__ = ["ACT", "UNION", "in_words", "placed", "sourced"]

ACT = "keep elections"
# The European Union votes as one, and it is no country of ISO 3166; Serbia and Montenegro was one until 2006.
UNION, GONE = "EU", {"CS": "Serbia and Montenegro"}


def sourced(source: str, problems: list[Problem]) -> str:
    """A statement names who says so."""
    if not source.strip():
        problems.append(
            Problem(where="source", found="nothing", expected="who says so: title, edition, section", do="Name it.")
        )
    return source.strip()


def placed(country: str, problems: list[Problem]) -> str:
    """A country by its code."""
    code = country.strip().upper()
    if code != UNION and country_code(code) != code:
        problems.append(
            Problem(
                where="country",
                found=repr(country),
                expected="an ISO 3166 code of two letters, or EU",
                do="Use the code.",
            )
        )
    return code


def in_words(country: str) -> str:
    """What people call the country of a code."""
    return "European Union" if country == UNION else GONE.get(country) or country_name(country)
