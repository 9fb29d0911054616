"""Who began what: kept by item through every derivation; what evidence was gathered without a tip; the public count."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models import Evidence
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp
from hustings.apps.people.models import Organisation
from hustings.apps.sharing.models.partner import Recorded
from hustings.policy.capacity import Capacity
from hustings.policy.origin import Starter

__all__ = ["COUNTS", "GatheredWithout", "ItemOrigin", "PublicCount", "ToldBeginning"]

COUNTS = ("actions", "requests", "answers", "tips refused")


class ItemOrigin(models.Model):
    """An item began, by however many steps, with something that others told or asked. Written by triggers alone.

    root          the item with which it began here; who may not know that one does not know this row
    organisation  who told us; the capacity is that of whom it began with
    Items that somebody deleted leave their rows, so that what was made from them keeps its beginning.
    """

    id = models.BigAutoField(primary_key=True)
    item = models.UUIDField()
    starter = models.CharField(max_length=12, choices=choices(Starter))
    capacity = models.CharField(max_length=30, choices=choices(Capacity), blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    root = models.UUIDField()
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "item_origin"
        constraints = [models.UniqueConstraint(fields=["item", "root", "starter", "capacity"], name="item_origin_once")]

    def __str__(self) -> str:
        return f"{self.item} began with {self.root}"


class ToldBeginning(models.Model):
    """Another installation said who began what an object tells; it holds for what the same one handed in under that id.

    told_in   the item it said so in; who may not know that one does not know this row
    Whether the object or this comes first makes no difference: triggers carry it either way.
    """

    id = models.BigAutoField(primary_key=True)
    told_in = models.UUIDField()
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=300)
    starter = models.CharField(max_length=12, choices=choices(Starter))
    capacity = models.CharField(max_length=30, choices=choices(Capacity), blank=True)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "sharing_told_beginning"
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "ref", "starter", "capacity"], name="sharing_told_beginning_once"
            ),
            models.CheckConstraint(condition=~Q(starter=Starter.OWN.value), name="sharing_told_beginning_never_own"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} from {self.sender_id}"


class GatheredWithout(Recorded):
    """A named person stands by it: this evidence was gathered without what a government told."""

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="gathered_without")
    how = models.CharField(max_length=1000, help_text="how it was found, so that another can follow")

    class Meta(Recorded.Meta):
        db_table = "sharing_gathered_without"
        constraints = [models.CheckConstraint(condition=~Q(how=""), name="sharing_gathered_without_says_how")]


class PublicCount(models.Model):
    """What was told the public of one quarter, once and for ever: see `policy.origin.counted`."""

    id = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=20, choices=[(one, one) for one in COUNTS])
    counts_from = models.DateField()
    since = models.DateField()
    until = models.DateField()
    floor = models.SmallIntegerField()
    numbers = models.JSONField(help_text="[{groups: [...], number}]; empty where all are fewer than the floor")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "sharing_public_count"
        ordering = ["what", "since"]
        constraints = [
            models.UniqueConstraint(fields=["what", "since"], name="sharing_public_count_once"),
            models.CheckConstraint(
                condition=Q(counts_from__lte=F("since"), until__gt=F("since"), floor__gte=5),
                name="sharing_public_count_floor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.since}"
