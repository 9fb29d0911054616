"""What readers have signed, and the compartments they are read into."""

from __future__ import annotations

from django.db import models

from hustings.apps.choices import choices
from hustings.apps.dated import Change, new_id
from hustings.apps.people.models.person import Person
from hustings.apps.people.models.position import Appointment
from hustings.policy.state import Agreement, AgreementKind, ReadIn

__all__ = ["AgreementChange", "Compartment", "ReadInChange"]


class AgreementChange(Change):
    """An agreement signed, a training or briefing done; `until` is the first moment it no longer counts."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=40, choices=choices(AgreementKind))
    state = models.CharField(max_length=20, choices=choices(Agreement), default=Agreement.SIGNED.value)
    until = models.DateTimeField(null=True, blank=True)

    class Meta(Change.Meta):
        db_table = "agreement_change"
        indexes = [models.Index(fields=["person", "kind", "-at"], name="agreement_change_latest")]


class Compartment(models.Model):
    """A circle that needs reading in beyond the level. Its very name may be restricted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60, unique=True)

    class Meta:
        db_table = "compartment"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ReadInChange(Change):
    """A person in a position is read into a compartment, or debriefed from it."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="read_ins")
    compartment = models.ForeignKey(Compartment, to_field="code", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(ReadIn), default=ReadIn.READ_IN.value)

    class Meta(Change.Meta):
        db_table = "read_in_change"
        indexes = [models.Index(fields=["appointment", "compartment", "-at"], name="read_in_change_latest")]
