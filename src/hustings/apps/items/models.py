"""Items, the labels that say how far they travel, and the grants that say who needs to know."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import Change, ClockTimestamp, new_id
from hustings.apps.items.words import words_of
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.level import Level
from hustings.policy.marking import Kind, Need, Tlp
from hustings.policy.role import Role
from hustings.policy.state import Held

__all__ = ["Consent", "Item", "Label", "NeedGrant", "Recusal", "SharingGroup", "SharingMember", "Source"]


class SharingGroup(models.Model):
    """Organisations that share with each other; known by its random key, never by a local number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "sharing_group"

    def __str__(self) -> str:
        return self.name


class SharingMember(Change):
    """An organisation joins or leaves a sharing group."""

    group = models.ForeignKey(SharingGroup, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(Held), default=Held.IN_FORCE.value)

    class Meta(Change.Meta):
        db_table = "sharing_member_change"
        indexes = [models.Index(fields=["group", "organisation", "-at"], name="sharing_member_latest")]


class Label(models.Model):
    """One combination of markings. Items of the same marking share a label, so a list asks once per label.

    A label never changes: a new marking is another label. `unknown` holds marking words that nobody here
    understands; while there is one, nobody reads what carries the label. A list that is null is not asked; an empty
    one means nobody. `also` holds the circles of further owners, each as strict as it was: a list of
    {tlp, owner, group, organisations}. `digest` is SHA-256 of the canonical marking. Labels are made by the SQL
    function hustings_label() alone, which tells nobody whether there was one before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    tlp = models.CharField(max_length=20, choices=choices(Tlp))
    level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)
    compartments = ArrayField(models.CharField(max_length=60), default=list)
    releasable_to = ArrayField(models.CharField(max_length=2), null=True)
    permitted_kinds = ArrayField(models.CharField(max_length=20, choices=choices(Kind)), null=True)
    permitted_organisations = ArrayField(models.UUIDField(), null=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(SharingGroup, null=True, on_delete=models.PROTECT, related_name="+")
    need = models.CharField(max_length=10, choices=choices(Need))
    roles = ArrayField(models.CharField(max_length=30, choices=choices(Role)), null=True)
    also = models.JSONField(default=list)
    originator_consent = models.BooleanField(default=False, help_text="ORCON or third agency: onward only with consent")
    kept_here = models.BooleanField(default=True, help_text="content stands here; false: a pointer to where it is read")
    unknown = ArrayField(models.CharField(max_length=200), default=list)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "label"
        constraints = [
            models.CheckConstraint(
                condition=Q(level=0) & ~Q(tlp=Tlp.RED.value) | Q(need=Need.NAMED.value),
                name="label_restricted_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(need=Need.ROLE.value) | Q(roles__isnull=False), name="label_by_role_names_roles"
            ),
            models.CheckConstraint(
                condition=Q(
                    tlp__in=[word.value for word in Tlp],
                    need__in=[word.value for word in Need],
                    level__in=[level.value for level in Level],
                )
                & (Q(permitted_kinds__isnull=True) | Q(permitted_kinds__contained_by=[kind.value for kind in Kind]))
                & (Q(roles__isnull=True) | Q(roles__contained_by=[role.value for role in Role])),
                name="label_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Item(models.Model):
    """Anything that carries a marking. Kinds keep what is theirs in tables of their own, keyed by this id.

    `case` is the item of the case it belongs to: a grant for a case covers what is in it. `organisation` is who
    holds it. `text` and `title` are what search reads; both are as restricted as the item.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=30)
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="contents")
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=40, blank=True)
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    embargo_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="what no case adopts is deleted then")
    search = models.GeneratedField(
        expression=words_of("title", "text"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        db_table = "item"
        indexes = [
            models.Index(fields=["kind", "-made_at"], name="item_by_kind"),
            models.Index(fields=["label", "-made_at"], name="item_by_label"),
            models.Index(fields=["-made_at"], name="item_newest"),
            GinIndex(fields=["search"], name="item_search"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Source(models.Model):
    """An item was made from another; it is at least as restricted as each of its sources."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="sources")
    source = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="made_into")
    released = models.BooleanField(default=False, help_text="a releasing authority approved the lower marking")

    class Meta:
        db_table = "item_source"
        constraints = [
            models.UniqueConstraint(fields=["item", "source"], name="item_source_once"),
            models.CheckConstraint(condition=~Q(item=F("source")), name="item_source_other"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} from {self.source_id}"


class NeedGrant(models.Model):
    """Another person says that this person in this position needs to know an item, or all of a case, and until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="need_grants")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="need_grants")
    purpose = models.CharField(max_length=300)
    granted_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "need_grant"
        indexes = [models.Index(fields=["appointment", "item"], name="need_grant_of")]
        constraints = [
            models.CheckConstraint(condition=~Q(appointment=F("granted_by")), name="need_grant_by_another"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="need_grant_ends"),
            models.CheckConstraint(condition=~Q(purpose=""), name="need_grant_has_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} for {self.item_id}"


class Consent(models.Model):
    """A releasing authority of an owner lets an item be passed on: the third agency, or the originator (ORCON)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="consents")
    given_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "item_consent"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="item_consent_ends")]

    def __str__(self) -> str:
        return f"{self.given_by_id} for {self.item_id}"


class Recusal(models.Model):
    """A person keeps out: of an item or case about their own conduct, or of a former employer's requests."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="recusals")
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "recusal"
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, organisation__isnull=True)
                | Q(item__isnull=True, organisation__isnull=False),
                name="recusal_about_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.reason}"
