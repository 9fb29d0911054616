"""Runs of `hustings detect` and their findings, row for row as the files had them, with pseudonyms for names.

Actors, contents and traces are numbered within their run. What a number stands for in clear is kept in one table,
`FindingName`, for what belongs to a finding, and nowhere for what belongs to none.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment

__all__ = [
    "NAMED",
    "Finding",
    "FindingEvidence",
    "FindingLed",
    "FindingMember",
    "FindingName",
    "NamesOpened",
    "Picture",
    "Run",
    "RunActor",
    "RunLayer",
    "RunLink",
    "RunThing",
]

# What is kept in clear: whose accounts are one person's, why, and who says so, beside what acted.
NAMED = ("actor", "content", "trace", "owner", "person", "evidence", "author")


class Run(models.Model):
    """A finished run: all it takes to run it again. `digest` covers settings, inputs and outputs, not the time it took.

    The digest is not unique: the same run may stand under two markings, and neither side may learn of the other.
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="run")
    digest = models.CharField(max_length=64, db_index=True, editable=False)
    version = models.CharField(max_length=40)
    seed = models.BigIntegerField()
    settings = models.JSONField()
    inputs = models.JSONField()
    outputs = models.JSONField()
    counts = models.JSONField()
    left_out = models.JSONField(default=list)

    class Meta:
        db_table = "run"

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def window_s(self) -> float:
        """How close is close, in seconds."""
        return float(self.settings.get("window_s", 60))

    @property
    def rate(self) -> float:
        """The share of links that may be coincidence."""
        return float(self.settings.get("fdr", 0.05))


