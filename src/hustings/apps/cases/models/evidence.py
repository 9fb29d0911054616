"""Evidence: sealed originals known by their content, what was made from them, and who did what with them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment

__all__ = ["CUSTODY_ACTS", "HOW", "Custody", "Evidence"]

HOW = ("upload", "platform export", "capture", "rendition")
CUSTODY_ACTS = ("collect", "view", "copy", "export", "redact", "transfer", "receive", "check")


class Evidence(models.Model):
    """One sealed object. Its bytes lie in the store under their SHA-256 and never change.

    how        how it came here; a rendition is a working copy, made from an original by a tool that is named
    about      what it shows: (what, platform, name) of an account, page, ad or address
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="evidence")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    how = models.CharField(max_length=20, choices=[(word, word) for word in HOW])
    tool = models.CharField(max_length=200, help_text="program and version, or the person's own words for by hand")
    what = models.CharField(max_length=20, blank=True)
    platform = models.CharField(max_length=40, blank=True)
    of = models.CharField(max_length=500, blank=True)
    source_url = models.CharField(max_length=2000, blank=True)
    captured_at = models.DateTimeField(help_text="when it was as it shows, as the collector says")
    sealed_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    perceptual = models.CharField(max_length=64, blank=True)
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renditions")
    checked_at = models.DateTimeField(null=True, help_text="when its bytes were last found unchanged")

    class Meta:
        db_table = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(how="rendition", made_from__isnull=False) | ~Q(how="rendition") & Q(made_from__isnull=True),
                name="evidence_rendition_has_its_original",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_known_by_digest"),
            models.CheckConstraint(
                condition=Q(made_from__isnull=True) | ~Q(made_from=F("item")), name="evidence_made_from_another"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.sha256[:12]}"


class Custody(models.Model):
    """Somebody did something with a piece of evidence; rows are added only, and stand in the log."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="custody")
    act = models.CharField(max_length=20, choices=[(word, word) for word in CUSTODY_ACTS])
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    why = models.CharField(max_length=500, blank=True)
    to = models.CharField(max_length=300, blank=True, help_text="who got it, of a transfer or export")

    class Meta:
        db_table = "evidence_custody"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.act} of {self.evidence_id}"
