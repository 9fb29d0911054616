"""Full-text search that finds a word whatever signs it is joined to: both sides are parted by the same characters.

PostgreSQL's parser reads signs its own way: in `6528-291d` it sees the number -291 and a word d, in `a.org/b` a host and a path.
What people then type, a part of it, would find nothing.
"""

from __future__ import annotations

import re
import string

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, Func, Value

__all__ = ["PARTING", "query_of", "terms_of", "words_of"]

PARTING = string.punctuation + "·’‘‚“”„«»‹›–—…¿¡"
PHRASE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
SIGNS = str.maketrans(PARTING, " " * len(PARTING))


def words_of(*columns: str) -> SearchVector:
    """What a generated column holds of these columns."""
    signs, blanks = Value(PARTING), Value(" " * len(PARTING))
    parted = [Func(column, signs, blanks, function="translate", output_field=CharField()) for column in columns]
    return SearchVector(*parted, config="simple")


def query_of(text: str, *, beginning: bool = False) -> SearchQuery:
    """All of the words must be there; "words in quotes" in this order; -words not.

    beginning   the last word may be the beginning of one: it may still be being typed
    """
    wanted, unwanted = terms_of(text, beginning=beginning)
    said = " & ".join([*wanted, *(f"!{term}" for term in unwanted)])
    return SearchQuery(said, config="simple", search_type="raw")


def terms_of(text: str, *, beginning: bool = False) -> tuple[list[str], list[str]]:
    """What must be there and what must not, each term as `to_tsquery` reads it; no sign that means something to it is left."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for sign, quoted, plain in PHRASE.findall(text):
        words = (quoted or plain).translate(SIGNS).split()
        if words:
            (unwanted if sign else wanted).append("(" + " <-> ".join(f"'{word}'" for word in words) + ")")
            typed = not sign and bool(plain)
    if beginning and wanted and typed:
        wanted[-1] = wanted[-1][:-1] + ":*)"
    return wanted, unwanted
