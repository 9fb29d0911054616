"""Who we work with: in which capacity, by which agreement, whom to call, and whether they answered when it was tried."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Tlp

__all__ = ["WAYS", "Agreement", "AgreementEnd", "CapacityChange", "Contact", "ContactCheck", "ContactEnd", "Drill", "DrillCall",
           "Partner", "Recorded"]  # fmt: skip

WAYS = ("here", "taxii", "document")


class Recorded(models.Model):
    """A row that somebody recorded at a moment; added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Partner(Recorded):
    """An organisation that `held_by` works with. Its own organisation is one too, so that its capacity is recorded.

    way   how what passes gets there: its people sit here, its installation takes it over TAXII, or on paper and by mail
    """

    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=[(one, one) for one in WAYS])
    address = models.CharField(max_length=300, blank=True, help_text="where mail to it goes")
    identity = models.CharField(
        max_length=60, blank=True, help_text="STIX identity by which its installation names itself"
    )

    class Meta(Recorded.Meta):
        db_table = "sharing_partner"
        constraints = [
            models.UniqueConstraint(fields=["held_by", "organisation"], name="sharing_partner_once"),
            models.UniqueConstraint(
                fields=["held_by", "identity"], condition=~Q(identity=""), name="sharing_partner_identity_once"
            ),
            models.CheckConstraint(
                condition=Q(identity="") | Q(identity__regex=r"^identity--[0-9a-f-]{36}$"),
                name="sharing_partner_identity",
            ),
        ]


class CapacityChange(Recorded):
    """In which capacity a partner deals with us from a day on; empty: in none any more."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="capacities")
    since = models.DateTimeField()
    capacity = models.CharField(max_length=30, choices=choices(Capacity), blank=True)
    document = models.CharField(
        max_length=300, help_text="what says so: a law, charter or letter, and where it is kept"
    )

    class Meta(Recorded.Meta):
        db_table = "sharing_capacity"
        indexes = [models.Index(fields=["partner", "-since"], name="sharing_capacity_latest")]
        constraints = [models.CheckConstraint(condition=~Q(document=""), name="sharing_capacity_has_document")]


class Agreement(Recorded):
    """What a partner and we agreed on: from when to when, and what may pass by default, up to which traffic light."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=200, help_text="number and where the signed copy is kept")
    starts_on = models.DateField()
    ends_on = models.DateField()
    sorts = ArrayField(models.CharField(max_length=30, choices=choices(Sort)))
    matters = ArrayField(models.CharField(max_length=30, choices=choices(Matter)))
    up_to = models.CharField(max_length=20, choices=choices(Tlp), help_text="the strictest traffic light that passes")

    class Meta(Recorded.Meta):
        db_table = "sharing_agreement"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sharing_agreement_ends_after"),
            models.CheckConstraint(condition=~Q(up_to=Tlp.RED.value), name="sharing_agreement_never_red"),
        ]


class AgreementEnd(Recorded):
    """An agreement ended before its time."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="ended")
    why = models.CharField(max_length=500)

    class Meta(Recorded.Meta):
        db_table = "sharing_agreement_end"
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="sharing_agreement_ended_for_a_reason")]


class Contact(Recorded):
    """Whom one calls at a partner, and after whom: `above` is who is called when this one does not answer."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contacts")
    above = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="below")
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=200)
    reach = models.CharField(max_length=300, help_text="number or address, and when")

    class Meta(Recorded.Meta):
        db_table = "sharing_contact"
        constraints = [models.CheckConstraint(condition=~Q(above=F("id")), name="sharing_contact_above_another")]


class ContactEnd(Recorded):
    """Somebody is not called any more."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="ended")

    class Meta(Recorded.Meta):
        db_table = "sharing_contact_end"


class ContactCheck(Recorded):
    """Somebody looked whether a contact is still right."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="checks")
    on = models.DateField()
    how = models.CharField(max_length=300)
    right = models.BooleanField()

    class Meta(Recorded.Meta):
        db_table = "sharing_contact_check"
        constraints = [models.CheckConstraint(condition=~Q(how=""), name="sharing_contact_check_says_how")]


class Drill(Recorded):
    """The contacts were tried as if it were needed."""

    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    on = models.DateField()
    scenario = models.CharField(max_length=1000)

    class Meta(Recorded.Meta):
        db_table = "sharing_drill"


class DrillCall(Recorded):
    """Who was called in a drill, and whether they answered after how long."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="calls")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="calls")
    answered = models.BooleanField()
    minutes = models.IntegerField(null=True, help_text="until they answered")
    note = models.CharField(max_length=500, blank=True)

    class Meta(Recorded.Meta):
        db_table = "sharing_drill_call"
        constraints = [
            models.UniqueConstraint(fields=["drill", "contact"], name="sharing_drill_call_once"),
            models.CheckConstraint(
                condition=Q(answered=True, minutes__gte=0) | Q(answered=False, minutes__isnull=True),
                name="sharing_drill_call_answered_after",
            ),
        ]