class Finding(models.Model):
    """A group of actors that acted together: a machine's claim, with its figures and its limits."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="finding")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="findings")
    number = models.IntegerField(help_text="0 is the surest of the run")
    members = models.IntegerField()
    basis = models.CharField(max_length=60)
    platforms = ArrayField(models.CharField(max_length=200))
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)
    links = models.BigIntegerField()
    traces = models.BigIntegerField()
    acts = models.BigIntegerField()
    expected_acts = models.FloatField()
    score = models.FloatField()
    sentence = models.TextField()
    limits = ArrayField(models.TextField())
    why_innocent = ArrayField(models.TextField(), default=list)
    kinds = models.JSONField()
    office = models.JSONField(null=True)
    one_site = models.JSONField(null=True)
    leads = models.JSONField(default=list, help_text="of each actor by its number: acts, led, due, p, q")
    layers = models.JSONField(default=dict, help_text="of each kind of trace: links, p, share")
    joined_by = models.JSONField(
        default=list, help_text="members of one person by their numbers, a list for each person"
    )
    declared = models.BooleanField(help_text="its owner says in the open that these act as one; whose is a name")
    rows_digest = models.CharField(max_length=64)
    median_gap_s = models.FloatField(null=True)

    class Meta:
        db_table = "finding"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="finding_number_once")]

    def __str__(self) -> str:
        return f"finding {self.number} of run {self.run_id}"

    @property
    def persons(self) -> int:
        """Members, with the accounts of one person counted once, as far as somebody stated whose they are."""
        return self.members - sum(len(accounts) - 1 for accounts in self.joined_by)


class RunActor(models.Model):
    """An actor of a run under its pseudonym; the order of the numbers is that of the pseudonyms."""

    pk = models.CompositePrimaryKey("run", "number")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="actors")
    number = models.IntegerField()
    platform = models.CharField(max_length=200)
    pseudonym = models.CharField(max_length=240)

    class Meta:
        db_table = "run_actor"
        constraints = [models.UniqueConstraint(fields=["run", "pseudonym"], name="run_actor_pseudonym_once")]

    def __str__(self) -> str:
        return self.pseudonym


class RunThing(models.Model):
    """A trace in the evidence. `shown` is the trace itself, or a pseudonym where it would name somebody (`hidden`)."""

    pk = models.CompositePrimaryKey("run", "number")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="things")
    number = models.IntegerField()
    kind = models.CharField(max_length=200)
    shown = models.TextField()
    hidden = models.BooleanField()

    class Meta:
        db_table = "run_thing"

    def __str__(self) -> str:
        return f"{self.kind} {self.shown}"


class RunLink(models.Model):
    """One row of links.parquet: two actors over all kinds of trace."""

    pk = models.CompositePrimaryKey("run", "number")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="links")
    number = models.IntegerField()
    a = models.IntegerField()
    b = models.IntegerField()
    acts = models.BigIntegerField()
    traces = models.BigIntegerField()
    kinds = ArrayField(models.TextField())
    p_timing = models.FloatField(null=True)
    q_timing = models.FloatField(null=True)
    p_content = models.FloatField(null=True)
    q_content = models.FloatField(null=True)
    p_office = models.FloatField(null=True)
    q_office = models.FloatField(null=True)
    p_rhythm = models.FloatField(null=True)
    q_rhythm = models.FloatField(null=True)
    basis = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "run_link"

    def __str__(self) -> str:
        return f"{self.a} and {self.b}"


class RunLayer(models.Model):
    """One row of layers.parquet: a link on one kind of trace, with what was to be expected."""

    pk = models.CompositePrimaryKey("run", "link", "kind")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="layers")
    link = models.IntegerField()
    kind = models.CharField(max_length=200)
    acts = models.BigIntegerField(null=True)
    near = models.BigIntegerField(null=True)
    expected_acts = models.FloatField(null=True)
    first_a = models.BigIntegerField(null=True)
    first_b = models.BigIntegerField(null=True)
    shared = models.BigIntegerField(null=True)
    expected_shared = models.FloatField(null=True)

    class Meta:
        db_table = "run_layer"

    def __str__(self) -> str:
        return f"{self.link} on {self.kind}"


class FindingMember(models.Model):
    """One row of members.parquet, with what the evidence says of the member."""

    pk = models.CompositePrimaryKey("finding", "actor")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="member_rows")
    actor = models.IntegerField()
    score = models.FloatField()
    basis = models.CharField(max_length=60)
    links = models.IntegerField(help_text="to other members, beyond chance")
    acts = models.IntegerField(help_text="times together with another member")
    things = models.IntegerField(help_text="traces shared with another member")

    class Meta:
        db_table = "finding_member"

    def __str__(self) -> str:
        return f"{self.actor} of {self.finding_id}"


class FindingLed(models.Model):
    """An actor tied to the group but ahead of it: who leads and who is copied look the same from here."""

    pk = models.CompositePrimaryKey("finding", "actor")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="led_rows")
    actor = models.IntegerField()

    class Meta:
        db_table = "finding_led"

    def __str__(self) -> str:
        return f"{self.actor} ahead of {self.finding_id}"


class FindingEvidence(models.Model):
    """One row of evidence.parquet: two contents by two actors with the same trace. Contents are numbered in the run."""

    pk = models.CompositePrimaryKey("finding", "number")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="evidence")
    number = models.IntegerField()
    a = models.IntegerField()
    b = models.IntegerField()
    thing = models.IntegerField()
    content_a = models.IntegerField()
    content_b = models.IntegerField()
    at_a = models.DateTimeField(null=True)
    at_b = models.DateTimeField(null=True)
    gap_s = models.FloatField(null=True)

    class Meta:
        db_table = "finding_evidence"
        indexes = [models.Index(fields=["finding", "a", "b"], name="finding_evidence_of_pair")]

    def __str__(self) -> str:
        return f"row {self.number} of {self.finding_id}"


class FindingName(models.Model):
    """What a number of a finding stands for in clear. Nobody reads a row unless they opened the names of its finding."""

    pk = models.CompositePrimaryKey("finding", "what", "number")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="names")
    what = models.CharField(max_length=10, choices=[(word, word) for word in NAMED])
    number = models.IntegerField()
    name = models.TextField()

    class Meta:
        db_table = "finding_name"

    def __str__(self) -> str:
        return f"{self.what} {self.number} of {self.finding_id}"


class NamesOpened(models.Model):
    """Somebody opened the names of a finding, for a reason, until an hour; the rows stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="openings")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "names_opened"
        indexes = [models.Index(fields=["appointment", "finding"], name="names_opened_by")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="names_opened_for_a_reason")]

    def __str__(self) -> str:
        return f"{self.finding_id} by {self.appointment_id}"


class Picture(models.Model):
    """The network of a run or a finding as drawn: places computed once, packed JSON that the page shows as it is."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="picture")
    actors = models.IntegerField()
    links = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "network_picture"

    def __str__(self) -> str:
        return f"{self.actors} actors, {self.links} links"
