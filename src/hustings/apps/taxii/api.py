"""The interface to the exchange for programs of one's own: how far each subscription is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.permission import allow
from hustings.apps.taxii.models import Subscription
from hustings.apps.taxii.views import SEE, subscriptions
from hustings.apps.tokens.scope import Scope

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_ITEMS))


class SubscriptionOut(Schema):
    """A collection of a partner that is read or written."""

    id: UUID
    partner: str
    direction: str = Field(description="poll: fetched into ours; push: brought to theirs.")
    collection: UUID = Field(description="Ours.")
    url: str = Field(description="API root of the partner.")
    objects_moved: int
    last_ok_at: datetime | None
    last_error: str
    failures: int = Field(description="In a row; 0 when it went well last.")
    paused: bool


class SubscriptionList(Schema):
    """All subscriptions of one's own organisation, the oldest first."""

    subscriptions: list[SubscriptionOut]


def out(row: Subscription) -> SubscriptionOut:
    """A subscription as programs read it; no secret is among it."""
    return SubscriptionOut(
        id=row.pk,
        partner=row.account.position.organisation.name,
        direction=row.direction,
        collection=row.collection_id,
        url=row.url,
        objects_moved=row.objects_moved,
        last_ok_at=row.last_ok_at,
        last_error=row.last_error,
        failures=row.failures,
        paused=row.paused_at is not None,
    )


@router.get(
    "/subscriptions",
    response=SubscriptionList,
    summary="What is fetched and brought",
    operation_id="exchange_subscriptions",
)
def listed(request: HttpRequest) -> SubscriptionList:
    """How far each subscription of one's own organisation is."""
    seat = caller(request)
    allow(seat, SEE)
    return SubscriptionList(subscriptions=[out(row) for row in subscriptions(seat)])
