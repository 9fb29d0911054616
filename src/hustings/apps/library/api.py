"""The library's own interface, for everybody: exact numbers, every version, any moment, and all of it in one request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from hustings.apps.api_problem import ApiProblem
from hustings.apps.library.audiences.people import MOST, people_of
from hustings.apps.library.bulk.export import FORMS, export
from hustings.apps.library.find import Asked, as_it_stood, newest, present, rows_of, search, versions_of
from hustings.apps.library.pace.sending import sent_slowly
from hustings.apps.library.patience import hurry, was_cut
from hustings.apps.library.place import Place, read_place

__all__ = ["router"]

router = Router(auth=None)  # everybody reads

KINDS = {"ads": "ad", "advertisers": "advertiser", "payers": "payer", "pages": "page"}
Words = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Number = Annotated[int, Field(ge=1, le=10**18)]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$", examples=["12.50"])]


def written(pattern: str, expected: str) -> BeforeValidator:
    """Days and moments as text of this form: a bare number would be taken for seconds."""
    form = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and not form.match(value):
            raise ValueError(expected)
        return value

    return BeforeValidator(check)


Day = Annotated[date, written(r"\d{4}-\d{2}-\d{2}$", "a day such as 2016-11-08")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=60, description="`next` of the page before.")]
Moment = Annotated[
    Annotated[AwareDatetime, written(r"\d{4}-\d{2}-\d{2}[Tt ]", "a moment with its zone, such as 2016-11-08T12:00:00Z")]
    | None,
    Query(description="As the library stood at this moment; it needs a zone. A cursor keeps its own."),
]


class Hidden(StrEnum):
    """Why something of a record cannot be read: taken down, or its key destroyed."""

    NOTHING = "nothing"
    REMOVED = "removed"
    EXPUNGED = "expunged"


class Filters(Schema):
    """What is looked for. Parts that are left out ask for nothing; values of one name are alternatives, the parts must all hold."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[Words, Field(description='Words, "phrases", -without.')] = ""
    language: Annotated[
        Name, Field(description="By whose stems words are found; without it, by those of every language.")
    ] = ""
    country: Annotated[list[Country], Field(max_length=40, description="Aimed at one of these.")] = []
    region: Annotated[
        list[Name],
        Field(max_length=40, description="Aimed at or shown in one of these: US-TX and so on, or a name as delivered."),
    ] = []
    archive: Annotated[list[Name], Field(max_length=40)] = []
    platform: Annotated[list[Name], Field(max_length=40)] = []
    state: Annotated[list[Name], Field(max_length=40)] = []
    category: Annotated[list[Name], Field(max_length=40)] = []
    page: Annotated[list[Number], Field(max_length=40)] = []
    advertiser: Annotated[list[Number], Field(max_length=40)] = []
    payer: Annotated[list[Number], Field(max_length=40)] = []
    election: UUID | None = None
    first: Annotated[Day | None, Field(alias="from", description="Shown on this day or later.")] = None
    last: Annotated[Day | None, Field(alias="to", description="Shown on this day or earlier.")] = None
    spend_from: Amount | None = None
    spend_to: Amount | None = None
    impressions_from: Annotated[int | None, Field(ge=0, le=10**18)] = None
    impressions_to: Annotated[int | None, Field(ge=0, le=10**18)] = None
    hidden: Hidden | None = None

    def asked(self) -> Asked:
        """The same in the library's words."""
        return Asked(
            words=self.q.strip(), language=self.language, countries=tuple(self.country), regions=tuple(self.region), archives=tuple(self.archive), platforms=tuple(self.platform),
            states=tuple(self.state), categories=tuple(self.category), pages=tuple(self.page), advertisers=tuple(self.advertiser),
            payers=tuple(self.payer), election=self.election, first=self.first, last=self.last,
            spend_from=None if self.spend_from is None else Decimal(self.spend_from),
            spend_to=None if self.spend_to is None else Decimal(self.spend_to),
            impressions_from=self.impressions_from, impressions_to=self.impressions_to,
            hidden=None if self.hidden is None else "" if self.hidden is Hidden.NOTHING else self.hidden.value,
        )  # fmt: skip


