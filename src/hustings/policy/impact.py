"""How far a campaign broke out of where it began, as steps that were seen; never what it did to anybody's vote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["BREAKOUT", "SOURCE", "Category", "Step", "category", "claims_of_votes", "missing"]

# Ben Nimmo, The Breakout Scale: Measuring the impact of influence operations, Brookings, September 2020.
SOURCE = "Breakout Scale, Nimmo 2020"


class Step(StrEnum):
    """What was seen of a campaign beyond its own assets; each is an observation by a person, on what shows it."""

    SEEN = "seen where it began"
    COMMUNITY = "taken up by another community"
    PLATFORM = "taken up on another platform"
    MEDIA = "told by mass media"
    FIGURE = "passed on by a public figure"
    RESPONSE = "answered by a government or by a call to act"
    VIOLENCE = "followed by violence or a call for it"

    @property
    def sentence(self) -> str:
        """What counts as having seen it."""
        return SENTENCES[self]


SENTENCES = {
    Step.SEEN: "Posts, ads or pages of the campaign were found on one platform, in one community.",
    Step.COMMUNITY: "People outside the community it addressed, and outside its own assets, passed it on.",
    Step.PLATFORM: "It was passed on, on a platform where it did not begin, by others than its own assets.",
    Step.MEDIA: "A newsroom told its story or showed its content, unaware of whose it was.",
    Step.FIGURE: "Somebody with a public of their own passed it on: a politician, an artist, a well-known account.",
    Step.RESPONSE: "A government, parliament or party answered it, or people were moved to act in the world.",
    Step.VIOLENCE: "Somebody called for violence on its ground, or did violence.",
}


@dataclass(frozen=True, kw_only=True)
class Category:
    """One category of the scale: what it says, and the steps of which all of one row have to have been seen."""

    number: int
    name: str
    sentence: str
    needs: tuple[tuple[Step, ...], ...]


BREAKOUT = (
    Category(number=1, name="one platform, one community", sentence="It stayed within one community on one platform.",
             needs=((Step.SEEN,),)),
    Category(number=2, name="several platforms or several communities", sentence="It reached another community or another platform, not both.",
             needs=((Step.SEEN, Step.COMMUNITY), (Step.SEEN, Step.PLATFORM))),
    Category(number=3, name="several platforms and several communities", sentence="It reached other communities on other platforms.",
             needs=((Step.SEEN, Step.COMMUNITY, Step.PLATFORM),)),
    Category(number=4, name="beyond social media", sentence="Mass media told it on.", needs=((Step.SEEN, Step.MEDIA),)),
    Category(number=5, name="passed on by public figures", sentence="Somebody with a public of their own passed it on.",
             needs=((Step.SEEN, Step.FIGURE),)),
    Category(number=6, name="answered by policy or by violence", sentence="A government answered it, or it was followed by a call to act or by violence.",
             needs=((Step.SEEN, Step.RESPONSE), (Step.SEEN, Step.VIOLENCE))),
)  # fmt: skip


def category(number: int) -> Category:
    """The category of this number.

    Raises   KeyError where there is none
    """
    return {one.number: one for one in BREAKOUT}[number]


def missing(number: int, seen: frozenset[Step]) -> tuple[Step, ...]:
    """The steps that nobody has observed and that the category needs; of several ways, the one that lacks least."""
    lacking = [tuple(step for step in way if step not in seen) for way in category(number).needs]
    return min(lacking, key=len)


# What nobody can have measured: that somebody voted otherwise, or that a result came of it. Between what is done and to
# what stand a few words, none of which begins another phrase: "won 3,000 shares before the election" claims nothing.
BETWEEN = r"(?:\s+(?!before\b|after\b|during\b|on\b|in\b|at\b|since\b|until\b|and\b|to\b|for\b|about\b|by\b|with\b)[\w'’-]+){0,4}?\s+"
VOTES = re.compile(
    r"\b(?:chang|sw[au]ng|swing|flipp?|shift|sway|steal|stole\b|cost|decid|deliver|tipp|alter|influenc|manipulat|determin|affect|impact)\w*"
    + BETWEEN
    + r"(?:votes?|voters?|voting|ballots?|elections?|referendums?|outcomes?|turnout)\b"
    r"|\b(?:elections?|votes?|voters|referendums?|outcomes?|turnout)\s+(?:was|were|is|are|has been|have been|had been)\s+"
    r"(?:\w+\s+)?(?:swung|flipped|decided|changed|stolen|altered|influenced|manipulated|determined|swayed|affected|won|lost)\b"
    r"|\b(?:wahl|abstimmung|stimm)\w*\s+(?:\w+\s+){0,3}(?:entschied|beeinflusst|verändert|gedreht|gekippt|verfälscht)\w*"
    r"|\b(?:entschied|beeinflusste|veränderte|drehte|kippte|verfälschte)\w*\s+(?:\w+\s+){0,3}(?:wahl|abstimmung|stimm)\w*"
    r"|\b(?:chang|influenc|décid|fait basculer|bascul|invers)\w*\s+(?:[\w'’]+\s+){0,3}(?:votes?|l['’]élection|élections?|scrutin)\b"
    r"|\b(?:cambi|decidi|influy|alter)\w*\s+(?:\w+\s+){0,3}(?:votos?|elecci\w+)\b",
    re.IGNORECASE,
)


def claims_of_votes(text: str) -> tuple[str, ...]:
    """The passages that say what a campaign did to votes; nobody can know that from what was seen.

    Limits   English, German, French and Spanish words that stand near each other; it refuses "aimed to change votes" too,
             which can be said as "called on people to vote otherwise"
    """
    return tuple(found.group(0) for found in VOTES.finditer(text))
