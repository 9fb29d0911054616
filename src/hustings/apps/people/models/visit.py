"""Hours booked in a reading room, where what is not kept here is read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import Change, new_id
from hustings.apps.people.models.organisation import Site
from hustings.apps.people.models.position import Appointment
from hustings.policy.level import Level
from hustings.policy.state import Visit as State

__all__ = ["Visit", "VisitChange"]


class Visit(models.Model):
    """A person in a position goes to a site for some hours; level and need-to-know are sent ahead.

    `item` is the pointer to be read. It is no foreign key: whether it exists is asked through the rules on reading.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField(choices=level_choices(Level))
    item = models.UUIDField()
    purpose = models.CharField(max_length=300)

    class Meta:
        db_table = "visit"
        indexes = [models.Index(fields=["appointment", "starts_at"], name="visit_of")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after")]

    def __str__(self) -> str:
        return f"{self.appointment_id} at {self.site_id}"


class VisitChange(Change):
    """Whether the visit was asked for, authorised, refused, cancelled or done."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=choices(State))

    class Meta(Change.Meta):
        db_table = "visit_change"
        indexes = [models.Index(fields=["visit", "-at"], name="visit_change_latest")]
