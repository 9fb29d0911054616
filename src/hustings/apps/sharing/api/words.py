"""What several operations of partners take and give."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from hustings.apps.items.models import SharingGroup
from hustings.apps.permission import NotKnown
from hustings.apps.sharing import find

__all__ = ["SEE", "Free", "MadeOut", "Word", "group_of"]

SEE = "list exchanges"
Word = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
Free = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]


class MadeOut(Schema):
    """What was made."""

    id: UUID


def group_of(key: UUID | None) -> SharingGroup | None:
    """A group that the caller's organisation is in.

    Raises   NotKnown for any other: it is there for nobody else
    """
    if key is None:
        return None
    found = find.groups().filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found