class Record(Schema):
    """A version as anyone may read it. Amounts are text, so that every reader keeps them exactly."""

    model_config = ConfigDict(extra="allow")
    number: int = Field(description="By which the public knows it for ever.")
    kind: Literal["ad", "advertiser", "payer", "page"]
    version: int
    seq: int = Field(description="Its place among all versions of the library.")
    at: datetime = Field(description="When it was published.")
    digest: str = Field(description="SHA-256 of the canonical record, which the log holds.")
    hidden: str = Field(description="Empty, `removed` or `expunged`.")


class Records(Schema):
    """A page of records, the newest number first."""

    items: list[Record]
    next: str | None = Field(description="Cursor of the page that follows; null on the last.")
    at: int = Field(description="The place at which the library is seen; it stays the same throughout a walk.")


def place_of(cursor: str | None, as_of: datetime | None) -> Place:
    """Where a walk begins or goes on."""
    if cursor is None:
        return Place(at=present() if as_of is None else as_it_stood(as_of), number=0)
    place = read_place(cursor, newest=present())
    if place is None:
        raise ApiProblem("not_your_cursor", "This is no `next` of an answer from here. Begin without a cursor.")
    return place


def said(body: object) -> HttpResponse:
    """An answer as it is kept: read into fields and written again it would lose what they do not name."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@contextmanager
def in_time() -> Iterator[None]:
    """What the block asks of the database is cut off where it takes too long, and the reader told so."""
    try:
        with transaction.atomic():
            hurry()
            yield
    except OperationalError as error:
        if not was_cut(error):
            raise
        raise ApiProblem(
            "conflict", "The database would need too long for this. Ask for fewer, or by words, page or advertiser."
        ) from error


def found(kind: str, asked: Asked, *, limit: int, cursor: str | None, as_of: datetime | None) -> HttpResponse:
    """A page of what fits."""
    place = place_of(cursor, as_of)
    rows = search(asked, kind=kind, at=place.at)
    if place.number:
        rows = rows.filter(number__lt=place.number)
    with in_time():
        held = list(rows_of(newest(rows, limit + 1)).values_list("number", "body"))
    more = len(held) > limit
    return said(
        {
            "items": [body for _, body in held[:limit]],
            "next": Place(at=place.at, number=held[limit - 1][0]).cursor if more else None,
            "at": place.at,
        }
    )


@router.get("/ads", response=Records, summary="Search the library", operation_id="library_ads")
def ads(
    request: HttpRequest,  # noqa: ARG001 - everybody may, here and below
    asked: Query[Filters],
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: Moment = None,
) -> HttpResponse:
    """Everything that was published, the newest number first. A walk by `next` is complete and without repeats whatever is added."""
    return found("ad", asked.asked(), limit=limit, cursor=cursor, as_of=as_of)


def listing(kind: str) -> Callable[..., HttpResponse]:
    """The operation that lists a kind."""

    def those(
        request: HttpRequest,  # noqa: ARG001
        q: Annotated[str, Query(max_length=400, pattern=r"^[^\x00]*$", description="Words of its names.")] = "",
        limit: Limit = 50,
        cursor: Cursor = None,
        as_of: Moment = None,
    ) -> HttpResponse:
        """Those that an ad of the library names, the newest number first."""
        return found(kind, Asked(words=q.strip()), limit=limit, cursor=cursor, as_of=as_of)

    return those


def single(kind: str) -> Callable[..., HttpResponse]:
    """The operation that gives one of a kind."""

    def one(request: HttpRequest, number: int, as_of: Moment = None) -> HttpResponse:  # noqa: ARG001
        """As it is now, or as it stood."""
        return said(versions(kind, number, as_of)[0])

    return one


def history(kind: str) -> Callable[..., HttpResponse]:
    """The operation that gives every version of one of a kind."""

    def all_of_it(request: HttpRequest, number: int, as_of: Moment = None) -> HttpResponse:  # noqa: ARG001
        """The newest first."""
        return said(versions(kind, number, as_of))

    return all_of_it


def versions(kind: str, number: int, as_of: datetime | None) -> list[dict[str, Any]]:
    """Every version that there was. Raises ApiProblem where there was none."""
    at = None if as_of is None else as_it_stood(as_of)
    held = (
        list(versions_of(number, at=at).filter(kind=kind).values_list("body", flat=True)) if 0 < number < 2**63 else []
    )
    if not held:
        raise ApiProblem("not_known")
    return held


for plural, kind in KINDS.items():
    if kind != "ad":
        router.get(
            f"/{plural}",
            response=Records,
            summary=f"{plural.capitalize()} in the library",
            operation_id=f"library_{plural}",
        )(listing(kind))
    router.get(
        f"/{plural}/{{number}}", response=Record, summary=f"One {kind} in the library", operation_id=f"library_{kind}"
    )(single(kind))
    router.get(
        f"/{plural}/{{number}}/versions",
        response=list[Record],
        summary=f"Every version of one {kind}",
        operation_id=f"library_{kind}_versions",
    )(history(kind))


class PeopleReached(Schema):
    """How many people saw at least one of the ads, as far as people were counted."""

    ads: int
    without: int = Field(description="Of these ads people were not counted.")
    people: int | None = Field(description="Estimate for the ads that were counted; null where none was.")
    low: int | None = Field(description="Of the interval of 95 %.")
    high: int | None
    at_least: int | None = Field(description="Of all the ads; null where nothing bounds it.")
    at_most: int | None
    impressions: int | None = Field(description="Of all the ads; null where that of one is not known.")
    sentence: str
    at: int = Field(description="The place at which the library is seen.")


@router.get("/reach", response=PeopleReached, summary="People reached by what fits", operation_id="library_reach")
def reached(
    request: HttpRequest,  # noqa: ARG001
    asked: Query[Filters],
    as_of: Moment = None,
) -> dict[str, Any]:
    """Who saw several ads counts once. From merged sketches, never from who the people were; where they were not counted it says so."""
    at = place_of(None, as_of).at
    found = people_of(search(asked.asked(), at=at), as_of)
    if found is None:
        raise ApiProblem("conflict", f"This takes too long, or finds more than {MOST:,} ads. Ask for fewer.")
    told = found.reach
    return {
        "ads": told.ads, "without": told.without, "people": told.people, "low": told.low, "high": told.high, "at_least": found.at_least,
        "at_most": found.at_most, "impressions": told.at_most, "sentence": found.sentence, "at": at,
    }  # fmt: skip


@router.get(
    "/export/{form}",
    summary="All that fits, in one request",
    operation_id="library_export",
    openapi_extra={
        "responses": {
            200: {
                "description": "A file, sent while it is read.",
                "content": {
                    form.media: {"schema": {"type": "string", "format": "binary"}}
                    for name, form in FORMS.items()
                    if name != "csv"  # of the search page
                },
            }
        }
    },
)
def exported(
    request: HttpRequest,
    form: Literal["ads.jsonl", "ads.csv.zip", "ads.parquet", "advertisers.jsonl", "payers.jsonl", "pages.jsonl"],
    asked: Query[Filters],
    as_of: Moment = None,
) -> StreamingHttpResponse:
    """The newest number first, as the library stands now or stood at a moment. The same question of the same moment gives the same bytes."""
    plural, _, ending = form.partition(".")
    at = place_of(None, as_of).at
    made = FORMS[ending]
    wanted = asked.asked()
    parts = sent_slowly(request, export(lambda: search(wanted, kind=KINDS[plural], at=at), form=made))
    response = StreamingHttpResponse(parts, content_type=made.media)
    response["Content-Disposition"] = f'attachment; filename="hustings-{plural}-{at}.{ending}"'
    response["X-Library-Place"] = str(at)
    return response
