"""Leads that the worker tells by itself: nobody made them, and a person has still to look."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from hustings.apps.audit.record import record
from hustings.apps.cases.leads import About
from hustings.apps.cases.models import Lead, LeadAbout
from hustings.apps.items.actions import label_of, marking_known
from hustings.apps.items.models import Item, Source
from hustings.policy.casework import LeadSource
from hustings.policy.marking import Marking, Need, Tlp, least_upper_bound
from hustings.policy.role import Role

__all__ = ["tell"]


@transaction.atomic
def tell(
    organisation: UUID,
    *,
    source: LeadSource,
    title: str,
    text: str,
    key: str,
    why: Sequence[str],
    score: float | None = None,
    about: Sequence[About] = (),
    sources: Sequence[Item] = (),
) -> Lead:
    """Record a lead for the people who search and review at an organisation; at least as restricted as what it is made from.

    Whoever calls this has taken the worker's role, and sees to it that the same is not told twice.
    """
    own = Marking(
        tlp=Tlp.AMBER_STRICT, owner=str(organisation), need=Need.ROLE,
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.LIAISON, Role.AUDITOR}),
    )  # fmt: skip
    marking = least_upper_bound([own, *map(marking_known, sources)])
    # Where people are named for what it is made from, they are named for it too.
    first = next(iter(sources), None)
    item = Item.objects.create(kind="lead", label=label_of(marking), case=first, title=title[:300], text=text)
    Source.objects.bulk_create(Source(item=item, source=one) for one in sources)
    lead = Lead.objects.create(item=item, source=source, key=key, score=score, why=[one[:500] for one in why])
    LeadAbout.objects.bulk_create(
        LeadAbout(lead=lead, what=one.what, platform=one.platform, name=one.name, item=one.item) for one in about
    )
    record("lead recorded", by=None, about=item, facts={"source": source.value, "about": len(about)})
    return lead
