"""Who is signed in, who is invited, which provider speaks for which organisation, and how often somebody tried."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation, Person

__all__ = ["Attempt", "Invitation", "InvitationKind", "Provider", "SignedIn"]


class SignedIn(models.Model):
    """A session. `key` is the SHA-256 of what the cookie holds, so that reading this table opens no session."""

    key = models.CharField(max_length=64, primary_key=True, editable=False)
    id = models.UUIDField(default=new_id, unique=True, editable=False, help_text="names the session to its person")
    data = models.TextField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.CASCADE, related_name="sessions")
    strong = models.BooleanField(default=False, help_text="a second factor was shown")
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="however busy: then it ends")

    class Meta:
        db_table = "signed_in"
        indexes = [models.Index(fields=["ends_at"], name="signed_in_ends")]

    def __str__(self) -> str:
        return str(self.id)


class InvitationKind(models.TextChoices):
    """What the link is for."""

    JOIN = "join"
    RECOVER = "recover"


class Invitation(models.Model):
    """A link, good once and for a while, with which a person sets a password. Only the digest of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=InvitationKind.choices, default=InvitationKind.JOIN)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True), name="invitation_used_or_withdrawn"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Provider(models.Model):
    """An OpenID Connect provider that speaks for one organisation, and for nobody else's people.

    `strong_acr` and `strong_amr` are the words of its answers that mean a second factor was shown; with none of them
    it signs nobody in by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True, help_text="part of the address it sends people back to")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="providers")
    name = models.CharField(max_length=80, help_text="what the button on the sign-in page says")
    issuer = models.URLField(help_text="the address whose /.well-known/openid-configuration describes the provider")
    client = models.CharField(max_length=200, help_text="our client identifier there")
    secret = models.TextField(help_text="our client secret there, sealed with the key of this installation")
    strong_acr = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    strong_amr = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "provider"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.slug


class Attempt(models.Model):
    """How often something was tried of late: the database cache, so that all web processes count together."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "attempt"

    def __str__(self) -> str:
        return self.cache_key
