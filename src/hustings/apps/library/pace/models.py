"""What one client asked for of late, as all web processes count it together."""

from __future__ import annotations

from django.db import models

__all__ = ["Pace", "Sending"]


class Pace(models.Model):
    """Calls of one client in one window of time. A process adds a block of them at a time, so it asks seldom.

    client   keyed digest of the address; nobody can tell the address from it
    length   of the window, in seconds
    nth      which window since 1970
    """

    client = models.CharField(max_length=32)
    length = models.IntegerField()
    nth = models.BigIntegerField()
    used = models.BigIntegerField()

    class Meta:
        db_table = "library_pace"
        constraints = [models.UniqueConstraint(fields=["client", "length"], name="library_pace_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.length}"


class Sending(models.Model):
    """A file that is being sent to one client; `seen` moves on with each portion, so that a broken one ends by itself."""

    client = models.CharField(max_length=32)
    seen = models.DateTimeField()

    class Meta:
        db_table = "library_sending"
        indexes = [models.Index(fields=["client", "seen"], name="library_sending_to")]

    def __str__(self) -> str:
        return f"{self.client} {self.seen}"
