"""In what way one name looks like another, and how much that says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Relation", "Seen", "Told", "told"]


class Relation(StrEnum):
    """One way in which an observed name looks like a protected one. The order is of no weight."""

    HOMOGLYPH = "homoglyph"
    WHOLE_SCRIPT = "whole script"
    CONFUSABLE = "confusable"
    OMISSION = "omission"
    REPETITION = "repetition"
    TRANSPOSITION = "transposition"
    REPLACEMENT = "replacement"
    INSERTION = "insertion"
    HYPHENATION = "hyphenation"
    BITSQUAT = "bitsquat"
    VOWEL_SWAP = "vowel swap"
    PLURAL = "plural"
    OTHER_SUFFIX = "other top-level domain"
    SPLIT = "subdomain split"
    AFFIX = "affix"
    GLUED = "glued"
    LABEL = "label under a foreign domain"
    HOLDS = "holds"
    SAME = "same"
    ORDER = "order of words"
    INITIALS = "initials"
    SHORT = "short name"
    SOUND = "sound"

    @property
    def weight(self) -> float:
        """How much this alone says, from 0 to 1; an order for the queue, not a probability."""
        return TELLING[self][0]

    @property
    def sentence(self) -> str:
        """What it means, in a clause that follows the two names."""
        return TELLING[self][1]


# The weights were set once, by how few honest names on the benchmark's real lists share the relation; what tells
# least by chance weighs most. They order a queue that people read.
TELLING = {
    Relation.HOMOGLYPH: (0.97, "letters of another script or with signs stand in for plain ones"),
    Relation.WHOLE_SCRIPT: (0.99, "every letter is of another script that is drawn alike"),
    Relation.CONFUSABLE: (0.9, "letters or digits stand in for others that are drawn alike"),
    Relation.OMISSION: (0.8, "a letter is left out"),
    Relation.REPETITION: (0.85, "a letter stands twice"),
    Relation.TRANSPOSITION: (0.85, "two neighbouring letters have changed places"),
    Relation.REPLACEMENT: (0.7, "a letter is another one"),
    Relation.INSERTION: (0.72, "a letter is put in"),
    Relation.HYPHENATION: (0.88, "only hyphens, dots or underscores between the letters differ"),
    Relation.BITSQUAT: (0.74, "a letter differs by one bit, as from a fault of memory"),
    Relation.VOWEL_SWAP: (0.78, "a vowel is another one"),
    Relation.PLURAL: (0.8, "it is the plural"),
    Relation.OTHER_SUFFIX: (0.8, "the ending of the domain is another one"),
    Relation.SPLIT: (0.85, "the dots stand in other places"),
    Relation.AFFIX: (0.85, "words as offices, campaigns and sign-in pages use them stand beside it"),
    Relation.GLUED: (0.88, 'what stands before or after the dots of the real one ("www", its ending) is glued to it'),
    Relation.LABEL: (0.9, "the whole of it stands in front of somebody else's domain"),
    Relation.HOLDS: (0.5, "it is held whole, beside other words"),
    Relation.SAME: (0.95, "it is the same but for case, accents and spaces"),
    Relation.ORDER: (0.85, "the words are the same in another order"),
    Relation.INITIALS: (0.5, "names are shortened to their first letters"),
    Relation.SHORT: (0.7, "a short form stands for a first name"),
    Relation.SOUND: (0.5, "it is spoken alike"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A relation as it was seen between two names, with its weight there."""

    relation: Relation
    weight: float


@dataclass(frozen=True, slots=True)
class Told:
    """What relations say together: the strongest counts, and their sentence."""

    relations: tuple[Relation, ...]
    score: float
    sentence: str


def told(observed: str, protected: str, seen: frozenset[Seen] | set[Seen]) -> Told:
    """The relations, the surest first, their score to two places, and a sentence for people.

    Edges   a relation that only comes with another (another ending beside a slip) lowers, and never raises, the score
    """
    order = sorted(seen, key=lambda one: (-one.weight, one.relation.value))
    relations = tuple(dict.fromkeys(one.relation for one in order))
    said = "; ".join(relation.sentence for relation in relations)
    return Told(relations, round(order[0].weight, 2), f'"{observed}" looks like "{protected}": {said}.')
