"""What is known of a person who reviews: languages, whether they adjudicate, what they keep from, and how much they saw."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.policy.reviewing import Command, Topic

__all__ = ["Avoided", "Dose", "Language", "Pause", "Senior"]


class Recorded(models.Model):
    """Something said of a person at one organisation, from a moment on; the newest row holds. Added only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=300, help_text="how it is known: a test, a certificate, years of work")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="%(app_label)s_%(class)s_names_its_document")
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} of {self.person_id}"


class Language(Recorded):
    """How well a person reads a language. Work in a language goes to who reads it well enough (`Command.enough`)."""

    language = models.CharField(max_length=8, help_text="as ads name theirs: en, pt-BR")
    level = models.CharField(max_length=6, choices=choices(Command))

    class Meta(Recorded.Meta):
        db_table = "review_language"
        indexes = [
            models.Index(fields=["held_by", "person", "language", "-at", "-recorded_at"], name="review_language_now")
        ]


class Senior(Recorded):
    """Whether a person decides where two differed, and what others pass on to a senior."""

    senior = models.BooleanField()

    class Meta(Recorded.Meta):
        db_table = "review_senior"
        indexes = [models.Index(fields=["held_by", "person", "-at", "-recorded_at"], name="review_senior_now")]


class Avoided(models.Model):
    """A person keeps from a topic, or does so no longer. They say so themselves, to nobody, and give no reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=choices(Topic))
    avoided = models.BooleanField()
    at = models.DateTimeField(editable=False)
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "review_avoided"
        indexes = [models.Index(fields=["person", "topic", "-at", "-recorded_at"], name="review_avoided_now")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"


class Dose(models.Model):
    """How much of one topic a person saw on one day (UTC), for their own eyes. `seconds` from claim to decision."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    topic = models.CharField(max_length=20, choices=choices(Topic))
    items = models.IntegerField(default=0)
    seconds = models.IntegerField(default=0)

    class Meta:
        db_table = "review_dose"
        constraints = [models.UniqueConstraint(fields=["person", "day", "topic"], name="review_dose_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day} {self.topic}"


class Pause(models.Model):
    """How long a person has been looking at what is hard to bear without a break, and until when they have one."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="+")
    seconds = models.IntegerField(default=0, help_text="since the last break")
    last_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "review_pause"

    def __str__(self) -> str:
        return f"{self.person_id}"
