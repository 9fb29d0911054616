"""Tells which protected name of a person, party, office or account an observed page or account name looks like."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hustings.exchange.lookalike.labels import FEWEST_HELD, MORE, Labels
from hustings.exchange.lookalike.relation import Relation, Seen
from hustings.exchange.lookalike.words import WORDS
from hustings.screening.folded import fold
from hustings.screening.name_forms import letters, people_words, plain_words, readings, runs, short_forms

__all__ = ["Names"]

DIGITS = re.compile(r"^[\d_.-]+|[\d_.-]+$")
FEWEST_INITIALS, FEWEST_NAME = 6, 5
LONGEST = 200  # of what is observed, in characters: a page name, not a text


@dataclass(frozen=True, slots=True)
class _Form:
    """A way in which a protected name is written: which name, and what had to be done to it."""

    name: str
    how: Relation | None


class Names:
    """Protected names, and the recognition of what looks like them.

    Reads    people: names of persons, of which short first names, the family name first and first letters count too.
             others: names of parties and offices, and of accounts
    Limits   a name of under five letters is known only as it is; a name of one word is known whole or beside words of
             elections, not inside others; who bears the same name in truth looks the same. Sounds are left to
             screening, which guards few names.
    """

    def __init__(self, *, people: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        self._labels = Labels()
        self._forms: dict[str, list[_Form]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        self._sets: dict[frozenset[str], list[str]] = defaultdict(list)
        for name in dict.fromkeys(people):
            self._protect(name, people_words(name), person=True)
        for name in dict.fromkeys(others):
            self._protect(name, plain_words(name.removeprefix("@")), person=False)

    def _protect(self, name: str, words: list[str], *, person: bool) -> None:
        self._form(name, words, None)
        if len(words) < 2:
            return
        self._sets[frozenset(words)].append(name)
        if not person:
            return
        first, last = words[0], words[-1]
        self._form(name, [first, last], None if len(words) == 2 else Relation.SHORT)
        self._form(name, [last, first], Relation.ORDER)
        for short in sorted(short_forms(first) - {first}):
            self._form(name, [short, last], Relation.SHORT)
        for initials in (first[0] + last, last + first[0], "".join(word[0] for word in words[:-1]) + last):
            if len(initials) >= FEWEST_INITIALS and name not in self._initials[initials]:
                self._initials[initials].append(name)

    def _form(self, name: str, words: list[str], how: Relation | None) -> None:
        label = "".join(words)
        if label and all(form.name != name for form in self._forms[label]):
            self._forms[label].append(_Form(name, how))
            self._labels.add(label)

    def find(self, observed: str) -> dict[str, set[Seen]]:
        """The protected names that an observed name looks like, and how; a name that is the same is `same`."""
        found: dict[str, set[Seen]] = defaultdict(set)
        for text, spoken in readings(observed[:LONGEST].removeprefix("@")):
            self._whole(observed, text, found, 1.0 if not spoken else MORE)
            self._inside(text, found, 1.0 if not spoken else MORE)
        return {name: seen for name, seen in found.items() if seen}

    def _whole(self, observed: str, text: str, found: dict[str, set[Seen]], factor: float) -> None:
        words = plain_words(text)
        joined = "".join(words)
        for name in self._sets.get(frozenset(words), ()):
            if "".join(people_words(name)) != joined and "".join(plain_words(name)) != joined:
                found[name].add(Seen(Relation.ORDER, Relation.ORDER.weight * factor))
        for label in self._labels.joined(joined):
            # Read as it stands the letters are the same; whether they were so before folding says `observed`.
            apart = any(sign in "-_." for sign in observed)
            same = Relation.HOMOGLYPH if _disguised(observed) else Relation.HYPHENATION if apart else Relation.SAME
            self._add(found, label, [Seen(same, same.weight)], factor)
        if len(joined) < FEWEST_NAME:
            return
        for label, seen in self._labels.find(joined).items():
            self._add(found, label, seen - {Seen(Relation.HOLDS, Relation.HOLDS.weight)}, factor)
        bare = DIGITS.sub("", joined)
        for name in self._initials.get(bare, ()):
            found[name].add(Seen(Relation.INITIALS, Relation.INITIALS.weight * factor))
        # Numbers and everybody's words anywhere: "The Real Jane Doe 2026", "vote_jane_doe".
        core = "".join(word for word in words if word not in WORDS and not word.isdigit())
        for rest in {core, bare} - {joined, ""}:
            beside = Seen(Relation.AFFIX, Relation.AFFIX.weight * factor)
            for label in self._labels.joined(rest):
                self._add(found, label, [beside], factor)
            if len(rest) < FEWEST_HELD:
                continue
            for name in self._initials.get(rest, ()):
                found[name].add(Seen(Relation.INITIALS, Relation.INITIALS.weight * MORE * factor))
            for label, seen in self._labels.find(rest).items():
                lower = {Seen(one.relation, one.weight * MORE) for one in seen if one.relation is not Relation.HOLDS}
                self._add(found, label, lower, factor)
        spelt = letters(text)
        if spelt != joined and len(spelt) >= FEWEST_NAME:
            for label in self._labels.joined(spelt):
                self._add(found, label, [Seen(Relation.CONFUSABLE, Relation.CONFUSABLE.weight)], factor)

    def _inside(self, text: str, found: dict[str, set[Seen]], factor: float) -> None:
        """A run of neighbouring words that is the name, among others."""
        words = plain_words(text)
        for run in runs(words):
            if len(run) < 2 or len(run) == len(words):
                continue
            label = "".join(run)
            if len(label) < FEWEST_HELD:
                continue
            others = [word for word in words if word not in run]
            known = all(word in WORDS or word.isdigit() for word in others)
            relation = Relation.AFFIX if known else Relation.HOLDS
            for same in self._labels.joined(label):
                self._add(found, same, [Seen(relation, relation.weight)], factor)

    def _add(self, found: dict[str, set[Seen]], label: str, seen: Iterable[Seen], factor: float) -> None:
        for form in self._forms[label]:
            for one in seen:
                found[form.name].add(Seen(one.relation, one.weight * factor * (MORE if form.how else 1.0)))
            if form.how and found[form.name]:
                lowest = max(one.weight for one in found[form.name])
                found[form.name].add(Seen(form.how, min(form.how.weight, lowest)))


def _disguised(observed: str) -> bool:
    """Whether letters of another script, or with signs, stand in for plain ones."""
    return any(sign.isalpha() and not sign.isascii() for sign in observed) and fold(observed).text.isascii()
