"""A statement of reasons: what the Commission's database takes, checked by every rule it has, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from hustings.errors import Problem
from hustings.exchange.dsa import words

__all__ = ["FIELDS", "problems_of"]

PUID = re.compile(r"[A-Za-z0-9_-]{1,500}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EAN = re.compile(r"\d{13}")
# What a statement must never hold: an address of mail, a handle, a telephone number.
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<![\w/])@\w{2,}|\+\d[\d ()/-]{7,}\d")
DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
ENDS = {
    "end_date_visibility_restriction": "decision_visibility", "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision", "end_date_account_restriction": "decision_account",
}  # fmt: skip
LISTED: dict[str, Collection[str]] = {
    "decision_visibility": words.VISIBILITIES, "content_type": words.CONTENT_TYPES, "category_addition": words.CATEGORIES,
    "category_specification": words.KEYWORDS, "territorial_scope": words.COUNTRIES,
}  # fmt: skip
CHOSEN: dict[str, Collection[str]] = {
    "decision_monetary": words.MONETARIES, "decision_provision": words.PROVISIONS, "decision_account": words.ACCOUNTS,
    "account_type": words.ACCOUNT_TYPES, "decision_ground": words.GROUNDS, "category": words.CATEGORIES,
    "source_type": words.SOURCES, "automated_detection": ("No", "Yes"), "automated_decision": words.AUTOMATED,
    "incompatible_content_illegal": ("No", "Yes"), "content_language": words.LANGUAGES,
}  # fmt: skip
LONGEST = {
    "decision_facts": 5000, "decision_visibility_other": 500, "decision_monetary_other": 500, "content_type_other": 500,
    "illegal_content_legal_ground": 500, "illegal_content_explanation": 2000, "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000, "category_specification_other": 500, "source_identity": 500,
    "decision_ground_reference_url": 500,
}  # fmt: skip
DATED = {"content_date": date(2000, 1, 1), "application_date": date(2020, 1, 1)}
NEEDED = (
    "puid", "decision_ground", "content_type", "category", "territorial_scope", "content_date", "application_date",
    "decision_facts", "source_type", "automated_detection", "automated_decision",
)  # fmt: skip
FIELDS = (
    "puid", *DECISIONS, *ENDS, "content_id", *LONGEST, *(name for name in LISTED if name not in DECISIONS),
    *(name for name in CHOSEN if name not in DECISIONS), *DATED,
)  # fmt: skip


def problems_of(statement: Mapping[str, Any]) -> list[Problem]:
    """Everything for which the database would refuse it, and what it must not hold; nothing for a good one.

    Reads    one statement as JSON gives it; a field that is null or an empty list counts as left out
    Limits   personal data is looked for by the shape of addresses, handles and telephone numbers: a name in plain words
             is not found. Whether a `puid` was used before only the database knows.
    """
    said = {name: value for name, value in statement.items() if value not in (None, "", [])}
    return [
        *unknown_fields(said), *missing(said), *of_lists(said), *of_choices(said), *of_texts(said), *of_days(said), *of_grounds(said),
        *of_content_id(said), *personal(said),
    ]  # fmt: skip


def problem(name: str, found: object, expected: str, do: str) -> Problem:
    """One problem of one field."""
    return Problem(where=name, found=str(found)[:120], expected=expected, do=do)


def unknown_fields(said: Mapping[str, Any]) -> list[Problem]:
    """Fields that the database does not have."""
    return [problem(name, "a field", "one of the interface's", "Leave it out.") for name in said if name not in FIELDS]


def missing(said: Mapping[str, Any]) -> list[Problem]:
    """What every statement has to say."""
    found = [problem(name, "nothing", "a value", "Every statement says it.") for name in NEEDED if name not in said]
    if not any(name in said for name in DECISIONS):
        found.append(problem("decision", "none", "at least one of " + ", ".join(DECISIONS), "Say what was restricted."))
    if "puid" in said and not (isinstance(said["puid"], str) and PUID.fullmatch(said["puid"])):
        found.append(problem("puid", said["puid"], "1 to 500 letters, digits, - and _", "Use the decision's own key."))
    return found


def of_lists(said: Mapping[str, Any]) -> list[Problem]:
    """Fields that hold several of a closed list."""
    found = []
    for name, allowed in LISTED.items():
        if name not in said:
            continue
        if not isinstance(said[name], list):
            found.append(problem(name, said[name], "a list", "Put it in a list, also where it is one."))
            continue
        wrong = [one for one in said[name] if not isinstance(one, str) or one not in allowed]
        if wrong:
            found.append(
                problem(name, ", ".join(map(str, wrong)), "one of " + several(allowed), "Choose from the list.")
            )
        if len(set(map(str, said[name]))) != len(said[name]):
            found.append(problem(name, "the same twice", "each once", "Name it once."))
    return found


def of_choices(said: Mapping[str, Any]) -> list[Problem]:
    """Fields that hold one of a closed list."""
    return [
        problem(name, said[name], "one of " + several(allowed), "Choose from the list.")
        for name, allowed in CHOSEN.items()
        if name in said and (not isinstance(said[name], str) or said[name] not in allowed)
    ]


def several(allowed: Collection[str]) -> str:
    """A list as an error shows it."""
    shown = sorted(allowed)
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def of_texts(said: Mapping[str, Any]) -> list[Problem]:
    """Fields of free text."""
    return [
        problem(name, f"{len(said[name])} characters" if isinstance(said[name], str) else type(said[name]).__name__,
                f"text of at most {most:,} characters", "Shorten it.")
        for name, most in LONGEST.items()
        if name in said and not (isinstance(said[name], str) and len(said[name]) <= most)
    ]  # fmt: skip


def of_days(said: Mapping[str, Any]) -> list[Problem]:
    """Days: written in full, not too early, and no restriction that ends before it begins."""
    found, days = [], {}
    for name in (*DATED, *ENDS):
        if name in said:
            days[name] = day_of(said[name])
            if days[name] is None:
                found.append(problem(name, said[name], "a day as 2026-11-03", "Write it so."))
    begins = days.get("application_date")
    for name, earliest in DATED.items():
        day = days.get(name)
        if day is not None and day < earliest:
            found.append(problem(name, day, f"{earliest} or later", "Look the day up."))
    for name, decision in ENDS.items():
        day = days.get(name)
        if day is not None and begins is not None and day < begins:
            found.append(
                problem(name, day, f"{begins} or later, the first day of the restriction", "Look the days up.")
            )
        if name in said and decision not in said:
            found.append(problem(name, said[name], f"none without {decision}", "Leave it out, or say the restriction."))
    return found


def day_of(value: object) -> date | None:
    """A day, where it is one."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def of_grounds(said: Mapping[str, Any]) -> list[Problem]:
    """What a ground, and each "other", has to say beside it."""
    asks: list[tuple[Callable[[], bool], tuple[str, ...]]] = [
        (lambda: said.get("decision_ground") == "DECISION_GROUND_ILLEGAL_CONTENT",
         ("illegal_content_legal_ground", "illegal_content_explanation")),
        (lambda: said.get("decision_ground") == "DECISION_GROUND_INCOMPATIBLE_CONTENT",
         ("incompatible_content_ground", "incompatible_content_explanation")),
        (lambda: holds(said, "decision_visibility", "DECISION_VISIBILITY_OTHER"), ("decision_visibility_other",)),
        (lambda: said.get("decision_monetary") == "DECISION_MONETARY_OTHER", ("decision_monetary_other",)),
        (lambda: holds(said, "content_type", "CONTENT_TYPE_OTHER"), ("content_type_other",)),
    ]  # fmt: skip
    found = [
        problem(name, "nothing", "a sentence", "The choice made beside it asks for it.")
        for holding, names in asks if holding() for name in names if name not in said
    ]  # fmt: skip
    if "category_specification_other" in said and not holds(said, "category_specification", "KEYWORD_OTHER"):
        found.append(
            problem(
                "category_specification_other",
                "a text",
                "none without KEYWORD_OTHER",
                "Add the keyword, or leave it out.",
            )
        )
    return found


def holds(said: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether a list says this."""
    return isinstance(said.get(name), list) and value in said[name]


def of_content_id(said: Mapping[str, Any]) -> list[Problem]:
    """The one kind of number of content that the database takes."""
    value = said.get("content_id")
    if value is None or (isinstance(value, dict) and set(value) == {"EAN-13"} and EAN.fullmatch(str(value["EAN-13"]))):
        return []
    return [problem("content_id", value, "EAN-13 and thirteen digits", "Leave it out for anything but a product.")]


def personal(said: Mapping[str, Any]) -> list[Problem]:
    """Free text that looks as if it named somebody."""
    return [
        problem(name, "what looks like an address, handle or number of a person", "no personal data",
                "Say what was done and why without naming whom.")
        for name in LONGEST
        if name != "decision_ground_reference_url" and isinstance(said.get(name), str) and PERSONAL.search(said[name])
    ]  # fmt: skip
