"""What one chapter of the demo leaves for the next, and what is said in several."""

__all__ = ["GERMAN", "IRA", "MADE_UP", "RELEASE", "SNAP", "Book", "day"]

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hustings.cli.walk import Walk

IRA, SNAP = "ira-ads/ads.jsonl", "snap-political-2018/PoliticalAds2018.csv"
GERMAN = "coordination/german_elections.parquet"
RELEASE = (
    "That these ads were the Internet Research Agency's is the word of Facebook, which found them, and of the committee "
    "of the US House of Representatives that released them on 10 May 2018. It is not a result of our method."
)
MADE_UP = "A season made up by hustings simulate: no real person, page, party or country is in it."


@dataclass
class Book:
    """The walk, and what the chapters found so far.

    facts             key of a chapter -> its line in the summary
    sure, left_open   by chapter, sentences for the first screen: how sure, and what stays open
    """

    walk: Walk
    simulated: bool = False
    title: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    sure: dict[str, str] = field(default_factory=dict)
    left_open: dict[str, str] = field(default_factory=dict)
    ads: Path | None = None
    ads_run: Path | None = None


def day(moment: datetime | None) -> str:
    """A day for people."""
    return f"{moment:%-d %B %Y}" if moment is not None else "no known day"
