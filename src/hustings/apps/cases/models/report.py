"""Reports: what people write between figures, what was frozen to be approved and published, and what was corrected since."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.campaign import Campaign
from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.cases.models.evidence import Evidence
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.reporting import ReportState
from hustings.report.documents.kinds import Kind

__all__ = ["Report", "ReportCorrection", "ReportMove", "ReportText", "ReportVersion"]


class Report(models.Model):
    """A report of a case, or of one of its campaigns. Its item carries the marking; what is read is a version of it.

    public       meant for everybody: it is released when it is published, by who approved it
    parameters   of its figures: {"election_day": "2016-11-08"}
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="report")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="reports")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    kind = models.CharField(max_length=20, choices=choices(Kind))
    public = models.BooleanField()
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=choices(ReportState), default=ReportState.DRAFT.value)

    class Meta:
        db_table = "report"

    def __str__(self) -> str:
        return f"report {self.item_id}"


class ReportText(OfCase):
    """What somebody wrote in a section; the newest counts, and earlier ones stay."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="texts")
    section = models.CharField(max_length=20)
    text = models.TextField(blank=True)

    class Meta(OfCase.Meta):
        db_table = "report_text"
        ordering = ["at", "id"]


class ReportVersion(OfCase):
    """A report as it was frozen: text, figures, the rows beneath. It never changes; the next one stands beside it.

    by         who froze it and asked for approval
    document   its canonical JSON; `sha256` is its digest
    rows       the sealed rows that its figures were counted over
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()
    as_of = models.DateTimeField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    rows = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta(OfCase.Meta):
        db_table = "report_version"
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_number"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="report_version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")), name="report_version_by_another"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(approved_by__isnull=False), name="report_published_approved"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="report_version_digest"),
        ]


class ReportMove(OfCase):
    """A report went from one state to another."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="moves")
    code = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=choices(ReportState))
    version = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=500)

    class Meta(OfCase.Meta):
        db_table = "report_move"
        ordering = ["at", "id"]


class ReportCorrection(models.Model):
    """A figure of a published version was not so. It stands in the version that follows, and wherever the earlier one is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="corrected")
    by_version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="corrects")
    figure = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    old = models.CharField(max_length=2000)
    new = models.CharField(max_length=2000)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "report_correction"
        ordering = ["at", "figure", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="report_correction_has_a_reason"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="report_correction_changes_something"),
            models.UniqueConstraint(fields=["by_version", "figure"], name="report_correction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.figure} of {self.version_id}"
