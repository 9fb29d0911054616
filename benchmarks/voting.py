"""The voting rules on challenge sets, and how often they alarm on ordinary posts.

    python benchmarks/voting.py [--set NAME] [--wrong] [--posts]

Prints one JSON document: recall and precision of ads and of hits (category and overlapping words), by category, style
and language; with --posts also alarms per 1,000 posts of pages known to be political or not (`political-text-seeds`).
--wrong lists what went wrong instead. The sets were written by hand for this purpose, half of it by intent innocent:
they say how well rules do on what their writer thought of, not how much of the world's trickery they catch.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from time import perf_counter
from typing import Any

import planted

from hustings.cli.data import data_folder
from hustings.screening.context import Context
from hustings.screening.voting import voting_hits

SETS = Path(__file__).resolve().parents[1] / "tests" / "challenge"
READ = ["first", "blind", "again", "dev", "held", "voices", "street"]  # mended until the goal was met
SHORT_OF_IT = ["probe", "halfway", "wild", "tester", "tester2"]  # mended too; their first readings are in the docs
UNREAD = ["last", "sealed"]  # never mended on
NAMES = [*READ, *SHORT_OF_IT, *UNREAD]
LETTERS = {"d": "discourages", "u": "useless", "w": "wrong_date", "p": "wrong_place", "m": "wrong_method",
           "e": "wrong_eligibility", "t": "threat", "f": "fraud_claim"}  # fmt: skip


def _election(country: str, day: str, close: str, methods: str, *, document: bool, online: bool = False) -> Context:
    return Context(
        country=country, election_date=date.fromisoformat(day), polls_close=time.fromisoformat(close),
        methods=frozenset(methods.split()), phone_vote=False, online_vote=online, id_required=document,
    )  # fmt: skip


CONTEXTS = {
    "U": _election("US", "2024-11-05", "20:00", "in_person mail early", document=False),
    "I": _election("US", "2024-11-05", "19:00", "in_person mail early", document=True),
    "N": _election("US", "2022-11-08", "20:00", "in_person", document=False),
    "G": _election("GB", "2024-07-04", "22:00", "in_person postal proxy", document=True),
    "D": _election("DE", "2025-02-23", "18:00", "in_person postal", document=False),
    "F": _election("FR", "2022-04-10", "19:00", "in_person proxy", document=True),
    "E": _election("ES", "2023-07-23", "20:00", "in_person mail", document=True),
    "T": _election("IT", "2022-09-25", "23:00", "in_person", document=True),
    "P": _election("PT", "2024-03-10", "19:00", "in_person early", document=True),
    "L": _election("NL", "2023-11-22", "21:00", "in_person proxy", document=True),
    "O": _election("PL", "2023-10-15", "21:00", "in_person", document=True),
    "S": _election("FI", "2023-04-02", "20:00", "in_person early", document=True),
    "A": _election("EE", "2023-03-05", "20:00", "in_person online", document=True, online=True),
}
LANGUAGES = {"es-us": "es", **{name: name for name in "es de fr it pt nl pl fi".split()}}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of a challenge set: the text, and which words make which claim."""

    style: str
    lang: str
    text: str
    context: Context
    expected: tuple[tuple[str, int, int], ...]


