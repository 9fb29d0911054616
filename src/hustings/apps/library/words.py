"""The words that ads of the library say, and which of them somebody may have meant who typed another."""

from __future__ import annotations

from django.db import connection

from hustings.apps.database import WORKER, in_role

__all__ = ["count_words", "meant"]

# What one ad alone says may name somebody, and is often misspelt itself.
COUNTED = """
INSERT INTO library_word (word, ads)
SELECT word, ndoc FROM ts_stat($$SELECT library_words(body, '') FROM library_shown WHERE until IS NULL AND kind = 'ad'$$)
WHERE ndoc > 1 AND length(word) BETWEEN 3 AND 40 AND word ~ '[[:alpha:]]'
"""

# The nearest first; of two about as near, the one that more ads say.
NEAREST = """
SELECT word FROM library_word WHERE word %% %(typed)s
ORDER BY similarity(word, %(typed)s) * (1 + ln(ads) / 20) DESC, word LIMIT 1
"""


def count_words() -> int:
    """Count them anew; gives how many there are.

    Costs    one walk over the present ads, in the worker: about a minute for a million
    """
    with in_role(WORKER), connection.cursor() as cursor:
        cursor.execute("DELETE FROM library_word")
        cursor.execute(COUNTED)
        return int(cursor.rowcount)


def meant(words: list[str]) -> dict[str, str]:
    """For each word that hardly any ad says, the one that was probably meant.

    Limits   nothing where the server lacks pg_trgm; by letters alone, whatever the words mean
    """
    typed = [word for word in dict.fromkeys(word.casefold() for word in words) if 3 <= len(word) <= 40]
    if not typed or not can_compare():
        return {}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM library_word WHERE word = ANY(%s)", [typed])
        there = {row[0] for row in cursor.fetchall()}
        for word in typed:
            if word not in there:
                cursor.execute(NEAREST, {"typed": word})
                row = cursor.fetchone()
                if row is not None:
                    found[word] = row[0]
    return found


def can_compare() -> bool:
    """Whether the database can tell how alike two words are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
        return bool(cursor.fetchone()[0])
