"""The interface to what was searched for an election: coverage, every search, and those that are due again and again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.elections.models import Search, StandingSearch, Watch
from hustings.apps.elections.searching import standing as acts
from hustings.apps.elections.searching.covered import coverage_of, searches_of, standing_of
from hustings.apps.elections.searching.pages import of_election
from hustings.apps.permission import NotKnown
from hustings.apps.tokens.scope import Scope
from hustings.policy.searching import Outcome, State, What

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ELECTIONS))

Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]


class CellOut(Schema):
    """What was searched of one language on one platform."""

    language: str = Field(description="Code; empty for searches whose language nobody said.")
    what: What
    platform: str
    times: int = Field(description="Searches that looked; 0 where nobody did.")
    tried: int = Field(description="Searches that could not be made.")
    found: int
    last: date | None
    looked_at: int = Field(description="Accounts or ads of the largest of them.")


class CoverageOut(Schema):
    """Where somebody looked, and where nobody did. Platforms from which nothing was ever collected are not in it."""

    languages: list[str]
    cells: list[CellOut]
    blind: int = Field(description="Cells that nobody looked at.")


class SearchOut(Schema):
    """One search, made or not."""

    id: UUID
    standing: UUID
    what: What
    source: str
    platforms: list[str]
    languages: list[str]
    due_on: date
    began_at: datetime
    ended_at: datetime
    outcome: Outcome
    reason: str
    looked_at: int
    found: int
    first: datetime | None
    last: datetime | None
    sweep: UUID | None


class SearchPage(Schema):
    """Searches, newest first."""

    searches: list[SearchOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class StandingOut(Schema):
    """A search that is due again and again."""

    id: UUID
    what: What
    source: str
    languages: list[str]
    purpose: str
    legal_ground: str
    population: str
    state: State
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None


class StandingIn(Schema):
    """What is to be searched, why, and on which ground. It begins when another person agrees."""

    what: What
    source: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""
    languages: Annotated[
        list[Annotated[str, Field(max_length=10, pattern=r"^[^\x00]*$")]], Field(min_length=1, max_length=20)
    ]
    purpose: Text
    legal_ground: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
    population: Text


def watched(request: HttpRequest, key: UUID) -> Watch:
    """The caller's organisation's work on an election; another's and none are answered alike."""
    return of_election(caller(request), key)


@router.get(
    "/{election}/coverage", response=CoverageOut, summary="Where somebody looked", operation_id="election_coverage"
)
def coverage(request: HttpRequest, election: UUID) -> CoverageOut:
    """By language and platform, as far as you may know it."""
    told = coverage_of(caller(request), watched(request, election))
    cells = []
    for language in told.languages:
        for what, platform in told.platforms:
            cell = told.cells.get((language, what, platform))
            cells.append(
                CellOut(
                    language=language, what=what, platform=platform, times=cell.times if cell else 0, tried=cell.tried if cell else 0,
                    found=cell.found if cell else 0, last=cell.last if cell else None, looked_at=cell.looked_at if cell else 0,
                )
            )  # fmt: skip
    return CoverageOut(languages=told.languages, cells=cells, blind=len(told.blind))


@router.get("/{election}/searches", response=SearchPage, summary="Every search", operation_id="election_searches")
def searches(
    request: HttpRequest, election: UUID, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Cursor = None
) -> SearchPage:
    """Newest first, those that found nothing or were not made among them."""
    found, following = page(
        request, searches_of(watched(request, election)), newest_by="began_at", limit=limit, cursor=cursor
    )
    return SearchPage(searches=[search_out(one) for one in found], next=following)


def search_out(one: Search) -> SearchOut:
    """A search as programs read it."""
    return SearchOut(
        id=one.pk, standing=one.standing_id, what=What(one.what), source=one.source, platforms=one.platforms, languages=one.languages,
        due_on=one.due_on, began_at=one.began_at, ended_at=one.ended_at, outcome=Outcome(one.outcome), reason=one.reason,
        looked_at=one.looked_at, found=one.found, first=one.first, last=one.last, sweep=one.sweep,
    )  # fmt: skip


@router.get(
    "/{election}/standing-searches",
    response=list[StandingOut],
    summary="Searches due again and again",
    operation_id="standing_searches",
)
def standing(request: HttpRequest, election: UUID) -> list[StandingOut]:
    """Those that wait for a second person, run, were refused or ended."""
    return [standing_out(one) for one in standing_of(watched(request, election))]


def standing_out(one: StandingSearch) -> StandingOut:
    """A standing search as programs read it."""
    return StandingOut(
        id=one.pk, what=What(one.what), source=one.source, languages=one.languages, purpose=one.purpose, legal_ground=one.legal_ground,
        population=one.population, state=State(one.state), reason=one.reason, asked_by=one.asked_by.person.name, asked_at=one.asked_at,
        agreed_by=one.seconded_by.person.name if one.seconded_by else None, agreed_at=one.seconded_at,
    )  # fmt: skip


@router.post(
    "/{election}/standing-searches", auth=needs(Scope.WRITE_ELECTIONS), response={201: StandingOut}, summary="Ask for a standing search",
    operation_id="ask_standing_search",
)  # fmt: skip
def ask(request: HttpRequest, election: UUID, said: StandingIn) -> Status[StandingOut]:
    """It begins when another person agrees, on its page; no program agrees to anything."""
    watch = watched(request, election)
    made = acts.ask(watch, by=caller(request), **said.dict())
    found = standing_of(watch).filter(pk=made.pk).first()
    if found is None:
        raise NotKnown
    return Status(201, standing_out(found))
