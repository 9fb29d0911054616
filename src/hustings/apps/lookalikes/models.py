"""What is protected and who asked for it, what looks like it, what was let stand, and cyber incidents."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models import Election
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.exchange.lookalike.recogniser import Kind, What
from hustings.policy.lookalike import AllowedGround, CyberKind, CyberState, HitState, ProtectedStep
from hustings.policy.operations import Severity

__all__ = [
    "Allowed", "Cursor", "CyberIncident", "CyberIndicator", "CyberLeak", "CyberStep", "Hit", "HitPlace", "Protected", "ProtectedDecision",
]  # fmt: skip

# An address of a mailbox with something like a password beside it: nothing of the kind is kept, anywhere.
CREDENTIAL = r"[^\s@:;|]+@[^\s@:;|]+\.[^\s@:;|]+\s*[:;|]\s*\S"


class Protected(models.Model):
    """A domain, name or account that is protected, who asked for it and what shows that they may. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=choices(Kind))
    value = models.CharField(max_length=253)
    platform = models.CharField(max_length=40, blank=True, help_text="of an account")
    election = models.ForeignKey(Election, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=200, help_text="who asked for it: person and candidacy, party or office")
    evidence = models.CharField(max_length=500, help_text="what shows that they may: a register, a letter, a call back")
    starts = models.DateField()
    ends = models.DateField()
    registered_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "lookalike_protected"
        ordering = ["value", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="lookalike_protected_days"),
            models.CheckConstraint(
                condition=~Q(value="") & ~Q(asked_by="") & ~Q(evidence=""), name="lookalike_protected_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.ACCOUNT.value) | ~Q(platform=""), name="lookalike_account_on_a_platform"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class ProtectedDecision(models.Model):
    """Another person checked that who asks may ask, or did not; or protection was given up. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    protected = models.ForeignKey(Protected, on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=20, choices=choices(ProtectedStep))
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "lookalike_protected_decision"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["protected", "step"], name="lookalike_decided_once"),
            models.UniqueConstraint(
                fields=["protected"],
                condition=Q(step__in=[ProtectedStep.CHECKED.value, ProtectedStep.REFUSED.value]),
                name="lookalike_checked_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(step=ProtectedStep.CHECKED.value) | ~Q(reason=""), name="lookalike_decision_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protected_id} {self.step}"


class Allowed(models.Model):
    """Something that looks like a protected name and is let stand, and why; until somebody takes that back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=choices(What))
    platform = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=300)
    ground = models.CharField(max_length=40, choices=choices(AllowedGround))
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "lookalike_allowed"
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["held_by", "what", "platform", "value"],
                condition=Q(ended_at=None),
                name="lookalike_allowed_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | (Q(ended_by__isnull=False) & ~Q(ended_reason="")),
                name="lookalike_allowed_ended_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="lookalike_allowed_says_why"),
        ]

    def __str__(self) -> str:
        return self.value


class Hit(models.Model):
    """Something observed looks like something protected: a machine's remark, for a person to look at.

    spelt    the observed folded, so that the same is one hit
    source   the item in which it was seen; null for what the organisation's own ads say. What is seen in two items of
             different markings is two hits: neither tells of the other
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="lookalike")
    protected = models.ForeignKey(Protected, on_delete=models.PROTECT, related_name="hits")
    what = models.CharField(max_length=10, choices=choices(What))
    platform = models.CharField(max_length=40, blank=True)
    observed = models.CharField(max_length=300)
    spelt = models.CharField(max_length=300)
    source = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="+")
    relations = ArrayField(models.CharField(max_length=40))
    score = models.FloatField()
    sentence = models.CharField(max_length=1500)
    found_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    state = models.CharField(max_length=20, choices=choices(HitState), default=HitState.OPEN.value)
    allowed = models.ForeignKey(Allowed, null=True, on_delete=models.PROTECT, related_name="hits")
    lead = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "lookalike_hit"
        ordering = ["-score", "spelt", "item"]
        indexes = [models.Index(fields=["state", "-score"], name="lookalike_hit_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["protected", "what", "platform", "spelt", "source"], name="lookalike_hit_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="lookalike_hit_score"),
            models.CheckConstraint(
                condition=Q(state=HitState.OPEN.value)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="lookalike_hit_decided_by_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.observed


class HitPlace(models.Model):
    """Where a look-alike was seen: an ad, a page, a table of traces, a finding, a partner's object."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hit = models.ForeignKey(Hit, on_delete=models.CASCADE, related_name="places")
    place = models.CharField(max_length=20)
    reference = models.CharField(max_length=300)
    seen_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "lookalike_hit_place"
        ordering = ["place", "reference", "id"]
        constraints = [models.UniqueConstraint(fields=["hit", "place", "reference"], name="lookalike_hit_place_once")]

    def __str__(self) -> str:
        return f"{self.place} {self.reference}"


