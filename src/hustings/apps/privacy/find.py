"""Reads about requests and deletions."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery

from hustings.apps.audit.models import Leaf
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.apps.privacy.models import Deletion, SubjectRequest

__all__ = ["answering", "deletions", "find_request", "requests"]


def deletions() -> QuerySet[Deletion]:
    """What was deleted, newest first, as far as the log that tells of it may be read, with the place in that log."""
    place = Leaf.objects.filter(pk=OuterRef("entry")).values("index")[:1]
    return Deletion.objects.annotate(index=Subquery(place, output_field=IntegerField())).order_by("-at")


def answering() -> list[tuple[UUID, str]]:
    """The organisations that answer people about their data."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM answering_organisations() ORDER BY name")
        return [(row[0], row[1]) for row in cursor.fetchall()]


def requests(seat: Seat) -> QuerySet[SubjectRequest]:
    """Requests that this person may know, the next due first."""
    return (
        SubjectRequest.objects.filter(item__in=readable(seat).values("pk"))
        .select_related("item__label", "organisation", "proposed_by__person", "decided_by__person", "shown_by__person")
        .order_by(F("decided_at").asc(nulls_first=True), "due_at")
    )


def find_request(seat: Seat, key: UUID) -> SubjectRequest:
    """One request. Raises NotKnown for one that is not there or not for this reader: nobody can tell which."""
    found = requests(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found
