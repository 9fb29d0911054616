"""What can be said of what others shared: a note, or an opinion in one of five words."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["RemarkKind", "Word", "merged"]


class RemarkKind(StrEnum):
    """What a remark is."""

    NOTE = "note"
    OPINION = "opinion"


class Word(StrEnum):
    """How far somebody agrees, in the words of STIX 2.1, section 4.14."""

    STRONGLY_DISAGREE = "strongly-disagree"
    DISAGREE = "disagree"
    NEUTRAL = "neutral"
    AGREE = "agree"
    STRONGLY_AGREE = "strongly-agree"


FOR, AGAINST = {Word.AGREE, Word.STRONGLY_AGREE}, {Word.DISAGREE, Word.STRONGLY_DISAGREE}


def merged(words: Iterable[Word]) -> str:
    """What several hold of one thing together: agreed, disputed, rejected, undecided; nothing where nobody said a word.

    Limits   a word against one for it is a dispute, however many stand on either side: it is no vote
    """
    said = set(words)
    if not said:
        return ""
    if said & FOR and said & AGAINST:
        return "disputed"
    if said & FOR:
        return "agreed"
    return "rejected" if said & AGAINST else "undecided"
