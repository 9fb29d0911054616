"""Statements of reasons made from what was decided about an asset; nobody types them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

__all__ = ["BATCH", "Decided", "batches", "statement"]

BATCH = 100  # statements in one call of the interface


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What was decided about one asset, without saying which: the database must hold nothing about a person.

    key          the number of this decision about this asset; becomes the `puid`
    kind         what the asset is, in a word: "account", "ad"
    decision     the fields that say what was done, as the interface names them
    ends         the field that says until when; used where `until` is given
    by_law       whether the ground is a law; otherwise it is the terms
    content_on   the day from which the sealed original shows it
    """

    key: str
    kind: str
    decision: Mapping[str, str | Sequence[str]]
    ends: str
    by_law: bool
    ground: str
    explanation: str
    facts: str
    category: str
    keywords: Sequence[str]
    places: Sequence[str]
    content_on: date
    begins: date
    until: date | None
    source: str
    found_by_machine: bool
    decided_by_machine: str


def statement(decided: Decided) -> dict[str, Any]:
    """The statement of one decision; `statement.problems_of` says whether the database would take it."""
    law = "illegal_content_legal_ground", "illegal_content_explanation"
    terms = "incompatible_content_ground", "incompatible_content_explanation"
    ground, explanation = law if decided.by_law else terms
    made: dict[str, Any] = {
        "puid": decided.key,
        **{name: value if isinstance(value, str) else list(value) for name, value in decided.decision.items()},
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT" if decided.by_law else "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        ground: decided.ground,
        explanation: decided.explanation,
        "content_type": ["CONTENT_TYPE_OTHER"],  # what an asset shows is not told apart into text and pictures here
        "content_type_other": decided.kind,
        "category": decided.category,
        "category_specification": list(decided.keywords),
        "territorial_scope": list(decided.places),
        "content_date": decided.content_on.isoformat(),
        "application_date": decided.begins.isoformat(),
        "decision_facts": decided.facts,
        "source_type": decided.source,
        "automated_detection": "Yes" if decided.found_by_machine else "No",
        "automated_decision": decided.decided_by_machine,
    }  # fmt: skip
    if not decided.by_law:
        made["incompatible_content_illegal"] = "No"
    if decided.until is not None:
        made[decided.ends] = decided.until.isoformat()
    return made


def batches(statements: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, list[Mapping[str, Any]]]]:
    """Statements as the interface takes them, so many in a call."""
    rest = iter(statements)
    while some := list(islice(rest, BATCH)):
        yield {"statements": some}
