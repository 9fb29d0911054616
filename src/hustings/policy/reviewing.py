"""Who is given which work for review: looks by risk, languages, topics that are hard to bear and how much of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["CAPPED", "REMOVES", "STANDARD", "Command", "Risk", "Standard", "Topic"]


class Risk(StrEnum):
    """What a wrong decision would do: it says how often a second person looks, without seeing what the first said."""

    ACTOR = "actor"
    SPEECH = "speech"
    REST = "rest"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return {
            Risk.ACTOR: "An account, a page or an event: what removes it is looked at by a second person.",
            Risk.SPEECH: "Political speech: a second person looks, whatever the first decides.",
            Risk.REST: "Anything else: a second person looks at some, by lot.",
        }[self]


# Outcomes that take something away from whom they concern, in the words of the packaged policies.
REMOVES = frozenset({"refuse", "reject", "remove", "revoke", "suspend"})


class Command(StrEnum):
    """How well somebody reads a language, by the Common European Framework; `native` is beyond it, `none` an end."""

    NONE = "none"
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "native"

    @property
    def enough(self) -> bool:
        """Whether it is enough to judge what is meant: B2, "can understand the main ideas of complex text"."""
        return self in {Command.B2, Command.C1, Command.C2, Command.NATIVE}


class Topic(StrEnum):
    """What is hard to look at for long; the app that asks says what its work shows."""

    GRAPHIC = "graphic"
    HATEFUL = "hateful"
    THREATS = "threats"
    SEXUAL = "sexual"
    CHILDREN = "children"


CAPPED = tuple(Topic)


@dataclass(frozen=True, kw_only=True)
class Standard:
    """What an organisation is proposed; it puts its own rules in force.

    Percentages are of claims (chance) and of first decisions (second looks). caps: topic -> minutes and items a day.
    The minutes are a choice and not a finding: trials of blurring and grey pictures found no less harm, so how much
    anybody sees is limited instead (Das 2020; Lewitzka 2026).
    """

    chance: int = 5
    second_removal: int = 100
    second_speech: int = 100
    second_rest: int = 10
    run_minutes: int = 55
    break_minutes: int = 15
    caps: dict[Topic, tuple[int, int]] = field(
        default_factory=lambda: {
            Topic.GRAPHIC: (120, 200),
            Topic.HATEFUL: (180, 400),
            Topic.THREATS: (180, 400),
            Topic.SEXUAL: (120, 200),
            Topic.CHILDREN: (60, 60),
        }
    )


STANDARD = Standard()
