"""What was deleted, what people asked about themselves, and who is left out of later findings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.audit.models import Log
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.subject_request import State, Wanted

__all__ = ["Deletion", "ExemptActor", "SubjectRequest"]


class Deletion(models.Model):
    """One batch of rows that were past their time and are gone.

    `digest` is the SHA-256 of their keys, sorted and joined by line ends: whoever has a list of keys can see whether
    it is the one. It is empty where the keys would tell something (addresses in counts). `entry` tells it in the log.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    table = models.CharField(max_length=63)
    rows = models.IntegerField()
    digest = models.CharField(max_length=64, blank=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    entry = models.UUIDField(unique=True)

    class Meta:
        db_table = "deletion"
        ordering = ["-at"]
        indexes = [models.Index(fields=["log", "-at"], name="deletion_newest")]

    def __str__(self) -> str:
        return f"{self.rows} of {self.table}"


class SubjectRequest(models.Model):
    """What somebody asks about an account that they say is theirs. Handed in by a visitor, through a function alone."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="subject_request")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=20, choices=choices(Wanted))
    platform = models.CharField(max_length=40)
    account = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    showing = models.CharField(max_length=1000, help_text="how they can show that the account is theirs")
    words = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=choices(State), default=State.RECEIVED.value)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_for = models.CharField(max_length=500, blank=True, help_text="why it takes longer, as the person was told")
    shown_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(null=True)
    shown_how = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=500, blank=True, help_text="of a refusal")
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "subject_request"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED.value)
                | Q(ground__gt="", decided_by__isnull=False, proposed_by__isnull=False)
                & ~Q(decided_by=models.F("proposed_by")),
                name="request_refused_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ANSWERED.value) | Q(shown_by__isnull=False, answer__gt=""),
                name="request_answered_to_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.item_id}"


class ExemptActor(models.Model):
    """An account whose holder's objection was upheld: the organisation leaves it out of what it loads later.

    Only the pseudonym is kept, so the list names nobody.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(max_length=240)
    added_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "exempt_actor"
        constraints = [models.UniqueConstraint(fields=["organisation", "pseudonym"], name="exempt_actor_once")]

    def __str__(self) -> str:
        return self.pseudonym
