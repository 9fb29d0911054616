"""Which objects speak of which, and what we remark on them ourselves."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.taxii.models import StixObject
from hustings.policy.remark import RemarkKind, Word

__all__ = ["Mention", "Remark", "Scanned"]


class Mention(models.Model):
    """An object names another, in one of its references. Known to whoever may know the object that names."""

    id = models.BigAutoField(primary_key=True)
    object = models.ForeignKey(StixObject, on_delete=models.CASCADE, related_name="mentions")
    ref = models.CharField(max_length=300)

    class Meta:
        db_table = "stix_mention"
        constraints = [models.UniqueConstraint(fields=["object", "ref"], name="stix_mention_once")]
        indexes = [models.Index(fields=["ref"], name="stix_mention_of")]

    def __str__(self) -> str:
        return f"{self.object_id} names {self.ref}"


class Scanned(models.Model):
    """The references of an object were read."""

    object = models.OneToOneField(StixObject, primary_key=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "stix_scanned"

    def __str__(self) -> str:
        return str(self.object_id)


class Remark(models.Model):
    """What somebody here says about objects that were shared: a note, or what they hold of it. An item of its own."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="remark")
    refs = ArrayField(models.CharField(max_length=300))
    kind = models.CharField(max_length=10, choices=choices(RemarkKind))
    word = models.CharField(max_length=20, blank=True, choices=choices(Word))
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "joint_remark"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RemarkKind.OPINION.value) & ~Q(word="") | Q(kind=RemarkKind.NOTE.value, word=""),
                name="joint_remark_opinion_has_word",
            ),
            models.CheckConstraint(condition=~Q(refs=[]), name="joint_remark_is_about_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {', '.join(self.refs)}"
