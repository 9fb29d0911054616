"""Criteria of targeting that speak of what the law protects most: health, belief, origin, opinion, desire."""

__all__ = ["special_categories"]

import re
from collections.abc import Iterable

from hustings.screening.folded import fold

# Article 9 of Regulation (EU) 2016/679, in the words that advertising tools use.
CATEGORIES = {
    "political opinion": r"politic|liberal|conservative|republican|democrat|left.?wing|right.?wing|party (?:member|supporter|voter)|voters? of|socialis|green party|afd|trump|clinton",
    "religion or belief": r"christian|catholic|protestant|evangelical|muslim|islam|jew|judaism|hindu|buddhis|atheis|religio|church|mosque|synagogue",
    "ethnic origin": r"african.?american|ethnic|hispanic|latino|latina|asian.?american|multicultural affinity|\brace\b|racial|black (?:people|history|lives)|roma\b|immigrant|native american",
    "health": r"health condition|disease|diabetes|cancer|disab|hiv|depress|pregnan|mental health|addict|medical|vaccin|illness|patient",
    "sexual orientation": r"\blgbt|\bgay\b|lesbian|bisexual|transgender|homosexual|same.?sex|interested in (?:men|women)|sexual orientation|queer",
    "trade union": r"trade union|labou?r union|union member",
    "genetic or biometric data": r"genetic|biometric|ancestry dna",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in CATEGORIES.items()}


def special_categories(criteria: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each criterion that names such a category, with the category.

    Limits   by words, in English; a criterion that only correlates (a music style, a postcode) is not seen.
    """
    out = []
    for criterion in criteria:
        folded = fold(criterion).text
        for name, pattern in _PATTERNS.items():
            if pattern.search(folded):
                out.append((criterion, name))
                break
    return tuple(out)
