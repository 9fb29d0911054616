"""The interface to items: those that the caller may know, and no word about others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.items.models import Item, Label
from hustings.apps.items.words import query_of
from hustings.apps.permission import find, readable
from hustings.apps.tokens.scope import Scope

__all__ = ["MarkingOut", "router"]

router = Router(auth=needs(Scope.READ_ITEMS))

# PostgreSQL keeps no NUL.
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class MarkingOut(Schema):
    """How far an item may travel."""

    tlp: str
    level: int = Field(description="0 unclassified, then as the levels of the installation.")
    compartments: list[str]
    releasable_to: list[str] | None = Field(description="Countries; null when citizenship is not asked.")
    originator_consent: bool = Field(description="Onward only with the originator's consent.")
    need: str = Field(description="Whose need to know is asked: none, role or named.")


class ItemOut(Schema):
    """Something that carries a marking."""

    id: UUID
    kind: str
    title: str
    text: str
    state: str
    made_at: datetime
    case: UUID | None = Field(description="The case it belongs to, if you may know that too.")
    marking: MarkingOut


class ItemPage(Schema):
    """Items, newest first."""

    items: list[ItemOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


def marking(label: Label) -> MarkingOut:
    """A label as programs read it."""
    return MarkingOut(
        tlp=label.tlp,
        level=label.level,
        compartments=label.compartments,
        releasable_to=label.releasable_to,
        originator_consent=label.originator_consent,
        need=label.need,
    )


def out(item: Item, cases: set[UUID]) -> ItemOut:
    """An item as programs read it; a case that may not be known is left out like one that is not."""
    return ItemOut(
        id=item.pk,
        kind=item.kind,
        title=item.title,
        text=item.text,
        state=item.state,
        made_at=item.made_at,
        case=item.case_id if item.case_id in cases else None,
        marking=marking(item.label),
    )


def known_cases(request: HttpRequest, items: list[Item]) -> set[UUID]:
    """Those of the items' cases that the caller may know."""
    cases = {item.case_id for item in items if item.case_id}
    return set(readable(caller(request)).filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()


@router.get("", response=ItemPage, summary="Items that you may know", operation_id="items")
def items(
    request: HttpRequest,
    kind: Annotated[str | None, Query(max_length=30, pattern=r"^[^\x00]*$", description="Only of this kind.")] = None,
    q: Annotated[Text | None, Query(description="Words that title or text contain.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> ItemPage:
    """Newest first. Pages that follow each other show no item twice and skip none that stays readable."""
    rows = readable(caller(request)).select_related("label")
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(search=query_of(q))
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    cases = known_cases(request, found)
    return ItemPage(items=[out(item, cases) for item in found], next=following)


@router.get("/{item}", response=ItemOut, summary="One item", operation_id="item")
def item(request: HttpRequest, item: UUID) -> ItemOut:
    """An item that you may know. Hidden and never there are answered alike."""
    found = find(caller(request), item)
    return out(found, known_cases(request, [found]))
