"""What a search of a population needs before it may run, and the states it goes through.

The operator is part of the threat model: whoever can search everybody can also be made to search opponents. So a sweep
says why, on which legal ground, for which election and among whom; another person agrees; and it is published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hustings.errors import Problem

__all__ = ["MOVES", "Asked", "Move", "State", "TearLine", "moves_from", "problems_of"]

# A name or handle in the description of a population means that persons were picked, not a rule of collection.
HANDLE = re.compile(r"(?<![\w.])@[\w.]{2,}")
ADDRESS = re.compile(r"https?://|www\.|\b[\w.-]+\.(?:com|org|net|social|me)/\S+", re.IGNORECASE)
FEWEST_WORDS = 4
FEWEST_ACTORS = 200  # a "population" of fewer accounts is a list of people
PERSONS = re.compile(
    r"\b(?:opponents?|opposition|dissidents?|journalists?|reporters?|activists?|trade unions?|unions?|unionists?|"
    r"candidates?|critics|lawyers?|clergy)\b",
    re.IGNORECASE,
)


class State(StrEnum):
    """Where a sweep stands."""

    ASKED = "asked for"
    SECONDED = "seconded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TearLine(StrEnum):
    """Where a tear-line stands: what may be told of something that may not."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of a sweep: from where to where, by which act, and whether somebody else than the requester does it."""

    before: State
    after: State
    act: str
    another_person: bool = False
    reason: bool = False
    sentence: str = ""


MOVES = (
    Move(before=State.ASKED, after=State.SECONDED, act="second a sweep", another_person=True,
         sentence="A second person agrees that purpose, ground and population hold; the sweep starts."),
    Move(before=State.ASKED, after=State.REFUSED, act="second a sweep", another_person=True, reason=True,
         sentence="The second person does not agree, and says why."),
    Move(before=State.ASKED, after=State.WITHDRAWN, act="ask for a sweep", reason=True, sentence="The requester takes it back."),
    Move(before=State.SECONDED, after=State.RUNNING, act="run a sweep", sentence="The worker starts, in the requester's name."),
    Move(before=State.SECONDED, after=State.FAILED, act="run a sweep", sentence="It could not start; the reason stands with it."),
    Move(before=State.RUNNING, after=State.SECONDED, act="run a sweep", sentence="Its worker was ended in the middle; it starts anew."),
    Move(before=State.RUNNING, after=State.DONE, act="run a sweep", sentence="The findings are loaded under the sweep's marking."),
    Move(before=State.RUNNING, after=State.FAILED, act="run a sweep", sentence="It ended without findings; the reason stands with it."),
    Move(before=State.FAILED, after=State.ASKED, act="ask for a sweep", sentence="It is asked for again, and needs a second person again."),
)  # fmt: skip


def moves_from(state: State) -> tuple[Move, ...]:
    """What may happen next."""
    return tuple(move for move in MOVES if move.before is state)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks to search.

    actors        accounts in the table that would be searched
    protected     how many of the named starting points are on the list of protected persons
    starts        how many starting points (seeds) are named; they come from a tip, never from the requester
    has_tip       a tip stands behind it
    """

    purpose: str
    legal_ground: str
    election: str
    election_on: date | None
    population: str
    actors: int
    starts: int = 0
    protected: int = 0
    has_tip: bool = False


def problems_of(asked: Asked) -> list[Problem]:
    """Everything that stands in the way of a sweep, at once; an empty list means it may be put to a second person."""
    problems = []
    for name, text, example in (
        ("purpose", asked.purpose, "what is looked for and why now"),
        ("legal ground", asked.legal_ground, "the law, contract or mandate that permits it, with its article"),
        (
            "population",
            asked.population,
            "the rule by which the posts were collected: platform, period, language, topic",
        ),
    ):
        if len(text.split()) < FEWEST_WORDS:
            problems.append(
                Problem(
                    where=name,
                    found=repr(text),
                    expected=f"at least {FEWEST_WORDS} words: {example}",
                    do="Say it in full.",
                )
            )
    if not asked.election.strip() or asked.election_on is None:
        problems.append(
            Problem(
                where="election",
                found=repr(asked.election),
                expected="the election and its day",
                do="Name the election that is protected.",
            )
        )
    named = HANDLE.findall(asked.population) + ADDRESS.findall(asked.population)
    if named:
        problems.append(
            Problem(
                where="population",
                found=f"accounts by name ({named[0]}{' and more' if len(named) > 1 else ''})",
                expected="a rule of collection; a list of named people is not a population",
                do="Say how the posts were collected. Starting points come from a tip.",
            )
        )
    picked = PERSONS.search(asked.population)
    if picked:
        problems.append(
            Problem(
                where="population",
                found=f"'{picked.group(0)}'",
                expected="everybody who posted by the rule, whatever they are or think",
                do="Opponents, journalists, unions or candidates are not a population. Widen it.",
            )
        )
    if asked.actors < FEWEST_ACTORS:
        problems.append(
            Problem(
                where="table",
                found=f"{asked.actors} accounts",
                expected=f"at least {FEWEST_ACTORS}",
                do="So few accounts are a list of people. Choose a table that holds a population.",
            )
        )
    if asked.starts and not asked.has_tip:
        problems.append(
            Problem(
                where="starting points",
                found=str(asked.starts),
                expected="none without a tip",
                do="Record the tip they come from.",
            )
        )
    if asked.protected:
        problems.append(
            Problem(
                where="starting points",
                found=f"{asked.protected} on the list of protected persons",
                expected="none",
                do="Candidates, journalists, unions and parties are not starting points; take them out of the tip.",
            )
        )
    return problems
