"""Words that were spelled so that a machine would not see them: v0te, v.o.t.e, #etov, electoin."""

__all__ = ["Vocabulary"]

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hustings.screening.voting.tokens import Token

LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g", "@": "a",
    "$": "s", "!": "i", "|": "il", "+": "t", "€": "e", "£": "l", "(": "c", "^": "a", "%": "o",
}  # fmt: skip
ANY = "abcdefghijklmnopqrstuvwxyz"
SEPARATORS = frozenset(".-_*·•~|'")
MOST_VARIANTS = 400


class Vocabulary:
    """The words that rules know, and how a disguised word is brought back to one of them.

    known    every word of every table
    watched  words worth mending when misspelled; never a word that is near an innocent one by a single letter
    common   everyday words that are never "mended"
    """

    def __init__(self, known: Iterable[str], watched: Iterable[str], common: Iterable[str]) -> None:
        self.watched = frozenset(watched)
        self.known = frozenset(known) | self.watched
        self.common = frozenset(common)
        self._longest = max((len(word) for word in self.known), default=1)
        self._near: dict[str, str] = {}
        for word in sorted(self.watched, key=lambda one: (-len(one), one)):
            if len(word) >= 5:
                for spelling in _one_off(word):
                    if spelling not in self.known and spelling not in self.common:
                        self._near[spelling] = word
            elif len(word) == 4:
                # short words: only letters doubled or swapped
                for at in range(len(word)):
                    doubled = word[:at] + word[at] + word[at:]
                    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
                    for spelling in (doubled, swapped):
                        if spelling not in self.known and spelling not in self.common:
                            self._near[spelling] = word

    def spelled(self, word: str) -> str:
        """The word itself, or the watched word it misspells."""
        if word in self.known or word in self.common or len(word) < 4:
            return word.rstrip("'")
        near = self._near.get(word)
        if near is not None:
            return near
        squeezed = _squeezed(word)
        if any(word[at] == word[at + 1] == word[at + 2] for at in range(len(word) - 2)) and (
            found := self._from_squeezed(squeezed)
        ):
            return found
        backwards = word[::-1]
        if backwards in self.watched:
            return backwards
        return word

    def _from_squeezed(self, squeezed: str) -> str | None:
        """A watched word that is this one but for repeated letters (voooote)."""
        for word in (squeezed, *self._doubles.get(squeezed, ())):
            if word in self.known and len(word) >= 3:
                return word
        return None

    @property
    def _doubles(self) -> dict[str, tuple[str, ...]]:
        table = getattr(self, "_doubles_table", None)
        if table is None:
            made: dict[str, list[str]] = {}
            for word in self.watched:
                made.setdefault(_squeezed(word), []).append(word)
            table = {key: tuple(sorted(words)) for key, words in made.items()}
            self._doubles_table = table
        return table

    def unmasked(self, core: str) -> str | None:
        """The known word that digits and signs stand in for, or None; several words are joined by spaces."""
        letters = sum(sign.isalpha() for sign in core)
        if not letters or len(core) > 40:
            return None
        bare = core
        if any(sign in SEPARATORS for sign in core):
            parts = [part for part in _parted(core) if part]
            if len(parts) >= 3 and sum(len(part) == 1 for part in parts) >= len(parts) - 1:
                bare = "".join(parts)
                if bare in self.watched or (bare in self.known and len(bare) >= 3):
                    return bare
                found = self.segmented(bare)
                if found and any(word in self.watched for word in found):
                    return " ".join(found)
            elif any(len(part) > 2 and part in self.known for part in parts) and "*" not in core:
                return None
            elif len(parts) == 2 and "'" not in core and "".join(parts) in self.watched:
                return "".join(parts)
        choices: list[str] = []
        count = 1
        for sign in bare:
            options = sign if sign.isalpha() or sign == "'" else LEET.get(sign, "")
            if sign in "*_#-." and 0 < len(choices) < len(bare) - 1:
                options = ANY
            if not options:
                return None
            count *= len(options)
            if count > MOST_VARIANTS:
                return None
            choices.append(options)
        for letters_ in product(*choices):
            word = "".join(letters_)
            if word in self.watched or (word in self.known and len(word) >= 2 and letters >= len(word) / 2):
                return word
        return None

    def segmented(self, letters: str) -> tuple[str, ...] | None:
        """Letters without spaces as known words, the fewest possible; None where they do not come out even."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self._longest), end):
                before, word = best[start], letters[start:end]
                if (
                    before is None
                    or not (word in self.known or word.isdigit())
                    or (len(word) == 1 and word not in "aiu0123456789")
                ):
                    continue
                if best[end] is None or len(before) + 1 < len(best[end] or ()):
                    best[end] = (*before, word)
        return best[len(letters)]

    def tag(self, tag: str, capitals: Sequence[int]) -> list[tuple[str, int, int]]:
        """The words of a hashtag with their places in it."""
        edges = [0, *capitals, len(tag)]
        parts = [(tag[a:b], a) for a, b in pairwise(edges) if b > a]
        if len(parts) == 1 or any(len(part) == 1 and not part.isdigit() for part, _ in parts[1:]):
            parts = [(tag, 0)]
        out: list[tuple[str, int, int]] = []
        for part, at in parts:
            plain = part.strip("_")
            words = (plain,) if plain in self.known else (self.segmented(plain) or self.segmented(plain[::-1]))
            if words is None or "".join(words) != plain:
                # backwards: the whole tag stands for each of its words
                known = (
                    words
                    if words and any(word in self.watched for word in words)
                    else (self.unmasked(plain) or self.spelled(plain),)
                )
                out.extend((word, at, at + len(part)) for word in known)
                continue
            for word in words:
                out.append((word, at, at + len(word)))
                at += len(word)
        return out

    def joined(self, words: "list[Token]") -> "list[Token]":
        """Put s p a c e d letters and sp lit words together again."""
        out: list[Token] = []
        at = 0
        while at < len(words):
            token = words[at]
            if len(token.word) == 1 and token.word.isalnum():
                end, run = at, []
                while end < len(words):
                    one = words[end]
                    if len(one.word) == 1 and one.word.isalnum():
                        run.append(one)
                        end += 1
                    elif (
                        one.word in SEPARATORS
                        and end + 1 < len(words)
                        and len(words[end + 1].word) == 1
                        and words[end + 1].word.isalnum()
                    ):
                        end += 1
                    else:
                        break
                joined = self._run(run)
                if joined is not None:
                    out.extend(joined)
                    at = end
                    continue
            elif token.kind == "word" and at + 1 < len(words) and words[at + 1].kind == "word":
                other = words[at + 1]
                both = token.word + other.word
                if both in self.watched and (
                    (token.word not in self.known and token.word not in self.common)
                    or (other.word not in self.known and other.word not in self.common)
                ):
                    out.append(token._replace(word=both, end=other.end))
                    at += 2
                    continue
            out.append(token)
            at += 1
        return out

    def _run(self, run: "list[Token]") -> "list[Token] | None":
        if len(run) < 3:
            return None
        letters = "".join(one.word for one in run)
        words = self.segmented(letters)
        if words is None:
            whole = self.unmasked(letters)
            words = (whole,) if whole in self.watched else None
        if words is None or not any(word in self.watched for word in words):
            return None
        out, at = [], 0
        for word in words:
            out.append(
                run[at]._replace(
                    word=word, end=run[at + len(word) - 1].end, kind="number" if word.isdigit() else "word"
                )
            )
            at += len(word)
        return out


def _parted(core: str) -> list[str]:
    out = [""]
    for sign in core:
        if sign in SEPARATORS:
            out.append("")
        else:
            out[-1] += sign
    return out


def _squeezed(word: str) -> str:
    return "".join(sign for at, sign in enumerate(word) if at == 0 or sign != word[at - 1])


def _one_off(word: str) -> set[str]:
    """Spellings one slip away that keep the first letter: a letter lost, doubled, swapped, or another in its place."""
    out: set[str] = set()
    for at in range(1, len(word)):
        out.add(word[:at] + word[at + 1 :])
        out.add(word[:at] + word[at] + word[at:])
        if at + 1 < len(word):
            out.add(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
        if len(word) >= 6:
            for letter in ANY:
                out.add(word[:at] + letter + word[at + 1 :])
                out.add(word[:at] + letter + word[at:])
    out.discard(word)
    return out
