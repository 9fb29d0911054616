"""Positions, what they require, and who is in them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import Change, new_id
from hustings.apps.people.models.organisation import Organisation, Site
from hustings.apps.people.models.person import Person
from hustings.policy.level import Level
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = ["EMPLOYMENTS", "Appointment", "AppointmentChange", "Position", "PositionChange"]

EMPLOYMENTS = [(kind, kind) for kind in ("employee", "former official", "consultant", "contractor", "seconded")]


class Position(models.Model):
    """A post at one site of one organisation; it exists whether or not somebody is in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="positions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="positions")
    title = models.CharField(max_length=200)

    class Meta:
        db_table = "position"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class PositionChange(Change):
    """What the position requires and lets do from a moment on, and by which contract or agreement."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=choices(Held), default=Held.IN_FORCE.value)
    roles = ArrayField(models.CharField(max_length=30, choices=choices(Role)), default=list)
    level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0, help_text="required access")
    compartments = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    instrument = models.CharField(max_length=200, blank=True, help_text="contract or agreement it is tied to")

    class Meta(Change.Meta):
        db_table = "position_change"
        indexes = [models.Index(fields=["position", "-at"], name="position_change_latest")]


class Appointment(models.Model):
    """One person in one position. Sessions, accesses and grants belong to appointments, so that who works for two
    employers never carries anything from one to the other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="appointments")
    employment = models.CharField(max_length=40, default="employee", choices=EMPLOYMENTS)

    class Meta:
        db_table = "appointment"
        constraints = [models.UniqueConstraint(fields=["person", "position"], name="appointment_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.position_id}"


class AppointmentChange(Change):
    """The person is in the position, or has left it."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=choices(Held), default=Held.IN_FORCE.value)

    class Meta(Change.Meta):
        db_table = "appointment_change"
        indexes = [models.Index(fields=["appointment", "-at"], name="appointment_change_latest")]
