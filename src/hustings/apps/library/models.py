"""The tables of the library: subjects, their keys, their versions, and what is shown of these.

A version is added and never changed. What it tells of people and in words lies sealed in it, under a key of its subject; the log holds
its digest. `Shown` is drawn from the versions for reading, and can be drawn again from them at any time.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.library.bulk.models import Line
from hustings.apps.library.complaints.models import Complaint
from hustings.apps.library.pace.models import Pace, Sending
from hustings.apps.library.vetted.models import Vetted, VettedLook, Vetting
from hustings.apps.people.models import Appointment

__all__ = [
    "KINDS", "Alert", "Complaint", "Due", "Expungement", "GROUNDS", "Key", "Line", "Pace", "Sending", "Shown", "Subject", "Version", "Vetted", "VettedLook", "Vetting",
    "Word",
]  # fmt: skip

KINDS = ("ad", "advertiser", "payer", "page")
GROUNDS = {"court order": "A court ordered it.", "safety": "It endangers a private person."}


class Subject(models.Model):
    """An ad, advertiser, payer or page under the number by which the public knows it for ever."""

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    source = models.UUIDField(editable=False, help_text="its key in the tables of ads")

    class Meta:
        db_table = "library_subject"
        constraints = [models.UniqueConstraint(fields=["kind", "source"], name="library_subject_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Key(models.Model):
    """What opens the contents of a subject's versions. Two people can destroy it; then nobody can read them again."""

    subject = models.OneToOneField(Subject, primary_key=True, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField(help_text="closed with the library's key")

    class Meta:
        db_table = "library_key"

    def __str__(self) -> str:
        return f"key of {self.subject_id}"


class Version(models.Model):
    """What the library said of a subject from one moment on.

    seq       its place among all versions, without a gap: 1, 2, 3 ... in the order of their publication
    record    numbers, days, states and references, and under "content" the salted hash of what is sealed
    sealed    words, names and targeting, closed with the subject's key
    digest    SHA-256 of the canonical record; the log holds it
    """

    seq = models.BigIntegerField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    record = models.JSONField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "library_version"
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="library_version_once")]
        indexes = [models.Index(fields=["at", "seq"], name="library_version_by_time")]

    def __str__(self) -> str:
        return f"{self.subject_id} v{self.version}"


class Shown(models.Model):
    """A version as it is read and searched, until the next of its subject (`until`) takes its place.

    body     the whole record as anyone may read it, content included where it is neither masked nor expunged
    meta     of an ad, the same as `ads_archive` tells it, made ready; null where it has to be made of the body
    hidden   "" , "removed" (the creative is masked) or "expunged" (the key is destroyed)
    salt     hexadecimal; with it anybody can hold the content against its hash in the record. Empty where it is hidden
    """

    seq = models.BigIntegerField(primary_key=True)
    until = models.BigIntegerField(null=True, help_text="seq of the next version; null for the present one")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    hidden = models.CharField(max_length=10, blank=True)
    body = models.JSONField()
    meta = models.TextField(null=True)
    salt = models.CharField(max_length=64, blank=True)
    archive = models.CharField(max_length=30, blank=True)
    platform = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=30, blank=True)
    category = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=8, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    regions = ArrayField(
        models.CharField(max_length=60), default=list, help_text="by code or name, where it was shown or could be"
    )
    election = models.UUIDField(null=True)
    page = models.BigIntegerField(null=True)
    advertiser = models.BigIntegerField(null=True)
    payer = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    spend = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    impressions = models.BigIntegerField(null=True)
    starts = models.DateField(null=True, help_text="first day shown, as far as it is known")
    ends = models.DateField(null=True, help_text="last day shown; null while it runs or where it is not known")
    search = SearchVectorField(null=True)

    class Meta:
        db_table = "library_shown"
        indexes = [
            models.Index(fields=["kind", "-number"], name="library_present", condition=Q(until__isnull=True)),
            # Of any place: those few would else be looked for among all ads.
            models.Index(fields=["kind", "-number"], name="library_beside_ads", condition=~Q(kind="ad")),
            # Holds all that filters and sums ask but words: walking along it reads no row.
            models.Index(fields=["-number"], include=[
                "seq", "until", "kind", "hidden", "archive", "platform", "state", "category", "language", "countries", "election", "page",
                "advertiser", "payer", "currency", "spend", "impressions", "starts", "ends",
            ], name="library_newest"),
            models.Index(fields=["number", "-seq"], name="library_of_subject"),
            models.Index(fields=["page", "-number"], name="library_by_page", condition=Q(page__isnull=False)),
            models.Index(fields=["advertiser", "-number"], name="library_by_advertiser", condition=Q(advertiser__isnull=False)),
            models.Index(fields=["payer", "-number"], name="library_by_payer", condition=Q(payer__isnull=False)),
            models.Index(fields=["kind", "-number"], name="library_hidden", condition=~Q(hidden="")),
            models.Index(fields=["language"], name="library_languages"),
            GinIndex(fields=["search"], name="library_search"),
            GinIndex(fields=["countries"], name="library_by_country"),
            GinIndex(fields=["regions"], name="library_by_region"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.number} seq {self.seq}"


class Due(models.Model):
    """A row of ads changed: the worker looks whether the library has to say something new of it."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    source = models.UUIDField()
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "library_due"

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Expungement(models.Model):
    """That one person asked for a subject's key to be destroyed, and what another person said to it.

    reference   of the order or the report, as people look it up
    words       why, for who decides; in no log but by its hash
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="expungements")
    ground = models.CharField(max_length=20, choices=list(GROUNDS.items()))
    reference = models.CharField(max_length=200)
    words = models.CharField(max_length=2000)
    asked_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    outcome = models.CharField(max_length=10, blank=True, help_text="expunged, refused, or empty while nobody decided")
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "library_expungement"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, done_at__isnull=True)
                | Q(outcome__in=["expunged", "refused"], decided_by__isnull=False, done_at__isnull=False)
                & ~Q(decided_by=models.F("asked_by")),
                name="library_expunged_by_two",
            ),
            models.UniqueConstraint(fields=["subject"], condition=~Q(outcome="refused"), name="library_expunged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}: {self.ground}"


class Word(models.Model):
    """A word that several ads of the library say, so that a misspelt one can be told."""

    word = models.CharField(primary_key=True, max_length=60)
    ads = models.IntegerField()

    class Meta:
        db_table = "library_word"

    def __str__(self) -> str:
        return self.word


class Alert(models.Model):
    """Somebody wants to be told by e-mail of new ads that fit a search.

    query          the search as an address asks it
    confirmed_at   when they followed the link in the first letter; nothing is told before
    after          the place up to which they were told
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    query = models.CharField(max_length=2000)
    after = models.BigIntegerField()
    asked_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "library_alert"
        constraints = [models.UniqueConstraint(fields=["email", "query"], name="library_alert_once")]

    def __str__(self) -> str:
        return str(self.id)
