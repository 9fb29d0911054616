"""The kinds of report: which sections each has, in order, and which figures stand in them unless somebody chooses others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["KINDS", "Kind", "Section"]


class Kind(StrEnum):
    """For whom a report is, and what it tells."""

    TAKEDOWN = "takedown"
    TRANSPARENCY = "transparency"
    COMMITTEE = "committee"
    BRIEFING = "briefing"

    @property
    def sentence(self) -> str:
        """For a page and for the docs."""
        return SENTENCES[self]


SENTENCES = {
    Kind.TAKEDOWN: "What was removed, how it was found, and what it had done: for the public.",
    Kind.TRANSPARENCY: "What was done to what, on which ground, appealed and taken back: totals for the public.",
    Kind.COMMITTEE: "The whole of it for a committee, with what the data cannot say.",
    Kind.BRIEFING: "The least that somebody needs to decide.",
}


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of a report. `asks` is what whoever writes it is asked to say there."""

    key: str
    title: str
    asks: str
    figures: tuple[str, ...]


ASSETS = Section(
    key="assets",
    title="Assets",
    asks="What was removed, and what names it bore.",
    figures=("assets", "assets-in-all", "renamed"),
)
AUDIENCE = Section(key="audience", title="Audience", asks="Who followed it, and where they were.",
                   figures=("followers", "group-members", "most-followed", "people"))  # fmt: skip
ADS = Section(key="ads", title="Ads", asks="What was bought, by which means.",
              figures=("ads", "spend", "spend-by-instrument", "first-ad", "last-ad", "impressions", "never-shown", "under-3-dollars"))  # fmt: skip
EVENTS = Section(key="events", title="Posts and gatherings", asks="What was posted and what people were called to.",
                 figures=("posts", "gatherings", "first-gathering", "small-gatherings", "largest-gathering", "gathering-viewers",
                          "gathering-interested", "gathering-going", "gatherings-held", "opposed-gatherings"))  # fmt: skip
NARRATIVE = Section(key="narrative", title="What it told, to whom", asks="Topics and tactics; no verdict on what is true.",
                    figures=("narratives", "tactics", "aims-at"))  # fmt: skip
BASIS = Section(key="basis", title="How it was found", asks="Behaviour, not content: what showed that these act as one, and who told it first.",
                figures=("leads-by-source", "days-to-case", "origin", "told"))  # fmt: skip
DONE = Section(key="done", title="What was done", asks="On which ground, and what came of it.",
               figures=("ordered", "done", "noticed", "appeals", "reinstated", "days-to-act"))  # fmt: skip
APPENDIX = Section(
    key="appendix", title="Names to look for", asks="What others should do with them.", figures=("indicators",)
)
TOTALS = Section(key="totals", title="Totals", asks="What the figures are of, and what is left out.",
                 figures=("ordered", "done", "done-by-format", "done-by-language", "done-by-country", "done-by-source", "done-by-automation"))  # fmt: skip
APPEALED = Section(key="appealed", title="Notices, appeals and reinstatements", asks="How whom it concerned could answer, and what came of it.",
                   figures=("noticed", "appeals", "reinstated"))  # fmt: skip
SHORT = Section(key="short", title="In short", asks="What happened, how sure it is, and what is asked of the reader.",
                figures=("assets-in-all", "ads", "spend", "people", "gatherings", "done"))  # fmt: skip
BOUGHT = Section(key="bought", title="Ads, in detail", asks="What the sums leave out.",
                 figures=(*ADS.figures, "spend-in-dollars", "under-1000-dollars", "shown-before", "clicks", "ads-by-month", "people",
                          "people-before"))  # fmt: skip

KINDS: dict[Kind, tuple[Section, ...]] = {
    Kind.TAKEDOWN: (ASSETS, AUDIENCE, ADS, EVENTS, NARRATIVE, BASIS, DONE, APPENDIX),
    Kind.TRANSPARENCY: (TOTALS, APPEALED, BASIS),
    Kind.COMMITTEE: (SHORT, ASSETS, AUDIENCE, BOUGHT, EVENTS, NARRATIVE, BASIS, DONE, APPENDIX),
    Kind.BRIEFING: (SHORT, BASIS),
}
