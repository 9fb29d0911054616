"""The tables of vetted access: requests, the ads that each opens, and every look that was taken."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.policy.vetting import Field

__all__ = ["WAYS", "Vetted", "VettedLook", "Vetting"]

WAYS = ("page", "api", "jsonl", "csv")


class Vetting(models.Model):
    """What a researcher asked to read, who received it and who decided. A renewal is another request.

    query     the search of the library, as an address asks it
    fields    what of these ads is asked for beyond what everybody reads
    found     what who received it looked at: the institution, the funding, the safeguards
    place     the place in the library at which the query was answered when it was granted
    salt      under which instruments are marked for this request alone
    token     SHA-256 of the secret with which a program reads in the researcher's name; empty where there is none
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="whom it was asked of"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    institution = models.CharField(max_length=300)
    purpose = models.CharField(max_length=2000, help_text="the question, and why the public library cannot answer it")
    funding = models.CharField(max_length=1000, help_text="who pays, and which interests conflict")
    safeguards = models.CharField(max_length=2000, help_text="who else sees it, where it lies, when it is deleted")
    query = models.CharField(max_length=2000)
    fields = ArrayField(models.CharField(max_length=30, choices=[(one.value, one.value) for one in Field]))
    until = models.DateTimeField()
    asked_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    received_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=2000, blank=True)
    outcome = models.CharField(max_length=10, blank=True, help_text="granted, refused, or empty while nobody decided")
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=2000, blank=True)
    place = models.BigIntegerField(null=True)
    ads = models.IntegerField(null=True, help_text="how many it opens")
    withdrawn_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=2000, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    token = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "library_vetting"
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["token"], name="library_vetting_token", condition=~Q(token=""))]
        constraints = [
            models.CheckConstraint(condition=~Q(fields=[]), name="library_vetting_asks_something"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["granted", "refused"], decided_by__isnull=False, decided_at__isnull=False, received_by__isnull=False)
                & ~Q(reason="") & ~Q(decided_by=F("received_by")),
                name="library_vetting_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="granted") | Q(place__isnull=False, ads__isnull=False) & ~Q(salt="")
                & Q(until__lte=F("decided_at") + models.Value("366 days", models.DurationField())),
                name="library_vetting_ends_within_a_year",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)


class Vetted(models.Model):
    """An ad that a granted request opens: found by its query when it was granted, and no other ever."""

    vetting = models.ForeignKey(Vetting, on_delete=models.PROTECT, related_name="opened")
    number = models.BigIntegerField()

    class Meta:
        db_table = "library_vetted"
        constraints = [models.UniqueConstraint(fields=["vetting", "number"], name="library_vetted_once")]

    def __str__(self) -> str:
        return f"{self.vetting_id} {self.number}"


class VettedLook(models.Model):
    """One page or one portion of a file that a researcher was given: when, in which way, which fields, how many ads."""

    vetting = models.ForeignKey(Vetting, on_delete=models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=[(one, one) for one in WAYS])
    fields = ArrayField(models.CharField(max_length=30))
    first = models.BigIntegerField(null=True, help_text="the highest number given; null where none was left")
    last = models.BigIntegerField(null=True)
    count = models.IntegerField()

    class Meta:
        db_table = "library_vetted_look"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["vetting", "-at"], name="library_vetted_looks")]

    def __str__(self) -> str:
        return f"{self.vetting_id} {self.at}"
