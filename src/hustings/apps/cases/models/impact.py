"""Impact of a campaign: what somebody saw of how far it broke out, and which category somebody judges it to be."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.cases.models.campaign import Campaign
from hustings.apps.cases.models.case import OfCase
from hustings.apps.choices import choices
from hustings.apps.items.models import Item
from hustings.policy.impact import Step

__all__ = ["ImpactJudgement", "ImpactObservation"]


class ImpactObservation(OfCase):
    """Somebody saw a campaign taken up beyond its own assets, or seen where it began.

    times, unit   how often or by how many it was taken up, and of what: posts, shares, broadcasts; null where nobody counted
    rests_on      the item that shows it; empty where the source can be read by everybody
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="observations")
    step = models.CharField(max_length=60, choices=choices(Step))
    text = models.CharField(max_length=1000, help_text="what was seen, where and when")
    seen_on = models.DateField(null=True)
    times = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=500)
    rests_on = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfCase.Meta):
        db_table = "impact_observation"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(source=""), name="impact_observation_says_what_and_whence"),
            models.CheckConstraint(
                condition=Q(times__isnull=True, unit="") | Q(times__gte=0) & ~Q(unit=""), name="impact_observation_counts_something"
            ),
        ]  # fmt: skip


class ImpactJudgement(OfCase):
    """Somebody judges in their own name how far a campaign broke out. The latest counts; all are kept."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="judgements")
    category = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    observations = ArrayField(models.UUIDField(), help_text="what was observed by then, on which it rests")

    class Meta(OfCase.Meta):
        db_table = "impact_judgement"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(category__gte=1, category__lte=6), name="impact_category_of_six"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(observations=[]), name="impact_judged_on_observations"),
        ]
