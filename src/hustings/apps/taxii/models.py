"""Collections, the STIX objects in them, who may read and write which, and what we fetch from and bring to others."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.marking import Tlp

__all__ = [
    "ROOT",
    "Account",
    "Collection",
    "CollectionPermission",
    "Direction",
    "Entry",
    "Reaction",
    "Status",
    "StixObject",
    "Subscription",
]

ROOT = "shared"  # the API root where nobody named another


class Collection(models.Model):
    """STIX objects under one address. Its owner's people feed and keep it; partners have what a permission says.

    unmarked     how far what came without any marking travels
    group        who knows what came as TLP:AMBER: organisations of this group; without one the sender and the owner
    last_added   the latest `date_added` that was given in it; the next is later, whatever the clock says
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.SlugField(max_length=40, default=ROOT)
    alias = models.SlugField(max_length=60, null=True, blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(SharingGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unmarked = models.CharField(max_length=20, choices=choices(Tlp), default=Tlp.GREEN.value)
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    last_added = models.DateTimeField(null=True)

    class Meta:
        db_table = "taxii_collection"
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["root", "alias"], name="taxii_alias_once"),
            models.CheckConstraint(
                condition=Q(unmarked__in=[Tlp.CLEAR.value, Tlp.GREEN.value, Tlp.AMBER.value, Tlp.AMBER_STRICT.value]),
                name="taxii_unmarked_is_a_tlp",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CollectionPermission(models.Model):
    """What the accounts of an organisation may do with a collection; without a row it does not exist for them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="permissions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    can_read = models.BooleanField(default=False)
    can_write = models.BooleanField(default=False)

    class Meta:
        db_table = "taxii_permission"
        constraints = [models.UniqueConstraint(fields=["collection", "organisation"], name="taxii_permission_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.can_read} {self.can_write}"


class Account(models.Model):
    """A service account of an organisation: a position that no person signs in to, with tokens.

    kept_by   whose administrator or liaison made it: where that is another organisation than its own, the account
              reaches the collections of that one alone
    """

    appointment = models.OneToOneField(Appointment, primary_key=True, on_delete=models.PROTECT, related_name="+")
    name = models.SlugField(max_length=60)
    kept_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "taxii_account"
        ordering = ["made_at", "appointment"]
        constraints = [models.UniqueConstraint(fields=["kept_by", "name"], name="taxii_account_name_once")]

    def __str__(self) -> str:
        return self.name


class StixObject(models.Model):
    """One version of a STIX object as it came, byte for byte, from one organisation.

    version        `modified`, else `created`, else when it came; `version_said` is the same as the object writes it
    digest         SHA-256 of what it says, whatever the order and the blanks
    received_from  who handed it in; null for what is ours
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="stix")
    stix_id = models.CharField(max_length=300)
    type = models.CharField(max_length=250)
    spec_version = models.CharField(max_length=10)
    version = models.DateTimeField()
    version_said = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    raw = models.BinaryField()
    created_by_ref = models.CharField(max_length=300, blank=True)
    received_from = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "stix_object"
        indexes = [
            models.Index(fields=["stix_id", "-version"], name="stix_object_versions"),
            models.Index(fields=["received_from", "-received_at"], name="stix_object_from"),
        ]

    def __str__(self) -> str:
        return f"{self.stix_id} {self.version_said}"


class Entry(models.Model):
    """An object stands in a collection, since a moment that no other entry of it has.

    Moments grow in the order in which entries become visible: they are given under a lock that the transaction keeps.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="entries", db_index=False)
    object = models.ForeignKey(StixObject, on_delete=models.CASCADE, related_name="entries")
    stix_id = models.CharField(max_length=300)
    spec_version = models.CharField(max_length=10)
    version = models.DateTimeField()
    date_added = models.DateTimeField()

    class Meta:
        db_table = "taxii_entry"
        ordering = ["date_added"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "date_added"], name="taxii_entry_moment"),
            models.UniqueConstraint(fields=["collection", "object"], name="taxii_entry_once"),
        ]
        indexes = [
            models.Index(fields=["collection", "stix_id", "-spec_version", "-version"], name="taxii_entry_versions")
        ]

    def __str__(self) -> str:
        return f"{self.stix_id} in {self.collection_id}"


class Status(models.Model):
    """What became of one request to add objects. `details` holds TAXII's lists of successes and failures."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+")
    root = models.SlugField(max_length=40)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "taxii_status"
        indexes = [models.Index(fields=["at"], name="taxii_status_at")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def successes(self) -> list[dict[str, str]]:
        """Objects that stand in the collection now: {id, version}."""
        return list(self.details.get("successes", ()))

    @property
    def failures(self) -> list[dict[str, str]]:
        """Objects that were not taken: {id, version, message}."""
        return list(self.details.get("failures", ()))

    @property
    def turned_away(self) -> int:
        """How many of the failures were turned away at the door, and counted there."""
        return int(self.details.get("turned_away", 0))


class Reaction(models.Model):
    """What a part of the platform makes of an object that came: once, after it stands; errors stay with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey(StixObject, on_delete=models.CASCADE, related_name="reactions")
    receiver = models.CharField(max_length=80)
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "stix_reaction"
        constraints = [models.UniqueConstraint(fields=["object", "receiver"], name="stix_reaction_once")]
        indexes = [models.Index(fields=["made_at"], condition=Q(done_at__isnull=True), name="stix_reaction_waiting")]

    def __str__(self) -> str:
        return f"{self.receiver} of {self.object_id}"


class Direction(StrEnum):
    """Which way objects go."""

    POLL = "poll"
    PUSH = "push"


class Subscription(models.Model):
    """A collection of a partner's server that we read into one of ours, or write from one of ours.

    account    the partner's service account here: what it may read is brought, what is fetched is handed in by it
    url        of the partner's API root
    secret     the password or token there, sealed
    place      how far it is: {"added_after", "next"} of theirs for polling, {"sent"} of ours for pushing
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="subscriptions")
    direction = models.CharField(max_length=10, choices=choices(Direction))
    url = models.URLField(max_length=500)
    remote = models.CharField(max_length=100, help_text="id or alias of the collection there")
    username = models.CharField(max_length=200, blank=True)
    secret = models.BinaryField(null=True)
    every_minutes = models.PositiveIntegerField(default=5)
    paused_at = models.DateTimeField(null=True)
    place = models.JSONField(default=dict)
    objects_moved = models.PositiveBigIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    next_at = models.DateTimeField(db_default=ClockTimestamp())
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "taxii_subscription"
        ordering = ["made_at", "id"]
        indexes = [models.Index(F("next_at"), condition=Q(paused_at__isnull=True), name="taxii_subscription_due")]

    def __str__(self) -> str:
        return f"{self.direction} {self.url}"
