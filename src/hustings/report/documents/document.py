"""A report as a value: sections with text and figures, frozen under a digest, and read back with all its faults at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.report.counting import QUERIES, ask
from hustings.report.counting.basis import Basis, canonical
from hustings.report.counting.figure import Figure, Parameters
from hustings.report.documents.kinds import KINDS, Kind

__all__ = ["FORM", "Corrected", "Document", "Part", "compose", "pieces", "problems_of_text", "read_document"]

FORM = "hustings-report-1"
# [followers] or [spend: USD]
NAMED = re.compile(r"\[(?P<name>[a-z0-9][a-z0-9-]*)(?:: (?P<part>[^\[\]]{1,300}))?\]")
# A number that only a figure may say: with its thousands apart, a share, or an amount of money.
TYPED = re.compile(
    r"\d{1,3}(?:[,.' ]\d{3})+(?!\d)|\d+(?:[.,]\d+)? ?%|[$€£] ?\d[\d.,]*|\d[\d.,]* ?(?:USD|EUR|RUB|GBP|percent|dollars)\b"
)
NUMBER = re.compile(
    r"(?<![\w.,-])\d{2,}(?![\w.,-]*\w)(?! (?:January|February|March|April|May|June|July|August|September|October|November|December))"
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section as it was written: text with figures by their names, and the figures that stand below it."""

    key: str
    title: str
    text: str
    figures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A figure of an earlier version that was wrong: what it was, what it is, and why."""

    figure: str
    title: str
    version: int
    old: str
    new: str
    reason: str
    at: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report that does not change.

    report   its key, the same for all versions
    rows     the digest of the rows that its figures were counted over
    """

    report: str
    version: int
    kind: Kind
    title: str
    marking: str
    holder: str
    scope: str
    as_of: str
    parameters: Parameters
    parts: tuple[Part, ...]
    figures: tuple[Figure, ...]
    corrections: tuple[Corrected, ...]
    rows: str
    software: str

    def figure(self, name: str) -> Figure | None:
        """One of its figures."""
        return next((one for one in self.figures if one.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """For keeping and sending."""
        return {"form": FORM} | asdict(self) | {"kind": self.kind.value}

    @property
    def text(self) -> str:
        """The canonical form."""
        return canonical(self.as_json()) + "\n"

    @property
    def sha256(self) -> str:
        """The digest of the canonical form."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def compose(
    basis: Basis, *, report: str, version: int, kind: Kind, title: str, marking: str, holder: str, parameters: Parameters,
    texts: Mapping[str, str], corrections: Sequence[Corrected] = (), software: str,
) -> Document:  # fmt: skip
    """Ask every figure of the report's sections and of its texts, and put it together.

    Raises   BadInput for a text that types a number or names a figure or part that is not there, all at once
    """
    names = list(dict.fromkeys(name for section in KINDS[kind] for name in section.figures))
    for text in texts.values():
        names += [one["name"] for one in NAMED.finditer(text) if one["name"] in QUERIES and one["name"] not in names]
    figures = {name: ask(name, basis, parameters) for name in names}
    problems = [
        problem
        for section in KINDS[kind]
        for problem in problems_of_text(section.title, texts.get(section.key, ""), figures)
    ]
    if problems:
        raise BadInput("The report cannot be put together.", problems)
    return Document(
        report=report, version=version, kind=kind, title=title, marking=marking, holder=holder, scope=basis.scope, as_of=basis.as_of,
        parameters=dict(sorted(parameters.items())),
        parts=tuple(Part(key=one.key, title=one.title, text=texts.get(one.key, ""), figures=one.figures) for one in KINDS[kind]),
        figures=tuple(figures.values()), corrections=tuple(corrections), rows=basis.sha256, software=software,
    )  # fmt: skip


def problems_of_text(where: str, text: str, figures: Mapping[str, Figure]) -> list[Problem]:
    """Why a text cannot stand between figures: it names one that is not there, or says a number itself."""
    found = []
    for one in NAMED.finditer(text):
        name, part = one["name"], one["part"]
        figure = figures.get(name)
        if figure is None and name not in QUERIES:
            found.append(
                Problem(
                    where=where,
                    found=f"[{name}]",
                    expected="the name of a figure",
                    do="Choose one of the list of figures.",
                )
            )
        elif figure is not None and part and (not isinstance(figure.value, Mapping) or part not in figure.value):
            expected = (
                "one of " + ", ".join(figure.value)
                if isinstance(figure.value, Mapping) and figure.value
                else "no part: it has none"
            )
            found.append(
                Problem(
                    where=where, found=f"[{name}: {part}]", expected=expected, do="Name the part as the figure has it."
                )
            )
    rest = NAMED.sub(" ", text)
    for typed in dict.fromkeys(match[0].strip() for match in TYPED.finditer(rest)):
        found.append(
            Problem(
                where=where,
                found=typed,
                expected="the name of a figure in square brackets",
                do="Put the figure there by its name.",
            )
        )
    values = {}
    for name, figure in figures.items():
        parts = figure.value.items() if isinstance(figure.value, Mapping) else [("", figure.value)]
        values.update(
            {
                str(value): f"[{name}: {part}]" if part else f"[{name}]"
                for part, value in parts
                if isinstance(value, int)
            }
        )
    for number in dict.fromkeys(NUMBER.findall(TYPED.sub(" ", rest))):
        if number in values and not 1900 <= int(number) <= 2100:
            found.append(
                Problem(
                    where=where,
                    found=number,
                    expected=values[number],
                    do="Put the figure there by its name: then it is corrected with it.",
                )
            )
    return found


def pieces(text: str, figures: Mapping[str, Figure]) -> Iterator[tuple[str, Figure | None]]:
    """A text in pieces: words as they are, and figures as they are shown, each with itself."""
    at = 0
    for one in NAMED.finditer(text):
        figure = figures.get(one["name"])
        if figure is None:
            continue
        if one.start() > at:
            yield text[at : one.start()], None
        yield figure.text(one["part"] or ""), figure
        at = one.end()
    if at < len(text):
        yield text[at:], None


def read_document(told: Any, where: str) -> Document:
    """A report from JSON, everything that is wrong at once.

    Raises   BadInput
    """
    if not isinstance(told, dict) or told.get("form") != FORM:
        found = str(told.get("form", "no form")) if isinstance(told, dict) else type(told).__name__
        raise BadInput("This is no report.", [
            Problem(where=where, found=found[:80], expected=f"a JSON object with the form {FORM}", do="Name report.json of a published report."),
        ])  # fmt: skip
    problems = [
        Problem(where=f"{where}, {name}", found=type(told.get(name)).__name__, expected=kind.__name__, do="Take the file as it was published.")
        for name, kind in SHAPE.items() if not isinstance(told.get(name), kind)
    ]  # fmt: skip
    for name, of in (("figures", Figure), ("parts", Part), ("corrections", Corrected)):
        for number, one in enumerate(told[name] if isinstance(told.get(name), list) else [], 1):
            if not isinstance(one, dict) or set(one) != set(of.__dataclass_fields__):
                expected = "an object with " + ", ".join(of.__dataclass_fields__)
                problems.append(
                    Problem(
                        where=f"{where}, {name} {number}",
                        found="other fields",
                        expected=expected,
                        do="Take the file as it was published.",
                    )
                )
    for number, one in enumerate(told["figures"] if not problems else [], 1):
        texts = all(
            isinstance(one[name], str)
            for name in ("name", "title", "unit", "as_of", "caveat", "how", "why_not", "rows_sha256")
        )
        parts = (
            one["value"].values()
            if isinstance(one["value"], dict)
            else [one["value"] if one["value"] is not None else ""]
        )
        if not texts or not isinstance(one["parameters"], dict) or not all(type(part) in {int, str} for part in parts):
            problems.append(
                Problem(
                    where=f"{where}, figures {number}",
                    found="a value of another kind",
                    expected="texts and whole numbers",
                    do="Take the file as it was published.",
                )
            )
    if not problems and told["kind"] not in set(Kind):
        problems.append(
            Problem(
                where=f"{where}, kind",
                found=told["kind"],
                expected="one of " + ", ".join(Kind),
                do="Take the file as it was published.",
            )
        )
    if problems:
        raise BadInput("The report cannot be read.", problems)
    return Document(
        **{name: told[name] for name in SHAPE if name not in {"parts", "figures", "corrections", "kind"}}, kind=Kind(told["kind"]),
        parts=tuple(Part(**one | {"figures": tuple(one["figures"])}) for one in told["parts"]),
        figures=tuple(Figure(**one) for one in told["figures"]), corrections=tuple(Corrected(**one) for one in told["corrections"]),
    )  # fmt: skip


SHAPE: dict[str, type] = {
    "report": str, "version": int, "kind": str, "title": str, "marking": str, "holder": str, "scope": str, "as_of": str,
    "parameters": dict, "parts": list, "figures": list, "corrections": list, "rows": str, "software": str,
}  # fmt: skip
