"""Sponsors, who acts for them, how their authorisation went, and what was checked against which register."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.policy.advertising import SponsorClass, SponsorState

__all__ = ["Behind", "Challenge", "Check", "Document", "DocumentLook", "RegisterEdition", "RegisterEntry", "Sponsor", "SponsorChange", "SponsorMember"]  # fmt: skip

KINDS = ("committee", "party", "candidate", "office", "company", "non-profit", "person", "unknown")


class Sponsor(models.Model):
    """Who stands behind ads and answers for them, at the door of one organisation.

    state, sponsor_class   those of the last change; the history stands in `changes`
    person_until, location_until   until when identity and location are confirmed
    archive, number        for a sponsor that an archive tells of: which archive, and its number there
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    registered_name = models.CharField(max_length=300)
    display_name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS], default="unknown")
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code of the seat")
    address = models.CharField(max_length=400, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    mail = models.CharField(max_length=254, blank=True)
    website = models.CharField(max_length=300, blank=True)
    founded_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=30, choices=choices(SponsorState), default=SponsorState.DRAFT.value)
    sponsor_class = models.CharField(max_length=1, choices=choices(SponsorClass), blank=True)
    person_until = models.DateField(null=True, blank=True)
    location_until = models.DateField(null=True, blank=True)
    archive = models.CharField(max_length=30, blank=True)
    number = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "sponsor"
        ordering = ["registered_name", "id"]
        indexes = [
            models.Index(fields=["held_by", "state"], name="sponsor_by_state"),
            models.Index(fields=["held_by", "registered_name"], name="sponsor_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["held_by", "archive", "number"], condition=~Q(archive=""), name="sponsor_of_archive_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["authorised", "renewal due"]) | ~Q(sponsor_class=""), name="sponsor_authorised_has_class"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.display_name or self.registered_name


class SponsorMember(models.Model):
    """A person who acts for a sponsor in the portal; whoever begins is the first, and lets others in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    administers = models.BooleanField(default=True)
    since = models.DateTimeField(db_default=ClockTimestamp())
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sponsor_member"
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "person"], condition=Q(ended__isnull=True), name="sponsor_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.sponsor_id}"


class SponsorChange(models.Model):
    """One move of a sponsor's authorisation. Added, never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="changes")
    move = models.CharField(max_length=40)
    state = models.CharField(max_length=30, choices=choices(SponsorState))
    sponsor_class = models.CharField(max_length=1, choices=choices(SponsorClass), blank=True)
    reason_code = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    decision = models.UUIDField(null=True, help_text="the review decision that made it")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="the advertiser"
    )

    class Meta:
        db_table = "sponsor_change"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.move}: {self.state}"


class RegisterEdition(models.Model):
    """One edition of a register, loaded from a file; checks name the edition they were made against."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=40, help_text="FEC, FARA, EIN, domain, or the register's own short name")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    published = models.DateField(help_text="as of which day the register says it")
    source = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    entries_count = models.IntegerField(default=0)
    complete = models.BooleanField(default=False, help_text="false while it is being loaded, and not used")
    common = models.JSONField(default=dict, help_text="words that many of its names share, with in how many they stand")
    loaded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    loaded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "register_edition"
        ordering = ["scheme", "-published"]
        constraints = [models.UniqueConstraint(fields=["held_by", "scheme", "sha256"], name="register_edition_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.published}"


class RegisterEntry(models.Model):
    """One line of an edition."""

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(RegisterEdition, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=400)
    folded = models.CharField(max_length=400, help_text="the name as names are compared")
    kind = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=60, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    rest = models.JSONField(default=dict, help_text="contacts and the other columns")

    class Meta:
        db_table = "register_entry"
        indexes = [
            models.Index(fields=["edition", "number"], name="register_entry_by_number"),
            models.Index(fields=["edition", "folded"], name="register_entry_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Check(models.Model):
    """One thing that was checked about a sponsor, with what it was checked against. This is what the public reads.

    result      fits, differs, not there, malformed, unknown
    people      how many people have to look before it can count (0: the machine's answer stands)
    verdict     what a person made of it: accepted, refused, or "" while nobody did
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="checks")
    what = models.CharField(
        max_length=40, help_text="identity, location, number, domain, mail, post, phone, name, principal, behind"
    )
    scheme = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200, blank=True, help_text="the number or domain given")
    edition = models.ForeignKey(RegisterEdition, null=True, on_delete=models.PROTECT, related_name="+")
    name_given = models.CharField(max_length=400, blank=True)
    name_found = models.CharField(max_length=400, blank=True)
    similarity = models.FloatField(null=True, help_text="0 to 100")
    result = models.CharField(max_length=20)
    people = models.PositiveSmallIntegerField(default=0)
    sentences = ArrayField(models.CharField(max_length=500), default=list)
    verdict = models.CharField(max_length=20, blank=True)
    public = models.BooleanField(
        default=True, help_text="false for what would show a private person's documents or home"
    )
    checked_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    checked_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sponsor_check"
        ordering = ["checked_at", "id"]
        indexes = [models.Index(fields=["scheme", "value"], name="sponsor_check_by_number")]

    def __str__(self) -> str:
        return f"{self.what} {self.result}"


class Document(models.Model):
    """A document that was uploaded: sealed at rest, seen at the desk alone, every look kept, deleted on its day.

    What stays after deletion is hash, kind, issuer and verdict.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="documents")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="whom it identifies"
    )
    kind = models.CharField(max_length=60)
    issuer = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True, help_text="ciphertext; null when deleted")
    verdict = models.CharField(max_length=20, blank=True)
    uploaded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    delete_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sponsor_document"
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(deleted_at__isnull=True, sealed__isnull=False) | Q(deleted_at__isnull=False, sealed__isnull=True), name="document_is_there_or_deleted")
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:8]}"


class DocumentLook(models.Model):
    """Somebody opened a document."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="looks")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    reason = models.CharField(max_length=300)

    class Meta:
        db_table = "sponsor_document_look"
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.by_id} {self.at}"


class Challenge(models.Model):
    """A code sent to an address that a sponsor or person gave, to see that they receive what is sent there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="challenges")
    means = models.CharField(max_length=20, choices=[(one, one) for one in ("mail", "post", "website")])
    to = models.CharField(max_length=400)
    code_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sponsor_challenge"
        ordering = ["sent_at"]

    def __str__(self) -> str:
        return f"{self.means} of {self.sponsor_id}"


class Behind(models.Model):
    """One link of the chain behind a sponsor: who pays or who controls, with the evidence, or that it is unknown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="behind")
    part = models.CharField(max_length=20, choices=[(one, one) for one in ("payer", "controller", "officer", "agency")])
    name = models.CharField(max_length=300, blank=True, help_text="empty: not established")
    country = models.CharField(max_length=2, blank=True)
    evidence = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sponsor_behind"
        ordering = ["part", "recorded_at"]
        constraints = [models.CheckConstraint(condition=Q(name="") | ~Q(evidence=""), name="behind_names_its_evidence")]

    def __str__(self) -> str:
        return f"{self.part}: {self.name or 'not established'}"
