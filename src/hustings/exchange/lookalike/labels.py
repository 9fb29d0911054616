"""An index of short names (labels of domains, account names, names run together) that finds those near another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from hustings.exchange.lookalike.confusable import MOST_LONGER, coarse, drawn_alike
from hustings.exchange.lookalike.relation import Relation, Seen
from hustings.exchange.lookalike.words import parted
from hustings.screening.folded import fold

__all__ = ["Labels", "near"]

VOWELS = frozenset("aeiou")
SEPARATORS = str.maketrans("", "", "-_.")
# From so many letters on: one slip, a slip in a short one, a name held in a longer one, and beside known words.
FEWEST_SLIP, FEWEST_HELD, FEWEST_BESIDE, FEWEST_SLIP_BESIDE = 5, 7, 4, 7
# A slip in a short name is more often another name.
SHORT = {5: 0.6, 6: 0.75, 7: 0.9}
MORE = 0.9  # for each thing that has to be supposed besides


class Labels:
    """Protected labels, found by what an observed one may have come from.

    Gives    the protected label and how the observed one is near it
    Costs    one look-up for each letter of what is observed, in two spellings, whatever the number of protected
             labels; memory for each of them as many keys as it has letters, twice
    Limits   a label of under five letters is known by other letters drawn alike, by hyphens and beside words, never
             by a slip; two slips are never looked for, save on coarse skeletons
    """

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._place: dict[str, int] = {}
        self._longest = 0
        self._near: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)

    def add(self, label: str) -> None:
        """Protect a label: folded, lower case."""
        if label in self._place or not label:
            return
        place = self._place[label] = len(self.labels)
        self.labels.append(label)
        self._longest = max(self._longest, len(label))
        for key in set(_keys(label)):
            self._near[key].append(place)
        self._joined[label.translate(SEPARATORS)].append(place)

    def __contains__(self, label: str) -> bool:
        return label in self._place

    def find(self, observed: str) -> dict[str, set[Seen]]:
        """The protected labels that an observed one is near, and how; not itself."""
        plain = fold(observed).text
        found: dict[str, set[Seen]] = {}
        for place in self._candidates(plain):
            label = self.labels[place]
            if label != observed and (seen := near(observed, plain, label)):
                found.setdefault(label, set()).update(seen)
        self._beside(observed, plain, found)
        self._held(plain, found)
        return found

    def joined(self, text: str) -> list[str]:
        """The protected labels that are this when hyphens, dots and underscores are left out of both."""
        return [self.labels[place] for place in self._joined.get(text.translate(SEPARATORS), ())]

    def _candidates(self, plain: str) -> list[int]:
        places: set[int] = set()
        if len(plain) > self._longest + MOST_LONGER:
            return []
        for key in _keys(plain):
            if key in self._near:
                places.update(self._near[key])
        places.update(self._joined.get(plain.translate(SEPARATORS), ()))
        for at in range(len(plain) - 2):  # "es" after a hissing letter, anywhere, makes a plural
            if plain[at] in "sxz" and plain.startswith("es", at + 1):
                place = self._place.get(plain[: at + 1] + plain[at + 3 :])
                if place is not None:
                    places.add(place)
        return sorted(places)

    def _beside(self, observed: str, plain: str, found: dict[str, set[Seen]]) -> None:
        """Words as imitators use them, on one side or both, with what is left the same or nearly."""
        for rest, taken in parted(plain):
            weight = Relation.AFFIX.weight * (1.0 if len(taken) == 1 else 0.97)
            for label in self.joined(rest):
                if len(label) >= FEWEST_BESIDE and label != plain:
                    found.setdefault(label, set()).add(Seen(Relation.AFFIX, weight))
                    if plain != observed:
                        found[label].add(Seen(Relation.HOMOGLYPH, Relation.HOMOGLYPH.weight * MORE))
            if len(rest) < FEWEST_SLIP_BESIDE:
                continue
            for place in self._candidates(rest):
                label = self.labels[place]
                if label in (rest, plain, observed) or len(label) < FEWEST_SLIP_BESIDE:
                    continue
                seen = near(rest, rest, label)
                if seen:
                    strongest = max(seen, key=lambda one: one.weight)
                    found.setdefault(label, set()).update(
                        {
                            Seen(strongest.relation, strongest.weight * MORE * MORE),
                            Seen(Relation.AFFIX, strongest.weight * MORE * MORE - 0.01),
                        }
                    )

    def _held(self, plain: str, found: dict[str, set[Seen]]) -> None:
        """Whole at the start or the end, or between hyphens, beside words that nobody listed."""
        flat = plain.translate(SEPARATORS)
        longest = min(len(flat), self._longest + 1)
        pieces = {flat[:cut] for cut in range(FEWEST_HELD, longest)}
        pieces |= {flat[-cut:] for cut in range(FEWEST_HELD, longest)}
        parts = re.split("[-_.]", plain)
        pieces |= {
            "".join(parts[start:end]) for start in range(1, len(parts) - 1) for end in range(start + 1, len(parts))
        }
        for piece in pieces:
            for place in self._joined.get(piece, ()):
                label = self.labels[place]
                if len(piece) >= FEWEST_HELD and label != plain and label not in found:
                    found[label] = {Seen(Relation.HOLDS, Relation.HOLDS.weight)}


def near(observed: str, plain: str, label: str) -> set[Seen]:
    """How an observed label, and its folded form, come near a protected one; empty where they do not.

    This alone says what is alike; the index only saves comparing with all.
    """
    seen: set[Seen] = set()
    if plain == label:
        if observed != label:
            foreign = all(not sign.isascii() for sign in observed if sign.isalpha())
            relation = Relation.WHOLE_SCRIPT if foreign else Relation.HOMOGLYPH
            seen.add(Seen(relation, relation.weight))
        return seen
    stands_in = observed != plain
    lower = MORE if stands_in else 1.0
    if plain.translate(SEPARATORS) == label.translate(SEPARATORS) and len(label) > 2:
        seen.add(Seen(Relation.HYPHENATION, Relation.HYPHENATION.weight * lower))
    apart = OSA.distance(coarse(plain), coarse(label), score_cutoff=2)
    drawn = drawn_alike(plain, label) if apart <= 2 else None
    if drawn is not None and len(label) > 2:
        # What is only read alike in haste says less, and least in a short word.
        weight = Relation.CONFUSABLE.weight if not drawn.far else 0.75 if drawn.far == 1 else 0.6
        if drawn.far == 0 or len(label) >= FEWEST_SLIP:
            seen.add(Seen(Relation.CONFUSABLE, weight * (_short(label) if drawn.far else 1.0) * lower))
    if len(label) >= FEWEST_SLIP:
        for relation in slips(plain, label):
            seen.add(Seen(relation, relation.weight * _short(label) * lower))
        if not seen and len(label) > FEWEST_SLIP:
            # A slip in what is only drawn alike, as "vvirgimia" for "virginia".
            if apart <= 1 and OSA.distance(plain, label, score_cutoff=4) <= 4 and _close_slip(plain, label):
                seen.add(Seen(Relation.CONFUSABLE, 0.6 * _short(label) * lower))
    if stands_in and seen:
        seen.add(Seen(Relation.HOMOGLYPH, max(one.weight for one in seen)))
    return seen


def slips(plain: str, label: str) -> Iterator[Relation]:
    """What single slip of a key makes one word of the other, by all its names; nothing where it takes more."""
    long, length = len(plain), len(label)
    start = 0
    while start < min(long, length) and plain[start] == label[start]:
        start += 1
    if long == length:
        if plain[start + 1 :] == label[start + 1 :]:
            yield Relation.REPLACEMENT
            one, other = plain[start], label[start]
            if (ord(one) ^ ord(other)).bit_count() == 1:
                yield Relation.BITSQUAT
            if one in VOWELS and other in VOWELS:
                yield Relation.VOWEL_SWAP
        elif plain[start : start + 2] == label[start : start + 2][::-1] and plain[start + 2 :] == label[start + 2 :]:
            yield Relation.TRANSPOSITION
    elif long == length - 1 and plain[start:] == label[start + 1 :]:
        yield Relation.OMISSION
    elif long == length + 1 and plain[start + 1 :] == label[start:]:
        put = plain[start]
        if start and plain[start - 1] == put:
            yield Relation.REPETITION
        else:
            yield Relation.INSERTION
        if put == "s" and start > 1:
            yield Relation.PLURAL
    elif long == length + 2:
        for at in range(len(label)):
            if label[at] in "sxz" and plain == f"{label[: at + 1]}es{label[at + 1 :]}":
                yield Relation.PLURAL
                return


def _close_slip(plain: str, label: str) -> bool:
    """Whether one slip and no more than one kind of other letters make one of the other."""
    return any(drawn_alike(plain[:at] + plain[at + 1 :], label) is not None for at in range(len(plain))) or any(
        drawn_alike(plain, label[:at] + label[at + 1 :]) is not None for at in range(len(label))
    )


def _short(label: str) -> float:
    return SHORT.get(len(label), 1.0)


def _keys(plain: str) -> Iterator[str]:
    """The label and each of it with one letter left out, as it stands and as a coarse skeleton."""
    yield plain
    for at in range(len(plain)):
        yield plain[:at] + plain[at + 1 :]
    drawn = coarse(plain)
    yield "~" + drawn
    if len(drawn) >= FEWEST_SLIP - 1:
        for at in range(len(drawn)):
            yield "~" + drawn[:at] + drawn[at + 1 :]
