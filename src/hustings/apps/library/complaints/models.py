"""The table of complaints about ads."""

from __future__ import annotations

from typing import Literal, get_args

from django.db import models
from django.db.models import Q

from hustings.apps.dated import new_id
from hustings.apps.people.models import Organisation

__all__ = ["GROUNDS", "Complaint", "Ground"]

Ground = Literal["voting", "payer", "undeclared", "targeting", "foreign", "false person", "illegal", "record"]
GROUNDS: dict[str, str] = {
    "voting": "It says something wrong about when, where or how to vote, or keeps people from voting",
    "payer": "It does not say who paid, or says it wrongly",
    "undeclared": "It is political and does not say so",
    "targeting": "It is aimed at people by what the law forbids",
    "foreign": "It is paid from abroad, where the law forbids that",
    "false person": "Somebody pretends to be another person or organisation",
    "illegal": "It is against another law",
    "record": "What the library says of it is wrong",
}
assert set(get_args(Ground)) == set(GROUNDS)


class Complaint(models.Model):
    """What somebody who saw an ad says against it. Handed in through a function alone; read by who reviews.

    code    by which who handed it in asks how it stands: 80 bits of chance, so that nobody finds another's
    email   where an answer goes, if one is wanted; emptied when it was sent
    due_at  until when it is to be answered
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField(help_text="of the ad in the library")
    ground = models.CharField(max_length=20, choices=list(GROUNDS.items()))
    words = models.CharField(max_length=2000)
    email = models.EmailField(max_length=254, blank=True)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=30, blank=True)
    answer = models.CharField(max_length=500, blank=True, help_text="in the words of the reason for who complained")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "library_complaint"
        indexes = [models.Index(fields=["number", "-at"], name="library_complaints_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="library_complaint_answered",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
