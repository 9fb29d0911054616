"""What was arranged with a partner besides agreements: its name in control sets, mail of what is new, what becomes a lead.

Of each the last row of a partner counts; one that is empty says "no more".
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.sharing.models.partner import Partner, Recorded
from hustings.policy.marking import Tlp

__all__ = ["ACS_NAME", "OFTEN", "ControlSetName", "DigestSent", "DigestWish", "LeadRule"]

OFTEN = ("day", "week")
ACS_NAME = r"^[A-Z]{3}(\.[A-Z0-9_-]{1,30}){1,6}$"  # USA.DHS.CISA


class ControlSetName(Recorded):
    """By which name access control sets (ACS 3.0) mean a partner, or our own organisation."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="acs_names")
    name = models.CharField(max_length=100, blank=True)
    document = models.CharField(max_length=300, help_text="what says so, and where it is kept")

    class Meta(Recorded.Meta):
        db_table = "sharing_acs_name"
        constraints = [
            models.CheckConstraint(condition=Q(name="") | Q(name__regex=ACS_NAME), name="sharing_acs_name_form"),
            models.CheckConstraint(condition=~Q(document=""), name="sharing_acs_name_has_document"),
        ]


class DigestWish(Recorded):
    """A partner asked for a mail of what is new for it, and how often."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="digest_wishes")
    every = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in OFTEN])
    address = models.EmailField(blank=True)
    up_to = models.CharField(
        max_length=20, choices=choices(Tlp), help_text="the strictest traffic light that goes by mail"
    )
    document = models.CharField(max_length=300, help_text="who asked for it, and where that is kept")

    class Meta(Recorded.Meta):
        db_table = "sharing_digest_wish"
        constraints = [
            models.CheckConstraint(condition=Q(every="") | ~Q(address=""), name="sharing_digest_wish_has_address"),
            models.CheckConstraint(
                condition=~Q(up_to__in=[Tlp.RED.value, Tlp.AMBER_STRICT.value]), name="sharing_digest_wish_by_mail"
            ),
            models.CheckConstraint(condition=~Q(document=""), name="sharing_digest_wish_has_document"),
        ]


class DigestSent(Recorded):
    """A mail that went out, or did not: of which time, how many objects it told and how many were only counted.

    problem   the code of why it did not go; the time is then told by the next one
    """

    wish = models.ForeignKey(DigestWish, on_delete=models.PROTECT, related_name="sent")
    since = models.DateTimeField()
    until = models.DateTimeField()
    objects_told = models.IntegerField()
    held_back = models.IntegerField()
    problem = models.CharField(max_length=100, blank=True)

    class Meta(Recorded.Meta):
        db_table = "sharing_digest_sent"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), objects_told__gte=0, held_back__gte=0),
                name="sharing_digest_sent_counts",
            )
        ]


class LeadRule(Recorded):
    """Objects of these types from a partner become leads by themselves while enough of what it sent held up.

    held_up   of what it sent us, at least so many hold up by our last opinion; refuted: and no more than so many do not
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="lead_rules")
    types = ArrayField(models.CharField(max_length=60), default=list)
    held_up = models.PositiveSmallIntegerField()
    refuted = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)

    class Meta(Recorded.Meta):
        db_table = "sharing_lead_rule"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="sharing_lead_rule_has_reason"),
            models.CheckConstraint(condition=Q(types=[]) | Q(held_up__gte=1), name="sharing_lead_rule_asks_something"),
        ]
