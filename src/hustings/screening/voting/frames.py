"""Which words of a text are somebody else's: denied, told of others, asked, or made to depend on something."""

__all__ = ["Reach", "framed"]

from collections.abc import Sequence
from dataclasses import dataclass

from hustings.screening.voting.rules import Grammar
from hustings.screening.voting.tokens import Sentence
from hustings.screening.voting.words import Spans


@dataclass(frozen=True)
class Reach:
    """Words [start, end) of one sentence that stand in a frame; a claim is covered where it begins in them."""

    kind: str
    sentence: int
    start: int
    end: int

    def covers(self, sentence: int, start: int, end: int) -> bool:
        """Whether a claim falls into the frame."""
        return sentence == self.sentence and self.start <= start < self.end and end > start


ALL = 10_000


def framed(
    parts: Sequence[Sentence], words: Sequence[Sequence[str]], spans: Sequence[Spans], rules: Grammar
) -> tuple[Reach, ...]:
    """All frames of a text."""
    out: list[Reach] = []
    for at, part in enumerate(parts):
        for frame in rules.frames:
            for pattern in frame.patterns:
                for match in pattern.find(words[at], spans[at]):
                    kind = frame.kind
                    if frame.reach == "after":
                        out.append(Reach(kind, at, match.start, ALL))
                    elif frame.reach == "before":
                        out.append(Reach(kind, at, 0, match.end))
                    else:
                        out.append(Reach(kind, at, 0, ALL))
                        if frame.reach == "next":
                            out.append(Reach(kind, at + 1, 0, ALL))
                        elif frame.reach == "previous" and at:
                            out.append(Reach(kind, at - 1, 0, ALL))
        if part.ended == "?" and not _answered_yes(at, words) and not _tells(words[at]):
            out.append(Reach("question", at, 0, ALL))
        if part.ended == "?" and at + 1 < len(words) and words[at + 1] and words[at + 1][0] in NO:
            out.append(Reach("debunk", at, 0, ALL))
        out.extend(_conditions(at, words[at], spans[at]))
    return tuple(out)


YES = frozenset({"yes", "yep", "yeah", "true", "absolutely", "si", "ja", "oui", "sim", "tak", "kylla", "sure", "now"})
NO = frozenset({"no", "nope", "false", "wrong", "nein", "non", "nao", "falso", "nee", "nie", "ei", "falsch", "faux"})
TELLING = (("did", "you", "know"), ("have", "you", "heard"), ("you", "know"), ("remember",), ("sabias", "que"),
           ("wusstest", "du"), ("wussten", "sie"), ("saviez", "vous"), ("lo", "sapevi"))  # fmt: skip


def _answered_yes(at: int, words: Sequence[Sequence[str]]) -> bool:
    return at + 1 < len(words) and bool(words[at + 1]) and words[at + 1][0] in YES


def _tells(words: Sequence[str]) -> bool:
    """Whether a question only dresses up a statement: "Did you know ...?"."""
    return any(tuple(words[at : at + len(start)]) == start for start in TELLING for at in range(min(2, len(words))))


ENDS_CONDITION = frozenset({",", "then", "—", "–", ":", "stay", "please", "just", "simply", "instead"})


def _conditions(at: int, words: Sequence[str], spans: Spans) -> list[Reach]:
    """From an "if" to the next comma, "then" or "you can"."""
    out = []
    for start in spans.get("CONDITION", {}):
        end = start + 1
        while end < len(words) and words[end] not in ENDS_CONDITION and end - start < 14:
            end += 1
        out.append(Reach("condition", at, start, end))
    return out
