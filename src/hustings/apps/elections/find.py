"""Reads about elections; everybody may read them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from hustings.apps.elections.models import Election, VotingRule
from hustings.apps.permission import NotKnown

__all__ = ["coming", "find_election", "past", "rules_for"]


def coming(today: date) -> QuerySet[Election]:
    """Elections from today on, the next first; those without a day last."""
    return Election.objects.filter(Q(on__gte=today) | Q(on__isnull=True))


def past(today: date) -> QuerySet[Election]:
    """Elections before today."""
    return Election.objects.filter(on__lt=today)


def find_election(key: UUID) -> Election:
    """One election. Raises NotKnown."""
    found = Election.objects.filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def rules_for(election: Election) -> QuerySet[VotingRule]:
    """How people may vote in it: rules of the election itself, of its place and of its country, the closest first."""
    there = VotingRule.objects.filter(country=election.country)
    if election.on is not None:
        there = there.filter(valid_from__lte=election.on).exclude(valid_to__lt=election.on)
    return there.filter(Q(election=election) | Q(election=None, place__in=["", election.place])).order_by(
        "election", "-place", "-valid_from", "-recorded_at"
    )
