"""The register of disclosures: who was told what, on which ground, and which corrections they are owed and have."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.cases.models.evidence import Evidence
from hustings.apps.cases.models.plan import PlanAppeal, Target
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.disclosure import DisclosureKind, Thing

__all__ = [
    "Contested",
    "Correction",
    "CorrectionDue",
    "CorrectionSent",
    "Disclosure",
    "DisclosureHolds",
    "Receipt",
    "Redaction",
    "RedactionSalt",
    "ShownEvidence",
]


class Entry(models.Model):
    """A row of the register. `by` is empty where the worker or whom it concerns did it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class Disclosure(Entry):
    """Somebody outside was told something.

    case        whose rows it comes from; empty for ads of the library, which are of no case
    marking     the words of the marking as it was when it left
    redactions  how many parts were taken out of what left, by reason code
    left_out    objects that were held back whole
    digest      SHA-256 by which what left is known: of a package's manifest, a report's file, a notice's words
    subject     key of the row that it is made of: a report, a target, a legal process
    read_from   when the reading of what left began: what was corrected after that is owed to this recipient too
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="disclosures")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, choices=choices(DisclosureKind))
    what = models.CharField(max_length=300)
    to = models.CharField(max_length=300)
    ground = models.CharField(max_length=1000)
    marking = models.CharField(max_length=300)
    redactions = models.JSONField(default=dict)
    left_out = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    subject = models.UUIDField(null=True)
    read_from = models.DateTimeField(db_default=ClockTimestamp())

    class Meta(Entry.Meta):
        db_table = "disclosure"
        indexes = [models.Index(fields=["subject"], name="disclosure_by_subject")]
        constraints = [
            models.CheckConstraint(condition=~Q(to="") & ~Q(ground="") & ~Q(what=""), name="disclosure_says_to_whom_why"),
            models.CheckConstraint(condition=Q(digest="") | Q(digest__regex=r"^[0-9a-f]{64}$"), name="disclosure_digest"),
        ]  # fmt: skip


class DisclosureHolds(models.Model):
    """A disclosure told of something: a sealed object, a member of a campaign, a figure, a report."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="holds")
    thing = models.CharField(max_length=20, choices=choices(Thing))
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=500)

    class Meta:
        db_table = "disclosure_holds"
        ordering = ["thing", "name", "id"]
        indexes = [models.Index(fields=["thing", "key"], name="disclosure_holds_what")]
        constraints = [models.UniqueConstraint(fields=["disclosure", "thing", "key"], name="disclosure_holds_once")]

    def __str__(self) -> str:
        return f"{self.thing} {self.key}"


class Receipt(Entry):
    """The recipient says that they have it, or somebody saw them take it."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="receipts")
    words = models.CharField(max_length=500, help_text="signature, number of the letter, answer by mail")

    class Meta(Entry.Meta):
        db_table = "disclosure_receipt"


class Correction(Entry):
    """Something that others were told is not as it was told. Nothing that was told is changed; this is told besides.

    contest   the appeal that was upheld, where one made it
    """

    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="corrections")
    thing = models.CharField(max_length=20, choices=choices(Thing))
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=500)
    old = models.CharField(max_length=2000, help_text="as it was told")
    new = models.CharField(max_length=2000, help_text="as it is")
    reason = models.CharField(max_length=1000)
    contest = models.ForeignKey(PlanAppeal, null=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta(Entry.Meta):
        db_table = "correction"
        indexes = [models.Index(fields=["thing", "key"], name="correction_of_what")]
        constraints = [
            models.CheckConstraint(condition=~Q(old="") & ~Q(new="") & ~Q(reason=""), name="correction_says_old_new_why"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="correction_changes_something"),
        ]  # fmt: skip


class CorrectionDue(models.Model):
    """A recipient who was told of it is owed a correction. Made by a function alone, so that none is forgotten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="due")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        db_table = "correction_due"
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["correction", "disclosure"], name="correction_due_once")]

    def __str__(self) -> str:
        return f"{self.correction_id} to {self.disclosure_id}"


class CorrectionSent(Entry):
    """A recipient has the correction; or it is not needed any more, for a reason (`called_off`)."""

    due = models.OneToOneField(CorrectionDue, on_delete=models.PROTECT, related_name="sent")
    how = models.CharField(max_length=300)
    receipt = models.CharField(max_length=500, blank=True)
    called_off = models.BooleanField(default=False)

    class Meta(Entry.Meta):
        db_table = "correction_sent"
        constraints = [
            models.CheckConstraint(condition=~Q(how=""), name="correction_sent_says_how"),
            models.CheckConstraint(condition=Q(called_off=True) | ~Q(receipt=""), name="correction_sent_has_receipt"),
        ]


class Redaction(Entry):
    """A working copy that is its original with some parts taken out, each for a reason that is named.

    parts    list of {number, begin, end, code, at, mark, commitment}: bytes of the original, where they are in the
             copy, and SHA-256 over a salt and what was taken out
    digest   SHA-256 over all of this and the digests of both: whoever has it cannot be shown another redaction
    """

    copy = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="redaction")
    original = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="redactions")
    parts = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta(Entry.Meta):
        db_table = "evidence_redaction"
        constraints = [
            models.CheckConstraint(condition=~Q(copy=F("original")), name="redaction_of_another"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="redaction_digest"),
        ]


class RedactionSalt(models.Model):
    """What the commitments of a redaction are made with; for who may know the original alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    original = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    redaction = models.OneToOneField(Redaction, on_delete=models.PROTECT, related_name="salts")
    salts = models.JSONField(help_text="hexadecimal, one a part, in their order")

    class Meta:
        db_table = "evidence_redaction_salt"

    def __str__(self) -> str:
        return f"salts of {self.redaction_id}"


class ShownEvidence(OfCase):
    """A sealed object is shown to whom a target belongs, at the address of their notice.

    called   what it is called there: the name it has here may tell more
    """

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="shown")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="shown")
    number = models.SmallIntegerField()
    called = models.CharField(max_length=200)
    why = models.CharField(max_length=500)

    class Meta(OfCase.Meta):
        db_table = "enforcement_shown"
        ordering = ["target", "number"]
        constraints = [
            models.UniqueConstraint(fields=["target", "evidence"], name="enforcement_shown_once"),
            models.UniqueConstraint(fields=["target", "number"], name="enforcement_shown_number"),
        ]


class Contested(models.Model):
    """Whom an action concerns says that a piece of evidence they were shown is wrong."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appeal = models.ForeignKey(PlanAppeal, on_delete=models.PROTECT, related_name="contested")
    shown = models.ForeignKey(ShownEvidence, on_delete=models.PROTECT, related_name="contested")

    class Meta:
        db_table = "enforcement_contested"
        ordering = ["shown__number"]
        constraints = [models.UniqueConstraint(fields=["appeal", "shown"], name="enforcement_contested_once")]

    def __str__(self) -> str:
        return f"{self.shown_id} in {self.appeal_id}"
