"""Full-text search in PostgreSQL over the items a person may know."""

from __future__ import annotations

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Concat

from hustings.apps.items.models import Item
from hustings.apps.items.words import query_of
from hustings.apps.people.seat import Seat

__all__ = ["FROM", "TO", "search", "with_snippets"]

# What stands around a found word until the page makes marks of it: characters that no text holds.
FROM, TO = "\x02", "\x03"


def search(seat: Seat, text: str) -> QuerySet[Item]:
    """What the person may know and what holds the words of `text`, best first, then newest."""
    from hustings.apps.permission import readable

    if not any(letter.isalnum() for letter in text):
        return Item.objects.none()
    query = query_of(text, beginning=True)
    return (
        readable(seat)
        .filter(search=query)
        .annotate(rank=SearchRank(F("search"), query))
        .select_related("label")
        .order_by("-rank", "-made_at", "pk")
    )


def with_snippets(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    """The same with `snippet`: up to thirty words around what was found."""
    return items.annotate(
        snippet=SearchHeadline(
            Concat(F("title"), Value(". "), F("text"), output_field=TextField()),
            query_of(text, beginning=True),
            config="simple",
            start_sel=FROM,
            stop_sel=TO,
            max_words=30,
            min_words=12,
        )
    )