def cases(name: str) -> list[Case]:
    """Read a challenge set."""
    out = []
    for line in (SETS / f"{name}.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        style, context, marked = line.split("|", 2)
        text, expected = "", []
        for piece in re.split(r"(\{[duwpmetf]\|[^}]*\})", marked):
            if re.match(r"\{[duwpmetf]\|", piece):
                words = piece[3:-1]
                expected.append((f"voting.{LETTERS[piece[1]]}", len(text), len(text) + len(words)))
                text += words
            else:
                text += piece
        out.append(
            Case(
                style=style,
                lang=LANGUAGES.get(style, "en"),
                text=text,
                context=CONTEXTS[context],
                expected=tuple(expected),
            )
        )
    return out


def measure(name: str) -> dict[str, Any]:
    """Recall and precision on a set."""
    ads: Counter[str] = Counter()
    hits: dict[str, Counter[str]] = defaultdict(Counter)
    styles: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases(name):
        found = voting_hits(case.text, case.lang, case.context)
        outcome = ("caught" if found else "missed") if case.expected else ("alarm" if found else "passed")
        ads[outcome] += 1
        styles[case.style][outcome] += 1
        for category, start, end in case.expected:
            hits[category][
                "found"
                if any(_same(hit.category, hit.start, hit.end, category, start, end) for hit in found)
                else "missed"
            ] += 1
        for hit in found:
            if not any(_same(hit.category, hit.start, hit.end, *one) for one in case.expected):
                hits[hit.category]["wrong"] += 1
    total = sum(hits.values(), Counter())
    return {
        "set": name, "lines": sum(ads.values()), "to be caught": ads["caught"] + ads["missed"],
        "ads": {"recall": _share(ads["caught"], ads["missed"]), "precision": _share(ads["caught"], ads["alarm"])},
        "hits": _scores(total),
        "categories": {one: _scores(hits[one]) for one in sorted(hits)},
        "styles": {one: dict(sorted(styles[one].items())) for one in sorted(styles)},
    }  # fmt: skip


def document() -> dict[str, Any]:
    """All sets; the goal is asked of those whose failures were mended, and the others say what to expect of new words."""
    sets = [measure(name) for name in NAMES]
    goal = all(one["ads"]["recall"] >= 0.95 and one["ads"]["precision"] >= 0.9 for one in sets if one["set"] in READ)
    return {"reached": goal, "sets": sets}


def _same(category: str, start: int, end: int, other: str, first: int, last: int) -> bool:
    """Of one category, and overlapping by half of the shorter."""
    return category == other and 2 * (min(end, last) - max(start, first)) >= min(end - start, last - first)


def _scores(counts: Counter[str]) -> dict[str, Any]:
    return {
        "recall": _share(counts["found"], counts["missed"]),
        "precision": _share(counts["found"], counts["wrong"]),
        "of": counts["found"] + counts["missed"],
    }


def _share(good: int, bad: int) -> float | None:
    return round(good / (good + bad), 4) if good + bad else None


def wrong(name: str) -> Iterator[str]:
    """What went wrong, a line each."""
    for case in cases(name):
        found = voting_hits(case.text, case.lang, case.context)
        for category, start, end in case.expected:
            if not any(_same(hit.category, hit.start, hit.end, category, start, end) for hit in found):
                yield f"MISSED {case.style:10} {category[7:]:17} {case.text[start:end]!r} in {case.text!r}"
        for hit in found:
            if not any(_same(hit.category, hit.start, hit.end, *one) for one in case.expected):
                yield f"ALARM  {case.style:10} {hit.category[7:]:17} {hit.rule} {case.text[hit.start : hit.end]!r} in {case.text!r}"


def posts(*, show: bool) -> dict[str, Any]:
    """Alarms on ordinary posts, as if an election were held on 8 November 2016 and 7 May 2017."""
    folder = data_folder()
    if folder is None:
        return {"posts": None}
    context = Context(
        country="US", election_date=date(2016, 11, 8), polls_close=time(20), methods=frozenset({"in_person", "mail"}),
        phone_vote=False, online_vote=False, id_required=False,
    )  # fmt: skip
    out: dict[str, Any] = {}
    began, read = perf_counter(), 0
    for place in sorted((folder / "political-text-seeds").glob("*.jsonl")):
        rows = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
        read += len(rows)
        kinds: Counter[str] = Counter()
        for row in rows:
            found = voting_hits(row["text"], place.stem[:2], context)
            for hit in found:
                if show:
                    print(
                        place.stem,
                        hit.category[7:],
                        hit.rule,
                        repr(row["text"][hit.start : hit.end]),
                        "IN",
                        repr(row["text"][max(0, hit.start - 80) : hit.end + 80]),
                    )
            kinds.update({hit.category for hit in found} | ({"any"} if found else set()))
        out[place.stem] = {
            "posts": len(rows),
            "per 1000": round(1000 * kinds["any"] / len(rows), 2),
            **dict(sorted(kinds.items())),
        }
    out["posts a second"] = round(read / (perf_counter() - began))
    return out


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", choices=NAMES)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--posts", action="store_true")
    a = parser.parse_args()
    names = a.set or NAMES
    if a.wrong:
        for name in names:
            sys.stdout.writelines(line + "\n" for line in wrong(name))
        if a.posts:
            posts(show=True)
        return
    planted.show({"sets": [measure(name) for name in names], **({"posts": posts(show=False)} if a.posts else {})})


if __name__ == "__main__":
    main()
