"""What was delivered to whom, imports of archives, and lists of landing pages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.ads.models.ad import Ad
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation

__all__ = ["ArchiveImport", "ArchiveRow", "Delivery", "ListedLanding", "SetAside"]


class Delivery(models.Model):
    """Impressions, clicks and spend of an ad on one day, in one region, among one age and gender.

    "" in region, age or gender is all of them. `sketch` is a mergeable HyperLogLog of keyed hashes of who saw it;
    null where nobody counted people, and then how many people saw it is not in the data.
    """

    id = models.BigAutoField(primary_key=True)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="delivery")
    day = models.DateField()
    region = models.CharField(max_length=120, blank=True)
    age = models.CharField(max_length=20, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    impressions = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    spend = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    sketch = models.BinaryField(null=True)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        db_table = "ad_delivery"
        constraints = [
            models.UniqueConstraint(fields=["ad", "day", "region", "age", "gender"], name="ad_delivery_once"),
            models.CheckConstraint(
                condition=(Q(impressions__isnull=True) | Q(impressions__gte=0)) & (Q(clicks__isnull=True) | Q(clicks__gte=0)) & (Q(spend__isnull=True) | Q(spend__gte=0)),
                name="ad_delivery_not_negative",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["day"], name="ad_delivery_by_day")]

    def __str__(self) -> str:
        return f"{self.ad_id} {self.day}"


class ArchiveImport(models.Model):
    """One file of an archive that was read into the platform: resumable, and the same file again changes nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    archive = models.CharField(max_length=30)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    rows_read = models.BigIntegerField(default=0)
    rows_in = models.BigIntegerField(default=0)
    rows_aside = models.BigIntegerField(default=0)
    done_up_to = models.BigIntegerField(default=0, help_text="rows whose outcome is committed")
    totals = models.JSONField(default=dict)
    began_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "archive_import"
        ordering = ["-began_at"]
        constraints = [models.UniqueConstraint(fields=["held_by", "archive", "sha256"], name="archive_import_once")]

    def __str__(self) -> str:
        return self.name


class ArchiveRow(models.Model):
    """A row of an archive that is no single ad (advertiser, week, region, report), whole, as its reader gave it."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(ArchiveImport, on_delete=models.CASCADE, related_name="rows_beside")
    kind = models.CharField(max_length=30)
    line = models.CharField(max_length=60)
    content = models.JSONField()

    class Meta:
        db_table = "archive_row"
        indexes = [models.Index(fields=["of", "kind"], name="archive_row_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.line}"


class SetAside(models.Model):
    """A row of an archive that was not taken in, and why."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(ArchiveImport, on_delete=models.CASCADE, related_name="aside")
    line = models.CharField(max_length=60, default="", help_text="where it stands in the file")
    reason = models.CharField(max_length=500)

    class Meta:
        db_table = "archive_set_aside"
        ordering = ["of", "id"]

    def __str__(self) -> str:
        return self.line


class ListedLanding(models.Model):
    """A domain or address on a list that the operator loaded: malicious, impersonating, or of a known operation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=500)
    ground = models.CharField(max_length=300)
    list_name = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    loaded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "listed_landing"
        constraints = [models.UniqueConstraint(fields=["held_by", "value", "list_name"], name="listed_landing_once")]

    def __str__(self) -> str:
        return self.value
