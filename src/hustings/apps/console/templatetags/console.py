"""The components of the console as template tags: `docs/reference/components.md` shows each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hustings.apps.console import words
from hustings.apps.console.marking import Shown, of_label, strictest
from hustings.apps.console.table import Table
from hustings.apps.items.models import Item, Label

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def marking(of: Item | Label | Shown | str | Iterable[Item] | None) -> SafeString:
    """The marking of an item, of a label, or of the strictest of several items, as a pill; nothing for nothing."""
    shown: Shown | None
    if of is None or of == "":
        return SafeString("")
    if isinstance(of, Shown):
        shown = of
    elif isinstance(of, str):
        shown = Shown(words=of, colour=words.colour_of(of))
    elif isinstance(of, Label):
        shown = of_label(of)
    elif isinstance(of, Item):
        shown = of_label(of.label)
    else:
        shown = strictest(of)
    if shown is None:
        return SafeString("")
    return format_html(
        '<span class="mark {}"><span class="unseen">Marking: </span>{}</span>', shown.colour, shown.words
    )


@register.simple_tag
def item(of: Item) -> SafeString:
    """An item by its title, leading to its page where its kind has one."""
    from hustings.apps.console.registry import page_of

    url = page_of(of)
    return format_html('<a href="{}">{}</a>', url, of.title) if url else format_html("{}", of.title)


@register.simple_tag
def time(moment: datetime | None, otherwise: str = "no end") -> SafeString:
    """A moment with its zone, as 26 Sep 2021, 14:03 UTC."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', otherwise)
    at = moment.astimezone(UTC)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), words.moment(at))


@register.simple_tag
def day(of: date | datetime | None, otherwise: str = "no end") -> SafeString:
    """A day, as 26 Sep 2021."""
    if of is None:
        return format_html('<span class="quiet">{}</span>', otherwise)
    on = of.astimezone(UTC).date() if isinstance(of, datetime) else of
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words.day(on))


class Again(template.Node):
    """What a block of this page says, once more: the title is the heading too."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        """The block as the page at hand says it."""
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks is not None else None
        if block is None:
            return SafeString("")
        with context.push():
            return block.nodelist.render(context)


@register.tag
def again(parser: Parser, token: Token) -> Again:  # noqa: ARG001 - the shape of a tag
    """{% again "title" %}: what the block `title` says, once more."""
    return Again(token.split_contents()[1].strip("\"'"))


@register.filter
def number(of: float | Decimal | None) -> str:
    """A number with its thousands apart: 218,971."""
    return words.number(of)


@register.simple_tag
def key(letter: str) -> SafeString:
    """The key that does the same as the button it stands in; the button says it in `data-key` too."""
    return format_html("<kbd>{}</kbd>", letter.upper() if len(letter) == 1 and letter.isalpha() else letter)


@register.simple_tag(takes_context=True)
def table(context: Context, of: Table) -> SafeString:
    """A table: sorted by its heads, filtered, paged, and taken out as CSV, with or without scripts."""
    return mark_safe(render_to_string("console/parts/table.html", {"table": of}, request=context.get("request")))  # noqa: S308 - a template of ours


@register.inclusion_tag("console/parts/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Earlier and later of a paginated list; keeps the rest of the query."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def to(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return "?" + query.urlencode()

    return {
        "page": page,
        "earlier": to(page.previous_page_number()) if page.has_previous() else None,
        "later": to(page.next_page_number()) if page.has_next() else None,
    }


@register.inclusion_tag("console/parts/history.html")
def history(changes: Iterable[Any]) -> dict[str, Any]:
    """A dated history, newest first: objects with at, sentence, and if they have them document, note, recorded_at."""
    return {"changes": list(changes)}


@register.inclusion_tag("console/parts/tabs.html", takes_context=True)
def tabs(context: Context, of: Iterable[tuple[str, str]], label: str = "Parts of this page") -> dict[str, Any]:
    """Parts of a page that have an address each: (title, address) pairs; the one that is open is told apart."""
    request = context.get("request")
    here = request.path if request is not None else ""
    return {"tabs": [(title, url, url.split("?")[0] == here) for title, url in of], "label": label}


@register.simple_block_tag
def note(content: str, title: str = "What this does not show", tone: str = "warn") -> SafeString:
    """A sentence that stands beside a claim; `tone` is warn, stop or calm."""
    return format_html('<div class="note {}"><b>{}.</b> {}</div>', tone, title, SafeString(content))


@register.simple_block_tag
def state(content: str, kind: str = "empty", title: str = "") -> SafeString:
    """A designed state in the place of what is not there: empty, loading, partial, refused or failed."""
    live = SafeString(' role="status"') if kind in ("loading", "failed") else SafeString("")
    return format_html(
        '<section class="state {}"{}><h2>{}</h2><div>{}</div></section>', kind, live, title, SafeString(content)
    )


@register.simple_block_tag
def disclosure(content: str, title: str, opened: bool = False) -> SafeString:
    """What most readers do not need at once."""
    return format_html(
        '<details class="more"{}><summary>{}</summary><div>{}</div></details>',
        SafeString(" open" if opened else ""),
        title,
        SafeString(content),
    )


@register.inclusion_tag("console/parts/confirm.html", takes_context=True)
def confirm(
    context: Context,
    url: str,
    words: str,
    question: str,
    undo: str = "This cannot be undone.",
    reason: bool = True,
    destructive: bool = True,
    name: str = "",
    value: str = "",
) -> dict[str, Any]:
    """A step that is asked about before it is taken: says what it does, whether it can be undone, and takes a reason."""
    return {
        "url": url,
        "words": words,
        "question": question,
        "undo": undo,
        "reason": reason,
        "destructive": destructive,
        "name": name,
        "value": value,
        "csrf_token": context.get("csrf_token"),
    }
