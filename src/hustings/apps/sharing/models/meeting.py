"""Meetings of partners: agenda and minutes point by point, each under its own marking; who attends, and who is to do what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.sharing.models.partner import Recorded
from hustings.policy.capacity import Capacity

__all__ = ["Attendee", "AttendeeLeft", "Meeting", "MeetingAction", "MeetingActionDone", "Minute", "Point"]


class Meeting(models.Model):
    """A meeting; its item carries the marking of its title and time."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.PROTECT, related_name="meeting")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "sharing_meeting"
        ordering = ["starts_at", "item"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sharing_meeting_ends")]

    def __str__(self) -> str:
        return f"meeting {self.item_id}"


class Attendee(Recorded):
    """Somebody is to attend. Who has a position here hears what its holder may know; a guest by name hears what is for all.

    capacity   in which their organisation attends, as recorded when they were asked
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendees")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True, help_text="of a guest")
    capacity = models.CharField(max_length=30, choices=choices(Capacity))

    class Meta(Recorded.Meta):
        db_table = "sharing_attendee"
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, name="") | Q(appointment__isnull=True) & ~Q(name=""),
                name="sharing_attendee_is_somebody",
            ),
            models.UniqueConstraint(
                fields=["meeting", "appointment", "organisation", "name"],
                nulls_distinct=False,
                name="sharing_attendee_once",
            ),
        ]


class AttendeeLeft(Recorded):
    """They do not attend after all, or did not."""

    attendee = models.OneToOneField(Attendee, on_delete=models.PROTECT, related_name="left")

    class Meta(Recorded.Meta):
        db_table = "sharing_attendee_left"


class Point(models.Model):
    """A point of the agenda: an item, whose marking says who may hear it."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.PROTECT, related_name="agenda_point")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="points")
    place = models.SmallIntegerField()

    class Meta:
        db_table = "sharing_point"
        ordering = ["place", "item"]
        constraints = [models.UniqueConstraint(fields=["meeting", "place"], name="sharing_point_place")]

    def __str__(self) -> str:
        return f"point {self.item_id}"


class Minute(models.Model):
    """What was said on a point: an item at least as restricted as the point."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.PROTECT, related_name="minute")
    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="minutes")

    class Meta:
        db_table = "sharing_minute"

    def __str__(self) -> str:
        return f"minute {self.item_id}"


class MeetingAction(Recorded):
    """Who is to do what by when; as restricted as the point it came of."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=500)
    owner = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()

    class Meta(Recorded.Meta):
        db_table = "sharing_meeting_action"


class MeetingActionDone(Recorded):
    """It was done, or dropped for a reason."""

    action = models.OneToOneField(MeetingAction, on_delete=models.PROTECT, related_name="done")
    result = models.CharField(max_length=500)

    class Meta(Recorded.Meta):
        db_table = "sharing_meeting_action_done"
        constraints = [models.CheckConstraint(condition=~Q(result=""), name="sharing_meeting_action_has_result")]
