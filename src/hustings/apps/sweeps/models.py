"""Tips, the tables that can be searched, the sweeps, and what may be told of them.

Each row belongs to an item, whose marking decides who knows that it exists.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import new_id
from hustings.apps.items.models import Item, Label
from hustings.apps.people.models import Appointment, Organisation
from hustings.policy.sweep import State
from hustings.policy.sweep import TearLine as TearLineState

__all__ = ["Answer", "ProtectedActor", "Sweep", "TearLine", "Tied", "TiedEvidence", "Tip", "TipStart", "TraceTable"]

# As `hustings expand` reads them; a test compares. Importing detection here would slow every start of the web.
WHAT = ("actor", "trace", "content")


class TraceTable(models.Model):
    """A table of trace events that can be searched, collected by a rule; the file stays where it is, known by digest."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="trace_table")
    path = models.CharField(max_length=500, help_text="below the installation's folder of tables")
    sha256 = models.CharField(max_length=64)
    collected = models.CharField(max_length=500, help_text="the rule by which its rows were collected")
    rows = models.BigIntegerField()
    actors = models.BigIntegerField()
    platforms = ArrayField(models.CharField(max_length=40))
    first = models.DateTimeField()
    last = models.DateTimeField()

    class Meta:
        db_table = "trace_table"

    def __str__(self) -> str:
        return self.path


class Tip(models.Model):
    """Somebody told us something. Above unclassified this is a pointer: where it is read, not what it says."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="tip")
    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100, help_text="the source's own control number")
    received_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    where_to_read = models.CharField(max_length=300, blank=True, help_text="for a pointer: reading room and safe")

    class Meta:
        db_table = "tip"

    def __str__(self) -> str:
        return self.reference


class TipStart(models.Model):
    """An account, trace or post that a tip names: where a search from the tip begins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="starts")
    what = models.CharField(max_length=20, choices=[(word, word) for word in WHAT])
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500)

    class Meta:
        db_table = "tip_start"
        ordering = ["what", "platform", "name"]
        constraints = [models.UniqueConstraint(fields=["tip", "what", "platform", "name"], name="tip_start_once")]

    def __str__(self) -> str:
        return f"{self.what} of {self.tip_id}"


class ProtectedActor(models.Model):
    """Somebody who is never a starting point: a candidate, journalist, union or party, by the authority's list."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.CharField(max_length=40)
    actor = models.CharField(max_length=500)
    ground = models.CharField(max_length=200, help_text="which list says so")

    class Meta:
        db_table = "protected_actor"
        constraints = [models.UniqueConstraint(fields=["platform", "actor"], name="protected_actor_once")]

    def __str__(self) -> str:
        return f"{self.platform} {self.ground}"


class Sweep(models.Model):
    """One search of a population, asked for by one person and agreed to by another."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="sweep")
    tip = models.ForeignKey(Tip, null=True, on_delete=models.PROTECT, related_name="sweeps")
    table = models.ForeignKey(TraceTable, on_delete=models.PROTECT, related_name="sweeps")
    purpose = models.CharField(max_length=500)
    legal_ground = models.CharField(max_length=300)
    election = models.CharField(max_length=200)
    election_on = models.DateField()
    population = models.CharField(max_length=500)
    requested_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(State), default=State.ASKED.value)
    reason = models.CharField(max_length=500, blank=True, help_text="of a refusal, withdrawal or failure")
    seconded_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    looked_at = models.BigIntegerField(null=True, help_text="accounts searched")
    found = models.IntegerField(null=True, help_text="findings")
    run = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="what it loaded, or what stood there already",
    )

    class Meta:
        db_table = "sweep"
        constraints = [
            models.CheckConstraint(condition=~Q(seconded_by=F("requested_by")), name="sweep_seconded_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=[State.ASKED.value, State.REFUSED.value, State.WITHDRAWN.value])
                | Q(seconded_by__isnull=False),
                name="sweep_runs_with_two",
            ),
        ]

    def __str__(self) -> str:
        return f"sweep {self.item_id}"


class Tied(models.Model):
    """An account that a search from a tip named, under its pseudonym, with the test that named it.

    hop      how many steps from what the tip names
    p, q     how likely so much closeness is by chance; the rate of false names among those at least as sure
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="tied")
    platform = models.CharField(max_length=200)
    pseudonym = models.CharField(max_length=240)
    basis = models.CharField(max_length=60)
    hop = models.IntegerField()
    p = models.FloatField()
    q = models.FloatField()
    occasions = models.BigIntegerField(help_text="days on which both could have been close")
    close = models.BigIntegerField(help_text="days on which they were")

    class Meta:
        db_table = "tied"
        ordering = ["hop", "q", "pseudonym"]
        constraints = [models.UniqueConstraint(fields=["sweep", "pseudonym"], name="tied_once")]

    def __str__(self) -> str:
        return self.pseudonym


class TiedEvidence(models.Model):
    """Two posts that tie a named account to the tip or to an account named before it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="evidence")
    a = models.CharField(max_length=240)
    b = models.CharField(max_length=240)
    kind = models.CharField(max_length=60)
    at_a = models.DateTimeField()
    at_b = models.DateTimeField()
    gap_s = models.FloatField()

    class Meta:
        db_table = "tied_evidence"
        ordering = ["a", "b", "at_a"]

    def __str__(self) -> str:
        return f"{self.a} and {self.b}"


class TearLine(models.Model):
    """Words that may be told of an item under a lower marking, once a releasing authority of its owner has agreed.

    Until then the item of the tear-line is as restricted as what it is made from.
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="tear_line")
    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="tear_lines")
    target = models.JSONField(help_text="the marking asked for; a label of it is made only once it is agreed")
    proposed_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=choices(TearLineState), default=TearLineState.PROPOSED.value)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "tear_line"
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="tear_line_decided_by_another")
        ]

    def __str__(self) -> str:
        return f"tear-line {self.item_id}"

    @property
    def asked(self) -> Label:
        """The marking asked for as a label that stands nowhere yet: a new row of labels would tell of the proposal."""
        said = dict(self.target)
        return Label(owner_id=said.pop("owner"), group_id=said.pop("group"), **said)


class Answer(models.Model):
    """What went back to the source of a tip; as restricted as the tip."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="answer")
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="answers")
    opinion = models.CharField(
        max_length=20,
        choices=[(word, word) for word in ("positive", "seed", "negative", "disputed")],
        help_text="what we make of the tip",
    )
    sent_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "answer"

    def __str__(self) -> str:
        return f"answer {self.item_id}"
