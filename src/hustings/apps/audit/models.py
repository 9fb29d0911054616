"""The tables of the log.

An entry waits in `log_entry`, from the transaction that it tells of until the sequencer, within a second or so,
gives it its place and moves it to `log_leaf`. Nothing in these tables is changed or removed; the one exception is a
personal text and its salt, which can be erased: the entry holds only their hash.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.items.models import Label
from hustings.apps.people.models import Appointment, Organisation

__all__ = ["OPEN", "Checkpoint", "Cosignature", "Entry", "Leaf", "Log", "Node", "Text", "Witness"]

OPEN = "open"


class Log(models.Model):
    """One tree of entries. `open` tells of everything that is not restricted; each restricted label has its own.

    So the size of the open log says nothing about restricted work, and a log can be read by whom its label lets.
    `origin` is the log's name on its checkpoints: the same for ever, and no other installation's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True, help_text="open, unplaced, or the digest of a label")
    origin = models.CharField(max_length=200, unique=True)
    label = models.ForeignKey(Label, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "log"

    def __str__(self) -> str:
        return self.origin


def _fact(name: str) -> models.GeneratedField:
    """A column computed from the facts, so that search cannot say otherwise than the entry."""
    return models.GeneratedField(
        expression=Cast(KT(f"facts__{name}"), models.UUIDField()),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )


class Told(models.Model):
    """What an entry tells: when, what, the facts, and the salted hashes of personal texts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    facts = models.JSONField()
    texts = models.JSONField(default=dict)
    actor = _fact("actor")
    item = _fact("item")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"


class Entry(Told):
    """An entry that waits for its place."""

    # To check the constraint would lock the one row of the open log for each entry; its place in the tree has it.
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    number = models.BigIntegerField(editable=False, help_text="the order within one moment")

    class Meta:
        db_table = "log_entry"
        indexes = [models.Index(fields=["log", "at", "number"], name="log_entry_in_order")]


class Leaf(Told):
    """An entry in its place, with its hash."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="leaves")
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "log_leaf"
        constraints = [models.UniqueConstraint(fields=["log", "index"], name="log_leaf_place")]
        indexes = [
            models.Index(fields=["item", "-at"], name="log_leaf_item", condition=Q(item__isnull=False)),
            models.Index(fields=["actor", "-at"], name="log_leaf_actor", condition=Q(actor__isnull=False)),
            models.Index(fields=["-at"], name="log_leaf_newest"),
        ]


class Node(models.Model):
    """A complete subtree: the entries from place << level up to (place + 1) << level."""

    pk = models.CompositePrimaryKey("log_id", "level", "place")
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "log_node"

    def __str__(self) -> str:
        return f"{self.log_id} {self.level} {self.place}"


class Checkpoint(models.Model):
    """What the log committed itself to at a beat: `note` is the signed text as it is handed out."""

    id = models.BigAutoField(primary_key=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.TextField()
    key = models.CharField(max_length=300, help_text="verifier key that signed it: name+id+base64")

    class Meta:
        db_table = "log_checkpoint"
        indexes = [models.Index(fields=["log", "-id"], name="log_checkpoint_newest")]

    def __str__(self) -> str:
        return f"{self.log_id} {self.size}"


class Witness(models.Model):
    """A partner organisation that co-signs checkpoints, by its verifier key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=300, unique=True, help_text="verifier key of type 4: name+id+base64")
    added_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "log_witness"

    def __str__(self) -> str:
        return self.key.partition("+")[0]


class Cosignature(models.Model):
    """A witness saw a checkpoint and found it consistent with what it saw before."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    seconds = models.BigIntegerField(help_text="the witness's time, since 1970")
    line = models.TextField()

    class Meta:
        db_table = "log_cosignature"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="log_cosignature_once")]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.checkpoint_id}"


class Text(models.Model):
    """A personal text of an entry with the salt of its hash. Erasing removes both; the entry stays as it is.

    A change of a row has a salt without a text: who holds the row can show that it is the one that was logged.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.UUIDField()
    name = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32, null=True)
    text = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "log_text"
        constraints = [
            models.UniqueConstraint(fields=["entry", "name"], name="log_text_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, salt__isnull=False)
                | Q(erased_at__isnull=False, salt__isnull=True, text__isnull=True),
                name="log_text_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.entry}"
