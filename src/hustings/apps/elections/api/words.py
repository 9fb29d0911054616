"""What the interfaces to elections have in common: how long texts may be, and who a colleague is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Query, Schema
from pydantic import ConfigDict, Field

from hustings.apps.elections import planning
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.errors import BadInput, Problem

__all__ = ["Code", "Cursor", "Limit", "Line", "Name", "Path", "Short", "Strict", "Text", "Web", "colleague"]

# PostgreSQL keeps no NUL; halves of surrogate pairs are refused by the reader of JSON.
Name = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Line = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=2, pattern=r"^([A-Z]{2})?$")]
Web = Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\x00]*)?$")]
Path = Annotated[str, Field(max_length=300, pattern=r"^(/([^/\\\x00][^\\\x00]*)?)?$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]


class Strict(Schema):
    """What is sent in; a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


def colleague(seat: Seat, key: UUID | None) -> Appointment | None:
    """A colleague by their key.

    Raises   BadInput for somebody who is none
    """
    if key is None:
        return None
    found = planning.colleagues(seat).filter(pk=key).first()
    if found is None:
        raise BadInput("There is no such colleague.", [Problem(where="owner", found=str(key), expected="an appointment at your organisation", do="Look it up under /me.")])  # fmt: skip
    return found
