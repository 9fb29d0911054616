"""By which rules an organisation reviews, version by version, and the seed of what is drawn by chance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation

__all__ = ["Draw", "Rules"]


class Rules(models.Model):
    """How much goes by chance, what a second person looks at, and how much of what is hard to bear anybody is given.

    The newest row of an organisation is in force; without one, every work has the looks that it was asked with, nothing
    goes by chance and nobody is kept from anything. Percentages are of claims (`chance`) and of first decisions.

    caps            topic -> [minutes, items] a day; a topic that is not there has no cap
    run_minutes     so long in a row on such topics, then a break from them of `break_minutes`
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    chance = models.SmallIntegerField(default=0)
    second_removal = models.SmallIntegerField(default=0, help_text="what removes an account, a page or an event")
    second_speech = models.SmallIntegerField(default=0, help_text="political speech, whatever is decided")
    second_rest = models.SmallIntegerField(default=0)
    caps = models.JSONField(default=dict)
    run_minutes = models.SmallIntegerField(default=0)
    break_minutes = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_rules"
        ordering = ["-at", "-recorded_at"]
        indexes = [models.Index(fields=["held_by", "-at", "-recorded_at"], name="review_rules_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(chance__range=(0, 50))
                & Q(second_removal__range=(0, 100))
                & Q(second_speech__range=(0, 100))
                & Q(second_rest__range=(0, 100)),
                name="review_rules_percent",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="review_rules_have_reason"),
        ]

    def __str__(self) -> str:
        return f"rules of {self.held_by_id} from {self.at}"


class Draw(models.Model):
    """The seed of draws: SHA-256 over it and a number gives the same draw to whoever works it out again. Made once."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seed = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_draw"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="review_draw_is_one")]

    def __str__(self) -> str:
        return "seed of draws"
