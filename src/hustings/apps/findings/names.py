"""What would name somebody, and what is shown in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

__all__ = ["Names", "pseudonyms"]

# Traces of these kinds are things that many can share without being anybody. All others (whose post was reposted, who
# administers, who pays, from which network) lead to persons and are shown as pseudonyms.
OPEN_KINDS = frozenset({"link", "domain", "hashtag", "image", "text", "targeting", "audience"})
WORD = re.compile(r"[^\W_]+")
# A name shorter than this is looked for nowhere: it would be found in every text.
SHORTEST = 4
# A name of more words than this is looked for by its first ones.
MOST_WORDS = 6

Actor = tuple[str, str]


def pseudonyms(of: Sequence[Actor]) -> list[str]:
    """A pseudonym for each (platform, name): the same for the same one, for ever, in this installation and no other.

    The key is known to the database alone. Two of a million names share a pseudonym with a chance of one in 500.
    """
    if not of:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pseudonyms(%s::text[], %s::text[])", [[p for p, _ in of], [name for _, name in of]])
        given: list[str] = cursor.fetchone()[0]
        return given


def joined(name: str) -> str:
    """A name without what parts its words: `Red Page`, `red_page` and `RedPage` are one."""
    return "".join(WORD.findall(name.casefold())[:MOST_WORDS])


@dataclass(frozen=True, kw_only=True)
class Names:
    """The actors of a run under their pseudonyms, and whether and where a text names one of them."""

    of: dict[Actor, str]
    sought: dict[str, str]
    most_words: int

    @classmethod
    def of_actors(cls, actors: Iterable[Actor]) -> Names:
        """Ask the database for the pseudonyms."""
        sure = sorted(set(actors))
        of = dict(zip(sure, pseudonyms(sure), strict=True))
        sought: dict[str, str] = {}
        most = 1
        for actor in sure:
            # `web:example.org` is found as `example.org` too: what stands before the colon only says where.
            for name in {actor[1], actor[1].partition(":")[2]}:
                key = joined(name)
                if len(key) >= SHORTEST:
                    sought.setdefault(key, of[actor])
                    most = max(most, min(len(WORD.findall(name)), MOST_WORDS))
        # Other spellings may part a name into more words than its own has.
        return cls(of=of, sought=sought, most_words=min(most + 2, MOST_WORDS))

    def found_in(self, text: str) -> list[tuple[int, int, str]]:
        """Where a text names actors: start, end, pseudonym; longest first where they overlap.

        Edges    whole words, whatever their capitals and what stands between them; a name inside a longer word is not
                 found.
        """
        words = [(match.start(), match.end(), match[0].casefold()) for match in WORD.finditer(text)]
        found = []
        place = 0
        while place < len(words):
            step = 1
            for length in range(min(self.most_words, len(words) - place), 0, -1):
                window = words[place : place + length]
                known = self.sought.get("".join(word for _, _, word in window))
                if known is not None:
                    found.append((window[0][0], window[-1][1], known))
                    step = length
                    break
            place += step
        return found

    def hidden(self, kind: str, trace: str) -> bool:
        """Whether a trace would name somebody."""
        return kind not in OPEN_KINDS or bool(self.found_in(trace))

    def replaced(self, text: str) -> str:
        """The text with pseudonyms for the actors that it names."""
        for start, end, known in reversed(self.found_in(text)):
            text = text[:start] + known + text[end:]
        return text
