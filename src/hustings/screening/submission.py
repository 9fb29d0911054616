"""An ad as it is handed in for screening, and the reading of one line that describes it."""

__all__ = ["Submission", "read_lines"]

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from hustings.errors import BadInput, Problem
from hustings.screening.context import Context

MOST_PROBLEMS = 50
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*(?:m\.?)?(?:\s*[A-Za-z]{2,4})?")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One ad: its words, and what was said of who pays and whom it is aimed at.

    None means that nothing was said; an empty sponsor or disclaimer means that the field was left empty.
    targeting     criteria in words, as the advertiser chose them
    minimum_age   the youngest who shall see it
    media_hashes  of its pictures and films
    on            the day on which it would be shown; None where that is not known
    removed       of an earlier ad: whether it was taken down
    """

    id: str
    text: str
    lang: str | None = None
    sponsor: str | None = None
    disclaimer: str | None = None
    payer: str | None = None
    sponsor_country: str | None = None
    landing_url: str | None = None
    targeting: tuple[str, ...] = ()
    minimum_age: int | None = None
    media_hashes: tuple[str, ...] = ()
    short_disclaimer: bool = False
    full_disclaimer_link: bool | None = None
    on: date | None = None
    removed: bool = False


def read_lines(lines: Iterable[str], name: str) -> list[tuple[Submission, Context]]:
    """Read ads, one JSON object a line; empty lines are passed over.

    Raises   BadInput with every problem of every line (the first fifty are told, the rest counted)
    """
    problems: list[Problem] = []
    out: list[tuple[Submission, Context]] = []
    for number, line in enumerate(lines, 1):
        line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(
                Problem(
                    where=where,
                    found=_short(line),
                    expected="one JSON object",
                    do=f"Mend the line ({error.__class__.__name__}: {_short(str(error))}).",
                )
            )
            continue
        if not isinstance(row, dict):
            problems.append(
                Problem(
                    where=where,
                    found=_short(line),
                    expected="one JSON object",
                    do='Put each ad on a line of its own: {"id": ..., "text": ..., "context": {...}}.',
                )
            )
            continue
        reader = _Row(row, where, problems)
        out.append((reader.submission(), reader.context()))
    if problems:
        told = problems[:MOST_PROBLEMS]
        more = f" ({len(problems) - len(told)} more are not told)" if len(problems) > len(told) else ""
        raise BadInput(
            f"{name} cannot be screened: {len(problems)} problem{'s' if len(problems) > 1 else ''}{more}. Nothing was written.",
            told,
        )
    return out


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    text = text.strip().encode("ascii", "backslashreplace").decode("ascii")
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Row:
    """One line while it is read; what is wrong goes to the list of problems."""

    def __init__(self, row: Mapping[str, Any], where: str, problems: list[Problem]) -> None:
        self.row, self.where, self.problems = row, where, problems

    def wrong(self, key: str, value: object, expected: str, do: str) -> None:
        self.problems.append(Problem(where=f"{self.where}, {key}", found=_short(value), expected=expected, do=do))

    def text(self, row: Mapping[str, Any], key: str, prefix: str = "") -> str | None:
        value = row.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(prefix + key, value, "text", "Put it in quotes, or leave the key out.")
            return None
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            self.wrong(prefix + key, value, "text without halves of surrogate pairs", "Write the line anew as UTF-8.")
            return None
        return value

    def yes_no(self, row: Mapping[str, Any], key: str, prefix: str = "") -> bool | None:
        value = row.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(prefix + key, value, "true, false or null", "Write it without quotes.")
        return None

    def submission(self) -> Submission:
        name = self.row.get("id")
        if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
            self.wrong("id", name, "a text or a whole number", "Name each ad.")
        text = self.row.get("text")
        if text is None:
            self.wrong("text", "nothing", "the ad's words", "Add the key `text`; it may be an empty text.")
        age = self.row.get("minimum_age")
        if age is not None and (isinstance(age, bool) or not isinstance(age, int) or not 0 <= age <= 130):
            self.wrong("minimum_age", age, "a whole number from 0 to 130", "Write the age in years.")
            age = None
        return Submission(
            id=str(name), text=self.text(self.row, "text") or "", lang=self.text(self.row, "lang"),
            sponsor=self.text(self.row, "sponsor"), disclaimer=self.text(self.row, "disclaimer"),
            payer=self.text(self.row, "payer"), sponsor_country=self.text(self.row, "sponsor_country"),
            landing_url=self.text(self.row, "landing_url"), targeting=self.texts(self.row, "targeting"),
            minimum_age=age, media_hashes=self.texts(self.row, "media_hashes"),
            short_disclaimer=self.yes_no(self.row, "short_disclaimer") or False,
            full_disclaimer_link=self.yes_no(self.row, "full_disclaimer_link"), on=self.day(self.row, "on"), removed=self.yes_no(self.row, "removed") or False,
        )  # fmt: skip

    def texts(self, row: Mapping[str, Any], key: str, prefix: str = "") -> tuple[str, ...]:
        value = row.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(one.strip() for one in value.split(",") if one.strip())
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.wrong(prefix + key, value, "a list of texts", 'Write it as ["...", "..."].')
        return ()

    def day(self, row: Mapping[str, Any], key: str, prefix: str = "") -> date | None:
        value = row.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                pass
        self.wrong(prefix + key, value, "a day as YYYY-MM-DD", "Write it like 2024-11-05, or leave the key out.")
        return None

    def context(self) -> Context:
        row = self.row.get("context")
        if row is None:
            return Context()
        if not isinstance(row, dict):
            self.wrong(
                "context", row, "an object", 'Write it as {"country": "US", "election_date": "2024-11-05", ...}.'
            )
            return Context()
        methods = row.get("methods")
        if isinstance(methods, dict):
            methods = [str(key) for key, value in methods.items() if value]
        ways = self.texts({"methods": methods}, "methods", "context.")
        return Context(
            country=(self.text(row, "country", "context.") or "").strip().upper(),
            election_date=self.day(row, "election_date", "context."),
            polls_close=self.hour(row, "polls_close"),
            methods=None if methods is None else frozenset(one.strip().lower() for one in ways),
            phone_vote=self.yes_no(row, "phone_vote", "context."),
            online_vote=self.yes_no(row, "online_vote", "context."),
            id_required=self.yes_no(row, "id_required", "context."),
        )

    def hour(self, row: Mapping[str, Any], key: str) -> time | None:
        value = row.get(key)
        if value is None or value == "":
            return None
        found = CLOCK.fullmatch(value.strip().lower()) if isinstance(value, str) else None
        if found is not None:
            hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
            if half and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "p" else 0)
            if hour == 24 and minute == 0:
                hour = 0
            if hour <= 23 and minute <= 59:
                return time(hour, minute)
        self.wrong(f"context.{key}", value, "an hour as HH:MM", "Write it like 20:00, or leave the key out.")
        return None
