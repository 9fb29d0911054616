"""Whether a sentence speaks of another country than the one whose election is at hand."""

__all__ = ["elsewhere"]

from collections.abc import Mapping, Sequence
from functools import cache

from babel import Locale

from hustings.screening.folded import fold

# Also names of American states, of people or of everyday things.
DOUBTFUL = frozenset({"georgia", "jordan", "chad", "jersey", "guinea", "turkey", "cuba", "china", "mali", "peru", "togo",
                      "niger", "lebanon", "oman", "man", "reunion", "guernsey", "monaco"})  # fmt: skip
ALSO = {"en": {"britain": "GB", "england": "GB", "scotland": "GB", "the uk": "GB", "uk": "GB", "wales": "GB",
               "canadians": "CA", "britons": "GB", "brazilians": "BR", "germans": "DE", "australians": "AU",
               "estonians": "EE", "the united states": "US", "america": "US"}}  # fmt: skip
PLACE_WORDS = frozenset("in across throughout en in em a au aux w na chez uit".split())


@cache
def _names(language: str) -> Mapping[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for code, name in Locale(language).territories.items():
        folded = fold(str(name)).text
        if len(code) == 2 and code.isalpha() and folded not in DOUBTFUL:
            table[tuple(folded.split())] = str(code)
    for name, code in ALSO.get(language, {}).items():
        table[tuple(name.split())] = code
    return table


def elsewhere(words: Sequence[str], language: str, country: str) -> bool:
    """Whether the sentence begins with another country or says that it happens there."""
    if not country:
        return False
    names = _names(language)
    for at in range(len(words)):
        if at == 0 or words[at - 1] in PLACE_WORDS:
            for length in (1, 2, 3):
                code = names.get(tuple(words[at : at + length]))
                if code is not None and code != country:
                    return True
    return False
