"""Known actors: dated profiles, what is claimed of them and by whom, the signatures of what was removed, and returns."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.cases.models.case import OfCase
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Organisation
from hustings.policy.casework import ActorPart, Confidence, SignatureKind

__all__ = ["ActorClaim", "ActorHabit", "ActorPartHeld", "KnownActor", "Return", "Signature"]


class KnownActor(models.Model):
    """Somebody who acted before, under names that change. A profile says what was seen; who they are is a claim of its own."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="known_actor")
    watched = models.BooleanField(default=True, help_text="whether new pages, payers and buyers are compared with it")

    class Meta:
        db_table = "known_actor"

    def __str__(self) -> str:
        return f"known actor {self.item_id}"


class OfActor(OfCase):
    """A row that somebody added to a profile."""

    actor = models.ForeignKey(KnownActor, on_delete=models.PROTECT, related_name="%(class)ss")

    class Meta(OfCase.Meta):
        abstract = True


class ActorPartHeld(OfActor):
    """A name, alias, asset or domain of an actor, from when until when, and who says so.

    removed_on   when it was removed or withdrawn; from then on its signatures are looked for
    """

    kind = models.CharField(max_length=20, choices=choices(ActorPart))
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300, help_text="as its platform knows it: a page by its number")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.CharField(max_length=500)
    removed_on = models.DateField(null=True)
    removed_why = models.CharField(max_length=300, blank=True)
    things = ArrayField(
        models.UUIDField(), default=list, help_text="rows of the tables of ads that it was: never its own return"
    )

    class Meta(OfActor.Meta):
        db_table = "known_part"
        ordering = ["kind", "platform", "name", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["actor", "kind", "platform", "name"], name="known_part_once"),
            models.CheckConstraint(condition=Q(removed_on__isnull=True) | ~Q(removed_why=""), name="known_part_removed_for_a_reason"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=models.F("until")), name="known_part_ends_after_it_began"
            ),
        ]  # fmt: skip


class ActorHabit(OfActor):
    """How an actor works: a DISARM technique, hours, a currency, in two words; or free words."""

    what = models.CharField(max_length=60, help_text="hours, language, technique, currency, themes, other")
    value = models.CharField(max_length=1000)
    source = models.CharField(max_length=500)

    class Meta(OfActor.Meta):
        db_table = "known_habit"
        ordering = ["what", "at", "id"]


class ActorClaim(OfActor):
    """Somebody said who it is or whom it serves: who, when, where it can be read, and how sure they said they were."""

    says = models.CharField(max_length=300, help_text="who claims it")
    said_on = models.DateField()
    claim = models.CharField(max_length=1000)
    confidence = models.CharField(max_length=10, choices=choices(Confidence), blank=True)
    source = models.CharField(max_length=500)

    class Meta(OfActor.Meta):
        db_table = "known_claim"
        ordering = ["said_on", "at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="known_claim_has_a_source")]


class Signature(models.Model):
    """A mark of something removed, under the installation's key: it can be found again, and not read.

    of_part   the part of the profile it is a mark of; a key, so that the mark outlives the row
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(KnownActor, on_delete=models.PROTECT, related_name="signatures")
    of_part = models.UUIDField()
    kind = models.CharField(max_length=30, choices=choices(SignatureKind))
    code = models.CharField(max_length=64)
    removed_on = models.DateField()
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "known_signature"
        ordering = ["kind", "code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["of_part", "kind", "code"], name="known_signature_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9a-f]{64}$"), name="known_signature_is_a_code"),
        ]
        indexes = [models.Index(fields=["kind", "code"], name="known_signature_by_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code[:8]}"


class Return(models.Model):
    """Something new bears marks of something removed; told once for each actor.

    what, thing    a page, payer or buyer of the tables of ads, by its key there
    kinds          which marks it bears
    first_seen     when it was first there, as far as the tables tell
    first_ran      when its first ad ran; null while none has
    lead           the lead that told it
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(KnownActor, on_delete=models.PROTECT, related_name="returns")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10)
    thing = models.UUIDField()
    kinds = ArrayField(models.CharField(max_length=30))
    weight = models.FloatField()
    removed_on = models.DateField()
    first_seen = models.DateTimeField(null=True)
    first_ran = models.DateTimeField(null=True)
    found_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    lead = models.UUIDField()

    class Meta:
        db_table = "known_return"
        ordering = ["found_at", "id"]
        constraints = [models.UniqueConstraint(fields=["actor", "what", "thing"], name="known_return_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.thing}"
