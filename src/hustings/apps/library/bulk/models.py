"""The table of what files hand out: each version as a line of JSON and as a row of CSV, made ready when it is shown."""

from __future__ import annotations

from django.db import models

__all__ = ["Line"]


class Line(models.Model):
    """A version of the library as it goes into files.

    line    its record as JSON
    cells   of an ad, the same as a row of CSV for spreadsheets; null for the rest
    plain   whether that row is the same without the apostrophes that keep spreadsheets from running it
    """

    seq = models.BigIntegerField(primary_key=True)
    line = models.TextField()
    cells = models.TextField(null=True)
    plain = models.BooleanField()

    class Meta:
        db_table = "library_line"

    def __str__(self) -> str:
        return f"seq {self.seq}"
