"""Which of the languages that have rules a text is written in, by its small words."""

__all__ = ["spoken"]

import re

from hustings.screening.folded import fold
from hustings.screening.voting.rules import languages

SMALL = {
    "en": "the you to and of your is for in at it on not don't be vote we are will can if this that",
    "es": "el la los las que y en de por su para no es tu con una del se al vota votar",
    "de": "der die das und nicht ist ein eine sie den dem im fur auf mit am wir ihr euch zu von wahl",
    "fr": "le la les des et vous ne pas est une pour dans au aux du sur votre votez en ce",
    "it": "il la gli che e di non per un una del alla si le nel al con voto votare",
    "pt": "o a os as que e nao em de por para um uma do da no na voce seu se vote votar",
    "nl": "de het een en niet van je is op in voor uw met aan stemmen zijn dat u stem",
    "pl": "w i na nie z do sie jest to ze glos glosowac wybory wyborach o po za przez",
    "fi": "ja on ei voi se et ala aanesta aanestaa vaalit vaaleissa etta tai ole kun jos sinun aanesi",
}  # fmt: skip
WORD = re.compile(r"[a-z']+")
_SETS = {name: frozenset(words.split()) for name, words in SMALL.items()}


def spoken(text: str, said: str | None) -> tuple[str, ...]:
    """The language that was said, and the one that the text seems to be in where that is another."""
    known = languages()
    words = WORD.findall(fold(text[:2000]).text)
    counts = {name: sum(word in small for word in words) for name, small in _SETS.items() if name in known}
    best = max(known, key=lambda name: (counts.get(name, 0), name == "en"))
    named = (said or "").lower().replace("_", "-").split("-")[0]
    out = [named] if named in known else []
    if best not in out and (not out or counts.get(best, 0) >= 2 + counts.get(out[0], 0)):
        out.append(best)
    return tuple(out)
