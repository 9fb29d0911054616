"""What somebody probably meant whose search found nothing, or who typed a word that no ad says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hustings.apps.library.pages.question import Question
from hustings.apps.library.patience import patiently
from hustings.apps.library.words import meant

__all__ = ["Suggestion", "suggestion"]

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
MOST = 8


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Another search that finds something."""

    words: str
    link: str
    many: int


def suggestion(question: Question, at: int | None) -> Suggestion | None:
    """A search by other words, of which it is known that it finds ads."""
    text = question.asked.words
    other = patiently(lambda: meant(WORD.findall(text)[:MOST]), 300)
    if not other:
        return None
    words = WORD.sub(lambda found: other.get(found[0].casefold(), found[0]), text)
    asked = replace(question, asked=replace(question.asked, words=words), after=None)
    many = patiently(lambda: asked.found(at).count(), 500)
    return Suggestion(words=words, link=asked.link(), many=many) if many else None
