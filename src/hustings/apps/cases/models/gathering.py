"""Gatherings of people in a case: announced where, for when, seen by how many, held or not, and who was told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.casework import Contact, Counted, TookPlace

__all__ = [
    "Gathering", "GatheringAd", "GatheringAlert", "GatheringFigure", "GatheringHeld", "GatheringNotice", "GatheringUnwitting",
    "OpposedPair", "SafetyContact",
]  # fmt: skip


class Gathering(OfCase):
    """People were called to one place at one time. That it was announced does not say that it took place.

    site, number   where it was announced, and its number there; empty for one that is known by other means
    place          in the words of its source; `country` and `region` as codes (US, US-TX) where they are known
    starts         the moment, where it is known; `day` alone else
    hosts          pages and buyers that announced or advertised it, as their platform names them
    called_off     whether and how it was taken back, as far as is known
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="gatherings")
    site = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=300)
    place = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=6, blank=True)
    country = models.CharField(max_length=2, blank=True)
    day = models.DateField(null=True)
    starts = models.DateTimeField(null=True)
    hosts = ArrayField(models.CharField(max_length=300), default=list)
    called_off = models.CharField(
        max_length=20, blank=True, choices=[("cancelled", "cancelled"), ("removed", "removed")]
    )
    source = models.CharField(max_length=500, help_text="where this is known from")

    class Meta(OfCase.Meta):
        db_table = "gathering"
        ordering = [F("day").asc(nulls_last=True), F("starts").asc(nulls_last=True), "site", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "site", "number"], condition=~Q(number=""), name="gathering_once"),
            models.CheckConstraint(condition=Q(starts__isnull=True) | Q(day__isnull=False), name="gathering_moment_has_its_day"),
        ]  # fmt: skip


class OfGathering(OfCase):
    """Something that somebody said of a gathering."""

    class Meta(OfCase.Meta):
        abstract = True


class GatheringFigure(OfGathering):
    """How many saw it, were interested, or said they would go, by one source. The latest counts; all are kept."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="figures")
    what = models.CharField(max_length=20, choices=choices(Counted))
    value = models.BigIntegerField()
    source = models.CharField(max_length=300)

    class Meta(OfGathering.Meta):
        db_table = "gathering_figure"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0) & ~Q(source=""), name="gathering_figure_has_a_source")
        ]


class GatheringAd(OfGathering):
    """An ad that called to it, by its archive and its number there."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="ads")
    archive = models.CharField(max_length=30)
    number = models.CharField(max_length=200)
    buyer = models.CharField(max_length=300, blank=True)

    class Meta(OfGathering.Meta):
        db_table = "gathering_ad"
        ordering = ["archive", "number"]
        constraints = [models.UniqueConstraint(fields=["gathering", "archive", "number"], name="gathering_ad_once")]


class OpposedPair(OfGathering):
    """Two gatherings stand on opposite sides of a matter, at one place at about one time."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="opposes")
    other = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="opposed_by")
    matter = models.CharField(max_length=300)
    sentence = models.CharField(max_length=500)
    sure = models.BooleanField(
        help_text="both name the day, and the place stands in the words of both; or a person says it"
    )

    class Meta(OfGathering.Meta):
        db_table = "gathering_opposed"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "other", "matter"], name="gathering_opposed_once"),
            models.CheckConstraint(condition=~Q(gathering=F("other")), name="gathering_opposed_to_another"),
        ]


class GatheringHeld(OfGathering):
    """Somebody says whether it took place, and on which evidence. The latest counts; all are kept."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="held")
    answer = models.CharField(max_length=20, choices=choices(TookPlace))
    says = models.CharField(max_length=300, help_text="who says so: a paper, the police, somebody who was there")
    rests_on = ArrayField(models.UUIDField(), default=list, help_text="items of evidence")

    class Meta(OfGathering.Meta):
        db_table = "gathering_held"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer=TookPlace.UNKNOWN.value) | ~Q(says="") & ~Q(rests_on=[]), name="gathering_held_on_evidence"
            )
        ]  # fmt: skip


class GatheringUnwitting(OfGathering):
    """How many people helped or took part without knowing whose call it was. Who they are stands in sealed evidence alone."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="unwitting")
    people = models.PositiveIntegerField()
    rests_on = models.UUIDField(help_text="the sealed evidence that tells who")

    class Meta(OfGathering.Meta):
        db_table = "gathering_unwitting"
        ordering = ["at", "id"]


class GatheringNotice(OfGathering):
    """Whom to tell of it, and when somebody did."""

    gathering = models.ForeignKey(Gathering, on_delete=models.PROTECT, related_name="notices")
    contact = models.CharField(max_length=40, choices=choices(Contact))
    words = models.CharField(max_length=300, blank=True, help_text="which office; never a private person's name")
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfGathering.Meta):
        db_table = "gathering_notice"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False),
                name="gathering_told_by_somebody",
            )
        ]


class SafetyContact(models.Model):
    """Whom an organisation calls about a gathering to come, in words. The latest counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "safety_contact"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.words


class GatheringAlert(models.Model):
    """An organisation was told of a gathering to come; never a second time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    day = models.DateField()
    lead = models.UUIDField(help_text="the lead that told it")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "gathering_alert"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["held_by", "site", "number"], name="gathering_alert_once")]

    def __str__(self) -> str:
        return f"{self.site} {self.number}"
