"""The interface of vetted access: a granted cut for the program of its researcher, and the public count of requests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, JsonValue
from pydantic import Field as About

from hustings.apps import database
from hustings.apps.ads.advertiser import advertiser_of
from hustings.apps.api_problem import ApiProblem
from hustings.apps.library.models import Vetting
from hustings.apps.library.vetted.actions import BEGINNING, digest, failing
from hustings.apps.library.vetted.cut import Shut, cursor_of, place_in, read_cut
from hustings.apps.library.vetted.views import counts, sent
from hustings.apps.people.models import Person
from hustings.policy.vetting import Field

__all__ = ["router"]

router = Router(auth=None)  # each operation but the count asks for a request that is open to who calls


class Counts(Schema):
    """How many requests there were, and what became of them."""

    asked: int
    granted: int
    refused: int
    withdrawn: int
    open: int = About(description="Nobody decided yet.")


class VettedAd(Schema):
    """An ad of a cut: by what it is joined to the public files, and the fields that were granted."""

    model_config = ConfigDict(extra="allow")
    number: int
    version: int
    seq: int
    vetted: dict[str, JsonValue] = About(description="The granted fields.")


class Cut(Schema):
    """A page of a cut, the highest number first."""

    items: list[VettedAd]
    next: str | None = About(description="Cursor of the page that follows; null on the last.")
    at: int = About(description="The place at which the library is seen: that of the decision, throughout.")


def opened_to(request: HttpRequest, key: UUID, fields: Collection[str] | None = None) -> Vetting:
    """The request, for the account that asked or the program that it gave a token; everybody else is told that there is none.

    Raises   ApiProblem, naming the conditions that fail
    """
    person = advertiser_of(request)
    given = request.headers.get("Authorization")
    if given is not None:
        kind, _, secret = given.partition(" ")
        of = holder(secret.strip()) if kind.lower() == "bearer" else None
        if of is None:
            raise ApiProblem("not_signed_in")
        if of[0] != key:
            raise ApiProblem("not_known")
        person = Person.objects.get(pk=of[1])
        database.advertiser(person.pk)
    if person is None:
        raise ApiProblem("not_signed_in")
    asked = Vetting.objects.select_related("received_by", "decided_by").filter(pk=key, person=person).first()
    if asked is None:
        raise ApiProblem("not_known")
    failed = failing(asked, person, asked.fields if fields is None else fields, database.moment())
    if failed:
        raise ApiProblem("refused", " ".join(one.sentence for one in failed), conditions=[one.value for one in failed])
    return asked


def holder(secret: str) -> tuple[UUID, UUID] | None:
    """The request and the person that a secret reads for now."""
    if not secret.startswith(BEGINNING):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT vetting, person FROM library_vetting_of_token(%s)", [digest(secret)])
        found: tuple[UUID, UUID] | None = cursor.fetchone()
        return found


@router.get("/counts", response=Counts, summary="Requests of researchers, counted", operation_id="vetted_counts")
def how_many(request: HttpRequest) -> dict[str, int]:  # noqa: ARG001 - everybody may
    """For everybody."""
    return counts()


@router.get("/{uuid:key}", response=Cut, summary="A page of what was granted", operation_id="vetted_cut")
def page(
    request: HttpRequest,
    key: UUID,
    field: Annotated[
        list[Field], Query(max_length=len(Field), description="Fewer of the fields that were granted.")
    ] = [],  # noqa: B006 - ninja reads it
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 100,
    cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before.")] = None,
) -> dict[str, Any]:
    """The highest number first; a walk by `next` gives every ad of the cut once. Each page is noted, with how many ads it had."""
    wanted = [one.value for one in field]
    asked = opened_to(request, key, wanted or None)
    below = None
    if cursor is not None:
        below = place_in(key, cursor)
        if below is None:
            raise ApiProblem("not_your_cursor")
    try:
        rows, more = read_cut(asked, below=below, most=limit, way="api", fields=wanted or None)
    except Shut as shut:
        raise ApiProblem("refused", "Nothing that was granted opens this now.") from shut
    return {
        "items": [row.told() for row in rows],
        "next": cursor_of(key, rows[-1].number) if more else None,
        "at": asked.place or 0,
    }


@router.get(
    "/{uuid:key}/export/{form}",
    summary="All that was granted, in one request",
    operation_id="vetted_export",
    openapi_extra={"responses": {200: {"description": "A file, sent while it is read.", "content": {
        "application/jsonl": {"schema": {"type": "string", "format": "binary"}}, "text/csv": {"schema": {"type": "string", "format": "binary"}}}}}},
)  # fmt: skip
def exported(request: HttpRequest, key: UUID, form: Literal["jsonl", "csv"]) -> StreamingHttpResponse:
    """Each portion is asked for anew, and noted: where it is withdrawn meanwhile, the file ends there."""
    asked = opened_to(request, key)
    return sent(request, asked, form)
