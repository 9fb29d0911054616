"""The operations room of an election: who is on duty, what happened, what is reported, and whom one calls."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models.watch import Watch
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.operations import ContactKind, Duty, IncidentState, LineKind, Severity

__all__ = ["Contact", "ContactCheck", "Incident", "IncidentLine", "RoomLine", "Shift", "Situation"]


class OfRoom(models.Model):
    """A row that somebody added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Shift(OfRoom):
    """Somebody is on duty, from when until when. Taken back, it stays with who took it back.

    languages   codes of the languages they read there
    reach       how they are called while on duty
    """

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="shifts")
    who = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=choices(Duty))
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    languages = models.CharField(max_length=100, blank=True)
    reach = models.CharField(max_length=200)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfRoom.Meta):
        db_table = "election_shift"
        ordering = ["starts", "ends", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="election_shift_ends_later")]


class Contact(OfRoom):
    """Whom an organisation calls: at a platform, an agency, an electoral authority, a state or local election office."""

    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=choices(ContactKind))
    country = models.CharField(max_length=2, blank=True)
    place = models.CharField(max_length=80, blank=True)
    office = models.CharField(max_length=200, help_text="which platform, agency or office")
    name = models.CharField(max_length=200, blank=True, help_text="who answers there")
    reach = models.CharField(max_length=300, help_text="number or address, and when")
    note = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfRoom.Meta):
        db_table = "election_contact"
        ordering = ["kind", "office", "name", "id"]


class ContactCheck(OfRoom):
    """Somebody tried a contact: on which day, how, and whether anybody answered."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="checks")
    on = models.DateField()
    how = models.CharField(max_length=300)
    answered = models.BooleanField()

    class Meta(OfRoom.Meta):
        db_table = "election_contact_check"
        ordering = ["-on", "-at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(how=""), name="election_contact_check_says_how")]


class Incident(OfRoom):
    """Something that happened around an election. How bad it is and where it stands are those of its latest line."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="incidents")
    title = models.CharField(max_length=300)
    severity = models.PositiveSmallIntegerField(choices=level_choices(Severity))
    state = models.CharField(max_length=10, choices=choices(IncidentState), default=IncidentState.OPEN.value)
    seen_on = models.DateTimeField(help_text="when it was first seen")
    page = models.CharField(max_length=300, blank=True, help_text="the page of a case, lead or ad that it is about")

    class Meta(OfRoom.Meta):
        db_table = "election_incident"
        ordering = ["-severity", "at", "id"]


class IncidentLine(OfRoom):
    """What was found, done or told about an incident, and how bad it was held to be then. Added, never changed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="lines")
    text = models.CharField(max_length=1000)
    severity = models.PositiveSmallIntegerField(choices=level_choices(Severity))
    state = models.CharField(max_length=10, choices=choices(IncidentState))

    class Meta(OfRoom.Meta):
        db_table = "election_incident_line"
        ordering = ["at", "id"]


class RoomLine(OfRoom):
    """A line of the room's log, or the note with which one shift hands over to the next. Added, never changed."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=20, choices=choices(LineKind))
    text = models.CharField(max_length=2000)

    class Meta(OfRoom.Meta):
        db_table = "election_room_line"
        ordering = ["-at", "id"]


class Situation(OfRoom):
    """A situation report: what somebody says, and figures as stored queries gave them at one moment. Added, never changed."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="situations")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=2000)
    as_of = models.DateTimeField()
    figures = models.JSONField()

    class Meta(OfRoom.Meta):
        db_table = "election_situation"
        ordering = ["-number", "id"]
        constraints = [models.UniqueConstraint(fields=["watch", "number"], name="election_situation_once")]