class Cursor(models.Model):
    """How far a stream was looked through for what an organisation protects.

    digest   of what was protected and allowed: when that changes, the stream is looked through anew
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stream = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)
    key = models.UUIDField(null=True)

    class Meta:
        db_table = "lookalike_cursor"
        constraints = [models.UniqueConstraint(fields=["held_by", "stream"], name="lookalike_cursor_once")]

    def __str__(self) -> str:
        return self.stream


class HoldsCredential(Func):
    """Whether a text holds the address of a mailbox with something beside it that could open it."""

    template = f"(%(expressions)s ~ '{CREDENTIAL}')"
    output_field = models.BooleanField()


class CyberIncident(models.Model):
    """Something done to an election by way of computers. State and severity are those of the latest step."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="cyber_incident")
    kind = models.CharField(max_length=40, choices=choices(CyberKind))
    election = models.ForeignKey(
        Election, null=True, blank=True, on_delete=models.PROTECT, related_name="cyber_incidents"
    )
    affected = models.CharField(
        max_length=300, help_text="the office, party, campaign or system; no person's name where it need not be"
    )
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    severity = models.PositiveSmallIntegerField(choices=level_choices(Severity))
    state = models.CharField(max_length=20, choices=choices(CyberState), default=CyberState.REPORTED.value)

    class Meta:
        db_table = "cyber_incident"
        ordering = ["-severity", "-seen_at", "item"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(started_at=None) | Q(started_at__lte=F("seen_at")))
                & (Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=F("started_at"))),
                name="cyber_incident_times",
            ),
            models.CheckConstraint(condition=~Q(HoldsCredential("affected")), name="cyber_incident_holds_no_credential"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"


class CyberStep(models.Model):
    """What was found, done or told about a cyber incident, and how it stood then. Added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(CyberIncident, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=20, choices=choices(CyberState))
    severity = models.PositiveSmallIntegerField(choices=level_choices(Severity))
    note = models.CharField(max_length=2000)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "cyber_incident_step"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(HoldsCredential("note")), name="cyber_step_holds_no_credential"),
            models.CheckConstraint(condition=~Q(note=""), name="cyber_step_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.state}"


class CyberIndicator(models.Model):
    """By what a cyber incident is known: a domain, or an item (a look-alike, a partner's indicator, a lead)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(CyberIncident, on_delete=models.CASCADE, related_name="indicators")
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    domain = models.CharField(max_length=253, blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "cyber_incident_indicator"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "item", "domain"], name="cyber_indicator_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(item__isnull=False) | ~Q(domain=""), name="cyber_indicator_is_something"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.domain or str(self.item_id)


class CyberLeak(models.Model):
    """How many ways to sign in were leaked, of which domain. Never one of them: keyed digests tell whether two are the same.

    digests   HMAC-SHA-256 of the mailbox under the installation's key `key_name`; the database takes nothing else
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(CyberIncident, on_delete=models.CASCADE, related_name="leaks")
    domain = models.CharField(max_length=253, blank=True)
    accounts = models.PositiveIntegerField()
    digests = ArrayField(models.CharField(max_length=64), default=list)
    key_name = models.CharField(max_length=16, blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "cyber_incident_leak"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(Func(F("digests"), template="(array_to_string(%(expressions)s, '') ~ '^([0-9a-f]{64})*$')", output_field=models.BooleanField())),
                name="cyber_leak_holds_digests_alone",
            ),
            models.CheckConstraint(condition=~Q(domain__contains="@"), name="cyber_leak_names_no_mailbox"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.accounts} of {self.domain}"
