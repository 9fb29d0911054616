"""A text with its disguises taken off, each letter remembering where it stood."""

__all__ = ["Folded", "fold"]

from dataclasses import dataclass
from functools import lru_cache

from hustings.detection.look_alikes import folded_sign


@dataclass(frozen=True)
class Folded:
    """A folded text and, for each of its characters, the code points [start, end) of the original it stands for."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters [start, end) stood in the original."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=64)
def fold(text: str) -> Folded:
    """Fold case, accents, look-alike letters and invisible signs.

    Limits   what is written in another script comes out as nonsense letters, which match nothing; digits and signs
             that stand for letters (v0te) are left to who knows the words (`voting.unmask`).
    """
    if text.isascii():
        return Folded(text.lower(), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, sign in enumerate(text):
        folded = folded_sign(sign)
        if not folded:
            # an invisible sign belongs to the letter before it, so that a span never cuts between them
            if ends:
                ends[-1] = at + 1
            continue
        for letter in folded:
            letters.append(letter)
            starts.append(at)
            ends.append(at + 1)
    return Folded("".join(letters), tuple(starts), tuple(ends))
