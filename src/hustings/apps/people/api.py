"""The interface about the caller itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, holder
from hustings.apps.api_problem import ApiProblem
from hustings.apps.tokens.actions import end_token
from hustings.apps.tokens.models import Token

__all__ = ["router"]

router = Router()


class Me(Schema):
    """Who calls, in which position, within what, until when."""

    person: UUID
    name: str
    appointment: UUID
    position: str
    organisation: str
    roles: list[str] = Field(description="Roles of the position now.")
    scopes: list[str] | None = Field(description="What the token is for; null for a session, which has no scopes.")
    ends_at: datetime | None = Field(description="When the token ends; null for a session.")


@router.get("", response=Me, summary="Who I am here", operation_id="me")
def me(request: HttpRequest) -> Me:
    """The person and position that this call acts for."""
    seat, token = caller(request), holder(request)
    return Me(
        person=seat.person.pk,
        name=seat.person.name,
        appointment=seat.id,
        position=seat.appointment.position.title,
        organisation=seat.appointment.position.organisation.name,
        roles=sorted(seat.roles),
        scopes=sorted(token.scopes) if token else None,
        ends_at=token.ends_at if token else None,
    )


@router.delete("/token", response={204: None}, summary="End the token of this call", operation_id="end_token")
def end(request: HttpRequest) -> Status[None]:
    """A program that no longer needs its token, or fears that it leaked, ends it here. Sessions have none: 409."""
    token = holder(request)
    if token is None:
        raise ApiProblem("conflict", "This call came with a session, not with a token.")
    end_token(Token.objects.get(pk=token.token), by=token.seat)
    return Status(204, None)
