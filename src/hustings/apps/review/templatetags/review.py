"""How a reviewer sees text that rules have marked: each span, its number, and what the rule says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hustings.apps.review.models import State, Work

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def marked_text(text: str, hits: Sequence[dict[str, Any]]) -> SafeString:
    """The text with every span marked and numbered as in the list of hits; spans are code points [start, end).

    Spans may overlap: a piece under two rules carries both numbers. What lies outside the text marks nothing.
    """
    cuts = sorted({0, len(text)} | {min(max(hit[end], 0), len(text)) for hit in hits for end in ("start", "end")})
    pieces = []
    for start, end in pairwise(cuts):
        over = [number for number, hit in enumerate(hits, 1) if hit["start"] < end and hit["end"] > start]
        ending = [number for number in over if min(hits[number - 1]["end"], len(text)) == end]
        piece = format_html("{}", text[start:end])
        pieces.append(format_html("<mark>{}</mark>{}", piece, numbers(ending)) if over else piece)
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def numbers(hits: Sequence[int]) -> SafeString:
    """Links from a marked piece to what the rules say of it."""
    return format_html_join(
        "", '<sup><a href="#hit-{}"><span class="unseen">rule </span>{}</a></sup>', ((n, n) for n in hits)
    )


@register.filter
def pairs(facts: Mapping[str, Any] | Sequence[Sequence[Any]]) -> list[tuple[Any, Any]]:
    """Facts as (term, words): of pairs in their order, of a mapping by its terms, which a frozen snapshot sorts."""
    return list(facts.items()) if isinstance(facts, Mapping) else [(term, words) for term, words in facts]


@register.filter
def stands(work: Work) -> str:
    """Where a work stands, in words."""
    if work.state == State.SETTLED:
        return "decided"
    if work.state == State.SUPERSEDED:
        return "replaced by a newer version, or taken back"
    return "is held" if work.holder_id is not None else "waits"
