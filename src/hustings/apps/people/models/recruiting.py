"""Filling posts: requisitions that need a clearance, and offers of positions that a person takes up themself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import Change, ClockTimestamp, new_id
from hustings.apps.people.models.organisation import Organisation
from hustings.apps.people.models.person import Person
from hustings.apps.people.models.position import EMPLOYMENTS, Appointment, Position
from hustings.policy.level import Level
from hustings.policy.state import Requisition as State

__all__ = ["Offer", "Requisition", "RequisitionChange"]


class Offer(models.Model):
    """A position offered to a person. Nobody is put into a position: the person takes the offer up, signed in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offers")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="offers")
    employment = models.CharField(max_length=40, default="employee", choices=EMPLOYMENTS)
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ends_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="by the organisation, or declined by the person")

    class Meta:
        db_table = "offer"
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(withdrawn_at__isnull=True), name="offer_taken_or_withdrawn"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position_id} for {self.person_id}"


class Requisition(models.Model):
    """Somebody is looked for, for one position that requires access."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="requisitions")

    class Meta:
        db_table = "requisition"

    def __str__(self) -> str:
        return f"for {self.position_id}"


class RequisitionChange(Change):
    """How far the filling has come, and with whom.

    `stated_level`, `stated_until` are the candidate's own word about their last eligibility and when it lapses; the
    government is asked, not they. `former_agency` is where a former official comes from; of its requests they keep
    out until `cooling_off_until`.
    """

    requisition = models.ForeignKey(Requisition, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=30, choices=choices(State))
    candidate = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    employment = models.CharField(max_length=40, blank=True, choices=EMPLOYMENTS)
    stated_level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)
    stated_until = models.DateTimeField(null=True, blank=True)
    former_agency = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cooling_off_until = models.DateTimeField(null=True, blank=True)

    class Meta(Change.Meta):
        db_table = "requisition_change"
        indexes = [models.Index(fields=["requisition", "-at"], name="requisition_change_latest")]
