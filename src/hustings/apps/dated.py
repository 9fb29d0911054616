"""What holds from a moment on: changes are added, never overwritten, and the state on any day can be read again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils import timezone

__all__ = ["Change", "ClockTimestamp", "new_id"]


def new_id() -> uuid.UUID:
    """A random key: a serial number would tell how many rows somebody else has."""
    return uuid.uuid4()


class ClockTimestamp(models.Func):
    """The clock of the database at this very statement; two changes in one transaction keep their order."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class Change(models.Model):
    """One step of something that has states, from `at` on.

    The state at a moment is that of the last change with `at` not after it (of two at the same moment, the one
    recorded last). Rows are added only: a trigger refuses UPDATE, DELETE and TRUNCATE. `at` may lie before
    `recorded_at`, when a document arrives late, or after it, when an end is known in advance.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now, help_text="from when it holds")
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(
        "people.Appointment",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty only for what the installation began with",
    )
    document = models.CharField(max_length=300, help_text="the source: a letter, order or form and where it is kept")
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=GreaterThan(Length("document"), 0), name="%(class)s_names_its_document")
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"
