"""The interface of complaints, for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from allauth.core.ratelimit import consume
from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field

from hustings.apps.api_problem import ApiProblem
from hustings.apps.library.complaints.actions import LONGEST, ad_shown, complain, standing
from hustings.apps.library.complaints.models import GROUNDS, Ground

__all__ = ["router"]

router = Router(auth=None)


class ComplaintIn(Schema):
    """What somebody says against an ad."""

    model_config = ConfigDict(extra="forbid")
    ad: int = Field(ge=1, le=10**18, description="Number of the ad in the library.")
    ground: Ground = Field(description=" ".join(f"`{code}`: {said}." for code, said in GROUNDS.items()))
    words: str = Field(
        min_length=1, max_length=LONGEST, pattern=r"^[^\x00]*$", description="How one can see it; never published."
    )
    email: Annotated[
        str,
        Field(
            max_length=254,
            pattern=r"^$|^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$",
            description="Only for a letter with the answer.",
        ),
    ] = ""


class ComplaintOut(Schema):
    """How a complaint stands: nothing of what it says."""

    complaint: str = Field(description="Its number. Who knows it may ask how it stands.")
    ad: int
    at: datetime
    due_at: datetime = Field(
        description="Until when it is to be answered: within 48 hours in the last month before an election."
    )
    outcome: str = Field(description="Empty while nobody decided.")
    answer: str
    answered_at: datetime | None


def out(code: str) -> ComplaintOut:
    """Raises ApiProblem where there is none of that number."""
    held = standing(code)
    if held is None:
        raise ApiProblem("not_known")
    return ComplaintOut(
        complaint=code.upper(),
        ad=held.ad,
        at=held.at,
        due_at=held.due_at,
        outcome=held.outcome,
        answer=held.answer,
        answered_at=held.answered_at,
    )


@router.post("", response={201: ComplaintOut}, summary="Complain about an ad", operation_id="complain")
def post(request: HttpRequest, given: ComplaintIn) -> Status[ComplaintOut]:
    """Without an account. It goes before the people who decide; the same again is the same complaint."""
    ad_shown(given.ad)
    if not consume(request, action="library_complaint", key=str(given.ad)):
        raise ApiProblem(
            "too_many",
            "Too many complaints from one address, or about one ad, within the hour.",
            headers={"Retry-After": "3600"},
        )
    code, _ = complain(given.ad, ground=given.ground, words=given.words, email=given.email)
    return Status(201, out(code))


@router.get("/{code}", response=ComplaintOut, summary="How a complaint stands", operation_id="complaint")
def one(
    request: HttpRequest,  # noqa: ARG001 - who knows the number may
    code: Annotated[str, Path(pattern=r"^[2-9A-Za-z]{4}(-[2-9A-Za-z]{4}){3}$")],
) -> ComplaintOut:
    """By its number."""
    return out(code)
